//! Reading the test studio's form: the same in the browser, for its live checks and preview, and on the server.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use super::StudioEvent;
use crate::{
    Channel, Content, CustomData, DatasetKind, EventDraft, Field, IdentityPresence, TestCode, Why,
};

/// The longest `event_id` and order number that are taken.
const LONGEST_ID: usize = 100;
/// The most products of one event.
const MOST_CONTENTS: usize = 100;

/// A field whose text cannot be read. What can be read may still break a rule: `validate` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Where.
    pub field: Field,
    /// Why not.
    pub why: Why,
}

impl StudioEvent {
    /// Reads the form for a connection of this channel and kind of dataset. `unix` turns a local date and time of the
    /// advertiser's zone into Unix seconds; an empty time is `now`.
    ///
    /// # Errors
    /// Names every field that cannot be read, in the order of the form.
    pub fn draft(
        &self,
        channel: Channel,
        dataset_kind: DatasetKind,
        identity: IdentityPresence,
        now: i64,
        unix: impl FnOnce(NaiveDateTime) -> Option<i64>,
    ) -> Result<EventDraft, Vec<Unreadable>> {
        let mut faults = Vec::new();
        let mut note = |field: Field, why: Why| faults.push(Unreadable { field, why });
        let event_time = if self.event_time.trim().is_empty() {
            now
        } else {
            local_time(self.event_time.trim())
                .and_then(unix)
                .unwrap_or_else(|| {
                    note(Field::Time, Why::NotAChoice);
                    now
                })
        };
        let value = optional(&self.value).and_then(|text| {
            text.parse::<Decimal>()
                .map_err(|_| note(Field::Value, Why::NotAnAmount))
                .ok()
        });
        let order_id = optional(&self.order_id)
            .and_then(|text| id(text).map_err(|why| note(Field::OrderId, why)).ok());
        let contents = contents(&self.contents).unwrap_or_else(|why| {
            note(Field::Contents, why);
            Vec::new()
        });
        let event_id = optional(&self.event_id)
            .and_then(|text| id(text).map_err(|why| note(Field::EventId, why)).ok());
        let test_event_code = optional(&self.test_code).and_then(|text| {
            let code = text
                .parse::<TestCode>()
                .map_err(|why| note(Field::TestCode, why))
                .ok()?;
            Some(code.into())
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(EventDraft {
            channel,
            dataset_kind,
            name: self.name.trim().to_owned(),
            event_time,
            event_id,
            test_event_code,
            identity,
            other_user_data: Vec::new(),
            custom_data: CustomData {
                currency: optional(&self.currency).map(str::to_ascii_uppercase),
                value,
                order_id,
                contents,
                ..CustomData::default()
            },
        })
    }
}

fn optional(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn id(text: &str) -> Result<String, Why> {
    if text.chars().any(char::is_control) {
        Err(Why::Unprintable)
    } else if text.chars().count() > LONGEST_ID {
        Err(Why::TooLong { max: LONGEST_ID })
    } else {
        Ok(text.to_owned())
    }
}

/// `2026-11-22T15:04`, with or without seconds. By hand: chrono's own parser would cost the browser 20 KB.
fn local_time(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let mut time = time.splitn(3, ':').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (hour, minute) = (time.next()??, time.next()??);
    let second = match time.next() {
        Some(second) => second?,
        None => 0,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?
        .and_hms_opt(hour, minute, second)
}

/// One product a line: `id, quantity, item price`.
fn contents(text: &str) -> Result<Vec<Content>, Why> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let contents = lines.map(content).collect::<Result<Vec<_>, _>>()?;
    if contents.len() > MOST_CONTENTS {
        return Err(Why::TooLong { max: MOST_CONTENTS });
    }
    Ok(contents)
}

fn content(line: &str) -> Result<Content, Why> {
    let mut parts = line.splitn(3, ',').map(str::trim);
    let product = id(parts.next().unwrap_or_default())?;
    let mut number = || parts.next().and_then(optional);
    let quantity = number()
        .map(|text| text.parse().map_err(|_| Why::NotAnAmount))
        .transpose()?;
    let item_price = number()
        .map(|text| text.parse().map_err(|_| Why::NotAnAmount))
        .transpose()?;
    Ok(Content {
        id: product,
        quantity,
        item_price,
        title: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_795_359_600;

    fn read(form: &StudioEvent) -> Result<EventDraft, Vec<Unreadable>> {
        let tokyo = |local: NaiveDateTime| Some(local.and_utc().timestamp() - 9 * 3_600);
        let identity = IdentityPresence {
            page_id: true,
            psid: true,
            ..IdentityPresence::default()
        };
        form.draft(Channel::Messenger, DatasetKind::Page, identity, NOW, tokyo)
    }

    #[test]
    fn a_full_form_becomes_a_draft() {
        let form = StudioEvent {
            name: "Purchase".into(),
            event_time: "2026-11-22T15:04".into(),
            test_code: " TEST123 ".into(),
            value: "4800".into(),
            currency: "jpy".into(),
            order_id: "A-1".into(),
            contents: "rose, 3, 1600\n\nvase\n".into(),
            ..StudioEvent::default()
        };
        let draft = read(&form).unwrap();
        assert_eq!(draft.event_time, 1_795_327_440);
        assert_eq!(draft.test_event_code.as_deref(), Some("TEST123"));
        assert_eq!(draft.custom_data.currency.as_deref(), Some("JPY"));
        assert_eq!(draft.custom_data.contents[0].item_price, Some(1600.into()));
        assert_eq!(
            draft.custom_data.contents[1],
            Content {
                id: "vase".into(),
                ..Content::default()
            }
        );
        assert_eq!(
            (draft.event_id, crate::validate(&read(&form).unwrap(), NOW)),
            (None, vec![])
        );
    }

    #[test]
    fn an_empty_form_happens_now() {
        assert_eq!(read(&StudioEvent::default()).unwrap().event_time, NOW);
    }

    #[test]
    fn every_field_that_cannot_be_read_is_named() {
        let form = StudioEvent {
            event_time: "yesterday".into(),
            value: "4,800".into(),
            contents: "rose, many".into(),
            event_id: "x".repeat(101),
            test_code: "TEST 1".into(),
            ..StudioEvent::default()
        };
        let faults: Vec<_> = read(&form)
            .unwrap_err()
            .into_iter()
            .map(|fault| (fault.field, fault.why))
            .collect();
        assert_eq!(
            faults,
            [
                (Field::Time, Why::NotAChoice),
                (Field::Value, Why::NotAnAmount),
                (Field::Contents, Why::NotAnAmount),
                (Field::EventId, Why::TooLong { max: 100 }),
                (Field::TestCode, Why::NotATestCode),
            ]
        );
    }

    proptest! {
        #[test]
        fn reading_never_panics(text: String) {
            let form = StudioEvent {
                event_time: text.clone(),
                value: text.clone(),
                contents: text.clone(),
                event_id: text.clone(),
                ..StudioEvent::default()
            };
            let _ = read(&form);
        }
    }
}
