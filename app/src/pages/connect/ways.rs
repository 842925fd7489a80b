//! The ways in: which one begins, which one is offered beside it, and which one goes on where another stopped.

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectWay, SignupEnd,
    console::{Advertiser, ConnectAttempt},
};
use leptos::prelude::*;

use super::{attempt::attempts_at, start::StartForm};
use crate::{components::Icon, preferences::text};

/// The way that a channel is connected by, unless somebody asks for another.
const fn usual(channel: Channel) -> ConnectWay {
    match channel {
        Channel::Whatsapp => ConnectWay::EmbeddedSignup,
        Channel::Messenger | Channel::Instagram => ConnectWay::FacebookLogin,
    }
}

/// The button that begins, and the other ways below it.
pub fn begin(advertiser: &Advertiser, channel: Channel) -> AnyView {
    let text = text();
    let id = advertiser.id;
    let way = usual(channel);
    let hint = match way {
        ConnectWay::EmbeddedSignup => text.signup_go_hint(),
        ConnectWay::FacebookLogin | ConnectWay::PastedToken => text.connect_go_hint(),
    };
    let instead = (way == ConnectWay::EmbeddedSignup).then(|| {
        view! {
            <p class="text-sm text-muted">{text.signup_instead_what()}</p>
            <StartForm advertiser=id channel label=text.signup_instead() class="btn btn-sm"/>
        }
        .into_any()
    });
    view! {
        <div class="space-y-2">
            <StartForm advertiser=id channel way label=text.connect_go()/>
            <p class="text-sm text-muted">{hint}</p>
            {instead}
            <p class="text-sm text-muted">
                {text.pasted_offer()} " "
                <a class="link" href=format!("/advertisers/{id}/connect/token?channel={channel}")>{text.pasted_offer_link()}</a>
            </p>
        </div>
    }
    .into_any()
}

/// What takes an attempt up again that another login is needed for: the way that it went, or the one round it.
pub fn again(
    advertiser: AdvertiserId,
    attempt: ConnectAttemptId,
    (channel, way): (Channel, ConnectWay),
    reason: ConnectFailure,
    label: &'static str,
) -> AnyView {
    let text = text();
    let class = if reason.is_worth_repeating() {
        "btn btn-primary"
    } else {
        "btn"
    };
    let login = move |label: &'static str, class: &'static str| {
        view! { <StartForm advertiser channel attempt=Some(attempt) label class/> }.into_any()
    };
    let window = move |class: &'static str| {
        let way = ConnectWay::EmbeddedSignup;
        view! { <StartForm advertiser channel way attempt=Some(attempt) label=text.signup_again() class/> }.into_any()
    };
    let buttons = match way {
        ConnectWay::FacebookLogin => login(label, class),
        ConnectWay::PastedToken => {
            let paste = format!("/advertisers/{advertiser}/connect/token?channel={channel}");
            view! { <a class="btn btn-primary" href=paste>{Icon::Plug.view()} {text.pasted_another()}</a> }.into_any()
        }
        // Where the window itself is in the way, the page round it comes first.
        ConnectWay::EmbeddedSignup => match reason {
            ConnectFailure::PopupBlocked
            | ConnectFailure::SdkNotLoaded
            | ConnectFailure::NoCode => {
                (login(text.signup_instead(), class), window("btn")).into_any()
            }
            _ => (window(class), login(text.signup_instead(), "btn")).into_any(),
        },
    };
    view! { <div class="flex flex-wrap gap-2">{buttons}</div> }.into_any()
}

/// What Meta's window said of its end: where it was left, or what it could not do.
pub fn told(end: &SignupEnd) -> AnyView {
    let text = text();
    let sentence = match end {
        SignupEnd::Finished => None,
        SignupEnd::Left { step } => step.map(|step| text.signup_step(step)),
        SignupEnd::Failed { .. } => end.trouble().map(|trouble| text.signup_trouble(trouble)),
    };
    let reference = match end {
        SignupEnd::Failed { code, session } => {
            let code = code.map(|code| format!("{} {code}", text.signup_code()));
            let session =
                (!session.is_empty()).then(|| format!("{} {session}", text.signup_session()));
            let parts: Vec<_> = code.into_iter().chain(session).collect();
            parts.join(" · ")
        }
        _ => String::new(),
    };
    view! {
        {sentence.map(|sentence| view! { <p>{sentence}</p> }.into_any())}
        {(!reference.is_empty()).then(|| view! { <p class="break-all text-sm text-muted">{reference}</p> }.into_any())}
    }
    .into_any()
}

/// Leads on where an attempt has a page of its own way: the window that is waited for, the token to decide about.
pub fn page(attempt: &ConnectAttempt) -> Option<AnyView> {
    use domain::ConnectStep::{Exchanged, Opened, Verified};

    let text = text();
    let here = format!("{}/{}", attempts_at(attempt.advertiser_id), attempt.id);
    let (href, label, is_other_document) = match (attempt.way, attempt.step) {
        (ConnectWay::EmbeddedSignup, Opened) => {
            (format!("{here}/signup"), text.signup_again(), true)
        }
        (ConnectWay::PastedToken, Exchanged) => {
            (format!("{here}/token"), text.pasted_found_title(), false)
        }
        (ConnectWay::PastedToken, Verified) if attempt.is_limited => {
            (format!("{here}/token"), text.pasted_name_next(), false)
        }
        _ => return None,
    };
    let rel = is_other_document.then_some("external");
    Some(view! { <a class="btn btn-primary" href=href rel=rel>{label}</a> }.into_any())
}
