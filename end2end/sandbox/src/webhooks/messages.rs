//! Someone writes to a Page, to an Instagram account, or to a WhatsApp number.

use super::{Sent, deliver};
use crate::{
    ids,
    state::{Click, State},
    world::{Customer, Instagram, Page, Waba},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Someone writes: name one of `page_id`, `instagram_id`, `waba_id`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Message {
    /// The Page, by id or key.
    #[serde(alias = "page")]
    pub page_id: String,
    /// The Instagram account, by id or key.
    #[serde(alias = "instagram")]
    pub instagram_id: String,
    /// The WhatsApp Business Account, by id or key.
    #[serde(alias = "waba")]
    pub waba_id: String,
    /// Who writes: a customer's key. Without `person` and `psid` it is the first customer.
    pub person: Option<String>,
    /// Who writes, by the id that the Page or the Instagram account knows them by.
    #[serde(alias = "igsid")]
    pub psid: Option<String>,
    /// What they write.
    pub text: Option<String>,
    /// The ad that brought them: `true` for an invented one, or Meta's `referral` object. On WhatsApp `true` is also a
    /// tap on the ad, with a `ctwa_clid` of its own; one that an object names becomes known.
    pub referral: Option<Value>,
}

/// What became of a message's webhook.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// The message's id.
    pub mid: String,
    /// Who wrote, as the asset knows them: PSID, IGSID or telephone number.
    pub sender_id: String,
    /// The Page, Instagram account or WhatsApp Business Account.
    pub asset_id: String,
    /// The tap that brought them to WhatsApp.
    pub ctwa_clid: Option<String>,
    /// The app hears of messages to this asset; if not, nothing is sent.
    pub subscribed: bool,
    /// How it went.
    #[serde(flatten)]
    pub sent: Sent,
}

/// An asset that is written to.
enum To<'a> {
    Page(&'a Page),
    Instagram(&'a Instagram),
    Waba(&'a Waba),
}

pub(crate) async fn send(state: &State, message: Message) -> Result<Delivery, String> {
    let to = receiver(state, &message)?;
    let customer = customer(state, &message, &to)?;
    let (asset_id, sender_id) = match to {
        To::Page(page) => (&page.id, state.world().psid(&page.id, customer)),
        To::Instagram(account) => (&account.id, state.world().igsid(&account.id, customer)),
        To::Waba(waba) => (&waba.id, phone(customer)),
    };
    let ad = ids::stable(0, "120", 14, asset_id);
    let (mid, payload, ctwa_clid) = match to {
        To::Page(page) => {
            let referral = referral(&message, &page.name, &ad);
            let (mid, payload) = messaging(state, "page", asset_id, &sender_id, &message, referral);
            (mid, payload, None)
        }
        To::Instagram(account) => {
            let referral = referral(&message, &account.username, &ad);
            let (mid, payload) =
                messaging(state, "instagram", asset_id, &sender_id, &message, referral);
            (mid, payload, None)
        }
        To::Waba(waba) => cloud_api(state, waba, customer, &sender_id, &message, &ad)?,
    };
    let subscribed = is_heard(state, &to);
    let sent = if subscribed {
        deliver(state, &payload).await
    } else {
        Sent::default()
    };
    Ok(Delivery {
        mid,
        asset_id: asset_id.clone(),
        sender_id,
        ctwa_clid,
        subscribed,
        sent,
    })
}

fn receiver<'a>(state: &'a State, message: &Message) -> Result<To<'a>, String> {
    let world = state.world();
    let named = [&message.page_id, &message.instagram_id, &message.waba_id];
    if named.into_iter().filter(|it| !it.is_empty()).count() != 1 {
        return Err("name one of page_id, instagram_id, waba_id".into());
    }
    if !message.page_id.is_empty() {
        let page = world.page(&message.page_id);
        return page.map(To::Page).ok_or("there is no such Page".into());
    }
    if !message.instagram_id.is_empty() {
        let account = world.instagram(&message.instagram_id);
        return account
            .map(To::Instagram)
            .ok_or("there is no such Instagram account".into());
    }
    let waba = world.waba(&message.waba_id);
    waba.map(To::Waba)
        .ok_or("there is no such WhatsApp Business Account".into())
}

fn customer<'a>(
    state: &'a State,
    message: &Message,
    to: &To<'_>,
) -> Result<&'a Customer, &'static str> {
    let world = state.world();
    let found = match (&message.person, &message.psid, to) {
        (Some(key), ..) => world.customer(key),
        (None, Some(psid), To::Page(page)) => world.customer_by_psid(&page.id, psid),
        (None, Some(igsid), To::Instagram(it)) => world.customer_by_igsid(&it.id, igsid),
        (None, Some(number), To::Waba(_)) => world.customers.iter().find(|it| phone(it) == *number),
        (None, None, _) => world.customers.first(),
    };
    found.ok_or("there is no such person who writes to this asset")
}

