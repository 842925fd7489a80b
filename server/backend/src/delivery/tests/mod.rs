//! Delivery against the simulated Meta, whose ledger is the referee.

mod answers;
mod batches;
mod leases;
mod limited;
mod parking;
mod pauses;

use domain::EventId;
use sandbox::Effect;

use crate::testing::world::{Line, World};

async fn world() -> (World, Line) {
    let world = World::start().await;
    let line = world.connect("hana", "florist").await;
    (world, line)
}

/// Sends one event under a fault and says what became of it.
async fn one_under(effect: Effect) -> (World, Line, EventId) {
    let (world, line) = world().await;
    world.fault(effect, Some(1));
    let id = world.send(&line).await;
    world.deliver().await;
    (world, line, id)
}

fn envelope(code: i64, subcode: Option<u32>, status: u16) -> Effect {
    Effect::Error {
        code,
        subcode,
        status,
        message: None,
        title: None,
        user_message: None,
        is_transient: false,
    }
}
