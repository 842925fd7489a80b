//! One file per page; a folder where a page has parts of its own.

mod advertiser;
mod advertiser_form;
mod advertisers;
mod amount;
mod board;
mod channel_cards;
mod choose_studio;
mod connect;
mod connection_card;
mod dataset;
mod edit_advertiser;
mod event;
mod events;
mod fleet;
mod follow;
mod import;
mod lazy;
mod links;
mod new_advertiser;
mod not_found;
mod pasted;
mod readiness;
mod sign_in;
mod signup;
mod standings;
mod studio;
mod visitor;

use advertiser::AdvertiserPage;
use advertisers::AdvertisersPage;
use amount::amount;
use board::BoardPage;
use choose_studio::ChooseStudioPage;
use connect::{ConnectAttemptPage, ConnectPage, ConnectUnknownPage};
use dataset::DatasetPage;
use edit_advertiser::EditAdvertiserPage;
use event::EventPage;
use events::EventsPage;
use import::ImportPage;
pub use lazy::{
    AdvertiserRoute, AdvertisersRoute, BoardRoute, ChooseStudioRoute, ConnectAttemptRoute,
    ConnectRoute, ConnectUnknownRoute, DatasetRoute, EditAdvertiserRoute, EventRoute, EventsRoute,
    ImportRoute, LinkRoute, LinksRoute, NewAdvertiserRoute, OwnRoute, PasteTokenRoute,
    PastedTokenRoute, ReadinessRoute, SignInRoute, SignupRoute, StudioRoute, WelcomeRoute,
};
use links::LinksPage;
use new_advertiser::NewAdvertiserPage;
pub use not_found::NotFoundPage;
use pasted::{PasteTokenPage, PastedTokenPage};
use readiness::ReadinessPage;
use sign_in::SignInPage;
use signup::SignupPage;
use studio::StudioPage;
use visitor::{LinkPage, OwnPage, WelcomePage};
