//! Meta's messages for every chosen asset, and the connection itself.

use domain::{Channel, ConnectFailure, ConnectStep, ConnectionId};
use graph::AccessToken;
use serde_json::json;

use super::{Asset, Stop, Work, at_once};
use crate::{
    Backend, Result, Scope, Tx,
    connect::{failure::Failure, reach::MODERATE},
};

/// What conversations need, of the fields that a Page is subscribed to.
const FIELDS: &[&str] = &["messages", "messaging_postbacks", "messaging_referrals"];
/// Meta sends an Instagram account's messages once its Page is subscribed to anything at all; with Instagram's
/// permissions alone the Page's own messages may be refused (Messenger Platform, Instagram, *Enable Page Subscriptions*).
const ANY_PAGE_FIELD: &[&str] = &["feed"];
/// A WhatsApp Business Account is subscribed as a whole; these are the fields that we read.
const WABA_FIELDS: &[&str] = &["messages", "account_update"];

impl Backend {
    /// What may not be subscribed is connected all the same: events go out, but nobody who writes is seen.
    pub(super) async fn subscribe(&self, scope: &Scope, work: &Work) -> Result<(), Stop> {
        let each = work
            .assets
            .iter()
            .map(|asset| self.subscribe_to(scope, work, asset));
        at_once(each.collect()).await?;
        self.move_on(scope, work, ConnectStep::WebhooksSubscribed)
            .await
    }

    async fn subscribe_to(&self, scope: &Scope, work: &Work, asset: &Asset) -> Result<(), Stop> {
        let fields = match self.subscribed_fields(work, asset).await {
            Ok(fields) => fields,
            Err(error) if error.is_permission() => &[],
            Err(error) => {
                let failure = Failure::of(&error, ConnectFailure::SubscribeFailed);
                return Err(Stop::Failed(failure));
            }
        };
        let mut tx = self.begin_for(scope, work.advertiser).await?;
        let fresh = self.clock().mint();
        tx.put_connection(work, asset, fresh, fields).await?;
        Ok(tx.commit().await?)
    }

    /// Subscribes, where permissions and role allow it; answers to which fields of the asset.
    async fn subscribed_fields(
        &self,
        work: &Work,
        asset: &Asset,
    ) -> graph::Result<&'static [&'static str]> {
        if work.token.is_limited() {
            // Messages go to the app of the token, and that is not ours.
            return Ok(&[]);
        }
        let node = match work.channel {
            Channel::Messenger => &asset.meta_id,
            Channel::Instagram => &asset.parent_meta_id,
            Channel::Whatsapp => {
                return self
                    .subscribe_to_messages(work.channel, &work.token, &asset.meta_id)
                    .await;
            }
        };
        let moderates = asset.tasks.iter().any(|task| task == MODERATE);
        let mut needed = work.channel.webhook_permissions().iter();
        let may = moderates && needed.all(|&permission| work.has(permission));
        let Some(token) = asset.token.as_ref().filter(|_| may) else {
            return Ok(&[]);
        };
        self.subscribe_to_messages(work.channel, token, node).await
    }

    /// Has Meta send an asset's messages to us: `node` is the Page, the Page of an Instagram account, or the WhatsApp
    /// Business Account, and the token the Page's own or the login's. Answers to which fields of the asset.
    pub(crate) async fn subscribe_to_messages(
        &self,
        channel: Channel,
        token: &AccessToken,
        node: &str,
    ) -> graph::Result<&'static [&'static str]> {
        if channel == Channel::Whatsapp {
            self.graph().subscribe_waba(token, node).await?;
            return Ok(WABA_FIELDS);
        }
        // The same fields as Messenger's: naming them again takes none of them away from it.
        match self.graph().subscribe_page(token, node, FIELDS).await {
            Err(error) if error.is_permission() && channel == Channel::Instagram => {
                self.graph()
                    .subscribe_page(token, node, ANY_PAGE_FIELD)
                    .await?;
            }
            done => done?,
        }
        Ok(FIELDS)
    }
}

impl Tx {
    /// Connecting again keeps the connection, its history and its health, which heals at the end.
    async fn put_connection(
        &mut self,
        work: &Work,
        asset: &Asset,
        fresh: ConnectionId,
        fields: &[&str],
    ) -> Result<()> {
        let now = self.now();
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        let id = sqlx::query_scalar!(
            r#"INSERT INTO connection (advertiser_id, id, channel, asset_id, credential_id, health, health_since,
                                       webhook_fields, created_at, awaits_confirmation)
               VALUES ($1, $2, $3, $4, $5, 'healthy', $6, $7, $6,
                       -- What somebody chose by a link, who has no account here, is looked at before it sends.
                       EXISTS (SELECT FROM connect_attempt
                               JOIN connect_link ON connect_link.advertiser_id = $1 AND connect_link.id = link_id
                               WHERE connect_attempt.advertiser_id = $1 AND connect_attempt.id = $8 AND NOT is_trusted))
               ON CONFLICT ON CONSTRAINT connection_asset_once
               DO UPDATE SET credential_id = excluded.credential_id, webhook_fields = excluded.webhook_fields
               RETURNING id AS "id: ConnectionId""#,
            work.advertiser.uuid(),
            fresh.uuid(),
            work.channel.as_str(),
            asset.id.uuid(),
            work.credential.uuid(),
            now,
            &fields,
            work.attempt.uuid(),
        )
        .fetch_one(&mut **self)
        .await?;
        let action = if id == fresh {
            "connection.created"
        } else {
            "connection.renewed"
        };
        self.audit_with(action, id, json!({ "webhook_fields": fields }))
            .await
    }
}
