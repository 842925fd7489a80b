//! The world of a seed, from the tables.

use crate::{
    configurations, ids, newcomers,
    tables::{
        BRANCHES, BUSINESSES, CLINICS, CUSTOMERS, INSTAGRAM, PAGES, PEOPLE, SHARED_PAGES, WABAS,
    },
    world::{Business, Customer, Instagram, Page, Person, Phone, Role, Waba, World},
};

/// Builds the world of a seed from the tables.
pub(crate) fn world(seed: u64) -> World {
    let person = |key: &str| ids::stable(seed, "122", 14, &format!("person/{key}"));
    let business = |key: &str| ids::stable(seed, "22", 14, &format!("business/{key}"));
    let page = |key: &str| ids::stable(seed, "10", 13, &format!("page/{key}"));

    let mut pages: Vec<Page> = PAGES
        .iter()
        .map(|(key, name, category, owner, people)| Page {
            key: (*key).into(),
            id: page(key),
            name: (*name).into(),
            category: (*category).into(),
            business_id: owner.map(business),
            shared_with: SHARED_PAGES
                .iter()
                .filter(|(_, shared)| shared == key)
                .map(|(to, _)| business(to))
                .collect(),
            roles: people
                .iter()
                .map(|it| Role {
                    person_id: person(it),
                    tasks: tasks(it, key),
                })
                .collect(),
        })
        .collect();
    let mut branch = |key: String, name: String, category: &str, owner: &str, manager: &str| {
        pages.push(Page {
            id: page(&key),
            name,
            category: category.into(),
            business_id: Some(business(owner)),
            shared_with: Vec::new(),
            roles: vec![Role {
                person_id: person(manager),
                tasks: tasks(manager, &key),
            }],
            key,
        });
    };
    for (number, town) in BRANCHES.iter().enumerate() {
        let key = format!("bento-{:02}", number + 1);
        branch(key, format!("かもめ弁当 {town}店"), "Deli", "bento", "mei");
    }
    for (number, town) in CLINICS.iter().enumerate() {
        let name = format!("ひかり歯科 {town}");
        branch(clinic(number), name, "Dentist", "clinics", "nozomi");
    }
    let mut instagram_accounts: Vec<Instagram> = INSTAGRAM
        .iter()
        .map(|(key, owner, username, shares_dataset)| Instagram {
            key: (*key).into(),
            id: ids::stable(seed, "17841", 12, &format!("instagram/{key}")),
            username: (*username).into(),
            page_id: page(key),
            business_id: owner.map(business).or_else(|| owner_of(key).map(business)),
            shares_dataset: *shares_dataset,
        })
        .collect();
    instagram_accounts.extend((0..CLINICS.len()).map(|number| {
        let key = clinic(number);
        Instagram {
            id: ids::stable(seed, "17841", 12, &format!("instagram/{key}")),
            username: format!("hikari_shika_{:02}", number + 1),
            page_id: page(&key),
            business_id: Some(business("clinics")),
            shares_dataset: false,
            key,
        }
    }));
    let phone = |number: &str| Phone {
        id: ids::stable(seed, "106", 12, &format!("phone/{number}")),
        number: number.into(),
    };
    let waba = |key: &str| ids::stable(seed, "33", 13, &format!("waba/{key}"));
    let mut whatsapp_accounts: Vec<Waba> = WABAS
        .iter()
        .map(|row| Waba {
            key: row.key.into(),
            id: waba(row.key),
            name: row.name.into(),
            business_id: business(row.business),
            shared_with: row.shared_with.iter().map(|it| business(it)).collect(),
            page_id: page(row.page),
            phone_numbers: row.phones.iter().map(|it| phone(it)).collect(),
            events_recorded_on: if row.events_on_business {
                business(row.business)
            } else {
                waba(row.key)
            },
        })
        .collect();
    whatsapp_accounts.extend(CLINICS.iter().enumerate().map(|(number, town)| {
        let key = clinic(number);
        Waba {
            id: waba(&key),
            name: format!("ひかり歯科 {town} ご予約"),
            business_id: business("clinics"),
            shared_with: Vec::new(),
            page_id: page(&key),
            phone_numbers: vec![phone(&format!("8150555002{:02}", number + 1))],
            events_recorded_on: waba(&key),
            key,
        }
    }));

    let mut world = World {
        people: PEOPLE
            .iter()
            .map(|(key, name, about)| Person {
                key: (*key).into(),
                id: person(key),
                name: (*name).into(),
                about: (*about).into(),
            })
            .collect(),
        businesses: BUSINESSES
            .iter()
            .map(|(key, name, people)| Business {
                key: (*key).into(),
                id: business(key),
                name: (*name).into(),
                people: people.iter().map(|it| person(it)).collect(),
            })
            .collect(),
        pages,
        instagram_accounts,
        whatsapp_accounts,
        customers: CUSTOMERS
            .iter()
            .map(|(key, name)| Customer {
                key: (*key).into(),
                name: (*name).into(),
            })
            .collect(),
        configurations: configurations::all(),
        website_dataset: ids::stable(seed, "88", 14, "dataset/website"),
    };
    newcomers::add(&mut world, seed);
    world
}

/// The key of a dental clinic's Page and accounts.
fn clinic(number: usize) -> String {
    format!("clinic-{:02}", number + 1)
}

fn owner_of(page: &str) -> Option<&'static str> {
    let (.., owner, _) = PAGES.iter().find(|(key, ..)| *key == page)?;
    *owner
}

/// Everyone manages their Pages, except Aya, who only advertises and answers; Inês helps the dentist with ads.
fn tasks(person: &str, page: &str) -> Vec<String> {
    let tasks: &[&str] = match (person, page) {
        ("aya", "pets") => &["ADVERTISE", "ANALYZE", "MESSAGING"],
        ("ines", "dental") => &["ADVERTISE", "ANALYZE"],
        _ => &[
            "MANAGE",
            "CREATE_CONTENT",
            "MODERATE",
            "MESSAGING",
            "ADVERTISE",
            "ANALYZE",
        ],
    };
    tasks.iter().map(|it| (*it).into()).collect()
}
