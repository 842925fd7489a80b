//! What holds for the whole deployment, a form for each section.

use domain::{UnconfirmedPolicy, console::Settings};
use leptos::prelude::*;

use super::account::done;
use crate::{
    Error,
    api::settings::{
        LoadSettings, RemoveNotifySecret, SaveAccess, SaveIdentity, SaveLogin, SaveNotify,
        SavePolicies,
    },
    components::{
        Confirm, Field, FormError, Icon, Loaded, PageHead, Post, PostForm, Select, Submit,
        Textarea, failure_of, form_card,
    },
    preferences::text,
};

/// Every section below each other.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let text = text();
    let posts = [
        Post::to::<SaveIdentity>(),
        Post::to::<SaveLogin>(),
        Post::to::<SavePolicies>(),
        Post::to::<SaveNotify>(),
        Post::to::<SaveAccess>(),
    ];
    let unsign = Post::to::<RemoveNotifySecret>();
    // Loaded again only for what cannot be seen in the form itself.
    let loaded = Loaded::after([unsign, posts[3]], || LoadSettings {});
    loaded.page(8, move |settings| {
        let [identity, login, policies, notify, access] = posts;
        view! {
            <PageHead title=text.words_settings() lead=text.settings_lead()>
                <a class="btn btn-sm" href="/keys">{Icon::KeyRound.view()} {text.keys_partner_title()}</a>
                <a class="btn btn-sm" href="/settings/relay">{Icon::Send.view()} {text.relay_title()}</a>
            </PageHead>
            <div class="max-w-2xl space-y-10">
                {section(text.settings_identity(), text.settings_identity_lead(), identity, identity_fields(&settings, identity))}
                {section(text.settings_login(), text.settings_login_lead(), login, login_fields(&settings, login))}
                {section(text.settings_policies(), text.settings_policies_lead(), policies, policy_fields(&settings, policies))}
                {section(text.settings_notify(), text.settings_notify_lead(), notify, notify_fields(&settings, notify))}
                {settings.has_notify_secret.then(|| remove_secret(unsign))}
                {section(text.settings_access(), text.settings_access_lead(), access, access_fields(&settings, access))}
            </div>
        }
        .into_any()
    })
}

fn section(title: &'static str, lead: &'static str, post: Post, fields: AnyView) -> AnyView {
    let text = text();
    let fields = view! {
        {fields}
        <div>
            // The name tells this button from those of the other sections.
            <button type="submit" class="btn btn-primary" disabled=post.pending() aria-label=format!("{}: {title}", text.words_save())>
                {text.words_save()}
            </button>
            {done(post, text.settings_saved())}
        </div>
    };
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{title}</h2>
            <p class="text-muted">{lead}</p>
            {form_card(post, fields.into_any())}
        </section>
    }
    .into_any()
}

/// A whole number.
fn number(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: &str,
    failure: Signal<Option<Error>>,
) -> AnyView {
    view! { <Field name label hint value=value.to_owned() inputmode="numeric" failure/> }.into_any()
}

fn identity_fields(settings: &Settings, post: Post) -> AnyView {
    let text = text();
    let failure = failure_of(post);
    view! {
        <Field name="name_en" label=text.settings_name_en() hint=text.settings_name_hint() value=settings.name_en.clone() optional=true failure/>
        <Field name="name_ja" label=text.settings_name_ja() value=settings.name_ja.clone() optional=true failure/>
        <Field
            name="partner_agent"
            label=text.settings_agent()
            hint=text.settings_agent_hint()
            value=settings.partner_agent.clone()
            mono=true
            optional=true
            failure
        />
    }
    .into_any()
}

