//! The tables that the world is built from. Every name is invented.

/// Key, name, what they are known for.
pub(crate) const PEOPLE: &[(&str, &str, &str)] = &[
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
    (
        "nozomi",
        "長岡 希",
        "ひかり歯科, a dozen clinics on every channel",
    ),
];

/// Key, name, the people who belong to it.
pub(crate) const BUSINESSES: &[(&str, &str, &[&str])] = &[
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
    ("clinics", "ひかり歯科グループ", &["nozomi"]),
];

/// Key, name, category, business, people.
pub(crate) type PageRow = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
);

pub(crate) const PAGES: &[PageRow] = &[
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
pub(crate) const BRANCHES: &[&str] = &[
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

/// The dental clinics, each with a Page, an Instagram account and a WhatsApp Business Account.
pub(crate) const CLINICS: &[&str] = &[
    "旭川", "釧路", "弘前", "鶴岡", "会津", "高崎", "川越", "松本", "岐阜", "姫路", "松江", "別府",
];

/// Portfolio and Page that it was given.
pub(crate) const SHARED_PAGES: &[(&str, &str)] = &[("garden", "greens")];

/// Page, portfolio if not the Page's, handle, shares the Page's dataset.
pub(crate) type InstagramRow = (&'static str, Option<&'static str>, &'static str, bool);

pub(crate) const INSTAGRAM: &[InstagramRow] = &[
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
pub(crate) struct WabaRow {
    pub(crate) key: &'static str,
    pub(crate) business: &'static str,
    pub(crate) name: &'static str,
    /// The Page whose ads lead there.
    pub(crate) page: &'static str,
    pub(crate) phones: &'static [&'static str],
    pub(crate) shared_with: &'static [&'static str],
    /// `whatsapp_business_manage_events` is recorded on the portfolio.
    pub(crate) events_on_business: bool,
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

pub(crate) const WABAS: &[WabaRow] = &[
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

pub(crate) const CUSTOMERS: &[(&str, &str)] = &[
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
