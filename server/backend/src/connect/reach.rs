//! What a token reaches on a channel, as Meta proves it: never what a browser says.

use std::collections::HashSet;

use domain::{AssetKind, Channel, MetaPermission};
use futures::{StreamExt, stream};
use graph::{AccessToken, TokenInfo};

use super::AT_ONCE;
use crate::{
    Backend,
    assets::{Parent, Reached},
};

/// The task without which nobody may subscribe to a Page's webhooks.
pub(super) const MODERATE: &str = "MODERATE";

impl Reached {
    /// A Page, with its own token.
    pub(crate) fn page(page: graph::Page) -> Self {
        Self {
            kind: AssetKind::Page,
            business_name: business_name(page.business),
            meta_id: page.id,
            name: page.name,
            tasks: page.tasks,
            parent: None,
            token: page.access_token,
        }
    }

    /// The professional account that is linked to a Page: it lives on the Page's token, tasks and webhooks.
    fn instagram_of(page: graph::Page) -> Option<Self> {
        let account = page.instagram?;
        Some(Self {
            kind: AssetKind::InstagramAccount,
            name: account
                .username
                .map_or_else(|| page.name.clone(), |username| format!("@{username}")),
            meta_id: account.id,
            business_name: business_name(page.business),
            tasks: page.tasks,
            parent: Some(Parent {
                meta_id: page.id,
                name: page.name,
            }),
            token: page.access_token,
        })
    }

    fn waba(waba: graph::Waba) -> Self {
        Self {
            kind: AssetKind::Waba,
            name: match waba.name.is_empty() {
                true => waba.id.clone(),
                false => waba.name,
            },
            meta_id: waba.id,
            business_name: business_name(waba.owner),
            tasks: Vec::new(),
            parent: None,
            token: None,
        }
    }

    /// A phone number of an account.
    pub(super) fn phone_number(phone: graph::PhoneNumber, waba: Parent) -> Self {
        let names = [phone.display_phone_number, phone.verified_name];
        let names: Vec<_> = names.into_iter().filter(|name| !name.is_empty()).collect();
        Self {
            kind: AssetKind::PhoneNumber,
            name: names.join(" · "),
            meta_id: phone.id,
            business_name: String::new(),
            tasks: Vec::new(),
            parent: Some(waba),
            token: None,
        }
    }

    /// Whether its messages can reach us, as far as the person's role decides it.
    pub(super) fn can_subscribe(&self) -> bool {
        match self.kind {
            AssetKind::Page | AssetKind::InstagramAccount => {
                self.tasks.iter().any(|task| task == MODERATE)
            }
            AssetKind::Waba | AssetKind::PhoneNumber => true,
        }
    }
}

fn business_name(business: Option<graph::Business>) -> String {
    business
        .map(|business| business.name.unwrap_or(business.id))
        .unwrap_or_default()
}

impl Backend {
    /// The assets of a channel that a token reaches, each once.
    pub(super) async fn reach(
        &self,
        channel: Channel,
        token: &AccessToken,
    ) -> graph::Result<Vec<Reached>> {
        let mut reached: Vec<_> = match channel {
            Channel::Messenger => self
                .reachable_pages(token)
                .await?
                .into_iter()
                .map(Reached::page)
                .collect(),
            Channel::Instagram => self.reachable_accounts(token).await?,
            Channel::Whatsapp => self.reachable_wabas(token).await?,
        };
        let mut seen = HashSet::new();
        reached.retain(|asset| seen.insert(asset.meta_id.clone()));
        Ok(reached)
    }

    /// The Pages of whom the token speaks for; a Page's own token reaches that Page.
    async fn reachable_pages(&self, token: &AccessToken) -> graph::Result<Vec<graph::Page>> {
        let pages = self.graph().pages(token).await;
        // Meta: "Tried accessing nonexisting field (accounts) on node type (Page)".
        let speaks_for_page = |error: &graph::Error| {
            error
                .refusal()
                .is_some_and(|refusal| refusal.code == 100 && refusal.message.contains("(Page)"))
        };
        match pages {
            Err(error) if speaks_for_page(&error) => {
                let page = self.graph().page(token, "me").await?;
                Ok(vec![graph::Page {
                    access_token: Some(token.clone()),
                    ..page
                }])
            }
            pages => pages,
        }
    }

    /// The accounts that hang on those Pages, as far as `debug_token` says the token is for them: a Page names its account
    /// even where the person left that one unticked.
    async fn reachable_accounts(&self, token: &AccessToken) -> graph::Result<Vec<Reached>> {
        let info = self.graph().debug_token(token).await?;
        let proven = proven(&info, &OF_INSTAGRAM);
        let mut accounts: Vec<_> = self
            .reachable_pages(token)
            .await?
            .into_iter()
            .filter_map(Reached::instagram_of)
            .collect();
        if let Some(proven) = proven {
            accounts.retain(|account| proven.contains(&account.meta_id));
        }
        Ok(accounts)
    }

