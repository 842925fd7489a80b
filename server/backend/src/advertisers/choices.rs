//! The names that a list of events or messages can be narrowed to.

use domain::{AdvertiserId, Permission, console::AdvertiserChoices};

use crate::{Backend, Result, Scope, Tx};

/// So many are offered: what a person still finds in a list that opens.
const OFFERED: i64 = 200;

impl Backend {
    /// Advertisers that are not archived, and the `chosen` one whatever it is.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`]; when the database fails.
    pub async fn advertiser_choices(
        &self,
        scope: &Scope,
        chosen: Option<AdvertiserId>,
    ) -> Result<AdvertiserChoices> {
        scope.require(Permission::ViewAdvertisers)?;
        self.begin(scope).await?.advertiser_choices(chosen).await
    }
}

impl Tx {
    /// As [`Backend::advertiser_choices`].
    pub(crate) async fn advertiser_choices(
        &mut self,
        chosen: Option<AdvertiserId>,
    ) -> Result<AdvertiserChoices> {
        let rows = sqlx::query!(
            r#"SELECT id AS "id: AdvertiserId", name, among AS "among!"
               FROM (SELECT id, name, count(*) OVER () AS among FROM advertiser
                     WHERE archived_at IS NULL OR id = $1
                     ORDER BY (id = $1) IS TRUE DESC, lower(name), id LIMIT $2) AS offered
               ORDER BY lower(name), id"#,
            chosen.map(AdvertiserId::uuid),
            OFFERED,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(AdvertiserChoices {
            has_more: rows.first().is_some_and(|row| row.among > OFFERED),
            choices: rows
                .into_iter()
                .map(|row| (row.id.to_string(), row.name))
                .collect(),
        })
    }
}
