//! API keys, as people list them.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::{ApiKeyId, KeyScope, KeyStanding};

/// A key, without what makes it one: only its holder knows that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Which.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// How the key begins, so that its holder knows it again.
    pub hint: String,
    /// What it may be used for.
    pub scopes: Vec<KeyScope>,
    /// Whether it can be used.
    pub standing: KeyStanding,
    /// Who made it; empty: somebody at the server.
    pub created_by: String,
    /// When it was made.
    pub created: Moment,
    /// Until when it works; none: until it is revoked.
    pub expires: Option<Moment>,
    /// When it was used last, to the minute.
    pub last_used: Option<Moment>,
}
