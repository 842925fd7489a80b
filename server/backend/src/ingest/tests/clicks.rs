//! WhatsApp as Meta's SDK classes say it: a Page, and a click on its ad.

use super::*;

#[tokio::test]
async fn a_click_on_a_pages_ad_goes_to_the_pages_dataset_beside_its_messages() {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    let scope = key(&world, &line).await;
    let by_message = purchase(&world, &line).await;
    let page = by_message["user_data"]["page_id"].clone();
    let click = world
        .sandbox
        .state()
        .click(page.as_str(), None)
        .unwrap()
        .ctwa_clid;
    let of = |person: Value| {
        let mut event = with(&by_message, "/user_data", person);
        event["messaging_channel"] = json!("whatsapp");
        event["event_id"] = json!("order-2");
        event
    };
    let by_click = of(json!({ "page_id": page, "ctwa_clid": click }));
    let batch = [by_message.clone(), by_click];
    let accepted = send(&world, &scope, &line, &batch).await.unwrap().unwrap();
    world.deliver().await;
    for event in &accepted {
        assert_eq!(world.state(event.id).await, EventState::Delivered);
    }
    let channels: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT channel FROM lane ORDER BY channel")
            .fetch_all(&world.owner)
            .await
            .unwrap();
    assert_eq!(channels, ["messenger", "whatsapp"], "a lane for each");

    for (person, subcode) in [
        (json!({ "page_id": "1", "ctwa_clid": click }), 2_804_065),
        (
            json!({ "whatsapp_business_account_id": "1", "ctwa_clid": click }),
            2_804_132,
        ),
        (json!({ "page_id": page }), 2_804_071),
    ] {
        let refused = send(&world, &scope, &line, &[of(person)]).await;
        assert_eq!(refused.unwrap().unwrap_err().subcode(), Some(subcode));
    }
}
