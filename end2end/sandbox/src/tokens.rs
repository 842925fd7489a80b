//! Access tokens: minting them, what they are worth, and what Graph says of a dead one.

use crate::{
    error::{GraphError, Result},
    grant::Grant,
    ids,
    state::{Memory, State},
    world::{Instagram, Page, Waba, World},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A user token straight from the dialog lives an hour and a half.
pub(crate) const SHORT: i64 = 5_400;
/// An exchanged one about 60 days.
pub(crate) const LONG: i64 = 60 * 86_400;
/// How long the app may read the person's data after they last signed in.
pub(crate) const DATA_ACCESS: i64 = 90 * 86_400;

/// The app behind tokens that are not ours: one of Meta's own for those of Events Manager.
pub(crate) const OTHER_APP: (&str, &str) = ("1203440000000777", "Conversions API");

/// What is known about a token.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Token {
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    /// Who signed in for it.
    pub(crate) person: String,
    /// It was made for another app than ours.
    pub(crate) foreign: bool,
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
    /// A system user of that business; of a business integration it says so by `client_business_id`.
    System {
        business: String,
        integration: bool,
    },
    /// Derived from a token of that holder.
    Page {
        page: String,
        holder: String,
    },
    /// Events Manager's *Generate access token*: events to that dataset and nothing else.
    Events {
        dataset: String,
        business: String,
    },
}

/// The id of the app's system user in a business.
pub(crate) fn system_user(business: &str) -> String {
    ids::stable(0, "1220", 13, &format!("system user/{business}"))
}

impl Token {
    /// Whose consent the token lives by: a person, or a system user.
    pub(crate) fn holder(&self) -> String {
        match &self.kind {
            Kind::User => self.person.clone(),
            Kind::System { business, .. } | Kind::Events { business, .. } => system_user(business),
            Kind::Page { holder, .. } => holder.clone(),
        }
    }

    /// The Page whose token it is.
    pub(crate) fn page(&self) -> Option<&str> {
        match &self.kind {
            Kind::Page { page, .. } => Some(page),
            _ => None,
        }
    }

    /// The business whose system user holds it.
    pub(crate) fn business(&self) -> Option<&str> {
        match &self.kind {
            Kind::System { business, .. } | Kind::Events { business, .. } => Some(business),
            Kind::User | Kind::Page { .. } => None,
        }
    }

    fn complaint(&self, now: i64) -> Option<(u32, String)> {
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
    /// Why the token is refused, if it is: by what became of it, or by a knob.
    pub(crate) fn complaint(&self, token: &Token, now: i64) -> Option<(u32, String)> {
        let mut token = token.clone();
        token.revoked = token
            .revoked
            .or_else(|| crate::faults::invalid(&self.faults, &token));
        token.expires_at = self.expiry(&token);
        token.complaint(now)
    }

    /// When the token ends, unless a knob says otherwise.
    pub(crate) fn expiry(&self, token: &Token) -> Option<i64> {
        crate::faults::expiry(&self.faults, token).or(token.expires_at)
    }

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
            foreign: false,
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
        let kind = Kind::Page {
            page: page.into(),
            holder: parent.holder(),
        };
        let secret = self.mint(kind, &parent.person, parent.scopes, now, end);
        if let Some(token) = self.tokens.get_mut(&secret) {
            token.foreign = parent.foreign;
        }
        let known = self.page_tokens.entry(key.into()).or_default();
        known.insert(page.into(), secret.clone());
        secret
    }

    /// The permission counts for this token and this asset today: frozen in the token, not withdrawn by the person,
    /// not taken away by a knob.
    pub(crate) fn allows(&self, token: &Token, permission: &str, asset: Option<&str>) -> bool {
        let nobody = Grant::default();
        let grant = self.grants.get(&token.holder()).unwrap_or(&nobody);
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
        let Some(grant) = self.grants.get(&token.holder()) else {
            return false;
        };
        if crate::faults::hides(&self.faults, asset) {
            return false;
        }
        if let Some(page) = token.page() {
            let linked = || world.instagram(asset).is_some_and(|it| it.page_id == *page);
            return (page == asset || linked()) && grant.pages.has(page);
        }
        (grant.pages.has(asset) && pages(world, token).any(|it| it.id == asset))
            || (grant.wabas.has(asset) && wabas(world, token).any(|it| it.id == asset))
            || (grant.instagram.has(asset) && instagram(world, token).any(|it| it.id == asset))
    }

    /// A person or a business removes the app: the holder's consent goes, and its tokens die. Answers how many.
    pub(crate) fn remove_app(&mut self, holder: &str) -> usize {
        self.grants.remove(holder);
        self.revoke(458, |token| token.holder() == holder)
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

/// The Pages that a token may reach if they were chosen: the person's, for a system user those in its business.
pub(crate) fn pages<'a>(world: &'a World, token: &'a Token) -> impl Iterator<Item = &'a Page> {
    let within = move |page: &&Page| token.business().is_none_or(|it| page.is_in(it));
    world.pages_of(&token.person).filter(within)
}

/// The same for WhatsApp Business Accounts.
pub(crate) fn wabas<'a>(world: &'a World, token: &'a Token) -> impl Iterator<Item = &'a Waba> {
    let within = move |waba: &&Waba| token.business().is_none_or(|it| waba.is_in(it));
    world.wabas_of(&token.person).filter(within)
}

/// The same for Instagram accounts; one counts where its Page is, too.
pub(crate) fn instagram<'a>(
    world: &'a World,
    token: &'a Token,
) -> impl Iterator<Item = &'a Instagram> {
    let within = move |account: &&Instagram| {
        token.business().is_none_or(|it| {
            account.business_id.as_deref() == Some(it)
                || world
                    .page(&account.page_id)
                    .is_some_and(|page| page.is_in(it))
        })
    };
    world.instagram_of(&token.person).filter(within)
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
    match state.memory().complaint(&token, shared.clock.seconds()) {
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
