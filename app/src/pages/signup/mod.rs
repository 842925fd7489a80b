//! The page that opens Meta's signup window: the only one on which a script of Meta's runs. It is reached by a redirect
//! of the whole page, so that the document has the policy which allows that.
//!
//! The part that drives Meta's script is Rust like the rest of the browser's half, and not a file of JavaScript beside
//! it: it shares the origin rule with `domain`, the way to the server with `wire`, and its states with the page.

mod window;

use domain::{
    Channel, ConnectWay,
    console::{Signup, SignupWindow},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::window::{Stage, Window};
use super::connect::{Progress, ProgressStage, StartForm, attempts_at};
use crate::{
    api::signup::LoadSignup,
    components::{Alert, Crumb, Icon, Loaded, PageHead, Tone, live},
    preferences::text,
};

/// The button that opens the window, and the way round it.
#[component]
pub fn SignupPage() -> impl IntoView {
    let params = use_params_map();
    let ids = Memo::new(move |_| {
        let id = |name| params.with(|params| params.get(name).unwrap_or_default());
        (id("advertiser"), id("attempt"))
    });
    let loaded = Loaded::new(move || {
        let (advertiser, attempt) = ids.get();
        LoadSignup {
            advertiser,
            attempt,
        }
    });
    loaded.page(3, |signup| view! { <Standing signup/> }.into_any())
}

#[component]
fn Standing(signup: Signup) -> impl IntoView {
    let text = text();
    let owner = format!("/advertisers/{}", signup.advertiser_id);
    let crumbs = vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(owner.clone(), signup.advertiser_name.clone()),
    ];
    let attempt = format!("{}/{}", attempts_at(signup.advertiser_id), signup.attempt);
    let is_open = signup.is_open;
    let instead = view! {
        <StartForm
            advertiser=signup.advertiser_id
            channel=Channel::Whatsapp
            way=ConnectWay::FacebookLogin
            attempt=signup.attempt
            label=text.signup_instead()
            class="btn"
        />
    };
    let body = match signup.window.clone() {
        _ if !is_open => view! {
            <Alert><p>{text.signup_over()}</p></Alert>
            <a class="btn btn-primary" href=attempt>{text.signup_see()}</a>
        }
        .into_any(),
        None => view! {
            <Alert tone=Tone::Warning title=text.signup_unset_title()><p>{text.signup_unset_what()}</p></Alert>
            {instead}
        }
        .into_any(),
        Some(window) => view! {
            {asked(&signup.advertiser_name)}
            <Opener signup window attempt/>
            <section class="space-y-2 border-t border-base-content/10 pt-4">
                <h2 class="text-base font-semibold">{text.signup_instead_title()}</h2>
                <p class="text-muted">{text.signup_instead_what()}</p>
                {instead}
            </section>
        }
        .into_any(),
    };
    view! {
        <PageHead title=text.signup_title() lead=text.signup_lead() crumbs/>
        <div class="max-w-3xl space-y-5 text-base">
            <Progress stage=ProgressStage::LogIn/>
            {body}
        </div>
    }
}

/// What the window will ask, in its order.
fn asked(advertiser: &str) -> AnyView {
    let text = text();
    let questions = [
        text.signup_asks_login().to_owned(),
        text.signup_asks_business(advertiser),
        text.signup_asks_account().to_owned(),
        text.signup_asks_permissions().to_owned(),
    ];
    let questions = questions
        .into_iter()
        .map(|question| view! { <li>{question}</li> }.into_any())
        .collect_view();
    view! {
        <section class="card bg-base-100">
            <div class="card-body gap-3 p-5">
                <h2 class="text-base font-semibold">{text.signup_asks_title()}</h2>
                <ol class="list-decimal space-y-2 pl-5">{questions}</ol>
            </div>
        </section>
    }
    .into_any()
}

/// The button, and what is going on.
#[component]
fn Opener(signup: Signup, window: SignupWindow, attempt: String) -> impl IntoView {
    let text = text();
    let report = format!(
        "/connect/signup/{}/{}",
        signup.advertiser_id, signup.attempt
    );
    let window = Window::new(window, report, attempt);
    let stage = window.stage();
    Effect::new(move || window.prepare());
    on_cleanup(move || window.forget());
    let status = move || match stage.get() {
        Stage::Loading => text.signup_loading(),
        Stage::Ready | Stage::Lost => "",
        Stage::Open => text.signup_waiting(),
        Stage::Checking => text.signup_checking(),
    };
    let label = move || match stage.get() {
        Stage::Lost => text.signup_again(),
        _ => text.signup_open(),
    };
    view! {
        <section class="space-y-3">
            {live(move || (stage.get() == Stage::Lost).then(|| view! {
                <Alert tone=Tone::Warning title=text.signup_lost_title()>
                    <p>{text.signup_lost_what()}</p>
                    <p>{text.signup_lost_next()}</p>
                </Alert>
            }))}
            <button
                type="button"
                class="btn btn-primary btn-lg w-full sm:w-auto"
                disabled=move || !matches!(stage.get(), Stage::Ready | Stage::Lost)
                on:click=move |_| window.open()
            >
                {Icon::ExternalLink.view()}
                {live(label)}
            </button>
            <p class="min-h-6 text-muted" role="status">{live(status)}</p>
            <noscript>
                <p class="font-semibold">{text.signup_no_script()}</p>
            </noscript>
        </section>
    }
}
