//! Reading what everybody did: filtered, page by page, and as lines for a file.

#[cfg(test)]
mod tests;
mod words;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use domain::{
    AdvertiserId, AuditId, Permission, PersonId,
    console::{AuditFilter, AuditPage, AuditRow, Day},
};
use text::Text;
use words::in_words;

use crate::{Backend, Result, Scope, Tx, advertisers::moment};

/// Rows on a page.
const PAGE: i64 = 50;
/// Rows read at a time for a file.
const FILE_PAGE: i64 = 1_000;
/// People offered to filter by.
const PEOPLE: i64 = 200;

/// One line of a file: what the page shows, with nothing left out.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// Which.
    pub id: AuditId,
    /// When.
    pub at: DateTime<Utc>,
    /// `staff`, `person`, `system`, `visitor`, `command` or `key`.
    pub actor_kind: String,
    /// Who, in words.
    pub who: String,
    /// The action's own name.
    pub action: String,
    /// What, as a sentence.
    pub what: String,
    /// What it was done to.
    pub object: String,
    /// The advertiser it belongs to.
    pub advertiser: Option<AdvertiserId>,
    /// What that is called.
    pub advertiser_name: String,
    /// The request in which it was done.
    pub request: String,
    /// Names of fields and ids, as JSON.
    pub detail: serde_json::Value,
}

impl Backend {
    /// A page of the audit, in the language of the scope and the time zone of its person.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`]; [`crate::Error::NotFound`] for an advertiser that there is not.
    pub async fn audit_trail(&self, scope: &Scope, filter: &AuditFilter) -> Result<AuditPage> {
        scope.require(Permission::ViewAudit)?;
        let zone = self.own_zone(scope).await?;
        let text = Text::new(scope.language());
        let mut tx = self.begin_list(scope).await?;
        let advertiser_name = match filter.advertiser {
            Some(advertiser) => Some(tx.advertiser(advertiser).await?.name),
            None => None,
        };
        let mut lines = tx.audit_lines(text, filter, &zone, PAGE + 1).await?;
        let more = lines.len() > PAGE as usize;
        lines.truncate(PAGE as usize);
        let people = tx.people_to_filter_by(filter.person).await?;
        Ok(AuditPage {
            next: lines.last().filter(|_| more).map(|line| line.id),
            rows: lines
                .into_iter()
                .map(|line| shown(text, line, &zone))
                .collect(),
            groups: text.audit_groups(),
            people,
            advertiser_name,
            now_ms: tx.now().timestamp_millis(),
        })
    }

    /// Some lines for a file, from `filter.after` on; fewer than asked for means that there are no more. The first call
    /// of a file is audited itself.
    ///
    /// # Errors
    /// As [`Backend::audit_trail`].
    pub async fn export_audit(
        &self,
        scope: &Scope,
        filter: &AuditFilter,
    ) -> Result<(Vec<AuditLine>, Option<AuditId>)> {
        scope.require(Permission::ViewAudit)?;
        let zone = self.own_zone(scope).await?;
        let mut tx = self.begin_list(scope).await?;
        if filter.after.is_none() {
            tx.audit_of(
                filter.advertiser,
                "audit.exported",
                "audit",
                serde_json::json!({}),
            )
            .await?;
        }
        let text = Text::new(scope.language());
        let lines = tx.audit_lines(text, filter, &zone, FILE_PAGE).await?;
        tx.commit().await?;
        let next = lines
            .last()
            .filter(|_| lines.len() == FILE_PAGE as usize)
            .map(|line| line.id);
        Ok((lines, next))
    }
}

