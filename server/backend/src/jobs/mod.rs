//! Work that the clock begins: what runs, how often, and in one process at a time.
//!
//! A job is one file here and one line in [`JOBS`]. Each must be safe to run twice: a process may end in its middle.

mod doctor;
mod event_hours;
mod housekeeping;
mod notices;
mod retention;
mod schedule;
#[cfg(test)]
mod tests;

use std::{pin::Pin, time::Duration};

use chrono::TimeDelta;
use schedule::Schedule;
use sqlx::{Connection, PgConnection};
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{Backend, Error, Result};

/// How often each job is looked at: none can be more punctual.
const LOOK: Duration = Duration::from_secs(5);

type Running = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Something that the clock begins.
struct Job {
    /// Its row in the table `job`, and the name of its lock.
    name: &'static str,
    schedule: Schedule,
    run: fn(Backend) -> Running,
}

/// Every job there is.
const JOBS: &[Job] = &[
    Job {
        name: "housekeeping",
        schedule: Schedule::Every(TimeDelta::hours(1)),
        run: |backend| Box::pin(housekeeping::run(backend)),
    },
    Job {
        name: "doctor",
        schedule: Schedule::Every(TimeDelta::seconds(10)),
        run: |backend| Box::pin(doctor::run(backend)),
    },
    Job {
        name: "silence",
        schedule: Schedule::Every(TimeDelta::minutes(10)),
        run: |backend| {
            Box::pin(async move {
                backend.notice_silence().await?;
                Ok(())
            })
        },
    },
    Job {
        name: "unrouted",
        schedule: Schedule::Every(TimeDelta::seconds(10)),
        run: |backend| Box::pin(async move { backend.replay_for_holders().await }),
    },
    Job {
        name: "undecided_tokens",
        schedule: Schedule::Every(TimeDelta::minutes(1)),
        run: |backend| Box::pin(async move { backend.forget_undecided_tokens().await }),
    },
    Job {
        name: "event_hours",
        schedule: Schedule::Every(TimeDelta::seconds(30)),
        run: |backend| Box::pin(event_hours::run(backend)),
    },
    Job {
        name: "notices",
        schedule: Schedule::Every(TimeDelta::seconds(10)),
        run: |backend| Box::pin(notices::run(backend)),
    },
    Job {
        name: "retention",
        // Three in the morning in Japan.
        schedule: Schedule::DailyAt(18),
        run: |backend| Box::pin(retention::run(backend)),
    },
    Job {
        name: "reminders",
        // Ten in the morning in Japan: a letter that asks for something comes at working hours.
        schedule: Schedule::DailyAt(1),
        run: |backend| Box::pin(async move { backend.remind_stuck().await.map(drop) }),
    },
];

impl Backend {
    /// Runs every job when it is due, until told to stop; what is under way then is dropped, and taken up again by the
    /// next start.
    pub async fn run_jobs(&self, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        for job in JOBS {
            let (backend, stop) = (self.clone(), stop.clone());
            tasks.spawn(async move { stop.run_until_cancelled(backend.keep_doing(job)).await });
        }
        tasks.join_all().await;
    }

    async fn keep_doing(&self, job: &Job) {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            if let Err(error) = self.run_job(job).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    job.name = job.name,
                    "A job failed; it runs again when it is due next."
                );
            }
        }
    }

    /// Runs a job if it is due and nobody else runs it. True when it ran.
    async fn run_job(&self, job: &Job) -> Result<bool> {
        if !self.is_due(job).await? {
            return Ok(false);
        }
        let Some(lock) = self.lock_job(job).await? else {
            return Ok(false);
        };
        // Another process may have run it between the look and the lock.
        if !self.is_due(job).await? {
            lock.close().await?;
            return Ok(false);
        }
        self.note_start(job).await?;
        let ran = AbortOnDropHandle::new(tokio::spawn((job.run)(self.clone())))
            .await
            .unwrap_or(Err(Error::Internal("a job panicked")));
        self.note_end(job, ran.is_err()).await?;
        lock.close().await?;
        ran.map(|()| true)
    }

    async fn is_due(&self, job: &Job) -> Result<bool> {
        let last = sqlx::query_scalar!("SELECT started_at FROM job WHERE name = $1", job.name)
            .fetch_optional(self.0.database.partner())
            .await?;
        Ok(job.schedule.is_due(last, self.clock().now()))
    }

    /// A connection of its own holds the lock, so that it ends with the process.
    async fn lock_job(&self, job: &Job) -> Result<Option<PgConnection>> {
        let mut connection = self.0.database.partner().acquire().await?;
        let locked = sqlx::query_scalar!(
            r#"SELECT pg_try_advisory_lock(hashtext('job'), hashtext($1)) AS "locked!""#,
            job.name
        )
        .fetch_one(&mut *connection)
        .await?;
        Ok(locked.then(|| connection.detach()))
    }

    async fn note_start(&self, job: &Job) -> Result<()> {
        sqlx::query!(
            "INSERT INTO job (name, started_at, failed) VALUES ($1, $2, false)
             ON CONFLICT ON CONSTRAINT job_pk
             DO UPDATE SET started_at = excluded.started_at, finished_at = NULL, failed = false",
            job.name,
            self.clock().now(),
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }

    async fn note_end(&self, job: &Job, failed: bool) -> Result<()> {
        sqlx::query!(
            "UPDATE job SET finished_at = $2, failed = $3 WHERE name = $1",
            job.name,
            self.clock().now(),
            failed,
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }
}
