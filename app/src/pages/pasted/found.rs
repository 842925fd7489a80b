//! What Meta says of a pasted token, before it is kept.

use domain::{
    Channel,
    console::{PastedAsset, PastedFacts, PastedKind},
};
use leptos::prelude::*;
use text::Text;

use crate::{
    api::pasted::DiscardToken,
    components::{
        Alert, ChannelMark, Fact, Facts, FormError, Post, PostForm, Submit, Time, Tone, failure_of,
    },
    pages::connect::Permissions,
    preferences::text,
};

/// The facts, what they mean, and the two ways on.
#[component]
pub fn Found(
    /// Whose.
    advertiser: String,
    /// The attempt that it belongs to.
    attempt: String,
    /// What it is to connect.
    channel: Channel,
    /// What Meta says.
    facts: PastedFacts,
    /// Keeps it.
    keep: Post,
) -> impl IntoView {
    let text = text();
    let discard = Post::to::<DiscardToken>();
    let is_limited = facts.is_limited;
    let lacks = (!is_limited && !facts.missing_required.is_empty()).then(|| {
        lacking(
            Tone::Error,
            text.pasted_missing_required(),
            facts.missing_required.clone(),
        )
    });
    let helps = (!is_limited && !facts.missing_wanted.is_empty()).then(|| {
        let what = text.connect_attempt_missing_wanted_what();
        lacking(Tone::Warning, what, facts.missing_wanted.clone())
    });
    let kept_until = facts.kept_until;
    view! {
        <FormError failure=failure_of(keep)/>
        <FormError failure=failure_of(discard)/>
        {is_limited.then(limited)}
        <section class="card bg-base-100">
            <div class="card-body p-5">
                {told(facts, channel, text)}
            </div>
        </section>
        {lacks}
        {helps}
        <div class="flex flex-wrap gap-2">
            {decision(keep, &advertiser, &attempt, text.pasted_keep(), "btn btn-primary")}
            {decision(discard, &advertiser, &attempt, text.pasted_discard(), "btn")}
        </div>
        <p class="text-sm text-muted">{text.pasted_kept_until()} " " <Time moment=kept_until/></p>
    }
}

fn decision(
    post: Post,
    advertiser: &str,
    attempt: &str,
    label: &'static str,
    class: &'static str,
) -> AnyView {
    let (advertiser, attempt) = (advertiser.to_owned(), attempt.to_owned());
    view! {
        <PostForm to=post>
            <input type="hidden" name="advertiser" value=advertiser/>
            <input type="hidden" name="attempt" value=attempt/>
            <Submit label pending=post.pending() class/>
        </PostForm>
    }
    .into_any()
}

fn lacking(tone: Tone, what: &'static str, names: Vec<String>) -> AnyView {
    view! {
        <Alert tone>
            <p>{what}</p>
            <Permissions names/>
        </Alert>
    }
    .into_any()
}

/// What a token of another app cannot do.
fn limited() -> AnyView {
    let text = text();
    let losses = [
        text.pasted_limited_ids(),
        text.pasted_limited_webhooks(),
        text.pasted_limited_meter(),
    ]
    .map(|loss| view! { <li>{loss}</li> }.into_any())
    .collect_view();
    view! {
        <Alert tone=Tone::Warning title=text.pasted_limited_title()>
            <p>{text.pasted_limited_what()}</p>
            <ul class="list-disc pl-5">{losses}</ul>
        </Alert>
    }
    .into_any()
}

fn told(facts: PastedFacts, channel: Channel, text: Text) -> AnyView {
    let kind = match facts.kind {
        PastedKind::User => text.pasted_kind_user(),
        PastedKind::SystemUser => text.pasted_kind_system_user(),
        PastedKind::IntegrationSystemUser => text.pasted_kind_integration_system_user(),
        PastedKind::Page => text.pasted_kind_page(),
    };
    let holder = match facts.holder.is_empty() {
        true => text.pasted_holder_unknown().to_owned(),
        false => facts.holder,
    };
    let app = match facts.is_limited {
        true => text.pasted_app_other(&facts.app_id),
        false => text.pasted_app_ours().to_owned(),
    };
    let end = move |moment: Option<domain::console::Moment>| match moment {
        Some(moment) => view! { <Time moment/> }.into_any(),
        None => text.pasted_never().into_any(),
    };
    let scopes = match facts.scopes.is_empty() {
        true => text.pasted_scopes_unknown().into_any(),
        false => names(facts.scopes),
    };
    view! {
        <Facts>
            <Fact name=text.pasted_channel()><ChannelMark channel/></Fact>
            <Fact name=text.pasted_kind()>{kind}</Fact>
            <Fact name=text.pasted_holder()>{holder}</Fact>
            <Fact name=text.pasted_app()>{app}</Fact>
            <Fact name=text.pasted_expires()>{end(facts.expires)}</Fact>
            {facts.data_access_expires.map(|moment| view! {
                <Fact name=text.pasted_data_access()><Time moment/></Fact>
            }.into_any())}
            <Fact name=text.pasted_scopes()>{scopes}</Fact>
            <Fact name=text.pasted_reach()>{reach(facts.reach, facts.is_limited, text)}</Fact>
        </Facts>
    }
    .into_any()
}

fn names(scopes: Vec<String>) -> AnyView {
    let scopes = scopes
        .into_iter()
        .map(|scope| view! { <li><code class="break-all text-sm">{scope}</code></li> }.into_any())
        .collect_view();
    view! { <ul>{scopes}</ul> }.into_any()
}

fn reach(assets: Vec<PastedAsset>, is_limited: bool, text: Text) -> AnyView {
    if is_limited {
        return text.pasted_reach_unknown().into_any();
    }
    if assets.is_empty() {
        return text.pasted_reach_none().into_any();
    }
    let assets = assets
        .into_iter()
        .map(|asset| view! {
            <li class="break-words">{asset.name} <code class="break-all text-sm text-muted">{asset.meta_id}</code></li>
        }.into_any())
        .collect_view();
    view! { <ul>{assets}</ul> }.into_any()
}
