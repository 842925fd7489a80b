//! Who and what the world consists of, as tables. Every name is invented.

use crate::{
    configurations, ids,
    world::{Business, Customer, Instagram, Page, Person, Phone, Role, Waba, World},
};

/// Key, name, what they are known for.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("hana", "森田 花", "花の木フローリスト"),
    ("kenji", "大西 健司", "すし急便"),
    ("oliver", "Oliver Grant", "Two Tyres Bike Shop"),
    ("maria", "Maria Lindqvist", "Lingua Nord language school"),
    ("takumi", "林 拓海", "そらかぜリージョナル, two portfolios"),
    ("yuki", "白石 由紀", "湯宿 月の音"),
    ("emma", "Emma Clarke", "Crumb & Co. bakery"),
    ("naoki", "江口 直樹", "めがねのそら"),
    ("ravi", "Ravi Menon", "Monsoon Tea Rooms"),
    ("aya", "中原 彩", "ペットサロンわんぽ, may not moderate"),
    ("noah", "Noah Fischer", "Kiln & Clay, no portfolio"),
    ("mei", "小林 芽衣", "かもめ弁当, 31 Pages"),
    ("rin", "Rin Castellan", "Slow River Yoga"),
    ("grace", "Grace Adeyemi", "Harbour Dental"),
    ("shota", "北見 翔太", "北風スポーツ"),
    ("ines", "Inês Duarte", "Atlas Removals"),
    ("chiyo", "田辺 千代", "no Page"),
    ("liam", "Liam Novak", "no Page, no portfolio"),
    ("sora", "三浦 空", "みうら園芸, two of everything"),
    (
        "lena",
        "Lena Brandt",
        "Nordlicht Optik, Instagram in another portfolio",
    ),
];

/// Key, name, the people who belong to it.
const BUSINESSES: &[(&str, &str, &[&str])] = &[
    ("florist", "花の木フローリスト株式会社", &["hana"]),
    ("sushi", "すし急便合同会社", &["kenji"]),
    ("bikes", "Two Tyres Ltd", &["oliver"]),
    ("language", "Lingua Nord AB", &["maria"]),
    ("airline", "そらかぜリージョナル株式会社", &["takumi"]),
    ("cargo", "そらかぜカーゴ株式会社", &["takumi"]),
    ("inn", "湯宿 月の音", &["yuki"]),
    ("bakery", "Crumb & Co. Ltd", &["emma"]),
    ("optician", "めがねのそら", &["naoki"]),
    ("tea", "Monsoon Tea Rooms Pvt", &["ravi"]),
    ("pets", "ペットサロンわんぽ", &["aya"]),
    ("bento", "かもめ弁当ホールディングス", &["mei"]),
    ("yoga", "Slow River Yoga", &["rin"]),
    ("dental", "Harbour Dental Group", &["grace"]),
    ("sports", "北風スポーツ株式会社", &["shota"]),
    ("removals", "Atlas Removals Lda", &["ines"]),
    ("empty", "田辺商店", &["chiyo"]),
    ("garden", "みうら園芸株式会社", &["sora"]),
    ("greens", "みうらグリーンズ合同会社", &["sora"]),
    ("optik", "Nordlicht Optik GmbH", &["lena"]),
    ("agency", "Agentur Brandt", &["lena"]),
];

/// Key, name, category, business, people.
type PageRow = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
);

const PAGES: &[PageRow] = &[
    (
        "florist",
        "花の木フローリスト",
        "Florist",
        Some("florist"),
        &["hana"],
    ),
    (
        "sushi",
        "すし急便",
        "Sushi Restaurant",
        Some("sushi"),
        &["kenji"],
    ),
    (
        "bikes",
        "Two Tyres Bike Shop",
        "Bicycle Shop",
        Some("bikes"),
        &["oliver"],
    ),
    (
        "language",
        "Lingua Nord",
        "Language School",
        Some("language"),
        &["maria"],
    ),
    (
        "language-kids",
        "Lingua Nord Kids",
        "Language School",
        Some("language"),
        &["maria"],
    ),
    (
        "airline",
        "そらかぜリージョナル",
        "Airline Company",
        Some("airline"),
        &["takumi"],
    ),
    (
        "cargo",
        "そらかぜカーゴ",
        "Cargo & Freight Company",
        Some("cargo"),
        &["takumi"],
    ),
    ("inn", "湯宿 月の音", "Inn", Some("inn"), &["yuki"]),
    ("bakery", "Crumb & Co.", "Bakery", Some("bakery"), &["emma"]),
    (
        "optician",
        "めがねのそら",
        "Optician",
        Some("optician"),
        &["naoki"],
    ),
    (
        "tea",
        "Monsoon Tea Rooms",
        "Tea Room",
        Some("tea"),
        &["ravi"],
    ),
    (
        "pets",
        "ペットサロンわんぽ",
        "Pet Groomer",
        Some("pets"),
        &["aya"],
    ),
    ("pottery", "Kiln & Clay", "Art School", None, &["noah"]),
    (
        "yoga",
        "Slow River Yoga",
        "Yoga Studio",
        Some("yoga"),
        &["rin"],
    ),
    (
        "dental",
        "Harbour Dental",
        "Dentist",
        Some("dental"),
        &["grace", "ines"],
    ),
    (
        "sports",
        "北風スポーツ",
        "Sporting Goods Store",
        Some("sports"),
        &["shota"],
    ),
    (
        "removals",
        "Atlas Removals",
        "Moving Company",
        Some("removals"),
        &["ines"],
    ),
    (
        "garden",
        "みうら園芸",
        "Garden Center",
        Some("garden"),
        &["sora"],
    ),
    (
        "garden-cafe",
        "みうら園芸カフェ",
        "Cafe",
        Some("garden"),
        &["sora"],
    ),
    (
        "greens",
        "みうらグリーンズ",
        "Landscape Company",
        Some("greens"),
        &["sora"],
    ),
    (
        "optik",
        "Nordlicht Optik",
        "Optician",
        Some("optik"),
        &["lena"],
    ),
];

