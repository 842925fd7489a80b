//! From rows to events in Meta's shape, and back from what is wrong with one to the column it stands in.

use std::collections::HashMap;

use chrono::DateTime;
use domain::{
    Channel, ConnectionId, DatasetKind, Language,
    console::{EventColumn, EventFileProblem},
};
use serde_json::{Value, json};
use text::Text;

use super::sheet::Row;
use crate::{Refusal, Result, Tx};

/// A connection that rows name.
pub(crate) struct Line {
    pub id: ConnectionId,
    pub dataset: String,
    pub channel: Channel,
    pub kind: DatasetKind,
    pub asset: String,
    pub page: String,
}

pub(crate) type Lines = HashMap<String, Line>;

impl Tx {
    /// The connections that the rows name and that this transaction may see, by their ids as written.
    pub(crate) async fn lines_of(&mut self, rows: &[Row]) -> Result<Lines> {
        let named = rows
            .iter()
            .filter_map(|row| row.cells.as_ref()?.get(&EventColumn::Connection));
        let mut ids: Vec<_> = named
            .filter_map(|id| id.parse::<ConnectionId>().ok())
            .map(ConnectionId::uuid)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let found = sqlx::query_as!(
            Line,
            r#"SELECT connection.id AS "id: ConnectionId", dataset.meta_id AS dataset, channel AS "channel: Channel",
                      asset.dataset_kind AS "kind!: DatasetKind", asset.meta_id AS asset, asset.parent_meta_id AS page
               FROM connection
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               JOIN dataset ON dataset.advertiser_id = asset.advertiser_id AND dataset.id = asset.dataset_id
               JOIN advertiser ON advertiser.id = connection.advertiser_id
               WHERE connection.id = ANY ($1) AND health <> 'disconnected' AND archived_at IS NULL
                 AND moved_at IS NULL"#,
            &ids,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(found
            .into_iter()
            .map(|line| (line.id.to_string(), line))
            .collect())
    }
}

/// The event of a row and where it goes, or what is wrong with it before any rule of events is asked.
pub(crate) fn event<'a>(
    text: Text,
    row: &Row,
    lines: &'a Lines,
) -> Result<(&'a Line, Value), EventFileProblem> {
    let problem = |column, what: String| EventFileProblem {
        line: row.line,
        column,
        what,
    };
    let Some(cells) = &row.cells else {
        return Err(problem(None, text.event_file_cell_count().to_owned()));
    };
    let cell = |column| cells.get(&column);
    let missing = EventColumn::ALL
        .iter()
        .find(|column| column.is_required() && cell(**column).is_none());
    if let Some(column) = missing {
        return Err(problem(
            Some(*column),
            text.event_file_empty_cell().to_owned(),
        ));
    }
    let connection = cell(EventColumn::Connection).and_then(|id| lines.get(id));
    let Some(line) = connection else {
        let what = text.event_file_no_connection().to_owned();
        return Err(problem(Some(EventColumn::Connection), what));
    };
    let Some(time) = cell(EventColumn::EventTime).and_then(|time| seconds(time)) else {
        let what = text.event_file_no_time().to_owned();
        return Err(problem(Some(EventColumn::EventTime), what));
    };
    let mut event = json!({
        "event_name": cell(EventColumn::EventName),
        "event_time": time,
        "event_id": cell(EventColumn::EventId),
        "action_source": "business_messaging",
        "messaging_channel": line.channel,
        "user_data": person(line, cell(EventColumn::Person)),
    });
    let custom = [
        EventColumn::OrderId,
        EventColumn::Value,
        EventColumn::Currency,
    ];
    if custom.iter().any(|column| cell(*column).is_some()) {
        event["custom_data"] = json!({
            "order_id": cell(EventColumn::OrderId),
            "value": cell(EventColumn::Value),
            "currency": cell(EventColumn::Currency),
        });
    }
    Ok((line, event))
}

fn person(line: &Line, person: Option<&String>) -> Value {
    match (line.channel, line.kind) {
        (Channel::Messenger, _) => {
            json!({ "page_id": line.asset, "page_scoped_user_id": person })
        }
        (Channel::Instagram, _) => json!({ "ig_account_id": line.asset, "ig_sid": person }),
        (Channel::Whatsapp, DatasetKind::PageLinkedWhatsapp) => {
            json!({ "page_id": line.page, "ctwa_clid": person })
        }
        (Channel::Whatsapp, _) => {
            json!({ "whatsapp_business_account_id": line.asset, "ctwa_clid": person })
        }
    }
}

/// Seconds since 1970, or a moment with its offset.
fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let at = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)).ok()?;
        Some(at.timestamp())
    })
}

/// What a rule of events says about a row.
pub(crate) fn problem(language: Language, line: u64, refusal: &Refusal) -> EventFileProblem {
    let named = refusal.path.iter().rev();
    let column = named
        .filter_map(|step| match step.as_str() {
            "user_data" => Some(EventColumn::Person),
            "messaging_channel" => Some(EventColumn::Connection),
            name => name.parse().ok(),
        })
        .next();
    EventFileProblem {
        line,
        column,
        what: refusal.sentence(language),
    }
}
