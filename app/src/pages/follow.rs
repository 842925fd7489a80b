//! Looking again at what is still on its way.

use std::time::Duration;

use leptos::prelude::*;

/// Loads the resource again, `every` so often and at most `rounds` times, while its value `moves`. Only where there is
/// JavaScript; one timer at a time, which ends with the page.
pub fn follow<T>(resource: Resource<T>, every: Duration, rounds: u32, moves: fn(&T) -> bool)
where
    T: Send + Sync + 'static,
{
    let left = StoredValue::new(rounds);
    Effect::new(move || {
        let is_moving = resource.with(|value| value.as_ref().is_some_and(moves));
        if !is_moving || left.get_value() == 0 {
            return;
        }
        let again = move || {
            left.update_value(|left| *left -= 1);
            resource.refetch();
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
