//! What a person can choose from.

use super::Ask;
use crate::{
    grant::{Choice, Grant},
    state::State,
    world::Person,
};

/// An asset that the dialog offers: its id and name, and whether it lies in the business that was chosen.
pub(super) struct Offer<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) here: bool,
}

/// The person's Pages, Instagram accounts and WhatsApp accounts, in this order.
pub(super) fn offers<'a>(
    state: &'a State,
    person: &Person,
    business: Option<&str>,
) -> [Vec<Offer<'a>>; 3] {
    let world = state.world();
    let chosen = business;
    let mine: Vec<&str> = world
        .businesses_of(&person.id)
        .map(|it| it.id.as_str())
        .collect();
    let here = |owner: Option<&str>| owner.filter(|it| mine.contains(it)) == chosen;
    let given = |to: &[String]| chosen.is_some_and(|it| to.iter().any(|id| id == it));
    let owner = |page: &str| world.page(page).and_then(|it| it.business_id.as_deref());
    [
        world
            .pages_of(&person.id)
            .map(|it| Offer {
                id: &it.id,
                name: &it.name,
                here: here(it.business_id.as_deref()) || given(&it.shared_with),
            })
            .collect(),
        world
            .instagram_of(&person.id)
            .map(|it| Offer {
                id: &it.id,
                name: &it.username,
                here: here(owner(&it.page_id)) || here(it.business_id.as_deref()),
            })
            .collect(),
        world
            .wabas_of(&person.id)
            .map(|it| Offer {
                id: &it.id,
                name: &it.name,
                here: here(Some(&it.business_id)) || given(&it.shared_with),
            })
            .collect(),
    ]
}

pub(super) const KINDS: [(&str, &str, &str); 3] = [
    ("page", "Which Pages?", "page"),
    ("instagram", "Which Instagram accounts?", "instagram_"),
    ("waba", "Which WhatsApp Business Accounts?", "whatsapp_"),
];

pub(super) fn choices(grant: &Grant) -> [&Choice; 3] {
    [&grant.pages, &grant.instagram, &grant.wabas]
}

/// What the person is asked for: a permission declined before is asked again only with `auth_type=rerequest`.
pub(super) fn askable(ask: &Ask, grant: &Grant) -> Vec<String> {
    let asked =
        |it: &&String| it.as_str() != "public_profile" && (ask.rerequest || !grant.declined(it));
    ask.scopes.iter().filter(asked).cloned().collect()
}
