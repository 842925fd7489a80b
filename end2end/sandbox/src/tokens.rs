//! Access tokens: minting them, what they are worth, and what Graph says of a dead one.

use crate::{
    error::{GraphError, Result},
    grant::{Choice, Grant},
    ids,
    state::{Memory, State},
    world::World,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A user token straight from the dialog lives an hour and a half.
pub(crate) const SHORT: i64 = 5_400;
/// An exchanged one about 60 days.
pub(crate) const LONG: i64 = 60 * 86_400;
/// How long the app may read the person's data after they last signed in.
pub(crate) const DATA_ACCESS: i64 = 90 * 86_400;

/// What is known about a token.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Token {
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    pub(crate) person: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) issued_at: i64,
    /// `None`: never.
    pub(crate) expires_at: Option<i64>,
    /// The subcode with which Graph refuses it.
    pub(crate) revoked: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Kind {
    User,
    /// Business integration system user, of that business.
    System(String),
    Page(String),
}

impl Token {
    /// Why the token is refused, if it is.
    pub(crate) fn complaint(&self, now: i64) -> Option<(u32, String)> {
        match (self.revoked, self.expires_at) {
            (Some(460), _) => Some((
                460,
                "Error validating access token: The session has been invalidated because the user changed their \
                 password or Facebook has changed the session for security reasons."
                    .into(),
            )),
            (Some(458), _) => Some((
                458,
                "Error validating access token: The user has not authorized this application.".into(),
            )),
            (Some(subcode), _) => Some((subcode, "Error validating access token.".into())),
            (None, Some(end)) if end <= now => Some((
                463,
                format!("Error validating access token: Session has expired at unix time {end}. The current unix time is {now}."),
            )),
            _ => None,
        }
    }
}

/// Who calls.
#[derive(Clone)]
pub(crate) enum Caller {
    /// `app id|app secret`.
    App,
    Token {
        secret: String,
        token: Token,
    },
}

impl Memory {
    /// Puts a token into the world and answers its secret.
    pub(crate) fn mint(
        &mut self,
        kind: Kind,
        person: &str,
        scopes: BTreeSet<String>,
        issued_at: i64,
        expires_at: Option<i64>,
    ) -> String {
        let secret = ids::token();
        self.minted += 1;
        let token = Token {
            number: self.minted,
            kind,
            person: person.into(),
            scopes,
            issued_at,
            expires_at,
            revoked: None,
        };
        self.tokens.insert(secret.clone(), token);
        secret
    }

    /// The Page token that derives from a person's token; the same one each time. It lives as long as a short token
    /// that it comes from, else for ever.
    pub(crate) fn page_token(&mut self, parent: &str, page: &str, now: i64) -> String {
        let known = self.page_tokens.entry(parent.into()).or_default();
        if let Some(secret) = known.get(page) {
            return secret.clone();
        }
        let key = parent;
        let parent = self
            .tokens
            .get(parent)
            .expect("the caller was resolved from it")
            .clone();
        let short = parent
            .expires_at
            .is_some_and(|end| end - parent.issued_at <= SHORT);
        let end = parent.expires_at.filter(|_| short);
        let secret = self.mint(
            Kind::Page(page.into()),
            &parent.person,
            parent.scopes,
            now,
            end,
        );
        let known = self.page_tokens.entry(key.into()).or_default();
        known.insert(page.into(), secret.clone());
        secret
    }

    /// The permission counts for this token and this asset today: frozen in the token, not withdrawn by the person,
    /// not taken away by a knob.
    pub(crate) fn allows(&self, token: &Token, permission: &str, asset: Option<&str>) -> bool {
        let nobody = Grant::default();
        let grant = self.grants.get(&token.person).unwrap_or(&nobody);
        let chosen = match (asset, grant.choice(permission)) {
            (Some(asset), Some(choice)) => choice.has(asset),
            _ => true,
        };
        token.scopes.contains(permission)
            && grant.granted(permission)
            && chosen
            && !crate::faults::drops(&self.faults, token, permission, asset)
    }

    /// The person runs the asset, has chosen it for the app, and the token may speak of it.
    pub(crate) fn sees(&self, world: &World, token: &Token, asset: &str) -> bool {
        let Some(grant) = self.grants.get(&token.person) else {
            return false;
        };
        if let Kind::Page(page) = &token.kind {
            let linked = || world.instagram(asset).is_some_and(|it| it.page_id == *page);
            return (page == asset || linked()) && grant.pages.has(page);
        }
        let person = token.person.as_str();
        (grant.pages.has(asset) && world.pages_of(person).any(|it| it.id == asset))
            || (grant.wabas.has(asset) && world.wabas_of(person).any(|it| it.id == asset))
            || (grant.instagram.has(asset) && world.instagram_of(person).any(|it| it.id == asset))
    }

