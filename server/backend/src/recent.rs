//! What was asked a moment ago, kept for a moment: what every request of a flood would ask again.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

/// So many answers are kept at most; then all are forgotten.
const MOST: usize = 10_000;

/// Answers that hold for a short while.
pub(crate) struct Recent<K, V> {
    kept: Mutex<HashMap<K, (DateTime<Utc>, V)>>,
    holds: TimeDelta,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    pub(crate) fn new(holds: TimeDelta) -> Self {
        Self {
            kept: Mutex::default(),
            holds,
        }
    }

    pub(crate) fn get(&self, now: DateTime<Utc>, key: &K) -> Option<V> {
        let kept = self.lock();
        let (at, value) = kept.get(key)?;
        // A clock that was set back makes nothing hold for longer.
        (*at <= now && now - *at < self.holds).then(|| value.clone())
    }

    pub(crate) fn put(&self, now: DateTime<Utc>, key: K, value: V) {
        let mut kept = self.lock();
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, (now, value));
    }

    /// Forgets all of it: something changed.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (DateTime<Utc>, V)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_for_its_time_and_no_longer() {
        let recent = Recent::new(TimeDelta::seconds(2));
        let at = |seconds: i64| DateTime::from_timestamp(1_795_327_445 + seconds, 0).unwrap();
        recent.put(at(0), "key", 7);
        assert_eq!(recent.get(at(1), &"key"), Some(7));
        assert_eq!(recent.get(at(1), &"other"), None);
        assert_eq!(recent.get(at(2), &"key"), None);
        assert_eq!(recent.get(at(-1), &"key"), None, "the clock was set back");
        recent.clear();
        assert_eq!(recent.get(at(0), &"key"), None);
    }
}
