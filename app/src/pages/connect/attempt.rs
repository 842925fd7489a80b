//! One connect attempt: where it stands, and the one thing to do next.

use domain::{AdvertiserId, ConnectStep, console::ConnectAttempt};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    choice::Choice,
    done::Done,
    failed::Failed,
    progress::{Progress, Stage},
    start::StartForm,
    ways, words,
};
use crate::{
    Error,
    api::connect::{ChooseAssets, ChosenAssets, LoadConnectAttempt, ResumeConnect},
    components::{
        Alert, Crumb, FormError, Icon, Loaded, PageHead, Post, PostForm, Submit, failure_of,
        is_visiting, live, typed,
    },
    preferences::text,
};

/// The attempt as it stands.
#[component]
pub fn ConnectAttemptPage() -> impl IntoView {
    let params = use_params_map();
    let ids = Memo::new(move |_| {
        let id = |name| params.with(|params| params.get(name).unwrap_or_default());
        (id("advertiser"), id("attempt"))
    });
    let choose = Post::to::<ChooseAssets>();
    let resume = Post::to::<ResumeConnect>();
    let typed = typed(ChosenAssets::default);
    let (chosen, resumed) = (moved(choose), moved(resume));
    let moves = Signal::derive(move || chosen.get() + resumed.get());
    Effect::new(forget_fragment);
    let loaded = Loaded::anew(moves, move || {
        let (advertiser, attempt) = ids.get();
        LoadConnectAttempt {
            advertiser,
            attempt,
        }
    });
    loaded.page(3, move |attempt| {
        view! { <Standing attempt typed=typed.clone() choose resume/> }.into_any()
    })
}

