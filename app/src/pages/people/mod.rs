//! Who may sign in: the partner's team, and an advertiser's own people. One list for both; what differs is whose it is.

mod invite;
mod row;

use domain::{Role, console::PeopleList};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::advertiser_tabs::{AdvertiserTab, advertiser_tabs};
use crate::{
    api::people::{
        ChangeRole, EnablePerson, InviteForm, InvitePerson, ListPeople, RemovePerson,
        ResendInvitation, RevokeInvitation,
    },
    components::{Crumb, FormError, Loaded, PageHead, Post, failure_of, typed},
    preferences::text,
};
use invite::{Invite, invited};
use row::{invitation_row, person_row};

/// The forms of a list of people. Copied freely.
#[derive(Clone, Copy)]
struct Forms {
    invite: Post,
    resend: Post,
    revoke: Post,
    role: Post,
    remove: Post,
    enable: Post,
}

impl Forms {
    fn new() -> Self {
        Self {
            invite: Post::to::<InvitePerson>(),
            resend: Post::to::<ResendInvitation>(),
            revoke: Post::to::<RevokeInvitation>(),
            role: Post::to::<ChangeRole>(),
            remove: Post::to::<RemovePerson>(),
            enable: Post::to::<EnablePerson>(),
        }
    }

    fn all(self) -> [Post; 6] {
        [
            self.invite,
            self.resend,
            self.revoke,
            self.role,
            self.remove,
            self.enable,
        ]
    }
}

/// The partner's staff.
#[component]
pub fn TeamPage() -> impl IntoView {
    people(Signal::stored(String::new()))
}

/// One advertiser's people.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let params = use_params_map();
    people(Signal::derive(move || {
        params.with(|params| params.get("advertiser").unwrap_or_default())
    }))
}

fn people(advertiser: Signal<String>) -> AnyView {
    let forms = Forms::new();
    let kept = typed(|| None::<InviteForm>);
    let loaded = Loaded::after(forms.all(), move || ListPeople {
        advertiser: advertiser.get(),
    });
    loaded.page(5, move |list| {
        view! { <List list kept=kept.clone() forms/> }.into_any()
    })
}

#[component]
fn List(list: PeopleList, kept: Option<InviteForm>, forms: Forms) -> impl IntoView {
    let text = text();
    let PeopleList {
        advertiser,
        people,
        invitations,
        now_ms,
    } = list;
    let id = advertiser
        .as_ref()
        .map(|advertiser| advertiser.id.to_string())
        .unwrap_or_default();
    let language = advertiser
        .as_ref()
        .map_or(text.language(), |advertiser| advertiser.language);
    let may_invite = advertiser
        .as_ref()
        .is_none_or(|advertiser| !advertiser.is_archived);
    let roles: Vec<Role> = Role::ALL
        .iter()
        .copied()
        .filter(|role| role.is_partner() == advertiser.is_none())
        .collect();
    let head = match &advertiser {
        None => {
            view! { <PageHead title=text.words_team() lead=text.people_team_lead()/> }.into_any()
        }
        Some(advertiser) => view! {
            <PageHead
                title=advertiser.name.clone()
                lead=text.people_lead()
                crumbs=vec![Crumb::new("/advertisers", text.words_advertisers())]
            />
            {advertiser_tabs(advertiser.id, AdvertiserTab::People)}
        }
        .into_any(),
    };
    let is_empty = people.is_empty();
    let rows = people
        .into_iter()
        .map(|person| person_row(person, &id, &roles, now_ms, forms))
        .collect_view();
    let no_invitations = invitations.is_empty();
    let invitations = invitations
        .into_iter()
        .map(|invitation| invitation_row(invitation, &id, now_ms, forms))
        .collect_view();
    view! {
        {head}
        <div class="max-w-4xl space-y-8">
            <div>
                {[forms.role, forms.remove, forms.enable, forms.resend, forms.revoke]
                    .map(|post| view! { <FormError failure=failure_of(post)/> }.into_any())
                    .collect_view()}
                {invited(forms.resend)}
            </div>
            <section class="space-y-3">
                <h2 class="text-lg font-semibold">{text.people_who()}</h2>
                {if is_empty {
                    view! { <p class="text-muted">{text.people_nobody()}</p> }.into_any()
                } else {
                    view! { <ul class="divide-y divide-base-content/10 rounded-box border border-base-content/10 bg-base-100">{rows}</ul> }.into_any()
                }}
            </section>
            <section class="space-y-3">
                <h2 class="text-lg font-semibold">{text.people_invited()}</h2>
                {if no_invitations {
                    view! { <p class="text-muted">{text.people_nobody_invited()}</p> }.into_any()
                } else {
                    view! { <ul class="divide-y divide-base-content/10 rounded-box border border-base-content/10 bg-base-100">{invitations}</ul> }.into_any()
                }}
            </section>
            {may_invite.then(|| view! { <Invite advertiser=id roles language kept invite=forms.invite/> }.into_any())}
        </div>
    }
}
