//! The native way in: business data alone. Who it is about is looked up among those who wrote.

use domain::{
    AdvertiserId, AssetId, Channel, ConnectionId, ContactId, DatasetKind, EventSource, Permission,
    TestCode,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::{
    AcceptedEvent, read,
    refusal::{Flaw, Refusal},
    routes::Route,
};
use crate::{Backend, Error, Result, Scope, contacts};

/// Whom an event is about.
#[derive(Clone, Debug)]
pub enum About {
    /// One of our contacts.
    Contact(ContactId),
    /// Somebody as a connection's channel names them: the id that Messenger or Instagram gave the person, on WhatsApp
    /// the business-scoped id or the phone number in digits.
    Person(ConnectionId, SecretString),
}

/// An event as the sender's own system knows it.
#[derive(Clone, Debug)]
pub struct BusinessEvent {
    /// Whom it is about.
    pub about: About,
    /// One of the fourteen names.
    pub name: String,
    /// When it happened, in Unix seconds; none: now.
    pub event_time: Option<i64>,
    /// The sender's own id of it.
    pub event_id: Option<String>,
    /// Shows it under *Test events*.
    pub test_code: Option<TestCode>,
    /// Amount, order and items, by Meta's names: `value`, `currency`, `order_id`, `contents`.
    pub custom_data: Map<String, Value>,
}

/// Why a business event was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// Nobody such wrote, or came to WhatsApp without clicking an ad: there is nothing that Meta could attribute it to.
    NothingToAttribute,
    /// A rule is broken.
    Refused(Refusal),
}

/// A contact with the identifier that goes into an event.
struct Known {
    contact: ContactId,
    route: Route,
    person: SecretString,
}

impl Backend {
    /// Takes one event. A person of whom nothing is known yet may be in a webhook that nobody has read: those are read
    /// before the event is refused.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without [`Permission::IngestEvents`]; [`Error::NotFound`] for a connection that is not there;
    /// when the database fails.
    pub async fn record_event(
        &self,
        scope: &Scope,
        event: &BusinessEvent,
        source: EventSource,
    ) -> Result<Result<AcceptedEvent, NotTaken>> {
        scope.require(Permission::IngestEvents)?;
        let mut known = self.known(scope, &event.about).await?;
        if known.is_none() {
            self.split_webhooks().await?;
            known = self.known(scope, &event.about).await?;
        }
        let Some(known) = known else {
            return Ok(Err(NotTaken::NothingToAttribute));
        };
        let now = self.clock().now().timestamp();
        let written = in_metas_shape(event, &known, now);
        let routes = std::slice::from_ref(&known.route);
        let mut reading = match read::event(
            self.clock().mint(),
            written,
            routes,
            event.test_code.as_ref(),
            now,
        ) {
            Ok(reading) => reading,
            Err(refusal) => return Ok(Err(NotTaken::Refused(refusal))),
        };
        self.settle_test_code(scope, event.test_code.as_ref(), [&mut reading].into_iter())
            .await?;
        let mut new = self.new_event(scope, reading, source).await?;
        new.contact = Some(known.contact);
        let mut accepted = self.commit_events(vec![new]).await?;
        accepted
            .pop()
            .map(Ok)
            .ok_or(Error::Internal("an event has no answer"))
    }