/// A person's mobile number, with Japan's code.
fn phone(customer: &Customer) -> String {
    ids::stable(0, "8190", 8, &format!("phone/{}", customer.key))
}

/// The asset or, for an Instagram account reached through Facebook Login, its Page is subscribed, and the app is for
/// the object.
fn is_heard(state: &State, to: &To<'_>) -> bool {
    let memory = state.memory();
    let messages =
        |id: &String| matches!(memory.subscriptions.get(id), Some(it) if it.contains("messages"));
    match to {
        To::Page(page) => messages(&page.id) && memory.app.hears("page", "messages"),
        To::Instagram(account) => {
            let known = |id| memory.subscriptions.contains_key(id);
            (known(&account.id) || known(&account.page_id))
                && memory.app.hears("instagram", "messages")
        }
        To::Waba(waba) => {
            memory.subscriptions.contains_key(&waba.id)
                && memory.app.hears("whatsapp_business_account", "messages")
        }
    }
}

fn text(message: &Message) -> &str {
    let text = message.text.as_deref().filter(|it| !it.is_empty());
    text.unwrap_or("こんにちは")
}

/// The ad as Messenger and Instagram tell of it.
fn referral(message: &Message, title: &str, ad: &str) -> Option<Value> {
    match &message.referral {
        Some(Value::Bool(true)) => Some(json!({
            "ref": "spring",
            "ad_id": ad,
            "source": "ADS",
            "type": "OPEN_THREAD",
            "ads_context_data": { "ad_title": title, "post_id": ids::stable(0, "9", 14, ad) },
        })),
        Some(given @ Value::Object(_)) => Some(given.clone()),
        _ => None,
    }
}

/// The shape of Messenger and Instagram.
fn messaging(
    state: &State,
    object: &str,
    asset: &str,
    sender: &str,
    message: &Message,
    referral: Option<Value>,
) -> (String, Value) {
    let now = state.shared().clock.millis();
    let mid = format!("m_{}", ids::opaque(88));
    let mut content = json!({ "mid": mid, "text": text(message) });
    if let Some(referral) = referral {
        content["referral"] = referral;
    }
    let payload = json!({ "object": object, "entry": [{
        "id": asset,
        "time": now,
        "messaging": [{
            "sender": { "id": sender },
            "recipient": { "id": asset },
            "timestamp": now,
            "message": content,
        }],
    }] });
    (mid, payload)
}

/// The shape of WhatsApp's Cloud API.
fn cloud_api(
    state: &State,
    waba: &Waba,
    customer: &Customer,
    sender: &str,
    message: &Message,
    ad: &str,
) -> Result<(String, Value, Option<String>), String> {
    let phone = waba
        .phone_numbers
        .first()
        .ok_or("the account has no phone number to write to")?;
    let wamid = format!("wamid.HBg{}", ids::opaque(44));
    let user_id = format!("JP.{}", ids::stable(0, "", 12, &customer.key));
    let mut content = json!({
        "from": sender,
        "from_user_id": user_id,
        "id": wamid,
        "timestamp": state.shared().clock.seconds().to_string(),
        "type": "text",
        "text": { "body": text(message) },
    });
    let mut ctwa_clid = None;
    match &message.referral {
        Some(Value::Bool(true)) => {
            let click = state.click(None, Some(&waba.id))?;
            content["referral"] = json!({
                "source_url": format!("https://fb.me/{}", ids::opaque(9)),
                "source_id": ad,
                "source_type": "ad",
                "headline": waba.name,
                "body": "お気軽にご相談ください",
                "media_type": "image",
                "image_url": format!("{}/picture/{ad}", state.url()),
                "ctwa_clid": click.ctwa_clid,
            });
            ctwa_clid = Some(click.ctwa_clid);
        }
        Some(given @ Value::Object(_)) => {
            content["referral"] = given.clone();
            ctwa_clid = given["ctwa_clid"].as_str().map(Into::into);
            if let Some(clid) = &ctwa_clid {
                let click = Click {
                    ctwa_clid: clid.clone(),
                    page_id: Some(waba.page_id.clone()),
                    waba_id: Some(waba.id.clone()),
                };
                let mut memory = state.memory();
                memory.clicks.entry(clid.clone()).or_insert(click);
            }
        }
        _ => {}
    }
    let payload = json!({ "object": "whatsapp_business_account", "entry": [{
        "id": waba.id,
        "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": phone.number, "phone_number_id": phone.id },
            "contacts": [{ "profile": { "name": customer.name }, "wa_id": sender, "user_id": user_id }],
            "messages": [content],
        } }],
    }] });
    Ok((wamid, payload, ctwa_clid))
}
