//! Webhooks handed on: every one that Meta signed goes, byte for byte and signed as it was, to the addresses that the
//! partner set, so that Patchbay can stand before a bot that exists. Meta never waits for it.

#[cfg(test)]
mod tests;
mod work;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Permission, RelayState, RelayTargetId, Why,
    console::{Need, NeedKind, RelayTarget, RelayTargets, RelayTested, Relayed},
};
use serde_json::json;
use text::Text;
use url::Url;
use uuid::Uuid;

use crate::{
    Backend, Error, Result, Scope, Tx, advertisers::moment, outward::Refused,
    partner::may_be_called,
};

/// Up to how many rows are counted.
const COUNTED: i64 = 10_000;
/// What was given up longer ago is not told any more.
const TOLD: TimeDelta = TimeDelta::days(7);
/// An address that takes nothing for this long needs somebody.
const DOWN: TimeDelta = TimeDelta::minutes(15);

impl Backend {
    /// The addresses, and how each one fares.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn relay_targets(&self, scope: &Scope) -> Result<RelayTargets> {
        scope.require(Permission::ManageSettings)?;
        let zone = self.own_zone(scope).await?;
        let text = Text::new(scope.language());
        let mut tx = self.begin(scope).await?;
        let now = tx.now();
        let rows = sqlx::query!(
            r#"SELECT id AS "id: RelayTargetId", url, taken_at, failing_since, answer,
                      (SELECT count(*) FROM (SELECT FROM relay WHERE target_id = relay_target.id AND due_at IS NOT NULL
                                             LIMIT $1) AS held) AS "waiting!",
                      (SELECT count(*) FROM (SELECT FROM relay WHERE target_id = relay_target.id AND state = 'given_up'
                                               AND state_at > $2 LIMIT $1) AS held) AS "given_up!"
               FROM relay_target WHERE removed_at IS NULL ORDER BY id"#,
            COUNTED,
            now - TOLD,
        )
        .fetch_all(&mut *tx)
        .await?;
        let targets = rows.into_iter().map(|row| RelayTarget {
            id: row.id,
            url: row.url,
            taken: row.taken_at.map(|at| moment(&zone, at)),
            failing_since: row.failing_since.map(|at| moment(&zone, at)),
            answer: said(text, row.answer.as_deref()),
            waiting: row.waiting,
            given_up: row.given_up,
        });
        Ok(RelayTargets {
            targets: targets.collect(),
            now_ms: now.timestamp_millis(),
        })
    }

    /// Hands on to this address from now on. One that is there already stays.
    ///
    /// # Errors
    /// [`Error::Invalid`] for no address that a server may call.
    pub async fn add_relay_target(&self, scope: &Scope, url: &str) -> Result<()> {
        scope.require(Permission::ManageSettings)?;
        let may_be_plain = self.config().allow_private_webhooks;
        let url = Url::parse(url.trim())
            .ok()
            .filter(|url| may_be_called(url) && (url.scheme() == "https" || may_be_plain))
            .ok_or_else(|| Error::invalid("relay_url", Why::NotAUrl))?;
        let mut tx = self.begin(scope).await?;
        let (id, now): (RelayTargetId, DateTime<Utc>) = (tx.mint(), tx.now());
        let added = sqlx::query!(
            "INSERT INTO relay_target (id, url, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            id.uuid(),
            url.as_str(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        if added.rows_affected() > 0 {
            tx.audit_with("relay.added", id, json!({ "host": host(&url) }))
                .await?;
        }
        tx.commit().await
    }

    /// Hands on to this address no longer; what waits for it is withdrawn.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_relay_target(&self, scope: &Scope, id: RelayTargetId) -> Result<()> {
        scope.require(Permission::ManageSettings)?;
        let mut tx = self.begin(scope).await?;
        let url = tx.relay_url(id).await?;
        let now = tx.now();
        sqlx::query!(
            "UPDATE relay_target SET removed_at = $2, failing_since = NULL WHERE id = $1",
            id.uuid(),
            now
        )
        .execute(&mut *tx)
        .await?;
        let withdrawn = sqlx::query!(
            "UPDATE relay SET state = 'withdrawn', due_at = NULL, state_at = $2 WHERE target_id = $1 AND due_at IS NOT NULL",
            id.uuid(),
            now
        )
        .execute(&mut *tx)
        .await?
        .rows_affected();
        let detail = json!({ "host": host(&url), "withdrawn": withdrawn });
        tx.audit_with("relay.removed", id, detail).await?;
        tx.commit().await
    }

    /// Posts a signed webhook that says nothing to an address, and waits for the answer.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn test_relay_target(&self, scope: &Scope, id: RelayTargetId) -> Result<RelayTested> {
        scope.require(Permission::ManageSettings)?;
        let mut tx = self.begin(scope).await?;
        let url = tx.relay_url(id).await?;
        tx.audit_with("relay.tested", id, json!({ "host": host(&url) }))
            .await?;
        tx.commit().await?;
        let body = br#"{"object":"page","entry":[]}"#.to_vec();
        let answer = self.post_webhook(&url, body, id.uuid()).await;
        Ok(RelayTested {
            is_taken: matches!(answer, Ok(200..=299)),
            answer: said(Text::new(scope.language()), Some(&work::in_a_word(answer))),
        })
    }
}

