//! Real deletion: an advertiser with all that it owns, a contact, and a person whom Meta asks us to forget.

mod advertiser;
mod contact;
mod person;
#[cfg(test)]
mod tests;

pub use person::{DeletionKind, DeletionStatus};
