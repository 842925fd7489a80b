//! Changing an advertiser, putting it away and bringing it back.

use domain::{
    AdvertiserId, Permission,
    console::{Advertiser, AdvertiserToEdit},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::advertiser_form::AdvertiserFields;
use crate::{
    Error,
    api::advertisers::{
        AdvertiserForm, ArchiveAdvertiser, EditAdvertiser, LoadAdvertiserToEdit, RestoreAdvertiser,
    },
    components::{
        Alert, Confirm, Crumb, FormError, Loaded, May, PageHead, Post, PostForm, Submit,
        failure_of, typed,
    },
    preferences::text,
};

/// The form of an advertiser, filled in.
#[component]
pub fn EditAdvertiserPage() -> impl IntoView {
    let params = use_params_map();
    let archive = Post::to::<ArchiveAdvertiser>();
    let restore = Post::to::<RestoreAdvertiser>();
    let loaded = Loaded::after([archive, restore], move || LoadAdvertiserToEdit {
        advertiser: params.with(|params| params.get("advertiser").unwrap_or_default()),
    });
    let kept = typed(|| None::<AdvertiserForm>);
    let edit = Post::to::<EditAdvertiser>();

    loaded.page(5, move |to_edit| {
        if to_edit.advertiser.is_archived {
            view! { <Archived advertiser=to_edit.advertiser restore/> }.into_any()
        } else {
            view! { <Edited to_edit kept=kept.clone() edit archive/> }.into_any()
        }
    })
}

fn crumbs(advertiser: &Advertiser) -> Vec<Crumb> {
    vec![
        Crumb::new("/advertisers", text().words_advertisers()),
        Crumb::new(
            format!("/advertisers/{}", advertiser.id),
            advertiser.name.clone(),
        ),
    ]
}

/// An advertiser in use: it can be changed and put away.
#[component]
fn Edited(
    to_edit: AdvertiserToEdit,
    kept: Option<AdvertiserForm>,
    edit: Post,
    archive: Post,
) -> impl IntoView {
    let text = text();
    let failure = failure_of(edit);
    let AdvertiserToEdit {
        advertiser,
        contact_email,
        payload_days,
        partner_payload_days,
    } = to_edit;
    let crumbs = crumbs(&advertiser);
    let id = advertiser.id;
    let what = text.advertisers_archive_what(&advertiser.name);
    let form = kept.unwrap_or_else(|| AdvertiserForm {
        name: advertiser.name,
        language: advertiser.language.to_string(),
        time_zone: advertiser.time_zone,
        reference: advertiser.reference,
        payload_days: payload_days
            .map(|days| days.to_string())
            .unwrap_or_default(),
    });
    view! {
        <PageHead title=text.advertisers_edit_title() crumbs/>
        <div class="max-w-2xl space-y-8">
            <div class="card bg-base-100">
                <div class="card-body p-5 sm:p-8">
                    <PostForm to=edit>
                        <input type="hidden" name="advertiser" value=id.to_string()/>
                        <div class="space-y-6">
                            <FormError failure/>
                            <AdvertiserFields form contact_email partner_payload_days failure/>
                            <div class="flex flex-wrap gap-2">
                                <Submit label=text.words_save() pending=edit.pending()/>
                                <a class="btn btn-ghost" href=format!("/advertisers/{id}")>{text.words_cancel()}</a>
                            </div>
                        </div>
                    </PostForm>
                </div>
            </div>
            <section class="space-y-3">
                <h2 class="text-lg font-semibold">{text.advertisers_archive_title()}</h2>
                <p class="text-muted">{text.advertisers_archive_lead()}</p>
                <FormError failure=failure_of(archive)/>
                <Confirm label=text.words_archive() title=text.advertisers_archive_question() what>
                    <PostForm to=archive>
                        <input type="hidden" name="advertiser" value=id.to_string()/>
                        <Submit label=text.words_archive() pending=archive.pending() class="btn btn-sm btn-error"/>
                    </PostForm>
                </Confirm>
            </section>
            {erase_link(id)}
        </div>
    }
}

/// An advertiser that was put away: it can be brought back.
#[component]
fn Archived(advertiser: Advertiser, restore: Post) -> impl IntoView {
    let text = text();
    let crumbs = crumbs(&advertiser);
    let failure: Signal<Option<Error>> = failure_of(restore);
    // A name that was taken meanwhile has no field here to be shown beside.
    let beside = move || failure.with(|failure| failure.as_ref()?.beside("name", text));
    view! {
        <PageHead title=text.advertisers_edit_title() crumbs/>
        <div class="max-w-2xl space-y-4">
            <FormError failure/>
            <p class="text-error" role="alert">{beside}</p>
            <Alert title=text.advertisers_archived_title()>
                <p>{text.advertisers_archived_what()}</p>
                <PostForm to=restore>
                    <input type="hidden" name="advertiser" value=advertiser.id.to_string()/>
                    <Submit label=text.words_restore() pending=restore.pending() class="btn btn-sm"/>
                </PostForm>
            </Alert>
            {erase_link(advertiser.id)}
        </div>
    }
}

/// The way to the page that erases; it asks once more.
fn erase_link(id: AdvertiserId) -> AnyView {
    let text = text();
    view! {
        <May permission=Permission::EraseAdvertisers>
            <section class="space-y-3">
                <h2 class="text-lg font-semibold">{text.erase_section()}</h2>
                <p class="text-muted">{text.erase_lead()}</p>
                <a class="btn btn-sm btn-outline btn-error" href=format!("/advertisers/{id}/erase")>{text.erase_go()}</a>
            </section>
        </May>
    }
    .into_any()
}