    async fn known(&self, scope: &Scope, about: &About) -> Result<Option<Known>> {
        let (contact, connection) = match about {
            About::Contact(contact) => (*contact, None),
            About::Person(connection, person) => {
                let found = self.find_person(scope, *connection, person).await?;
                let Some(contact) = found else {
                    return Ok(None);
                };
                (contact, Some(*connection))
            }
        };
        let mut tx = self.begin(scope).await?;
        let route = sqlx::query_as!(
            Route,
            r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", connection.id AS "connection: ConnectionId",
                      connection.channel AS "channel: Channel", asset.id AS "asset: AssetId",
                      asset.meta_id AS asset_meta_id, dataset.id AS "dataset: domain::DatasetId",
                      asset.dataset_kind AS "kind!: DatasetKind"
               FROM contact
               JOIN connection ON connection.advertiser_id = contact.advertiser_id
                              AND connection.asset_id = contact.asset_id AND connection.channel = contact.channel
               JOIN asset ON asset.advertiser_id = contact.advertiser_id AND asset.id = contact.asset_id
               JOIN dataset ON dataset.advertiser_id = asset.advertiser_id AND dataset.id = asset.dataset_id
               JOIN advertiser ON advertiser.id = contact.advertiser_id
               WHERE contact.id = $1 AND ($2::uuid IS NULL OR connection.id = $2)
                 AND ($3::uuid IS NULL OR contact.advertiser_id = $3)
                 AND connection.health <> 'disconnected' AND asset.moved_at IS NULL
                 AND advertiser.archived_at IS NULL AND advertiser.erasing_at IS NULL"#,
            contact.uuid(),
            connection.map(ConnectionId::uuid),
            scope.only().map(AdvertiserId::uuid),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(route) = route else { return Ok(None) };
        let person = self
            .wire_identity(&mut tx, route.advertiser, contact)
            .await?;
        Ok(person.map(|person| Known {
            contact,
            route,
            person,
        }))
    }

    /// The contact whom a connection's channel names so.
    async fn find_person(
        &self,
        scope: &Scope,
        connection: ConnectionId,
        person: &SecretString,
    ) -> Result<Option<ContactId>> {
        let mut tx = self.begin(scope).await?;
        let of = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser: AdvertiserId", asset_id AS "asset: AssetId", channel AS "channel: Channel"
               FROM connection WHERE id = $1"#,
            connection.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("connection"))?;
        let person = person.expose_secret().trim();
        let phone = person.trim_start_matches('+');
        Ok(sqlx::query_scalar!(
            r#"SELECT id AS "id: ContactId" FROM contact
               WHERE advertiser_id = $1 AND asset_id = $2 AND (identity_hash = $3 OR phone_hash = $4)
               ORDER BY last_seen_at DESC, id DESC LIMIT 1"#,
            of.advertiser.uuid(),
            of.asset.uuid(),
            contacts::identity_hash(self.keys(), of.channel, match of.channel {
                Channel::Whatsapp => phone,
                _ => person,
            }),
            self.keys().index("phone", phone),
        )
        .fetch_optional(&mut *tx)
        .await?)
    }
}

/// The event as Meta's documentation would write it, so that the same rules read it.
fn in_metas_shape(event: &BusinessEvent, known: &Known, now: i64) -> Value {
    let (asset, person) = (&known.route.asset_meta_id, known.person.expose_secret());
    let user_data = match (known.route.channel, known.route.kind) {
        (Channel::Messenger, _) => json!({ "page_id": asset, "page_scoped_user_id": person }),
        (Channel::Instagram, _) => json!({ "ig_account_id": asset, "ig_sid": person }),
        (Channel::Whatsapp, DatasetKind::PageLinkedWhatsapp) => {
            json!({ "page_id": asset, "ctwa_clid": person })
        }
        (Channel::Whatsapp, _) => {
            json!({ "whatsapp_business_account_id": asset, "ctwa_clid": person })
        }
    };
    let mut written = json!({
        "event_name": event.name,
        "event_time": event.event_time.unwrap_or(now),
        "action_source": "business_messaging",
        "messaging_channel": known.route.channel,
        "user_data": user_data,
    });
    if let Some(id) = &event.event_id {
        written["event_id"] = id.as_str().into();
    }
    if !event.custom_data.is_empty() {
        written["custom_data"] = Value::Object(event.custom_data.clone());
    }
    written
}

impl Refusal {
    /// Where it is in a native event, as a JSON pointer.
    #[must_use]
    pub fn native_pointer(&self) -> String {
        let path = self.path.iter().map(String::as_str);
        let own = path.filter(|step| !matches!(*step, "custom_data" | "user_data"));
        own.map(|step| format!("/{step}")).collect()
    }

    /// Whether it is about who the event is about.
    #[must_use]
    pub fn is_about_person(&self) -> bool {
        self.path.first().is_some_and(|step| step == "user_data")
            || matches!(self.flaw, Flaw::AccountOfOtherDataset)
    }
}
