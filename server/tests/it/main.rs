//! The HTTP surface, through the router and without a port.

mod edge;
mod fleet;
mod leaving;
mod links;
mod people;
mod sign_in;
mod signup;
mod test_app;
mod webhook;
