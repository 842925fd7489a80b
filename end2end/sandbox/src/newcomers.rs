//! People of whom nobody has heard yet: each runs one shop, with a Page, an Instagram account and a WhatsApp Business
//! Account of its own, so that whoever needs somebody without a past has one. They are part of the world from its
//! beginning, but show themselves at the dialog and in lists only once they have arrived.

use crate::{
    ids,
    state::State,
    world::{Business, Instagram, Page, Person, Phone, Role, Waba, World},
};
use serde::Serialize;

/// As many as ever arrive.
pub(crate) const NEWCOMERS: usize = 400;

const KEY: &str = "newcomer-";

/// Somebody who has just arrived, with the ids of what is theirs.
#[derive(Clone, Debug, Serialize)]
pub struct Newcomer {
    /// The key of the person and of everything that is theirs.
    pub key: String,
    /// Their name.
    pub name: String,
    /// Their portfolio.
    pub business: String,
    /// Their Page.
    pub page: String,
    /// Their Instagram account.
    pub instagram: String,
    /// Their WhatsApp Business Account.
    pub waba: String,
}

fn key(number: usize) -> String {
    format!("{KEY}{number:03}")
}

/// Adds all of them to a world.
pub(crate) fn add(world: &mut World, seed: u64) {
    for number in 1..=NEWCOMERS {
        let key = key(number);
        let id = |prefix: &str, digits: usize, what: &str| {
            ids::stable(seed, prefix, digits, &format!("{what}/{key}"))
        };
        let person = Person {
            id: id("122", 14, "person"),
            name: format!("Robin Vale {number:03}"),
            about: format!("Vale Tailors {number:03}"),
            key: key.clone(),
        };
        let business = Business {
            id: id("22", 14, "business"),
            name: format!("Vale Tailors {number:03} Ltd"),
            people: vec![person.id.clone()],
            key: key.clone(),
        };
        let page = Page {
            id: id("10", 13, "page"),
            name: format!("Vale Tailors {number:03}"),
            category: "Tailor".into(),
            business_id: Some(business.id.clone()),
            shared_with: Vec::new(),
            roles: vec![Role {
                person_id: person.id.clone(),
                tasks: ["MANAGE", "MODERATE", "MESSAGING", "ADVERTISE", "ANALYZE"]
                    .map(Into::into)
                    .to_vec(),
            }],
            key: key.clone(),
        };
        world.instagram_accounts.push(Instagram {
            id: id("17841", 12, "instagram"),
            username: format!("vale.tailors.{number:03}"),
            page_id: page.id.clone(),
            business_id: Some(business.id.clone()),
            shares_dataset: false,
            key: key.clone(),
        });
        let waba = id("33", 13, "waba");
        world.whatsapp_accounts.push(Waba {
            name: format!("Vale Tailors {number:03} fittings"),
            business_id: business.id.clone(),
            shared_with: Vec::new(),
            page_id: page.id.clone(),
            // Telephone numbers that are kept free for stories.
            phone_numbers: vec![Phone {
                id: id("106", 12, "phone"),
                number: format!("447700900{number:03}"),
            }],
            events_recorded_on: waba.clone(),
            id: waba,
            key,
        });
        world.people.push(person);
        world.businesses.push(business);
        world.pages.push(page);
    }
}

impl State {
    /// Somebody of whom nobody has heard yet arrives.
    ///
    /// # Errors
    ///
    /// A sentence when everybody has arrived.
    pub fn arrive(&self) -> Result<Newcomer, String> {
        let mut memory = self.memory();
        if memory.arrived == NEWCOMERS {
            return Err("everybody has arrived".into());
        }
        memory.arrived += 1;
        let key = key(memory.arrived);
        let world = self.world();
        let all = || {
            Some(Newcomer {
                name: world.person(&key)?.name.clone(),
                business: world.business(&key)?.id.clone(),
                page: world.page(&key)?.id.clone(),
                instagram: world.instagram(&key)?.id.clone(),
                waba: world.waba(&key)?.id.clone(),
                key: key.clone(),
            })
        };
        all().ok_or_else(|| "the world has nobody of this key".into())
    }

    /// Whether whoever and whatever has this key shows itself in lists.
    pub(crate) fn is_here(&self, key: &str) -> bool {
        let number = key
            .strip_prefix(KEY)
            .and_then(|it| it.parse::<usize>().ok());
        number.is_none_or(|number| number <= self.peek().arrived)
    }

    /// The people who show themselves.
    pub(crate) fn people(&self) -> impl Iterator<Item = &Person> {
        self.world()
            .people
            .iter()
            .filter(|it| self.is_here(&it.key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_asset_of_each_kind_in_a_portfolio_of_their_own() {
        let world = World::new(1);
        let newcomer = world.person(&key(7)).unwrap();
        assert_eq!(world.businesses_of(&newcomer.id).count(), 1);
        assert_eq!(world.pages_of(&newcomer.id).count(), 1);
        assert_eq!(world.instagram_of(&newcomer.id).count(), 1);
        assert_eq!(world.wabas_of(&newcomer.id).count(), 1);
        let account = world.instagram(&key(7)).unwrap();
        assert!(!world.is_apart_from_its_page(account));
    }
}
