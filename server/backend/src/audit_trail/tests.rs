//! What the audit shows, and that it can say everything.

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
        &std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("src"),
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
