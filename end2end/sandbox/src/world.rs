//! The people, portfolios and assets that exist. Nothing here changes while the sandbox runs, and the same seed makes
//! the same ids.

use crate::{ids, roster};
use serde::Serialize;

/// Everybody and everything, with ids derived from the seed.
#[derive(Clone, Debug, Serialize)]
pub struct World {
    /// The people who can sign in at the login dialog.
    pub people: Vec<Person>,
    /// Business portfolios.
    pub businesses: Vec<Business>,
    /// Pages.
    pub pages: Vec<Page>,
    /// Instagram professional accounts, each linked to a Page.
    pub instagram_accounts: Vec<Instagram>,
    /// WhatsApp Business Accounts.
    pub whatsapp_accounts: Vec<Waba>,
    /// The people who can write to Pages.
    pub customers: Vec<Customer>,
    /// Login configurations that the dialog accepts as `config_id`.
    pub configurations: Vec<Configuration>,
    /// A website's dataset that no messaging asset is linked to.
    pub website_dataset: String,
}

/// Someone with a Facebook account, who runs Pages or wants to.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// Stable name for programs, such as `hana`.
    pub key: String,
    /// App-scoped user id.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// What they are known for, for the one who chooses at the dialog.
    pub about: String,
}

/// A business portfolio.
#[derive(Clone, Debug, Serialize)]
pub struct Business {
    /// Stable name for programs.
    pub key: String,
    /// Its id.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// Ids of the people who belong to it.
    pub people: Vec<String>,
}

/// A Page.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Stable name for programs, such as `florist`.
    pub key: String,
    /// Its id.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// Meta's word for what the Page is about.
    pub category: String,
    /// The portfolio that owns it, if any.
    pub business_id: Option<String>,
    /// The portfolios that it is shared with: they list it under `client_pages`.
    pub shared_with: Vec<String>,
    /// Who may do what there.
    pub roles: Vec<Role>,
}

/// What one person may do on one Page.
#[derive(Clone, Debug, Serialize)]
pub struct Role {
    /// The person.
    pub person_id: String,
    /// Meta's names of tasks: `MANAGE`, `MODERATE`, `MESSAGING`...
    pub tasks: Vec<String>,
}

/// An Instagram professional account.
#[derive(Clone, Debug, Serialize)]
pub struct Instagram {
    /// Stable name for programs: the Page's.
    pub key: String,
    /// Its id (17 digits, `17841...`).
    pub id: String,
    /// Its handle.
    pub username: String,
    /// The Page it is linked to.
    pub page_id: String,
    /// The portfolio that owns it. Not that of its Page: events are refused with 2804133.
    pub business_id: Option<String>,
    /// The account and its Page are linked to one dataset.
    pub shares_dataset: bool,
}

/// A WhatsApp Business Account.
#[derive(Clone, Debug, Serialize)]
pub struct Waba {
    /// Stable name for programs.
    pub key: String,
    /// Its id.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// The portfolio that owns it.
    pub business_id: String,
    /// The portfolios that it is shared with: they list it under `client_whatsapp_business_accounts`.
    pub shared_with: Vec<String>,
    /// The Page whose ads lead to it.
    pub page_id: String,
    /// Its phone numbers; may be none.
    pub phone_numbers: Vec<Phone>,
    /// What `granular_scopes` names for `whatsapp_business_manage_events`: not always the account.
    pub events_recorded_on: String,
}

/// A phone number of a WhatsApp Business Account.
#[derive(Clone, Debug, Serialize)]
pub struct Phone {
    /// Its id.
    pub id: String,
    /// The number, digits with the country's code.
    pub number: String,
}

/// Someone who writes to Pages.
#[derive(Clone, Debug, Serialize)]
pub struct Customer {
    /// Stable name for programs, such as `aoi`.
    pub key: String,
    /// The name shown.
    pub name: String,
}

/// A Facebook Login for Business configuration.
#[derive(Clone, Debug, Serialize)]
pub struct Configuration {
    /// The `config_id`.
    pub id: String,
    /// What the app's dashboard calls it.
    pub name: String,
    /// It is for Embedded Signup: `FB.login` opens the signup popup instead of the login dialog.
    pub signup: bool,
    /// What it asks for.
    pub scopes: Vec<String>,
    /// It yields a business integration system user token rather than a user token.
    pub system_user: bool,
    /// A system user's token ends after 60 days rather than never.
    pub expires: bool,
}

impl Configuration {
    /// It asks for a permission whose name starts so.
    pub fn asks_for(&self, prefix: &str) -> bool {
        self.scopes.iter().any(|it| it.starts_with(prefix))
    }
}

impl World {
    /// The world of a seed.
    pub fn new(seed: u64) -> Self {
        roster::world(seed)
    }

