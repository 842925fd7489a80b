//! Advertisers: the tenants. Listed, created, edited, archived and brought back.

use chrono::{DateTime, Utc};
use domain::{
    AdvertiserId, AdvertiserName, Channel, ConnectStep, Health, Language, Permission, Why,
    console::{Advertiser, AdvertiserPage, AdvertiserRow, ChannelLight, Moment},
};

use crate::{
    Backend, Error, Result, Scope, Tx,
    error::{Conflict, OnConstraint},
};

/// Rows on one page of the list.
const PAGE: i64 = 50;

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

/// Which advertisers to list.
#[derive(Clone, Debug, Default)]
pub struct AdvertiserFilter {
    /// Part of the name or of the reference.
    pub search: String,
    /// Those put away instead of those in use.
    pub archived: bool,
    /// The last row of the page before.
    pub after: Option<AdvertiserId>,
}

impl Backend {
    /// A page of advertisers, newest first.
    ///
    /// # Errors
    /// When the role may not, or the database fails.
    pub async fn advertisers(
        &self,
        scope: &Scope,
        filter: &AdvertiserFilter,
    ) -> Result<AdvertiserPage> {
        scope.require(Permission::ViewAdvertisers)?;
        let mut tx = self.begin(scope).await?;
        let pattern = format!("%{}%", escape_like(filter.search.trim()));
        let mut rows = sqlx::query!(
            r#"SELECT id AS "id: AdvertiserId", name, language AS "language: Language", time_zone, reference, archived_at IS NOT NULL AS "is_archived!",
                      ARRAY(SELECT channel || ' ' || health FROM connection
                            WHERE connection.advertiser_id = advertiser.id ORDER BY channel, health) AS "channels!",
                      (SELECT step FROM connect_attempt WHERE connect_attempt.advertiser_id = advertiser.id
                       ORDER BY connect_attempt.id DESC LIMIT 1) AS "step: ConnectStep",
                      (SELECT max(last_accepted_at) FROM connection
                       WHERE connection.advertiser_id = advertiser.id) AS last_accepted_at
               FROM advertiser
               WHERE (archived_at IS NOT NULL) = $1
                 AND ($2 = '%%' OR name ILIKE $2 OR reference ILIKE $2)
                 AND ($3::uuid IS NULL OR id < $3)
               ORDER BY id DESC LIMIT $4"#,
            filter.archived,
            pattern,
            filter.after.map(AdvertiserId::uuid),
            PAGE + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        let rows = rows
            .into_iter()
            .map(|row| AdvertiserRow {
                last_accepted: row.last_accepted_at.map(|at| moment(&row.time_zone, at)),
                advertiser: Advertiser {
                    id: row.id,
                    name: row.name,
                    language: row.language,
                    time_zone: row.time_zone,
                    reference: row.reference,
                    is_archived: row.is_archived,
                },
                channels: worst_of_each(&row.channels),
                step: row.step,
            })
            .collect();
        Ok(AdvertiserPage { rows, next })
    }

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
        tx.audit("advertiser.added", id).await?;
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

/// An instant as people in a time zone read it.
pub(crate) fn moment(time_zone: &str, at: DateTime<Utc>) -> Moment {
    use chrono::{Offset, TimeZone};
    let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
    let offset = zone
        .offset_from_utc_datetime(&at.naive_utc())
        .fix()
        .local_minus_utc();
    Moment {
        ms: at.timestamp_millis(),
        offset,
    }
}

/// Every IANA zone, for the form's list.
#[must_use]
pub fn time_zones() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .collect()
}

fn known_time_zone(name: &str) -> Result<()> {
    name.parse::<chrono_tz::Tz>()
        .map(drop)
        .map_err(|_| Error::invalid("time_zone", Why::NotATimeZone))
}

/// So that `50%` finds itself.
fn escape_like(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_")
}

fn worst_of_each(pairs: &[String]) -> Vec<ChannelLight> {
    let mut worst: Vec<ChannelLight> = Vec::new();
    for pair in pairs {
        let Some((channel, health)) = pair.split_once(' ') else {
            continue;
        };
        let (Ok(channel), Ok(health)) = (channel.parse::<Channel>(), health.parse::<Health>())
        else {
            continue;
        };
        match worst.iter_mut().find(|light| light.channel == channel) {
            Some(light) => light.health = light.health.max(health),
            None => worst.push(ChannelLight { channel, health }),
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use domain::Role;

    #[tokio::test]
    async fn an_advertiser_is_added_found_edited_put_away_and_brought_back() {
        let db = testing::backend().await;
        let operator = db.staff(Role::Operator).await;
        let id = db
            .backend
            .add_advertiser(&operator, &testing::advertiser_draft("Hana 50% Florist"))
            .await
            .unwrap();
        db.backend
            .add_advertiser(&operator, &testing::advertiser_draft("Sora Bikes"))
            .await
            .unwrap();

        let search = async |search: &str, archived| {
            let filter = AdvertiserFilter {
                search: search.into(),
                archived,
                after: None,
            };
            let page = db.backend.advertisers(&operator, &filter).await.unwrap();
            assert_eq!(page.next, None);
            page.rows
                .into_iter()
                .map(|row| row.advertiser.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(search("", false).await, ["Sora Bikes", "Hana 50% Florist"]);
        assert_eq!(search("hana", false).await, ["Hana 50% Florist"]);
        assert_eq!(search("50%", false).await, ["Hana 50% Florist"]);
        assert_eq!(search("a_a", false).await, [""; 0]);

        db.backend
            .edit_advertiser(&operator, id, &testing::advertiser_draft("Hana"))
            .await
            .unwrap();
        db.backend.archive_advertiser(&operator, id).await.unwrap();
        assert_eq!(search("", false).await, ["Sora Bikes"]);
        assert_eq!(search("", true).await, ["Hana"]);
        let refused = db
            .backend
            .edit_advertiser(&operator, id, &testing::advertiser_draft("Again"))
            .await;
        assert!(matches!(
            refused,
            Err(Error::Conflict(Conflict::AdvertiserArchived))
        ));
        db.backend.restore_advertiser(&operator, id).await.unwrap();
        assert_eq!(search("", false).await, ["Sora Bikes", "Hana"]);
    }

    #[tokio::test]
    async fn a_name_is_taken_once_whatever_its_case() {
        let db = testing::backend().await;
        let operator = db.staff(Role::Operator).await;
        db.backend
            .add_advertiser(&operator, &testing::advertiser_draft("Hana"))
            .await
            .unwrap();
        let again = db
            .backend
            .add_advertiser(&operator, &testing::advertiser_draft("HANA"))
            .await;
        assert!(matches!(
            again,
            Err(Error::Conflict(Conflict::AdvertiserName))
        ));
        let unknown = AdvertiserDraft {
            time_zone: "Mars/Olympus".into(),
            ..testing::advertiser_draft("Other")
        };
        assert!(matches!(
            db.backend.add_advertiser(&operator, &unknown).await,
            Err(Error::Invalid {
                field: "time_zone",
                ..
            })
        ));
    }

    #[tokio::test]
    async fn another_advertiser_is_not_found_and_support_changes_nothing() {
        let db = testing::backend().await;
        let (ours, theirs) = (db.advertiser("Ours").await, db.advertiser("Theirs").await);
        let ours_only = db.advertiser_scope(ours, Role::AdvertiserAdmin);
        assert!(db.backend.advertiser(&ours_only, ours).await.is_ok());
        assert!(matches!(
            db.backend.advertiser(&ours_only, theirs).await,
            Err(Error::NotFound(_))
        ));
        let page = db
            .backend
            .advertisers(&ours_only, &AdvertiserFilter::default())
            .await
            .unwrap();
        assert_eq!(
            page.rows
                .iter()
                .map(|row| row.advertiser.id)
                .collect::<Vec<_>>(),
            [ours]
        );

        let support = db.staff(Role::Support).await;
        assert!(matches!(
            db.backend.archive_advertiser(&support, ours).await,
            Err(Error::Forbidden)
        ));
    }
}
