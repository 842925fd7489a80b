//! What differs from channel to channel in the words of connecting.

use domain::Channel;
use text::Text;

/// So many of what the channel is connected by.
pub fn counted(text: Text, channel: Channel, count: usize) -> String {
    match channel {
        Channel::Messenger => text.connect_attempt_count_messenger(count),
        Channel::Instagram => text.connect_attempt_count_instagram(count),
        Channel::Whatsapp => text.connect_attempt_count_whatsapp(count),
    }
}

/// What the channel is connected by, as a heading.
pub fn assets(text: Text, channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => text.connect_attempt_assets_messenger(),
        Channel::Instagram => text.connect_attempt_assets_instagram(),
        Channel::Whatsapp => text.connect_attempt_assets_whatsapp(),
    }
}

/// That an asset cannot be had.
pub fn held_elsewhere(text: Text, channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => text.connect_attempt_held_elsewhere(),
        Channel::Instagram => text.connect_attempt_held_elsewhere_instagram(),
        Channel::Whatsapp => text.connect_attempt_held_elsewhere_whatsapp(),
    }
}

/// What connecting the channel is for.
pub fn lead(text: Text, channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => text.connect_lead(),
        Channel::Instagram => text.connect_lead_instagram(),
        Channel::Whatsapp => text.connect_lead_whatsapp(),
    }
}

/// What Meta's dialog wants to be ticked.
pub fn asks_assets(text: Text, channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => text.connect_asks_assets(),
        Channel::Instagram => text.connect_asks_assets_instagram(),
        Channel::Whatsapp => text.connect_asks_assets_whatsapp(),
    }
}

/// What the messages are for.
pub fn then_subscribe(text: Text, channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger | Channel::Instagram => text.connect_then_subscribe(),
        Channel::Whatsapp => text.connect_then_subscribe_whatsapp(),
    }
}
