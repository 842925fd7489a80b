//! Many events at once: a file is chosen, checked row by row, and sent.

use domain::console::{EventColumn, EventFileProblem, EventFileReport};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    Error,
    api::event_files::{LoadEventFile, SendEventFile},
    components::{
        Alert, Crumb, FormError, Icon, Loaded, PageHead, Post, PostForm, Submit, Table, Tone,
        failure_of,
    },
    preferences::text,
};

/// Choosing a file; with one in the URL, what its check found.
#[component]
pub fn UploadPage() -> impl IntoView {
    let text = text();
    let query = use_query_map();
    let send = Post::to::<SendEventFile>();
    let file = Memo::new(move |_| query.with(|query| query.get("file")));
    let problem = move || query.with_untracked(|query| query.get("problem"));
    let report = Loaded::maybe_after(send, move || {
        file.get().map(|event_file| LoadEventFile { event_file })
    });
    view! {
        <PageHead
            title=text.upload_title()
            lead=text.upload_lead()
            crumbs=vec![Crumb::new("/events", text.words_events())]
        />
        {report.each(6, move |answer| match answer {
            Some(Ok(checked)) => show(checked, send),
            // A file waits for an hour, and for whoever uploaded it.
            Some(Err(Error::NotFound)) => choose(Some(text.import_page_gone())),
            Some(Err(error)) => report.failed(error, text.import_page_not_loaded()),
            None => choose(match problem().as_deref() {
                Some("too_large") => Some(text.upload_too_large()),
                Some(_) => Some(text.import_page_no_file()),
                None => None,
            }),
        })}
    }
}

/// The form for a file, and what has to be in it.
fn choose(refused: Option<&'static str>) -> AnyView {
    let text = text();
    let columns = EventColumn::ALL
        .iter()
        .map(|column| {
            let needed = if column.is_required() {
                text.words_required()
            } else {
                text.words_optional()
            };
            view! {
                <tr>
                    <th scope="row"><code>{column.as_str()}</code></th>
                    <td>{text.event_column(*column)}</td>
                    <td class="text-muted">{needed}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="max-w-3xl space-y-6">
            {refused.map(|why| view! { <Alert tone=Tone::Error title=text.import_page_refused()><p>{why}</p></Alert> }.into_any())}
            <Alert tone=Tone::Info title=text.upload_in_chat_title()><p>{text.upload_in_chat()}</p></Alert>
            <form class="card bg-base-100" method="post" action="/events/upload/file" enctype="multipart/form-data">
                <div class="card-body gap-4 p-5">
                    <label class="space-y-1" for="file">
                        <span class="block font-medium">{text.import_page_file()}</span>
                        <span class="block text-sm text-muted">{text.upload_file_hint()}</span>
                    </label>
                    <input class="file-input w-full" id="file" type="file" name="file" required accept=".csv,.tsv,.txt,text/csv"/>
                    <div>
                        <button class="btn btn-primary" type="submit">{text.import_page_check()}</button>
                    </div>
                    <p class="text-sm text-muted">{text.upload_check_hint()}</p>
                </div>
            </form>
            <section class="space-y-3">
                <div class="flex flex-wrap items-center justify-between gap-2">
                    <h2 class="text-lg font-semibold">{text.import_page_columns()}</h2>
                    <a class="btn btn-sm" href="/events/upload/template.csv" rel="external" download="">
                        {text.import_page_template()}
                    </a>
                </div>
                <Table caption=text.import_page_columns()>
                    <thead>
                        <tr>
                            <th scope="col">{text.import_page_column()}</th>
                            <th scope="col">{text.import_page_meaning()}</th>
                            <th scope="col">{text.import_page_needed()}</th>
                        </tr>
                    </thead>
                    <tbody>{columns}</tbody>
                </Table>
                <p class="text-sm text-muted">{text.upload_api_hint()} " " <code>"POST /api/v1/events.csv"</code></p>
            </section>
        </div>
    }
    .into_any()
}

/// What the check found, or what was sent.
fn show(report: EventFileReport, send: Post) -> AnyView {
    let text = text();
    let (is_sent, good) = (report.is_sent, report.good);
    let head = if !report.refused.is_empty() {
        let why = report.refused.clone();
        view! { <Alert tone=Tone::Error title=text.import_page_refused()><p>{why}</p></Alert> }
            .into_any()
    } else if is_sent {
        view! {
            <Alert tone=Tone::Success title=text.upload_sent_title()>
                <p>{text.upload_sent(good, report.duplicates)}</p>
                <p><a class="btn btn-sm" href="/events">{text.words_events()}</a></p>
            </Alert>
        }
        .into_any()
    } else if report.faulty > 0 {
        view! {
            <Alert tone=Tone::Warning title=text.upload_faulty_title(report.faulty)><p>{text.upload_faulty()}</p></Alert>
        }
        .into_any()
    } else {
        view! { <Alert tone=Tone::Info title=text.upload_ready_title()><p>{text.upload_ready()}</p></Alert> }
            .into_any()
    };
    let counts = [
        (text.upload_rows(), report.rows),
        (text.upload_good(), good),
        (text.upload_left_out(), report.faulty),
    ]
    .map(|(name, count)| {
        view! {
            <div>
                <dt class="text-sm text-muted">{name}</dt>
                <dd class="text-xl font-semibold tabular-nums">{count.to_string()}</dd>
            </div>
        }
        .into_any()
    })
    .into_iter()
    .collect_view();
    let go = report.file.filter(|_| good > 0 && !is_sent).map(|file| {
        view! {
            <PostForm to=send>
                <input type="hidden" name="event_file" value=file.to_string()/>
                <Submit label=text.upload_send(good) pending=send.pending()/>
            </PostForm>
        }
        .into_any()
    });
    let ignored =
        (!report.ignored.is_empty()).then(|| text.import_page_ignored(report.ignored.join(", ")));
    let problems = problem_table(report.problems, report.faulty);
    view! {
        <div class="max-w-4xl space-y-5">
            <FormError failure=failure_of(send)/>
            {head}
            <dl class="grid grid-cols-3 gap-4">{counts}</dl>
            <p class="text-sm text-muted">{ignored}</p>
            <div class="flex flex-wrap gap-2">
                {go}
                <a class="btn" href="/events/upload">{Icon::ArrowLeft.view()} {text.import_page_another()}</a>
            </div>
            {problems}
        </div>
    }
    .into_any()
}

fn problem_table(problems: Vec<EventFileProblem>, count: u32) -> Option<AnyView> {
    let text = text();
    if problems.is_empty() {
        return None;
    }
    let hidden = usize::try_from(count).unwrap_or_default() - problems.len();
    let rows = problems
        .into_iter()
        .map(|EventFileProblem { line, column, what }| {
            view! {
                <tr>
                    <td class="tabular-nums">{line.to_string()}</td>
                    <td>{column.map(|column| view! { <code>{column.as_str()}</code> }.into_any())}</td>
                    <td>{what}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let table = view! {
        <Table caption=text.import_page_problems_caption()>
            <thead>
                <tr>
                    <th scope="col">{text.import_page_line()}</th>
                    <th scope="col">{text.import_page_column()}</th>
                    <th scope="col">{text.import_page_what()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        {(hidden > 0).then(|| text.import_page_more(hidden))}
    };
    Some(table.into_any())
}
