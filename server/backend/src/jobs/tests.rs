//! Who runs a job, and when.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;

use super::{Job, Schedule};
use crate::{Error, testing};

const HOURLY: Schedule = Schedule::Every(TimeDelta::hours(1));

#[tokio::test]
async fn a_job_runs_when_it_is_due_and_not_twice() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let job = Job {
        name: "counted",
        schedule: HOURLY,
        run: |_| {
            Box::pin(async {
                RUNS.fetch_add(1, Ordering::Relaxed);
                Ok(())
            })
        },
    };
    let db = testing::backend().await;
    assert!(db.backend.run_job(&job).await.unwrap());
    assert!(!db.backend.run_job(&job).await.unwrap());
    db.backend.clock().advance(TimeDelta::hours(1));
    assert!(db.backend.run_job(&job).await.unwrap());
    assert_eq!(RUNS.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_job_that_another_process_runs_is_left_to_it() {
    let job = Job {
        name: "held",
        schedule: HOURLY,
        run: |_| Box::pin(async { Ok(()) }),
    };
    let db = testing::backend().await;
    let other = db.backend.lock_job(&job).await.unwrap().unwrap();
    assert!(!db.backend.run_job(&job).await.unwrap());
    drop(other);
    let mut tries = 0;
    while !db.backend.run_job(&job).await.unwrap() {
        // The server notices the end of a connection a moment later.
        tries += 1;
        assert!(tries < 200, "the lock of a process that is gone stays");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_job_that_failed_is_on_record_and_waits_for_its_next_time() {
    let job = Job {
        name: "failing",
        schedule: HOURLY,
        run: |_| Box::pin(async { Err(Error::Internal("it does not work")) }),
    };
    let db = testing::backend().await;
    assert!(db.backend.run_job(&job).await.is_err());
    let failed: bool = sqlx::query_scalar("SELECT failed FROM job WHERE name = 'failing'")
        .fetch_one(db.backend.0.database.partner())
        .await
        .unwrap();
    assert!(failed);
    assert!(!db.backend.run_job(&job).await.unwrap());
}

#[tokio::test]
async fn every_job_has_a_name_of_its_own_and_runs_on_an_empty_database() {
    let db = testing::backend().await;
    for job in super::JOBS {
        assert!(db.backend.run_job(job).await.unwrap(), "{}", job.name);
    }
}
