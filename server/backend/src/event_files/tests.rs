//! Files of events: row by row, checked first, taken once.

use domain::{Role, console::EventColumn};
use proptest::prelude::*;
use text::Text;

use super::sheet;
use crate::{Error, testing::world::World};

const HEADING: &str =
    "connection,event_name,event_time,person,event_id,order_id,value,currency,note";

#[tokio::test]
async fn good_rows_are_taken_once_and_each_other_says_what_is_wrong_where() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let backend = &world.db.backend;
    let (id, now) = (line.connection, backend.clock().now());
    let at = now.timestamp() - 60;
    let moment = (now - chrono::TimeDelta::minutes(5)).to_rfc3339();
    let file = format!(
        "{HEADING}\r\n\
         {id},Purchase,{at},7123,o-1,A-1,4800,JPY,x\r\n\
         \r\n\
         {id},LeadSubmitted,{moment},7123,,,,,\"two\nlines\"\r\n\
         {id},Purchase,{at},7123,o-2,,4800,,\r\n\
         {id},Guessed,{at},7123,,,,,\r\n\
         cxn_1,Purchase,{at},7123,,,1,JPY,\r\n\
         {id},Purchase,yesterday,7123,,,1,JPY,\r\n\
         {id},Purchase,{at},,,,1,JPY,\r\n\
         {id},Purchase,{at}\r\n"
    );
    let checked = backend
        .read_events(&world.operator, file.as_bytes(), true)
        .await
        .unwrap();
    assert_eq!((checked.rows, checked.good, checked.faulty), (8, 2, 6));
    let found: Vec<_> = checked
        .problems
        .iter()
        .map(|it| (it.line, it.column))
        .collect();
    let expected = [
        (6, Some(EventColumn::Currency)),
        (7, Some(EventColumn::EventName)),
        (8, Some(EventColumn::Connection)),
        (9, Some(EventColumn::EventTime)),
        (10, Some(EventColumn::Person)),
        (11, None),
    ];
    assert_eq!(found, expected);
    assert_eq!(checked.ignored, ["note"]);
    let events = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM event WHERE state <> 'duplicate'")
            .fetch_one(&world.owner)
            .await
            .unwrap()
    };
    assert_eq!(events().await, 0);

    let file_id = backend
        .upload_events(&world.operator, file.as_bytes())
        .await
        .unwrap();
    let waiting = backend.event_file(&world.operator, file_id).await.unwrap();
    assert_eq!((waiting.file, waiting.is_sent), (Some(file_id), false));
    for _ in 0..2 {
        backend
            .send_event_file(&world.operator, file_id)
            .await
            .unwrap();
        let sent = backend.event_file(&world.operator, file_id).await.unwrap();
        assert_eq!((sent.is_sent, sent.good, sent.duplicates), (true, 2, 0));
    }
    let again = backend
        .read_events(&world.operator, file.as_bytes(), false)
        .await
        .unwrap();
    assert_eq!((again.good, again.duplicates), (2, 2));
    assert_eq!(events().await, 2);

    let other = world.db.staff(Role::Operator).await;
    let theirs = backend.event_file(&other, file_id).await;
    assert!(matches!(theirs, Err(Error::NotFound(_))));
    let auditor = world.db.staff(Role::Auditor).await;
    let refused = backend.read_events(&auditor, b"x", true).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
}

#[tokio::test]
async fn another_advertisers_connection_is_nobodys() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let other = world.db.advertiser("Other").await;
    let scope = world.db.member(other, Role::AdvertiserAdmin).await;
    let at = world.db.backend.clock().now().timestamp();
    let file = format!(
        "{HEADING}\n{},Purchase,{at},7123,,,1,JPY,\n",
        line.connection
    );
    let report = world
        .db
        .backend
        .read_events(&scope, file.as_bytes(), false)
        .await
        .unwrap();
    assert_eq!((report.good, report.faulty), (0, 1));
    assert_eq!(report.problems[0].column, Some(EventColumn::Connection));
}

#[test]
fn what_is_no_table_of_events_is_refused_in_a_sentence() {
    let text = Text::new(domain::Language::En);
    for bytes in ["", "a,b\n1,2\n", HEADING, "connection,connection\n1,2\n"] {
        let refused = sheet::read(text, bytes.as_bytes()).err().unwrap();
        assert!(refused.ends_with('.'), "{refused}");
    }
}

proptest! {
    #[test]
    fn no_file_makes_reading_panic(bytes: Vec<u8>, rows: String) {
        let text = Text::new(domain::Language::Ja);
        let _ = sheet::read(text, &bytes);
        let _ = sheet::read(text, format!("{HEADING}\n{rows}").as_bytes());
    }
}
