//! Erasing the person that an event is about.

use domain::{Permission, console::EventRow};
use leptos::prelude::*;

use crate::{
    components::{Confirm, May, Post, PostForm, Submit},
    preferences::text,
};

/// The question, for who may; nothing for an event about nobody.
#[component]
pub fn EraseContactOf(
    /// The event.
    row: EventRow,
    /// Erases its contact.
    erase: Post,
) -> impl IntoView {
    let text = text();
    let id = row.id.to_string();
    (!row.contact_hint.is_empty()).then(|| {
        view! {
            <May permission=Permission::EraseContacts>
                <section class="space-y-3">
                    <h2 class="text-lg font-semibold">{text.erase_contact_title()}</h2>
                    <p class="text-muted">{text.erase_contact_lead()}</p>
                    {form(id.clone(), &row.contact_hint, erase)}
                </section>
            </May>
        }
        .into_any()
    })
}

fn form(event: String, hint: &str, erase: Post) -> AnyView {
    let text = text();
    view! {
        <Confirm label=text.erase_contact_button() title=text.erase_contact_question(hint) what=text.erase_contact_what()>
            <PostForm to=erase>
                <input type="hidden" name="event" value=event/>
                <Submit label=text.erase_contact_button() pending=erase.pending() class="btn btn-sm btn-error"/>
            </PostForm>
        </Confirm>
    }
    .into_any()
}
