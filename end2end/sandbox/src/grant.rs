//! What a person has allowed the app: permissions, and the assets that they count for.

use crate::world::World;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A person's standing consent.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Grant {
    /// Permission to granted (true) or declined (false).
    pub(crate) permissions: BTreeMap<String, bool>,
    pub(crate) pages: Choice,
    pub(crate) wabas: Choice,
    pub(crate) instagram: Choice,
}

/// Which assets of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Choice {
    /// All current and future ones: Meta then lists no `target_ids`.
    All,
    Only(BTreeSet<String>),
}

impl Default for Choice {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl Choice {
    pub(crate) fn has(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(id),
        }
    }

    fn add(&mut self, more: &Self) {
        match (&mut *self, more) {
            (Self::Only(ids), Self::Only(more)) => ids.extend(more.iter().cloned()),
            (_, Self::All) => *self = Self::All,
            (Self::All, Self::Only(_)) => {}
        }
    }

    /// Everything chosen counts as all current and future.
    pub(crate) fn of<'a>(
        chosen: BTreeSet<String>,
        mut existing: impl Iterator<Item = &'a str>,
    ) -> Self {
        if existing.all(|id| chosen.contains(id)) && !chosen.is_empty() {
            Self::All
        } else {
            Self::Only(chosen)
        }
    }
}

impl Grant {
    /// More consent on top: nothing of what was given before is taken back.
    pub(crate) fn add(&mut self, more: &Self) {
        self.permissions.extend(more.permissions.clone());
        self.pages.add(&more.pages);
        self.wabas.add(&more.wabas);
        self.instagram.add(&more.instagram);
    }

    pub(crate) fn granted(&self, permission: &str) -> bool {
        self.permissions.get(permission) == Some(&true)
    }

    pub(crate) fn declined(&self, permission: &str) -> bool {
        self.permissions.get(permission) == Some(&false)
    }

    /// The assets that a permission is about.
    pub(crate) fn choice(&self, permission: &str) -> Option<&Choice> {
        if permission.starts_with("whatsapp_") {
            Some(&self.wabas)
        } else if permission.starts_with("instagram_") {
            Some(&self.instagram)
        } else if permission.starts_with("page") {
            Some(&self.pages)
        } else {
            None
        }
    }

    /// Chooses everything that the person has.
    pub(crate) fn choose_all(&mut self, world: &World, person: &str) {
        self.pages = Choice::of(
            ids(world.pages_of(person).map(|it| &it.id)),
            std::iter::empty(),
        );
        self.wabas = Choice::of(
            ids(world.wabas_of(person).map(|it| &it.id)),
            std::iter::empty(),
        );
        self.instagram = Choice::of(
            ids(world.instagram_of(person).map(|it| &it.id)),
            std::iter::empty(),
        );
    }
}

fn ids<'a>(assets: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    assets.cloned().collect()
}
