//! One key in the list: what it is for, when it was used, and what can be done.

use domain::{
    KeyStanding,
    console::{ApiKey, Moment},
};
use leptos::prelude::*;

use super::Doing;
use crate::{
    components::{Confirm, Fact, Facts, Icon, PostForm, Submit, Time},
    preferences::text,
};

/// How long the old key may go on beside the new one, in hours.
const OVERLAPS: [u32; 5] = [24, 24 * 7, 24 * 30, 1, 0];

pub(super) fn key_row(advertiser: &str, key: ApiKey, now_ms: i64, doing: Doing) -> AnyView {
    let text = text();
    let can_end = matches!(key.standing, KeyStanding::Works | KeyStanding::Replaced);
    let actions = can_end.then(|| actions(advertiser, &key, doing));
    let scopes = key
        .scopes
        .iter()
        .map(|scope| view! { <code class="mr-2 text-sm">{scope.as_str()}</code> " " }.into_any())
        .collect_view();
    let when = move |moment: Option<Moment>, otherwise: &'static str| match moment {
        Some(moment) => view! { <Time moment now_ms/> }.into_any(),
        None => otherwise.into_any(),
    };
    let maker = (!key.created_by.is_empty())
        .then(|| view! { <Fact name=text.keys_made_by()>{key.created_by}</Fact> }.into_any());
    view! {
        <li class="card bg-base-100" data-testid="key-card">
            <div class="card-body gap-3 p-5">
                <div class="flex flex-wrap items-start justify-between gap-2">
                    <h3 class="min-w-0 break-words text-base font-semibold">
                        {key.name} " " <code class="text-sm font-normal text-muted">{key.hint} "…"</code>
                    </h3>
                    {badge(key.standing)}
                </div>
                <Facts>
                    <Fact name=text.keys_scopes()>{scopes}</Fact>
                    <Fact name=text.keys_made_at()><Time moment=key.created/></Fact>
                    {maker}
                    <Fact name=text.keys_last_used()>{when(key.last_used, text.words_never())}</Fact>
                    <Fact name=text.keys_expiry()>{when(key.expires, text.keys_until_revoked())}</Fact>
                </Facts>
                {actions}
            </div>
        </li>
    }
    .into_any()
}

fn badge(standing: KeyStanding) -> AnyView {
    let (icon, colour) = match standing {
        KeyStanding::Works => (Icon::CheckCircle, "text-success"),
        KeyStanding::Replaced => (Icon::Hourglass, "text-warning"),
        KeyStanding::Expired => (Icon::CircleOff, "text-muted"),
        KeyStanding::Revoked => (Icon::Ban, "text-muted"),
    };
    let word = text().key_standing(standing);
    view! { <span class=format!("inline-flex items-center gap-1.5 font-medium {colour}")>{icon.view()} {word}</span> }
        .into_any()
}

fn actions(advertiser: &str, key: &ApiKey, doing: Doing) -> AnyView {
    let text = text();
    let fields = |advertiser: String, id: String| {
        view! {
            <input type="hidden" name="advertiser" value=advertiser/>
            <input type="hidden" name="key" value=id/>
        }
        .into_any()
    };
    let rotate = (key.standing == KeyStanding::Works).then(|| {
        let named = fields(advertiser.to_owned(), key.id.to_string());
        let label = format!("{}: {}", text.keys_overlap(), key.name);
        let options = OVERLAPS
            .map(|hours| {
                let words = match hours {
                    0 => text.keys_at_once().to_owned(),
                    hours if hours.is_multiple_of(24) => text.keys_days(hours / 24),
                    hours => text.keys_hours(hours),
                };
                view! { <option value=hours.to_string()>{words}</option> }.into_any()
            })
            .collect_view();
        view! {
            <details>
                <summary class="btn btn-sm list-none">{text.keys_rotate()}</summary>
                <div class="mt-3 max-w-prose space-y-3 rounded-box border border-base-content/20 p-4">
                    <p>{text.keys_rotate_what()}</p>
                    <PostForm to=doing.rotate>
                        {named}
                        <div class="flex flex-wrap items-end gap-3">
                            <label class="space-y-1">
                                <span class="block font-medium">{text.keys_overlap()}</span>
                                <select class="select" name="hours" aria-label=label>{options}</select>
                            </label>
                            <Submit label=text.keys_rotate() pending=doing.rotate.pending() class="btn btn-sm btn-primary"/>
                        </div>
                    </PostForm>
                </div>
            </details>
        }
        .into_any()
    });
    let named = fields(advertiser.to_owned(), key.id.to_string());
    let title = text.keys_revoke_title(&key.name);
    view! {
        <div class="flex flex-wrap items-start gap-2">
            {rotate}
            <Confirm label=text.keys_revoke() title what=text.keys_revoke_what()>
                <PostForm to=doing.revoke>
                    {named}
                    <Submit label=text.keys_revoke() pending=doing.revoke.pending() class="btn btn-sm btn-error"/>
                </PostForm>
            </Confirm>
        </div>
    }
    .into_any()
}
