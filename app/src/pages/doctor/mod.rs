//! The fleet's health: incidents first, then a matrix of connections and probes.

mod examination;
mod outcome;

use domain::{
    Channel, Health, Permission, Probe,
    console::{Incident, Matrix, MatrixRow},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::doctor::{LoadMatrix, RecheckIncident, SubscribeIncident},
    components::{
        Alert, ChannelMark, Empty, FormError, GetForm, HealthBadge, Icon, Loaded, May, PageHead,
        Pager, Post, PostForm, Submit, Table, Time, Tone, failure_of, filter_choice, live,
        query_string,
    },
    preferences::text,
};
pub use examination::ExaminationPage;
use outcome::outcome_mark;

/// What the URL says about the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    health: String,
    channel: String,
    probe: String,
    after: String,
}

impl Shown {
    fn href(&self) -> String {
        let pairs = [
            ("health", self.health.as_str()),
            ("channel", self.channel.as_str()),
            ("probe", self.probe.as_str()),
            ("after", self.after.as_str()),
        ];
        format!("/doctor{}", query_string(pairs.into_iter()))
    }

    fn is_filtered(&self) -> bool {
        !(self.health.is_empty() && self.channel.is_empty() && self.probe.is_empty())
    }
}

/// Incidents, filters, the matrix.
#[component]
pub fn DoctorPage() -> impl IntoView {
    let text = text();
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        query.with(|query| {
            let value = |name| query.get(name).unwrap_or_default();
            Shown {
                health: value("health"),
                channel: value("channel"),
                probe: value("probe"),
                after: value("after"),
            }
        })
    });
    let recheck = Post::to::<RecheckIncident>();
    let subscribe = Post::to::<SubscribeIncident>();
    let loaded = Loaded::after([recheck, subscribe], move || {
        let Shown {
            health,
            channel,
            probe,
            after,
        } = shown.get();
        LoadMatrix {
            health,
            channel,
            probe,
            after,
        }
    });
    view! {
        <PageHead title=text.doctor_title() lead=text.doctor_lead()/>
        <FormError failure=failure_of(recheck)/>
        <FormError failure=failure_of(subscribe)/>
        {live(move || filters(&shown.get()))}
        {loaded.part(8, text.doctor_not_loaded(), move |matrix| show(matrix, &shown.get_untracked(), recheck, subscribe))}
    }
}

fn show(matrix: Matrix, shown: &Shown, recheck: Post, subscribe: Post) -> AnyView {
    let Matrix {
        incidents,
        rows,
        next,
        now_ms,
    } = matrix;
    let incidents = incidents
        .into_iter()
        .map(|incident| card(incident, now_ms, recheck, subscribe))
        .collect_view();
    let first = (!shown.after.is_empty()).then(|| {
        Shown {
            after: String::new(),
            ..shown.clone()
        }
        .href()
    });
    let next = next.map(|after| {
        Shown {
            after: after.to_string(),
            ..shown.clone()
        }
        .href()
    });
    let list = if rows.is_empty() {
        nothing(shown)
    } else {
        table(rows, now_ms)
    };
    view! {
        <div class="mb-4 space-y-3">{incidents}</div>
        {list}
        <Pager first next/>
    }
    .into_any()
}

fn card(incident: Incident, now_ms: i64, recheck: Post, subscribe: Post) -> AnyView {
    let text = text();
    let tone = match incident.closed {
        None => Tone::Error,
        Some(_) => Tone::Success,
    };
    let state = match incident.closed {
        None => view! { {text.doctor_incident_since()} " " <Time moment=incident.opened now_ms/> }
            .into_any(),
        Some(closed) => {
            view! { {text.doctor_incident_over()} " " <Time moment=closed now_ms/> }.into_any()
        }
    };
    let mut names = incident.names.join(", ");
    let unnamed = incident.advertisers - i64::try_from(incident.names.len()).unwrap_or_default();
    if unnamed > 0 {
        names = text.doctor_and_more(&names, unnamed);
    }
    let is_open = incident.closed.is_none();
    // One action: what mends it, or at least a look at all of them.
    let mends = incident.cause.needs_subscription();
    let act = if mends { subscribe } else { recheck };
    let label = move || match mends {
        true => text.doctor_subscribe_all(incident.connections),
        false => text.doctor_recheck_all(incident.connections),
    };
    view! {
        <Alert tone title=text.doctor_incident(incident.advertisers)>
            <p>{incident.what}</p>
            {is_open.then(|| view! { <p>{incident.next}</p> }.into_any())}
            <p class="text-sm">{names}</p>
            <p class="text-sm text-muted">{state}</p>
            {is_open.then(|| view! {
                <May permission=Permission::ManageConnections>
                    <PostForm to=act>
                        <input type="hidden" name="incident" value=incident.id.to_string()/>
                        <Submit label=label() pending=act.pending() class="btn btn-sm mt-2"/>
                    </PostForm>
                </May>
            }.into_any())}
        </Alert>
    }
    .into_any()
}

