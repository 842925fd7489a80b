//! The inbox: what Meta's webhooks brought, newest first, by whatever filters a URL holds.

mod found;
mod search;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AssetKind, ContactId, Permission, WebhookMessageId,
    console::{InboxFilter, InboxMessage, InboxPage},
};
use found::{Found, JOIN};
pub use search::InboxFound;
use sqlx::{Postgres, QueryBuilder};
use text::Text;

use crate::{Backend, Error, Result, Scope, Tx, advertisers::moment, audit_trail::start_of};

/// Rows on one page.
const PAGE: usize = 50;
/// How far back a list reaches that was not told.
const WINDOW: TimeDelta = TimeDelta::days(7);
/// Up to how many messages without a holder are counted.
const COUNTED: i64 = 1_000;

impl Backend {
    /// A page of the inbox, in the language of the scope and the time zone of its person.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for an advertiser's people: of what nobody holds it is not known whose it is.
    pub async fn inbox(&self, scope: &Scope, filter: &InboxFilter) -> Result<InboxPage> {
        scope.require(Permission::ViewInbox)?;
        let zone = self.own_zone(scope).await?;
        let text = Text::new(scope.language());
        let mut tx = self.begin(scope).await?;
        let now = tx.now();
        let mut query = page_query(filter, &zone, now);
        let mut found: Vec<Found> = query.build_query_as().fetch_all(&mut *tx).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|row| row.id);
        let newest =
            sqlx::query_scalar!("SELECT received_at FROM webhook_message ORDER BY id DESC LIMIT 1")
                .fetch_optional(&mut *tx)
                .await?;
        Ok(InboxPage {
            rows: found.into_iter().map(|it| it.shown(text, &zone)).collect(),
            next,
            advertisers: tx.advertiser_choices(filter.advertiser).await?,
            newest: newest.map(|at| moment(&zone, at)),
            now_ms: now.timestamp_millis(),
        })
    }

    /// One message, and what can be done about it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn inbox_message(&self, scope: &Scope, id: WebhookMessageId) -> Result<InboxMessage> {
        scope.require(Permission::ViewInbox)?;
        let zone = self.own_zone(scope).await?;
        let mut tx = self.begin(scope).await?;
        let mut query =
            QueryBuilder::new("WITH page AS (SELECT * FROM webhook_message WHERE id = ");
        query.push_bind(id.uuid()).push(JOIN);
        let found: Option<Found> = query.build_query_as().fetch_optional(&mut *tx).await?;
        let found = found.ok_or(Error::NotFound("message"))?;
        let is_kept = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM webhook_delivery WHERE id = $1) AS "is_kept!""#,
            found.delivery_id
        )
        .fetch_one(&mut *tx)
        .await?;
        let (mut unrouted, mut is_held) = (0, false);
        if let (Some(kind), Some(meta_id)) = (found.asset_kind, &found.asset_meta_id) {
            unrouted = tx.unrouted(kind, meta_id).await?;
            let holders = tx
                .asset_holders(kind, std::slice::from_ref(meta_id))
                .await?;
            is_held = !holders.is_empty();
        }
        let relays = tx
            .relayed(Text::new(scope.language()), found.delivery_id, &zone)
            .await?;
        Ok(InboxMessage {
            row: found.shown(Text::new(scope.language()), &zone),
            is_kept,
            unrouted,
            is_held,
            relays,
            now_ms: tx.now().timestamp_millis(),
        })
    }
}

impl Tx {
    /// How many messages to an asset found nobody, up to [`COUNTED`].
    async fn unrouted(&mut self, kind: AssetKind, meta_id: &str) -> Result<i64> {
        Ok(sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM (
                   SELECT FROM webhook_message
                   WHERE asset_kind = $1 AND asset_meta_id = $2 AND outcome = 'unrouted' AND kind <> 'account_update'
                   LIMIT $3) AS open"#,
            kind.as_str(),
            meta_id,
            COUNTED,
        )
        .fetch_one(&mut **self)
        .await?)
    }
}

/// Only the conditions that are asked for are in the text: PostgreSQL then finds the index that fits them. Every value
/// is bound.
fn page_query(filter: &InboxFilter, zone: &str, now: DateTime<Utc>) -> QueryBuilder<Postgres> {
    let from = filter.from.and_then(|day| start_of(day, zone));
    let until = filter.until.and_then(|day| start_of(day, zone));
    let mut query =
        QueryBuilder::new("WITH page AS (SELECT * FROM webhook_message WHERE id >= uuid_from(");
    query
        .push_bind(from.unwrap_or(now - WINDOW))
        .push("::timestamptz)");
    if let Some(until) = until {
        query
            .push(" AND id < uuid_from(")
            .push_bind(until + TimeDelta::days(1))
            .push("::timestamptz)");
    }
    if let Some(after) = filter.after {
        query.push(" AND id < ").push_bind(after.uuid());
    }
    if let Some(advertiser) = filter.advertiser {
        query
            .push(" AND advertiser_id = ")
            .push_bind(advertiser.uuid());
    }
    if let Some(channel) = filter.channel {
        query.push(" AND channel = ").push_bind(channel.as_str());
    }
    if let Some(kind) = filter.kind {
        query.push(" AND kind = ").push_bind(kind.as_str());
    }
    if let Some(outcome) = filter.outcome {
        query.push(" AND outcome = ").push_bind(outcome.as_str());
    }
    if let Some(contact) = filter.contact {
        query
            .push(" AND contact_id = ")
            .push_bind(ContactId::uuid(contact));
    }
    query
        .push(" ORDER BY id DESC LIMIT ")
        .push_bind(PAGE as i64 + 1)
        .push(JOIN);
    query
}
