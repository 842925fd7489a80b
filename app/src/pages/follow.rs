//! What only happens in the browser: looking again at what is still on its way.

use std::time::Duration;

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::{Error, components::Loaded};

/// Loads it again, `every` so often and at most `rounds` times for each value of `of`, while it `moves`. One
/// timer at a time, which ends with the page.
pub fn follow<T: DeserializeOwned + 'static>(
    loaded: Loaded<T>,
    of: Memo<String>,
    every: Duration,
    rounds: u32,
    moves: fn(&Result<T, Error>) -> bool,
) {
    let left = StoredValue::new((String::new(), 0));
    Effect::new(move || {
        let id = of.get();
        if left.with_value(|(followed, _)| *followed != id) {
            left.set_value((id, rounds));
        }
        let is_moving = loaded.now().as_ref().is_some_and(moves);
        if !is_moving || left.with_value(|(_, left)| *left == 0) {
            return;
        }
        let again = move || {
            left.update_value(|(_, left)| *left -= 1);
            loaded.refetch();
        };
        if let Ok(timer) = set_timeout_with_handle(again, every) {
            on_cleanup(move || timer.clear());
        }
    });
}

/// Whether the page has come alive in the browser: what needs JavaScript appears then, and not before.
pub fn hydrated() -> Signal<bool> {
    let (alive, set_alive) = signal(false);
    Effect::new(move || set_alive.set(true));
    alive.into()
}
