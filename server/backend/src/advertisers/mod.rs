//! Advertisers: the tenants. Listed, created, edited, archived and brought back.

mod board;
#[cfg(test)]
mod board_tests;
mod choices;
mod list;
#[cfg(test)]
mod tests;
mod zones;

use domain::{
    AdvertiserId, AdvertiserName, Email, Language, Permission,
    console::{Advertiser, AdvertiserToEdit, FileColumn},
};

use crate::{
    Backend, Error, Result, Scope, Tx, error::Conflict, partner::payload_days, seal::Place,
};
pub use zones::time_zones;
pub(crate) use zones::{known_time_zone, moment};

/// What a form says of an advertiser.
#[derive(Clone, Debug)]
pub struct AdvertiserDraft {
    /// Unique among those not archived, whatever the case of its letters.
    pub name: AdvertiserName,
    /// The language its people read.
    pub language: Language,
    /// IANA name, checked by the use case.
    pub time_zone: String,
    /// The partner's own id for it, or empty.
    pub reference: String,
    /// Whom to send links to, if somebody said.
    pub contact_email: Option<Email>,
    /// Days until an event's content is erased; none: as many as the partner's.
    pub payload_days: Option<u32>,
}

impl Backend {
    /// One advertiser.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown one and for another tenant's.
    pub async fn advertiser(&self, scope: &Scope, id: AdvertiserId) -> Result<Advertiser> {
        scope.require(Permission::ViewAdvertisers)?;
        let mut tx = self.begin_for(scope, id).await?;
        tx.advertiser(id).await
    }

    /// Adds an advertiser.
    ///
    /// # Errors
    /// [`Conflict::AdvertiserName`] and [`Conflict::AdvertiserReference`] when they are taken; [`Error::Invalid`] on
    /// `time_zone` and `payload_days`.
    pub async fn add_advertiser(
        &self,
        scope: &Scope,
        draft: &AdvertiserDraft,
    ) -> Result<AdvertiserId> {
        scope.require(Permission::ManageAdvertisers)?;
        known_time_zone(&draft.time_zone)?;
        let id: AdvertiserId = self.clock().mint();
        // In the partner's transaction: whether the name is taken shows only among all advertisers.
        let mut tx = self.begin(scope).await?;
        sqlx::query!(
            "INSERT INTO advertiser (id, name, language, time_zone, reference, unconfirmed_policy, created_at,
                                     contact_email_sealed, payload_days)
             SELECT $1, $2, $3, $4, $5, unconfirmed_policy, $6, $7, $8 FROM partner",
            id.uuid(),
            draft.name.as_str(),
            draft.language.as_str(),
            draft.time_zone,
            draft.reference.trim(),
            tx.now(),
            self.sealed_email(id, draft),
            draft.payload_days.map(payload_days).transpose()?,
        )
        .execute(&mut *tx)
        .await
        .map_err(taken)?;
        tx.audit_of(Some(id), "advertiser.added", id, serde_json::json!({}))
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes what a form says of an advertiser.
    ///
    /// # Errors
    /// As [`Backend::add_advertiser`]; [`Conflict::AdvertiserArchived`], [`Error::NotFound`].
    pub async fn edit_advertiser(
        &self,
        scope: &Scope,
        id: AdvertiserId,
        draft: &AdvertiserDraft,
    ) -> Result<()> {
        scope.require(Permission::ManageAdvertisers)?;
        known_time_zone(&draft.time_zone)?;
        let mut tx = self.begin_for(scope, id).await?;
        tx.active_advertiser(id).await?;
        let before = self.to_edit(&mut tx, id).await?;
        sqlx::query!(
            "UPDATE advertiser SET name = $2, language = $3, time_zone = $4, reference = $5, contact_email_sealed = $6,
                                   payload_days = $7
             WHERE id = $1",
            id.uuid(),
            draft.name.as_str(),
            draft.language.as_str(),
            draft.time_zone,
            draft.reference.trim(),
            self.sealed_email(id, draft),
            draft.payload_days.map(payload_days).transpose()?,
        )
        .execute(&mut *tx)
        .await
        .map_err(taken)?;
        let detail = serde_json::json!({ "fields": differing(draft, &before) });
        tx.audit_with("advertiser.edited", id, detail).await?;
        tx.commit().await
    }

