//! The rules of `meta-platform.md` 4.1 to 4.4, checked before an event is accepted: one bad event sinks its batch.

use super::{EventDraft, Problem, draft::IdentityPresence, problem::Field::*, problem::Rule::*};
use crate::{Channel, DatasetKind, EventName, Field, Rule, money};

/// Meta refuses events that are older than this, in seconds.
pub const MAX_AGE: i64 = 7 * 24 * 60 * 60;

/// Keys that Meta forbids in `user_data` of business messaging.
const FORBIDDEN_KEYS: [&str; 2] = ["client_ip_address", "client_user_agent"];

/// Every problem of an event at the moment `now` (Unix seconds), in the order of the form. The event may be sent if
/// none of them is an error.
pub fn validate(draft: &EventDraft, now: i64) -> Vec<Problem> {
    let mut problems = Problems(Vec::new());
    let name = check_name(draft, &mut problems);
    problems.when(
        now.saturating_sub(draft.event_time) > MAX_AGE,
        Time,
        TimeTooOld,
    );
    problems.when(draft.event_time > now, Time, TimeInFuture);
    check_identity(draft, &mut problems);
    check_amount(draft, name, &mut problems);
    for (index, content) in draft.custom_data.contents.iter().enumerate() {
        if content.id.trim().is_empty() {
            problems.0.push(Problem::in_item(ContentIdMissing, index));
        }
    }
    problems.0
}

struct Problems(Vec<Problem>);

impl Problems {
    fn when(&mut self, broken: bool, field: Field, rule: Rule) {
        if broken {
            self.0.push(Problem::new(field, rule));
        }
    }
}

fn check_name(draft: &EventDraft, problems: &mut Problems) -> Option<EventName> {
    let name = draft.name.parse::<EventName>().ok();
    problems.when(name.is_none(), Name, NameUnknown);
    problems.when(
        name.is_some_and(|name| name.is_unverified(draft.channel)),
        Name,
        NameUnverified,
    );
    name
}

fn check_identity(draft: &EventDraft, problems: &mut Problems) {
    let has = draft.identity;
    let dataset_fits = draft.dataset_kind.accepts(draft.channel);
    problems.when(
        draft
            .other_user_data
            .iter()
            .any(|key| FORBIDDEN_KEYS.contains(&key.as_str())),
        Identity,
        KeyForbidden,
    );
    if has == IdentityPresence::default() {
        problems.when(!dataset_fits, Channel, dataset_mismatch(draft.channel));
        return problems.when(true, Identity, IdentityMissing);
    }
    match draft.channel {
        Channel::Messenger => {
            problems.when(!has.page_id, Identity, PageMissing);
            problems.when(!has.psid, Identity, PersonMissing);
        }
        Channel::Instagram => {
            problems.when(!has.instagram_account_id, Identity, InstagramAccountMissing);
            problems.when(!has.igsid, Identity, InstagramPersonMissing);
        }
        Channel::Whatsapp => {
            let by_page = draft.dataset_kind == DatasetKind::PageLinkedWhatsapp;
            let account = if by_page { has.page_id } else { has.waba_id };
            problems.when(!account, Identity, WhatsappAccountMissing);
            problems.when(
                has.page_id && draft.dataset_kind == DatasetKind::Waba,
                Identity,
                PageNotAllowed,
            );
            problems.when(!has.ctwa_clid, Identity, ClickMissing);
        }
    }
    problems.when(!dataset_fits, Channel, dataset_mismatch(draft.channel));
}

fn dataset_mismatch(channel: Channel) -> Rule {
    match channel {
        Channel::Messenger => DatasetNotOfPage,
        Channel::Instagram => DatasetNotOfInstagram,
        Channel::Whatsapp => DatasetNotOfWhatsapp,
    }
}

