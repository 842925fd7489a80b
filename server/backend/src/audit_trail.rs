//! Reading what everybody did: filtered, page by page, and as lines for a file.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use domain::{
    AdvertiserId, AuditId, Permission, PersonId,
    console::{AuditFilter, AuditPage, AuditRow, Day},
};
use text::Text;

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
        let mut tx = self.begin(scope).await?;
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
            rows: lines.into_iter().map(|line| shown(line, &zone)).collect(),
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
        let mut tx = self.begin(scope).await?;
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

fn shown(line: AuditLine, zone: &str) -> AuditRow {
    AuditRow {
        id: line.id,
        at: moment(zone, line.at),
        who: line.who,
        what: line.what,
        detail: in_words(&line.detail),
        href: page_of(&line.object, line.advertiser),
        object: line.object,
        advertiser: line.advertiser.map(|id| (id, line.advertiser_name)),
    }
}

/// `from: support · to: operator`.
fn in_words(detail: &serde_json::Value) -> String {
    let Some(fields) = detail.as_object() else {
        return String::new();
    };
    let words = fields.iter().map(|(name, value)| match value {
        serde_json::Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    });
    words.collect::<Vec<_>>().join(" · ")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use domain::{Language, Role};
    use uuid::Uuid;

    /// Every action that this crate writes, read from its own source: what stands in tests does not count.
    fn actions() -> std::collections::BTreeSet<String> {
        fn walk(directory: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                if path.is_dir() {
                    if name != "tests" && name != "testing" && name != "cluster" {
                        walk(&path, found);
                    }
                } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
                    let source = std::fs::read_to_string(&path).unwrap();
                    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
                    for literal in source.split('"').skip(1).step_by(2) {
                        let is_action = literal.split_once('.').is_some_and(|(group, rest)| {
                            let word = |text: &str| {
                                !text.is_empty()
                                    && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                            };
                            word(group) && word(rest)
                        });
                        if is_action {
                            found.insert(literal.to_owned());
                        }
                    }
                }
            }
        }
        let mut found = std::collections::BTreeSet::new();
        walk(
            &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        found
    }

    #[test]
    fn every_action_has_a_sentence_in_each_language_and_a_group() {
        let actions = actions();
        assert!(actions.len() > 30, "{actions:?}");
        for language in Language::ALL {
            let text = Text::new(*language);
            let groups = text.audit_groups();
            let missing: Vec<_> = actions
                .iter()
                .filter(|action| {
                    let group = action.split('.').next().unwrap();
                    text.audit_sentence(action).is_none()
                        || groups.iter().all(|(known, _)| known != group)
                })
                .collect();
            assert!(
                missing.is_empty(),
                "write a sentence into [server.audit] of both languages, and its line in text/src/audit.rs: {missing:?}"
            );
        }
    }

    #[tokio::test]
    async fn it_is_filtered_by_person_group_advertiser_and_day_and_read_page_by_page() {
        let db = testing::backend().await;
        let operator = db.staff(Role::Operator).await;
        let add = async |name: &str| {
            db.backend
                .add_advertiser(&operator, &testing::advertiser_draft(name))
                .await
                .unwrap()
        };
        let hana = add("Hana").await;
        for number in 0..60 {
            add(&format!("Shop {number}")).await;
        }
        let read =
            async |filter: AuditFilter| db.backend.audit_trail(&operator, &filter).await.unwrap();
        let first = read(AuditFilter::default()).await;
        assert_eq!(first.rows.len(), 50);
        assert!(!first.rows[0].who.is_empty() && first.rows[0].what != "advertiser.added");
        let rest = read(AuditFilter {
            after: first.next,
            ..Default::default()
        })
        .await;
        assert_eq!(
            (rest.rows.len(), rest.next),
            (12, None),
            "with `staff.added`"
        );
        let one = read(AuditFilter {
            advertiser: Some(hana),
            ..Default::default()
        })
        .await;
        assert_eq!(
            (one.rows.len(), one.advertiser_name.as_deref()),
            (1, Some("Hana"))
        );
        let staff = AuditFilter {
            group: Some("staff".into()),
            ..Default::default()
        };
        assert_eq!(read(staff.clone()).await.rows.len(), 1);
        let by_operator = AuditFilter {
            person: operator.person_id(),
            ..staff
        };
        assert!(
            read(by_operator).await.rows.is_empty(),
            "the command did it"
        );
        let tomorrow: Day = (db.backend.clock().now() + TimeDelta::days(1))
            .format("%Y-%m-%d")
            .to_string()
            .parse()
            .unwrap();
        let today = read(AuditFilter {
            until: Some(tomorrow),
            ..Default::default()
        })
        .await;
        assert_eq!(today.rows.len(), 50);
        let later = read(AuditFilter {
            from: Some(tomorrow),
            ..Default::default()
        })
        .await;
        assert!(later.rows.is_empty());

        let (lines, next) = db
            .backend
            .export_audit(&operator, &AuditFilter::default())
            .await
            .unwrap();
        assert_eq!(
            (lines.len(), next),
            (63, None),
            "its own line is the newest"
        );
        assert_eq!(lines[0].action, "audit.exported");
        let support = db.staff(Role::Support).await;
        assert!(matches!(
            db.backend
                .audit_trail(&support, &AuditFilter::default())
                .await,
            Err(crate::Error::Forbidden)
        ));
    }

    #[test]
    fn an_object_leads_to_its_page() {
        let advertiser = AdvertiserId::from_uuid(Uuid::from_u128(7));
        for (object, of, page) in [
            ("evt_1", None, Some("/events/evt_1".to_owned())),
            ("per_1", None, Some("/team".to_owned())),
            (
                "per_1",
                Some(advertiser),
                Some(format!("/advertisers/{advertiser}/people")),
            ),
            ("ses_1", None, None),
        ] {
            assert_eq!(page_of(object, of), page, "{object}");
        }
    }
}
