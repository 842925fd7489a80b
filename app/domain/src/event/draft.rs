//! An event before it is sent: what happened, to what amount, with which items. No identifiers of people.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Channel, DatasetKind, text_enum::text_enum};

text_enum! {
    /// What the ids in `contents` stand for.
    ContentType {
        /// Single products.
        Product = "product",
        /// Groups of variants.
        ProductGroup = "product_group",
    }
}

/// One item of `contents`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// The product's id; Meta refuses an item without one.
    pub id: String,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// The price of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_price: Option<Decimal>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The business side of an event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomData {
    /// An ISO 4217 code.
    pub currency: Option<String>,
    /// In major units: 4,800 yen are 4800.
    pub value: Option<Decimal>,
    /// The sender's own order number.
    pub order_id: Option<String>,
    /// What it was about.
    pub content_name: Option<String>,
    /// Of which category.
    pub content_category: Option<String>,
    /// What the ids stand for.
    pub content_type: Option<ContentType>,
    /// Product ids without quantities.
    pub content_ids: Vec<String>,
    /// Product ids with quantities and prices.
    pub contents: Vec<Content>,
}

/// Which identifiers the event will carry: enough to check it without holding them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IdentityPresence {
    /// `page_id`.
    pub page_id: bool,
    /// `page_scoped_user_id`.
    pub psid: bool,
    /// `ig_account_id`, under whichever of its names.
    pub instagram_account_id: bool,
    /// `ig_sid`.
    pub igsid: bool,
    /// `whatsapp_business_account_id`.
    pub waba_id: bool,
    /// `ctwa_clid`.
    pub ctwa_clid: bool,
}

/// An event that may or may not keep the rules; `validate` tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventDraft {
    /// Where the conversation takes place.
    pub channel: Channel,
    /// What the receiving dataset is linked to.
    pub dataset_kind: DatasetKind,
    /// `event_name` as the sender wrote it: it may be unknown.
    pub name: String,
    /// When it happened, in Unix seconds.
    pub event_time: i64,
    /// The sender's own id of the event.
    pub event_id: Option<String>,
    /// Shows the event under *Test events*; it counts all the same.
    pub test_event_code: Option<String>,
    /// Which identifiers it will carry.
    pub identity: IdentityPresence,
    /// The names of any further `user_data` keys.
    #[serde(default)]
    pub other_user_data: Vec<String>,
    /// Amount, order and items.
    pub custom_data: CustomData,
}
