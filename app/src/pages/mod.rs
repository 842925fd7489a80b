//! One file per page; a folder where a page has parts of its own.

mod advertiser;
mod advertiser_form;
mod advertisers;
mod amount;
mod connect;
mod connection_card;
mod edit_advertiser;
mod event;
mod events;
mod follow;
mod new_advertiser;
mod not_found;
mod sign_in;
mod studio;

pub use advertiser::AdvertiserPage;
pub use advertisers::AdvertisersPage;
use amount::amount;
pub use connect::{ConnectAttemptPage, ConnectPage, ConnectUnknownPage};
pub use edit_advertiser::EditAdvertiserPage;
pub use event::EventPage;
pub use events::EventsPage;
pub use new_advertiser::NewAdvertiserPage;
pub use not_found::NotFoundPage;
pub use sign_in::SignInPage;
pub use studio::StudioPage;