    /// Kills the tokens of a person, or those of one Page. Answers how many.
    pub(crate) fn revoke(&mut self, subcode: u32, matches: impl Fn(&Token) -> bool) -> usize {
        let alive = self
            .tokens
            .values_mut()
            .filter(|it| it.revoked.is_none() && matches(it));
        alive.map(|token| token.revoked = Some(subcode)).count()
    }
}

/// Turns the string that came into the caller.
pub(crate) fn caller(state: &State, secret: Option<&str>) -> Result<Caller> {
    let shared = state.shared();
    let secret = secret.ok_or_else(GraphError::no_token)?;
    if let Some((app, app_secret)) = secret.split_once('|') {
        return if app == shared.app_id && app_secret == shared.app_secret {
            Ok(Caller::App)
        } else {
            Err(GraphError::dead_token(
                None,
                "Invalid OAuth access token signature.",
            ))
        };
    }
    let token = state
        .memory()
        .tokens
        .get(secret)
        .cloned()
        .ok_or_else(unreadable)?;
    match token.complaint(shared.clock.seconds()) {
        Some((subcode, message)) => Err(GraphError::dead_token(Some(subcode), message)),
        None => Ok(Caller::Token {
            secret: secret.into(),
            token,
        }),
    }
}

pub(crate) fn unreadable() -> GraphError {
    GraphError::dead_token(
        None,
        "Invalid OAuth access token - Cannot parse access token",
    )
}

/// What [`State::mint_token`] is asked for. It replaces what the person has consented to before, so tokens that were
/// minted earlier keep only what is asked for here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenRequest {
    /// Who signs in, by key or id.
    pub person: String,
    /// The permissions; empty: all that the sandbox knows.
    pub scopes: Vec<String>,
    /// The Pages chosen, by key or id; `None`: all current and future ones.
    pub pages: Option<Vec<String>>,
    /// A token as it comes from the dialog, not yet exchanged.
    pub short_lived: bool,
}

/// A token minted without the dialog.
#[derive(Clone, Serialize)]
pub struct Minted {
    /// The token.
    pub access_token: String,
    /// Whose it is.
    pub user_id: String,
    /// Seconds.
    pub expires_in: i64,
}

/// Every permission that means anything here.
pub(crate) const PERMISSIONS: &[&str] = &[
    "public_profile",
    "pages_show_list",
    "page_events",
    "pages_messaging",
    "pages_manage_metadata",
    "pages_read_engagement",
    "business_management",
    "ads_read",
    "ads_management",
    "instagram_basic",
    "instagram_manage_messages",
    "instagram_manage_events",
    "whatsapp_business_management",
    "whatsapp_business_messaging",
    "whatsapp_business_manage_events",
];

pub(crate) fn mint(state: &State, request: &TokenRequest) -> Result<Minted, String> {
    let world = state.world();
    let person = world
        .person(&request.person)
        .ok_or("there is no such person")?;
    let scopes: BTreeSet<String> = if request.scopes.is_empty() {
        PERMISSIONS.iter().map(|it| (*it).into()).collect()
    } else {
        request.scopes.iter().cloned().collect()
    };
    if let Some(unknown) = scopes.iter().find(|it| !PERMISSIONS.contains(&it.as_str())) {
        return Err(format!("{unknown} is not a permission"));
    }
    let mut grant = Grant::default();
    grant.choose_all(world, &person.id);
    if let Some(pages) = &request.pages {
        let ids = pages.iter().map(|it| {
            let page = world
                .page(it)
                .filter(|page| page.role(&person.id).is_some());
            page.map(|page| page.id.clone())
                .ok_or(format!("{it} is not a Page of this person"))
        });
        grant.pages = Choice::Only(ids.collect::<Result<_, _>>()?);
    }
    grant.permissions = scopes.iter().map(|it| (it.clone(), true)).collect();
    let expires_in = if request.short_lived { SHORT } else { LONG };
    let now = state.shared().clock.seconds();
    let mut memory = state.memory();
    memory.grants.insert(person.id.clone(), grant);
    let access_token = memory.mint(Kind::User, &person.id, scopes, now, Some(now + expires_in));
    Ok(Minted {
        access_token,
        user_id: person.id.clone(),
        expires_in,
    })
}
