//! The exact JSON that Meta receives, with its keys in the order of Meta's own samples.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{CustomData, EventDraft, Identity, draft::Content, draft::ContentType};
use crate::{Channel, text_enum::text_enum};

text_enum! {
    /// What the Instagram account's key is called on the wire; Meta's pages disagree.
    Dialect {
        /// `ig_account_id`: the newer page, and what live calls accept.
        IgAccountId = "ig_account_id",
        /// `instagram_business_account_id`: the older guide.
        InstagramBusinessAccountId = "instagram_business_account_id",
        /// Both: harmless, as reported.
        Both = "both",
    }
}

/// The body of a POST to `/{dataset_id}/events`. It has no `Debug`: its events hold identifiers of people.
#[derive(Clone, Serialize)]
pub struct WireRequest<'a> {
    /// At most 1,000 events of one dataset and channel.
    pub data: &'a [WireEvent],
    /// Shows them under *Test events*; they count all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_event_code: Option<&'a str>,
    /// The partner's name at Meta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_agent: Option<&'a str>,
}

/// One element of `data`. Made by [`payload`] alone; it has no `Debug`, since it holds identifiers of people.
#[derive(Clone, Serialize)]
pub struct WireEvent {
    event_name: String,
    event_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    action_source: &'static str,
    messaging_channel: Channel,
    user_data: UserData,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_data: Option<WireCustomData>,
}

/// Ids are strings: 17 digits and more exceed what JavaScript counts exactly.
#[derive(Clone, Default, Serialize)]
struct UserData {
    #[serde(skip_serializing_if = "Option::is_none")]
    page_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_scoped_user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ig_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instagram_business_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ig_sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    whatsapp_business_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ctwa_clid: Option<String>,
}

#[derive(Clone, PartialEq, Serialize)]
struct WireCustomData {
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number")]
    value: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<ContentType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    content_ids: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contents: Vec<WireContent>,
}

#[derive(Clone, PartialEq, Serialize)]
struct WireContent {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number")]
    item_price: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// The event as Meta receives it. Checks nothing: `validate` does.
pub fn payload(draft: &EventDraft, identity: &Identity, dialect: Dialect) -> WireEvent {
    WireEvent {
        event_name: draft.name.clone(),
        event_time: draft.event_time,
        event_id: draft.event_id.clone(),
        action_source: "business_messaging",
        messaging_channel: identity.channel(),
        user_data: user_data(identity.clone(), dialect),
        custom_data: (draft.custom_data != CustomData::default())
            .then(|| custom_data(&draft.custom_data)),
    }
}

fn user_data(identity: Identity, dialect: Dialect) -> UserData {
    match identity {
        Identity::Messenger { page_id, psid } => UserData {
            page_id: Some(page_id),
            page_scoped_user_id: Some(psid),
            ..UserData::default()
        },
        Identity::Instagram { account_id, igsid } => UserData {
            ig_account_id: (dialect != Dialect::InstagramBusinessAccountId)
                .then(|| account_id.clone()),
            instagram_business_account_id: (dialect != Dialect::IgAccountId).then_some(account_id),
            ig_sid: Some(igsid),
            ..UserData::default()
        },
        Identity::WhatsappWaba { waba_id, ctwa_clid } => UserData {
            whatsapp_business_account_id: Some(waba_id),
            ctwa_clid: Some(ctwa_clid),
            ..UserData::default()
        },
        Identity::WhatsappPage { page_id, ctwa_clid } => UserData {
            page_id: Some(page_id),
            ctwa_clid: Some(ctwa_clid),
            ..UserData::default()
        },
    }
}

fn custom_data(data: &CustomData) -> WireCustomData {
    let content = |content: &Content| WireContent {
        id: content.id.clone(),
        quantity: content.quantity,
        item_price: content.item_price,
        title: content.title.clone(),
    };
    WireCustomData {
        currency: data.currency.clone(),
        value: data.value,
        order_id: data.order_id.clone(),
        content_name: data.content_name.clone(),
        content_category: data.content_category.clone(),
        content_type: data.content_type,
        content_ids: data.content_ids.clone(),
        contents: data.contents.iter().map(content).collect(),
    }
}

/// A JSON number as it is written, `4800` or `12.5`: exact, and without the tables that floating point would bring into
/// the browser's program.
fn number<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(value) = value else {
        return serializer.serialize_none();
    };
    RawValue::from_string(value.normalize().to_string())
        .map_err(serde::ser::Error::custom)?
        .serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::super::testing::purchase;
    use super::*;
    use proptest::prelude::*;

