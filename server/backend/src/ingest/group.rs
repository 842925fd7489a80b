//! Grouped commits: what single requests bring within two milliseconds is committed together, and each caller is answered
//! after the commit. A commit waits for the disk; this way many share one wait.
//!
//! A group may hold events of several advertisers, so it is written in the partner's role, which sees every row. Row-level
//! security is not what keeps them apart here, and need not be: a [`NewEvent`] can only be made by this module, from a
//! route that the caller's own [`crate::Scope`] found under row-level security, and each column that names an advertiser,
//! a connection, a dataset or a lane comes from that one route. The statements read nothing but the keys of those very
//! events and the contacts of their own advertisers, and a caller is told of its own events alone.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, Semaphore, oneshot};

use super::{
    AcceptedEvent, NewEvent,
    write::{self, Trouble, Written},
};
use crate::{Backend, Error, Result};

/// Nobody waits longer than this for company.
const WAIT: Duration = Duration::from_millis(2);
/// So many events are a group, whoever else may come. A request with as many goes by itself.
const FULL: usize = 256;
/// How often a transaction is tried again that lost a race.
const TRIES: usize = 5;

/// Events that wait for the next commit.
pub(crate) struct Group {
    waiting: Mutex<Vec<Waiting>>,
    full: Notify,
    /// Held by the group that is being written: while nobody is, the first to come does not wait at all.
    turn: Semaphore,
}

/// One caller.
struct Waiting {
    events: Vec<NewEvent>,
    answer: oneshot::Sender<Result<Vec<Written>>>,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            full: Notify::new(),
            turn: Semaphore::new(1),
        }
    }
}

impl Group {
    /// Joins those who wait; true for the first, who has to see to it that they are written.
    fn join(&self, caller: Waiting) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let leads = waiting.is_empty();
        waiting.push(caller);
        if waiting
            .iter()
            .map(|caller| caller.events.len())
            .sum::<usize>()
            >= FULL
        {
            self.full.notify_one();
        }
        leads
    }

    fn take(&self) -> Vec<Waiting> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Backend {
    /// Commits events; each gets its answer, in their order. Wakes a worker of this process.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn commit_events(&self, events: Vec<NewEvent>) -> Result<Vec<AcceptedEvent>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let said: Vec<_> = events
            .iter()
            .map(|event| (event.id, event.warnings.clone(), event.testing))
            .collect();
        let written = if events.len() >= FULL {
            self.write_alone(&events).await?
        } else {
            self.write_in_group(events).await?
        };
        if written.iter().any(|written| written.duplicate_of.is_none()) {
            self.0.due.notify_one();
        }
        Ok(said
            .into_iter()
            .zip(written)
            .map(|((id, warnings, testing), written)| AcceptedEvent {
                id,
                duplicate_of: written.duplicate_of,
                warnings,
                testing,
            })
            .collect())
    }

    async fn write_in_group(&self, events: Vec<NewEvent>) -> Result<Vec<Written>> {
        let (answer, answered) = oneshot::channel();
        if self.0.group.join(Waiting { events, answer }) {
            // A task of its own: the group is written though its first caller may go.
            tokio::spawn(self.clone().write_group());
        }
        answered
            .await
            .unwrap_or(Err(Error::Internal("a group of events was not written")))
    }

    async fn write_group(self) {
        let group = &self.0.group;
        let _turn = tokio::select! {
            biased;
            turn = group.turn.acquire() => turn.ok(),
            () = group.full.notified() => None,
            () = tokio::time::sleep(WAIT) => None,
        };
        let mut callers = group.take();
        let all: Vec<&NewEvent> = callers.iter().flat_map(|caller| &caller.events).collect();
        match self.write(&all).await {
            Ok(written) => {
                let mut written = written.into_iter();
                for caller in callers.drain(..) {
                    let own = written.by_ref().take(caller.events.len()).collect();
                    // Whoever went away needs no answer.
                    let _ = caller.answer.send(Ok(own));
                }
            }
            // One caller's trouble is not the others'.
            Err(_) if callers.len() > 1 => {
                for caller in callers.drain(..) {
                    let written = self.write_alone(&caller.events).await;
                    let _ = caller.answer.send(written);
                }
            }
            Err(error) => {
                if let Some(caller) = callers.pop() {
                    let _ = caller.answer.send(Err(error));
                }
            }
        }
    }

    async fn write_alone(&self, events: &[NewEvent]) -> Result<Vec<Written>> {
        self.write(&events.iter().collect::<Vec<_>>()).await
    }

    /// One transaction, tried again when it lost a race: two that take keys in the same order cannot lock each other, but
    /// a key may be freed between the look and the insertion.
    async fn write(&self, events: &[&NewEvent]) -> Result<Vec<Written>> {
        for _ in 1..TRIES {
            match self.try_to_write(events).await {
                Err(Trouble::LostRace) => {}
                Err(Trouble::Failed(error)) => return Err(error),
                Ok(written) => return Ok(written),
            }
        }
        self.try_to_write(events).await.map_err(Error::from)
    }

    async fn try_to_write(&self, events: &[&NewEvent]) -> Result<Vec<Written>, Trouble> {
        let mut tx = self.0.database.partner().begin().await?;
        let written = write::events(&mut tx, self.keys(), events, self.clock().now()).await?;
        tx.commit().await?;
        Ok(written)
    }
}
