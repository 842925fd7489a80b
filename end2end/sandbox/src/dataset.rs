//! Datasets and what they are linked to.

use crate::{ids, state::Memory, world::World};
use serde::{Deserialize, Serialize};

/// A dataset as Events Manager knows it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Dataset {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The asset that it was made for; `None`: a website.
    pub made_for: Option<String>,
    /// The Page that it is linked to now.
    pub page_id: Option<String>,
    /// The Instagram account that it is linked to now.
    pub instagram_id: Option<String>,
    /// The WhatsApp Business Account that it is linked to now.
    pub waba_id: Option<String>,
    /// The portfolio in which the advertiser sees it; `None`: the advertiser does not see it.
    pub business_id: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// The code shown on its *Test events* page.
    pub test_code: String,
}

/// An asset that can have a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Page,
    Instagram,
    Waba,
}

impl Dataset {
    /// The website's dataset, to which no message belongs.
    pub(crate) fn website(world: &World, now: i64) -> Self {
        Self {
            id: world.website_dataset.clone(),
            name: "花の木オンラインショップ (website)".into(),
            made_for: None,
            page_id: None,
            instagram_id: None,
            waba_id: None,
            business_id: world.business("florist").map(|it| it.id.clone()),
            created_at: now,
            test_code: test_code(&world.website_dataset),
        }
    }

    fn link(&mut self, kind: Kind) -> &mut Option<String> {
        match kind {
            Kind::Page => &mut self.page_id,
            Kind::Instagram => &mut self.instagram_id,
            Kind::Waba => &mut self.waba_id,
        }
    }

    /// What it is linked to, and what it was made for.
    pub(crate) fn assets(&self) -> impl Iterator<Item = &String> {
        let linked = [&self.page_id, &self.instagram_id, &self.waba_id];
        linked.into_iter().chain([&self.made_for]).flatten()
    }

    pub(crate) fn linked_to(&self, asset: &str) -> bool {
        [&self.page_id, &self.instagram_id, &self.waba_id]
            .into_iter()
            .any(|it| it.as_deref() == Some(asset))
    }
}

impl Kind {
    pub(crate) fn of(world: &World, asset: &str) -> Option<Self> {
        if world.page(asset).is_some_and(|it| it.id == asset) {
            Some(Self::Page)
        } else if world.instagram(asset).is_some_and(|it| it.id == asset) {
            Some(Self::Instagram)
        } else if world.waba(asset).is_some_and(|it| it.id == asset) {
            Some(Self::Waba)
        } else {
            None
        }
    }
}

impl Memory {
    pub(crate) fn dataset(&self, id: &str) -> Option<&Dataset> {
        self.existing().find(|it| it.id == id)
    }

    pub(crate) fn dataset_of(&self, asset: &str) -> Option<&Dataset> {
        self.existing().find(|it| it.linked_to(asset))
    }

    fn existing(&self) -> impl Iterator<Item = &Dataset> {
        self.datasets
            .iter()
            .filter(|it| !crate::faults::gone(&self.faults, it))
    }

    /// Links an asset to a dataset that exists, as a person does in Events Manager, and takes it off another one.
    ///
    /// # Errors
    ///
    /// A sentence when the dataset does not exist or serves another asset of this kind.
    pub(crate) fn relink(
        &mut self,
        (kind, asset): (Kind, &str),
        dataset: &str,
    ) -> Result<(), String> {
        let at = self.datasets.iter().position(|it| it.id == dataset);
        let at = at.ok_or("there is no such dataset")?;
        let held = self.datasets[at].link(kind).clone();
        if held.is_some_and(|it| it != asset) {
            return Err("the dataset is linked to another asset of this kind".into());
        }
        while self.unlink(asset).is_some() {}
        *self.datasets[at].link(kind) = Some(asset.into());
        Ok(())
    }

    /// Takes an asset off its dataset; the dataset stays. Answers its id.
    pub(crate) fn unlink(&mut self, asset: &str) -> Option<String> {
        let dataset = self.datasets.iter_mut().find(|it| it.linked_to(asset))?;
        for link in [
            &mut dataset.page_id,
            &mut dataset.instagram_id,
            &mut dataset.waba_id,
        ] {
            link.take_if(|it| it == asset);
        }
        Some(dataset.id.clone())
    }

    /// The asset's dataset, made now if there is none. `visible_in` is the portfolio that is to see it.
    pub(crate) fn link_dataset(
        &mut self,
        world: &World,
        (kind, asset): (Kind, &str),
        name: Option<String>,
        visible_in: Option<String>,
        now: i64,
    ) -> &Dataset {
        let is_linked =
            |it: &Dataset| it.linked_to(asset) && !crate::faults::gone(&self.faults, it);
        if let Some(at) = self.datasets.iter().position(is_linked) {
            let dataset = &mut self.datasets[at];
            // Allowed to manage the portfolio only now: from now on the advertiser sees it.
            dataset.business_id = dataset.business_id.take().or(visible_in);
            return dataset;
        }
        let (seed_name, page, instagram, waba) = match kind {
            Kind::Page => (
                world.page(asset).map(|it| &it.name),
                Some(asset),
                sharing_instagram(world, asset),
                None,
            ),
            Kind::Waba => (
                world.waba(asset).map(|it| &it.name),
                None,
                None,
                Some(asset),
            ),
            Kind::Instagram => {
                let account = world.instagram(asset);
                let page = account
                    .filter(|it| it.shares_dataset)
                    .map(|it| it.page_id.as_str());
                (account.map(|it| &it.username), page, Some(asset), None)
            }
        };
        let made = self
            .datasets
            .iter()
            .filter(|it| it.made_for.as_deref() == Some(asset))
            .count();
        let id = ids::stable(0, "88", 14, &format!("dataset/{asset}/{made}"));
        self.datasets.push(Dataset {
            name: name.or(seed_name.cloned()).unwrap_or_default(),
            made_for: Some(asset.into()),
            page_id: page.map(Into::into),
            instagram_id: instagram.map(Into::into),
            waba_id: waba.map(Into::into),
            business_id: visible_in,
            created_at: now,
            test_code: test_code(&id),
            id,
        });
        self.datasets.last().expect("it was pushed just now")
    }
}

fn sharing_instagram<'a>(world: &'a World, page: &str) -> Option<&'a str> {
    let shares = |it: &&crate::world::Instagram| it.page_id == page && it.shares_dataset;
    world
        .instagram_accounts
        .iter()
        .find(shares)
        .map(|it| it.id.as_str())
}

fn test_code(dataset: &str) -> String {
    ids::stable(0, "TEST", 5, &format!("test/{dataset}"))
}
