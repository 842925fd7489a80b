//! The partner Kaede Messaging, its staff, and its advertisers with what happened to each. Every name is invented.

use domain::{Channel, Language, Role};

/// Who the demo signs in as.
pub(crate) const OWNER_EMAIL: &str = "aiko@kaede.example";

/// What the partner is called, in English and in Japanese.
pub(crate) const PARTNER: (&str, &str) = ("Kaede Messaging", "カエデメッセージング");

/// Email, name, role, language.
pub(crate) const STAFF: [(&str, &str, Role, Language); 3] = [
    (OWNER_EMAIL, "楓 愛子 (Aiko)", Role::Owner, Language::Ja),
    (
        "daniel@kaede.example",
        "Daniel Reyes",
        Role::Operator,
        Language::En,
    ),
    (
        "mina@kaede.example",
        "Mina Park",
        Role::Support,
        Language::En,
    ),
];

/// Advertisers' own people: the reference of theirs, email, name, role, language.
pub(crate) const PEOPLE: [(&str, &str, &str, Role, Language); 4] = [
    (
        "KD-1001",
        "hana@flowers.example",
        "木下 花",
        Role::AdvertiserAdmin,
        Language::Ja,
    ),
    (
        "KD-1001",
        "shop@flowers.example",
        "店舗スタッフ",
        Role::AdvertiserViewer,
        Language::Ja,
    ),
    (
        "KD-1003",
        "oliver@twotyres.example",
        "Oliver Marsh",
        Role::AdvertiserAdmin,
        Language::En,
    ),
    (
        "KD-1004",
        "maria@linguanord.example",
        "Maria Lindqvist",
        Role::AdvertiserViewer,
        Language::En,
    ),
];

/// An advertiser and its story.
pub(crate) struct Seed {
    pub name: &'static str,
    pub language: Language,
    pub time_zone: &'static str,
    pub reference: &'static str,
    /// Who logs in at Meta, by the simulated Meta's key; none if nobody ever did.
    pub person: Option<&'static str>,
    /// The business chosen in the dialog.
    pub business: &'static str,
    /// The Pages connected, by key.
    pub pages: &'static [&'static str],
    /// What else is connected, by the simulated Meta's key.
    pub more: &'static [(Channel, &'static str)],
    /// Conversions on an ordinary day.
    pub daily: u32,
    pub currency: &'static str,
    /// What a sale is worth, from and to.
    pub price: (u32, u32),
    pub story: Story,
}

/// What is particular about an advertiser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    /// All is well.
    Healthy,
    /// Took the app out of its account yesterday.
    TokenRevoked,
    /// Did not grant `business_management`: cannot see its dataset.
    NoBusinessManagement,
    /// Somebody gave its Page another dataset at Meta two days ago.
    DatasetDrifted,
    /// Meta's line broke a few times after the request: results unknown.
    SomeUnconfirmed,
    /// Pressed *Cancel* in the dialog.
    Declined,
    /// Left out a permission that is needed.
    MissingScope,
    /// The person has no Page.
    NoPage,
    /// Logged in, but nobody has chosen a Page yet.
    ChoosingPages,
    /// Not begun.
    NotBegun,
    /// Left the partner last month.
    Archived,
}

const TOKYO: &str = "Asia/Tokyo";

