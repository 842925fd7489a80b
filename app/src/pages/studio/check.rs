//! What the form says, checked by the rules of the server, and the request that it makes.

use domain::{
    Channel, DatasetKind, Dialect, EventDraft, EventName, Field, Identity, Problem, WireRequest,
    console::{Studio, StudioConnection, StudioEvent, Unreadable},
    payload, validate,
};

/// What takes the place of an identifier that nobody has chosen yet.
const NOBODY: &str = "•••";

/// The form as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Fields whose text cannot be read; the request is made without them.
    pub unreadable: Vec<Unreadable>,
    /// Rules that are broken.
    pub problems: Vec<Problem>,
    /// The body of the request, indented.
    pub request: String,
}

/// Whether the form shows this field for the event that is chosen.
pub fn shows(form: &StudioEvent, field: Field) -> bool {
    let is_business = matches!(
        field,
        Field::Value | Field::Currency | Field::OrderId | Field::Contents
    );
    let fields = form
        .name
        .parse::<EventName>()
        .map_or(&[] as &[Field], EventName::fields);
    !is_business || fields.contains(&field)
}

/// Checks the form at the moment `now`, in Unix seconds.
pub fn check(
    form: &StudioEvent,
    studio: &Studio,
    connection: &StudioConnection,
    now: i64,
) -> Checked {
    let mut form = shown(form);
    let mut of_connection = studio
        .contacts
        .iter()
        .filter(|contact| contact.connection_id == connection.id);
    let contact = of_connection.find(|contact| contact.id.to_string() == form.contact);
    let identity = identity(connection, contact.map_or(NOBODY, |contact| &contact.hint));
    let mut presence = identity.presence();
    if contact.is_none() {
        (presence.psid, presence.igsid, presence.ctwa_clid) = (false, false, false);
    }
    let read = |form: &StudioEvent| {
        form.draft(
            connection.channel,
            connection.dataset_kind,
            presence,
            now,
            |local| Some(local.and_utc().timestamp() - i64::from(studio.now.offset)),
        )
    };
    let (draft, unreadable) = match read(&form) {
        Ok(draft) => (Some(draft), Vec::new()),
        Err(unreadable) => {
            unreadable
                .iter()
                .for_each(|fault| blank(&mut form, fault.field));
            (read(&form).ok(), unreadable)
        }
    };
    let mut problems = draft
        .as_ref()
        .map(|draft| validate(draft, now))
        .unwrap_or_default();
    // What stands in the field is the fault, not what is missing without it.
    problems.retain(|problem| unreadable.iter().all(|fault| fault.field != problem.field));
    let request = draft
        .map(|draft| request(draft, &form, &identity, &studio.partner_agent))
        .unwrap_or_default();
    Checked {
        unreadable,
        problems,
        request,
    }
}

/// The command that sends the request, its token masked.
pub fn curl(studio: &Studio, connection: &StudioConnection, request: &str) -> String {
    let url = format!("{}{}/events", studio.graph_base, connection.dataset_meta_id);
    format!(
        "curl -X POST '{url}' \\\n  -H 'Authorization: Bearer •••' \\\n  -H 'Content-Type: application/json' \\\n  -d '{}'",
        request.replace('\'', r"'\''")
    )
}

/// The form without what it does not show for this event: that is not sent either.
fn shown(form: &StudioEvent) -> StudioEvent {
    let mut shown = form.clone();
    for field in [
        Field::Value,
        Field::Currency,
        Field::OrderId,
        Field::Contents,
    ] {
        if !shows(form, field) {
            blank(&mut shown, field);
        }
    }
    shown
}

fn blank(form: &mut StudioEvent, field: Field) {
    match field {
        Field::Time => form.event_time.clear(),
        Field::Value => form.value.clear(),
        Field::Currency => form.currency.clear(),
        Field::OrderId => form.order_id.clear(),
        Field::Contents => form.contents.clear(),
        Field::EventId => form.event_id.clear(),
        Field::TestCode => form.test_code.clear(),
        Field::Name
        | Field::Channel
        | Field::Identity
        | Field::ContentName
        | Field::ContentCategory
        | Field::ContentType
        | Field::ContentIds => {}
    }
}

fn identity(connection: &StudioConnection, person: &str) -> Identity {
    let (asset, person) = (connection.asset_meta_id.clone(), person.to_owned());
    match (connection.channel, connection.dataset_kind) {
        (Channel::Messenger, _) => Identity::Messenger {
            page_id: asset,
            psid: person,
        },
        (Channel::Instagram, _) => Identity::Instagram {
            account_id: asset,
            igsid: person,
        },
        (Channel::Whatsapp, DatasetKind::PageLinkedWhatsapp) => Identity::WhatsappPage {
            page_id: asset,
            ctwa_clid: person,
        },
        (Channel::Whatsapp, _) => Identity::WhatsappWaba {
            waba_id: asset,
            ctwa_clid: person,
        },
    }
}