fn check_amount(draft: &EventDraft, name: Option<EventName>, problems: &mut Problems) {
    let value = draft.custom_data.value;
    let currency = draft
        .custom_data
        .currency
        .as_deref()
        .filter(|code| !code.is_empty());
    let decimals = currency.and_then(money::decimals);

    problems.when(
        value.is_none() && name.is_some_and(EventName::needs_value),
        Value,
        ValueMissing,
    );
    if let Some(value) = value {
        problems.when(value.is_zero(), Value, ValueZero);
        problems.when(value < rust_decimal::Decimal::ZERO, Value, ValueNegative);
        let too_precise = decimals.is_some_and(|decimals| value.normalize().scale() > decimals);
        problems.when(too_precise, Value, ValueTooPrecise);
    }
    match currency {
        Some(_) => problems.when(decimals.is_none(), Currency, CurrencyUnknown),
        None if name.is_some_and(EventName::needs_currency) => {
            problems.when(true, Currency, CurrencyMissing)
        }
        None => problems.when(value.is_some(), Currency, ValueWithoutCurrency),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, purchase};
    use super::*;
    use crate::{Content, CustomData};
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn rules(draft: &EventDraft) -> Vec<Rule> {
        validate(draft, NOW)
            .into_iter()
            .map(|problem| problem.rule)
            .collect()
    }

    #[test]
    fn a_complete_purchase_has_no_problem_on_any_channel() {
        for &channel in Channel::ALL {
            assert_eq!(rules(&purchase(channel)), [], "{channel}");
        }
    }

    #[test]
    fn each_rule_is_found_alone() {
        use Channel::*;
        type Spoil = fn(&mut EventDraft);
        let cases: &[(Rule, Channel, Spoil)] = &[
            (NameUnknown, Messenger, |d| d.name = "Lead".into()),
            (NameUnverified, Whatsapp, |d| {
                d.name = "CartAbandoned".into()
            }),
            (TimeTooOld, Messenger, |d| d.event_time = NOW - MAX_AGE - 1),
            (TimeInFuture, Messenger, |d| d.event_time = NOW + 1),
            (IdentityMissing, Messenger, |d| {
                d.identity = IdentityPresence::default()
            }),
            (PageMissing, Messenger, |d| d.identity.page_id = false),
            (PersonMissing, Messenger, |d| d.identity.psid = false),
            (InstagramAccountMissing, Instagram, |d| {
                d.identity.instagram_account_id = false
            }),
            (InstagramPersonMissing, Instagram, |d| {
                d.identity.igsid = false
            }),
            (WhatsappAccountMissing, Whatsapp, |d| {
                d.identity.waba_id = false
            }),
            (WhatsappAccountMissing, Whatsapp, |d| {
                d.dataset_kind = DatasetKind::PageLinkedWhatsapp
            }),
            (ClickMissing, Whatsapp, |d| d.identity.ctwa_clid = false),
            (PageNotAllowed, Whatsapp, |d| d.identity.page_id = true),
            (KeyForbidden, Messenger, |d| {
                d.other_user_data = vec!["client_user_agent".into()]
            }),
            (DatasetNotOfPage, Messenger, |d| {
                d.dataset_kind = DatasetKind::Waba
            }),
            (DatasetNotOfInstagram, Instagram, |d| {
                d.dataset_kind = DatasetKind::Page
            }),
            (DatasetNotOfWhatsapp, Whatsapp, |d| {
                d.dataset_kind = DatasetKind::Page
            }),
            (ValueMissing, Messenger, |d| d.custom_data.value = None),
            (CurrencyMissing, Messenger, |d| {
                d.custom_data.currency = None
            }),
            (CurrencyMissing, Messenger, |d| {
                d.custom_data.currency = Some(String::new())
            }),
            (ValueWithoutCurrency, Messenger, |d| {
                d.name = "LeadSubmitted".into();
                d.custom_data.currency = None;
            }),
            (CurrencyUnknown, Messenger, |d| {
                d.custom_data.currency = Some("YEN".into())
            }),
            (CurrencyUnknown, Messenger, |d| {
                d.custom_data.currency = Some("jpy".into())
            }),
            (ValueNegative, Messenger, |d| {
                d.custom_data.value = Some(Decimal::from(-1))
            }),
            (ValueZero, Messenger, |d| {
                d.custom_data.value = Some(Decimal::ZERO)
            }),
            (ValueTooPrecise, Messenger, |d| {
                d.custom_data.value = Some(Decimal::new(125, 1))
            }),
        ];
        for &(rule, channel, spoil) in cases {
            let mut draft = purchase(channel);
            spoil(&mut draft);
            assert_eq!(rules(&draft), [rule], "{rule} on {channel}");
        }
        let tested: std::collections::HashSet<_> = cases.iter().map(|&(rule, ..)| rule).collect();
        let untested: Vec<_> = Rule::ALL
            .iter()
            .filter(|rule| !tested.contains(rule))
            .collect();
        assert_eq!(untested, [&ContentIdMissing], "it has a test of its own");
    }

    #[test]
    fn an_item_without_an_id_is_named_by_its_position() {
        let mut draft = purchase(Channel::Messenger);
        draft.custom_data.contents = vec![
            Content {
                id: "A".into(),
                ..Content::default()
            },
            Content::default(),
        ];
        assert_eq!(
            validate(&draft, NOW),
            [Problem::in_item(ContentIdMissing, 1)]
        );
    }

    #[test]
    fn an_event_of_exactly_seven_days_ago_is_still_taken() {
        let mut draft = purchase(Channel::Messenger);
        draft.event_time = NOW - MAX_AGE;
        assert_eq!(rules(&draft), []);
    }

    #[test]
    fn an_event_without_amount_needs_neither_value_nor_currency() {
        let mut draft = purchase(Channel::Messenger);
        draft.name = "ViewContent".into();
        draft.custom_data = CustomData::default();
        assert_eq!(rules(&draft), []);
    }

    proptest! {
        #[test]
        fn validating_never_panics(
            name: String,
            event_time: i64,
            now: i64,
            currency: Option<String>,
            bits: u32,
            scale in 0u32..28,
            id: String,
            key: String,
        ) {
            for &channel in Channel::ALL {
                let mut draft = purchase(channel);
                draft.name.clone_from(&name);
                draft.event_time = event_time;
                draft.custom_data.currency.clone_from(&currency);
                draft.custom_data.value = Some(Decimal::new(i64::from(bits), scale));
                draft.custom_data.contents = vec![Content { id: id.clone(), ..Content::default() }];
                draft.other_user_data = vec![key.clone()];
                let _ = validate(&draft, now);
            }
        }
    }
}
