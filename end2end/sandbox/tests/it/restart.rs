//! What outlives the process.

use crate::World;
use sandbox::{Config, Filter, Sandbox};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};

#[tokio::test]
async fn tokens_datasets_and_the_ledger_outlive_a_restart() {
    let path = std::env::temp_dir().join(format!("sandbox-{}.json", std::process::id()));
    let start = async |seed: u64| {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = Config {
            state_file: Some(path.clone()),
            seed,
            ..Config::default()
        };
        Sandbox::start(config, any).await
    };
    let mut world = World::start().await;
    world.meta = start(1).await.unwrap();
    let (token, dataset) = world.florist().await;
    world
        .send(&dataset, &token, &[world.purchase("before")])
        .await;
    world.meta.stop();

    world.meta = start(1).await.unwrap();
    assert_eq!(
        world
            .send(&dataset, &token, &[world.purchase("after")])
            .await
            .0,
        200
    );
    assert_eq!(
        world.meta.state().events(&Filter::dataset(&dataset)).len(),
        2
    );
    let path_of_page = format!("/v26.0/{}/dataset", world.page("florist").id);
    assert_eq!(
        world.get(&path_of_page, &token).await.1,
        json!({ "data": [{ "id": dataset }] })
    );
    world.meta.stop();

    assert!(start(2).await.is_err(), "another world's memory is refused");
    std::fs::remove_file(&path).unwrap();
}