    /// The WhatsApp Business Accounts that `debug_token` says the token is for; without ids it is for all, and then the
    /// person's portfolios say which there are.
    async fn reachable_wabas(&self, token: &AccessToken) -> graph::Result<Vec<Reached>> {
        let info = self.graph().debug_token(token).await?;
        let wabas = match proven(&info, &OF_WHATSAPP) {
            Some(ids) => {
                let each = ids.iter().map(|id| self.graph().waba(token, id));
                visible(each.collect()).await?
            }
            None => {
                let businesses = match self.graph().businesses(token).await {
                    Err(error) if error.is_permission() => Vec::new(),
                    businesses => businesses?,
                };
                let each = businesses
                    .iter()
                    .map(|business| self.graph().business_wabas(token, &business.id));
                visible(each.collect())
                    .await?
                    .into_iter()
                    .flatten()
                    .collect()
            }
        };
        Ok(wabas.into_iter().map(Reached::waba).collect())
    }
}

/// `whatsapp_business_manage_events` is left aside: Meta may record it on another id, and whether it holds shows where the
/// dataset is asked for.
const OF_WHATSAPP: [MetaPermission; 2] = [
    MetaPermission::WhatsappBusinessManagement,
    MetaPermission::WhatsappBusinessMessaging,
];
const OF_INSTAGRAM: [MetaPermission; 2] = [
    MetaPermission::InstagramBasic,
    MetaPermission::InstagramManageEvents,
];

/// For which accounts a token carries these permissions; none means all of them.
fn proven(info: &TokenInfo, permissions: &[MetaPermission]) -> Option<Vec<String>> {
    let names: Vec<_> = permissions.iter().map(|it| it.as_str()).collect();
    let granted = info
        .granular_scopes
        .iter()
        .filter(|it| names.contains(&it.scope.as_str()));
    let mut ids = Vec::new();
    let mut is_limited = false;
    for scope in granted {
        ids.extend_from_slice(scope.target_ids.as_deref()?);
        is_limited = true;
    }
    ids.sort();
    ids.dedup();
    is_limited.then_some(ids)
}

/// Several answers at a time, in order, without those that the token may not see.
async fn visible<T>(each: Vec<impl Future<Output = graph::Result<T>>>) -> graph::Result<Vec<T>> {
    let answers: Vec<_> = stream::iter(each).buffered(AT_ONCE).collect().await;
    let is_hidden = |error: &graph::Error| {
        error.is_permission() || error.refusal().is_some_and(|refusal| refusal.code == 100)
    };
    answers
        .into_iter()
        .filter(|answer| !answer.as_ref().is_err_and(is_hidden))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use graph::GranularScope;

    fn proven_of(
        permissions: &[MetaPermission],
        scopes: &[(&str, Option<&[&str]>)],
    ) -> Option<Vec<String>> {
        let granular = scopes.iter().map(|(scope, ids)| GranularScope {
            scope: (*scope).into(),
            target_ids: ids.map(|ids| ids.iter().map(ToString::to_string).collect()),
        });
        let info = TokenInfo {
            app_id: "12".into(),
            kind: None,
            is_valid: true,
            expires_at: None,
            data_access_expires_at: None,
            user_id: None,
            scopes: Vec::new(),
            granular_scopes: granular.collect(),
            error: None,
        };
        proven(&info, permissions)
    }

    #[test]
    fn an_account_is_proven_by_management_and_messaging_and_no_list_means_all() {
        let one = Some(&["33"][..]);
        assert_eq!(
            proven_of(
                &OF_WHATSAPP,
                &[
                    ("whatsapp_business_management", Some(&["34", "33"])),
                    ("whatsapp_business_messaging", one),
                    ("whatsapp_business_manage_events", Some(&["99"])),
                ]
            ),
            Some(vec!["33".to_owned(), "34".to_owned()])
        );
        assert_eq!(
            proven_of(
                &OF_WHATSAPP,
                &[
                    ("whatsapp_business_management", None),
                    ("whatsapp_business_messaging", one)
                ]
            ),
            None
        );
        assert_eq!(
            proven_of(&OF_WHATSAPP, &[("whatsapp_business_manage_events", one)]),
            None
        );
    }

    #[test]
    fn an_instagram_account_that_was_left_unticked_is_not_reached() {
        let ticked = Some(&["17"][..]);
        assert_eq!(
            proven_of(
                &OF_INSTAGRAM,
                &[
                    ("instagram_basic", ticked),
                    ("instagram_manage_events", ticked),
                    ("pages_show_list", Some(&["55", "56"])),
                ]
            ),
            Some(vec!["17".to_owned()])
        );
        assert_eq!(proven_of(&OF_INSTAGRAM, &[("instagram_basic", None)]), None);
    }
}
