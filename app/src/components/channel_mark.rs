//! Glyphs of our own for the three channels: their shape, not their trademark.

use domain::Channel;
use leptos::prelude::*;

use crate::preferences::text;

const fn outline(channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => {
            r#"<path d="M12 3C6.8 3 3 6.7 3 11.3c0 2.6 1.2 4.8 3.2 6.3V21l3.1-1.7c.9.2 1.8.4 2.7.4 5.2 0 9-3.8 9-8.4S17.2 3 12 3Z"/><path d="m7.5 13.5 3-3 3 2.2 3-3"/>"#
        }
        Channel::Instagram => {
            r#"<rect x="4" y="4" width="16" height="16" rx="5"/><circle cx="12" cy="12" r="3.5"/><path d="M16.5 7.5h.01"/>"#
        }
        Channel::Whatsapp => {
            r#"<path d="M4 20l1.2-4A8.2 8.2 0 1 1 8.3 19L4 20Z"/><path d="M9.2 9c-.3 2.900 2.900 6.100 5.800 5.800l.6-1.700-2-1-.9.900c-1-.4-1.700-1.100-2.100-2.100l.9-.9-1-2L9.200 9Z"/>"#
        }
    }
}

/// A channel's glyph and name.
#[component]
pub fn ChannelMark(
    /// The channel.
    channel: Channel,
    /// Shows the glyph alone; the name is still there for screen readers and on hover.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let name = text().channel(channel);
    view! {
        <span class="inline-flex items-center gap-1.5 align-bottom whitespace-nowrap" title=compact.then_some(name)>
            <svg
                class="size-4 shrink-0"
                viewBox="0 0 24 24"
                fill="none"
                stroke="currentColor"
                stroke-width="2"
                stroke-linecap="round"
                stroke-linejoin="round"
                aria-hidden="true"
                inner_html=outline(channel)
            ></svg>
            <span class=if compact { "sr-only" } else { "" }>{name}</span>
        </span>
    }
}
