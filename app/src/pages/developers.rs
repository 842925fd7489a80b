//! How programs use Patchbay: every operation of its API, with a command to try.

use leptos::prelude::*;

use crate::{
    api::developers::{ApiManual, LoadApiManual, Named, Operation},
    components::{CopyButton, Loaded, PageHead},
    preferences::text,
};

/// Every operation below each other.
#[component]
pub fn DevelopersPage() -> impl IntoView {
    Loaded::new(|| LoadApiManual {}).page(8, manual)
}

fn manual(manual: ApiManual) -> AnyView {
    let text = text();
    let document = format!("{}/api/v1/openapi.json", manual.address);
    let contents = manual
        .operations
        .iter()
        .map(|one| view! { <li><a class="link" href=format!("#{}", anchor(one))>{one.title.clone()}</a></li> }.into_any())
        .collect_view();
    let operations = manual.operations.into_iter().map(operation).collect_view();
    view! {
        <PageHead title=text.developers_title() lead=text.developers_lead()/>
        <div class="max-w-4xl space-y-8">
            <div class="max-w-prose space-y-3">
                <p>{text.developers_key()} " " <code>"Authorization: Bearer pbk_…"</code></p>
                <p>
                    {text.developers_document()} " "
                    // A file, not a page of the console.
                    <a class="link break-words" href="/api/v1/openapi.json" rel="external">{document}</a>
                </p>
            </div>
            <nav aria-label=text.developers_contents()><ul class="list-disc space-y-1 pl-5">{contents}</ul></nav>
            {operations}
        </div>
    }
    .into_any()
}

fn anchor(operation: &Operation) -> String {
    operation.title.to_ascii_lowercase().replace(' ', "-")
}

fn operation(one: Operation) -> AnyView {
    let text = text();
    let (id, labelled_by) = (anchor(&one), anchor(&one));
    let example = format!("{}: {}", text.developers_example(), one.title);
    view! {
        <section class="card bg-base-100" aria-labelledby=labelled_by>
            <div class="card-body gap-4 p-5">
                // In the language of the API, whatever the page's is.
                <h2 class="scroll-mt-24 text-lg font-semibold" id=id lang="en">{one.title}</h2>
                <p><code class="break-all text-sm font-semibold">{one.method} " " {one.path}</code></p>
                <p lang="en">{one.what}</p>
                {listed(text.developers_parameters(), one.parameters)}
                {listed(text.developers_fields(), one.fields)}
                {listed(text.developers_answers(), one.answers)}
                <div class="space-y-2">
                    <h3 class="flex items-center gap-2 font-semibold">
                        {text.developers_example()} <CopyButton value=one.curl.clone() what=text.developers_command()/>
                    </h3>
                    <pre class="overflow-x-auto rounded-box bg-base-200 p-4 text-sm" tabindex="0" role="region" aria-label=example>
                        {one.curl}
                    </pre>
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn listed(title: &'static str, all: Vec<Named>) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let text = text();
    let rows = all
        .into_iter()
        .map(|one| {
            let required = one.is_required.then(|| {
                view! { <span class="ml-2 text-sm text-muted">{text.words_required()}</span> }
                    .into_any()
            });
            view! {
                <div class="grid gap-x-4 sm:grid-cols-[minmax(0,2fr)_3fr]">
                    <dt><code class="break-all text-sm">{one.name}</code> " " {required}</dt>
                    <dd class="text-muted" lang="en">{one.what}</dd>
                </div>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="space-y-2">
            <h3 class="font-semibold">{title}</h3>
            <dl class="space-y-2">{rows}</dl>
        </div>
    }
    .into_any()
}
