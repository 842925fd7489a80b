//! An attempt that stopped: what happened, whose turn it is, and one button.

use domain::{
    Actor, AdvertiserId, Channel, ConnectAttemptId, ConnectFailure, ConnectWay,
    console::{ConnectFailed, Holder, MetaAnswer},
};
use leptos::prelude::*;
use text::Text;

use super::{attempt::ResumeForm, permissions::Permissions, ways};
use crate::{
    components::{Alert, Json, Post, Tone},
    preferences::text,
};

/// Why it stopped and how it goes on.
#[component]
pub fn Failed(
    /// Whose.
    advertiser: AdvertiserId,
    /// Which.
    attempt: ConnectAttemptId,
    /// What is being connected.
    channel: Channel,
    /// How.
    way: ConnectWay,
    /// Why.
    failure: ConnectFailed,
    /// Goes on with the token that is there.
    resume: Post,
) -> impl IntoView {
    let text = text();
    let advice = text.connect_failure(failure.reason, channel);
    let way_on = if failure.can_resume {
        let (advertiser, attempt) = (advertiser.to_string(), attempt.to_string());
        view! { <ResumeForm advertiser attempt label=resume_label(&failure, text) resume/> }
            .into_any()
    } else {
        let label = start_label(failure.reason, text);
        ways::again(advertiser, attempt, (channel, way), failure.reason, label)
    };
    // Of a trouble that passes, the catalogue speaks as if an event were waiting.
    let explanation = failure
        .meta
        .as_ref()
        .and_then(|meta| meta.explanation.clone());
    let turn = match &explanation {
        Some(explanation) => explanation.actor.clone(),
        None => turn(failure.reason, text).to_owned(),
    };
    let remedy = explanation
        .as_ref()
        .filter(|_| failure.reason != ConnectFailure::MetaUnreachable);
    let remedy = remedy.map(|explanation| view! { <p>{explanation.remedy.clone()}</p> }.into_any());
    let cause = explanation
        .as_ref()
        .map(|explanation| view! { <p>{explanation.cause.clone()}</p> }.into_any());
    view! {
        <Alert tone=tone(failure.reason)>
            <p>{advice.what}</p>
            {failure.signup.as_ref().map(ways::told)}
            {cause}
            {remedy}
            <p>{advice.next}</p>
            <p class="text-sm text-muted">{turn}</p>
        </Alert>
        {(!failure.missing.is_empty()).then(|| view! {
            <section class="space-y-2">
                <h2 class="text-base font-semibold">{text.connect_attempt_missing_required()}</h2>
                <Permissions names=failure.missing.clone()/>
            </section>
        }.into_any())}
        {(!failure.assets.is_empty()).then(|| {
            let pages = failure.assets.iter().cloned().map(|page| view! { <li class="break-words">{page}</li> }.into_any()).collect_view();
            view! {
                <section class="space-y-2">
                    <h2 class="text-base font-semibold">{text.connect_attempt_about_assets()}</h2>
                    <ul class="list-disc pl-5">{pages}</ul>
                </section>
            }
        })}
        {holders(failure.holders)}
        {way_on}
        {failure.meta.map(|meta| view! { <Json label=text.connect_attempt_meta_answer() json=as_json(&meta)/> }.into_any())}
    }
}

/// Which advertiser has them: staff alone are told.
fn holders(holders: Vec<Holder>) -> AnyView {
    let text = text();
    let items: Vec<_> = holders
        .into_iter()
        .map(|holder| {
            let href = format!("/advertisers/{}", holder.id);
            view! { <li class="break-words">{holder.asset_name} ": " <a class="link" href=href>{holder.name}</a></li> }
                .into_any()
        })
        .collect();
    if items.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="space-y-2">
            <h2 class="text-base font-semibold">{text.connect_attempt_holders_title()}</h2>
            <ul class="list-disc pl-5">{items}</ul>
        </section>
    }
    .into_any()
}

const fn tone(reason: ConnectFailure) -> Tone {
    match reason {
        ConnectFailure::Declined
        | ConnectFailure::AttemptExpired
        | ConnectFailure::CodeUsed
        | ConnectFailure::CodeExpired
        | ConnectFailure::StateUnknown
        | ConnectFailure::OtherBrowser
        | ConnectFailure::SignupLeft
        | ConnectFailure::PopupBlocked
        | ConnectFailure::SdkNotLoaded
        | ConnectFailure::NoCode
        | ConnectFailure::TokenDiscarded
        | ConnectFailure::MetaUnreachable => Tone::Warning,
        ConnectFailure::MissingScope
        | ConnectFailure::WrongApp
        | ConnectFailure::NoPage
        | ConnectFailure::NoInstagram
        | ConnectFailure::NoWaba
        | ConnectFailure::HeldElsewhere
        | ConnectFailure::MetaRefused
        | ConnectFailure::DatasetFailed
        | ConnectFailure::InstagramAcrossPortfolios
        | ConnectFailure::SubscribeFailed
        | ConnectFailure::SignupFailed
        | ConnectFailure::TokenUnfit
        | ConnectFailure::AppMisconfigured => Tone::Error,
    }
}

/// Whose turn it is, where Meta's own answer does not tell.
fn turn(reason: ConnectFailure, text: Text) -> &'static str {
    match reason {
        ConnectFailure::WrongApp
        | ConnectFailure::HeldElsewhere
        | ConnectFailure::AppMisconfigured => text.actor(Actor::Partner),
        ConnectFailure::InstagramAcrossPortfolios => text.actor(Actor::Advertiser),
        ConnectFailure::Declined
        | ConnectFailure::MissingScope
        | ConnectFailure::CodeUsed
        | ConnectFailure::CodeExpired
        | ConnectFailure::NoPage
        | ConnectFailure::NoInstagram
        | ConnectFailure::NoWaba
        | ConnectFailure::StateUnknown
        | ConnectFailure::OtherBrowser
        | ConnectFailure::AttemptExpired
        | ConnectFailure::MetaUnreachable
        | ConnectFailure::MetaRefused
        | ConnectFailure::DatasetFailed
        | ConnectFailure::SubscribeFailed
        | ConnectFailure::SignupLeft
        | ConnectFailure::SignupFailed
        | ConnectFailure::PopupBlocked
        | ConnectFailure::SdkNotLoaded
        | ConnectFailure::NoCode
        | ConnectFailure::TokenUnfit
        | ConnectFailure::TokenDiscarded => text.connect_attempt_your_turn(),
    }
}

/// With the choice as the step at which it stopped, going on means choosing.
fn resume_label(failure: &ConnectFailed, text: Text) -> &'static str {
    let is_held = failure.reason == ConnectFailure::HeldElsewhere;
    if is_held {
        text.connect_attempt_choose_again()
    } else {
        text.words_retry()
    }
}

fn start_label(reason: ConnectFailure, text: Text) -> &'static str {
    match reason {
        ConnectFailure::MissingScope
        | ConnectFailure::CodeUsed
        | ConnectFailure::CodeExpired
        | ConnectFailure::NoPage
        | ConnectFailure::NoInstagram
        | ConnectFailure::NoWaba
        | ConnectFailure::MetaRefused => text.connect_attempt_log_in_again(),
        _ => text.connect_attempt_start_again(),
    }
}

/// As Meta's support wants to be told.
fn as_json(meta: &MetaAnswer) -> String {
    let MetaAnswer {
        code,
        subcode,
        message,
        fbtrace_id,
        ..
    } = meta;
    let answer = serde_json::json!({
        "code": code, "error_subcode": subcode, "message": message, "fbtrace_id": fbtrace_id,
    });
    format!("{answer:#}")
}
