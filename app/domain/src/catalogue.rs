//! What Meta's error codes mean for us: what to do, and whose turn it is. The sentences are in `text`.
//!
//! Only numbers decide: Meta's texts change, and follow the reader's language.

use crate::{Health, text_enum::text_enum};

text_enum! {
    /// What delivery does about an error.
    Class {
        /// Try again later: certainly not counted.
        Retry = "retry",
        /// Everything that uses our app pauses.
        PauseApp = "pause_app",
        /// This connection pauses.
        PauseConnection = "pause_connection",
        /// Everything of the advertiser's business pauses.
        PauseBusiness = "pause_business",
        /// Hold the events until the advertiser has logged in again.
        Park = "park",
        /// The event itself is wrong: rejected. The only class for which a batch may be split.
        FixEvent = "fix_event",
        /// The link between dataset and asset is wrong: hold the events.
        FixLink = "fix_link",
        /// Our app or its settings are wrong: hold the events.
        FixApp = "fix_app",
    }
}

text_enum! {
    /// Who has to act next.
    Actor {
        /// Nobody here: Meta.
        Meta = "meta",
        /// The partner, in the app's settings or in Patchbay.
        Partner = "partner",
        /// The advertiser, at Meta.
        Advertiser = "advertiser",
        /// Whoever sent the event.
        Sender = "sender",
    }
}

/// Everything we know about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cause {
    /// What delivery does.
    pub class: Class,
    /// Whose turn it is.
    pub actor: Actor,
    /// Which row of the catalogue; the sentences hang on it.
    pub key: CauseKey,
}

