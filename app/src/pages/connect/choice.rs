//! Choosing assets: which of those that the login reaches are this advertiser's.

use domain::console::{AssetChoice, AssetHolder, ConnectAttempt};
use leptos::{html::Fieldset, prelude::*};

use super::{
    asset_row::{AssetRow, Filter, matches, searched},
    attempt::AtWork,
    permissions::NotGranted,
    start::StartForm,
    words,
};
use crate::{
    Error,
    api::connect::ChosenAssets,
    components::{Empty, Icon, Post, PostForm, Submit, failure_of, live},
    preferences::text,
};

/// From so many assets on there is a filter.
const MANY: usize = 9;

/// The choice, and the way back to Meta for those who do not find theirs.
#[component]
pub fn Choice(
    /// The attempt, verified.
    attempt: ConnectAttempt,
    /// What was ticked before the form came back with an error.
    typed: ChosenAssets,
    /// Connects what is ticked.
    choose: Post,
) -> impl IntoView {
    let text = text();
    let (advertiser, id, channel) = (attempt.advertiser_id, attempt.id, attempt.channel);
    let is_none_free = !attempt.choices.iter().any(is_free);
    let count = attempt.choices.len();
    let what = words::counted(text, channel, count);
    let lead = if attempt.person_name.is_empty() {
        text.connect_attempt_choose_lead_unnamed(&attempt.advertiser_name, &what)
    } else {
        text.connect_attempt_choose_lead(&attempt.advertiser_name, &attempt.person_name, &what)
    };
    let other_login = view! { <StartForm advertiser channel attempt=Some(id) label=text.connect_attempt_log_in_again() class="btn btn-sm"/> };
    let form = (count > 0)
        .then(|| view! { <AssetsForm attempt=attempt.clone() typed choose/> }.into_any());
    if is_none_free {
        return view! {
            <Empty icon=Icon::Ban title=text.connect_attempt_none_free_title() what=text.connect_attempt_none_free_what()>
                {other_login}
            </Empty>
            {form}
        }
        .into_any();
    }
    view! {
        <p class="max-w-prose">{lead}</p>
        <NotGranted advertiser channel attempt=Some(id) permissions=attempt.permissions/>
        {form}
        <div class="flex flex-wrap items-center gap-3 border-t border-base-content/10 pt-4">
            <p class="text-sm text-muted">{text.connect_attempt_other_login()}</p>
            {other_login}
        </div>
    }
    .into_any()
}

fn is_free(page: &AssetChoice) -> bool {
    page.holder != AssetHolder::Elsewhere
}

/// What is ticked at first: what was ticked before, else what is connected already, else the only one there is.
fn ticked(pages: &[AssetChoice], typed: &ChosenAssets) -> Vec<String> {
    let ids = |wanted: &dyn Fn(&AssetChoice) -> bool| -> Vec<String> {
        pages
            .iter()
            .filter(|page| is_free(page) && wanted(page))
            .map(|page| page.meta_id.clone())
            .collect()
    };
    let before = ids(&|page| typed.assets.contains(&page.meta_id));
    let held = ids(&|page| page.holder == AssetHolder::ThisAdvertiser);
    let free = ids(&|_| true);
    if !before.is_empty() {
        before
    } else if !held.is_empty() {
        held
    } else if free.len() == 1 {
        free
    } else {
        Vec::new()
    }
}

/// Why the choice was not taken; the rest stands above the form.
fn wrong(failure: Option<&Error>) -> Option<&'static str> {
    let text = text();
    match failure {
        Some(Error::Invalid { field, why }) if field == "assets" => Some(match why {
            domain::Why::Empty => text.connect_attempt_choose_none(),
            _ => text.connect_attempt_choose_unreachable(),
        }),
        _ => None,
    }
}

