//! What the sandbox remembers, and the handle through which programs in the same process look and act.

use crate::{
    Config, Webhook,
    app::App,
    clock::Clock,
    dataset::{Dataset, Kind},
    faults::{Applied, Fault},
    grant::Grant,
    ids,
    ledger::{Filter, Ledger, Post, Received},
    minting::{self, Minted, TokenRequest},
    signup::{self, SignupRequest, SignupResult},
    tokens::{self, Token},
    webhooks::{
        self, AccountUpdate, AutomaticEvent, Callbacks, CalledBack, Delivery, Leaving, Message,
        Sent,
    },
    world::World,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

/// The sandbox's memory; clones are handles on the same. Whatever the HTTP controls can do can be done here.
#[derive(Clone)]
pub struct State(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) app_id: String,
    pub(crate) app_secret: String,
    pub(crate) public_url: String,
    pub(crate) valid_redirect_uris: Vec<String>,
    pub(crate) clock: Clock,
    pub(crate) world: World,
    pub(crate) http: reqwest::Client,
    memory: Mutex<Memory>,
    /// Somebody may have changed the memory since it was saved.
    touched: AtomicBool,
}

/// What changes while the sandbox runs. Knobs and the webhook are the caller's business and are not saved.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Memory {
    /// Grows with every token; a fault that spares newer tokens compares it.
    pub(crate) minted: u64,
    pub(crate) tokens: HashMap<String, Token>,
    /// Page token by the token that it was derived from, then by Page.
    pub(crate) page_tokens: HashMap<String, HashMap<String, String>>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) grants: HashMap<String, Grant>,
    pub(crate) datasets: Vec<Dataset>,
    /// Subscribed webhook fields by asset.
    pub(crate) subscriptions: BTreeMap<String, BTreeSet<String>>,
    pub(crate) clicks: HashMap<String, Click>,
    /// How many newcomers have arrived.
    #[serde(default)]
    pub(crate) arrived: usize,
    #[serde(default)]
    pub(crate) app: App,
    #[serde(skip)]
    pub(crate) faults: Vec<Fault>,
    #[serde(skip)]
    pub(crate) webhook: Option<Webhook>,
    #[serde(skip)]
    pub(crate) callbacks: Callbacks,
    pub(crate) ledger: Ledger,
    #[serde(skip)]
    pub(crate) calls: u64,
}

/// An authorisation code, until it is exchanged or too old.
#[derive(Deserialize, Serialize)]
pub(crate) struct Code {
    /// `None`: from the popup of Meta's JavaScript SDK, exchanged without one.
    pub(crate) redirect_uri: Option<String>,
    pub(crate) person: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) business: Option<String>,
    pub(crate) system_user: bool,
    /// A system user's token that ends after 60 days.
    pub(crate) expires: bool,
    pub(crate) issued_at: i64,
    pub(crate) used: bool,
}

/// A person's tap on an ad that leads to WhatsApp.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Click {
    /// What the webhook hands out and the event carries.
    pub ctwa_clid: String,
    /// The Page of the ad.
    pub page_id: Option<String>,
    /// The account that was written to.
    pub waba_id: Option<String>,
}

impl State {
    pub(crate) fn new(config: Config, public_url: String, http: reqwest::Client) -> Self {
        let state = Self(Arc::new(Shared {
            app_id: config.app_id,
            app_secret: config.app_secret,
            public_url,
            valid_redirect_uris: config.valid_redirect_uris,
            clock: Clock::default(),
            world: World::new(config.seed),
            http,
            memory: Mutex::default(),
            touched: AtomicBool::new(false),
        }));
        state.reset();
        state.set_webhook(config.webhook);
        state.set_callbacks(config.callbacks);
        state
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    /// Never held across an await.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.touched.store(true, Ordering::Relaxed);
        self.peek()
    }

    /// Whether the memory was handed out since this was asked last.
    pub(crate) fn take_touched(&self) -> bool {
        self.0.touched.swap(false, Ordering::Relaxed)
    }

    /// The memory, for one who only looks.
    pub(crate) fn peek(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().expect("no holder of the lock panics")
    }

    /// The address that browsers and clients use.
    pub fn url(&self) -> &str {
        &self.0.public_url
    }