impl Tx {
    async fn relay_url(&mut self, id: RelayTargetId) -> Result<Url> {
        let url = sqlx::query_scalar!(
            "SELECT url FROM relay_target WHERE id = $1 AND removed_at IS NULL FOR UPDATE",
            id.uuid()
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("relay target"))?;
        url.parse()
            .map_err(|_| Error::Internal("a relay's address is one"))
    }

    /// How a webhook fared at each address.
    pub(crate) async fn relayed(
        &mut self,
        text: Text,
        delivery: Uuid,
        zone: &str,
    ) -> Result<Vec<Relayed>> {
        let rows = sqlx::query!(
            r#"SELECT url, state AS "state: RelayState", relay.answer, state_at
               FROM relay JOIN relay_target ON relay_target.id = target_id
               WHERE delivery_id = $1 ORDER BY target_id"#,
            delivery,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Relayed {
                host: row.url.parse().map(|url| host(&url)).unwrap_or_default(),
                state: row.state,
                answer: said(text, row.answer.as_deref()),
                at: moment(zone, row.state_at),
            })
            .collect())
    }

    /// Addresses that take nothing.
    pub(crate) async fn relay_needs(&mut self, scope: &Scope, zone: &str) -> Result<Vec<Need>> {
        let text = Text::new(scope.language());
        let now = self.now();
        let rows = sqlx::query!(
            r#"SELECT url, failing_since AS "since!", answer FROM relay_target
               WHERE removed_at IS NULL AND failing_since <= $1 ORDER BY failing_since DESC"#,
            now - DOWN,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Need {
                kind: NeedKind::Relay,
                title: row.url.parse().map(|url| host(&url)).unwrap_or_default(),
                channel: None,
                health: None,
                what: text.overview_relay(said(text, row.answer.as_deref())),
                since: moment(zone, row.since),
                href: "/settings/relay".to_owned(),
                action: text.overview_look().to_owned(),
            })
            .collect())
    }
}

/// Of an address what a list may show: a path may hold a secret.
fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// What was answered, as a sentence; nothing before the first answer.
fn said(text: Text, answer: Option<&str>) -> String {
    let Some(answer) = answer else {
        return String::new();
    };
    let refused = |refused: Refused| refused.to_string() == answer;
    if refused(Refused::Scheme) {
        text.relay_answer_not_https().to_owned()
    } else if refused(Refused::Private) {
        text.relay_answer_private_address().to_owned()
    } else if refused(Refused::NoHost) {
        text.relay_answer_no_such_host().to_owned()
    } else if answer.starts_with('2') {
        text.relay_answer_taken(answer)
    } else if answer.chars().all(|c| c.is_ascii_digit()) {
        text.relay_answer_status(answer)
    } else {
        text.relay_answer_not_reached().to_owned()
    }
}
