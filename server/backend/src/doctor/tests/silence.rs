//! Silence, and messages without clicks: noticed, told, and over by themselves.

use chrono::TimeDelta;
use domain::{Channel, Health};

use super::ward::Ward;

/// A week of office hours in which people wrote, the last time `hours` ago; every `click`th message with a click.
async fn written_to(ward: &Ward, hours: i64, click: i64) {
    let now = ward.meta.db.backend.clock().now();
    let pool = ward.meta.db.backend.0.database.partner();
    sqlx::query("DELETE FROM inbound_hour")
        .execute(pool)
        .await
        .unwrap();
    for back in (hours..hours + 7 * 24).filter(|back| (back - hours) % 24 < 8) {
        let clicks = i64::from(click > 0 && (back - hours) % click == 0);
        sqlx::query(
            "INSERT INTO inbound_hour (advertiser_id, asset_id, hour, messages, clicks)
             SELECT advertiser_id, asset_id, date_trunc('hour', $2::timestamptz), 3, $3 FROM connection WHERE id = $1",
        )
        .bind(ward.connection.uuid())
        .bind(now - TimeDelta::hours(back))
        .bind(clicks)
        .execute(pool)
        .await
        .unwrap();
    }
    sqlx::query("UPDATE connection SET last_inbound_at = $2 WHERE id = $1")
        .bind(ward.connection.uuid())
        .bind(now - TimeDelta::hours(hours))
        .execute(pool)
        .await
        .unwrap();
}

/// What the job and the doctor make of it.
async fn seen(ward: &Ward) -> (usize, Health, Option<String>) {
    let backend = &ward.meta.db.backend;
    let silent = backend.notice_silence().await.unwrap();
    backend.visit_due().await.unwrap();
    let (health, cause): (String, Option<String>) =
        sqlx::query_as("SELECT health, cause FROM connection WHERE id = $1")
            .bind(ward.connection.uuid())
            .fetch_one(backend.0.database.partner())
            .await
            .unwrap();
    (silent, health.parse().unwrap(), cause)
}

#[tokio::test]
async fn an_asset_that_falls_silent_needs_somebody_until_the_next_message() {
    let ward = Ward::open(Channel::Messenger).await;
    let backend = &ward.meta.db.backend;
    let later = |span| {
        backend.clock().advance(span);
        ward.meta.sandbox.state().clock().advance(span);
    };
    backend.visit_due().await.unwrap();
    written_to(&ward, 2, 0).await;
    assert_eq!(seen(&ward).await, (0, Health::Healthy, None));
    // Nights were seventeen hours: more than twice as long is not like it.
    later(TimeDelta::hours(20));
    assert_eq!(seen(&ward).await.1, Health::Healthy);
    later(TimeDelta::hours(14));
    let alarm = (1, Health::Degraded, Some("asset_silent".to_owned()));
    assert_eq!(seen(&ward).await, alarm);
    let needs = backend.overview(&ward.operator).await.unwrap().needs;
    assert_eq!(needs[0].kind, domain::console::NeedKind::Degraded);
    // What goes out well says nothing of it, and nobody calls the doctor twice.
    later(TimeDelta::minutes(5));
    assert_eq!(seen(&ward).await.0, 0);
    written_to(&ward, 0, 0).await;
    later(TimeDelta::minutes(16));
    assert_eq!(seen(&ward).await, (0, Health::Healthy, None));
}

#[tokio::test]
async fn messages_without_clicks_are_missed_on_whatsapp_alone() {
    for (channel, cause) in [
        (Channel::Whatsapp, Some("clicks_missing")),
        (Channel::Messenger, None),
    ] {
        let ward = Ward::open(channel).await;
        let backend = &ward.meta.db.backend;
        backend.visit_due().await.unwrap();
        written_to(&ward, 0, 1).await;
        assert_eq!(seen(&ward).await, (0, Health::Healthy, None));
        sqlx::query("UPDATE inbound_hour SET clicks = 0 WHERE hour > $1")
            .bind(backend.clock().now() - TimeDelta::hours(50))
            .execute(backend.0.database.partner())
            .await
            .unwrap();
        assert_eq!(seen(&ward).await.2.as_deref(), cause, "{channel}");
        // The next click ends it.
        written_to(&ward, 0, 1).await;
        backend.clock().advance(TimeDelta::minutes(16));
        ward.meta
            .sandbox
            .state()
            .clock()
            .advance(TimeDelta::minutes(16));
        assert_eq!(seen(&ward).await, (0, Health::Healthy, None));
    }
}
