//! Cutting a connection: Meta stops sending, what Meta takes back is given back, the secret is dropped, the history stays.

use domain::{
    AdvertiserId, AssetId, AssetKind, ConnectionId, CredentialId, Health, LeftAtMeta, Permission,
};
use graph::AccessToken;

use crate::{Backend, Error, Result, Scope, Tx, error::Conflict};

/// What is cut, and what hangs on it.
struct Cut {
    credential: CredentialId,
    credential_kind: String,
    person_id: String,
    is_limited: bool,
    health: Health,
    asset: AssetId,
    asset_kind: AssetKind,
    asset_meta_id: String,
    parent_meta_id: String,
    asset_token_sealed: Option<Vec<u8>>,
    /// Whether another connection of the advertiser sends with the same login.
    shares_login: bool,
    /// Whether another connection's messages come by the same Page's subscription.
    shares_page: bool,
}

impl Backend {
    /// Cuts a connection. Its row, asset, dataset and history stay, what is parked stays parked; connecting again takes
    /// it up. Cutting it twice changes nothing. What Meta refuses on the way does not keep it connected here.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Conflict::AttemptMoved`] when somebody connected it again meanwhile.
    pub async fn disconnect(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        connection: ConnectionId,
    ) -> Result<()> {
        scope.require(Permission::ManageConnections)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let cut = tx.cut(advertiser, connection).await?;
        if cut.health == Health::Disconnected {
            return Ok(());
        }
        let token = match self
            .credential_token(&mut tx, advertiser, cut.credential)
            .await
        {
            Err(Error::NotFound(_)) => None,
            token => Some(token?),
        };
        let page_token = cut.asset_token_sealed.as_ref();
        let page_token = page_token
            .map(|sealed| self.open_page_token(advertiser, cut.asset, sealed))
            .transpose()?;
        drop(tx);

        let unsubscribed = self
            .unsubscribe(&cut, token.as_ref(), page_token.as_ref())
            .await;
        let revoked = self.give_back(&cut, token.as_ref()).await?;
        let left = left_at_meta(&cut, revoked);

        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.mark_cut(advertiser, connection, &cut, left).await?;
        tx.drop_unused_credentials(advertiser).await?;
        let detail = serde_json::json!({
            "unsubscribed": unsubscribed, "revoked": revoked, "left_at_meta": left
        });
        tx.audit_with("connection.disconnected", connection, detail)
            .await?;
        tx.commit().await
    }

    /// Ends the webhooks, unless another connection lives on the same subscription. True when Meta says so.
    async fn unsubscribe(
        &self,
        cut: &Cut,
        token: Option<&AccessToken>,
        page_token: Option<&AccessToken>,
    ) -> bool {
        let page = match cut.asset_kind {
            AssetKind::Page => Some(&cut.asset_meta_id),
            AssetKind::InstagramAccount => Some(&cut.parent_meta_id),
            AssetKind::Waba | AssetKind::PhoneNumber => None,
        };
        let done = match (page, page_token, token) {
            _ if cut.shares_page || cut.is_limited => return false,
            (Some(page), Some(token), _) if !page.is_empty() => {
                self.graph().unsubscribe_page(token, page).await
            }
            (None, _, Some(token)) => {
                self.graph()
                    .unsubscribe_waba(token, &cut.asset_meta_id)
                    .await
            }
            _ => return false,
        };
        done.is_ok()
    }

    /// Gives a person's permissions back. They are one for all that this person connected, here and at other advertisers:
    /// as long as anything else lives on them they stay.
    async fn give_back(&self, cut: &Cut, token: Option<&AccessToken>) -> Result<bool> {
        let Some(token) = token.filter(|_| cut.credential_kind == "user" && !cut.is_limited) else {
            return Ok(false);
        };
        if cut.shares_login || cut.person_id.is_empty() || self.is_used_elsewhere(cut).await? {
            return Ok(false);
        }
        Ok(self.graph().revoke(token, &cut.person_id).await.is_ok())
    }