fn login_fields(settings: &Settings, post: Post) -> AnyView {
    let text = text();
    let failure = failure_of(post);
    let fields = [
        (
            "login_messenger",
            text.settings_login_messenger(),
            &settings.login_messenger,
        ),
        (
            "login_instagram",
            text.settings_login_instagram(),
            &settings.login_instagram,
        ),
        (
            "login_whatsapp",
            text.settings_login_whatsapp(),
            &settings.login_whatsapp,
        ),
        ("signup", text.settings_signup(), &settings.signup),
    ];
    fields
        .map(|(name, label, value)| {
            view! {
                <Field name label value=value.clone() inputmode="numeric" mono=true optional=true failure/>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

fn policy_fields(settings: &Settings, post: Post) -> AnyView {
    let text = text();
    let failure = failure_of(post);
    let policies = UnconfirmedPolicy::ALL
        .iter()
        .map(|policy| {
            let words = match policy {
                UnconfirmedPolicy::Hold => text.settings_policy_hold(),
                UnconfirmedPolicy::Resend => text.settings_policy_resend(),
            };
            (policy.to_string(), words.to_owned())
        })
        .collect();
    let days = [
        number(
            "payload_days",
            text.settings_payload_days(),
            text.settings_payload_days_hint(),
            &settings.payload_days,
            failure,
        ),
        number(
            "metadata_weeks",
            text.settings_metadata_weeks(),
            text.settings_metadata_weeks_hint(),
            &settings.metadata_weeks,
            failure,
        ),
        number(
            "silence_hours",
            text.settings_silence_hours(),
            text.settings_silence_hours_hint(),
            &settings.silence_hours,
            failure,
        ),
    ]
    .collect_view();
    view! {
        <Select
            name="unconfirmed_policy"
            label=text.settings_policy()
            hint=text.settings_policy_hint()
            options=policies
            value=settings.unconfirmed_policy.clone()
            failure
        />
        {days}
        <Select
            name="report_automatic"
            label=text.settings_automatic()
            hint=text.settings_automatic_hint()
            options=vec![
                ("off".to_owned(), text.settings_automatic_off().to_owned()),
                ("on".to_owned(), text.settings_automatic_on().to_owned()),
            ]
            value=if settings.report_automatic { "on" } else { "off" }
            failure
        />
    }
    .into_any()
}

fn notify_fields(settings: &Settings, post: Post) -> AnyView {
    let text = text();
    let failure = failure_of(post);
    let (label, hint) = if settings.has_notify_secret {
        (text.settings_secret_set(), text.settings_secret_set_hint())
    } else {
        (text.settings_secret(), text.settings_secret_hint())
    };
    view! {
        <Textarea
            name="notify_emails"
            label=text.settings_emails()
            hint=text.settings_emails_hint()
            value=settings.notify_emails.clone()
            rows=3
            optional=true
            failure
        />
        <Field
            name="notify_webhook_url"
            label=text.settings_webhook()
            hint=text.settings_webhook_hint()
            value=settings.notify_webhook_url.clone()
            mono=true
            optional=true
            failure
        />
        <Field name="notify_secret" label hint kind="password" autocomplete="new-password" optional=true failure/>
    }
    .into_any()
}

fn remove_secret(post: Post) -> AnyView {
    let text = text();
    view! {
        <div class="space-y-3">
            <p class="flex items-center gap-2">{Icon::KeyRound.view()} {text.settings_secret_is_set()}</p>
            <FormError failure=failure_of(post)/>
            <Confirm label=text.settings_secret_remove() title=text.settings_secret_remove_question() what=text.settings_secret_remove_what()>
                <PostForm to=post>
                    <Submit label=text.settings_secret_remove() pending=post.pending() class="btn btn-sm btn-error"/>
                </PostForm>
            </Confirm>
        </div>
    }
    .into_any()
}

fn access_fields(settings: &Settings, post: Post) -> AnyView {
    let text = text();
    let failure = failure_of(post);
    let fields = [
        (
            "access_calls",
            text.settings_access_calls(),
            &settings.access_calls,
        ),
        (
            "access_error_percent",
            text.settings_access_percent(),
            &settings.access_error_percent,
        ),
        (
            "access_guide_calls",
            text.settings_guide_calls(),
            &settings.access_guide_calls,
        ),
        (
            "access_guide_error_percent",
            text.settings_guide_percent(),
            &settings.access_guide_error_percent,
        ),
    ];
    let fields = fields
        .map(|(name, label, value)| number(name, label, "", value, failure))
        .collect_view();
    view! { <div class="grid gap-5 sm:grid-cols-2">{fields}</div> }.into_any()
}
