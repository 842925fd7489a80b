//! How the demo's staff begin and its advertisers are connected, through the dialog as anybody would.

use anyhow::{Context, bail};
use backend::{AdvertiserDraft, CallbackOutcome, PartnerChange, Scope, StaffDraft};
use domain::{AdvertiserId, Channel, ConnectAttemptId};
use sandbox::World;

use super::{
    PASSWORD,
    dialog::{self, Answers},
    life::Week,
    world::{PARTNER, STAFF, Seed, Story},
};

impl Week<'_> {
    pub(super) async fn hire(&mut self) -> anyhow::Result<()> {
        let identity = PartnerChange::Identity {
            name_en: Some(PARTNER.0.parse()?),
            name_ja: Some(PARTNER.1.parse()?),
            agent: None,
        };
        let command = Scope::command();
        self.backend.save_partner(&command, identity).await?;
        for (email, name, role, language) in STAFF {
            let draft = StaffDraft {
                email: email.parse()?,
                name: name.parse()?,
                role,
                language,
                password: PASSWORD.parse()?,
            };
            self.backend.add_staff(&Scope::command(), draft).await?;
        }
        let email = STAFF[1].0.parse()?;
        let session = self
            .backend
            .sign_in(&email, PASSWORD.into(), "127.0.0.1", "demo")
            .await?;
        self.operator = self
            .backend
            .session(&session.token)
            .await?
            .context("a new session is open")?;
        Ok(())
    }

    pub(super) async fn add(&self, seed: &Seed) -> anyhow::Result<AdvertiserId> {
        let draft = AdvertiserDraft {
            name: seed.name.parse()?,
            language: seed.language,
            time_zone: seed.time_zone.into(),
            reference: seed.reference.into(),
            contact_email: None,
            payload_days: None,
        };
        Ok(self.backend.add_advertiser(&self.operator, &draft).await?)
    }

    /// Adds the advertiser and goes as far with connecting it as its story goes.
    pub(super) async fn onboard(&self, seed: &Seed) -> anyhow::Result<AdvertiserId> {
        let advertiser = self.add(seed).await?;
        let Some(person) = seed.person else {
            return Ok(advertiser);
        };
        let withheld: &[&str] = match seed.story {
            Story::MissingScope => &["page_events"],
            Story::NoBusinessManagement => &["business_management"],
            _ => &[],
        };
        let answers = Answers {
            person,
            business: seed.business,
            withheld,
            cancels: seed.story == Story::Declined,
        };
        let attempt = self
            .log_in(advertiser, Channel::Messenger, &answers)
            .await?;
        if seed.daily == 0 {
            return Ok(advertiser);
        }
        self.choose(advertiser, attempt, Channel::Messenger, seed.pages)
            .await?;
        for &(channel, key) in seed.more {
            let attempt = self.log_in(advertiser, channel, &answers).await?;
            self.choose(advertiser, attempt, channel, &[key]).await?;
        }
        Ok(advertiser)
    }

    async fn log_in(
        &self,
        advertiser: AdvertiserId,
        channel: Channel,
        answers: &Answers<'_>,
    ) -> anyhow::Result<ConnectAttemptId> {
        let login = self
            .backend
            .start_facebook_login(&self.operator, advertiser, channel, None)
            .await?;
        match dialog::walk(self.backend, self.meta, login, answers).await? {
            CallbackOutcome::Attempt { attempt, .. } => Ok(attempt),
            CallbackOutcome::UnknownState => {
                bail!("the simulated Meta lost the state of a login")
            }
        }
    }

    async fn choose(
        &self,
        advertiser: AdvertiserId,
        attempt: ConnectAttemptId,
        channel: Channel,
        keys: &[&str],
    ) -> anyhow::Result<()> {
        let state = self.meta.state();
        let world = state.world();
        let ids = keys
            .iter()
            .map(|key| asset_id(world, channel, key).context("the world has this asset"))
            .collect::<anyhow::Result<Vec<_>>>()?;
        Ok(self
            .backend
            .choose_assets(&self.operator, advertiser, attempt, &ids)
            .await?)
    }
}

/// Meta's id of an asset by the world's key for it.
fn asset_id(world: &World, channel: Channel, key: &str) -> Option<String> {
    match channel {
        Channel::Messenger => world.page(key).map(|it| it.id.clone()),
        Channel::Instagram => world.instagram(key).map(|it| it.id.clone()),
        Channel::Whatsapp => world.waba(key).map(|it| it.id.clone()),
    }
}
