//! The onboarding board: every advertiser by the step where it stands, each with its one next action.

use domain::{
    OnboardingStep, Permission,
    console::{BoardCard, BoardColumn},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::fleet::{BOARD, detail, export, filters, step_badge, tabs};
use crate::{
    api::{
        board::{Board, LoadBoard, SendReminders},
        fleet_query::FleetQuery,
    },
    components::{
        Alert, Confirm, Crumb, FormError, Icon, Loaded, May, PageHead, Pager, Post, PostForm,
        Submit, Time, Tone, failure_of, live,
    },
    preferences::text,
};

/// A column for each step, below each other on phones; one step alone, page by page, when the URL names it.
#[component]
pub fn BoardPage() -> impl IntoView {
    let text = text();
    let location = use_location();
    let query = Memo::new(move |_| location.search.with(|search| FleetQuery::parse(search)));
    let remind = Post::to::<SendReminders>();
    let board = Loaded::after([remind], move || LoadBoard {
        query: query.get().to_string(),
    });
    view! {
        <PageHead
            title=text.board_title()
            lead=text.board_lead()
            crumbs=vec![Crumb::new("/advertisers", text.words_advertisers())]
        >
            {live(move || export(&query.get()))}
            <May permission=Permission::ManageAdvertisers>
                <a class="btn btn-sm" href="/advertisers/import">{text.board_import()}</a>
                <a class="btn btn-primary btn-sm" href="/advertisers/new">{Icon::Plus.view()} {text.advertisers_add()}</a>
            </May>
        </PageHead>
        {live(move || {
            let query = query.get();
            view! { {tabs(&query, true)} {filters(&query, true)} }.into_any()
        })}
        <FormError failure=failure_of(remind)/>
        <div aria-live="polite">{live(move || reminded(remind))}</div>
        {board.part(8, text.board_not_loaded(), move |board| {
            let query = query.get_untracked();
            view! { {reminders(board.remindable, &query, remind)} {show(board, &query)} }.into_any()
        })}
    }
}

/// How many reminders were just sent.
fn reminded(remind: Post) -> AnyView {
    match remind.answer().get() {
        Some(Ok(count)) => {
            let count: u32 = count.parse().unwrap_or_default();
            view! { <Alert tone=Tone::Success><p>{text().board_reminded(count)}</p></Alert> }
                .into_any()
        }
        _ => ().into_any(),
    }
}

/// Reminds all whom the board shows, after saying how many.
fn reminders(count: Option<u32>, query: &FleetQuery, remind: Post) -> AnyView {
    let text = text();
    let Some(count) = count.filter(|count| *count > 0) else {
        return ().into_any();
    };
    let query = query.first().to_string();
    view! {
        <div class="mb-4">
            <Confirm label=text.board_remind(count) title=text.board_remind_question(count) what=text.board_remind_what()>
                <PostForm to=remind>
                    <input type="hidden" name="query" value=query/>
                    <Submit label=text.board_remind(count) pending=remind.pending() class="btn btn-sm btn-primary"/>
                </PostForm>
            </Confirm>
        </div>
    }
    .into_any()
}

fn show(board: Board, query: &FleetQuery) -> AnyView {
    let Board {
        columns,
        now_ms,
        remindable,
    } = board;
    let may_send = remindable.is_some();
    if query.step.is_some() {
        let columns = columns
            .into_iter()
            .map(|column| one_step(column, query, now_ms, may_send))
            .collect_view();
        return columns.into_any();
    }
    let jumps = columns.iter().map(jump).collect_view();
    let columns = columns
        .into_iter()
        .map(|column| view! { <div>{step(column, query, now_ms, may_send)}</div> }.into_any())
        .collect_view();
    view! {
        <nav class="mb-4 md:hidden" aria-label=text().board_jump()>
            <ul class="flex flex-wrap gap-2">{jumps}</ul>
        </nav>
        <div class="grid items-start gap-6 md:grid-cols-2 2xl:grid-cols-3">{columns}</div>
    }
    .into_any()
}

fn counted(count: u32) -> String {
    if count >= BoardColumn::COUNTED {
        text().board_more_than(BoardColumn::COUNTED - 1)
    } else {
        count.to_string()
    }
}

fn jump(column: &BoardColumn) -> AnyView {
    let name = text().onboarding_step(column.step);
    let href = format!("#{}", column.step);
    view! { <li><a class="btn btn-xs" href=href rel="external">{name} " " {counted(column.count)}</a></li> }.into_any()
}

/// A step on the whole board: its first cards and the way to all of them.
fn step(column: BoardColumn, query: &FleetQuery, now_ms: i64, may_send: bool) -> AnyView {
    let text = text();
    let BoardColumn {
        step,
        cards,
        count,
        next,
    } = column;
    let all = FleetQuery {
        step: Some(step),
        ..query.first()
    };
    let more = next.map(|_| {
        let name = text.board_show_all(text.onboarding_step(step));
        view! {
            <a class="btn btn-sm mt-3 w-full" href=format!("{BOARD}{all}")>{name} " (" {counted(count)} ")"</a>
        }
        .into_any()
    });
    view! {
        <section aria-labelledby=step.as_str()>
            <h2 class="mb-1 flex items-center justify-between gap-2 text-base" id=step.as_str()>
                {step_badge(step)} <span class="tabular-nums text-muted">{counted(count)}</span>
            </h2>
            <p class="mb-2 text-sm text-muted">{text.onboarding_meaning(step)}</p>
            {list(cards, query, now_ms, may_send, "space-y-2")}
            {more}
        </section>
    }
    .into_any()
}

/// One step, page by page.
fn one_step(column: BoardColumn, query: &FleetQuery, now_ms: i64, may_send: bool) -> AnyView {
    let text = text();
    let whole = FleetQuery {
        step: None,
        ..query.first()
    };
    let first = (!query.after.is_empty()).then(|| format!("{BOARD}{}", query.first()));
    let next = column.next.map(|after| {
        let next = FleetQuery {
            after,
            ..query.clone()
        };
        format!("{BOARD}{next}")
    });
    view! {
        <section aria-labelledby="one-step">
            <div class="mb-3 flex flex-wrap items-center justify-between gap-2">
                <h2 class="text-lg" id="one-step">
                    {step_badge(column.step)} " " <span class="tabular-nums text-muted">{counted(column.count)}</span>
                </h2>
                <a class="btn btn-sm" href=format!("{BOARD}{whole}")>{Icon::ArrowLeft.view()} {text.board_whole()}</a>
            </div>
            {list(column.cards, query, now_ms, may_send, "grid gap-2 md:grid-cols-2 2xl:grid-cols-3")}
            <Pager first next/>
        </section>
    }
    .into_any()
}

fn list(
    cards: Vec<BoardCard>,
    query: &FleetQuery,
    now_ms: i64,
    may_send: bool,
    class: &'static str,
) -> AnyView {
    let text = text();
    if cards.is_empty() {
        let query = FleetQuery {
            step: None,
            ..query.clone()
        };
        let why = if query.is_narrow() {
            text.board_none_match()
        } else {
            text.board_none_here()
        };
        return view! {
            <p class="rounded-box border border-dashed border-base-content/20 px-4 py-3 text-sm text-muted">{why}</p>
        }
        .into_any();
    }
    let cards = cards
        .into_iter()
        .map(|card| show_card(card, now_ms, may_send))
        .collect_view();
    view! { <ul class=class>{cards}</ul> }.into_any()
}

fn show_card(card: BoardCard, now_ms: i64, may_send: bool) -> AnyView {
    let (href, action) = next_action(&card, may_send);
    let what = text().board_of(action, &card.name);
    let since = card.standing.since;
    let detail = detail(&card.standing);
    view! {
        <li class="card bg-base-100">
            <div class="card-body gap-1.5 p-3 text-sm">
                <div class="flex items-start justify-between gap-2">
                    <a class="link-hover min-w-0 break-words font-medium" href=format!("/advertisers/{}", card.advertiser)>
                        {card.name}
                    </a>
                    <span class="text-xs text-muted"><Time moment=since now_ms/></span>
                </div>
                <div class="flex flex-wrap items-end justify-between gap-2">
                    <div class="min-w-0">{detail}</div>
                    <a class="btn btn-xs" href=href aria-label=what>{action}</a>
                </div>
            </div>
        </li>
    }
    .into_any()
}

/// Where the one next action leads, and what it is called.
fn next_action(card: &BoardCard, may_send: bool) -> (String, &'static str) {
    let text = text();
    let advertiser = card.advertiser;
    let attempt = card.standing.attempt;
    let links = format!("/advertisers/{advertiser}/links");
    let connect = || match attempt {
        Some(attempt) => format!("/advertisers/{advertiser}/connect/{attempt}"),
        None => format!("/advertisers/{advertiser}/connect"),
    };
    match card.standing.step {
        OnboardingStep::Nothing if may_send => (links, text.board_send_link()),
        OnboardingStep::LinkSent if may_send => (links, text.board_see_link()),
        OnboardingStep::Nothing | OnboardingStep::LinkSent => {
            (format!("/advertisers/{advertiser}"), text.board_look())
        }
        OnboardingStep::Opened => (connect(), text.board_go_on()),
        OnboardingStep::Stopped => (connect(), text.board_see_why()),
        OnboardingStep::Connected => (format!("/studio/{advertiser}"), text.board_send_test()),
        OnboardingStep::Done => (
            format!("/events?advertiser={advertiser}"),
            text.board_see_events(),
        ),
    }
}