macro_rules! catalogue {
    ($( $(#[$meta:meta])* $key:ident = $text:literal, $class:ident, $actor:ident; )+) => {
        text_enum! {
            /// One row of the error catalogue.
            CauseKey {
                $( $(#[$meta])* $key = $text, )+
            }
        }

        impl CauseKey {
            /// The row in full.
            pub const fn cause(self) -> Cause {
                match self {
                    $( Self::$key => Cause { class: Class::$class, actor: Actor::$actor, key: self }, )+
                }
            }
        }
    };
}

catalogue! {
    /// No code: the staff have yet to confirm what somebody connected by a link.
    AwaitingConfirmation = "awaiting_confirmation", Park, Partner;
    /// 1, 2 and negative codes: Meta failed inside.
    MetaFailed = "meta_failed", Retry, Meta;
    /// Any other error that Meta calls transient.
    MetaTransient = "meta_transient", Retry, Meta;
    /// 4, 341: too many calls of our app.
    AppLimit = "app_limit", PauseApp, Meta;
    /// 17: too many calls of this user.
    UserLimit = "user_limit", PauseConnection, Meta;
    /// 32: too many calls for this Page.
    PageLimit = "page_limit", PauseConnection, Meta;
    /// 613: too many calls of this kind.
    CallLimit = "call_limit", PauseConnection, Meta;
    /// 80000 to 80014: too many calls for this business.
    BusinessLimit = "business_limit", PauseBusiness, Meta;
    /// 368: blocked for a while by policy.
    PolicyBlock = "policy_block", PauseConnection, Partner;
    /// 190/458: the advertiser removed our app.
    AppRemoved = "app_removed", Park, Advertiser;
    /// `account_update` ACCOUNT_DELETED: the WhatsApp Business Account is gone.
    AccountDeleted = "account_deleted", Park, Advertiser;
    /// `account_update` DISABLED_UPDATE: Meta banned the WhatsApp Business Account.
    AccountDisabled = "account_disabled", Park, Advertiser;
    /// 190/459: the person has to pass a security check at Facebook.
    Checkpoint = "checkpoint", Park, Advertiser;
    /// 190/460: the person changed their password.
    PasswordChanged = "password_changed", Park, Advertiser;
    /// 190/463: the token's time is over.
    TokenExpired = "token_expired", Park, Advertiser;
    /// 190/464: the person's account is not confirmed.
    AccountUnconfirmed = "account_unconfirmed", Park, Advertiser;
    /// 190/492: the person lost their role on the Page.
    PageRoleLost = "page_role_lost", Park, Advertiser;
    /// 102, 190, 190/467 and every other: the token is not valid.
    TokenInvalid = "token_invalid", Park, Advertiser;
    /// 200 to 299: the token lacks a permission.
    PermissionMissing = "permission_missing", Park, Advertiser;
    /// 3, 10: our app lacks the access level.
    AppLacksPermission = "app_lacks_permission", FixApp, Partner;
    /// 101, 104: app id, app secret or the proof made of it is wrong.
    AppSecretWrong = "app_secret_wrong", FixApp, Partner;
    /// 2500: we asked for something that does not exist.
    CallMalformed = "call_malformed", FixApp, Partner;
    /// 100/33, 803: the dataset does not exist or the token cannot see it.
    ObjectMissing = "object_missing", FixLink, Partner;
    /// 1784028: the business may not advertise, so it cannot have a dataset.
    AdvertisingBarred = "advertising_barred", FixLink, Advertiser;
    /// 2804065: the Page does not match the dataset.
    PageNotOfDataset = "page_not_of_dataset", FixLink, Partner;
    /// 2804118, 2804117: the WhatsApp Business Account or the click does not match the dataset.
    WabaNotOfDataset = "waba_not_of_dataset", FixLink, Partner;
    /// 2804131: no Page is linked to the dataset.
    DatasetWithoutPage = "dataset_without_page", FixLink, Partner;
    /// 2804132: no WhatsApp Business Account is linked to the dataset.
    DatasetWithoutWaba = "dataset_without_waba", FixLink, Partner;
    /// 2804133: no Instagram account is linked to the dataset.
    DatasetWithoutInstagram = "dataset_without_instagram", FixLink, Advertiser;
    /// The doctor: our clock and Meta's are too far apart.
    ClockSkewed = "clock_skewed", FixApp, Partner;
    /// The doctor: Meta knows no such version of the Graph API.
    VersionUnknown = "version_unknown", FixApp, Partner;
    /// The doctor: the token was given to another app.
    TokenOfOtherApp = "token_of_other_app", Park, Advertiser;
    /// The doctor: the token no longer reaches the Page, the account or the WABA.
    AssetUnreachable = "asset_unreachable", FixLink, Advertiser;
    /// The doctor: the asset has no dataset at Meta, or none here.
    DatasetUnlinked = "dataset_unlinked", FixLink, Partner;
    /// The doctor: Meta links another dataset to the asset today than the one that is recorded here.
    DatasetDrifted = "dataset_drifted", FixLink, Partner;
    /// The doctor: Meta has shut the dataset.
    DatasetUnavailable = "dataset_unavailable", FixLink, Advertiser;
    /// The doctor: the asset's webhooks no longer come to our app.
    WebhookMissing = "webhook_missing", FixLink, Partner;
    /// The doctor: they come without a field that conversations need.
    WebhookFieldsMissing = "webhook_fields_missing", FixLink, Partner;
    /// The doctor: nobody writes any more to what was written to regularly. Sending goes on.
    AssetSilent = "asset_silent", Retry, Partner;
    /// The doctor: messages come without clicks, on WhatsApp, though clicks came before. Sending goes on.
    ClicksMissing = "clicks_missing", Retry, Partner;
    /// 2804003.
    TimeTooOld = "time_too_old", FixEvent, Sender;
    /// 2804004.
    TimeInFuture = "time_in_future", FixEvent, Sender;
    /// 2804008.
    ContentIdMissing = "content_id_missing", FixEvent, Sender;
    /// 2804009.
    ValueMissing = "value_missing", FixEvent, Sender;
    /// 2804023.
    ValueWithoutCurrency = "value_without_currency", FixEvent, Sender;
    /// 2804036.
    LeadUnknown = "lead_unknown", FixEvent, Sender;
    /// 2804043.
    AppDataInvalid = "app_data_invalid", FixEvent, Sender;
    /// 2804050.
    IdentityMissing = "identity_missing", FixEvent, Sender;
    /// 2804063.
    ChannelMissing = "channel_missing", FixEvent, Sender;
    /// 2804064.
    KeyForbidden = "key_forbidden", FixEvent, Sender;
    /// 2804066.
    NameUnknown = "name_unknown", FixEvent, Sender;
    /// 2804069.
    PageMissing = "page_missing", FixEvent, Sender;
    /// 2804071.
    PersonMissing = "person_missing", FixEvent, Sender;
    /// 2804072.
    PageNotOfAd = "page_not_of_ad", FixEvent, Sender;
    /// 2804073.
    PersonNotOfPage = "person_not_of_page", FixEvent, Sender;
    /// 2804075.
    InstagramPersonMissing = "instagram_person_missing", FixEvent, Sender;
    /// 2804079.
    InstagramAccountMissing = "instagram_account_missing", FixEvent, Sender;
    /// 2804081.
    CurrencyMissing = "currency_missing", FixEvent, Sender;
    /// 2804087.
    ClickUnknown = "click_unknown", FixEvent, Sender;
    /// 2804116.
    WhatsappAccountMissing = "whatsapp_account_missing", FixEvent, Sender;
    /// Any other 100: Meta found something invalid.
    ParameterInvalid = "parameter_invalid", FixEvent, Sender;
    /// A subcode of Meta's that the catalogue does not know yet.
    SubcodeUnknown = "subcode_unknown", FixEvent, Partner;
    /// A code that the catalogue does not know yet: hold the events rather than lose them.
    CodeUnknown = "code_unknown", Park, Partner;
}

/// Finds the row for an error of Meta's. Limits and tokens come before `is_transient`, which Meta sets on some of them.
pub fn classify(code: i64, subcode: Option<i64>, is_transient: bool) -> Cause {
    key(code, subcode, is_transient).cause()
}

fn key(code: i64, subcode: Option<i64>, is_transient: bool) -> CauseKey {
    use CauseKey::*;
    match (code, subcode) {
        (4 | 341, _) => AppLimit,
        (17, _) => UserLimit,
        (32, _) => PageLimit,
        (613, _) => CallLimit,
        (80000..=80014, _) => BusinessLimit,
        (368, _) => PolicyBlock,
        (102 | 190, Some(458)) => AppRemoved,
        (102 | 190, Some(459)) => Checkpoint,
        (102 | 190, Some(460)) => PasswordChanged,
        (102 | 190, Some(463)) => TokenExpired,
        (102 | 190, Some(464)) => AccountUnconfirmed,
        (102 | 190, Some(492)) => PageRoleLost,
        (102 | 190, _) => TokenInvalid,
        (1 | 2, _) => MetaFailed,
        (code, _) if code < 0 => MetaFailed,
        _ if is_transient => MetaTransient,
        (1784028, _) | (_, Some(1784028)) => AdvertisingBarred,
        (200..=299, _) => PermissionMissing,
        (3 | 10, _) => AppLacksPermission,
        (101 | 104, _) => AppSecretWrong,
        (2500, _) => CallMalformed,
        (803, _) | (100, Some(33)) => ObjectMissing,
        (100, Some(subcode)) => of_events(subcode),
        (100, None) => ParameterInvalid,
        _ => CodeUnknown,
    }
}

/// The subcodes of `/events`, all under code 100. Meta publishes no list: these were reported from practice.
const fn of_events(subcode: i64) -> CauseKey {
    use CauseKey::*;
    match subcode {
        2804003 => TimeTooOld,
        2804004 => TimeInFuture,
        2804008 => ContentIdMissing,
        2804009 => ValueMissing,
        2804023 => ValueWithoutCurrency,
        2804036 => LeadUnknown,
        2804043 => AppDataInvalid,
        2804050 => IdentityMissing,
        2804063 => ChannelMissing,
        2804064 => KeyForbidden,
        2804065 => PageNotOfDataset,
        2804066 => NameUnknown,
        2804069 => PageMissing,
        2804071 => PersonMissing,
        2804072 => PageNotOfAd,
        2804073 => PersonNotOfPage,
        2804075 => InstagramPersonMissing,
        2804079 => InstagramAccountMissing,
        2804081 => CurrencyMissing,
        2804087 => ClickUnknown,
        2804116 => WhatsappAccountMissing,
        2804117 | 2804118 => WabaNotOfDataset,
        2804131 => DatasetWithoutPage,
        2804132 => DatasetWithoutWaba,
        2804133 => DatasetWithoutInstagram,
        _ => SubcodeUnknown,
    }
}

impl CauseKey {
    /// Whether subscribing to the asset's messages again is what mends it.
    pub const fn needs_subscription(self) -> bool {
        matches!(self, Self::WebhookMissing | Self::WebhookFieldsMissing)
    }

    /// Whether it is about what comes in: that events go out well says nothing of it.
    pub const fn is_inbound(self) -> bool {
        matches!(self, Self::AssetSilent | Self::ClicksMissing)
    }
}

impl Cause {
    /// What the error says about the connection; `None` where it says nothing.
    pub const fn health(self) -> Option<Health> {
        match (self.class, self.key) {
            (_, CauseKey::AwaitingConfirmation) => None, // nothing ails it: somebody has yet to agree
            (_, CauseKey::CodeUnknown) => Some(Health::Degraded),
            (Class::Retry, _) => Some(Health::Degraded),
            (Class::Park, _) => Some(Health::Reconnect),
            (Class::FixLink | Class::FixApp, _) => Some(Health::Misconfigured),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;
    use proptest::prelude::*;

    #[test]
    fn the_rows_of_the_catalogue() {
        use CauseKey::*;
        let cases = [
            (1, None, false, MetaFailed),
            (2, Some(99), true, MetaFailed),
            (-1, None, false, MetaFailed),
            (4, None, true, AppLimit),
            (341, None, false, AppLimit),
            (17, Some(2446079), false, UserLimit),
            (32, None, false, PageLimit),
            (613, Some(1487742), false, CallLimit),
            (80004, None, true, BusinessLimit),
            (80014, None, false, BusinessLimit),
            (80015, None, false, CodeUnknown),
            (368, None, false, PolicyBlock),
            (190, Some(458), false, AppRemoved),
            (190, Some(463), true, TokenExpired),
            (190, None, false, TokenInvalid),
            (190, Some(467), false, TokenInvalid),
            (102, None, false, TokenInvalid),
            (3, None, false, AppLacksPermission),
            (10, None, false, AppLacksPermission),
            (200, None, false, PermissionMissing),
            (299, None, false, PermissionMissing),
            (104, None, false, AppSecretWrong),
            (2500, None, false, CallMalformed),
            (803, None, false, ObjectMissing),
            (100, Some(33), false, ObjectMissing),
            (100, Some(1784028), false, AdvertisingBarred),
            (100, Some(2804050), true, MetaTransient),
            (100, Some(2804131), false, DatasetWithoutPage),
            (100, Some(2899999), false, SubcodeUnknown),
            (100, None, false, ParameterInvalid),
            (5, None, false, CodeUnknown),
            (5, None, true, MetaTransient),
        ];
        for (code, subcode, is_transient, expected) in cases {
            assert_eq!(
                classify(code, subcode, is_transient).key,
                expected,
                "{code} {subcode:?}"
            );
        }
    }

    #[test]
    fn every_subcode_that_a_rule_foresees_is_known() {
        for rule in Rule::ALL {
            if let Some(subcode) = rule.meta_subcode() {
                let cause = classify(100, Some(subcode.into()), false);
                assert_ne!(cause.key, CauseKey::SubcodeUnknown, "{rule}");
                assert!(
                    matches!(cause.class, Class::FixEvent | Class::FixLink),
                    "{rule}"
                );
            }
        }
    }

    #[test]
    fn only_a_verdict_on_the_token_asks_for_a_new_login() {
        for key in CauseKey::ALL {
            let cause = key.cause();
            if cause.health() == Some(Health::Reconnect) {
                assert_eq!(cause.actor, Actor::Advertiser, "{key}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_error_has_a_row(code: i64, subcode: Option<i64>, is_transient: bool) {
            let _ = classify(code, subcode, is_transient);
        }
    }
}