    async fn is_used_elsewhere(&self, cut: &Cut) -> Result<bool> {
        let elsewhere = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM credential
                              WHERE person_id = $1 AND id <> $2 AND token_sealed IS NOT NULL) AS "elsewhere!""#,
            cut.person_id,
            cut.credential.uuid(),
        )
        .fetch_one(self.0.database.partner())
        .await?;
        Ok(elsewhere)
    }
}

/// What the advertiser has to remove by hand.
fn left_at_meta(cut: &Cut, revoked: bool) -> LeftAtMeta {
    match cut.credential_kind.as_str() {
        _ if revoked || cut.shares_login || cut.is_limited => LeftAtMeta::Nothing,
        "system_user" => LeftAtMeta::ConnectedApp,
        _ => LeftAtMeta::BusinessIntegration,
    }
}

impl Tx {
    async fn cut(&mut self, advertiser: AdvertiserId, connection: ConnectionId) -> Result<Cut> {
        sqlx::query_as!(
            Cut,
            r#"SELECT connection.credential_id AS "credential: CredentialId", credential.kind AS credential_kind,
                      credential.person_id, credential.is_limited, connection.health AS "health: Health",
                      asset.id AS "asset: AssetId", asset.kind AS "asset_kind: AssetKind", asset.meta_id AS asset_meta_id,
                      asset.parent_meta_id, asset.token_sealed AS asset_token_sealed,
                      EXISTS (SELECT FROM connection AS other
                              WHERE other.advertiser_id = $1 AND other.id <> connection.id
                                AND other.credential_id = connection.credential_id
                                AND other.health <> 'disconnected') AS "shares_login!",
                      EXISTS (SELECT FROM connection AS other
                              JOIN asset AS its ON its.advertiser_id = $1 AND its.id = other.asset_id
                              WHERE other.advertiser_id = $1 AND other.id <> connection.id
                                AND other.health <> 'disconnected' AND asset.kind IN ('page', 'instagram_account')
                                AND CASE its.kind WHEN 'page' THEN its.meta_id WHEN 'instagram_account' THEN its.parent_meta_id
                                    END = CASE asset.kind WHEN 'page' THEN asset.meta_id ELSE asset.parent_meta_id END
                             ) AS "shares_page!"
               FROM connection
               JOIN asset ON asset.advertiser_id = $1 AND asset.id = connection.asset_id
               JOIN credential ON credential.advertiser_id = $1 AND credential.id = connection.credential_id
               WHERE connection.advertiser_id = $1 AND connection.id = $2"#,
            advertiser.uuid(),
            connection.uuid(),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("connection"))
    }

    async fn mark_cut(
        &mut self,
        advertiser: AdvertiserId,
        connection: ConnectionId,
        cut: &Cut,
        left: LeftAtMeta,
    ) -> Result<()> {
        let now = self.now();
        let marked = sqlx::query!(
            "UPDATE connection SET health = 'disconnected', cause = NULL, left_at_meta = $4, health_since = $5,
                                   webhook_fields = '{}'
             WHERE advertiser_id = $1 AND id = $2 AND credential_id = $3",
            advertiser.uuid(),
            connection.uuid(),
            cut.credential.uuid(),
            left.as_str(),
            now,
        )
        .execute(&mut **self)
        .await?;
        if marked.rows_affected() == 0 {
            return Err(Error::Conflict(Conflict::AttemptMoved));
        }
        sqlx::query!(
            "UPDATE asset SET token_sealed = NULL WHERE advertiser_id = $1 AND id = $2
               AND NOT EXISTS (SELECT FROM connection WHERE connection.advertiser_id = $1
                                 AND connection.asset_id = $2 AND connection.health <> 'disconnected')",
            advertiser.uuid(),
            cut.asset.uuid(),
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
