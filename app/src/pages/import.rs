//! Many advertisers at once: a file is chosen, checked, and imported.

use domain::console::{FileChange, FileColumn, FileProblem, FileReport};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::table_file::{self, Problem};
use crate::{
    Error,
    api::advertiser_files::{ImportAdvertisers, LoadAdvertiserFile},
    components::{
        Alert, Crumb, FormError, Icon, Loaded, PageHead, Post, PostForm, Submit, Table, Tone,
        failure_of,
    },
    preferences::text,
};

/// Choosing a file; with one in the URL, what its check found.
#[component]
pub fn ImportPage() -> impl IntoView {
    let text = text();
    let query = use_query_map();
    let import = Post::to::<ImportAdvertisers>();
    let file = Memo::new(move |_| query.with(|query| query.get("file")));
    let problem = move || query.with_untracked(|query| query.get("problem"));
    let report = Loaded::maybe_after(import, move || {
        file.get().map(|file| LoadAdvertiserFile { file })
    });
    view! {
        <PageHead
            title=text.import_page_title()
            lead=text.import_page_lead()
            crumbs=vec![Crumb::new("/advertisers", text.words_advertisers())]
        />
        {report.each(6, move |answer| match answer {
            Some(Ok(checked)) => show(checked, import),
            // A file waits for an hour, and for whoever uploaded it.
            Some(Err(Error::NotFound)) => choose(Some(text.import_page_gone())),
            Some(Err(error)) => report.failed(error, text.import_page_not_loaded()),
            None => choose(match problem().as_deref() {
                Some("too_large") => Some(text.import_page_too_large()),
                Some(_) => Some(text.import_page_no_file()),
                None => None,
            }),
        })}
    }
}

/// The form for a file, and what has to be in it.
fn choose(refused: Option<&'static str>) -> AnyView {
    let text = text();
    let columns = FileColumn::ALL
        .iter()
        .map(|column| {
            (
                column.as_str(),
                text.file_column(*column),
                column.is_required(),
            )
        })
        .collect();
    view! {
        <div class="max-w-3xl space-y-6">
            {table_file::refused(refused)}
            {table_file::chooser(
                "/advertisers/import/upload",
                text.import_page_file(),
                text.import_page_file_hint(),
                text.import_page_check_hint(),
            )}
            {table_file::columns(columns, "/advertisers/import/template.csv", text.import_page_reference_hint().into_any())}
        </div>
    }
    .into_any()
}

/// What the check found, or what was imported.
fn show(report: FileReport, import: Post) -> AnyView {
    let text = text();
    let (is_imported, is_ready) = (report.is_imported, report.is_ready());
    let FileReport {
        file,
        encoding,
        ignored,
        added,
        changed,
        unchanged,
        faulty,
        problems,
        problem_count,
        changes,
        ..
    } = report;
    let head = if is_imported {
        view! {
            <Alert tone=Tone::Success title=text.import_page_done_title()>
                <p>{text.import_page_done(added, changed, unchanged)}</p>
                <p><a class="btn btn-sm" href="/advertisers">{text.import_page_to_list()}</a></p>
            </Alert>
        }
        .into_any()
    } else if problem_count > 0 {
        view! {
            <Alert tone=Tone::Error title=text.import_page_problems_title(problem_count)>
                <p>{text.import_page_problems()}</p>
            </Alert>
        }
        .into_any()
    } else if is_ready {
        view! {
            <Alert tone=Tone::Info title=text.import_page_ready_title()><p>{text.import_page_ready()}</p></Alert>
        }
        .into_any()
    } else {
        view! {
            <Alert tone=Tone::Success title=text.import_page_same_title()><p>{text.import_page_same()}</p></Alert>
        }
        .into_any()
    };
    let counts = table_file::counts([
        (text.import_page_new(), added),
        (text.import_page_changed(), changed),
        (text.import_page_unchanged(), unchanged),
        (text.import_page_faulty(), faulty),
    ]);
    let go = file.filter(|_| is_ready).map(|file| {
        view! {
            <PostForm to=import>
                <input type="hidden" name="file" value=file.to_string()/>
                <Submit label=text.import_page_import(added + changed) pending=import.pending()/>
            </PostForm>
        }
        .into_any()
    });
    let read_as = (!encoding.is_empty()).then(|| text.import_page_read_as(encoding));
    let ignored = (!ignored.is_empty()).then(|| text.import_page_ignored(ignored.join(", ")));
    let problems = problems
        .into_iter()
        .map(|FileProblem { line, column, what }| Problem {
            line,
            column: column.map(FileColumn::as_str),
            what,
        })
        .collect();
    let lists = (!is_imported).then(|| {
        view! { {table_file::problems(problems, problem_count)} {change_table(changes)} }.into_any()
    });
    view! {
        <div class="max-w-4xl space-y-5">
            <FormError failure=failure_of(import)/>
            {head}
            <dl class="grid grid-cols-2 gap-4 sm:grid-cols-4">{counts}</dl>
            <p class="text-sm text-muted">{read_as} " " {ignored}</p>
            <div class="flex flex-wrap gap-2">
                {go}
                <a class="btn" href="/advertisers/import">{Icon::ArrowLeft.view()} {text.import_page_another()}</a>
            </div>
            {lists}
        </div>
    }
    .into_any()
}

fn change_table(changes: Vec<FileChange>) -> Option<AnyView> {
    let text = text();
    if changes.is_empty() {
        return None;
    }
    let rows = changes
        .into_iter()
        .map(|FileChange { line, name, columns }| {
            let what = if columns.is_empty() {
                text.import_page_new().to_owned()
            } else {
                let names: Vec<_> = columns.iter().map(|column| column.as_str()).collect();
                text.import_page_changes(names.join(", "))
            };
            view! {
                <tr><td class="tabular-nums">{line.to_string()}</td><td>{name}</td><td>{what}</td></tr>
            }
            .into_any()
        })
        .collect_view();
    let table = view! {
        <Table caption=text.import_page_changes_caption()>
            <thead>
                <tr>
                    <th scope="col">{text.import_page_line()}</th>
                    <th scope="col">{text.words_name()}</th>
                    <th scope="col">{text.import_page_what()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    };
    Some(table.into_any())
}