impl Tx {
    async fn audit_lines(
        &mut self,
        text: Text,
        filter: &AuditFilter,
        zone: &str,
        limit: i64,
    ) -> Result<Vec<AuditLine>> {
        let from = filter.from.and_then(|day| start_of(day, zone));
        let until = filter
            .until
            .and_then(|day| start_of(day, zone))
            .map(|start| start + TimeDelta::days(1));
        let rows = sqlx::query!(
            r#"SELECT audit.id AS "id: AuditId", audit.at, actor_kind, person.name AS "actor_name?", action, object_id, request_id,
                      detail, audit.advertiser_id AS "advertiser_id: AdvertiserId", advertiser.name AS "advertiser_name?"
               FROM audit
               LEFT JOIN person ON person.id = audit.actor_id
               LEFT JOIN advertiser ON advertiser.id = audit.advertiser_id
               WHERE ($1::uuid IS NULL OR actor_id = $1) AND ($2::text IS NULL OR split_part(action, '.', 1) = $2)
                 AND ($3::uuid IS NULL OR audit.advertiser_id = $3)
                 AND ($4::timestamptz IS NULL OR audit.id >= uuid_from($4))
                 AND ($5::timestamptz IS NULL OR audit.id < uuid_from($5))
                 AND ($6::uuid IS NULL OR audit.id < $6)
               ORDER BY audit.id DESC LIMIT $7"#,
            filter.person.map(PersonId::uuid),
            filter.group,
            filter.advertiser.map(AdvertiserId::uuid),
            from,
            until,
            filter.after.map(AuditId::uuid),
            limit,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| AuditLine {
                who: match row.actor_kind.as_str() {
                    "system" => text.audit_by_system().to_owned(),
                    "visitor" => text.audit_by_visitor().to_owned(),
                    "command" => text.audit_by_command().to_owned(),
                    "key" => text.audit_by_key().to_owned(),
                    _ => row.actor_name.unwrap_or_default(),
                },
                id: row.id,
                at: row.at,
                actor_kind: row.actor_kind,
                what: text
                    .audit_sentence(&row.action)
                    .unwrap_or(&row.action)
                    .to_owned(),
                action: row.action,
                object: row.object_id,
                advertiser: row.advertiser_id,
                advertiser_name: row.advertiser_name.unwrap_or_default(),
                request: row.request_id.unwrap_or_default(),
                detail: row.detail,
            })
            .collect())
    }

    /// The staff, and the chosen person whoever it is.
    async fn people_to_filter_by(
        &mut self,
        chosen: Option<PersonId>,
    ) -> Result<Vec<(String, String)>> {
        let rows = sqlx::query!(
            r#"SELECT id AS "id: PersonId", name FROM person WHERE role IS NOT NULL OR id = $1 ORDER BY name, id LIMIT $2"#,
            chosen.map(PersonId::uuid),
            PEOPLE,
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id.to_string(), row.name))
            .collect())
    }
}

fn shown(text: Text, line: AuditLine, zone: &str) -> AuditRow {
    AuditRow {
        id: line.id,
        at: moment(zone, line.at),
        who: line.who,
        what: line.what,
        detail: in_words(text, &line.detail),
        href: page_of(&line.object, line.advertiser),
        object: line.object,
        advertiser: line.advertiser.map(|id| (id, line.advertiser_name)),
    }
}

/// The page of an object, told by the prefix of its id.
fn page_of(object: &str, advertiser: Option<AdvertiserId>) -> Option<String> {
    let of = |prefix: &str| object.starts_with(prefix) && !object.contains(['/', ' ']);
    match advertiser {
        _ if of("adv_") => Some(format!("/advertisers/{object}")),
        _ if of("evt_") => Some(format!("/events/{object}")),
        _ if of("whm_") => Some(format!("/inbox/{object}")),
        Some(advertiser) if of("cat_") => {
            Some(format!("/advertisers/{advertiser}/connect/{object}"))
        }
        Some(advertiser) if of("per_") || of("inv_") => {
            Some(format!("/advertisers/{advertiser}/people"))
        }
        None if of("per_") || of("inv_") => Some("/team".to_owned()),
        Some(advertiser) => Some(format!("/advertisers/{advertiser}")),
        None if of("rly_") => Some("/settings/relay".to_owned()),
        None if object == "partner" => Some("/settings".to_owned()),
        None => None,
    }
}

/// When a day begins in a time zone; none for a day that no calendar has.
pub(crate) fn start_of(day: Day, zone: &str) -> Option<DateTime<Utc>> {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    let midnight =
        chrono::NaiveDate::from_ymd_opt(day.year, day.month, day.day)?.and_hms_opt(0, 0, 0)?;
    // Where clocks are put forward at midnight, the day begins an hour later.
    let start = zone.from_local_datetime(&midnight).earliest().or_else(|| {
        zone.from_local_datetime(&(midnight + TimeDelta::hours(1)))
            .earliest()
    })?;
    Some(start.with_timezone(&Utc))
}
