//! Contacts: the people who wrote. Their identifiers are sealed; a keyed hash finds them again.

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, AssetId, Channel, ConnectionId, ContactClickId, ContactId, Permission,
    console::ContactChoice,
};
use secrecy::SecretString;

use crate::{
    Backend, Error, Result, Scope, Tx,
    advertisers::moment,
    seal::{KeyRing, Place},
};

/// How many the studio offers.
const RECENT: i64 = 50;

/// Somebody wrote, or came from an ad.
pub(crate) struct Sighting<'a> {
    pub asset: AssetId,
    pub channel: Channel,
    /// The scoped id by which the asset knows the person; on WhatsApp the phone number where there is none.
    pub identity: &'a str,
    /// A WhatsApp person's phone number, where it is shown.
    pub phone: Option<&'a str>,
    pub at: DateTime<Utc>,
    /// The ad that led them here.
    pub ad_id: Option<&'a str>,
    /// WhatsApp's id of the click on it.
    pub click: Option<&'a str>,
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

/// Where the id of a contact's click is sealed.
fn click_place(advertiser: AdvertiserId, click: ContactClickId) -> Place {
    Place {
        table: "contact_click",
        column: "click_sealed",
        advertiser: advertiser.uuid(),
        row: click.uuid(),
    }
}

/// The hash by which a contact is found.
pub(crate) fn identity_hash(keys: &KeyRing, channel: Channel, identity: &str) -> Vec<u8> {
    keys.index(channel.as_str(), identity)
}