    /// The clock that every timestamp comes from.
    pub fn clock(&self) -> Clock {
        self.0.clock.clone()
    }

    /// Who and what exists.
    pub fn world(&self) -> &World {
        &self.0.world
    }

    /// Forgets tokens, grants, datasets, subscriptions, faults and the ledger. The clock and the webhook stay.
    pub fn reset(&self) {
        let website = Dataset::website(&self.0.world, self.0.clock.seconds());
        let mut memory = self.memory();
        let (webhook, callbacks) = (memory.webhook.take(), memory.callbacks.clone());
        // A page token minted before must stay unknown, and a new one must not be taken for an older.
        let minted = memory.minted;
        let arrived = memory.arrived;
        *memory = Memory {
            minted,
            arrived,
            webhook,
            callbacks,
            datasets: vec![website],
            ..Memory::default()
        };
    }

    /// Where webhooks go from now on; `None`: nowhere.
    pub fn set_webhook(&self, webhook: Option<Webhook>) {
        self.memory().webhook = webhook;
    }

    /// Where webhooks go.
    pub fn webhook(&self) -> Option<Webhook> {
        self.peek().webhook.clone()
    }

    /// Where the signed requests of people who leave go from now on.
    pub fn set_callbacks(&self, callbacks: Callbacks) {
        self.memory().callbacks = callbacks;
    }

    /// Asks the callback to prove that it is ours, as Meta does when it is configured.
    ///
    /// # Errors
    ///
    /// A sentence saying what the callback did instead.
    pub async fn verify_webhook(&self) -> Result<(), String> {
        webhooks::verify(self).await
    }

    /// The knobs that are set, with what is left of their counts.
    pub fn faults(&self) -> Vec<Fault> {
        self.memory().faults.clone()
    }

    /// Replaces all knobs. Those that act once (revoke, unlink) act now and are not kept.
    ///
    /// # Errors
    ///
    /// A sentence naming what a knob refers to and does not exist; nothing was changed then.
    pub fn set_faults(&self, faults: Vec<Fault>) -> Result<Vec<Applied>, String> {
        crate::faults::set(self, faults)
    }

    /// Adds one knob.
    ///
    /// # Errors
    ///
    /// As [`State::set_faults`].
    pub fn add_fault(&self, fault: Fault) -> Result<Option<Applied>, String> {
        crate::faults::add(self, fault)
    }

    /// Removes all knobs. What was revoked or unlinked stays so.
    pub fn clear_faults(&self) {
        self.memory().faults.clear();
    }

    /// The events that were accepted, oldest first.
    pub fn events(&self, filter: &Filter) -> Vec<Received> {
        self.memory().ledger.events(filter)
    }

    /// Every post to `/events` with its verdict, oldest first.
    pub fn posts(&self, filter: &Filter) -> Vec<Post> {
        self.memory().ledger.posts(filter)
    }

    /// The datasets that exist, oldest first.
    pub fn datasets(&self) -> Vec<Dataset> {
        self.memory().datasets.clone()
    }

    /// Someone writes; the signed webhook goes out if the app hears of the asset.
    ///
    /// # Errors
    ///
    /// A sentence naming who or what does not exist.
    pub async fn send_message(&self, message: Message) -> Result<Delivery, String> {
        webhooks::send(self, message).await
    }

    /// Meta sees a conversion in a conversation on WhatsApp; the signed webhook goes out if the app is subscribed to
    /// `automatic_events`.
    ///
    /// # Errors
    ///
    /// A sentence when there is no such account.
    pub async fn see_conversion(&self, seen: &AutomaticEvent) -> Result<Sent, String> {
        webhooks::automatic_event(self, seen).await
    }

    /// Something happens to a WhatsApp Business Account; the signed webhook goes out if the app is subscribed to
    /// `account_update`.
    ///
    /// # Errors
    ///
    /// A sentence when there is no such account.
    pub async fn update_account(&self, update: &AccountUpdate) -> Result<Sent, String> {
        webhooks::account_update(self, update).await
    }

