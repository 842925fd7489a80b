//! What the partner's own app needs at Meta before it can connect advertisers, per channel.

use crate::{Channel, MetaPermission, text_enum::text_enum};

text_enum! {
    /// One thing that has to be so at Meta (onboarding guide, step 0; meta-platform 0.1 and 6.2).
    Requirement {
        /// The app is in live mode, so that people without a role on it can log in.
        AppLive = "app_live",
        /// The partner's business is verified.
        BusinessVerified = "business_verified",
        /// Advanced access to `page_events`.
        PageEvents = "page_events",
        /// Advanced access to `pages_messaging`, which brings `page_events` with it.
        PagesMessaging = "pages_messaging",
        /// Advanced access to `pages_manage_metadata`.
        PagesManageMetadata = "pages_manage_metadata",
        /// Advanced access to `pages_show_list`.
        PagesShowList = "pages_show_list",
        /// Advanced access to `business_management`.
        BusinessManagement = "business_management",
        /// Advanced access to `instagram_manage_events`.
        InstagramManageEvents = "instagram_manage_events",
        /// Advanced access to `instagram_manage_messages`, which brings `instagram_manage_events` with it.
        InstagramManageMessages = "instagram_manage_messages",
        /// Advanced access to `instagram_basic`.
        InstagramBasic = "instagram_basic",
        /// Advanced access to `whatsapp_business_management`.
        WhatsappBusinessManagement = "whatsapp_business_management",
        /// Advanced access to `whatsapp_business_manage_events`.
        WhatsappBusinessManageEvents = "whatsapp_business_manage_events",
        /// Advanced access to `whatsapp_business_messaging`, which brings `whatsapp_business_manage_events` with it.
        WhatsappBusinessMessaging = "whatsapp_business_messaging",
        /// The feature *Marketing API Access Tier*, formerly *Ads Management Standard Access*.
        MarketingApiAccess = "marketing_api_access",
        /// A Facebook Login for Business configuration, with our redirect address among the valid ones.
        LoginConfiguration = "login_configuration",
        /// A configuration for WhatsApp's Embedded Signup.
        SignupConfiguration = "signup_configuration",
        /// The app receives the webhooks of Pages.
        PageWebhook = "page_webhook",
        /// The app receives the webhooks of Instagram accounts.
        InstagramWebhook = "instagram_webhook",
        /// The app receives the webhooks of WhatsApp Business Accounts.
        WhatsappWebhook = "whatsapp_webhook",
        /// The callbacks for people who leave and for data deletion are entered at Meta.
        DataDeletion = "data_deletion",
    }
}

/// How it is known whether a requirement is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Meta's list of the app's permissions, where it answers; else by hand.
    Permission(MetaPermission),
    /// Meta's list of the app's webhook subscriptions: this object, with the field that brings messages.
    Webhook(&'static str),
    /// Our own settings.
    Settings,
    /// No API tells: a person looks and ticks it off.
    ByHand,
}

impl Requirement {
    /// How it is known whether it is met.
    pub const fn proof(self) -> Proof {
        match self {
            Self::PageEvents => Proof::Permission(MetaPermission::PageEvents),
            Self::PagesMessaging => Proof::Permission(MetaPermission::PagesMessaging),
            Self::PagesManageMetadata => Proof::Permission(MetaPermission::PagesManageMetadata),
            Self::PagesShowList => Proof::Permission(MetaPermission::PagesShowList),
            Self::BusinessManagement => Proof::Permission(MetaPermission::BusinessManagement),
            Self::InstagramManageEvents => Proof::Permission(MetaPermission::InstagramManageEvents),
            Self::InstagramManageMessages => {
                Proof::Permission(MetaPermission::InstagramManageMessages)
            }
            Self::InstagramBasic => Proof::Permission(MetaPermission::InstagramBasic),
            Self::WhatsappBusinessManagement => {
                Proof::Permission(MetaPermission::WhatsappBusinessManagement)
            }
            Self::WhatsappBusinessManageEvents => {
                Proof::Permission(MetaPermission::WhatsappBusinessManageEvents)
            }
            Self::WhatsappBusinessMessaging => {
                Proof::Permission(MetaPermission::WhatsappBusinessMessaging)
            }
            Self::PageWebhook => Proof::Webhook("page"),
            Self::InstagramWebhook => Proof::Webhook("instagram"),
            Self::WhatsappWebhook => Proof::Webhook("whatsapp_business_account"),
            Self::LoginConfiguration | Self::SignupConfiguration => Proof::Settings,
            Self::AppLive
            | Self::BusinessVerified
            | Self::MarketingApiAccess
            | Self::DataDeletion => Proof::ByHand,
        }
    }

    /// The channels that need it; all of them where it concerns the app as a whole.
    pub const fn channels(self) -> &'static [Channel] {
        use Channel::{Instagram, Messenger, Whatsapp};
        match self {
            Self::PageEvents | Self::PagesMessaging | Self::PageWebhook => &[Messenger],
            Self::PagesManageMetadata | Self::PagesShowList => &[Messenger, Instagram],
            Self::InstagramManageEvents
            | Self::InstagramManageMessages
            | Self::InstagramBasic
            | Self::InstagramWebhook => &[Instagram],
            Self::WhatsappBusinessManagement
            | Self::WhatsappBusinessManageEvents
            | Self::WhatsappBusinessMessaging
            | Self::SignupConfiguration
            | Self::WhatsappWebhook => &[Whatsapp],
            Self::AppLive
            | Self::BusinessVerified
            | Self::BusinessManagement
            | Self::MarketingApiAccess
            | Self::LoginConfiguration
            | Self::DataDeletion => Channel::ALL,
        }
    }

    /// The permission whose review usually brings this one with it, by Meta's guide; in practice not always.
    pub const fn comes_with(self) -> Option<MetaPermission> {
        match self {
            Self::PageEvents => Some(MetaPermission::PagesMessaging),
            Self::InstagramManageEvents => Some(MetaPermission::InstagramManageMessages),
            Self::WhatsappBusinessManageEvents => Some(MetaPermission::WhatsappBusinessMessaging),
            _ => None,
        }
    }

    /// The part of the app's dashboard at Meta where it is seen and changed, behind `developers.facebook.com/apps/{app}/`.
    pub const fn dashboard(self) -> &'static str {
        match self {
            Self::AppLive | Self::DataDeletion => "settings/basic/",
            Self::BusinessVerified => "verification/",
            Self::LoginConfiguration | Self::SignupConfiguration => {
                "business-login/configurations/"
            }
            Self::PageWebhook | Self::InstagramWebhook | Self::WhatsappWebhook => "webhooks/",
            _ => "app-review/permissions/",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_that_a_channel_needs_is_a_requirement_of_it() {
        for channel in Channel::ALL {
            for permission in
                [channel.required_permissions(), channel.wanted_permissions()].concat()
            {
                let is_listed = Requirement::ALL.iter().any(|requirement| {
                    requirement.proof() == Proof::Permission(permission)
                        && requirement.channels().contains(channel)
                });
                assert!(is_listed, "{channel} {permission}");
            }
        }
    }

    #[test]
    fn no_requirement_is_without_a_channel() {
        assert!(
            Requirement::ALL
                .iter()
                .all(|requirement| !requirement.channels().is_empty())
        );
    }
}
