//! One event as somebody wrote it, in Meta's shape: read, checked by the rules in `domain`, and made ready to go out.
//!
//! What Meta takes besides what we know of goes out as it came: hashed emails, free keys of `custom_data`. Ids become
//! texts, since 17 digits and more exceed what JavaScript counts exactly, and so that nothing of a person is shown
//! unmasked.

use domain::{
    Channel, Content, CustomData, DatasetKind, EventDraft, EventId, Identity, Problem, TestCode,
    validate,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value, value::RawValue};

use super::{
    Testing,
    refusal::{Flaw, Refusal},
    routes::Route,
};
use crate::Error;

/// The longest id, order number or name that is taken, in characters.
const LONGEST: usize = 256;
/// The one place where conversions of ours happen.
const IN_CHAT: &str = "business_messaging";
/// The keys of `user_data` that say who an event is about.
const PAGE: &str = "page_id";
const PSID: &str = "page_scoped_user_id";
const INSTAGRAM: &str = "ig_account_id";
const INSTAGRAM_OLD: &str = "instagram_business_account_id";
const IGSID: &str = "ig_sid";
const WABA: &str = "whatsapp_business_account_id";
const CLICK: &str = "ctwa_clid";

/// An event that keeps every rule.
pub(crate) struct Reading<'a> {
    pub id: EventId,
    pub route: &'a Route,
    pub draft: EventDraft,
    pub identity: Identity,
    /// `custom_data.contents` as JSON with its keys in order.
    pub contents: String,
    pub warnings: Vec<Problem>,
    pub testing: Testing,
    /// The sender's id, or ours where there is none.
    pub external_id: String,
    /// The element of `data` as it goes out, as JSON.
    pub body: String,
}

/// What `user_data` says.
struct Person<'a> {
    fields: &'a Map<String, Value>,
}

/// Reads an event that is still a text: what a tree of it takes is free again before the next.
pub(crate) fn written<'a>(
    id: EventId,
    written: &RawValue,
    routes: &'a [Route],
    test_code: Option<&TestCode>,
    now: i64,
) -> Result<Reading<'a>, Refusal> {
    let read = serde_json::from_str(written.get());
    let read = read.map_err(|_| Refusal::at(&[], Flaw::NotAnEvent))?;
    event(id, read, routes, test_code, now)
}

/// Reads an event, which gets this `id` if it is taken.
pub(crate) fn event<'a>(
    id: EventId,
    event: Value,
    routes: &'a [Route],
    test_code: Option<&TestCode>,
    now: i64,
) -> Result<Reading<'a>, Refusal> {
    let Value::Object(event) = event else {
        return Err(Refusal::at(&[], Flaw::NotAnEvent));
    };
    let name = text(&event, &[], "event_name")?
        .ok_or_else(|| Refusal::at(&["event_name"], Flaw::Missing))?;
    let event_time = time(&event)?;
    let source = text(&event, &[], "action_source")?
        .ok_or_else(|| Refusal::at(&["action_source"], Flaw::Missing))?;
    if source != IN_CHAT {
        return Err(Refusal::at(&["action_source"], Flaw::ElsewhereThanChat));
    }
    let channel: Channel = text(&event, &[], "messaging_channel")?
        .ok_or_else(|| Refusal::at(&["messaging_channel"], Flaw::ChannelMissing))?
        .parse()
        .map_err(|_| {
            let choices = "messenger, instagram or whatsapp";
            Refusal::at(&["messaging_channel"], Flaw::Malformed(choices))
        })?;
    let nothing = Map::new();
    let person = Person {
        fields: object(&event, "user_data")?.unwrap_or(&nothing),
    };
    let custom = object(&event, "custom_data")?.unwrap_or(&nothing);
    let ids = person.ids()?;
    let route = route(routes, channel, &ids)?;
    let (custom_data, contents) = custom_data(custom)?;
    let draft = EventDraft {
        channel,
        dataset_kind: route.map_or(other_kind(channel), |route| route.kind),
        name,
        event_time,
        event_id: text(&event, &[], "event_id")?,
        test_event_code: test_code.map(|code| code.as_str().to_owned()),
        identity: ids.presence(),
        other_user_data: person.others(),
        custom_data,
    };
    let (errors, warnings): (Vec<_>, Vec<_>) = validate(&draft, now)
        .into_iter()
        .partition(|problem| problem.is_error());
    if let Some(problem) = errors.first() {
        return Err(Refusal {
            event: None,
            path: path_of(problem),
            flaw: Flaw::Rule(*problem),
        });
    }
    let route = route.ok_or_else(|| Refusal::at(&["messaging_channel"], Flaw::Missing))?;
    let identity = ids.identity(channel, route.kind);
    let external_id = draft.event_id.clone().unwrap_or_else(|| id.to_string());
    Ok(Reading {
        id,
        body: outgoing(event, &draft, &external_id).to_string(),
        external_id,
        route,
        draft,
        identity,
        contents,
        warnings,
        testing: Testing::Live,
    })
}

