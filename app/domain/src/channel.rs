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
