//! One file per page; a folder where a page has parts of its own.

mod advertiser;
mod advertiser_form;
mod advertisers;
mod connect;
mod connection_card;
mod edit_advertiser;
mod new_advertiser;
mod not_found;
mod sign_in;

pub use advertiser::AdvertiserPage;
pub use advertisers::AdvertisersPage;
pub use connect::{ConnectAttemptPage, ConnectPage, ConnectUnknownPage};
pub use edit_advertiser::EditAdvertiserPage;
pub use new_advertiser::NewAdvertiserPage;
pub use not_found::NotFoundPage;
pub use sign_in::SignInPage;
