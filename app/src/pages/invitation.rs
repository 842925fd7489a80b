//! The page behind an invitation's link. Looking has no effect; the form accepts.

use domain::{Language, console::InvitationShown};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    Error,
    api::people::{AcceptForm, AcceptInvitation, LoadInvitation},
    components::{
        Field, FormError, Icon, Loaded, Post, PostForm, Select, Submit, document_title, failure_of,
        typed,
    },
    frame::Switches,
    preferences::text,
};

/// Who invites to what, and the form of somebody new or of somebody who signs in already.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let text = text();
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let accept = Post::to::<AcceptInvitation>();
    let form = typed(AcceptForm::default);
    let loaded = Loaded::new(move || LoadInvitation { token: token.get() });
    view! {
        <Title text=document_title(text.invitation_title())/>
        <main class="flex min-h-dvh flex-col items-center justify-center gap-6 px-4 py-10" id="main">
            <div class="flex items-center gap-2 text-lg font-semibold">
                <span class="text-primary">{Icon::Plug.sized("size-6")}</span>
                {text.words_product()}
            </div>
            <section class="card w-full max-w-md bg-base-100">
                <div class="card-body gap-5 p-6 text-base sm:p-8">
                    {loaded.each(4, move |invitation| match invitation {
                        Some(Ok(invitation)) => {
                            let token = token.get_untracked();
                            view! { <Form invitation token name=form.name.clone() accept/> }.into_any()
                        }
                        Some(Err(error)) => over(&error),
                        None => ().into_any(),
                    })}
                </div>
            </section>
            <div class="w-full max-w-xs"><Switches/></div>
        </main>
    }
}

#[component]
fn Form(invitation: InvitationShown, token: String, name: String, accept: Post) -> impl IntoView {
    let text = text();
    let failure = failure_of(accept);
    let InvitationShown {
        email,
        role,
        language,
        advertiser_name,
        partner_name,
        is_known,
        ..
    } = invitation;
    let to = match (partner_name.is_empty(), advertiser_name.is_empty()) {
        (true, true) => text.invitation_to_team().to_owned(),
        (false, true) => text.invitation_to_team_of(&partner_name),
        (_, false) => text.invitation_to_advertiser(&advertiser_name),
    };
    let languages = Language::ALL
        .iter()
        .map(|language| (language.to_string(), language.own_name().to_owned()))
        .collect();
    let fields = if is_known {
        view! {
            <p class="text-muted">{text.invitation_known()}</p>
            <Field
                name="password"
                label=text.words_password()
                kind="password"
                autocomplete="current-password"
                failure
            />
        }
        .into_any()
    } else {
        view! {
            <Field name="name" label=text.invitation_name() hint=text.invitation_name_hint() autocomplete="name" value=name failure/>
            <Field
                name="password"
                label=text.invitation_password()
                hint=text.invitation_password_hint()
                kind="password"
                autocomplete="new-password"
                failure
            />
            <Select name="language" label=text.words_language() options=languages value=language.to_string() failure/>
        }
        .into_any()
    };
    view! {
        <div class="space-y-2">
            <h1 class="text-2xl font-semibold">{text.invitation_title()}</h1>
            <p>{to}</p>
            <p class="text-muted">{text.invitation_as(text.role(role))} " " {text.role_meaning(role)}</p>
        </div>
        <PostForm to=accept attr:novalidate="">
            <input type="hidden" name="token" value=token/>
            <input type="hidden" name="is_known" value=is_known.to_string()/>
            // For the browser's store of passwords.
            <input class="hidden" type="text" name="email" value=email.clone() autocomplete="username" readonly tabindex="-1" aria-hidden="true"/>
            <div class="space-y-5">
                <FormError failure/>
                <p>
                    <span class="block text-sm text-muted">{text.words_email()}</span>
                    <span class="break-all font-medium">{email}</span>
                </p>
                {fields}
                <Submit label=text.invitation_accept() pending=accept.pending() class="btn btn-primary w-full"/>
            </div>
        </PostForm>
    }
}

/// A link that never was, was used, or has expired: what happened, and whose turn it is.
fn over(error: &Error) -> AnyView {
    let text = text();
    let what = match error {
        Error::NotFound => text.error_invitation_over().to_owned(),
        other => other.what(text),
    };
    view! {
        <div class="space-y-3">
            <h1 class="text-2xl font-semibold">{text.invitation_over_title()}</h1>
            <p>{what}</p>
            <p><a class="link" href="/sign-in">{text.words_sign_in()}</a></p>
        </div>
    }
    .into_any()
}