pub(crate) const ADVERTISERS: [Seed; 14] = [
    seed(
        "花の木フローリスト",
        Language::Ja,
        TOKYO,
        "KD-1001",
        Some("hana"),
        "florist",
        &["florist"],
        14,
        "JPY",
        (2_800, 12_000),
        Story::Healthy,
    )
    .and(&[
        (Channel::Instagram, "florist"),
        (Channel::Whatsapp, "florist"),
    ]),
    seed(
        "すし急便",
        Language::Ja,
        TOKYO,
        "KD-1002",
        Some("kenji"),
        "sushi",
        &["sushi"],
        22,
        "JPY",
        (1_900, 9_800),
        Story::Healthy,
    )
    .and(&[(Channel::Whatsapp, "sushi")]),
    seed(
        "Two Tyres Bike Shop",
        Language::En,
        "Europe/London",
        "KD-1003",
        Some("oliver"),
        "bikes",
        &["bikes"],
        12,
        "GBP",
        (15, 900),
        Story::TokenRevoked,
    ),
    seed(
        "Lingua Nord",
        Language::En,
        "Europe/Stockholm",
        "KD-1004",
        Some("maria"),
        "language",
        &["language", "language-kids"],
        8,
        "SEK",
        (900, 6_400),
        Story::Healthy,
    )
    .and(&[
        (Channel::Instagram, "language"),
        (Channel::Whatsapp, "language"),
    ]),
    seed(
        "そらかぜリージョナル",
        Language::Ja,
        TOKYO,
        "KD-1005",
        Some("takumi"),
        "airline",
        &["airline"],
        12,
        "JPY",
        (7_800, 42_000),
        Story::SomeUnconfirmed,
    )
    .and(&[(Channel::Whatsapp, "airline")]),
    seed(
        "湯宿 月の音",
        Language::Ja,
        TOKYO,
        "KD-1006",
        Some("yuki"),
        "inn",
        &["inn"],
        5,
        "JPY",
        (18_000, 64_000),
        Story::DatasetDrifted,
    ),
    seed(
        "Crumb & Co.",
        Language::En,
        "Europe/London",
        "KD-1007",
        Some("emma"),
        "bakery",
        &["bakery"],
        10,
        "GBP",
        (4, 60),
        Story::Healthy,
    )
    .and(&[(Channel::Instagram, "bakery")]),
    seed(
        "めがねのそら",
        Language::Ja,
        TOKYO,
        "KD-1008",
        Some("naoki"),
        "optician",
        &["optician"],
        4,
        "JPY",
        (6_600, 33_000),
        Story::NoBusinessManagement,
    ),
    seed(
        "Monsoon Tea Rooms",
        Language::En,
        "Asia/Kolkata",
        "KD-1009",
        Some("ravi"),
        "tea",
        &["tea"],
        0,
        "INR",
        (200, 2_000),
        Story::Declined,
    ),
    seed(
        "ペットサロンわんぽ",
        Language::Ja,
        TOKYO,
        "KD-1010",
        Some("aya"),
        "pets",
        &["pets"],
        3,
        "JPY",
        (4_400, 13_200),
        Story::Healthy,
    ),
    seed(
        "Kiln & Clay",
        Language::En,
        "Europe/Berlin",
        "KD-1011",
        Some("noah"),
        "none",
        &["pottery"],
        0,
        "EUR",
        (20, 140),
        Story::MissingScope,
    ),
    seed(
        "かもめ弁当",
        Language::Ja,
        TOKYO,
        "KD-1012",
        Some("mei"),
        "bento",
        &[],
        0,
        "JPY",
        (500, 3_000),
        Story::ChoosingPages,
    ),
    seed(
        "Slow River Yoga",
        Language::En,
        "Australia/Melbourne",
        "KD-1013",
        None,
        "",
        &[],
        0,
        "AUD",
        (15, 240),
        Story::NotBegun,
    ),
    seed(
        "田辺商店",
        Language::Ja,
        TOKYO,
        "",
        Some("chiyo"),
        "empty",
        &[],
        0,
        "JPY",
        (500, 3_000),
        Story::NoPage,
    ),
];

/// Left, and put away.
pub(crate) const ARCHIVED: Seed = seed(
    "Atlas Removals",
    Language::En,
    "Europe/Lisbon",
    "KD-0970",
    None,
    "",
    &[],
    0,
    "EUR",
    (90, 900),
    Story::Archived,
);

#[expect(clippy::too_many_arguments, reason = "a row of a table")]
const fn seed(
    name: &'static str,
    language: Language,
    time_zone: &'static str,
    reference: &'static str,
    person: Option<&'static str>,
    business: &'static str,
    pages: &'static [&'static str],
    daily: u32,
    currency: &'static str,
    price: (u32, u32),
    story: Story,
) -> Seed {
    Seed {
        name,
        language,
        time_zone,
        reference,
        person,
        business,
        pages,
        more: &[],
        daily,
        currency,
        price,
        story,
    }
}

impl Seed {
    /// The same on further channels.
    const fn and(mut self, more: &'static [(Channel, &'static str)]) -> Self {
        self.more = more;
        self
    }
}
