//! The errors of Meta's window that have an explanation, by the numbers of Meta's page on the flow's errors
//! (`meta-platform.md` 2.3).

use crate::text_enum::text_enum;

text_enum! {
    /// Why Meta's window could not go on.
    SignupTrouble {
        /// The WhatsApp Business Account is shared with another partner.
        SharedElsewhere = "shared_elsewhere",
        /// The partner has to finish its business verification.
        PartnerUnverified = "partner_unverified",
        /// No more WhatsApp Business Accounts until the business is verified.
        AccountLimit = "account_limit",
        /// The phone number is linked to a Page.
        NumberOnPage = "number_on_page",
        /// Changing from this partner to another is not supported.
        PartnerSwitch = "partner_switch",
        /// The phone number belongs to another business.
        NumberElsewhere = "number_elsewhere",
        /// The phone number is on WhatsApp already and has to be taken off first.
        NumberInUse = "number_in_use",
        /// Too many codes were asked for or tried.
        TooManyTries = "too_many_tries",
        /// The WhatsApp Business Account is restricted.
        AccountRestricted = "account_restricted",
        /// The business may not advertise, so Meta makes no dataset for it.
        AdvertisingProhibited = "advertising_prohibited",
        /// The person has to turn two-factor authentication on.
        TwoFactorNeeded = "two_factor_needed",
        /// The chosen assets were not granted what the signup asks for.
        NotGranted = "not_granted",
    }
}

impl SignupTrouble {
    /// The trouble behind a number, if it is known.
    pub const fn from_code(code: i64) -> Option<Self> {
        Some(match code {
            2_655_049 | 2_494_028 => Self::SharedElsewhere,
            2_494_091 => Self::PartnerUnverified,
            2_388_098 => Self::AccountLimit,
            2_655_082 => Self::NumberOnPage,
            2_655_093 => Self::PartnerSwitch,
            3_441_041 => Self::NumberElsewhere,
            3_441_049 => Self::NumberInUse,
            3_441_033 | 3_441_046 | 1_675_004 | 1_390_006 | 1_390_008 => Self::TooManyTries,
            2_655_089 | 3_441_040 => Self::AccountRestricted,
            1_784_028 => Self::AdvertisingProhibited,
            2_859_009 | 4_612_001 => Self::TwoFactorNeeded,
            1_349_246 => Self::NotGranted,
            _ => return None,
        })
    }
}
