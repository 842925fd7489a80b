//! What holds of a file on its way into the database and out again.

use chrono::TimeDelta;
use domain::{
    Channel, Language, Role,
    console::{AdvertiserFilter, FileColumn},
};

use crate::{Error, testing};

const HEADING: &str = "name,reference,language,time_zone,contact_email,channels\n";

#[tokio::test]
async fn a_file_is_checked_imported_and_known_again() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await.in_language(Language::Ja);
    let backend = &db.backend;
    let file = format!(
        "{HEADING}花屋,KD-1,ja,Asia/Tokyo,hana@flowers.example,whatsapp\nSora Bikes,KD-2,en,Europe/Berlin,,\n"
    );
    let id = backend
        .upload_advertisers(&operator, file.as_bytes())
        .await
        .unwrap();
    let report = backend.advertiser_file(&operator, id).await.unwrap();
    assert!(report.is_ready(), "{report:?}");
    assert_eq!((report.added, report.changed, report.unchanged), (2, 0, 0));
    let all = AdvertiserFilter::default();
    let list = async || backend.advertisers(&operator, &all).await.unwrap().rows;
    assert_eq!(list().await.len(), 0, "a check writes nothing");

    let done = backend.import_advertisers(&operator, id).await.unwrap();
    assert!(done.is_imported);
    let rows = list().await;
    assert_eq!(rows.len(), 2);
    let hana = rows
        .iter()
        .find(|row| row.advertiser.reference == "KD-1")
        .unwrap();
    assert_eq!(hana.advertiser.name, "花屋");
    assert_eq!(hana.standing.channel, Some(Channel::Whatsapp));
    let email = backend
        .contact_email(&operator, hana.advertiser.id)
        .await
        .unwrap();
    assert_eq!(email.unwrap().as_str(), "hana@flowers.example");

    // Once more, and then with one cell changed.
    let again = backend.import_advertisers(&operator, id).await.unwrap();
    assert_eq!((again.added, again.is_imported), (2, true));
    assert_eq!(list().await.len(), 2);
    let changed = file.replace("Sora Bikes", "Sora Cycles");
    let id = backend
        .upload_advertisers(&operator, changed.as_bytes())
        .await
        .unwrap();
    let report = backend.import_advertisers(&operator, id).await.unwrap();
    assert_eq!((report.added, report.changed, report.unchanged), (0, 1, 1));
    assert_eq!(report.changes[0].columns, [FileColumn::Name]);
    assert!(
        list()
            .await
            .iter()
            .any(|row| row.advertiser.name == "Sora Cycles")
    );
}

#[tokio::test]
async fn every_problem_is_told_by_its_line_and_nothing_is_written() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    let backend = &db.backend;
    db.advertiser("Taken").await;
    let gone = format!("{HEADING}Gone,KD-9,ja,UTC,,\n");
    backend
        .read_advertisers(&operator, gone.as_bytes(), false)
        .await
        .unwrap();
    let all = AdvertiserFilter::default();
    let rows = backend.advertisers(&operator, &all).await.unwrap().rows;
    let gone = rows
        .iter()
        .find(|row| row.advertiser.name == "Gone")
        .unwrap();
    backend
        .archive_advertiser(&operator, gone.advertiser.id)
        .await
        .unwrap();

    let file = format!(
        "{HEADING}Good,KD-1,ja,Asia/Tokyo,,\n\
         Twice,KD-1,ja,Asia/Tokyo,,\n\
         taken,KD-2,ja,Asia/Tokyo,,\n\
         Back,KD-9,ja,Asia/Tokyo,,\n\
         ,KD-3,fr,Mars,nobody,sms\n\
         Short,KD-4\n\
         good,KD-5,ja,Asia/Tokyo,,\n"
    );
    let report = backend
        .read_advertisers(&operator, file.as_bytes(), false)
        .await
        .unwrap();
    let found: Vec<_> = report
        .problems
        .iter()
        .map(|problem| (problem.line.unwrap(), problem.column))
        .collect();
    use FileColumn::*;
    assert_eq!(
        found,
        [
            (3, Some(Reference)),
            (4, Some(Name)),
            (5, Some(Reference)),
            (6, Some(Name)),
            (6, Some(Language)),
            (6, Some(TimeZone)),
            (6, Some(ContactEmail)),
            (6, Some(Channels)),
            (7, None),
            (8, Some(Name)),
        ]
    );
    assert_eq!((report.rows(), report.faulty, report.added), (7, 6, 1));
    assert!(
        report.problems[8]
            .what
            .starts_with("This row has 2 cells, and the first line has 6.")
    );
    assert!(!report.is_imported && !report.is_ready());
    assert_eq!(
        backend
            .advertisers(&operator, &all)
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
}

