//! Who is asking, and for which rows.

use domain::{
    AdvertiserId, ApiKeyId, ConnectLinkId, KeyScopes, Language, LinkKind, Permission, PersonId,
    RequestId, Role, SessionId,
};

use crate::{Error, Result};

/// Who is asking, and for which rows: one advertiser's, or the partner's view of all. Built only inside `backend`,
/// from a session, an API key or a job; the one exception is [`Scope::command`], for who sits at the server.
#[derive(Clone, Debug)]
pub struct Scope {
    reach: Reach,
    actor: Actor,
    language: Language,
    request_id: Option<RequestId>,
    session: Option<SessionId>,
}

#[derive(Clone, Copy, Debug)]
enum Reach {
    Advertiser(AdvertiserId, Role),
    Partner(Role),
    /// Somebody without an account, by a link: what the link is for, and nothing else.
    Visitor(AdvertiserId, ConnectLinkId, LinkKind),
    /// A program with an API key: one advertiser's rows, or without one all of them, for what the key is for.
    Key(Option<AdvertiserId>, KeyScopes),
    System,
}

/// Who did it, for the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of the partner's staff.
    Staff(PersonId),
    /// One of an advertiser's own people.
    Person(PersonId),
    /// A program with an API key.
    Key(ApiKeyId),
    /// A job of ours.
    System,
    /// Somebody who is not signed in.
    Visitor,
    /// Whoever may run `patchbay` commands on the server.
    Command,
}

impl Actor {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::Person(_) => "person",
            Self::Key(_) => "key",
            Self::System => "system",
            Self::Visitor => "visitor",
            Self::Command => "command",
        }
    }

    pub(crate) fn id(self) -> Option<uuid::Uuid> {
        match self {
            Self::Staff(id) | Self::Person(id) => Some(id.uuid()),
            Self::Key(id) => Some(id.uuid()),
            Self::System | Self::Visitor | Self::Command => None,
        }
    }
}

impl Scope {
    pub(crate) fn staff(id: PersonId, role: Role) -> Self {
        Self {
            reach: Reach::Partner(role),
            actor: Actor::Staff(id),
            language: Language::En,
            request_id: None,
            session: None,
        }
    }

    pub(crate) fn system() -> Self {
        Self {
            reach: Reach::System,
            actor: Actor::System,
            language: Language::En,
            request_id: None,
            session: None,
        }
    }

    /// A command typed on the server: whoever can type it can read the database anyway.
    #[must_use]
    pub fn command() -> Self {
        Self {
            reach: Reach::System,
            actor: Actor::Command,
            language: Language::En,
            request_id: None,
            session: None,
        }
    }

    /// Whoever acts on what concerns no advertiser: their own account, sessions and invitations. It may do everything,
    /// so it never leaves a use case that has checked what it is used for.
    pub(crate) fn on_behalf(actor: Actor) -> Self {
        Self {
            actor,
            ..Self::system()
        }
    }

    /// One advertiser's own people.
    pub(crate) fn advertiser(id: AdvertiserId, role: Role, actor: Actor) -> Self {
        Self {
            reach: Reach::Advertiser(id, role),
            actor,
            language: Language::En,
            request_id: None,
            session: None,
        }
    }

    /// Whoever walks by a link.
    pub(crate) fn visitor(id: AdvertiserId, link: ConnectLinkId, kind: LinkKind) -> Self {
        Self {
            reach: Reach::Visitor(id, link, kind),
            actor: Actor::Visitor,
            ..Self::system()
        }
    }

    /// A program with an API key.
    pub(crate) fn key(advertiser: Option<AdvertiserId>, id: ApiKeyId, scopes: KeyScopes) -> Self {
        Self {
            reach: Reach::Key(advertiser, scopes),
            actor: Actor::Key(id),
            ..Self::system()
        }
    }

    /// The same scope within one session.
    pub(crate) fn in_session(mut self, id: SessionId) -> Self {
        self.session = Some(id);
        self
    }

    /// The same scope within one HTTP request, whose id the audit keeps.
    #[must_use]
    pub fn in_request(mut self, id: RequestId) -> Self {
        self.request_id = Some(id);
        self
    }

    /// The same scope for somebody who reads this language: explanations come in it.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The language of explanations.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The first line of every use case.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the role may not.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// Whether the role allows it; pages ask so as not to offer what would be refused.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        match self.reach {
            Reach::Advertiser(_, role) | Reach::Partner(role) => role.may(permission),
            Reach::Visitor(_, _, kind) => {
                kind == LinkKind::Connect && permission == Permission::WalkConnect
            }
            Reach::Key(_, scopes) => scopes.may(permission),
            Reach::System => true,
        }
    }

    /// The link that it came by, and what that is for; none for whoever is signed in.
    #[must_use]
    pub fn link(&self) -> Option<(ConnectLinkId, LinkKind)> {
        match self.reach {
            Reach::Visitor(_, link, kind) => Some((link, kind)),
            _ => None,
        }
    }

    /// Who is asking.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The member of staff who is asking, if it is one.
    #[must_use]
    pub fn staff_id(&self) -> Option<PersonId> {
        match self.actor {
            Actor::Staff(id) => Some(id),
            _ => None,
        }
    }

    /// The person who is asking, of the staff or not.
    #[must_use]
    pub fn person_id(&self) -> Option<PersonId> {
        match self.actor {
            Actor::Staff(id) | Actor::Person(id) => Some(id),
            _ => None,
        }
    }

    /// The API key that is used, if it is one.
    #[must_use]
    pub fn key_id(&self) -> Option<ApiKeyId> {
        match self.actor {
            Actor::Key(id) => Some(id),
            _ => None,
        }
    }

    /// What the person is, here; none for jobs, commands and keys.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self.reach {
            Reach::Advertiser(_, role) | Reach::Partner(role) => Some(role),
            Reach::Visitor(..) | Reach::Key(..) | Reach::System => None,
        }
    }

    pub(crate) fn session_id(&self) -> Option<SessionId> {
        self.session
    }

    pub(crate) fn request_id(&self) -> Option<RequestId> {
        self.request_id
    }

    /// The advertiser it is limited to; none for the partner's view.
    pub(crate) fn only(&self) -> Option<AdvertiserId> {
        match self.reach {
            Reach::Advertiser(id, _) | Reach::Visitor(id, ..) => Some(id),
            Reach::Key(id, _) => id,
            Reach::Partner(_) | Reach::System => None,
        }
    }
}
