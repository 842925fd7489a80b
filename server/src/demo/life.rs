//! A week of Kaede Messaging, lived hour by hour with both clocks moved: people write, conversions are sent, Meta has a bad
//! afternoon, tokens die. The same seed gives the same week.

use anyhow::{Context, bail};
use backend::{Backend, Scope};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use domain::{
    AdvertiserId, Channel, EventId, EventName,
    console::{ContactChoice, Studio, StudioAnswer, StudioConnection, StudioEvent},
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sandbox::{Effect, Fault, Message, Sandbox, TokenRequest};

use super::world::{ADVERTISERS, ARCHIVED, Seed, Story};

const SEED: u64 = 20_261_122;
const DAYS: i64 = 7;
/// How busy each hour of the day is, in the advertiser's own time, in hundredths.
const RHYTHM: [u32; 24] = [
    8, 4, 2, 2, 2, 4, 12, 30, 52, 70, 84, 100, 96, 74, 66, 70, 78, 88, 100, 110, 96, 70, 42, 20,
];

/// An advertiser whose life goes on.
struct Life {
    seed: &'static Seed,
    id: AdvertiserId,
}

pub(crate) async fn live_a_week(backend: &Backend, meta: &Sandbox) -> anyhow::Result<()> {
    let now = backend.clock().now();
    let mut week = Week {
        backend,
        meta,
        random: StdRng::seed_from_u64(SEED),
        operator: Scope::command(),
    };
    week.set_clocks(now - TimeDelta::days(DAYS) - TimeDelta::hours(3));
    week.hire().await?;
    let mut lives = Vec::new();
    for seed in &ADVERTISERS {
        lives.push(Life {
            seed,
            id: week.onboard(seed).await?,
        });
    }
    let archived = week.add(&ARCHIVED).await?;
    backend.archive_advertiser(&week.operator, archived).await?;

    let start = (now - TimeDelta::days(DAYS))
        .with_minute(0)
        .and_then(|hour| hour.with_second(0))
        .unwrap_or(now);
    for hour in 0..DAYS * 24 {
        week.hour(&lives, start + TimeDelta::hours(hour), now)
            .await?;
    }
    backend.clock().follow_system();
    meta.state().clock().set_offset(TimeDelta::zero());
    week.settle().await
}

pub(super) struct Week<'a> {
    pub(super) backend: &'a Backend,
    pub(super) meta: &'a Sandbox,
    random: StdRng,
    pub(super) operator: Scope,
}

