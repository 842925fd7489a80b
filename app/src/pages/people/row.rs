//! One person, or one invitation: who, as what, since when, and what can be done about it.

use domain::{
    Role,
    console::{InvitationRow, PersonRow},
};
use leptos::prelude::*;

use super::Forms;
use crate::{
    components::{Confirm, Icon, PostForm, Submit, Time},
    preferences::text,
};

/// Somebody who may sign in, and behind *Manage* what can be changed.
pub(super) fn person_row(
    person: PersonRow,
    advertiser: &str,
    roles: &[Role],
    now_ms: i64,
    forms: Forms,
) -> AnyView {
    let text = text();
    let PersonRow {
        id,
        name,
        email,
        role,
        is_disabled,
        is_self,
        last_seen,
    } = person;
    let is_staff = advertiser.is_empty();
    let options = roles
        .iter()
        .map(|choice| {
            view! { <option value=choice.as_str() selected=*choice == role>{text.role(*choice)}</option> }
                .into_any()
        })
        .collect_view();
    let [to_role, to_remove] = [(); 2].map(|()| hidden(advertiser, "person", &id.to_string()));
    let (title, what, label) = if is_staff {
        (
            text.people_disable_question(),
            text.people_disable_what(&name),
            text.people_disable(),
        )
    } else {
        (
            text.people_remove_question(),
            text.people_remove_what(&name),
            text.people_remove(),
        )
    };
    let access = if is_disabled {
        view! {
            <PostForm to=forms.enable>
                <input type="hidden" name="person" value=id.to_string()/>
                <Submit label=text.people_enable() pending=forms.enable.pending() class="btn btn-sm"/>
            </PostForm>
        }
        .into_any()
    } else {
        view! {
            <Confirm label title what>
                <PostForm to=forms.remove>
                    {to_remove}
                    <Submit label pending=forms.remove.pending() class="btn btn-sm btn-error"/>
                </PostForm>
            </Confirm>
        }
        .into_any()
    };
    let seen = match last_seen {
        Some(moment) => view! { {text.people_last_seen()} " " <Time moment now_ms/> }.into_any(),
        None => text.people_never_seen().into_any(),
    };
    let which = text.people_role_of(&name);
    view! {
        <li class="space-y-3 p-4">
            <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
                <div class="min-w-0">
                    <p class="flex flex-wrap items-center gap-2 font-medium">
                        <span class="min-w-0 break-words">{name}</span>
                        {is_self.then(|| view! { <span class="badge badge-sm">{text.people_you()}</span> }.into_any())}
                        {is_disabled.then(|| view! {
                            <span class="badge badge-sm badge-outline">{Icon::Ban.sized("size-3.5")} {text.people_disabled()}</span>
                        }.into_any())}
                    </p>
                    <p class="break-all text-sm text-muted">{email}</p>
                </div>
                <div class="text-sm sm:text-right">
                    <p class="font-medium">{text.role(role)}</p>
                    <p class="text-muted">{seen}</p>
                </div>
            </div>
            <details>
                <summary class="link w-fit cursor-pointer py-1 text-sm">{text.people_manage()}</summary>
                <div class="mt-3 space-y-4">
                    {(!is_disabled).then(|| view! {
                        <PostForm to=forms.role>
                            {to_role}
                            <div class="flex flex-wrap items-center gap-2">
                                <select class="select select-sm w-auto" name="role" aria-label=which autocomplete="off">{options}</select>
                                <Submit label=text.people_change_role() pending=forms.role.pending() class="btn btn-sm"/>
                            </div>
                            <p class="mt-1 text-sm text-muted">{text.people_change_role_hint()}</p>
                        </PostForm>
                    }.into_any())}
                    {access}
                </div>
            </details>
        </li>
    }
    .into_any()
}

/// Somebody who was asked: the link can be sent again or taken back.
pub(super) fn invitation_row(
    invitation: InvitationRow,
    advertiser: &str,
    now_ms: i64,
    forms: Forms,
) -> AnyView {
    let text = text();
    let [to_resend, to_revoke] =
        [(); 2].map(|()| hidden(advertiser, "invitation", &invitation.id.to_string()));
    let until = if invitation.is_expired {
        view! { <span class="text-error">{Icon::Clock.sized("inline size-3.5")} " " {text.people_expired()}</span> }
            .into_any()
    } else {
        view! { {text.people_expires()} " " <Time moment=invitation.expires now_ms/> }.into_any()
    };
    view! {
        <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 p-4">
            <div class="min-w-0">
                <p class="break-all font-medium">{invitation.email}</p>
                <p class="text-sm text-muted">{text.role(invitation.role)} " · " {until}</p>
            </div>
            <div class="flex flex-wrap gap-2">
                <PostForm to=forms.resend>
                    {to_resend}
                    <Submit label=text.people_resend() pending=forms.resend.pending() class="btn btn-sm"/>
                </PostForm>
                <PostForm to=forms.revoke>
                    {to_revoke}
                    <Submit label=text.people_revoke() pending=forms.revoke.pending() class="btn btn-sm btn-outline btn-error"/>
                </PostForm>
            </div>
        </li>
    }
    .into_any()
}

/// What every form of a row says without showing it.
fn hidden(advertiser: &str, name: &'static str, id: &str) -> AnyView {
    view! {
        <input type="hidden" name="advertiser" value=advertiser.to_owned()/>
        <input type="hidden" name=name value=id.to_owned()/>
    }
    .into_any()
}
