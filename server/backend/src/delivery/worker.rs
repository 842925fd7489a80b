//! The loop around it all: claim, form, post, record.

use std::time::Duration;

use graph::{AccessToken, EventsRequest, SendReport};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    Outgoing,
    batch::Batch,
    lanes::Lane,
    record::Answered,
    verdict::{Ruling, judge},
};
use crate::{Backend, Result, Scope};

/// How often a worker looks for due events that nobody in this process told it about.
const LOOK: Duration = Duration::from_millis(200);
/// How often the lease of a request that is out is renewed.
const RENEW: Duration = Duration::from_secs(3);
/// How often lost leases are looked for.
const RECOVER: Duration = Duration::from_secs(5);
/// After a failure of ours, so that a database that is away is not asked in a tight loop.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Requests that one batch may cost while its invalid events are searched for: refused calls count against the app.
const MOST_POSTS: usize = 24;

impl Backend {
    /// Sends events until told to stop; requests in flight are finished first.
    pub async fn run_delivery(&self, shutdown: CancellationToken, workers: usize) {
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            tasks.spawn(self.clone().keep_delivering(shutdown.clone()));
        }
        tasks.spawn(self.clone().keep_recovering(shutdown));
        while let Some(ended) = tasks.join_next().await {
            if ended.is_err() {
                tracing::error!("a delivery task ended by a panic");
            }
        }
    }

    async fn keep_delivering(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let pause = match self.deliver(&shutdown).await {
                Ok(true) => continue,
                Ok(false) => LOOK,
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "delivery failed and is tried again"
                    );
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.0.due.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn keep_recovering(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            if let Err(error) = self.recover().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "looking for lost leases failed"
                );
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(RECOVER) => {}
            }
        }
    }

    /// Sends one batch of one lane, if any is due. False when nothing is.
    ///
    /// # Errors
    /// When the database fails or a sealed value does not open. What Meta answers is never an error here.
    pub async fn deliver_once(&self) -> Result<bool> {
        self.deliver(&CancellationToken::new()).await
    }

    async fn deliver(&self, shutdown: &CancellationToken) -> Result<bool> {
        let Some(lane) = self.claim_lane().await? else {
            return Ok(false);
        };
        let Some(token) = self.sending_token(lane.advertiser, lane.connection).await? else {
            self.park_lane(&lane).await?;
            return Ok(true);
        };
        let Some(batch) = self.form_batch(&lane).await? else {
            return Ok(true);
        };
        self.deliver_batch(&lane, &token, batch, shutdown).await?;
        Ok(true)
    }

    /// A connection without a token cannot send, whatever its health says.
    async fn park_lane(&self, lane: &Lane) -> Result<()> {
        let mut tx = self.begin(&Scope::system()).await?;
        if tx.hold_lane(lane).await? {
            tx.park_waiting(lane, Some(domain::CauseKey::TokenInvalid.as_str()))
                .await?;
            tx.release_lane(lane).await?;
        }
        tx.commit().await
    }

    /// Sends a batch; one that Meta refuses for an invalid event is sent on in parts, without that event.
    async fn deliver_batch(
        &self,
        lane: &Lane,
        token: &AccessToken,
        batch: Batch,
        shutdown: &CancellationToken,
    ) -> Result<()> {
        let mut parts: Vec<Vec<Outgoing>> = Vec::new();
        let mut next = Some(batch);
        let mut posts = 0;
        while let Some(batch) = next.take() {
            let report = self.post(lane, token, &batch).await;
            let Batch {
                attempt, events, ..
            } = batch;
            posts += 1;
            let ruling = judge(&report);
            let decided = match ruling {
                Ruling::Invalid(_, blamed) if events.len() > 1 => split(events, blamed, &mut parts),
                _ => events,
            };
            let goes_on = matches!(ruling, Ruling::Delivered { .. } | Ruling::Invalid(..))
                && posts < MOST_POSTS
                && !shutdown.is_cancelled();
            let left: Vec<Outgoing> = if goes_on {
                Vec::new()
            } else {
                parts.drain(..).flatten().collect()
            };
            let is_last = parts.is_empty();
            let gave_up = posts == MOST_POSTS && matches!(ruling, Ruling::Invalid(..));
            let answered = Answered {
                attempt,
                decided: &decided,
                ruling,
                report: &report,
                left: &left,
                gave_up,
                is_limited: token.is_limited(),
                is_last,
            };
            if !self.record(lane, &answered).await? {
                return Ok(());
            }
            if let Some(part) = parts.pop() {
                next = self.form_part(lane, part).await?;
            }
        }
        Ok(())
    }

    /// The request itself, with the lease renewed for as long as it is out.
    async fn post(&self, lane: &Lane, token: &AccessToken, batch: &Batch) -> SendReport {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let request = EventsRequest {
            data: batch.events.iter().map(|event| &*event.body).collect(),
            test_event_code: some(&lane.test_code),
            partner_agent: some(&batch.partner_agent),
        };
        let sending = self.graph().send_events(token, &lane.dataset, &request);
        tokio::pin!(sending);
        let mut renewal = tokio::time::interval_at(Instant::now() + RENEW, RENEW);
        loop {
            tokio::select! {
                report = &mut sending => return report,
                _ = renewal.tick() => {
                    if let Err(error) = self.renew_lease(lane).await {
                        tracing::warn!(error = &error as &dyn std::error::Error, "a lease was not renewed");
                    }
                }
            }
        }
    }
}

/// Takes the blamed event out and leaves the others as one part; without a name, leaves two halves, the older one to be
/// sent first. Answers what is decided already.
fn split(
    mut events: Vec<Outgoing>,
    blamed: Option<usize>,
    parts: &mut Vec<Vec<Outgoing>>,
) -> Vec<Outgoing> {
    if let Some(index) = blamed.filter(|index| *index < events.len()) {
        let decided = vec![events.remove(index)];
        parts.push(events);
        return decided;
    }
    let newer = events.split_off(events.len().div_ceil(2));
    parts.push(newer);
    parts.push(events);
    Vec::new()
}