/// The hash by which a click is found, and with it the contact who made it.
pub(crate) fn click_hash(keys: &KeyRing, click: &str) -> Vec<u8> {
    keys.index("click", click)
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

    /// What names a contact in an event: the scoped id, or on WhatsApp the newest ad click. None for a WhatsApp contact
    /// who came without one: no event about them counts for an ad.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub(crate) async fn wire_identity(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        contact: ContactId,
    ) -> Result<Option<SecretString>> {
        let row = sqlx::query!(
            r#"SELECT channel AS "channel: Channel", identity_sealed, click.id AS "click?: ContactClickId",
                      click_sealed AS "click_sealed?"
               FROM contact
               LEFT JOIN LATERAL (
                   SELECT id, click_sealed FROM contact_click
                   WHERE contact_click.advertiser_id = $1 AND contact_click.contact_id = contact.id
                   ORDER BY at DESC, id DESC LIMIT 1) AS click ON true
               WHERE contact.advertiser_id = $1 AND contact.id = $2"#,
            advertiser.uuid(),
            contact.uuid(),
        )
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Error::NotFound("contact"))?;
        let (place, sealed) = match (row.channel, row.click, row.click_sealed) {
            (Channel::Whatsapp, Some(click), Some(sealed)) => {
                (click_place(advertiser, click), sealed)
            }
            (Channel::Whatsapp, ..) => return Ok(None),
            _ => (identity_place(advertiser, contact), row.identity_sealed),
        };
        Ok(Some(self.keys().open_text(place, &sealed)?))
    }

    /// Every click that a WhatsApp contact came with.
    pub(crate) async fn clicks_of(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        contact: ContactId,
    ) -> Result<Vec<SecretString>> {
        let rows = sqlx::query!(
            r#"SELECT id AS "id: ContactClickId", click_sealed FROM contact_click
               WHERE advertiser_id = $1 AND contact_id = $2"#,
            advertiser.uuid(),
            contact.uuid()
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.iter()
            .map(|row| {
                self.keys()
                    .open_text(click_place(advertiser, row.id), &row.click_sealed)
            })
            .collect()
    }

    /// Notes that somebody was there. Sightings may come in any order: the newest ad stays, whenever it is heard of.
    pub(crate) async fn see_contact(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        seen: &Sighting<'_>,
    ) -> Result<ContactId> {
        let mut hash = identity_hash(self.keys(), seen.channel, seen.identity);
        let phone_hash = seen.phone.map(|phone| self.keys().index("phone", phone));
        match (seen.phone, &phone_hash) {
            (Some(phone), Some(shown)) if phone == seen.identity => {
                let known = tx.hash_behind(advertiser, seen.asset, shown).await?;
                hash = known.unwrap_or(hash);
            }
            (Some(phone), _) => self.know_again(tx, advertiser, seen, phone, &hash).await?,
            (None, _) => {}
        }
        let fresh: ContactId = self.clock().mint();
        let sealed = self
            .keys()
            .seal(identity_place(advertiser, fresh), seen.identity.as_bytes());
        let known = sqlx::query!(
            r#"INSERT INTO contact (advertiser_id, id, asset_id, channel, identity_hash, identity_sealed, hint, ad_id, ad_at,
                                    first_seen_at, last_seen_at, messages, phone_hash)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12)
               ON CONFLICT ON CONSTRAINT contact_identity_once DO UPDATE
               SET first_seen_at = least(contact.first_seen_at, excluded.first_seen_at),
                   last_seen_at = greatest(contact.last_seen_at, excluded.last_seen_at),
                   messages = contact.messages + excluded.messages,
                   phone_hash = coalesce(excluded.phone_hash, contact.phone_hash),
                   ad_id = CASE WHEN excluded.ad_at >= coalesce(contact.ad_at, excluded.ad_at)
                                THEN excluded.ad_id ELSE contact.ad_id END,
                   ad_at = greatest(contact.ad_at, excluded.ad_at)
               RETURNING id AS "id: ContactId", xmax = 0 AS "is_new!""#,
            advertiser.uuid(),
            fresh.uuid(),
            seen.asset.uuid(),
            seen.channel.as_str(),
            hash,
            sealed,
            hint(seen.identity),
            seen.ad_id,
            seen.ad_id.map(|_| seen.at),
            seen.at,
            i64::from(seen.wrote),
            phone_hash,
        )
        .fetch_one(&mut **tx)
        .await?;
        if known.is_new && seen.channel != Channel::Whatsapp {
            tx.link_events(advertiser, known.id, Some(seen.asset), &hash)
                .await?;
        }
        if let Some(click) = seen.click {
            self.note_click(tx, advertiser, known.id, seen, click)
                .await?;
        }
        Ok(known.id)
    }

    /// A contact that was known by its phone number alone takes the scoped id as its identity, once both are seen
    /// together.
    async fn know_again(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        seen: &Sighting<'_>,
        phone: &str,
        hash: &[u8],
    ) -> Result<()> {
        let known = sqlx::query_scalar!(
            r#"SELECT id AS "id: ContactId" FROM contact
               WHERE advertiser_id = $1 AND asset_id = $2 AND identity_hash = $3
                 AND NOT EXISTS (SELECT FROM contact AS other WHERE other.advertiser_id = $1 AND other.asset_id = $2
                                   AND other.identity_hash = $4)"#,
            advertiser.uuid(),
            seen.asset.uuid(),
            identity_hash(self.keys(), seen.channel, phone),
            hash,
        )
        .fetch_optional(&mut **tx)
        .await?;
        let Some(known) = known else { return Ok(()) };
        let sealed = self
            .keys()
            .seal(identity_place(advertiser, known), seen.identity.as_bytes());
        sqlx::query!(
            "UPDATE contact SET identity_hash = $3, identity_sealed = $4, hint = $5 WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            known.uuid(),
            hash,
            sealed,
            hint(seen.identity),
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    async fn note_click(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        contact: ContactId,
        seen: &Sighting<'_>,
        click: &str,
    ) -> Result<()> {
        let id: ContactClickId = self.clock().mint();
        let hash = click_hash(self.keys(), click);
        let is_new = sqlx::query_scalar!(
            r#"INSERT INTO contact_click (advertiser_id, id, contact_id, click_hash, click_sealed, ad_id, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT ON CONSTRAINT contact_click_once DO UPDATE SET at = least(contact_click.at, excluded.at)
             RETURNING xmax = 0 AS "is_new!""#,
            advertiser.uuid(),
            id.uuid(),
            contact.uuid(),
            hash,
            self.keys().seal(click_place(advertiser, id), click.as_bytes()),
            seen.ad_id,
            seen.at,
        )
        .fetch_one(&mut **tx)
        .await?;
        if is_new {
            tx.link_events(advertiser, contact, None, &hash).await?;
        }
        Ok(())
    }
}

impl Tx {
    /// Somebody is a contact now whom events named before: they are the contact's from here on. Those that are being
    /// written at this moment are passed over; what erases a contact finds them all the same.
    async fn link_events(
        &mut self,
        advertiser: AdvertiserId,
        contact: ContactId,
        asset: Option<AssetId>,
        person_hash: &[u8],
    ) -> Result<()> {
        let events = sqlx::query_scalar!(
            "SELECT id FROM event
             WHERE advertiser_id = $1 AND person_hash = $2
               AND ($3::uuid IS NULL
                    OR connection_id IN (SELECT id FROM connection WHERE advertiser_id = $1 AND asset_id = $3))
             FOR UPDATE SKIP LOCKED",
            advertiser.uuid(),
            person_hash,
            asset.map(AssetId::uuid),
        )
        .fetch_all(&mut **self)
        .await?;
        if events.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "UPDATE event SET contact_id = $3, person_hash = NULL WHERE advertiser_id = $1 AND id = ANY ($2)",
            advertiser.uuid(),
            &events,
            contact.uuid(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// The identity of the contact that showed this phone number last.
    async fn hash_behind(
        &mut self,
        advertiser: AdvertiserId,
        asset: AssetId,
        phone_hash: &[u8],
    ) -> Result<Option<Vec<u8>>> {
        let hash = sqlx::query_scalar!(
            "SELECT identity_hash FROM contact WHERE advertiser_id = $1 AND asset_id = $2 AND phone_hash = $3
             ORDER BY last_seen_at DESC, id DESC LIMIT 1",
            advertiser.uuid(),
            asset.uuid(),
            phone_hash
        )
        .fetch_optional(&mut **self)
        .await?;
        Ok(hash)
    }
}

/// The identifier's last characters, or none where too little of it would stay hidden.
fn hint(identity: &str) -> String {
    domain::mask(identity).trim_start_matches('•').to_owned()
}