    /// A person by key or id.
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people
            .iter()
            .find(|it| it.key == name || it.id == name)
    }

    /// A Page by key or id.
    pub fn page(&self, name: &str) -> Option<&Page> {
        self.pages.iter().find(|it| it.key == name || it.id == name)
    }

    /// A business by key or id.
    pub fn business(&self, name: &str) -> Option<&Business> {
        self.businesses
            .iter()
            .find(|it| it.key == name || it.id == name)
    }

    /// An Instagram account by key or id.
    pub fn instagram(&self, name: &str) -> Option<&Instagram> {
        self.instagram_accounts
            .iter()
            .find(|it| it.key == name || it.id == name)
    }

    /// A WhatsApp Business Account by key or id.
    pub fn waba(&self, name: &str) -> Option<&Waba> {
        self.whatsapp_accounts
            .iter()
            .find(|it| it.key == name || it.id == name)
    }

    /// A customer by key.
    pub fn customer(&self, key: &str) -> Option<&Customer> {
        self.customers.iter().find(|it| it.key == key)
    }

    /// The id by which a Page knows a customer: another one on every Page.
    pub fn psid(&self, page_id: &str, customer: &Customer) -> String {
        ids::stable(0, "7", 15, &format!("psid/{page_id}/{}", customer.key))
    }

    /// The id by which an Instagram account knows a customer.
    pub fn igsid(&self, instagram_id: &str, customer: &Customer) -> String {
        ids::stable(
            0,
            "9",
            15,
            &format!("igsid/{instagram_id}/{}", customer.key),
        )
    }

    /// Whom the Page knows by this id.
    pub fn customer_by_psid(&self, page_id: &str, psid: &str) -> Option<&Customer> {
        self.customers
            .iter()
            .find(|it| self.psid(page_id, it) == psid)
    }

    /// Whom the Instagram account knows by this id.
    pub fn customer_by_igsid(&self, instagram_id: &str, igsid: &str) -> Option<&Customer> {
        self.customers
            .iter()
            .find(|it| self.igsid(instagram_id, it) == igsid)
    }

    /// The Pages on which the person has a role, in the world's order.
    pub fn pages_of(&self, person_id: &str) -> impl Iterator<Item = &Page> {
        self.pages
            .iter()
            .filter(move |page| page.role(person_id).is_some())
    }

    /// The portfolios that the person belongs to.
    pub fn businesses_of(&self, person_id: &str) -> impl Iterator<Item = &Business> {
        self.businesses
            .iter()
            .filter(move |it| it.people.iter().any(|id| id == person_id))
    }

    /// The WhatsApp Business Accounts that the person's portfolios own or were given.
    pub fn wabas_of(&self, person_id: &str) -> impl Iterator<Item = &Waba> {
        let mine: Vec<_> = self
            .businesses_of(person_id)
            .map(|it| it.id.as_str())
            .collect();
        self.whatsapp_accounts
            .iter()
            .filter(move |waba| mine.iter().any(|it| waba.is_in(it)))
    }

    /// The account's Page lies in another portfolio, or in none, while the account lies in one.
    pub fn is_apart_from_its_page(&self, instagram: &Instagram) -> bool {
        let page = self.page(&instagram.page_id);
        page.is_some_and(|page| page.business_id != instagram.business_id)
    }

    /// A login configuration by id.
    pub fn configuration(&self, id: &str) -> Option<&Configuration> {
        self.configurations.iter().find(|it| it.id == id)
    }

    /// The Instagram accounts linked to the person's Pages.
    pub fn instagram_of(&self, person_id: &str) -> impl Iterator<Item = &Instagram> {
        let pages: Vec<_> = self.pages_of(person_id).map(|it| it.id.as_str()).collect();
        self.instagram_accounts
            .iter()
            .filter(move |it| pages.contains(&it.page_id.as_str()))
    }
}

impl Waba {
    /// The portfolio owns it or was given it.
    pub fn is_in(&self, business_id: &str) -> bool {
        self.business_id == business_id || self.shared_with.iter().any(|it| it == business_id)
    }
}

impl Page {
    /// The portfolio owns it or was given it.
    pub fn is_in(&self, business_id: &str) -> bool {
        self.business_id.as_deref() == Some(business_id)
            || self.shared_with.iter().any(|it| it == business_id)
    }

    /// What the person may do here; `None` when nothing.
    pub fn role(&self, person_id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.person_id == person_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_world_has_what_the_demo_and_the_tests_need() {
        let world = World::new(1);
        assert!(world.businesses.len() >= 14);
        assert!(world.pages.iter().any(|page| page.business_id.is_none()));
        assert!(
            world
                .people
                .iter()
                .any(|it| world.pages_of(&it.id).count() == 0)
        );
        assert!(
            world
                .people
                .iter()
                .any(|it| world.pages_of(&it.id).count() > 25)
        );
        assert!(world.pages.iter().any(|page| {
            page.roles
                .iter()
                .any(|role| !role.tasks.iter().any(|task| task == "MODERATE"))
        }));
        let sora = world.person("sora").unwrap();
        assert!(world.businesses_of(&sora.id).count() >= 2);
        assert!(world.pages_of(&sora.id).count() >= 3);
        assert!(world.instagram_of(&sora.id).count() >= 2);
        assert!(world.wabas_of(&sora.id).count() >= 3);
        let apart = |it: &&Instagram| world.is_apart_from_its_page(it);
        assert_eq!(world.instagram_accounts.iter().filter(apart).count(), 1);
        let wabas = &world.whatsapp_accounts;
        assert!(wabas.iter().any(|it| it.phone_numbers.len() > 1));
        assert!(wabas.iter().any(|it| it.phone_numbers.is_empty()));
        assert!(wabas.iter().any(|it| it.events_recorded_on != it.id));
    }

    #[test]
    fn ids_are_unique_and_a_person_has_another_psid_on_every_page() {
        let world = World::new(1);
        let mut seen = HashSet::new();
        let ids = world.people.iter().map(|it| &it.id);
        let ids = ids.chain(world.businesses.iter().map(|it| &it.id));
        let ids = ids.chain(world.pages.iter().map(|it| &it.id));
        let ids = ids.chain(world.instagram_accounts.iter().map(|it| &it.id));
        for id in ids.chain(world.whatsapp_accounts.iter().map(|it| &it.id)) {
            assert!(seen.insert(id.clone()), "{id} twice");
        }
        for page in &world.pages {
            for customer in &world.customers {
                let psid = world.psid(&page.id, customer);
                assert!((16..=17).contains(&psid.len()));
                assert!(seen.insert(psid));
            }
        }
    }
}
