//! Connecting with a pasted token: the form, what the token is, and, of a limited one, what it is for.

mod found;
mod named;

use domain::{
    Channel,
    console::{Advertiser, PastedStage, PastedToken},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::{found::Found, named::NameAssets};
use crate::{
    api::{
        connect::LoadAdvertiserToConnect,
        pasted::{InspectToken, KeepToken, LoadPastedToken, PasteForm},
    },
    components::{
        Alert, Crumb, Field, FormError, Icon, Loaded, PageHead, Post, PostForm, Select, Submit,
        failure_of, typed,
    },
    preferences::text,
};

/// Where a token is pasted.
#[component]
pub fn PasteTokenPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("advertiser").unwrap_or_default()));
    let form = typed(PasteForm::default);
    let inspect = Post::to::<InspectToken>();
    let loaded = Loaded::new(move || LoadAdvertiserToConnect {
        advertiser: id.get(),
    });
    loaded.page(3, move |advertiser| {
        view! { <Paste advertiser typed=form.clone() inspect/> }.into_any()
    })
}

#[component]
fn Paste(advertiser: Advertiser, typed: PasteForm, inspect: Post) -> impl IntoView {
    let text = text();
    let query = use_query_map();
    let failure = failure_of(inspect);
    forget_when_answered(inspect);
    let Advertiser {
        id,
        name,
        is_archived,
        ..
    } = advertiser;
    let asked = query.with_untracked(|query| query.get("channel").unwrap_or_default());
    let channel = if typed.channel.is_empty() {
        asked
    } else {
        typed.channel
    };
    let channels = Channel::ALL
        .iter()
        .map(|channel| (channel.to_string(), text.channel(*channel).to_owned()))
        .collect::<Vec<_>>();
    let form = if is_archived {
        view! { <Alert title=text.advertisers_archived_title()><p>{text.advertisers_archived_what()}</p></Alert> }.into_any()
    } else {
        view! {
            <PostForm to=inspect>
                <div class="space-y-5">
                    <FormError failure/>
                    <input type="hidden" name="advertiser" value=id.to_string()/>
                    <Select name="channel" label=text.pasted_channel() options=channels value=channel failure/>
                    <Field name="token" label=text.pasted_token() kind="password" hint=text.pasted_token_hint() failure/>
                    <Submit label=text.pasted_check() pending=inspect.pending()/>
                </div>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <PageHead title=text.pasted_title() lead=text.pasted_lead() crumbs=crumbs(&id.to_string(), name)/>
        <div class="max-w-3xl space-y-5 text-base">
            <section class="card bg-base-100"><div class="card-body p-5 sm:p-8">{form}</div></section>
            <section class="card bg-base-100">
                <div class="card-body gap-3 p-5">
                    <h2 class="text-base font-semibold">{text.pasted_where_title()}</h2>
                    <ul class="list-disc space-y-2 pl-5">
                        <li>{text.pasted_where_system_user()}</li>
                        <li>{text.pasted_where_events_manager()}</li>
                    </ul>
                </div>
            </section>
        </div>
    }
}

/// Empties the field once the token was sent: it is not kept in the page either.
fn forget_when_answered(inspect: Post) {
    use leptos::wasm_bindgen::JsCast;

    let version = inspect.version();
    Effect::new(move || {
        if version.get() == 0 {
            return;
        }
        let field = document().get_element_by_id("token");
        if let Some(field) = field.and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok()) {
            field.set_value("");
        }
    });
}

/// What a pasted token is, and what to do with it.
#[component]
pub fn PastedTokenPage() -> impl IntoView {
    let params = use_params_map();
    let ids = Memo::new(move |_| {
        let id = |name| params.with(|params| params.get(name).unwrap_or_default());
        (id("advertiser"), id("attempt"))
    });
    let form = typed(crate::api::pasted::LimitedForm::default);
    let keep = Post::to::<KeepToken>();
    // A limited token that is kept stays on this page, at its next question.
    let loaded = Loaded::after([keep], move || {
        let (advertiser, attempt) = ids.get();
        LoadPastedToken {
            advertiser,
            attempt,
        }
    });
    loaded.page(3, move |token| {
        view! { <Standing token typed=form.clone() keep/> }.into_any()
    })
}

#[component]
fn Standing(
    token: PastedToken,
    typed: crate::api::pasted::LimitedForm,
    keep: Post,
) -> impl IntoView {
    let text = text();
    let advertiser = token.advertiser_id.to_string();
    let crumbs = crumbs(&advertiser, token.advertiser_name.clone());
    let attempt = format!("/advertisers/{advertiser}/connect/{}", token.attempt);
    let another = format!(
        "/advertisers/{advertiser}/connect/token?channel={}",
        token.channel
    );
    let (title, lead, body) = match (token.stage, token.facts) {
        (PastedStage::Keep, Some(facts)) => (
            text.pasted_found_title(),
            text.pasted_found_lead(),
            view! { <Found advertiser attempt=token.attempt.to_string() channel=token.channel facts keep/> }.into_any(),
        ),
        (PastedStage::NameAssets, _) => (
            text.pasted_name_title(),
            text.pasted_name_lead(),
            view! { <NameAssets advertiser attempt=token.attempt.to_string() channel=token.channel typed/> }.into_any(),
        ),
        _ => (
            text.pasted_title(),
            "",
            view! {
                <Alert><p>{text.pasted_over()}</p></Alert>
                <div class="flex flex-wrap gap-2">
                    <a class="btn btn-primary" href=attempt>{text.pasted_see()}</a>
                    <a class="btn" href=another>{Icon::Plug.view()} {text.pasted_another()}</a>
                </div>
            }
            .into_any(),
        ),
    };
    view! {
        <PageHead title lead crumbs/>
        <div class="max-w-3xl space-y-5 text-base">{body}</div>
    }
}

fn crumbs(advertiser: &str, name: String) -> Vec<Crumb> {
    let text = text();
    vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(format!("/advertisers/{advertiser}"), name),
    ]
}
