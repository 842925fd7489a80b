//! The HTTP surface, through the router and without a port.

mod api;
mod edge;
mod fleet;
mod ingest;
mod leaving;
mod links;
mod people;
mod sender;
mod sign_in;
mod signup;
mod test_app;
mod webhook;
