//! Inviting somebody, and the link that comes of it.

use domain::{Language, Role};
use leptos::prelude::*;

use crate::{
    api::people::{InviteForm, Invited},
    components::{
        Alert, CopyButton, Field, Post, Select, Submit, Tone, failure_of, form_card, live,
    },
    preferences::text,
    wire::read,
};

/// How long a link may work, in days.
const DAYS: [u32; 5] = [1, 3, 7, 14, 30];

/// Whom, as what, in which language, for how long.
#[component]
pub(super) fn Invite(
    /// Whose people; empty for the staff.
    advertiser: String,
    roles: Vec<Role>,
    /// What most of them read.
    language: Language,
    kept: Option<InviteForm>,
    invite: Post,
) -> impl IntoView {
    let text = text();
    let failure = failure_of(invite);
    let form = kept.unwrap_or_else(|| InviteForm {
        email: String::new(),
        // The one that may do least: more is a decision.
        role: roles.last().map(ToString::to_string).unwrap_or_default(),
        language: language.to_string(),
        days: "7".to_owned(),
    });
    let roles = roles
        .into_iter()
        .map(|role| {
            let words = format!("{} — {}", text.role(role), text.role_meaning(role));
            (role.to_string(), words)
        })
        .collect();
    let languages = Language::ALL
        .iter()
        .map(|language| (language.to_string(), language.own_name().to_owned()))
        .collect();
    let days = DAYS
        .iter()
        .map(|days| (days.to_string(), text.people_days(days)))
        .collect();
    let fields = view! {
        <input type="hidden" name="advertiser" value=advertiser/>
        <Field name="email" label=text.words_email() kind="email" value=form.email failure/>
        <Select name="role" label=text.people_role() options=roles value=form.role failure/>
        <div class="grid gap-5 sm:grid-cols-2">
            <Select name="language" label=text.people_mail_language() options=languages value=form.language failure/>
            <Select name="days" label=text.people_valid_for() options=days value=form.days failure/>
        </div>
        <Submit label=text.people_invite() pending=invite.pending()/>
    };
    view! {
        <section class="space-y-3">
            <h2 class="text-lg font-semibold">{text.people_invite_title()}</h2>
            {invited(invite)}
            {form_card(invite, fields.into_any())}
        </section>
    }
}

/// The link that a form came back with. It is shown this once.
pub(super) fn invited(post: Post) -> AnyView {
    let text = text();
    view! {
        <div aria-live="polite">
            {live(move || {
                let invited = post.answer().with(|answer| {
                    read::<Invited>(answer.as_ref()?.as_ref().ok()?).ok()
                })?;
                Some(view! {
                    <div class="mb-3">
                        <Alert tone=Tone::Success title=text.people_link_title()>
                            <p>{if invited.is_mailed { text.people_link_mailed() } else { text.people_link_what() }}</p>
                            <p class="flex items-center gap-2">
                                <code class="min-w-0 break-all font-mono text-xs" data-invitation-link="">{invited.link.clone()}</code>
                                <CopyButton value=invited.link what=text.people_link()/>
                            </p>
                        </Alert>
                    </div>
                }.into_any())
            })}
        </div>
    }
    .into_any()
}
