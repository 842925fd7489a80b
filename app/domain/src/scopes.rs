//! Which of Meta's permissions ("scopes") each channel needs, and which it is better off with.

use serde::{Deserialize, Serialize};

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

text_enum! {
    /// How a permission that a channel needs stands today.
    Standing {
        /// The token carries it.
        Granted = "granted",
        /// The token never carried it, as far as we know.
        Missing = "missing",
        /// The token, or the one before it, carried it.
        Lost = "lost",
    }
}

/// One permission that a channel needs, held against what the token carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionStanding {
    /// Which.
    pub permission: MetaPermission,
    /// Without it nothing works; else something is lost.
    pub is_required: bool,
    /// Whether it is there.
    pub standing: Standing,
}

/// Every permission that a channel needs, required ones first, held against the names that were granted now and those
/// that had been granted before.
pub fn standings<S: AsRef<str>>(
    channel: Channel,
    granted: &[S],
    before: &[S],
) -> Vec<PermissionStanding> {
    let holds = |names: &[S], permission: MetaPermission| {
        names
            .iter()
            .any(|name| name.as_ref() == permission.as_str())
    };
    let standing = |permission, is_required| PermissionStanding {
        permission,
        is_required,
        standing: if holds(granted, permission) {
            Standing::Granted
        } else if holds(before, permission) {
            Standing::Lost
        } else {
            Standing::Missing
        },
    };
    let required = channel.required_permissions().iter();
    let wanted = channel.wanted_permissions().iter();
    required
        .map(|&permission| standing(permission, true))
        .chain(wanted.map(|&permission| standing(permission, false)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lost_is_told_from_what_was_never_there() {
        let granted = ["page_events", "pages_show_list", "ads_read"];
        let before = ["page_events", "pages_messaging"];
        let standings: Vec<_> = standings(Channel::Messenger, &granted, &before)
            .into_iter()
            .map(|it| (it.permission, it.is_required, it.standing))
            .collect();
        use MetaPermission::*;
        assert_eq!(
            standings,
            [
                (PageEvents, true, Standing::Granted),
                (PagesShowList, true, Standing::Granted),
                (PagesMessaging, false, Standing::Lost),
                (PagesManageMetadata, false, Standing::Missing),
                (BusinessManagement, false, Standing::Missing),
            ]
        );
    }

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