    fn waba() -> Identity {
        Identity::WhatsappWaba {
            waba_id: "33000000001".into(),
            ctwa_clid: "ARA".into(),
        }
    }

    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn a_whatsapp_purchase_looks_as_meta_prints_it() {
        let event = payload(&purchase(Channel::Whatsapp), &waba(), Dialect::IgAccountId);
        let request = WireRequest {
            data: &[event],
            test_event_code: None,
            partner_agent: Some("kaede"),
        };
        assert_eq!(
            json(&request),
            r#"{"data":[{"event_name":"Purchase","event_time":1795359600,"action_source":"business_messaging","messaging_channel":"whatsapp","user_data":{"whatsapp_business_account_id":"33000000001","ctwa_clid":"ARA"},"custom_data":{"currency":"JPY","value":4800,"order_id":"A-1007"}}],"partner_agent":"kaede"}"#
        );
    }

    #[test]
    fn each_identity_has_its_own_keys() {
        let cases = [
            (
                Identity::Messenger {
                    page_id: "1".into(),
                    psid: "2".into(),
                },
                Dialect::IgAccountId,
                r#"{"page_id":"1","page_scoped_user_id":"2"}"#,
            ),
            (
                Identity::Instagram {
                    account_id: "1".into(),
                    igsid: "2".into(),
                },
                Dialect::IgAccountId,
                r#"{"ig_account_id":"1","ig_sid":"2"}"#,
            ),
            (
                Identity::Instagram {
                    account_id: "1".into(),
                    igsid: "2".into(),
                },
                Dialect::InstagramBusinessAccountId,
                r#"{"instagram_business_account_id":"1","ig_sid":"2"}"#,
            ),
            (
                Identity::Instagram {
                    account_id: "1".into(),
                    igsid: "2".into(),
                },
                Dialect::Both,
                r#"{"ig_account_id":"1","instagram_business_account_id":"1","ig_sid":"2"}"#,
            ),
            (
                Identity::WhatsappPage {
                    page_id: "1".into(),
                    ctwa_clid: "2".into(),
                },
                Dialect::IgAccountId,
                r#"{"page_id":"1","ctwa_clid":"2"}"#,
            ),
        ];
        for (identity, dialect, expected) in cases {
            assert_eq!(json(&user_data(identity, dialect)), expected);
        }
    }

    #[test]
    fn an_event_without_business_data_has_no_custom_data() {
        let mut draft = purchase(Channel::Whatsapp);
        draft.custom_data = CustomData::default();
        draft.event_id = Some("e-1".into());
        let text = json(&payload(&draft, &waba(), Dialect::IgAccountId));
        assert!(!text.contains("custom_data"), "{text}");
        assert!(
            text.contains(r#""event_time":1795359600,"event_id":"e-1","action_source""#),
            "{text}"
        );
    }

    #[test]
    fn amounts_are_plain_numbers_in_major_units() {
        let cases = [
            ("4800", "4800"),
            ("4800.00", "4800"),
            ("12.50", "12.5"),
            ("0.1", "0.1"),
            ("19.99", "19.99"),
            ("-3", "-3"),
        ];
        for (amount, expected) in cases {
            let data = CustomData {
                value: Some(amount.parse().unwrap()),
                ..CustomData::default()
            };
            assert_eq!(
                json(&custom_data(&data)),
                format!(r#"{{"value":{expected}}}"#)
            );
        }
    }

    proptest! {
        #[test]
        fn an_amount_of_fifteen_digits_is_exact(mantissa in 0i64..1_000_000_000_000_000, scale in 0u32..4) {
            let value = Decimal::new(mantissa, scale);
            let data = CustomData { value: Some(value), ..CustomData::default() };
            let text = json(&custom_data(&data));
            let digits = text.trim_start_matches(r#"{"value":"#).trim_end_matches('}');
            prop_assert_eq!(digits.trim_end_matches(".0").parse::<Decimal>().unwrap(), value);
        }
    }
}
