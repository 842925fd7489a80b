//! What everybody did: the whole deployment, or one advertiser. Its filters are the URL's.

use domain::console::{AuditPage as Page, AuditRow};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

use super::advertiser_tabs::{AdvertiserTab, advertiser_tabs};
use crate::{
    api::{audit::ListAudit, audit_query::AuditQuery},
    components::{
        Crumb, Empty, Icon, Loaded, PageHead, Pager, Table, Time, filter_choice, filter_day,
    },
    preferences::text,
};

/// Filters, a table, and the way to the file.
#[component]
pub fn AuditPage() -> impl IntoView {
    let location = use_location();
    let params = use_params_map();
    // Of one advertiser the path says which.
    let own = move || params.with(|params| params.get("advertiser"));
    let query = Memo::new(move |_| {
        let mut query = location.search.with(|search| AuditQuery::parse(search));
        if let Some(advertiser) = own() {
            query.advertiser = advertiser;
        }
        query
    });
    let loaded = Loaded::new(move || ListAudit {
        query: query.get().search(),
    });
    loaded.page(8, move |page| {
        shown(
            page,
            &query.get_untracked(),
            params.with_untracked(|params| params.get("advertiser").is_some()),
        )
    })
}

fn shown(page: Page, query: &AuditQuery, is_tab: bool) -> AnyView {
    let text = text();
    let export = AuditQuery {
        after: String::new(),
        ..query.clone()
    };
    let export = format!("/audit/export.csv{}", export.search());
    let path = if is_tab {
        format!("/advertisers/{}/audit", query.advertiser)
    } else {
        "/audit".to_owned()
    };
    let at = |after: String| {
        let mut query = AuditQuery {
            after,
            ..query.clone()
        };
        if is_tab {
            query.advertiser.clear();
        }
        format!("{path}{}", query.search())
    };
    let first = (!query.after.is_empty()).then(|| at(String::new()));
    let next = page.next.map(|after| at(after.to_string()));
    let crumbs = if is_tab {
        vec![Crumb::new("/advertisers", text.words_advertisers())]
    } else {
        Vec::new()
    };
    let title = match &page.advertiser_name {
        Some(name) if is_tab => name.clone(),
        _ => text.words_audit().to_owned(),
    };
    let tabs = query
        .advertiser
        .parse()
        .ok()
        .filter(|_| is_tab)
        .map(|id| advertiser_tabs(id, AdvertiserTab::Audit));
    let list = if page.rows.is_empty() {
        let (title, what) = if query.is_narrow() || !query.after.is_empty() {
            (text.audit_page_filtered_title(), text.audit_page_filtered())
        } else {
            (text.audit_page_empty_title(), text.audit_page_empty())
        };
        let (is_narrow, path) = (query.is_narrow(), path.clone());
        view! {
            <Empty icon=Icon::ListTree title what>
                {is_narrow.then(|| view! { <a class="btn btn-sm" href=path>{text.words_clear_filters()}</a> }.into_any())}
            </Empty>
        }
        .into_any()
    } else {
        let now_ms = page.now_ms;
        let rows = page
            .rows
            .into_iter()
            .map(|line| row(line, now_ms, is_tab))
            .collect_view();
        view! {
            <Table caption=text.words_audit()>
                <thead>
                    <tr>
                        <th scope="col">{text.audit_page_when()}</th>
                        <th scope="col">{text.audit_page_who()}</th>
                        <th scope="col">{text.audit_page_what()}</th>
                        <th scope="col" class="hidden md:table-cell">{text.audit_page_object()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! {
        <PageHead title crumbs lead=text.audit_page_lead()>
            <a class="btn btn-sm" href=export rel="external" download="">{Icon::ExternalLink.view()} {text.audit_page_export()}</a>
        </PageHead>
        {tabs}
        {filters(&path, query, page.groups, page.people, page.advertiser_name.filter(|_| !is_tab))}
        {list}
        <Pager first next/>
    }
    .into_any()
}

fn row(line: AuditRow, now_ms: i64, is_tab: bool) -> AnyView {
    let AuditRow {
        at,
        who,
        what,
        detail,
        object,
        href,
        advertiser,
        ..
    } = line;
    let object = match href {
        Some(href) => view! { <a class="link font-mono text-xs" href=href>{object}</a> }.into_any(),
        None => view! { <span class="font-mono text-xs">{object}</span> }.into_any(),
    };
    let advertiser = advertiser.filter(|(_, name)| !is_tab && !name.is_empty()).map(|(id, name)| {
        view! { <a class="link-hover text-sm text-muted" href=format!("/advertisers/{id}")>{name}</a> }.into_any()
    });
    view! {
        <tr>
            <td class="align-top"><Time moment=at now_ms/></td>
            <td class="align-top">{who}</td>
            <td class="align-top">
                <p>{what}</p>
                {advertiser}
                {(!detail.is_empty()).then(|| view! { <p class="break-all text-xs text-muted">{detail}</p> }.into_any())}
            </td>
            <td class="hidden max-w-56 truncate align-top md:table-cell">{object}</td>
        </tr>
    }
    .into_any()
}

fn filters(
    path: &str,
    query: &AuditQuery,
    groups: Vec<(String, String)>,
    people: Vec<(String, String)>,
    advertiser_name: Option<String>,
) -> AnyView {
    let text = text();
    let advertiser = advertiser_name.map(|name| {
        let without = AuditQuery {
            advertiser: String::new(),
            after: String::new(),
            ..query.clone()
        };
        view! {
            <input type="hidden" name="advertiser" value=query.advertiser.clone()/>
            <a class="badge badge-outline h-auto gap-1 py-1" href=format!("{path}{}", without.search())>
                {name} <span class="sr-only">{text.words_remove()}</span> <span aria-hidden="true">"×"</span>
            </a>
        }
        .into_any()
    });
    view! {
        <form method="get" action=path.to_owned() class="mb-4 grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-6">
            {filter_choice("person", text.audit_page_who(), people, &query.person)}
            {filter_choice("group", text.audit_page_group(), groups, &query.group)}
            {filter_day("from", text.audit_page_from(), query.from.clone())}
            {filter_day("until", text.audit_page_until(), query.until.clone())}
            <button class="btn btn-sm" type="submit">{Icon::Filter.view()} {text.words_filter()}</button>
            {advertiser}
        </form>
    }
    .into_any()
}
