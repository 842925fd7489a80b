//! One file per page; a folder where a page has parts of its own.

mod account;
mod advertiser;
mod advertiser_form;
mod advertiser_tabs;
mod advertisers;
mod amount;
mod audit;
mod board;
mod channel_cards;
mod choose_studio;
mod connect;
mod connection;
mod connection_card;
mod dataset;
mod doctor;
mod edit_advertiser;
mod erase_advertiser;
mod event;
mod events;
mod fleet;
mod follow;
mod import;
mod invitation;
mod lazy;
mod links;
mod new_advertiser;
mod not_found;
mod overview;
mod own_advertisers;
mod pasted;
mod people;
mod readiness;
mod settings;
mod sign_in;
mod signup;
mod standings;
mod studio;
mod visitor;

use account::AccountPage;
use advertiser::AdvertiserPage;
use advertisers::AdvertisersPage;
use amount::amount;
use audit::AuditPage;
use board::BoardPage;
use choose_studio::ChooseStudioPage;
use connect::{ConnectAttemptPage, ConnectPage, ConnectUnknownPage};
use connection::ConnectionPage;
use dataset::DatasetPage;
use doctor::{DoctorPage, ExaminationPage};
use edit_advertiser::EditAdvertiserPage;
use erase_advertiser::EraseAdvertiserPage;
use event::EventPage;
use events::EventsPage;
use import::ImportPage;
use invitation::InvitationPage;
pub use lazy::{
    AccountRoute, AdvertiserRoute, AdvertisersRoute, AuditRoute, BoardRoute, ChooseStudioRoute,
    ConnectAttemptRoute, ConnectRoute, ConnectUnknownRoute, ConnectionRoute, DatasetRoute,
    DoctorRoute, EditAdvertiserRoute, EraseAdvertiserRoute, EventRoute, EventsRoute,
    ExaminationRoute, ImportRoute, InvitationRoute, LinkRoute, LinksRoute, NewAdvertiserRoute,
    OverviewRoute, OwnAdvertisersRoute, OwnRoute, PasteTokenRoute, PastedTokenRoute, PeopleRoute,
    ReadinessRoute, SettingsRoute, SignInRoute, SignupRoute, StudioRoute, TeamRoute, WelcomeRoute,
};
use links::LinksPage;
use new_advertiser::NewAdvertiserPage;
pub use not_found::NotFoundPage;
use overview::OverviewPage;
use own_advertisers::OwnAdvertisersPage;
use pasted::{PasteTokenPage, PastedTokenPage};
use people::{PeoplePage, TeamPage};
use readiness::ReadinessPage;
use settings::SettingsPage;
use sign_in::SignInPage;
use signup::SignupPage;
use studio::StudioPage;
use visitor::{LinkPage, OwnPage, WelcomePage};
