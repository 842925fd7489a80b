//! The world of a seed, from the tables.

use crate::{
    configurations, ids,
    tables::{BRANCHES, BUSINESSES, CUSTOMERS, INSTAGRAM, PAGES, PEOPLE, SHARED_PAGES, WABAS},
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
    pages.extend(BRANCHES.iter().enumerate().map(|(number, branch)| {
        let key = format!("bento-{:02}", number + 1);
        Page {
            id: page(&key),
            name: format!("かもめ弁当 {branch}店"),
            category: "Deli".into(),
            business_id: Some(business("bento")),
            shared_with: Vec::new(),
            roles: vec![Role {
                person_id: person("mei"),
                tasks: tasks("mei", &key),
            }],
            key,
        }
    }));

    World {
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
        instagram_accounts: INSTAGRAM
            .iter()
            .map(|(key, owner, username, shares_dataset)| Instagram {
                key: (*key).into(),
                id: ids::stable(seed, "17841", 12, &format!("instagram/{key}")),
                username: (*username).into(),
                page_id: page(key),
                business_id: owner.map(business).or_else(|| owner_of(key).map(business)),
                shares_dataset: *shares_dataset,
            })
            .collect(),
        whatsapp_accounts: WABAS
            .iter()
            .map(|row| {
                let id = ids::stable(seed, "33", 13, &format!("waba/{}", row.key));
                Waba {
                    key: row.key.into(),
                    name: row.name.into(),
                    business_id: business(row.business),
                    shared_with: row.shared_with.iter().map(|it| business(it)).collect(),
                    page_id: page(row.page),
                    phone_numbers: row
                        .phones
                        .iter()
                        .map(|number| Phone {
                            id: ids::stable(seed, "106", 12, &format!("phone/{number}")),
                            number: (*number).into(),
                        })
                        .collect(),
                    events_recorded_on: if row.events_on_business {
                        business(row.business)
                    } else {
                        id.clone()
                    },
                    id,
                }
            })
            .collect(),
        customers: CUSTOMERS
            .iter()
            .map(|(key, name)| Customer {
                key: (*key).into(),
                name: (*name).into(),
            })
            .collect(),
        configurations: configurations::all(),
        website_dataset: ids::stable(seed, "88", 14, "dataset/website"),
    }
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
