//! Assets: the Pages, Instagram accounts, WhatsApp Business Accounts and phone numbers that an advertiser holds. Meta's id belongs to one advertiser at a time.

use std::collections::HashMap;

use domain::{AdvertiserId, AssetId, AssetKind};
use graph::AccessToken;
use secrecy::ExposeSecret;

use crate::{Backend, Error, Result, Tx, error::OnConstraint, seal::Place, webhooks::LOOKED_FOR};

fn token_place(advertiser: AdvertiserId, id: AssetId) -> Place {
    Place {
        table: "asset",
        column: "token_sealed",
        advertiser: advertiser.uuid(),
        row: id.uuid(),
    }
}

/// An asset as a token reaches it.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    pub kind: AssetKind,
    pub meta_id: String,
    pub name: String,
    /// Empty where no business owns it, or none that the token may see.
    pub business_name: String,
    /// What the person may do there; of an Instagram account, on the Page that it is linked to.
    pub tasks: Vec<String>,
    /// The Page of an Instagram account, the WhatsApp Business Account of a phone number.
    pub parent: Option<Parent>,
    /// The Page's own token, which an Instagram account's Page lends it.
    pub token: Option<AccessToken>,
}

/// What an asset hangs on at Meta.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    pub meta_id: String,
    pub name: String,
}

impl Backend {
    /// Takes an asset for an advertiser, or brings what is known of it up to date. None when another advertiser holds it.
    pub(crate) async fn take_asset(
        &self,
        tx: &mut Tx,
        advertiser: AdvertiserId,
        reached: &Reached,
    ) -> Result<Option<AssetId>> {
        let held = tx
            .hold_asset(advertiser, reached.kind, &reached.meta_id, &reached.name)
            .await?;
        let Some(id) = held else { return Ok(None) };
        let token = reached.token.as_ref();
        sqlx::query!(
            "UPDATE asset SET name = $3, business_name = $4, tasks = $5, parent_meta_id = $6,
                              token_sealed = coalesce($7, token_sealed)
             WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid(),
            reached.name,
            reached.business_name,
            &reached.tasks,
            reached
                .parent
                .as_ref()
                .map(|parent| parent.meta_id.as_str())
                .unwrap_or_default(),
            token.map(|token| self
                .keys()
                .seal(token_place(advertiser, id), token.expose().as_bytes())),
        )
        .execute(&mut **tx)
        .await?;
        Ok(Some(id))
    }

    /// A Page's own token, as the row of the Page or of its Instagram account holds it.
    pub(crate) fn open_page_token(
        &self,
        advertiser: AdvertiserId,
        id: AssetId,
        sealed: &[u8],
    ) -> Result<AccessToken> {
        let token = self.keys().open_text(token_place(advertiser, id), sealed)?;
        Ok(AccessToken::new(token.expose_secret()))
    }
}

impl Tx {
    /// Takes an asset for an advertiser if nobody holds it; one that was moved away from the same advertiser comes back to
    /// its old row and history. None when another advertiser holds it. What came for it before is looked for then, see
    /// [`Backend::replay_for_holders`].
    pub(crate) async fn hold_asset(
        &mut self,
        advertiser: AdvertiserId,
        kind: AssetKind,
        meta_id: &str,
        name: &str,
    ) -> Result<Option<AssetId>> {
        let (fresh, now): (AssetId, _) = (self.mint(), self.now());
        sqlx::query!(
            "INSERT INTO asset (advertiser_id, id, kind, meta_id, name, business_name, tasks, created_at, replay_until)
             VALUES ($1, $2, $3, $4, $5, '', '{}', $6, $7) ON CONFLICT DO NOTHING",
            advertiser.uuid(),
            fresh.uuid(),
            kind.as_str(),
            meta_id,
            name,
            now,
            now + LOOKED_FOR,
        )
        .execute(&mut **self)
        .await?;
        let row = sqlx::query!(
            r#"SELECT id AS "id: AssetId", moved_at IS NOT NULL AS "is_moved!" FROM asset
               WHERE advertiser_id = $1 AND kind = $2 AND meta_id = $3"#,
            advertiser.uuid(),
            kind.as_str(),
            meta_id
        )
        .fetch_optional(&mut **self)
        .await?;
        match row {
            Some(row) if row.is_moved => self.take_back(advertiser, row.id).await,
            row => Ok(row.map(|row| row.id)),
        }
    }

    /// The unique index decides whether somebody else holds it, since their row is not ours to see.
    async fn take_back(
        &mut self,
        advertiser: AdvertiserId,
        id: AssetId,
    ) -> Result<Option<AssetId>> {
        let replay_until = self.now() + LOOKED_FOR;
        let mut attempt = sqlx::Connection::begin(&mut **self).await?;
        let taken = sqlx::query!(
            "UPDATE asset SET moved_at = NULL, replay_until = $3 WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            id.uuid(),
            replay_until,
        )
        .execute(&mut *attempt)
        .await
        .on_constraint("asset_held_once", Error::NotFound("asset"));
        match taken {
            Ok(_) => {
                attempt.commit().await?;
                Ok(Some(id))
            }
            Err(Error::NotFound(_)) => {
                attempt.rollback().await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Who holds these, of those that anybody holds. Looks across all advertisers: only in a transaction of the partner's,
    /// and no answer of it leaves `backend`.
    pub(crate) async fn asset_holders(
        &mut self,
        kind: AssetKind,
        meta_ids: &[String],
    ) -> Result<HashMap<String, (AdvertiserId, AssetId)>> {
        let rows = sqlx::query!(
            r#"SELECT sought.meta_id AS "meta_id!", found.advertiser_id AS "advertiser!: AdvertiserId",
                      found.asset_id AS "asset!: AssetId"
               FROM unnest($2::text[]) AS sought (meta_id), find_asset($1, sought.meta_id) AS found"#,
            kind.as_str(),
            meta_ids
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.meta_id, (row.advertiser, row.asset)))
            .collect())
    }
}
