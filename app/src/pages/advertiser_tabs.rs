//! The pages of one advertiser, beside each other.

use domain::{AdvertiserId, Permission};
use leptos::prelude::*;

use crate::{
    components::{Tab, Tabs, viewer},
    preferences::text,
};

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AdvertiserTab {
    /// What it has connected.
    Connections,
    /// Who of it may sign in.
    People,
    /// What its programs send events with.
    Keys,
    /// What was done to it.
    Audit,
}

/// The tabs that the reader's role may open; none when it is one alone.
pub fn advertiser_tabs(id: AdvertiserId, open: AdvertiserTab) -> AnyView {
    let text = text();
    viewer().each(0, move |viewer| {
        let Some(Ok(viewer)) = viewer else {
            return ().into_any();
        };
        let all = [
            (
                AdvertiserTab::Connections,
                "",
                text.people_connections_tab(),
                Permission::ViewAdvertisers,
            ),
            (
                AdvertiserTab::People,
                "/people",
                text.people_tab(),
                Permission::ManagePeople,
            ),
            (
                AdvertiserTab::Keys,
                "/keys",
                text.keys_tab(),
                Permission::ManageApiKeys,
            ),
            (
                AdvertiserTab::Audit,
                "/audit",
                text.words_audit(),
                Permission::ViewAudit,
            ),
        ];
        let tabs: Vec<_> = all
            .into_iter()
            .filter(|(.., permission)| viewer.role.may(*permission))
            .map(|(tab, path, name, _)| Tab {
                href: format!("/advertisers/{id}{path}"),
                name: name.to_owned(),
                is_open: tab == open,
            })
            .collect();
        (tabs.len() > 1)
            .then(|| view! { <Tabs label=text.people_tabs() tabs/> }.into_any())
            .into_any()
    })
}
