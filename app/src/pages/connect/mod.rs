//! Connecting an advertiser: what will happen, the way to Meta, and what became of it. One decision a screen.

mod also;
mod asset_row;
mod attempt;
mod choice;
mod done;
mod failed;
mod permissions;
mod picture;
mod prepare;
mod progress;
mod start;
mod unknown;
mod ways;
mod words;

pub use attempt::{ConnectAttemptPage, attempts_at};
pub use permissions::Permissions;
pub use prepare::ConnectPage;
pub use progress::{Progress, Stage as ProgressStage};
pub use start::StartForm;
pub use unknown::ConnectUnknownPage;
