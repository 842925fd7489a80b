//! A conversion event: its name, its data, the rules it must keep, and its form on the wire.

mod draft;
mod identity;
mod name;
mod payload;
mod problem;
mod source;
mod validate;

pub use draft::{Content, ContentType, CustomData, EventDraft, IdentityPresence};
pub use identity::{Identity, mask};
pub use name::EventName;
pub use payload::{Dialect, WireEvent, WireRequest, payload};
pub use problem::{Field, Problem, Rule, Severity};
pub use source::EventSource;
pub use validate::{MAX_AGE, validate};

#[cfg(test)]
mod testing {
    //! An event without fault, for tests to spoil.

    use super::*;
    use crate::{Channel, DatasetKind};

    /// The moment of the tests.
    pub const NOW: i64 = 1_795_359_600;

    /// A purchase of 4,800 yen.
    pub fn purchase(channel: Channel) -> EventDraft {
        let mut identity = IdentityPresence::default();
        let dataset_kind = match channel {
            Channel::Messenger => {
                (identity.page_id, identity.psid) = (true, true);
                DatasetKind::Page
            }
            Channel::Instagram => {
                (identity.instagram_account_id, identity.igsid) = (true, true);
                DatasetKind::Instagram
            }
            Channel::Whatsapp => {
                (identity.waba_id, identity.ctwa_clid) = (true, true);
                DatasetKind::Waba
            }
        };
        EventDraft {
            channel,
            dataset_kind,
            name: "Purchase".into(),
            event_time: NOW,
            event_id: None,
            test_event_code: None,
            identity,
            other_user_data: Vec::new(),
            custom_data: CustomData {
                currency: Some("JPY".into()),
                value: Some(4800.into()),
                order_id: Some("A-1007".into()),
                ..CustomData::default()
            },
        }
    }
}