/// An event of our own making, as a batch holds it.
pub(crate) fn to_text(event: &Value) -> Result<Box<RawValue>, Error> {
    serde_json::value::to_raw_value(event)
        .map_err(|_| Error::Internal("an event could not be written as JSON"))
}

/// The element of `data` as it goes out.
fn outgoing(mut event: Map<String, Value>, draft: &EventDraft, event_id: &str) -> Value {
    event.retain(|_, value| !value.is_null());
    event.insert("event_time".into(), draft.event_time.into());
    event.insert("event_id".into(), event_id.into());
    if let Some(Value::Object(person)) = event.get_mut("user_data") {
        // The dialect: of the account's two names, the newer.
        if let Some(account) = person.remove(INSTAGRAM_OLD) {
            person.entry(INSTAGRAM).or_insert(account);
        }
        person.values_mut().for_each(as_text);
    }
    if let Some(Value::Object(custom)) = event.get_mut("custom_data") {
        if let Some(currency) = &draft.custom_data.currency {
            custom.insert("currency".into(), currency.as_str().into());
        }
        if let Some(Value::String(value)) = custom.get("value")
            && let Ok(number) = value.trim().parse::<serde_json::Number>()
        {
            custom.insert("value".into(), number.into());
        }
    }
    Value::Object(event)
}

/// Numbers in what says who somebody is, however deep.
fn as_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(as_text),
        Value::Object(fields) => fields.values_mut().for_each(as_text),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The identifiers that were named.
struct Ids {
    page: String,
    psid: String,
    instagram: String,
    igsid: String,
    waba: String,
    click: String,
}

impl Person<'_> {
    fn ids(&self) -> Result<Ids, Refusal> {
        let id = |key: &str| -> Result<String, Refusal> {
            Ok(text(self.fields, &["user_data"], key)?.unwrap_or_default())
        };
        let instagram = match id(INSTAGRAM)? {
            newer if newer.is_empty() => id(INSTAGRAM_OLD)?,
            newer => newer,
        };
        Ok(Ids {
            page: id(PAGE)?,
            psid: id(PSID)?,
            instagram,
            igsid: id(IGSID)?,
            waba: id(WABA)?,
            click: id(CLICK)?,
        })
    }

    /// The names of all that does not say who it is by an id of messaging.
    fn others(&self) -> Vec<String> {
        let known = [PAGE, PSID, INSTAGRAM, INSTAGRAM_OLD, IGSID, WABA, CLICK];
        let others = self
            .fields
            .iter()
            .filter(|(key, value)| !known.contains(&key.as_str()) && !value.is_null());
        others.map(|(key, _)| key.clone()).collect()
    }
}

impl Ids {
    fn presence(&self) -> domain::IdentityPresence {
        domain::IdentityPresence {
            page_id: !self.page.is_empty(),
            psid: !self.psid.is_empty(),
            instagram_account_id: !self.instagram.is_empty(),
            igsid: !self.igsid.is_empty(),
            waba_id: !self.waba.is_empty(),
            ctwa_clid: !self.click.is_empty(),
        }
    }

    /// The id by which the channel's asset is known.
    fn account(&self, channel: Channel) -> &str {
        match channel {
            Channel::Messenger => &self.page,
            Channel::Instagram => &self.instagram,
            Channel::Whatsapp => &self.waba,
        }
    }

    fn identity(self, channel: Channel, kind: DatasetKind) -> Identity {
        match (channel, kind) {
            (Channel::Messenger, _) => Identity::Messenger {
                page_id: self.page,
                psid: self.psid,
            },
            (Channel::Instagram, _) => Identity::Instagram {
                account_id: self.instagram,
                igsid: self.igsid,
            },
            (Channel::Whatsapp, DatasetKind::PageLinkedWhatsapp) => Identity::WhatsappPage {
                page_id: self.page,
                ctwa_clid: self.click,
            },
            (Channel::Whatsapp, _) => Identity::WhatsappWaba {
                waba_id: self.waba,
                ctwa_clid: self.click,
            },
        }
    }
}

/// The connection that an event is for, by its channel and by the account that it names. None where the dataset serves no
/// connection of that channel, which the rules have words for.
fn route<'a>(
    routes: &'a [Route],
    channel: Channel,
    ids: &Ids,
) -> Result<Option<&'a Route>, Refusal> {
    let account = ids.account(channel);
    let by_page = |route: &&Route| route.kind == DatasetKind::PageLinkedWhatsapp;
    if channel == Channel::Whatsapp
        && account.is_empty()
        && !ids.page.is_empty()
        && routes.iter().any(|route| by_page(&route))
    {
        let mut named = routes.iter().filter(by_page);
        let named = named.find(|route| route.asset_meta_id == ids.page);
        return named.map(Some).ok_or_else(not_of_page);
    }
    let of_channel = || {
        let of_channel = routes.iter().filter(|route| route.channel == channel);
        of_channel.filter(|route| !by_page(route))
    };
    let Some(first) = of_channel().next() else {
        return Ok(None);
    };
    if account.is_empty() {
        return Ok(Some(first));
    }
    if let Some(named) = of_channel().find(|route| route.asset_meta_id == account) {
        return Ok(Some(named));
    }
    Err(match channel {
        Channel::Messenger => not_of_page(),
        Channel::Instagram => Refusal::at(
            &["user_data", INSTAGRAM],
            Flaw::Rule(Problem::new(
                domain::Field::Identity,
                domain::Rule::DatasetNotOfInstagram,
            )),
        ),
        Channel::Whatsapp => Refusal::at(&["user_data", WABA], Flaw::AccountOfOtherDataset),
    })
}

