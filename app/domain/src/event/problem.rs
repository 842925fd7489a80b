//! What can be wrong with an event, and what Meta would have answered.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;

text_enum! {
    /// A part of an event that a person fills in or that a problem points at.
    Field {
        /// `event_name`.
        Name = "event_name",
        /// `event_time`.
        Time = "event_time",
        /// `messaging_channel`.
        Channel = "messaging_channel",
        /// `user_data`: who it was, and on which asset.
        Identity = "user_data",
        /// `custom_data.value`.
        Value = "value",
        /// `custom_data.currency`.
        Currency = "currency",
        /// `custom_data.order_id`.
        OrderId = "order_id",
        /// `custom_data.content_name`.
        ContentName = "content_name",
        /// `custom_data.content_category`.
        ContentCategory = "content_category",
        /// `custom_data.content_type`.
        ContentType = "content_type",
        /// `custom_data.content_ids`.
        ContentIds = "content_ids",
        /// `custom_data.contents`.
        Contents = "contents",
        /// `event_id`.
        EventId = "event_id",
        /// `test_event_code`.
        TestCode = "test_event_code",
    }
}

text_enum! {
    /// One rule for events. Most are Meta's, known from the subcodes it answers with.
    Rule {
        /// `event_name` is none of the fourteen.
        NameUnknown = "name_unknown",
        /// The name is in Meta's guide, but nobody reports it accepted on this channel.
        NameUnverified = "name_unverified",
        /// More than seven days ago.
        TimeTooOld = "time_too_old",
        /// Later than now.
        TimeInFuture = "time_in_future",
        /// No identifier at all.
        IdentityMissing = "identity_missing",
        /// Messenger without `page_id`.
        PageMissing = "page_missing",
        /// Messenger without `page_scoped_user_id`.
        PersonMissing = "person_missing",
        /// Instagram without the account's id.
        InstagramAccountMissing = "instagram_account_missing",
        /// Instagram without `ig_sid`.
        InstagramPersonMissing = "instagram_person_missing",
        /// WhatsApp without the account's or the Page's id, whichever the dataset is linked to.
        WhatsappAccountMissing = "whatsapp_account_missing",
        /// WhatsApp without `ctwa_clid`.
        ClickMissing = "click_missing",
        /// `page_id` beside a dataset that was made on a WhatsApp Business Account.
        PageNotAllowed = "page_not_allowed",
        /// A key that business messaging forbids: the visitor's IP address or browser.
        KeyForbidden = "key_forbidden",
        /// A Messenger event for a dataset that is not linked to a Page.
        DatasetNotOfPage = "dataset_not_of_page",
        /// An Instagram event for a dataset that is not linked to an Instagram account.
        DatasetNotOfInstagram = "dataset_not_of_instagram",
        /// A WhatsApp event for a dataset that is not linked to WhatsApp.
        DatasetNotOfWhatsapp = "dataset_not_of_whatsapp",
        /// The event needs an amount.
        ValueMissing = "value_missing",
        /// The event needs a currency.
        CurrencyMissing = "currency_missing",
        /// An amount without a currency.
        ValueWithoutCurrency = "value_without_currency",
        /// Not a currency of ISO 4217.
        CurrencyUnknown = "currency_unknown",
        /// An amount below zero.
        ValueNegative = "value_negative",
        /// An amount of zero: accepted, but it teaches Meta's optimisation nothing good.
        ValueZero = "value_zero",
        /// More decimal places than the currency has: perhaps another currency was meant.
        ValueTooPrecise = "value_too_precise",
        /// An item of `contents` without `id`.
        ContentIdMissing = "content_id_missing",
    }
}

text_enum! {
    /// What a problem does to the event.
    Severity {
        /// It is not sent: Meta would refuse it, and its whole batch with it.
        Error = "error",
        /// It is sent.
        Warning = "warning",
    }
}

impl Rule {
    /// The subcode (under code 100) that Meta answers when the rule is broken; `None` where the rule is ours.
    pub const fn meta_subcode(self) -> Option<u32> {
        Some(match self {
            Self::NameUnknown => 2804066,
            Self::TimeTooOld => 2804003,
            Self::TimeInFuture => 2804004,
            Self::IdentityMissing => 2804050,
            Self::PageMissing => 2804069,
            Self::PersonMissing | Self::ClickMissing => 2804071,
            Self::InstagramAccountMissing => 2804079,
            Self::InstagramPersonMissing => 2804075,
            Self::WhatsappAccountMissing => 2804116,
            Self::PageNotAllowed => 2804131,
            Self::KeyForbidden => 2804064,
            Self::DatasetNotOfPage => 2804065,
            Self::DatasetNotOfInstagram => 2804133,
            Self::DatasetNotOfWhatsapp => 2804132,
            Self::ValueMissing => 2804009,
            Self::CurrencyMissing => 2804081,
            Self::ValueWithoutCurrency => 2804023,
            Self::ContentIdMissing => 2804008,
            Self::NameUnverified
            | Self::CurrencyUnknown
            | Self::ValueNegative
            | Self::ValueZero
            | Self::ValueTooPrecise => return None,
        })
    }

    /// Whether breaking it stops the event.
    pub const fn severity(self) -> Severity {
        match self {
            Self::NameUnverified | Self::ValueZero | Self::ValueTooPrecise => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// One broken rule of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where.
    pub field: Field,
    /// Which rule.
    pub rule: Rule,
    /// What follows from it.
    pub severity: Severity,
    /// The position in `contents`, counted from zero, where the problem lies in one item.
    pub item: Option<usize>,
}

impl Problem {
    /// A problem of a whole field.
    pub const fn new(field: Field, rule: Rule) -> Self {
        Self {
            field,
            rule,
            severity: rule.severity(),
            item: None,
        }
    }

    /// A problem of one item of `contents`.
    pub const fn in_item(rule: Rule, item: usize) -> Self {
        Self {
            field: Field::Contents,
            rule,
            severity: rule.severity(),
            item: Some(item),
        }
    }

    /// Whether the event must not be sent.
    pub const fn is_error(self) -> bool {
        matches!(self.severity, Severity::Error)
    }
}
