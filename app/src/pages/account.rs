//! One's own account: what one is called, the password, and where one is signed in.

use domain::{
    Language,
    console::{AccountShown, SessionRow},
};
use leptos::prelude::*;

use crate::{
    Error,
    api::{
        account::{
            AccountForm, ChangePassword, EditAccount, EndOtherSessions, EndSession, LoadAccount,
        },
        advertisers::TimeZones,
    },
    components::{
        Alert, Confirm, Field, FormError, Icon, Loaded, PageHead, Post, PostForm, Select, Submit,
        Time, Tone, failure_of, form_card, live, typed,
    },
    preferences::text,
};

/// Three sections, each with a form of its own.
#[component]
pub fn AccountPage() -> impl IntoView {
    let text = text();
    let edit = Post::to::<EditAccount>();
    let password = Post::to::<ChangePassword>();
    let end = Post::to::<EndSession>();
    let end_others = Post::to::<EndOtherSessions>();
    let kept = typed(|| None::<AccountForm>);
    let loaded = Loaded::after([edit, password, end, end_others], || LoadAccount {});
    loaded.page(5, move |account| {
        let sessions = account.sessions.clone();
        let now_ms = account.now_ms;
        view! {
            <PageHead title=text.account_title() lead=account.email.clone()/>
            <div class="max-w-2xl space-y-10">
                <Profile account kept=kept.clone() edit/>
                <Password post=password/>
                <Sessions sessions now_ms end end_others/>
            </div>
        }
        .into_any()
    })
}

#[component]
fn Profile(account: AccountShown, kept: Option<AccountForm>, edit: Post) -> impl IntoView {
    let text = text();
    let failure = failure_of(edit);
    let zones = Loaded::new(|| TimeZones {});
    let form = kept.unwrap_or_else(|| AccountForm {
        name: account.name,
        language: account.language.to_string(),
        time_zone: account.time_zone,
    });
    let languages = Language::ALL
        .iter()
        .map(|language| (language.to_string(), language.own_name().to_owned()))
        .collect();
    let fields = view! {
        <Field name="name" label=text.words_name() value=form.name autocomplete="name" failure/>
        <Select
            name="language"
            label=text.words_language()
            hint=text.account_language_hint()
            options=languages
            value=form.language
            failure
        />
        <Field
            name="time_zone"
            label=text.words_time_zone()
            hint=text.account_time_zone_hint()
            value=form.time_zone
            list="time-zones"
            failure
        />
        <datalist id="time-zones">
            {zones.each(0, |zones| {
                let zones = zones.and_then(Result::ok).unwrap_or_default();
                zones.into_iter().map(|zone| view! { <option value=zone></option> }.into_any()).collect_view().into_any()
            })}
        </datalist>
        <div>
            <Submit label=text.words_save() pending=edit.pending()/>
            {done(edit, text.account_saved())}
        </div>
    };
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{text.account_profile()}</h2>
            {form_card(edit, fields.into_any())}
        </section>
    }
}

#[component]
fn Password(post: Post) -> impl IntoView {
    let text = text();
    let failure: Signal<Option<Error>> = failure_of(post);
    let fields = view! {
        <Field
            name="password"
            label=text.account_current_password()
            kind="password"
            autocomplete="current-password"
            failure
        />
        <Field
            name="new_password"
            label=text.account_new_password()
            hint=text.invitation_password_hint()
            kind="password"
            autocomplete="new-password"
            failure
        />
        <div>
            <Submit label=text.account_change_password() pending=post.pending()/>
            {done(post, text.account_password_changed())}
        </div>
    };
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{text.account_password()}</h2>
            <p class="text-muted">{text.account_password_lead()}</p>
            {form_card(post, fields.into_any())}
        </section>
    }
}

#[component]
fn Sessions(sessions: Vec<SessionRow>, now_ms: i64, end: Post, end_others: Post) -> impl IntoView {
    let text = text();
    let others = sessions.len().saturating_sub(1);
    let rows = sessions
        .into_iter()
        .map(|session| {
            let device = if session.device.is_empty() {
                text.account_unknown_device().to_owned()
            } else {
                session.device
            };
            let action = if session.is_current {
                view! { <span class="badge badge-sm">{text.account_this_browser()}</span> }.into_any()
            } else {
                let label = format!("{}: {device}", text.account_end());
                view! {
                    <PostForm to=end>
                        <input type="hidden" name="session" value=session.id.to_string()/>
                        <button class="btn btn-sm" type="submit" aria-label=label>{text.account_end()}</button>
                    </PostForm>
                }
                .into_any()
            };
            view! {
                <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 p-4">
                    <div>
                        <p class="font-medium">{device}</p>
                        <p class="text-sm text-muted">
                            {text.people_last_seen()} " " <Time moment=session.last_seen now_ms/> " · "
                            {text.account_began()} " " <Time moment=session.began/>
                        </p>
                    </div>
                    {action}
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{text.account_sessions()}</h2>
            <FormError failure=failure_of(end)/>
            <FormError failure=failure_of(end_others)/>
            <ul class="divide-y divide-base-content/10 rounded-box border border-base-content/10 bg-base-100">{rows}</ul>
            {(others > 0).then(|| view! {
                <Confirm
                    label=text.account_end_others()
                    title=text.account_end_others_question()
                    what=text.account_end_others_what(others)
                >
                    <PostForm to=end_others>
                        <Submit label=text.account_end_others() pending=end_others.pending() class="btn btn-sm btn-error"/>
                    </PostForm>
                </Confirm>
            }.into_any())}
            <p class="flex items-center gap-2 text-sm text-muted">{Icon::Info.view()} {text.account_sessions_hint()}</p>
        </section>
    }
}

/// Says below its button that a form was saved.
pub(super) fn done(post: Post, words: &'static str) -> AnyView {
    view! {
        <div class="not-empty:mt-4" aria-live="polite">
            {live(move || {
                let is_done = post.answer().with(|answer| matches!(answer, Some(Ok(_))));
                is_done.then(|| view! { <Alert tone=Tone::Success><p>{words}</p></Alert> }.into_any())
            })}
        </div>
    }
    .into_any()
}