#[component]
fn AssetsForm(attempt: ConnectAttempt, typed: ChosenAssets, choose: Post) -> impl IntoView {
    let text = text();
    let ConnectAttempt {
        advertiser_id,
        id,
        channel,
        choices: pages,
        suggested,
        ..
    } = attempt;
    let mut ticked = ticked(&pages, &typed);
    if ticked.is_empty() && typed.assets.is_empty() {
        // What Meta's signup window says was set up just now.
        let named = pages
            .iter()
            .filter(|page| is_free(page) && suggested.contains(&page.meta_id));
        ticked = named.map(|page| page.meta_id.clone()).collect();
    }
    let (chosen, set_chosen) = signal(ticked.len());
    let filter = RwSignal::new(String::new());
    let fieldset = NodeRef::<Fieldset>::new();
    let recount = move || {
        if let Some(fieldset) = fieldset.get_untracked()
            && let Ok(boxes) = fieldset.query_selector_all("input:checked")
        {
            set_chosen.set(boxes.length() as usize);
        }
    };
    // Somebody may have ticked before the page came alive.
    Effect::new(recount);
    let failure = failure_of(choose);
    let wrong = Signal::derive(move || failure.with(|failure| wrong(failure.as_ref())));
    let can_submit = pages.iter().any(is_free);
    let names: Vec<String> = pages.iter().map(searched).collect();
    let is_no_match = move || filter.with(|filter| !names.iter().any(|name| matches(name, filter)));
    let filter_field = (pages.len() >= MANY).then(|| view! { <Filter filter/> }.into_any());
    let rows = pages
        .into_iter()
        .map(|page| {
            let is_ticked = ticked.contains(&page.meta_id);
            view! { <AssetRow asset=page channel is_ticked filter wrong/> }
        })
        .collect_view();
    view! {
        <PostForm to=choose>
            <input type="hidden" name="advertiser" value=advertiser_id.to_string()/>
            <input type="hidden" name="attempt" value=id.to_string()/>
            <fieldset class="space-y-3" node_ref=fieldset on:change=move |_| recount()>
                <legend class="mb-2 font-semibold">{words::assets(text, channel)}</legend>
                {filter_field}
                <p class="text-error" id="assets-error" hidden=Signal::derive(move || wrong.get().is_none())>{live(move || wrong.get())}</p>
                <ul class="divide-y divide-base-content/10 rounded-box border border-base-content/10 bg-base-100">{rows}</ul>
                <p class="text-muted" role="status">{live(move || is_no_match().then(|| text.connect_attempt_no_match()))}</p>
            </fieldset>
            {can_submit.then(|| view! {
                <div class="sticky bottom-0 z-20 flex flex-wrap items-center gap-x-4 gap-y-1 bg-base-200 py-3 max-md:bottom-16">
                    <Submit label=text.connect_attempt_connect_chosen() pending=choose.pending()/>
                    <p class="text-sm text-muted" aria-live="polite">{live(move || text.connect_attempt_chosen(chosen.get()))}</p>
                    <AtWork pending=choose.pending()/>
                </div>
            }.into_any())}
        </PostForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(id: &str, holder: AssetHolder) -> AssetChoice {
        AssetChoice {
            meta_id: id.into(),
            name: format!("Page {id}"),
            page_name: String::new(),
            business_name: "Hana Holdings".into(),
            holder,
            held_by: None,
            can_subscribe: true,
        }
    }

    #[test]
    fn what_is_connected_or_alone_is_ticked_and_what_is_held_elsewhere_never() {
        use AssetHolder::{Elsewhere, Free, ThisAdvertiser};
        let nothing = ChosenAssets::default();
        assert!(ticked(&[page("1", Free), page("2", Free)], &nothing).is_empty());
        assert_eq!(
            ticked(&[page("1", Free), page("2", Elsewhere)], &nothing),
            ["1"]
        );
        assert_eq!(
            ticked(&[page("1", Free), page("2", ThisAdvertiser)], &nothing),
            ["2"]
        );
        assert!(ticked(&[page("1", Elsewhere)], &nothing).is_empty());
        let before = ChosenAssets {
            assets: vec!["1".into(), "2".into()],
        };
        let pages = [
            page("1", Free),
            page("2", Elsewhere),
            page("3", ThisAdvertiser),
        ];
        assert_eq!(ticked(&pages, &before), ["1"]);
    }
}