#[tokio::test]
async fn a_file_is_its_uploaders_alone_and_waits_an_hour() {
    let db = testing::backend().await;
    let (one, other) = (db.staff(Role::Operator).await, db.staff(Role::Owner).await);
    let file = format!("{HEADING}Hana,KD-1,ja,Asia/Tokyo,,\n");
    let id = db
        .backend
        .upload_advertisers(&one, file.as_bytes())
        .await
        .unwrap();
    assert!(matches!(
        db.backend.advertiser_file(&other, id).await,
        Err(Error::NotFound(_))
    ));
    let support = db.staff(Role::Support).await;
    assert!(matches!(
        db.backend
            .upload_advertisers(&support, file.as_bytes())
            .await,
        Err(Error::Forbidden)
    ));
    db.move_to(db.backend.clock().now() + TimeDelta::minutes(61));
    assert!(matches!(
        db.backend.import_advertisers(&one, id).await,
        Err(Error::NotFound(_))
    ));
    db.backend.forget_advertiser_files().await.unwrap();
}

#[tokio::test]
async fn an_export_can_be_imported_again_and_holds_no_formula() {
    let db = testing::backend().await;
    let owner = db.staff(Role::Owner).await;
    let file =
        format!("{HEADING}\"=HYPERLINK(\"\"x\"\")\",-1,ja,Asia/Tokyo,a@b.example,messenger\n");
    let done = db
        .backend
        .read_advertisers(&owner, file.as_bytes(), false)
        .await
        .unwrap();
    assert!(done.is_imported, "{done:?}");
    let all = AdvertiserFilter::default();
    let export = db.backend.export_advertisers(&owner, &all).await.unwrap();
    let text = String::from_utf8(export.clone()).unwrap();
    assert!(text.starts_with("\u{feff}name,reference,"));
    assert!(
        text.contains(
            "\"'=HYPERLINK(\"\"x\"\")\",'-1,ja,Asia/Tokyo,a@b.example,messenger,nothing,"
        ),
        "{text}"
    );
    let report = db
        .backend
        .read_advertisers(&owner, &export, true)
        .await
        .unwrap();
    assert_eq!(
        (report.unchanged, report.problem_count),
        (1, 0),
        "{report:?}"
    );
    assert_eq!(
        report.ignored,
        ["onboarding_step", "since", "last_delivered"]
    );

    let auditor = db.staff(Role::Auditor).await;
    let export = db.backend.export_advertisers(&auditor, &all).await.unwrap();
    assert!(!String::from_utf8(export).unwrap().contains("a@b.example"));
}

#[tokio::test]
async fn what_is_no_table_is_a_problem_of_the_file() {
    let db = testing::backend().await;
    let operator = db.staff(Role::Operator).await;
    for bytes in [
        &b""[..],
        b"PK\x03\x04",
        &[0xFF, 0xFD, 0x80],
        b"name\nHana",
        b"a,\"b",
    ] {
        let report = db
            .backend
            .read_advertisers(&operator, bytes, false)
            .await
            .unwrap();
        assert!(report.problem_count > 0 && !report.is_imported, "{bytes:?}");
        assert!(
            report
                .problems
                .iter()
                .all(|problem| problem.line.is_none() && !problem.what.is_empty())
        );
    }
}
