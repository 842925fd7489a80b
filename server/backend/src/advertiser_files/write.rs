//! Writes what a checked file wants, all of it or nothing.

use domain::{AdvertiserId, Channel};
use uuid::Uuid;

use super::check::{Checked, Planned};
use crate::{
    KeyRing, Result, Tx,
    advertisers::{contact_place, taken},
};

/// New advertisers in one statement.
const BATCH: usize = 500;

pub(super) async fn write(tx: &mut Tx, keys: &KeyRing, checked: &Checked) -> Result<()> {
    let (new, changed): (Vec<_>, Vec<_>) = checked
        .plan
        .iter()
        .filter(|planned| planned.existing.is_none() || !planned.differs.is_empty())
        .partition(|planned| planned.existing.is_none());
    for batch in new.chunks(BATCH) {
        tx.insert(keys, batch).await?;
    }
    for planned in changed {
        tx.update(keys, planned).await?;
    }
    Ok(())
}

fn sealed(keys: &KeyRing, id: AdvertiserId, planned: &Planned) -> Option<Vec<u8>> {
    let email = planned.wanted.contact_email.as_ref()?.as_ref()?;
    Some(keys.seal(contact_place(id), email.as_str().as_bytes()))
}

/// Arrays of arrays are no array of PostgreSQL's: a list travels as one text.
fn joined(channels: Option<&[Channel]>) -> String {
    let words: Vec<_> = channels
        .unwrap_or_default()
        .iter()
        .map(|channel| channel.as_str())
        .collect();
    words.join(" ")
}

impl Tx {
    async fn insert(&mut self, keys: &KeyRing, batch: &[&Planned]) -> Result<()> {
        let ids: Vec<AdvertiserId> = batch.iter().map(|_| self.mint()).collect();
        let uuids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let wanted = || batch.iter().map(|planned| &planned.wanted);
        let names: Vec<_> = wanted().map(|row| row.name.to_string()).collect();
        let languages: Vec<_> = wanted().map(|row| row.language.to_string()).collect();
        let zones: Vec<_> = wanted().map(|row| row.time_zone.clone()).collect();
        let references: Vec<_> = wanted().map(|row| row.reference.clone()).collect();
        let channels: Vec<_> = wanted()
            .map(|row| joined(row.channels.as_deref()))
            .collect();
        let emails: Vec<_> = ids
            .iter()
            .zip(batch)
            .map(|(id, planned)| sealed(keys, *id, planned))
            .collect();
        let now = self.now();
        sqlx::query!(
            "INSERT INTO advertiser (id, name, language, time_zone, reference, channels, contact_email_sealed,
                                     unconfirmed_policy, created_at)
             SELECT new.id, new.name, new.language, new.time_zone, new.reference,
                    coalesce(string_to_array(nullif(new.channels, ''), ' '), '{}'), new.email, partner.unconfirmed_policy, $8
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
                      AS new (id, name, language, time_zone, reference, channels, email)
             CROSS JOIN partner",
            &uuids,
            &names,
            &languages,
            &zones,
            &references,
            &channels,
            &emails as &[Option<Vec<u8>>],
            now,
        )
        .execute(&mut **self)
        .await
        .map_err(taken)?;
        self.audit_each("advertiser.added", &ids).await
    }

    async fn update(&mut self, keys: &KeyRing, planned: &Planned) -> Result<()> {
        let Some(id) = planned.existing else {
            return Ok(());
        };
        let wanted = &planned.wanted;
        sqlx::query!(
            "UPDATE advertiser
             SET name = $2, language = $3, time_zone = $4,
                 channels = CASE WHEN $5 THEN coalesce(string_to_array(nullif($6, ''), ' '), '{}') ELSE channels END,
                 contact_email_sealed = CASE WHEN $7 THEN $8 ELSE contact_email_sealed END
             WHERE id = $1",
            id.uuid(),
            wanted.name.as_str(),
            wanted.language.as_str(),
            wanted.time_zone,
            wanted.channels.is_some(),
            joined(wanted.channels.as_deref()),
            wanted.contact_email.is_some(),
            sealed(keys, id, planned),
        )
        .execute(&mut **self)
        .await
        .map_err(taken)?;
        let columns: Vec<_> = planned
            .differs
            .iter()
            .map(|column| column.as_str())
            .collect();
        let detail = serde_json::json!({ "fields": columns });
        self.audit_of(Some(id), "advertiser.edited", id, detail)
            .await
    }
}
