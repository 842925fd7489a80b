//! `account_update`: what Meta says of a WhatsApp Business Account itself, and what follows for its connection.

use chrono::TimeDelta;
use domain::{
    AdvertiserId, AssetKind, CauseKey, ConnectAttemptId, ConnectionId, Health, MessageOutcome,
};
use graph::webhook::{AccountEvent, AccountUpdate, Entry};

use super::split::{Routes, Subject};
use crate::{Backend, Result, Tx, connections};

/// Who left the signup window longer ago is not waiting for it any more.
const WAITS: TimeDelta = TimeDelta::days(1);

/// An update, and by what it is known again.
pub(super) struct Update {
    pub key: Vec<u8>,
    update: AccountUpdate,
}

impl Update {
    /// What it is about.
    pub(super) fn subject(&self) -> Subject {
        (AssetKind::Waba, self.update.waba_id.clone())
    }
}

impl Backend {
    pub(super) fn updates(&self, entries: &[Entry]) -> Vec<Update> {
        let mut updates: Vec<Update> = Vec::new();
        for entry in entries {
            let at = entry
                .time
                .map(|at| at.timestamp_millis())
                .unwrap_or_default();
            for update in &entry.updates {
                let text = format!(
                    "{}\0account_update\0{}\0{at}",
                    update.waba_id,
                    update.event.as_str()
                );
                let key = self.keys().index("webhook", &text);
                if updates.iter().all(|known| known.key != key) {
                    let update = update.clone();
                    updates.push(Update { key, update });
                }
            }
        }
        updates
    }

    /// Lets the connection follow what happened to its account; answers what came of it. One that is about another app
    /// concerns nobody here.
    pub(super) async fn follow_update(
        &self,
        tx: &mut Tx,
        update: &Update,
        routes: &Routes,
    ) -> Result<MessageOutcome> {
        let said = &update.update;
        let ours = &self.config().graph.app_id;
        if said.partner_app_id.as_ref().is_some_and(|app| app != ours) {
            return Ok(MessageOutcome::Ignored);
        }
        let Some(&(advertiser, asset)) = routes.get(&update.subject()) else {
            let is_known = said.event == AccountEvent::AppInstalled
                && tx.note_installed(&said.waba_id).await?;
            return Ok(if is_known {
                MessageOutcome::Connection
            } else {
                MessageOutcome::Unrouted
            });
        };
        let connection = sqlx::query_scalar!(
            r#"SELECT id AS "id: ConnectionId" FROM connection
               WHERE advertiser_id = $1 AND asset_id = $2 AND channel = 'whatsapp'"#,
            advertiser.uuid(),
            asset.uuid()
        )
        .fetch_optional(&mut **tx)
        .await?;
        let Some(connection) = connection else {
            return Ok(MessageOutcome::Unrouted);
        };
        if let Some(cause) = cause(&said.event) {
            let health = Health::Reconnect;
            connections::set_health(tx, advertiser, connection, health, Some(cause)).await?;
        }
        if said.event == AccountEvent::AppInstalled {
            tx.note_installed(&said.waba_id).await?;
        }
        // Meta's own word, which is one of a few: cut, so that nothing else can come this way.
        let event: String = said.event.as_str().chars().take(60).collect();
        let detail = serde_json::json!({ "event": event });
        tx.audit_of(
            Some(advertiser),
            "connection.account_update",
            connection,
            detail,
        )
        .await?;
        Ok(MessageOutcome::Connection)
    }
}

/// Why the advertiser has to log in once more; none where it passes or says nothing of our access.
fn cause(event: &AccountEvent) -> Option<CauseKey> {
    match event {
        AccountEvent::AppUninstalled => Some(CauseKey::AppRemoved),
        AccountEvent::Deleted => Some(CauseKey::AccountDeleted),
        AccountEvent::Disabled => Some(CauseKey::AccountDisabled),
        _ => None,
    }
}

impl Tx {
    /// Marks the signup that waits for a code that never came: by what Meta's window named, or, where it named nothing, if
    /// it is the only one that waits. False where nobody can say whose it was.
    async fn note_installed(&mut self, waba: &str) -> Result<bool> {
        let now = self.now();
        let waiting = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser: AdvertiserId", id AS "id: ConnectAttemptId",
                      coalesce(jsonb_path_exists(signup, '$.** ? (@ == $waba)', jsonb_build_object('waba', $1::text)),
                               false) AS "is_named!"
               FROM connect_attempt
               WHERE way = 'embedded_signup' AND credential_id IS NULL AND step <> 'done' AND updated_at > $2"#,
            waba,
            now - WAITS,
        )
        .fetch_all(&mut **self)
        .await?;
        let mut named = waiting.iter().filter(|attempt| attempt.is_named);
        let found = match (named.next(), named.next(), waiting.as_slice()) {
            (Some(one), None, _) => one,
            (None, _, [one]) => one,
            _ => return Ok(false),
        };
        sqlx::query!(
            "UPDATE connect_attempt SET app_installed_at = $3 WHERE advertiser_id = $1 AND id = $2",
            found.advertiser.uuid(),
            found.id.uuid(),
            now,
        )
        .execute(&mut **self)
        .await?;
        let detail = serde_json::json!({});
        self.audit_of(
            Some(found.advertiser),
            "connect.app_installed",
            found.id,
            detail,
        )
        .await?;
        Ok(true)
    }
}