fn not_of_page() -> Refusal {
    Refusal::at(
        &["user_data", PAGE],
        Flaw::Rule(Problem::new(
            domain::Field::Identity,
            domain::Rule::DatasetNotOfPage,
        )),
    )
}

/// A kind of dataset that takes nothing of the channel, so that the rules say so.
fn other_kind(channel: Channel) -> DatasetKind {
    match channel {
        Channel::Messenger => DatasetKind::Waba,
        Channel::Instagram | Channel::Whatsapp => DatasetKind::Page,
    }
}

fn path_of(problem: &Problem) -> Vec<String> {
    use domain::Field;
    let path: &[&str] = match problem.field {
        Field::Identity => &["user_data"],
        Field::Value
        | Field::Currency
        | Field::OrderId
        | Field::ContentName
        | Field::ContentCategory
        | Field::ContentType
        | Field::ContentIds
        | Field::Contents => &["custom_data", problem.field.as_str()],
        field => &[field.as_str()],
    };
    let item = problem
        .item
        .map(|item| [item.to_string(), "id".to_owned()])
        .into_iter()
        .flatten();
    path.iter().map(ToString::to_string).chain(item).collect()
}

fn time(event: &Map<String, Value>) -> Result<i64, Refusal> {
    let malformed = || {
        Refusal::at(
            &["event_time"],
            Flaw::Malformed("a whole number of seconds since 1970"),
        )
    };
    match event.get("event_time") {
        None | Some(Value::Null) => Err(Refusal::at(&["event_time"], Flaw::Missing)),
        Some(Value::Number(number)) => number.as_i64().ok_or_else(malformed),
        Some(Value::String(text)) => text.trim().parse().map_err(|_| malformed()),
        Some(_) => Err(malformed()),
    }
}

fn custom_data(custom: &Map<String, Value>) -> Result<(CustomData, String), Refusal> {
    let items = match custom.get("contents") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(items)) => items,
        Some(_) => {
            return Err(Refusal::at(
                &["custom_data", "contents"],
                Flaw::Malformed("a list of items"),
            ));
        }
    };
    let mut contents = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let index = index.to_string();
        let at = ["custom_data", "contents", index.as_str()];
        let Value::Object(item) = item else {
            return Err(Refusal::at(&at, Flaw::Malformed("an object")));
        };
        contents.push(Content {
            id: text(item, &at, "id")?.unwrap_or_default(),
            ..Content::default()
        });
    }
    let written = if items.is_empty() {
        String::new()
    } else {
        Value::Array(items.to_vec()).to_string()
    };
    let data = CustomData {
        // Meta's own SDKs disagree: one writes `jpy`, one `JPY`.
        currency: text(custom, &["custom_data"], "currency")?
            .map(|currency| currency.to_ascii_uppercase()),
        value: value(custom)?,
        order_id: text(custom, &["custom_data"], "order_id")?,
        contents,
        ..CustomData::default()
    };
    Ok((data, written))
}

fn value(custom: &Map<String, Value>) -> Result<Option<Decimal>, Refusal> {
    let written = match custom.get("value") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(_) => String::new(),
    };
    let read = written
        .parse()
        .or_else(|_| Decimal::from_scientific(&written));
    read.map(Some)
        .map_err(|_| Refusal::at(&["custom_data", "value"], Flaw::Malformed("a number")))
}

fn object<'a>(
    event: &'a Map<String, Value>,
    key: &str,
) -> Result<Option<&'a Map<String, Value>>, Refusal> {
    match event.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) => Ok(Some(fields)),
        Some(_) => Err(Refusal::at(&[key], Flaw::Malformed("an object"))),
    }
}

/// A text, or a number in its place, trimmed; none where nothing is left.
fn text(fields: &Map<String, Value>, above: &[&str], key: &str) -> Result<Option<String>, Refusal> {
    let wrong = |expected| {
        let path: Vec<&str> = above.iter().copied().chain([key]).collect();
        Err(Refusal::at(&path, Flaw::Malformed(expected)))
    };
    let text = match fields.get(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return wrong("a text"),
    };
    if text.chars().any(char::is_control) {
        return wrong("a text without control characters");
    }
    if text.chars().count() > LONGEST && key != CLICK {
        return wrong("a text of 256 characters at most");
    }
    Ok((!text.is_empty()).then_some(text))
}
