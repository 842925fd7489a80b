//! Conversations as the WhatsApp Cloud API writes them. Its `statuses` tell what became of the business's own messages
//! and are left out.

use super::{
    conversation::{Item, Kind, Party, Referral},
    moment,
};
use crate::tolerant::text;
use serde_json::Value;

/// The messages in a WABA's entry.
pub(super) fn items(entry: &Value) -> Vec<Item> {
    let changes = entry["changes"].as_array().into_iter().flatten();
    changes
        .filter(|change| change["field"] == "messages")
        .flat_map(|change| of_value(&change["value"]))
        .collect()
}

/// The messages beside their contacts.
pub(super) fn of_value(value: &Value) -> Vec<Item> {
    let number = filled(&value["metadata"]["phone_number_id"]);
    let messages = value["messages"].as_array().into_iter().flatten();
    messages
        .filter(|message| message.is_object())
        .map(|message| Item {
            kind: Kind::Message,
            sender: sender(value, message),
            recipient: Party {
                id: number.clone(),
                ..Party::default()
            },
            timestamp: moment(&message["timestamp"]),
            mid: filled(&message["id"]),
            is_echo: false,
            is_standby: false,
            referral: referral(&message["referral"]),
        })
        .collect()
}

/// Who wrote. A person with a username may show no phone number; what the message leaves out, the contact beside it may
/// say.
fn sender(value: &Value, message: &Value) -> Party {
    let contacts: Vec<&Value> = value["contacts"].as_array().into_iter().flatten().collect();
    let (phone, scoped) = (filled(&message["from"]), filled(&message["from_user_id"]));
    let is_theirs = |contact: &&Value| {
        let is =
            |key: &str, known: &Option<String>| known.is_some() && filled(&contact[key]) == *known;
        is("wa_id", &phone) || is("user_id", &scoped)
    };
    let contact = contacts.iter().copied().find(is_theirs);
    // A lone contact beside a lone message is its sender, even if the two share no id.
    let is_alone = contacts.len() == 1 && value["messages"].as_array().map(Vec::len) == Some(1);
    let contact = contact.or_else(|| contacts.first().copied().filter(|_| is_alone));
    let said = |key: &str| filled(&contact?[key]);
    Party {
        id: phone.or_else(|| said("wa_id")),
        user_ref: None,
        business_scoped_id: scoped.or_else(|| said("user_id")),
    }
}

fn referral(json: &Value) -> Option<Referral> {
    json.as_object()?;
    let source = filled(&json["source_type"]);
    let source_id = filled(&json["source_id"]);
    let is_post = source.as_deref() == Some("post");
    let (ad_id, post_id) = if is_post {
        (None, source_id)
    } else {
        (source_id, None)
    };
    Some(Referral {
        ad_id,
        post_id,
        source,
        ad_title: filled(&json["headline"]),
        photo_url: filled(&json["image_url"]).or_else(|| filled(&json["thumbnail_url"])),
        video_url: filled(&json["video_url"]),
        ctwa_clid: filled(&json["ctwa_clid"]),
        ..Referral::default()
    })
}

fn filled(value: &Value) -> Option<String> {
    text(value).filter(|text| !text.is_empty())
}