    /// An advertiser with all that its form holds.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn advertiser_to_edit(
        &self,
        scope: &Scope,
        id: AdvertiserId,
    ) -> Result<AdvertiserToEdit> {
        scope.require(Permission::ManageAdvertisers)?;
        let mut tx = self.begin_for(scope, id).await?;
        self.to_edit(&mut tx, id).await
    }

    async fn to_edit(&self, tx: &mut Tx, id: AdvertiserId) -> Result<AdvertiserToEdit> {
        let advertiser = tx.advertiser(id).await?;
        let row = sqlx::query!(
            r#"SELECT advertiser.payload_days, partner.payload_days AS partner_days, contact_email_sealed
               FROM advertiser CROSS JOIN partner WHERE advertiser.id = $1"#,
            id.uuid()
        )
        .fetch_one(&mut **tx)
        .await?;
        let email = self.open_email(id, row.contact_email_sealed.as_deref())?;
        Ok(AdvertiserToEdit {
            advertiser,
            contact_email: email.map(|email| email.to_string()).unwrap_or_default(),
            payload_days: row.payload_days.map(i32::cast_unsigned),
            partner_payload_days: row.partner_days.cast_unsigned(),
        })
    }

    /// Whom to write to about an advertiser, if somebody said so.
    ///
    /// # Errors
    /// [`Error::NotFound`]; when the role may not.
    pub async fn contact_email(&self, scope: &Scope, id: AdvertiserId) -> Result<Option<Email>> {
        scope.require(Permission::SendConnectLinks)?;
        let mut tx = self.begin_for(scope, id).await?;
        let sealed = sqlx::query_scalar!(
            "SELECT contact_email_sealed FROM advertiser WHERE id = $1",
            id.uuid()
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("advertiser"))?;
        self.open_email(id, sealed.as_deref())
    }

    fn sealed_email(&self, id: AdvertiserId, draft: &AdvertiserDraft) -> Option<Vec<u8>> {
        let email = draft.contact_email.as_ref()?;
        Some(
            self.keys()
                .seal(contact_place(id), email.as_str().as_bytes()),
        )
    }

    fn open_email(&self, id: AdvertiserId, sealed: Option<&[u8]>) -> Result<Option<Email>> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let email = self.keys().open(contact_place(id), sealed)?;
        let email = String::from_utf8(email).ok();
        Ok(email.and_then(|email| email.parse().ok()))
    }

    /// Puts an advertiser away: it leaves the lists and takes no new connections or events. Nothing is deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn archive_advertiser(&self, scope: &Scope, id: AdvertiserId) -> Result<()> {
        self.set_archived(scope, id, true).await
    }

    /// Brings an advertiser back.
    ///
    /// # Errors
    /// [`Conflict::AdvertiserName`] when its name was given to another meanwhile.
    pub async fn restore_advertiser(&self, scope: &Scope, id: AdvertiserId) -> Result<()> {
        self.set_archived(scope, id, false).await
    }

    async fn set_archived(&self, scope: &Scope, id: AdvertiserId, archived: bool) -> Result<()> {
        scope.require(Permission::ManageAdvertisers)?;
        let mut tx = self.begin_for(scope, id).await?;
        tx.advertiser(id).await?;
        let now = tx.now();
        sqlx::query!(
            "UPDATE advertiser SET archived_at = $2 WHERE id = $1",
            id.uuid(),
            archived.then_some(now)
        )
        .execute(&mut *tx)
        .await
        .map_err(taken)?;
        tx.audit(
            if archived {
                "advertiser.archived"
            } else {
                "advertiser.restored"
            },
            id,
        )
        .await?;
        tx.commit().await
    }
}

impl Tx {
    pub(crate) async fn advertiser(&mut self, id: AdvertiserId) -> Result<Advertiser> {
        sqlx::query_as!(
            Advertiser,
            r#"SELECT id AS "id: AdvertiserId", name, language AS "language: Language", time_zone, reference,
                      archived_at IS NOT NULL AS "is_archived!"
               FROM advertiser WHERE id = $1"#,
            id.uuid()
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("advertiser"))
    }

    /// The advertiser, if it may still be changed.
    pub(crate) async fn active_advertiser(&mut self, id: AdvertiserId) -> Result<Advertiser> {
        let advertiser = self.advertiser(id).await?;
        if advertiser.is_archived {
            Err(Error::Conflict(Conflict::AdvertiserArchived))
        } else {
            Ok(advertiser)
        }
    }
}

/// Where an advertiser's contact is sealed.
pub(crate) fn contact_place(id: AdvertiserId) -> Place {
    Place {
        table: "advertiser",
        column: "contact_email_sealed",
        advertiser: id.uuid(),
        row: id.uuid(),
    }
}

/// Of what only one advertiser may have: which of it another has already.
pub(crate) fn taken(failure: sqlx::Error) -> Error {
    let constraint = match &failure {
        sqlx::Error::Database(database) => database.constraint(),
        _ => None,
    };
    match constraint {
        Some("advertiser_name_once") => Error::Conflict(Conflict::AdvertiserName),
        Some("advertiser_reference_once") => Error::Conflict(Conflict::AdvertiserReference),
        _ => Error::Db(failure),
    }
}

/// The fields that an edit changes, as the audit names them.
fn differing(draft: &AdvertiserDraft, before: &AdvertiserToEdit) -> Vec<&'static str> {
    let there = &before.advertiser;
    let email = draft.contact_email.as_ref().map_or("", Email::as_str);
    let fields = [
        (FileColumn::Name.as_str(), draft.name.as_str() != there.name),
        (
            FileColumn::Reference.as_str(),
            draft.reference.trim() != there.reference,
        ),
        (
            FileColumn::Language.as_str(),
            draft.language != there.language,
        ),
        (
            FileColumn::TimeZone.as_str(),
            draft.time_zone != there.time_zone,
        ),
        (
            FileColumn::ContactEmail.as_str(),
            email != before.contact_email,
        ),
        ("payload_days", draft.payload_days != before.payload_days),
    ];
    let changed = fields.into_iter().filter(|(_, is_other)| *is_other);
    changed.map(|(name, _)| name).collect()
}

/// A pattern that finds this text anywhere; `50%` finds itself.
pub(crate) fn containing(text: &str) -> String {
    let text = text
        .trim()
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    format!("%{text}%")
}
