//! How the demo's staff begin and its advertisers are connected, through the dialog as anybody would.

use anyhow::{Context, bail};
use backend::{
    Acceptance, AdvertiserDraft, CallbackOutcome, InvitationDraft, PartnerChange, Scope, StaffDraft,
};
use domain::{AdvertiserId, Channel, ConnectAttemptId};
use sandbox::World;

use super::{
    PASSWORD,
    dialog::{self, Answers},
    life::Week,
    world::{PARTNER, PEOPLE, STAFF, Seed, Story},
};

impl Week<'_> {
    pub(super) async fn hire(&mut self) -> anyhow::Result<()> {
        let command = Scope::command();
        // Saved as it is: a section that is saved no longer follows the environment.
        let agent = self.backend.partner(&command).await?.agent;
        let identity = PartnerChange::Identity {
            name_en: Some(PARTNER.0.parse()?),
            name_ja: Some(PARTNER.1.parse()?),
            agent: agent.parse().ok(),
        };
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
        self.operator = self.sign_in(STAFF[1].0).await?;
        Ok(())
    }

    async fn sign_in(&self, email: &str) -> anyhow::Result<Scope> {
        let session = self
            .backend
            .sign_in(&email.parse()?, PASSWORD.into(), "127.0.0.1", "demo")
            .await?;
        let scope = self.backend.session(&session.token).await?;
        scope.context("a new session is open")
    }

    /// The advertiser's own people are invited, and come.
    async fn invite(&self, advertiser: AdvertiserId, reference: &str) -> anyhow::Result<()> {
        for (_, email, name, role, language) in PEOPLE.iter().filter(|person| person.0 == reference)
        {
            let draft = InvitationDraft {
                email: email.parse()?,
                role: *role,
                language: *language,
                days: 7,
            };
            let link = self
                .backend
                .invite(&self.operator, Some(advertiser), &draft)
                .await?;
            let token = link.expose().rsplit('/').next().unwrap_or_default();
            let acceptance = Acceptance::New {
                name: name.parse()?,
                password: PASSWORD.parse()?,
                language: *language,
            };
            self.backend
                .accept_invitation(token, acceptance, "127.0.0.1", "demo")
                .await?;
        }
        Ok(())
    }

    pub(super) async fn add(&self, seed: &Seed) -> anyhow::Result<AdvertiserId> {
        let draft = AdvertiserDraft {
            name: seed.name.parse()?,
            language: seed.language,
            time_zone: seed.time_zone.into(),
            reference: seed.reference.into(),
            contact_email: PEOPLE
                .iter()
                .find(|person| person.0 == seed.reference)
                .and_then(|person| person.1.parse().ok()),
            payload_days: None,
        };
        Ok(self.backend.add_advertiser(&self.operator, &draft).await?)
    }

    /// Adds the advertiser and goes as far with connecting it as its story goes.
    pub(super) async fn onboard(&self, seed: &Seed) -> anyhow::Result<AdvertiserId> {
        let advertiser = self.add(seed).await?;
        self.invite(advertiser, seed.reference).await?;
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
