//! The button that leads to Meta's dialog.

use domain::{AdvertiserId, Channel, ConnectAttemptId, ConnectWay};
use leptos::{ev, prelude::*};

use crate::components::Submit;

/// A plain form: the answer is a redirect of the whole window, with or without JavaScript.
#[component]
pub fn StartForm(
    /// Whom to connect.
    advertiser: AdvertiserId,
    /// What is connected.
    channel: Channel,
    /// How; by the login if not given.
    #[prop(default = ConnectWay::FacebookLogin)]
    way: ConnectWay,
    /// A stopped attempt to take up again; else a new one begins.
    #[prop(optional_no_strip, into)]
    attempt: Option<ConnectAttemptId>,
    /// What the button says.
    #[prop(into)]
    label: String,
    /// Its look; the page's main action if not given.
    #[prop(default = "btn btn-primary")]
    class: &'static str,
) -> impl IntoView {
    let pending = RwSignal::new(false);
    // Coming back by the browser's *Back*, the page may be the very same that was left.
    Effect::new(move || {
        let listener = window_event_listener(ev::Custom::<ev::Event>::new("pageshow"), move |_| {
            pending.set(false)
        });
        on_cleanup(move || listener.remove());
    });
    view! {
        <form method="post" action=format!("/connect/{advertiser}/start") on:submit=move |_| pending.set(true)>
            <input type="hidden" name="channel" value=channel.as_str()/>
            <input type="hidden" name="way" value=way.as_str()/>
            {attempt.map(|attempt| view! { <input type="hidden" name="attempt" value=attempt.to_string()/> }.into_any())}
            <Submit label pending class/>
        </form>
    }
}