fn filters(shown: &Shown) -> AnyView {
    let text = text();
    let healths = Health::ALL
        .iter()
        .map(|it| (it.to_string(), text.health(*it).to_owned()))
        .collect();
    let channels = Channel::ALL
        .iter()
        .map(|it| (it.to_string(), text.channel(*it).to_owned()))
        .collect();
    let probes = Probe::ALL
        .iter()
        .map(|it| (it.to_string(), text.probe(*it).to_owned()))
        .collect();
    let choices = [
        filter_choice("health", text.doctor_health(), healths, &shown.health),
        filter_choice("channel", text.words_channel(), channels, &shown.channel),
        filter_choice("probe", text.doctor_not_well(), probes, &shown.probe),
    ]
    .collect_view();
    let clear = shown.is_filtered().then(|| {
        view! { <a class="btn btn-sm btn-ghost" href="/doctor">{Icon::X.view()} {text.words_clear_filters()}</a> }
            .into_any()
    });
    view! {
        <GetForm action="/doctor" class="mb-4 grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-6">
            {choices}
            <button class="btn btn-sm" type="submit">{Icon::Filter.view()} {text.words_filter()}</button>
            {clear}
        </GetForm>
    }
    .into_any()
}

fn nothing(shown: &Shown) -> AnyView {
    let text = text();
    if shown.is_filtered() {
        view! {
            <Empty icon=Icon::Search title=text.doctor_filtered_title() what=text.doctor_filtered()>
                <a class="btn btn-sm" href="/doctor">{text.words_clear_filters()}</a>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Empty icon=Icon::Plug title=text.doctor_empty_title() what=text.doctor_empty()/> }
            .into_any()
    }
}

fn table(rows: Vec<MatrixRow>, now_ms: i64) -> AnyView {
    let text = text();
    let heads = Probe::ALL
        .iter()
        .map(|probe| {
            view! {
                <th class="px-1 align-bottom" scope="col">
                    <span class="inline-block [writing-mode:vertical-rl]">{text.probe(*probe)}</span>
                </th>
            }
            .into_any()
        })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|row| {
            let MatrixRow {
                advertiser,
                name,
                connection,
                channel,
                asset_name,
                health,
                outcomes,
                checked,
            } = row;
            let cells = outcomes
                .into_iter()
                .map(|outcome| {
                    let mark = outcome.map_or_else(
                        || view! { <span class="sr-only">{text.doctor_unknown()}</span> }.into_any(),
                        outcome_mark,
                    );
                    view! { <td class="px-1 text-center">{mark}</td> }.into_any()
                })
                .collect_view();
            let checked = match checked {
                Some(moment) => view! { <Time moment now_ms/> }.into_any(),
                None => text.words_never().into_any(),
            };
            view! {
                <tr>
                    <th class="font-normal" scope="row">
                        <a class="link font-medium" href=format!("/advertisers/{advertiser}/connections/{connection}/doctor")>{name}</a>
                        <span class="flex flex-wrap items-center gap-x-2 text-muted"><ChannelMark channel/> {asset_name}</span>
                    </th>
                    <td><HealthBadge health/></td>
                    {cells}
                    <td class="hidden sm:table-cell">{checked}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <Table caption=text.doctor_title()>
            <thead>
                <tr>
                    <th class="align-bottom" scope="col">{text.doctor_connection()}</th>
                    <th class="align-bottom" scope="col">{text.doctor_health()}</th>
                    {heads}
                    <th class="hidden align-bottom sm:table-cell" scope="col">{text.doctor_checked()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}
