//! Test codes: which events Meta shows under *Test events*, and until when.
//!
//! A code belongs to one dataset and holds for 24 hours: from the first event that names it, from when a person adds or
//! renews it on the dataset's page, or from when it is sent from the test studio after its end. An event from a program
//! that names a code which has ended is taken, and sent as the live event that it is, without the code: the answer says
//! so. A code that was forgotten in production thus marks a day's traffic at most, and no conversion is lost over it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use chrono::TimeDelta;
use domain::{
    AdvertiserId, ConnectionId, DatasetId, Permission, PersonId, TestCode, console::DatasetTestCode,
};
use uuid::Uuid;

use crate::{Backend, Error, Result, Scope, Tx, advertisers::moment};

/// For how long a code marks events as test.
pub(crate) const HOLDS: TimeDelta = TimeDelta::hours(24);
/// For how long pages show a code that has ended.
const SHOWN: TimeDelta = TimeDelta::days(7);
/// For how long a code that has ended is remembered once nothing names it any more.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// How exactly is noted when a code was named last: a busy one is not written with every batch.
const SEEN_TO: TimeDelta = TimeDelta::days(1);

impl Backend {
    /// The test codes of a connection's dataset that hold, and those that ended lately; newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn test_codes(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Vec<DatasetTestCode>> {
        scope.require(Permission::ViewAdvertisers)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let zone = tx.advertiser(advertiser).await?.time_zone;
        let Some(dataset) = tx.dataset_of(advertiser, connection).await? else {
            return Ok(Vec::new());
        };
        let codes = tx.test_codes(advertiser, Some(dataset), &zone).await?;
        drop(tx);
        let people: Vec<Uuid> = codes
            .iter()
            .filter_map(|(_, person)| person.map(PersonId::uuid))
            .collect();
        let names = self.names_of_staff(scope, &people).await?;
        let named = codes.into_iter().map(|(code, person)| DatasetTestCode {
            added_by: person
                .and_then(|person| names.get(&person).cloned())
                .unwrap_or_default(),
            ..code
        });
        Ok(named.collect())
    }

    /// What colleagues call them. An advertiser's people are not told the names of the partner's staff.
    async fn names_of_staff(
        &self,
        scope: &Scope,
        people: &[Uuid],
    ) -> Result<HashMap<PersonId, String>> {
        if scope.only().is_some() || people.is_empty() {
            return Ok(HashMap::new());
        }
        let mut tx = self.begin(scope).await?;
        let rows = sqlx::query!(
            r#"SELECT id AS "id: PersonId", name FROM person WHERE id = ANY ($1)"#,
            people
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }

    /// Adds a test code to a connection's dataset, or renews it: it holds for 24 hours from now.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a connection without a dataset; [`crate::error::Conflict::AdvertiserArchived`].
    pub async fn hold_test_code(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
        code: &TestCode,
    ) -> Result<()> {
        scope.require(Permission::SendTestEvents)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.active_advertiser(advertiser).await?;
        let dataset = tx
            .dataset_of(advertiser, connection)
            .await?
            .ok_or(Error::NotFound("dataset"))?;
        tx.hold_test_code(scope, advertiser, dataset, code.as_str(), HOLDS)
            .await?;
        tx.commit().await
    }

    /// Ends a test code now: what names it from here on goes out live. One that has ended stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a code that the dataset does not know.
    pub async fn end_test_code(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
        code: &TestCode,
    ) -> Result<()> {
        scope.require(Permission::SendTestEvents)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let dataset = tx
            .dataset_of(advertiser, connection)
            .await?
            .ok_or(Error::NotFound("dataset"))?;
        let now = tx.now();
        let ended = sqlx::query!(
            "UPDATE test_code SET expires_at = least(expires_at, $4)
             WHERE advertiser_id = $1 AND dataset_id = $2 AND code = $3",
            advertiser.uuid(),
            dataset.uuid(),
            code.as_str(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        if ended.rows_affected() == 0 {
            return Err(Error::NotFound("test code"));
        }
        let detail = serde_json::json!({ "code": code.as_str() });
        tx.audit_with("dataset.test_code_ended", dataset, detail)
            .await?;
        tx.commit().await
    }

    /// For which of these datasets a code that events name marks them as test. One that none of them knew holds from now.
    /// One query, unless a code is new or was not seen for a day.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn use_test_code(
        &self,
        scope: &Scope,
        code: &TestCode,
        datasets: &BTreeSet<(AdvertiserId, DatasetId)>,
    ) -> Result<BTreeSet<DatasetId>> {
        let (advertisers, ids): (Vec<Uuid>, Vec<Uuid>) = datasets
            .iter()
            .map(|(advertiser, dataset)| (advertiser.uuid(), dataset.uuid()))
            .unzip();
        let now = self.clock().now();
        let mut tx = self.begin(scope).await?;
        let known = sqlx::query!(
            r#"SELECT dataset_id AS "dataset: DatasetId", expires_at > $4 AS "holds!", seen_at > $5 AS "is_seen!"
               FROM test_code
               WHERE (advertiser_id, dataset_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[])) AND code = $3"#,
            &advertisers,
            &ids,
            code.as_str(),
            now,
            now - SEEN_TO,
        )
        .fetch_all(&mut *tx)
        .await?;
        if known.len() < datasets.len() || known.iter().any(|row| !row.is_seen) {
            // Another batch may register it at the same moment; an end that is there already stays.
            sqlx::query!(
                "INSERT INTO test_code (advertiser_id, dataset_id, code, created_at, expires_at, seen_at)
                 SELECT named.advertiser_id, named.dataset_id, $3, $4, $5, $4
                 FROM unnest($1::uuid[], $2::uuid[]) AS named (advertiser_id, dataset_id)
                 ORDER BY named.advertiser_id, named.dataset_id
                 ON CONFLICT ON CONSTRAINT test_code_pk DO UPDATE SET seen_at = greatest(test_code.seen_at, excluded.seen_at)",
                &advertisers,
                &ids,
                code.as_str(),
                now,
                now + HOLDS,
            )
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
        }
        let mut holds: BTreeSet<DatasetId> = datasets.iter().map(|(_, dataset)| *dataset).collect();
        for row in known.iter().filter(|row| !row.holds) {
            holds.remove(&row.dataset);
        }
        Ok(holds)
    }

    /// Forgets codes that ended long ago and that nothing names any more. For an hourly job.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn forget_test_codes(&self) -> Result<()> {
        sqlx::query!(
            "DELETE FROM test_code WHERE expires_at < $1 AND seen_at < $1",
            self.clock().now() - REMEMBERED,
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }
}