/// The branches of the lunch-box chain: more Pages than one answer of `/me/accounts` holds.
const BRANCHES: &[&str] = &[
    "札幌",
    "函館",
    "青森",
    "盛岡",
    "仙台",
    "秋田",
    "山形",
    "福島",
    "水戸",
    "宇都宮",
    "前橋",
    "大宮",
    "千葉",
    "渋谷",
    "新宿",
    "上野",
    "横浜",
    "新潟",
    "富山",
    "金沢",
    "長野",
    "静岡",
    "名古屋",
    "京都",
    "大阪",
    "神戸",
    "岡山",
    "広島",
    "高松",
    "福岡",
    "那覇",
];

/// Portfolio and Page that it was given.
const SHARED_PAGES: &[(&str, &str)] = &[("garden", "greens")];

/// Page, portfolio if not the Page's, handle, shares the Page's dataset.
type InstagramRow = (&'static str, Option<&'static str>, &'static str, bool);

const INSTAGRAM: &[InstagramRow] = &[
    ("florist", None, "hananoki_florist", false),
    ("bakery", None, "crumbandco", true),
    ("tea", None, "monsoontearooms", false),
    ("optician", None, "megane_no_sora", false),
    ("pottery", None, "kilnandclay", false),
    ("language", None, "linguanord", true),
    ("language-kids", None, "linguanord.kids", false),
    ("garden", None, "miura_engei", true),
    ("garden-cafe", None, "miura_cafe", false),
    ("optik", Some("agency"), "nordlicht.optik", false),
];

/// A WhatsApp Business Account as a row.
struct WabaRow {
    key: &'static str,
    business: &'static str,
    name: &'static str,
    /// The Page whose ads lead there.
    page: &'static str,
    phones: &'static [&'static str],
    shared_with: &'static [&'static str],
    /// `whatsapp_business_manage_events` is recorded on the portfolio.
    events_on_business: bool,
}

const fn waba(
    key: &'static str,
    business: &'static str,
    name: &'static str,
    page: &'static str,
    phones: &'static [&'static str],
) -> WabaRow {
    WabaRow {
        key,
        business,
        name,
        page,
        phones,
        shared_with: &[],
        events_on_business: false,
    }
}

const WABAS: &[WabaRow] = &[
    waba(
        "sushi",
        "sushi",
        "すし急便 ご注文",
        "sushi",
        &["815055500101"],
    ),
    waba(
        "bikes",
        "bikes",
        "Two Tyres workshop",
        "bikes",
        &["441174960102"],
    ),
    waba(
        "language",
        "language",
        "Lingua Nord enrolment",
        "language",
        &["46850550103"],
    ),
    WabaRow {
        events_on_business: true,
        ..waba(
            "airline",
            "airline",
            "そらかぜ ご予約",
            "airline",
            &["815055500104"],
        )
    },
    waba(
        "florist",
        "florist",
        "花の木 ご相談",
        "florist",
        &["815055500105"],
    ),
    waba(
        "garden",
        "garden",
        "みうら園芸 お問い合わせ",
        "garden",
        &["815055500106", "815055500107"],
    ),
    waba(
        "garden-cafe",
        "garden",
        "みうら園芸カフェ ご予約",
        "garden-cafe",
        &[],
    ),
    WabaRow {
        shared_with: &["garden"],
        ..waba(
            "greens",
            "greens",
            "みうらグリーンズ",
            "greens",
            &["815055500108"],
        )
    },
    waba("inn", "inn", "湯宿 月の音 ご予約", "inn", &["815055500109"]),
];

const CUSTOMERS: &[(&str, &str)] = &[
    ("aoi", "佐伯 葵"),
    ("ren", "藤本 蓮"),
    ("sakura", "西村 さくら"),
    ("daichi", "村井 大地"),
    ("misaki", "岡部 美咲"),
    ("haruto", "柴田 陽翔"),
    ("lucy", "Lucy Hartwell"),
    ("mateo", "Mateo Álvarez"),
    ("freya", "Freya Nilsen"),
    ("amara", "Amara Okafor"),
    ("jonas", "Jonas Weber"),
    ("zoe", "Zoë Laurent"),
];

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
