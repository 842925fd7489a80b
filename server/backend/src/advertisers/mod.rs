//! Advertisers: the tenants. Listed, created, edited, archived and brought back.

mod board;
#[cfg(test)]
mod board_tests;
mod list;
#[cfg(test)]
mod tests;
mod zones;

use domain::{AdvertiserId, AdvertiserName, Language, Permission, console::Advertiser};

use crate::{
    Backend, Error, Result, Scope, Tx,
    error::{Conflict, OnConstraint},
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
    /// [`Conflict::AdvertiserName`] when the name is taken.
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
            "INSERT INTO advertiser (id, name, language, time_zone, reference, unconfirmed_policy, created_at)
             SELECT $1, $2, $3, $4, $5, unconfirmed_policy, $6 FROM partner",
            id.uuid(),
            draft.name.as_str(),
            draft.language.as_str(),
            draft.time_zone,
            draft.reference.trim(),
            tx.now(),
        )
        .execute(&mut *tx)
        .await
        .on_constraint("advertiser_name_once", Error::Conflict(Conflict::AdvertiserName))?;
        tx.audit_of(Some(id), "advertiser.added", id, serde_json::json!({}))
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes what a form says of an advertiser.
    ///
    /// # Errors
    /// [`Conflict::AdvertiserName`], [`Conflict::AdvertiserArchived`], [`Error::NotFound`].
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
        sqlx::query!(
            "UPDATE advertiser SET name = $2, language = $3, time_zone = $4, reference = $5 WHERE id = $1",
            id.uuid(),
            draft.name.as_str(),
            draft.language.as_str(),
            draft.time_zone,
            draft.reference.trim(),
        )
        .execute(&mut *tx)
        .await
        .on_constraint("advertiser_name_once", Error::Conflict(Conflict::AdvertiserName))?;
        tx.audit("advertiser.edited", id).await?;
        tx.commit().await
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
        .on_constraint(
            "advertiser_name_once",
            Error::Conflict(Conflict::AdvertiserName),
        )?;
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

/// A pattern that finds this text anywhere; `50%` finds itself.
pub(crate) fn containing(text: &str) -> String {
    let text = text
        .trim()
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    format!("%{text}%")
}
