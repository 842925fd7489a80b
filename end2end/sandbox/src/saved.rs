//! The memory in a file, so that a demo's connections outlive a restart of the sandbox.

use crate::state::{Memory, State};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

pub(crate) struct SavedState {
    path: PathBuf,
    seed: u64,
    /// One writer at a time: the last one of a stopping sandbox may meet that of the interval.
    writing: Mutex<()>,
}

#[derive(Serialize)]
struct Writing<'a> {
    seed: u64,
    memory: &'a Memory,
}

#[derive(Deserialize)]
struct Reading {
    seed: u64,
    memory: Memory,
}

impl SavedState {
    pub(crate) fn new(path: PathBuf, seed: u64) -> Self {
        Self {
            path,
            seed,
            writing: Mutex::default(),
        }
    }

    /// Takes up what was saved; a missing file is an empty one.
    pub(crate) fn load(&self, state: &State) -> Result<()> {
        let name = self.path.display();
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(|| format!("{name} cannot be read")),
        };
        let saved: Reading = serde_json::from_slice(&text).with_context(|| {
            format!("{name} is not the sandbox's memory; remove it to start afresh")
        })?;
        ensure!(
            saved.seed == self.seed,
            "{name} is of the world with seed {}; remove it to start afresh",
            saved.seed
        );
        let mut memory = state.memory();
        let (webhook, callbacks) = (memory.webhook.take(), memory.callbacks.clone());
        *memory = Memory {
            webhook,
            callbacks,
            ..saved.memory
        };
        Ok(())
    }

    /// Saves once a second while there is something new, until the sandbox stops.
    pub(crate) async fn keep(self: Arc<Self>, state: State, stop: CancellationToken) {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        while stop.run_until_cancelled(second.tick()).await.is_some() {
            let (saved, state) = (self.clone(), state.clone());
            if tokio::task::spawn_blocking(move || saved.save(&state))
                .await
                .is_err()
            {
                return;
            }
        }
    }

    pub(crate) fn save(&self, state: &State) {
        let Ok(_one) = self.writing.lock() else {
            return;
        };
        if !state.take_touched() {
            return;
        }
        let text = serde_json::to_vec(&Writing {
            seed: self.seed,
            memory: &state.peek(),
        });
        let beside = self.path.with_extension("new");
        let written = text
            .map_err(io::Error::from)
            .and_then(|text| fs::write(&beside, text))
            .and_then(|()| fs::rename(&beside, &self.path));
        if let Err(error) = written {
            tracing::warn!(path = %self.path.display(), %error, "the memory could not be saved");
        }
    }
}
