//! Pages for people without an account, who came by a link; and the advertiser's own page.

mod link;
mod own;
mod welcome;

pub use link::LinkPage;
pub use own::OwnPage;
pub use welcome::WelcomePage;
