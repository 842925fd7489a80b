//! What the pages that take a table from a file share: choosing it, what has to be in it, and what its check found.

use leptos::prelude::*;

use crate::{
    components::{Alert, Table, Tone},
    preferences::text,
};

/// The reason why no file was taken, above the form for another.
pub(super) fn refused(why: Option<&'static str>) -> Option<AnyView> {
    let why = why?;
    Some(
        view! { <Alert tone=Tone::Error title=text().import_page_refused()><p>{why}</p></Alert> }
            .into_any(),
    )
}

/// The form for a file. The browser sends it by itself, with JavaScript too.
pub(super) fn chooser(
    action: &'static str,
    label: &'static str,
    hint: &'static str,
    check_hint: &'static str,
) -> AnyView {
    view! {
        <form class="card bg-base-100" method="post" action=action enctype="multipart/form-data">
            <div class="card-body gap-4 p-5">
                <label class="space-y-1" for="file">
                    <span class="block font-medium">{label}</span>
                    <span class="block text-sm text-muted">{hint}</span>
                </label>
                <input class="file-input w-full" id="file" type="file" name="file" required accept=".csv,.tsv,.txt,text/csv"/>
                <div>
                    <button class="btn btn-primary" type="submit">{text().import_page_check()}</button>
                </div>
                <p class="text-sm text-muted">{check_hint}</p>
            </div>
        </form>
    }
    .into_any()
}

/// What the table holds, and a template of it. A column is its name, what it takes, and whether it must be there.
pub(super) fn columns(
    all: Vec<(&'static str, &'static str, bool)>,
    template: &'static str,
    hint: AnyView,
) -> AnyView {
    let text = text();
    let rows = all
        .into_iter()
        .map(|(name, takes, is_required)| {
            let needed = if is_required {
                text.words_required()
            } else {
                text.words_optional()
            };
            view! {
                <tr>
                    <th scope="row"><code>{name}</code></th>
                    <td>{takes}</td>
                    <td class="whitespace-nowrap text-muted">{needed}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="space-y-3">
            <div class="flex flex-wrap items-center justify-between gap-2">
                <h2 class="text-lg font-semibold">{text.import_page_columns()}</h2>
                <a class="btn btn-sm" href=template rel="external" download="">{text.import_page_template()}</a>
            </div>
            <Table caption=text.import_page_columns()>
                <thead>
                    <tr>
                        <th scope="col">{text.import_page_column()}</th>
                        <th scope="col">{text.import_page_meaning()}</th>
                        <th scope="col">{text.import_page_needed()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            <p class="text-sm text-muted">{hint}</p>
        </section>
    }
    .into_any()
}

/// How many rows are what.
pub(super) fn counts<const N: usize>(all: [(&'static str, u32); N]) -> AnyView {
    all.map(|(name, count)| {
        view! {
            <div>
                <dt class="text-sm text-muted">{name}</dt>
                <dd class="text-xl font-semibold tabular-nums">{count.to_string()}</dd>
            </div>
        }
        .into_any()
    })
    .collect_view()
    .into_any()
}

/// What is wrong with one row, or with the whole file where no line is named.
pub(super) struct Problem {
    pub(super) line: Option<u64>,
    pub(super) column: Option<&'static str>,
    pub(super) what: String,
}

/// The first problems; `count` is how many there are.
pub(super) fn problems(shown: Vec<Problem>, count: u32) -> Option<AnyView> {
    let text = text();
    if shown.is_empty() {
        return None;
    }
    let hidden = usize::try_from(count)
        .unwrap_or_default()
        .saturating_sub(shown.len());
    let rows = shown
        .into_iter()
        .map(|Problem { line, column, what }| {
            let line = line.map_or_else(|| "–".to_owned(), |line| line.to_string());
            view! {
                <tr>
                    <td class="tabular-nums">{line}</td>
                    <td>{column.map(|column| view! { <code>{column}</code> }.into_any())}</td>
                    <td class="min-w-48">{what}</td>
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
