//! Server functions: what pages ask of the server, one file per resource. Each parses, takes the scope and makes one
//! call into `backend`. They are public HTTP endpoints: none but the sign-in goes without `scope()?`.

pub mod account;
pub mod advertiser_files;
pub mod advertisers;
pub mod audit;
pub mod audit_query;
pub mod board;
pub mod connect;
pub mod connections;
pub mod developers;
pub mod doctor;
pub mod event_files;
pub mod event_query;
pub mod events;
pub mod fleet_query;
pub mod inbox;
pub mod inbox_query;
pub mod keys;
pub mod links;
pub mod pasted;
pub mod people;
pub mod readiness;
pub mod relay;
pub mod session;
pub mod settings;
pub mod signup;
pub mod studio;
pub mod test_codes;
pub mod undo;