    /// A person, by key or id, leaves: removing the app kills its tokens of theirs; then the app's callback is called.
    ///
    /// # Errors
    ///
    /// A sentence when there is no such person.
    pub async fn leave(&self, person: &str, leaving: Leaving) -> Result<CalledBack, String> {
        let person = self
            .world()
            .person(person)
            .ok_or("there is no such person")?;
        if leaving == Leaving::Deauthorize {
            self.memory().remove_app(&person.id);
        }
        Ok(webhooks::call_back(self, leaving, &person.id).await)
    }

    /// A business, by key or id, removes the app from its *Connected apps*: the system user's tokens die, and
    /// `PARTNER_APP_UNINSTALLED` goes out for each WhatsApp Business Account that it had. Answers those.
    ///
    /// # Errors
    ///
    /// A sentence when there is no such business.
    pub async fn disconnect_business(&self, business: &str) -> Result<Vec<String>, String> {
        let world = self.world();
        let business = world
            .business(business)
            .ok_or("there is no such business portfolio")?;
        let wabas: Vec<String> = {
            let holder = tokens::system_user(&business.id);
            let mut memory = self.memory();
            let grant = memory.grants.get(&holder).cloned().unwrap_or_default();
            memory.remove_app(&holder);
            world
                .whatsapp_accounts
                .iter()
                .filter(|it| it.is_in(&business.id) && grant.wabas.has(&it.id))
                .map(|it| it.id.clone())
                .collect()
        };
        for waba in &wabas {
            let update = AccountUpdate {
                waba: waba.clone(),
                event: "PARTNER_APP_UNINSTALLED".into(),
                ban_state: None,
            };
            webhooks::account_update(self, &update).await?;
        }
        Ok(wabas)
    }

    /// Someone goes through Embedded Signup without a browser.
    ///
    /// # Errors
    ///
    /// A sentence naming who or what does not exist.
    pub fn sign_up(&self, request: &SignupRequest) -> Result<SignupResult, String> {
        signup::sign_up(self, request)
    }

    /// A token as the login dialog, a system user or Events Manager would have given, without a browser.
    ///
    /// # Errors
    ///
    /// A sentence naming who or what does not exist.
    pub fn mint_token(&self, request: &TokenRequest) -> Result<Minted, String> {
        minting::mint(self, request)
    }

    /// Links an asset (id) to a dataset that exists, as a person does in Events Manager; `None`: takes it off its own.
    ///
    /// # Errors
    ///
    /// A sentence when there is no such asset or dataset, or the dataset serves another asset of this kind.
    pub fn link_dataset(&self, asset: &str, dataset: Option<&str>) -> Result<(), String> {
        let kind = Kind::of(self.world(), asset).ok_or("there is no such asset")?;
        let mut memory = self.memory();
        match dataset {
            Some(dataset) => memory.relink((kind, asset), dataset),
            None => {
                memory.unlink(asset);
                Ok(())
            }
        }
    }

    /// Someone taps an ad that leads to WhatsApp: either the ad's Page or the account written to, by key or id.
    ///
    /// # Errors
    ///
    /// A sentence naming what does not exist.
    pub fn click(&self, page: Option<&str>, waba: Option<&str>) -> Result<Click, String> {
        let world = self.world();
        let page = page
            .map(|it| world.page(it).ok_or("there is no such Page"))
            .transpose()?;
        let waba = waba
            .map(|it| {
                world
                    .waba(it)
                    .ok_or("there is no such WhatsApp Business Account")
            })
            .transpose()?;
        if page.is_none() && waba.is_none() {
            return Err("name page_id or waba_id".into());
        }
        let click = Click {
            ctwa_clid: format!("ARA{}", ids::opaque(96)),
            page_id: page
                .map(|it| it.id.clone())
                .or(waba.map(|it| it.page_id.clone())),
            waba_id: waba.map(|it| it.id.clone()).or_else(|| {
                let of_page =
                    |it: &&crate::world::Waba| page.is_some_and(|page| page.id == it.page_id);
                world
                    .whatsapp_accounts
                    .iter()
                    .find(of_page)
                    .map(|it| it.id.clone())
            }),
        };
        self.memory()
            .clicks
            .insert(click.ctwa_clid.clone(), click.clone());
        Ok(click)
    }
}
