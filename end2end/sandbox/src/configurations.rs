//! The app's login configurations, as its dashboard lists them.

use crate::world::Configuration;

/// The configuration for Embedded Signup with every channel.
pub(crate) const SIGNUP: &str = "7700000000000011";

const MESSENGER: &[&str] = &[
    "public_profile",
    "pages_show_list",
    "page_events",
    "pages_messaging",
    "pages_manage_metadata",
    "pages_read_engagement",
    "business_management",
];
const WHATSAPP: &[&str] = &[
    "public_profile",
    "whatsapp_business_management",
    "whatsapp_business_manage_events",
    "whatsapp_business_messaging",
    "business_management",
];
const INSTAGRAM: &[&str] = &[
    "public_profile",
    "pages_show_list",
    "instagram_basic",
    "instagram_manage_events",
    "instagram_manage_messages",
    "pages_manage_metadata",
    "business_management",
];

/// What a configuration yields.
#[derive(Clone, Copy)]
enum Yields {
    UserToken,
    SystemUserToken,
    SixtyDays,
}

/// Id, name, for Embedded Signup, what it yields, the products whose permissions it asks for.
type Row = (
    &'static str,
    &'static str,
    bool,
    Yields,
    &'static [&'static [&'static str]],
);

const ALL: &[Row] = &[
    (
        "7700000000000001",
        "Messenger, user token",
        false,
        Yields::UserToken,
        &[MESSENGER],
    ),
    (
        "7700000000000002",
        "WhatsApp, user token",
        false,
        Yields::UserToken,
        &[WHATSAPP],
    ),
    (
        "7700000000000003",
        "Instagram, user token",
        false,
        Yields::UserToken,
        &[INSTAGRAM],
    ),
    (
        "7700000000000004",
        "Messenger",
        false,
        Yields::SystemUserToken,
        &[MESSENGER],
    ),
    (
        "7700000000000005",
        "WhatsApp",
        false,
        Yields::SystemUserToken,
        &[WHATSAPP],
    ),
    (
        "7700000000000006",
        "Instagram",
        false,
        Yields::SystemUserToken,
        &[INSTAGRAM],
    ),
    (
        "7700000000000007",
        "Messenger, 60 days",
        false,
        Yields::SixtyDays,
        &[MESSENGER],
    ),
    (
        "7700000000000008",
        "Every channel",
        false,
        Yields::SystemUserToken,
        &[MESSENGER, INSTAGRAM, WHATSAPP],
    ),
    (
        "7700000000000010",
        "Embedded Signup, WhatsApp",
        true,
        Yields::SystemUserToken,
        &[WHATSAPP],
    ),
    (
        SIGNUP,
        "Embedded Signup, every channel",
        true,
        Yields::SystemUserToken,
        &[WHATSAPP, MESSENGER, INSTAGRAM],
    ),
    (
        "7700000000000012",
        "Embedded Signup, 60 days",
        true,
        Yields::SixtyDays,
        &[WHATSAPP],
    ),
    // The app has no access to a permission of this one: Meta's dialog fails without a reason.
    (
        "7700000000000099",
        "Asks for what the app may not ask",
        false,
        Yields::UserToken,
        &[MESSENGER, &["leads_retrieval"]],
    ),
];

pub(crate) fn all() -> Vec<Configuration> {
    let configuration = |(id, name, signup, yields, products): &Row| {
        let mut scopes: Vec<String> = Vec::new();
        for scope in products.iter().flat_map(|it| it.iter()) {
            if !scopes.iter().any(|it| it == scope) {
                scopes.push((*scope).into());
            }
        }
        Configuration {
            id: (*id).into(),
            name: (*name).into(),
            signup: *signup,
            scopes,
            system_user: !matches!(yields, Yields::UserToken),
            expires: matches!(yields, Yields::SixtyDays),
        }
    };
    ALL.iter().map(configuration).collect()
}