impl Tx {
    /// Makes a code hold for 24 hours from now, if it would end within `left`; audits it then.
    pub(crate) async fn hold_test_code(
        &mut self,
        scope: &Scope,
        advertiser: AdvertiserId,
        dataset: DatasetId,
        code: &str,
        left: TimeDelta,
    ) -> Result<()> {
        let now = self.now();
        let held = sqlx::query!(
            "INSERT INTO test_code (advertiser_id, dataset_id, code, created_at, created_by, expires_at, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $4)
             ON CONFLICT ON CONSTRAINT test_code_pk DO UPDATE SET expires_at = excluded.expires_at
             WHERE test_code.expires_at <= $7",
            advertiser.uuid(),
            dataset.uuid(),
            code,
            now,
            scope.person_id().map(PersonId::uuid),
            now + HOLDS,
            now + left,
        )
        .execute(&mut **self)
        .await?;
        if held.rows_affected() > 0 {
            let detail = serde_json::json!({ "code": code });
            self.audit_with("dataset.test_code_held", dataset, detail)
                .await?;
        }
        Ok(())
    }

    /// The codes of one dataset or all, that hold or ended lately, newest first; each with who added it, whose name is
    /// left out.
    pub(crate) async fn test_codes(
        &mut self,
        advertiser: AdvertiserId,
        dataset: Option<DatasetId>,
        zone: &str,
    ) -> Result<Vec<(DatasetTestCode, Option<PersonId>)>> {
        let now = self.now();
        let rows = sqlx::query!(
            r#"SELECT dataset.meta_id, test_code.code, test_code.expires_at, test_code.created_by AS "created_by: PersonId"
               FROM test_code
               JOIN dataset ON dataset.advertiser_id = test_code.advertiser_id AND dataset.id = test_code.dataset_id
               WHERE test_code.advertiser_id = $1 AND ($2::uuid IS NULL OR test_code.dataset_id = $2)
                 AND test_code.expires_at > $3
               ORDER BY test_code.expires_at DESC, test_code.created_at DESC, test_code.code"#,
            advertiser.uuid(),
            dataset.map(DatasetId::uuid),
            now - SHOWN,
        )
        .fetch_all(&mut **self)
        .await?;
        let codes = rows.into_iter().map(|row| {
            let code = DatasetTestCode {
                dataset_meta_id: row.meta_id,
                code: row.code,
                until: moment(zone, row.expires_at),
                has_ended: row.expires_at <= now,
                is_from_api: row.created_by.is_none(),
                added_by: String::new(),
            };
            (code, row.created_by)
        });
        Ok(codes.collect())
    }

    /// Where a connection's events go.
    async fn dataset_of(
        &mut self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<Option<DatasetId>> {
        sqlx::query_scalar!(
            r#"SELECT asset.dataset_id AS "dataset: DatasetId" FROM connection
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            advertiser.uuid(),
            connection.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("connection"))
    }
}
