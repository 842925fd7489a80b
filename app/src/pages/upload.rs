//! Many events at once: a file is chosen, checked row by row, and sent.

use domain::console::{EventColumn, EventFileProblem, EventFileReport};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::table_file::{self, Problem};
use crate::{
    Error,
    api::event_files::{LoadEventFile, SendEventFile},
    components::{
        Alert, Crumb, FormError, Icon, Loaded, PageHead, Post, PostForm, Submit, Tone, failure_of,
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
            (
                column.as_str(),
                text.event_column(*column),
                column.is_required(),
            )
        })
        .collect();
    let hint = view! { {text.upload_api_hint()} " " <code>"POST /api/v1/events.csv"</code> };
    view! {
        <div class="max-w-3xl space-y-6">
            {table_file::refused(refused)}
            <Alert tone=Tone::Info title=text.upload_in_chat_title()><p>{text.upload_in_chat()}</p></Alert>
            {table_file::chooser("/events/upload/file", text.upload_file(), text.upload_file_hint(), text.upload_check_hint())}
            {table_file::columns(columns, "/events/upload/template.csv", hint.into_any())}
        </div>
    }
    .into_any()
}

/// What the check found, or what was sent.
fn show(report: EventFileReport, send: Post) -> AnyView {
    let text = text();
    let (is_sent, good, seen) = (report.is_sent, report.good, report.duplicates);
    let head = if !report.refused.is_empty() {
        let why = report.refused.clone();
        view! { <Alert tone=Tone::Error title=text.import_page_refused()><p>{why}</p></Alert> }
            .into_any()
    } else if is_sent {
        view! {
            <Alert tone=Tone::Success title=text.upload_sent_title()>
                {(good > seen).then(|| view! { <p>{text.upload_sent(good - seen)}</p> }.into_any())}
                {(seen > 0).then(|| view! { <p>{text.upload_seen(seen)}</p> }.into_any())}
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
    let counts = table_file::counts([
        (text.upload_rows(), report.rows),
        (text.upload_good(), good),
        (text.upload_left_out(), report.faulty),
    ]);
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
    let problems = report
        .problems
        .into_iter()
        .map(|EventFileProblem { line, column, what }| Problem {
            line: Some(line),
            column: column.map(EventColumn::as_str),
            what,
        })
        .collect();
    let problems = table_file::problems(problems, report.faulty);
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
