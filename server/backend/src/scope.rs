//! Who is asking, and for which rows.

use domain::{AdvertiserId, Language, Permission, RequestId, Role, StaffId};

use crate::{Error, Result};

/// Who is asking, and for which rows: one advertiser's, or the partner's view of all. Built only inside `backend`,
/// from a session or a job; the one exception is [`Scope::command`], for who sits at the server.
#[derive(Clone, Debug)]
pub struct Scope {
    reach: Reach,
    actor: Actor,
    language: Language,
    request_id: Option<RequestId>,
}

#[derive(Clone, Copy, Debug)]
enum Reach {
    Advertiser(AdvertiserId, Role),
    Partner(Role),
    System,
}

/// Who did it, for the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of the partner's staff.
    Staff(StaffId),
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
            Self::System => "system",
            Self::Visitor => "visitor",
            Self::Command => "command",
        }
    }

    pub(crate) fn id(self) -> Option<uuid::Uuid> {
        match self {
            Self::Staff(id) => Some(id.uuid()),
            Self::System | Self::Visitor | Self::Command => None,
        }
    }
}

impl Scope {
    pub(crate) fn staff(id: StaffId, role: Role) -> Self {
        Self {
            reach: Reach::Partner(role),
            actor: Actor::Staff(id),
            language: Language::En,
            request_id: None,
        }
    }

    pub(crate) fn system() -> Self {
        Self {
            reach: Reach::System,
            actor: Actor::System,
            language: Language::En,
            request_id: None,
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
        }
    }

    /// One advertiser's own people.
    pub(crate) fn advertiser(id: AdvertiserId, role: Role, actor: Actor) -> Self {
        Self {
            reach: Reach::Advertiser(id, role),
            actor,
            language: Language::En,
            request_id: None,
        }
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
            Reach::System => true,
        }
    }

    /// Who is asking.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The member of staff who is asking, if it is one.
    #[must_use]
    pub fn staff_id(&self) -> Option<StaffId> {
        match self.actor {
            Actor::Staff(id) => Some(id),
            _ => None,
        }
    }

    pub(crate) fn request_id(&self) -> Option<RequestId> {
        self.request_id
    }

    /// The advertiser it is limited to; none for the partner's view.
    pub(crate) fn only(&self) -> Option<AdvertiserId> {
        match self.reach {
            Reach::Advertiser(id, _) => Some(id),
            Reach::Partner(_) | Reach::System => None,
        }
    }
}
