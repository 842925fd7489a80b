//! The delivery history: which events there are, everything known of one, and settling what is unconfirmed.

mod detail;
mod explain;
mod history;
mod resolve;
mod shown;
#[cfg(test)]
mod tests;
