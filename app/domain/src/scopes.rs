//! Which of Meta's permissions ("scopes") each channel needs, and which it is better off with.

use crate::{Channel, text_enum::text_enum};

text_enum! {
    /// A permission that a person grants to our app at Meta; the text form is Meta's.
    MetaPermission {
        /// Send events for a Page and manage its dataset.
        PageEvents = "page_events",
        /// See which Pages the person manages.
        PagesShowList = "pages_show_list",
        /// Receive and answer a Page's messages.
        PagesMessaging = "pages_messaging",
        /// Subscribe to a Page's webhooks.
        PagesManageMetadata = "pages_manage_metadata",
        /// Put the dataset where the advertiser's business can see it.
        BusinessManagement = "business_management",
        /// Read a WhatsApp Business Account.
        WhatsappBusinessManagement = "whatsapp_business_management",
        /// Send events for a WhatsApp Business Account.
        WhatsappBusinessManageEvents = "whatsapp_business_manage_events",
        /// Receive and answer WhatsApp messages.
        WhatsappBusinessMessaging = "whatsapp_business_messaging",
        /// Send events for an Instagram account.
        InstagramManageEvents = "instagram_manage_events",
        /// Read an Instagram account.
        InstagramBasic = "instagram_basic",
        /// Receive and answer Instagram messages.
        InstagramManageMessages = "instagram_manage_messages",
    }
}

impl Channel {
    /// Without these nothing works.
    pub const fn required_permissions(self) -> &'static [MetaPermission] {
        use MetaPermission::*;
        match self {
            Self::Messenger => &[PageEvents, PagesShowList],
            Self::Instagram => &[InstagramManageEvents, InstagramBasic, PagesShowList],
            Self::Whatsapp => &[WhatsappBusinessManagement, WhatsappBusinessManageEvents],
        }
    }

    /// Without these something is lost: a warning when missing.
    pub const fn wanted_permissions(self) -> &'static [MetaPermission] {
        use MetaPermission::*;
        match self {
            Self::Messenger => &[PagesMessaging, PagesManageMetadata, BusinessManagement],
            Self::Instagram => &[
                InstagramManageMessages,
                PagesManageMetadata,
                BusinessManagement,
            ],
            Self::Whatsapp => &[WhatsappBusinessMessaging, BusinessManagement],
        }
    }
}

/// What was not granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Stops the connection.
    pub required: Vec<MetaPermission>,
    /// A warning each.
    pub wanted: Vec<MetaPermission>,
}

/// Compares what a channel needs with the names that Meta says were granted. Names unknown to us are ignored.
pub fn missing<S: AsRef<str>>(channel: Channel, granted: &[S]) -> Missing {
    let absent = |permissions: &[MetaPermission]| {
        let lacks = |permission: &&MetaPermission| {
            !granted
                .iter()
                .any(|name| name.as_ref() == permission.as_str())
        };
        permissions.iter().filter(lacks).copied().collect()
    };
    Missing {
        required: absent(channel.required_permissions()),
        wanted: absent(channel.wanted_permissions()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let granted = ["page_events", "pages_messaging", "public_profile"];
        let missing = missing(Channel::Messenger, &granted);
        assert_eq!(missing.required, [MetaPermission::PagesShowList]);
        assert_eq!(
            missing.wanted,
            [
                MetaPermission::PagesManageMetadata,
                MetaPermission::BusinessManagement
            ]
        );
    }

    #[test]
    fn a_full_grant_misses_nothing_on_any_channel() {
        let all: Vec<_> = MetaPermission::ALL
            .iter()
            .map(|permission| permission.as_str())
            .collect();
        for &channel in Channel::ALL {
            assert_eq!(missing(channel, &all), Missing::default(), "{channel}");
        }
    }

    #[test]
    fn no_permission_is_both_required_and_wanted() {
        for channel in Channel::ALL {
            let both = |p: &MetaPermission| channel.wanted_permissions().contains(p);
            assert!(
                !channel.required_permissions().iter().any(both),
                "{channel}"
            );
        }
    }
}