/// An event without an id of its own goes out under the id of its form.
fn request(
    draft: EventDraft,
    form: &StudioEvent,
    identity: &Identity,
    partner_agent: &str,
) -> String {
    let draft = EventDraft {
        event_id: draft.event_id.or_else(|| Some(form.draft_id.clone())),
        ..draft
    };
    let request = WireRequest {
        data: &[payload(&draft, identity, Dialect::IgAccountId)],
        test_event_code: draft.test_event_code.as_deref(),
        partner_agent: Some(partner_agent).filter(|agent| !agent.is_empty()),
    };
    serde_json::to_string_pretty(&request).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::{
        Health, Language, Rule,
        console::{Advertiser, ContactChoice, Moment},
    };

    use super::*;

    const UUID: &str = "0192f3a1b2c37d4e8f90123456789abc";
    const NOW: i64 = 1_795_359_600;

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(prefix: &str) -> T {
        format!("{prefix}_{UUID}").parse().unwrap()
    }

    fn studio() -> Studio {
        let now = Moment {
            ms: NOW * 1000,
            offset: 9 * 3600,
        };
        let connection_id = id("cxn");
        Studio {
            advertiser: Advertiser {
                id: id("adv"),
                name: "Hanaya".into(),
                language: Language::Ja,
                time_zone: "Asia/Tokyo".into(),
                reference: String::new(),
                is_archived: false,
            },
            connections: vec![StudioConnection {
                id: connection_id,
                channel: Channel::Messenger,
                asset_name: "Hanaya".into(),
                asset_meta_id: "5550001".into(),
                dataset_meta_id: "8880001".into(),
                dataset_kind: DatasetKind::Page,
                health: Health::Healthy,
            }],
            contacts: vec![ContactChoice {
                id: id("con"),
                connection_id,
                hint: "•••6789".into(),
                last_seen: now,
                from_ad: true,
            }],
            test_codes: Vec::new(),
            test_code_until: now,
            draft_id: id("evt"),
            partner_agent: "kaede".into(),
            graph_base: "https://graph.facebook.com/v26.0/".into(),
            now,
        }
    }

    fn purchase() -> StudioEvent {
        StudioEvent {
            draft_id: format!("evt_{UUID}"),
            contact: format!("con_{UUID}"),
            name: "Purchase".into(),
            value: "4800".into(),
            currency: "JPY".into(),
            test_code: "TEST1".into(),
            ..StudioEvent::default()
        }
    }

    fn checked(form: &StudioEvent) -> Checked {
        let studio = studio();
        check(form, &studio, &studio.connections[0], NOW)
    }

    #[test]
    fn a_complete_form_is_the_whole_request_with_the_person_masked() {
        let Checked {
            unreadable,
            problems,
            request,
        } = checked(&purchase());
        assert_eq!((unreadable, problems), (vec![], vec![]));
        let json: serde_json::Value = serde_json::from_str(&request).unwrap();
        assert_eq!(
            json["data"][0]["user_data"]["page_scoped_user_id"],
            "•••6789"
        );
        assert_eq!(json["data"][0]["event_id"], format!("evt_{UUID}"));
        assert_eq!(json["data"][0]["event_time"], NOW);
        assert_eq!(
            (&json["test_event_code"], &json["partner_agent"]),
            (&"TEST1".into(), &"kaede".into())
        );
    }

    #[test]
    fn a_time_is_read_in_the_advertisers_zone() {
        let form = StudioEvent {
            event_time: "2026-11-22T15:04".into(),
            ..purchase()
        };
        assert!(
            checked(&form)
                .request
                .contains("\"event_time\": 1795327440")
        );
    }

    #[test]
    fn an_unread_field_is_named_once_and_left_out_of_the_request() {
        let form = StudioEvent {
            value: "4,800".into(),
            ..purchase()
        };
        let Checked {
            unreadable,
            problems,
            request,
        } = checked(&form);
        assert_eq!(
            unreadable
                .iter()
                .map(|fault| fault.field)
                .collect::<Vec<_>>(),
            [Field::Value]
        );
        assert_eq!(problems, []);
        assert!(request.contains("JPY") && !request.contains("4,800"));
    }

    #[test]
    fn without_a_person_the_event_is_refused_as_by_the_server() {
        let form = StudioEvent {
            contact: String::new(),
            ..purchase()
        };
        let rules: Vec<_> = checked(&form)
            .problems
            .into_iter()
            .map(|problem| problem.rule)
            .collect();
        assert_eq!(rules, [Rule::PersonMissing]);
    }

    #[test]
    fn what_the_event_has_no_field_for_is_not_sent() {
        let form = StudioEvent {
            name: "RatingProvided".into(),
            order_id: "A-1".into(),
            ..purchase()
        };
        let request = checked(&form).request;
        assert!(request.contains("A-1") && !request.contains("4800") && !request.contains("JPY"));
        assert!(
            shows(&form, Field::OrderId)
                && !shows(&form, Field::Value)
                && shows(&form, Field::TestCode)
        );
    }

    #[test]
    fn a_quote_cannot_end_the_curl_command() {
        let form = StudioEvent {
            order_id: "it's".into(),
            ..purchase()
        };
        let studio = studio();
        let command = curl(&studio, &studio.connections[0], &checked(&form).request);
        assert!(
            command
                .starts_with("curl -X POST 'https://graph.facebook.com/v26.0/8880001/events' \\\n")
        );
        assert!(command.contains(r"it'\''s") && command.contains("Bearer •••"));
    }
}
