//! What the list of advertisers and the board share: the tabs, the filters, and how a step is shown.

use domain::{Channel, ConnectFailure, Language, OnboardingStep, console::Standing};
use leptos::prelude::*;

use crate::{
    api::fleet_query::FleetQuery,
    components::{ChannelMark, GetForm, Icon, Tab, Tabs, filter_choice},
    preferences::text,
};

/// The path of the list.
pub const LIST: &str = "/advertisers";
/// The path of the board.
pub const BOARD: &str = "/advertisers/board";
/// Ages to filter the board by, in days.
const AGES: [u16; 4] = [1, 3, 7, 30];

/// The list, the board and the archive, each with the filters it knows.
pub fn tabs(query: &FleetQuery, on_board: bool) -> AnyView {
    let text = text();
    let kept = FleetQuery {
        days: None,
        archived: false,
        ..query.first()
    };
    let archived = FleetQuery {
        archived: true,
        ..kept.clone()
    };
    let tabs = vec![
        Tab {
            href: format!("{LIST}{kept}"),
            name: text.advertisers_in_use().to_owned(),
            is_open: !on_board && !query.archived,
        },
        Tab {
            href: format!("{BOARD}{kept}"),
            name: text.board_tab().to_owned(),
            is_open: on_board,
        },
        Tab {
            href: format!("{LIST}{archived}"),
            name: text.advertisers_archived().to_owned(),
            is_open: !on_board && query.archived,
        },
    ];
    view! { <Tabs label=text.advertisers_lists() tabs/> }.into_any()
}

/// The way to what the list shows, as a file.
pub fn export(query: &FleetQuery) -> AnyView {
    let kept = FleetQuery {
        days: None,
        ..query.first()
    };
    view! {
        <a class="btn btn-sm" href=format!("/advertisers/export.csv{kept}") rel="external" download="">{text().board_export()}</a>
    }
    .into_any()
}

/// The filters as a form, and a chip with a way out for each that is set.
pub fn filters(query: &FleetQuery, on_board: bool) -> AnyView {
    let text = text();
    let action = if on_board { BOARD } else { LIST };
    let channels = Channel::ALL
        .iter()
        .map(|channel| (channel.to_string(), text.channel(*channel).to_owned()))
        .collect();
    let steps = OnboardingStep::NEED
        .iter()
        .map(|step| (step.to_string(), text.onboarding_step(*step).to_owned()))
        .collect();
    let languages = Language::ALL
        .iter()
        .map(|language| (language.to_string(), language.own_name().to_owned()))
        .collect();
    let ages = AGES
        .iter()
        .map(|days| (days.to_string(), text.board_age_days(days)))
        .collect();
    fn chosen(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let choices = [
        filter_choice(
            "channel",
            text.words_channel(),
            channels,
            &chosen(query.channel),
        ),
        filter_choice("step", text.board_step(), steps, &chosen(query.step)),
        filter_choice(
            "language",
            text.words_language(),
            languages,
            &chosen(query.language),
        ),
    ];
    let age = on_board.then(|| filter_choice("days", text.board_age(), ages, &chosen(query.days)));
    let search = query.search.clone();
    // What somebody typed before the page came alive stays.
    let is_coming_alive =
        Owner::current_shared_context().is_some_and(|page| page.during_hydration());
    let is_archived = query.archived;
    let chips = chips(query, action);
    view! {
        <GetForm action class="mb-3 grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-6">
            {is_archived.then(|| view! { <input type="hidden" name="archived" value="1"/> }.into_any())}
            <label class="col-span-2 space-y-1 md:col-span-1">
                <span class="block text-sm text-muted">{text.advertisers_search()}</span>
                <input
                    class="input input-sm w-full"
                    type="search"
                    name="search"
                    value=search.clone()
                    prop:value=(!is_coming_alive).then_some(search)
                    autocomplete="off"
                />
            </label>
            {choices.collect_view()}
            {age}
            <button class="btn btn-sm" type="submit">{Icon::Filter.view()} {text.words_filter()}</button>
        </GetForm>
        {chips}
    }
    .into_any()
}

fn chips(query: &FleetQuery, action: &'static str) -> AnyView {
    let text = text();
    let all = query.first();
    let mut chips: Vec<(&'static str, String, FleetQuery)> = Vec::new();
    if !all.search.is_empty() {
        let without = FleetQuery {
            search: String::new(),
            ..all.clone()
        };
        chips.push((text.words_search(), all.search.clone(), without));
    }
    if let Some(channel) = all.channel {
        let without = FleetQuery {
            channel: None,
            ..all.clone()
        };
        chips.push((
            text.words_channel(),
            text.channel(channel).to_owned(),
            without,
        ));
    }
    if let Some(step) = all.step {
        let without = FleetQuery {
            step: None,
            ..all.clone()
        };
        chips.push((
            text.board_step(),
            text.onboarding_step(step).to_owned(),
            without,
        ));
    }
    if let Some(language) = all.language {
        let without = FleetQuery {
            language: None,
            ..all.clone()
        };
        chips.push((
            text.words_language(),
            language.own_name().to_owned(),
            without,
        ));
    }
    if let Some(days) = all.days {
        let without = FleetQuery {
            days: None,
            ..all.clone()
        };
        chips.push((text.board_age(), text.board_age_days(days), without));
    }
    let chips: Vec<_> = chips
        .into_iter()
        .map(|(name, value, without)| {
            let filter = text.events_chip(name, value);
            let drop = text.events_drop(&filter);
            view! {
                <li>
                    <a class="btn btn-xs rounded-full" href=format!("{action}{without}") aria-label=drop.clone() title=drop>
                        {filter} {Icon::X.sized("size-3.5")}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    if chips.is_empty() {
        return ().into_any();
    }
    view! { <ul class="mb-4 flex flex-wrap items-center gap-2" aria-label=text.events_active()>{chips}</ul> }.into_any()
}

/// The step in a word, with its icon and colour: never the colour alone.
pub fn step_badge(step: OnboardingStep) -> AnyView {
    let text = text();
    let (icon, colour) = match step {
        OnboardingStep::Nothing => (Icon::CircleDashed, "text-muted"),
        OnboardingStep::LinkSent => (Icon::Send, "text-info"),
        OnboardingStep::Opened => (Icon::Clock, "text-info"),
        OnboardingStep::Stopped => (Icon::CircleX, "text-error"),
        OnboardingStep::Connected => (Icon::Hourglass, "text-warning"),
        OnboardingStep::Done => (Icon::CheckCircle, "text-success"),
    };
    view! {
        <span
            class=format!("inline-flex items-center gap-1.5 font-medium whitespace-nowrap {colour}")
            title=text.onboarding_meaning(step)
        >
            {icon.view()} {text.onboarding_step(step)}
        </span>
    }
    .into_any()
}

/// Which channel, and how far it came or why it stopped; nothing where the step says it all.
pub fn detail(standing: &Standing) -> AnyView {
    let text = text();
    let why = match (standing.failure, standing.at) {
        (Some(failure), _) => Some(title(failure, standing.channel)),
        (None, Some(at)) => Some(text.connect_step(at)),
        (None, None) => None,
    };
    view! {
        {standing.channel.map(|channel| view! { <ChannelMark channel/> }.into_any())}
        {why.map(|why| view! { <span class="block text-muted">{why}</span> }.into_any())}
    }
    .into_any()
}

fn title(failure: ConnectFailure, channel: Option<Channel>) -> &'static str {
    let channel = channel.unwrap_or(Channel::Messenger);
    text().connect_failure(failure, channel).title
}