/// Takes Meta's `#_=_` off the address: it comes with every login and means nothing.
fn forget_fragment() {
    let location = window().location();
    if location.hash().is_ok_and(|hash| hash == "#_=_")
        && let (Ok(path), Ok(history)) = (location.pathname(), window().history())
    {
        // An address that keeps its fragment does no harm.
        let _ =
            history.replace_state_with_url(&leptos::wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
}

/// Counts how often the form has moved the attempt, or found that it had been moved. After any other failure the
/// form stays as it is, with what was ticked.
fn moved(post: Post) -> Memo<usize> {
    Memo::new(move |count: Option<&usize>| {
        let moved = post
            .answer()
            .with(|answer| matches!(answer, Some(Ok(_) | Err(Error::Conflict(_)))));
        count.copied().unwrap_or_default() + usize::from(moved)
    })
}

#[component]
fn Standing(
    attempt: ConnectAttempt,
    typed: ChosenAssets,
    choose: Post,
    resume: Post,
) -> impl IntoView {
    let text = text();
    let crumbs = vec![
        Crumb::new("/advertisers", text.words_advertisers()),
        Crumb::new(
            format!("/advertisers/{}", attempt.advertiser_id),
            attempt.advertiser_name.clone(),
        ),
        Crumb::new(
            format!(
                "/advertisers/{}/connect?channel={}",
                attempt.advertiser_id, attempt.channel
            ),
            text.connect_title(text.channel(attempt.channel)),
        ),
    ];
    view! {
        <PageHead title=title(&attempt) crumbs/>
        <div class="max-w-3xl space-y-5 text-base">
            <Progress stage=Stage::of(&attempt) is_stopped=attempt.failure.is_some()/>
            <FormError failure=failure_of(choose)/>
            <FormError failure=failure_of(resume)/>
            {attempt.is_installed.then(|| installed(&attempt))}
            {body(attempt, typed, choose, resume)}
        </div>
    }
}

/// The signup came to its end at Meta and never here: a login of the whole window finishes it.
fn installed(attempt: &ConnectAttempt) -> AnyView {
    let text = text();
    let (advertiser, channel) = (attempt.advertiser_id, attempt.channel);
    view! {
        <Alert title=text.connect_attempt_installed_title()>
            <p>{text.connect_attempt_installed()}</p>
            <StartForm advertiser channel attempt=None label=text.connect_attempt_installed_log_in() class="btn btn-sm btn-primary mt-1"/>
        </Alert>
    }
    .into_any()
}

fn title(attempt: &ConnectAttempt) -> String {
    let text = text();
    if let Some(failure) = &attempt.failure {
        return text
            .connect_failure(failure.reason, attempt.channel)
            .title
            .to_owned();
    }
    match attempt.step {
        ConnectStep::Created | ConnectStep::Opened | ConnectStep::Failed => {
            text.connect_attempt_open_title().to_owned()
        }
        ConnectStep::Consented | ConnectStep::Exchanged => {
            text.connect_attempt_checking_title().to_owned()
        }
        ConnectStep::Verified => text.connect_attempt_choose_title().to_owned(),
        ConnectStep::AssetsChosen | ConnectStep::DatasetReady | ConnectStep::WebhooksSubscribed => {
            text.connect_attempt_set_up_title().to_owned()
        }
        ConnectStep::Done => text.connect_attempt_done_title(words::counted(
            text,
            attempt.channel,
            attempt.connected.len(),
        )),
    }
}

fn body(attempt: ConnectAttempt, typed: ChosenAssets, choose: Post, resume: Post) -> AnyView {
    let text = text();
    let (advertiser, id, channel) = (attempt.advertiser_id, attempt.id, attempt.channel);
    if let Some(failure) = attempt.failure {
        let way = attempt.way;
        return view! { <Failed advertiser attempt=id channel way failure resume/> }.into_any();
    }
    if let Some(page) = ways::page(&attempt) {
        return page;
    }
    match attempt.step {
        ConnectStep::Created | ConnectStep::Opened | ConnectStep::Failed => view! {
            <Alert>
                <p>{text.connect_attempt_open_what()}</p>
                <p>{text.connect_attempt_open_next()}</p>
            </Alert>
            <div class="flex flex-wrap gap-2">
                <StartForm advertiser channel attempt=Some(id) label=text.connect_attempt_open_again()/>
                {look_again(&attempt)}
            </div>
        }
        .into_any(),
        ConnectStep::Consented | ConnectStep::Exchanged => view! {
            <Alert><p>{text.connect_attempt_checking_what()}</p></Alert>
            {look_again(&attempt)}
        }
        .into_any(),
        ConnectStep::Verified => view! { <Choice attempt typed choose/> }.into_any(),
        ConnectStep::AssetsChosen | ConnectStep::DatasetReady | ConnectStep::WebhooksSubscribed => view! {
            <Alert>
                <p>{text.connect_attempt_set_up_what()}</p>
                <p>{text.connect_attempt_set_up_next()}</p>
            </Alert>
            <div class="flex flex-wrap gap-2">
                <ResumeForm advertiser=advertiser.to_string() attempt=id.to_string() label=text.connect_attempt_set_up_continue() resume/>
                {look_again(&attempt)}
            </div>
        }
        .into_any(),
        ConnectStep::Done => view! { <Done attempt/> }.into_any(),
    }
}

/// Where the pages of an advertiser's attempts are: for who came by a link, at an address of their own.
pub fn attempts_at(advertiser: AdvertiserId) -> String {
    if is_visiting() {
        format!("/welcome/{advertiser}")
    } else {
        format!("/advertisers/{advertiser}/connect")
    }
}

/// The same page anew.
fn look_again(attempt: &ConnectAttempt) -> AnyView {
    let here = format!("{}/{}", attempts_at(attempt.advertiser_id), attempt.id);
    view! {
        <a class="btn" href=here rel="external">{Icon::Refresh.view()} {text().connect_attempt_look_again()}</a>
    }
    .into_any()
}

/// The button that goes on where an attempt stopped, and what it says while it does.
#[component]
pub fn ResumeForm(
    /// Whose.
    advertiser: String,
    /// Which.
    attempt: String,
    /// What the button says.
    label: &'static str,
    /// Goes on.
    resume: Post,
) -> impl IntoView {
    view! {
        <PostForm to=resume>
            <div class="flex flex-wrap items-center gap-3">
                <input type="hidden" name="advertiser" value=advertiser/>
                <input type="hidden" name="attempt" value=attempt/>
                <Submit label pending=resume.pending()/>
                <AtWork pending=resume.pending()/>
            </div>
        </PostForm>
    }
}

/// Says that the server is setting up, while it is.
#[component]
pub fn AtWork(
    /// Whether it is.
    #[prop(into)]
    pending: Signal<bool>,
) -> impl IntoView {
    let text = text();
    view! {
        <p class="text-sm text-muted" role="status">
            {live(move || pending.get().then(|| text.connect_attempt_at_work()))}
        </p>
    }
}
