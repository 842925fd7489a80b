//! Embedded Signup: the window of Meta's in which a business sets WhatsApp up, and what it tells the page that opened it.
//!
//! Nothing of it is trusted. It says how the walk through the window ended; what was granted is asked of the token.

mod message;
mod origin;
mod trouble;

pub use message::{SignupEnd, SignupMessage, SignupStep};
pub use origin::is_metas_origin;
pub use trouble::SignupTrouble;

use crate::text_enum::text_enum;

text_enum! {
    /// How the window ended when it gave no code, as the page that opened it saw it.
    SignupOutcome {
        /// The browser did not let it open.
        PopupBlocked = "popup_blocked",
        /// Meta's script did not load: no network, or an extension that blocks it.
        SdkNotLoaded = "sdk_not_loaded",
        /// It closed without a code.
        NoCode = "no_code",
    }
}
