//! Contacts: the people who wrote. Their identifiers are sealed; a keyed hash finds them again.

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, AssetId, Channel, ConnectionId, ContactId, Permission, console::ContactChoice,
};

use crate::{
    Backend, Result, Scope, Tx,
    advertisers::moment,
    seal::{KeyRing, Place},
};

/// How many the studio offers.
const RECENT: i64 = 50;

/// Somebody wrote, or came from an ad.
pub(crate) struct Sighting<'a> {
    pub asset: AssetId,
    pub channel: Channel,
    /// The scoped id by which the asset knows the person.
    pub identity: &'a str,
    pub at: DateTime<Utc>,
    /// The ad that led them here.
    pub ad_id: Option<&'a str>,
    /// Whether they wrote; an ad alone is no message.
    pub wrote: bool,
}

/// Where a contact's identifier is sealed.
pub(crate) fn identity_place(advertiser: AdvertiserId, contact: ContactId) -> Place {
    Place {
        table: "contact",
        column: "identity_sealed",
        advertiser: advertiser.uuid(),
        row: contact.uuid(),
    }
}

/// The hash by which a contact is found.
pub(crate) fn identity_hash(keys: &KeyRing, channel: Channel, identity: &str) -> Vec<u8> {
    keys.index(channel.as_str(), identity)
}

impl Backend {
    /// Those who wrote to an advertiser lately, newest first, their identifiers masked.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub async fn recent_contacts(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
    ) -> Result<Vec<ContactChoice>> {
        scope.require(Permission::SendTestEvents)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let zone = tx.advertiser(advertiser).await?.time_zone;
        let rows = sqlx::query!(
            r#"SELECT contact.id AS "id: ContactId", connection.id AS "connection: ConnectionId", hint, last_seen_at,
                      ad_id IS NOT NULL AS "from_ad!"
               FROM connection, LATERAL (
                   SELECT id, hint, last_seen_at, ad_id FROM contact
                   WHERE contact.advertiser_id = $1 AND contact.asset_id = connection.asset_id
                     AND contact.channel = connection.channel
                   ORDER BY last_seen_at DESC LIMIT $2) AS contact
               WHERE connection.advertiser_id = $1
               ORDER BY last_seen_at DESC, contact.id DESC LIMIT $2"#,
            advertiser.uuid(),
            RECENT,
        )
        .fetch_all(&mut *tx)
        .await?;
        let contacts = rows.into_iter().map(|row| ContactChoice {
            id: row.id,
            connection_id: row.connection,
            hint: format!("•••{}", row.hint),
            last_seen: moment(&zone, row.last_seen_at),
            from_ad: row.from_ad,
        });
        Ok(contacts.collect())
    }

    /// Notes that somebody was there. Sightings may come in any order: the newest ad stays, whenever it is heard of.
    pub(crate) async fn see_contact(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        seen: &Sighting<'_>,
    ) -> Result<ContactId> {
        let fresh: ContactId = self.clock().mint();
        let sealed = self
            .keys()
            .seal(identity_place(advertiser, fresh), seen.identity.as_bytes());
        let id = sqlx::query_scalar!(
            r#"INSERT INTO contact (advertiser_id, id, asset_id, channel, identity_hash, identity_sealed, hint, ad_id, ad_at,
                                    first_seen_at, last_seen_at, messages)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)
               ON CONFLICT ON CONSTRAINT contact_identity_once DO UPDATE
               SET first_seen_at = least(contact.first_seen_at, excluded.first_seen_at),
                   last_seen_at = greatest(contact.last_seen_at, excluded.last_seen_at),
                   messages = contact.messages + excluded.messages,
                   ad_id = CASE WHEN excluded.ad_at >= coalesce(contact.ad_at, excluded.ad_at)
                                THEN excluded.ad_id ELSE contact.ad_id END,
                   ad_at = greatest(contact.ad_at, excluded.ad_at)
               RETURNING id AS "id: ContactId""#,
            advertiser.uuid(),
            fresh.uuid(),
            seen.asset.uuid(),
            seen.channel.as_str(),
            identity_hash(self.keys(), seen.channel, seen.identity),
            sealed,
            hint(seen.identity),
            seen.ad_id,
            seen.ad_id.map(|_| seen.at),
            seen.at,
            i64::from(seen.wrote),
        )
        .fetch_one(&mut **tx)
        .await?;
        Ok(id)
    }
}

/// The identifier's last characters, or none where too little of it would stay hidden.
fn hint(identity: &str) -> String {
    domain::mask(identity).trim_start_matches('•').to_owned()
}