impl Week<'_> {
    fn set_clocks(&self, moment: DateTime<Utc>) {
        self.backend.clock().move_to(moment);
        self.meta.state().clock().set(moment);
    }

    async fn hour(
        &mut self,
        lives: &[Life],
        hour: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let ago = now - hour;
        // Yesterday Meta had a bad hour and a half.
        let outage = ago > TimeDelta::hours(26) && ago <= TimeDelta::minutes(27 * 60 + 30);
        self.set_clocks(hour);
        if outage {
            self.fault(Effect::Error {
                code: 2,
                subcode: None,
                status: 503,
                message: Some("Service temporarily unavailable".into()),
                title: None,
                user_message: None,
                is_transient: true,
            })?;
        } else {
            self.meta.state().clear_faults();
        }
        self.tell_stories(lives, ago).await?;
        let mut minutes: Vec<(i64, usize)> = Vec::new();
        for (at, life) in lives.iter().enumerate() {
            for _ in 0..self.conversions(life.seed, hour) {
                minutes.push((self.random.random_range(0..60), at));
            }
        }
        minutes.sort_unstable();
        for (minute, at) in minutes {
            let moment = hour + TimeDelta::minutes(minute);
            if moment < now {
                self.set_clocks(moment);
                self.convert(&lives[at], ago).await?;
            }
        }
        self.deliver().await?;
        // What hits many at once is one incident; it ends when they are well again.
        self.backend.tell().await?;
        Ok(())
    }

    /// What happens once, at its hour.
    async fn tell_stories(&self, lives: &[Life], ago: TimeDelta) -> anyhow::Result<()> {
        for life in lives {
            match life.seed.story {
                Story::TokenRevoked if ago.num_hours() == 20 => {
                    self.fault(Effect::RevokeToken {
                        person: life.seed.person.map(str::to_owned),
                        subcode: 458,
                    })?
                }
                Story::DatasetDrifted if ago.num_hours() == 47 => {
                    let knob = Fault::new(Effect::UnlinkDataset).page(life.seed.pages[0]);
                    self.meta
                        .state()
                        .add_fault(knob)
                        .map_err(anyhow::Error::msg)?;
                    self.give_another_dataset(life.seed).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// As somebody with access to the Page does it at Meta, past us.
    async fn give_another_dataset(&self, seed: &Seed) -> anyhow::Result<()> {
        let state = self.meta.state();
        let page = state.world().page(seed.pages[0]);
        let page = page.context("the world has this Page")?.id.clone();
        let request = TokenRequest {
            person: seed.person.unwrap_or_default().into(),
            ..TokenRequest::default()
        };
        let token = state.mint_token(&request).map_err(anyhow::Error::msg)?;
        let version = &self.backend.config().graph.version;
        let url = format!(
            "{}/{version}/{page}/dataset",
            self.meta.url().trim_end_matches('/')
        );
        let answer = reqwest::Client::builder()
            .build()?
            .post(url)
            .bearer_auth(token.access_token)
            .send()
            .await?;
        answer.error_for_status()?;
        Ok(())
    }

    fn fault(&self, effect: Effect) -> anyhow::Result<()> {
        self.meta
            .state()
            .add_fault(Fault::new(effect))
            .map_err(anyhow::Error::msg)?;
        Ok(())
    }

    fn conversions(&mut self, seed: &Seed, hour: DateTime<Utc>) -> u32 {
        let zone_hours = match seed.time_zone {
            "Asia/Tokyo" => 9,
            "Europe/Stockholm" | "Europe/Berlin" => 1,
            _ => 0,
        };
        let local = (hour + TimeDelta::hours(zone_hours)).hour() as usize;
        let mean = f64::from(seed.daily) * f64::from(RHYTHM[local])
            / f64::from(RHYTHM.iter().sum::<u32>());
        let whole = mean.floor();
        whole as u32 + u32::from(self.random.random_bool(mean - whole))
    }

    /// Somebody writes, and a little later something comes of it.
    async fn convert(&mut self, life: &Life, ago: TimeDelta) -> anyhow::Result<()> {
        let world = self.meta.state();
        let assets: Vec<(Channel, &str)> = life
            .seed
            .pages
            .iter()
            .map(|page| (Channel::Messenger, *page))
            .chain(life.seed.more.iter().copied())
            .collect();
        let &(channel, key) = assets
            .choose(&mut self.random)
            .context("a converting advertiser has an asset")?;
        let customers = &world.world().customers;
        let customer = customers
            .choose(&mut self.random)
            .context("the world has customers")?;
        // On WhatsApp only a tap on an ad yields an identity.
        let from_ad = channel == Channel::Whatsapp || self.random.random_bool(0.6);
        let mut message = Message {
            person: Some(customer.key.clone()),
            text: Some("…".into()),
            referral: from_ad.then_some(serde_json::Value::Bool(true)),
            ..Message::default()
        };
        match channel {
            Channel::Messenger => message.page_id = key.into(),
            Channel::Instagram => message.instagram_id = key.into(),
            Channel::Whatsapp => message.waba_id = key.into(),
        }
        world
            .send_message(message)
            .await
            .map_err(anyhow::Error::msg)?;
        self.backend.split_webhooks().await?;
        let studio = self.backend.studio(&self.operator, life.id).await?;
        let Some((contact, connection)) = self.newest(&studio) else {
            return Ok(());
        };
        let name = self.name();
        let form = self.form(life.seed, &studio, contact, connection, name);
        if life.seed.story == Story::SomeUnconfirmed
            && channel == Channel::Messenger
            && ago.num_hours() < 60
            && self.random.random_bool(0.3)
        {
            let knob = Fault::new(Effect::ResetAfterAccept)
                .edge("events")
                .page(key)
                .times(1);
            world.add_fault(knob).map_err(anyhow::Error::msg)?;
            self.send(life.id, &form).await?;
            return self.deliver().await;
        }
        self.send(life.id, &form).await?;
        if self.random.random_bool(0.5) {
            self.deliver().await?;
        }
        Ok(())
    }

    /// Whoever wrote last, and the connection of the Page they wrote to.
    fn newest<'s>(&self, studio: &'s Studio) -> Option<(&'s ContactChoice, &'s StudioConnection)> {
        let contact = studio.contacts.first()?;
        let connection = studio
            .connections
            .iter()
            .find(|connection| connection.id == contact.connection_id)?;
        Some((contact, connection))
    }

    fn name(&mut self) -> EventName {
        *[
            EventName::Purchase,
            EventName::Purchase,
            EventName::Purchase,
            EventName::LeadSubmitted,
            EventName::LeadSubmitted,
            EventName::AddToCart,
            EventName::InitiateCheckout,
            EventName::ViewContent,
            EventName::OrderCreated,
            EventName::OrderShipped,
        ]
        .choose(&mut self.random)
        .unwrap_or(&EventName::Purchase)
    }

    fn form(
        &mut self,
        seed: &Seed,
        studio: &Studio,
        contact: &ContactChoice,
        connection: &StudioConnection,
        name: EventName,
    ) -> StudioEvent {
        let sells = matches!(
            name,
            EventName::Purchase
                | EventName::OrderCreated
                | EventName::InitiateCheckout
                | EventName::AddToCart
        );
        let step = if seed.price.1 > 1_000 { 100 } else { 1 };
        let price = self
            .random
            .random_range(seed.price.0 / step..=seed.price.1 / step)
            * step;
        let order = format!(
            "{}-{}",
            seed.reference,
            self.random.random_range(10_000..99_999)
        );
        StudioEvent {
            draft_id: studio.draft_id.to_string(),
            connection: connection.id.to_string(),
            contact: contact.id.to_string(),
            name: name.to_string(),
            value: if sells {
                price.to_string()
            } else {
                String::new()
            },
            currency: if sells {
                seed.currency.into()
            } else {
                String::new()
            },
            order_id: if sells { order } else { String::new() },
            ..StudioEvent::default()
        }
    }

    async fn send(&self, advertiser: AdvertiserId, form: &StudioEvent) -> anyhow::Result<EventId> {
        match self
            .backend
            .send_test_event(&self.operator, advertiser, form)
            .await?
        {
            StudioAnswer::Accepted(id) => Ok(id),
            StudioAnswer::Refused(problems) => {
                bail!("the demo's own event is refused: {problems:?}")
            }
        }
    }

    async fn deliver(&self) -> anyhow::Result<()> {
        while self.backend.deliver_once().await? {}
        Ok(())
    }

    /// Back in the present: what is still due goes out.
    async fn settle(&self) -> anyhow::Result<()> {
        self.meta.state().clear_faults();
        self.backend.recover().await?;
        self.deliver().await
    }
}
