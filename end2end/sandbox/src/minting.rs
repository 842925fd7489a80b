//! Tokens without a browser: what the dialog, an administrator of a system user, or Events Manager would have given.

use crate::{
    grant::{Choice, Grant},
    state::State,
    tokens::{Kind, LONG, PERMISSIONS, SHORT, system_user},
    world::Person,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What [`State::mint_token`] is asked for. It replaces what the holder (the person, or the system user of the
/// business) has consented to before, so tokens that were minted earlier keep only what is asked for here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenRequest {
    /// Who signs in, by key or id.
    pub person: String,
    /// What kind of token.
    pub kind: Minting,
    /// The portfolio of a system user, by key or id; `None`: the person's first.
    pub business: Option<String>,
    /// The permissions; empty: all that the sandbox knows.
    pub scopes: Vec<String>,
    /// The Pages chosen, by key or id; `None`: all current and future ones.
    pub pages: Option<Vec<String>>,
    /// The Instagram accounts chosen, as `pages`.
    pub instagram: Option<Vec<String>>,
    /// The WhatsApp Business Accounts chosen, as `pages`.
    pub wabas: Option<Vec<String>>,
    /// A user token as it comes from the dialog, not yet exchanged.
    pub short_lived: bool,
    /// How long it lives, in seconds; 0: for ever. `None`: 60 days for a user token, for ever otherwise.
    pub expires_in: Option<i64>,
    /// It is a token of another app than ours: `debug_token` with our app's token refuses to speak of it.
    pub other_app: bool,
    /// The dataset of an `events_manager` token.
    pub dataset: Option<String>,
}

/// The kinds of tokens that can be minted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Minting {
    /// A person's.
    #[default]
    User,
    /// A system user's that the business made itself.
    SystemUser,
    /// A business integration system user's, as Facebook Login for Business and Embedded Signup give.
    BusinessIntegration,
    /// Events Manager's *Generate access token*: of another app, posts events to `dataset` and does nothing else.
    EventsManager,
}

/// A token minted without the dialog.
#[derive(Clone, Serialize)]
pub struct Minted {
    /// The token.
    pub access_token: String,
    /// Whose it is: a person's id or a system user's.
    pub user_id: String,
    /// Seconds; 0: never.
    pub expires_in: i64,
}

pub(crate) fn mint(state: &State, request: &TokenRequest) -> Result<Minted, String> {
    let world = state.world();
    let person = world
        .person(&request.person)
        .ok_or("there is no such person")?;
    let scopes = scopes(request)?;
    let kind = kind(state, request, person)?;
    let mut grant = Grant::default();
    grant.choose_all(world, &person.id);
    choose(&mut grant, state, request, person)?;
    grant.permissions = scopes.iter().map(|it| (it.clone(), true)).collect();
    let usual = match (&kind, request.short_lived) {
        (Kind::User, true) => SHORT,
        (Kind::User, false) => LONG,
        _ => 0,
    };
    let expires_in = request.expires_in.unwrap_or(usual);
    let now = state.shared().clock.seconds();
    let user_id = match &kind {
        Kind::System { business, .. } | Kind::Events { business, .. } => system_user(business),
        Kind::User | Kind::Page { .. } => person.id.clone(),
    };
    let foreign = request.other_app || matches!(kind, Kind::Events { .. });
    let mut memory = state.memory();
    if !matches!(kind, Kind::Events { .. }) {
        memory.grants.insert(user_id.clone(), grant);
    }
    let end = (expires_in != 0).then_some(now + expires_in);
    let access_token = memory.mint(kind, &person.id, scopes, now, end);
    if let Some(token) = memory.tokens.get_mut(&access_token) {
        token.foreign = foreign;
    }
    Ok(Minted {
        access_token,
        user_id,
        expires_in,
    })
}

fn scopes(request: &TokenRequest) -> Result<BTreeSet<String>, String> {
    if request.kind == Minting::EventsManager {
        return Ok(BTreeSet::new());
    }
    if let Some(unknown) = request
        .scopes
        .iter()
        .find(|it| !PERMISSIONS.contains(&it.as_str()))
    {
        return Err(format!("{unknown} is not a permission"));
    }
    Ok(if request.scopes.is_empty() {
        PERMISSIONS.iter().map(|it| (*it).into()).collect()
    } else {
        request.scopes.iter().cloned().collect()
    })
}

fn kind(state: &State, request: &TokenRequest, person: &Person) -> Result<Kind, String> {
    let world = state.world();
    let business = || {
        let found = match &request.business {
            Some(name) => world
                .businesses_of(&person.id)
                .find(|it| it.key == *name || it.id == *name),
            None => world.businesses_of(&person.id).next(),
        };
        found
            .map(|it| it.id.clone())
            .ok_or("the person has no such business portfolio")
    };
    Ok(match request.kind {
        Minting::User => Kind::User,
        Minting::SystemUser | Minting::BusinessIntegration => Kind::System {
            business: business()?,
            integration: request.kind == Minting::BusinessIntegration,
        },
        Minting::EventsManager => {
            let dataset = request
                .dataset
                .as_ref()
                .ok_or("an events_manager token needs dataset")?;
            if state.memory().dataset(dataset).is_none() {
                return Err(format!("there is no dataset {dataset}"));
            }
            Kind::Events {
                dataset: dataset.clone(),
                business: business()?,
            }
        }
    })
}

/// Narrows the grant to what the request names.
fn choose(
    grant: &mut Grant,
    state: &State,
    request: &TokenRequest,
    person: &Person,
) -> Result<(), String> {
    let world = state.world();
    let pages = world
        .pages_of(&person.id)
        .map(|it| (&it.key, &it.id))
        .collect();
    let instagram = world
        .instagram_of(&person.id)
        .map(|it| (&it.key, &it.id))
        .collect();
    let wabas = world
        .wabas_of(&person.id)
        .map(|it| (&it.key, &it.id))
        .collect();
    narrow(&mut grant.pages, request.pages.as_deref(), pages, "Page")?;
    let accounts = request.instagram.as_deref();
    narrow(
        &mut grant.instagram,
        accounts,
        instagram,
        "Instagram account",
    )?;
    let accounts = request.wabas.as_deref();
    narrow(
        &mut grant.wabas,
        accounts,
        wabas,
        "WhatsApp Business Account",
    )
}

fn narrow(
    choice: &mut Choice,
    named: Option<&[String]>,
    mine: Vec<(&String, &String)>,
    kind: &str,
) -> Result<(), String> {
    let Some(named) = named else {
        return Ok(());
    };
    let find = |name: &String| {
        let found = mine.iter().find(|(key, id)| *key == name || *id == name);
        found
            .map(|(_, id)| (*id).clone())
            .ok_or_else(|| format!("{name} is not a {kind} of this person"))
    };
    *choice = Choice::Only(named.iter().map(find).collect::<Result<_, _>>()?);
    Ok(())
}
