//! The three channels, and what Meta calls an advertiser's things on them.

use crate::text_enum::text_enum;

text_enum! {
    /// Where the conversation takes place. The text form is Meta's `messaging_channel`.
    Channel {
        /// Messenger: a Facebook Page's inbox.
        Messenger = "messenger",
        /// Instagram Direct.
        Instagram = "instagram",
        /// WhatsApp, from an ad that clicks to WhatsApp.
        Whatsapp = "whatsapp",
    }
}

text_enum! {
    /// A thing at Meta that an advertiser connects. It belongs to one advertiser at a time.
    AssetKind {
        /// A Facebook Page.
        Page = "page",
        /// A professional Instagram account that is linked to a Page.
        InstagramAccount = "instagram_account",
        /// A WhatsApp Business Account.
        Waba = "waba",
        /// A phone number of a WhatsApp Business Account.
        PhoneNumber = "phone_number",
    }
}

text_enum! {
    /// What a dataset is linked to. It decides which identifiers an event must carry.
    DatasetKind {
        /// Made on a Page.
        Page = "page",
        /// Made on an Instagram account.
        Instagram = "instagram",
        /// Made on a WhatsApp Business Account.
        Waba = "waba",
        /// Linked to the Page whose ads click to WhatsApp.
        PageLinkedWhatsapp = "page_linked_whatsapp",
    }
}

impl Channel {
    /// The kind of asset that carries the channel's dataset.
    pub const fn asset_kind(self) -> AssetKind {
        match self {
            Self::Messenger => AssetKind::Page,
            Self::Instagram => AssetKind::InstagramAccount,
            Self::Whatsapp => AssetKind::Waba,
        }
    }

    /// The kind of dataset that Meta makes on such an asset.
    pub const fn dataset_kind(self) -> DatasetKind {
        match self {
            Self::Messenger => DatasetKind::Page,
            Self::Instagram => DatasetKind::Instagram,
            Self::Whatsapp => DatasetKind::Waba,
        }
    }

    /// Whether Meta can optimise ads for purchases with this channel's events. On Instagram it optimises for
    /// conversations; the events are measured there all the same (Meta's onboarding guide, questions and answers).
    pub const fn has_purchase_optimisation(self) -> bool {
        match self {
            Self::Messenger | Self::Whatsapp => true,
            Self::Instagram => false,
        }
    }
}

impl DatasetKind {
    /// Whether events of a channel can go to a dataset of this kind.
    pub const fn accepts(self, channel: Channel) -> bool {
        matches!(
            (self, channel),
            (Self::Page, Channel::Messenger)
                | (Self::Instagram, Channel::Instagram)
                | (Self::Waba | Self::PageLinkedWhatsapp, Channel::Whatsapp)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_can_send_to_the_dataset_that_it_makes() {
        for channel in Channel::ALL {
            assert!(channel.dataset_kind().accepts(*channel), "{channel}");
        }
    }

    #[test]
    fn every_dataset_kind_takes_exactly_one_channel() {
        for kind in DatasetKind::ALL {
            assert_eq!(
                Channel::ALL
                    .iter()
                    .filter(|&&channel| kind.accepts(channel))
                    .count(),
                1,
                "{kind}"
            );
        }
    }
}
