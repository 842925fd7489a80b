//! The list itself: one probe after the other, those behind a failed one *not run*.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AssetKind, CauseKey, Channel, MetaPermission, Probe, classify};
use graph::{AccessToken, TokenInfo};

use super::{
    findings::{Finding, Findings},
    subject::Subject,
    surroundings::Surroundings,
};
use crate::Backend;

/// A token that ends sooner is worth a note.
const SOON: TimeDelta = TimeDelta::days(14);
/// A connection on which nothing happened for longer is worth a note.
const QUIET: TimeDelta = TimeDelta::days(7);

/// What Meta said.
pub(super) struct Examined {
    pub findings: Findings,
    /// What it knows of the token, while that is valid and ours.
    pub token: Option<TokenInfo>,
}

impl Backend {
    /// Asks everything. Whatever Meta answers is a finding, not an error.
    pub(super) async fn examine(&self, subject: &Subject, around: &Surroundings) -> Examined {
        let mut findings = Findings(around.findings());
        let mut info = None;
        match self.token_info(subject, &findings).await {
            Some((finding, told)) => {
                findings.add(finding);
                info = told;
            }
            None => findings.not_run(Probe::Token),
        }
        let is_limited = subject.token.as_ref().is_some_and(AccessToken::is_limited);
        self.judge_token(subject.channel, is_limited, &mut info, &mut findings);
        // Without a token that lets on, none of these is asked; one of another app sends events and may ask nothing.
        let token = subject.token.as_ref().filter(|_| !is_limited);
        for probe in [
            Probe::Asset,
            Probe::Dataset,
            Probe::Link,
            Probe::Webhook,
            Probe::Fields,
        ] {
            if probe == Probe::Fields && findings.0.iter().any(|it| it.probe == Probe::Fields) {
                continue; // Answered together with the webhook.
            }
            match token.filter(|_| findings.lets(probe)) {
                None => findings.not_run(probe),
                Some(token) => {
                    for finding in self.ask(probe, subject, token, info.as_ref()).await {
                        findings.add(finding);
                    }
                }
            }
        }
        let now = self.clock().now();
        findings.add(match subject.inbound.alarm(subject.channel, now) {
            Some(cause) => Finding::failed(Probe::Inbound, cause),
            None => lately(Probe::Inbound, subject.last_inbound_at, now),
        });
        findings.add(lately(Probe::Accepted, subject.last_accepted_at, now));
        Examined {
            findings,
            token: info,
        }
    }

    async fn token_info(
        &self,
        subject: &Subject,
        findings: &Findings,
    ) -> Option<(Finding, Option<TokenInfo>)> {
        if !findings.lets(Probe::Token) {
            return None;
        }
        let Some(token) = &subject.token else {
            return Some((Finding::failed(Probe::Token, CauseKey::TokenInvalid), None));
        };
        Some(match self.graph().debug_token(token).await {
            Err(error) => (Finding::refused(Probe::Token, &error), None),
            Ok(info) if info.is_valid => (Finding::passed(Probe::Token, ""), Some(info)),
            Ok(info) => {
                let said = info
                    .error
                    .as_ref()
                    .filter(|error| error.is_authentication());
                let cause = said.map_or(CauseKey::TokenInvalid, |error| {
                    classify(error.code, error.subcode, false).key
                });
                (Finding::failed(Probe::Token, cause), None)
            }
        })
    }

    /// App, expiry and permissions: all in the answer about the token.
    fn judge_token(
        &self,
        channel: Channel,
        is_limited: bool,
        info: &mut Option<TokenInfo>,
        findings: &mut Findings,
    ) {
        match info {
            Some(told) if is_limited => {
                findings.add(Finding::warned(Probe::App, told.app_id.clone()));
            }
            Some(told) if told.app_id == self.config().graph.app_id => {
                findings.add(Finding::passed(Probe::App, told.app_id.clone()));
            }
            Some(_) => {
                findings.add(Finding::failed(Probe::App, CauseKey::TokenOfOtherApp));
                *info = None;
            }
            None => findings.not_run(Probe::App),
        }
        let Some(info) = info.as_ref() else {
            findings.not_run(Probe::Expiry);
            for permission in needed(channel) {
                findings.add(not_run_of(permission));
            }
            return;
        };
        let end = [info.expires_at, info.data_access_expires_at]
            .into_iter()
            .flatten()
            .min();
        findings.add(match end {
            None => Finding::passed(Probe::Expiry, ""),
            Some(end) if end - self.clock().now() < SOON => {
                Finding::warned(Probe::Expiry, end.to_rfc3339())
            }
            Some(end) => Finding::passed(Probe::Expiry, end.to_rfc3339()),
        });
        for permission in needed(channel) {
            if is_limited {
                findings.add(not_run_of(permission));
                continue;
            }
            let is_granted = info.scopes.iter().any(|it| it == permission.as_str());
            let is_required = channel.required_permissions().contains(&permission);
            let finding = match (is_granted, is_required) {
                (true, _) => Finding::passed(Probe::Scope, ""),
                (false, true) => Finding::failed(Probe::Scope, CauseKey::PermissionMissing),
                (false, false) => Finding::warned(Probe::Scope, ""),
            };
            findings.add(finding.of(permission.as_str()));
        }
    }

    async fn ask(
        &self,
        probe: Probe,
        subject: &Subject,
        token: &AccessToken,
        info: Option<&TokenInfo>,
    ) -> Vec<Finding> {
        match probe {
            Probe::Asset => vec![self.asset(subject, token).await],
            Probe::Dataset => vec![self.dataset(subject, token).await],
            Probe::Link => vec![self.link(subject, token).await],
            _ => self.webhook(subject, token, info).await,
        }
    }

    async fn asset(&self, subject: &Subject, token: &AccessToken) -> Finding {
        let (graph, id) = (self.graph(), &subject.asset);
        let reached = match subject.asset_kind {
            AssetKind::Page => graph.page(token, id).await.map(|it| it.id),
            AssetKind::InstagramAccount => graph.instagram_account(token, id).await.map(|it| it.id),
            AssetKind::Waba | AssetKind::PhoneNumber => graph.waba(token, id).await.map(|it| it.id),
        };
        match reached {
            Ok(id) => Finding::passed(Probe::Asset, id),
            Err(error) => match Finding::refused(Probe::Asset, &error) {
                refused if refused.cause == Some(CauseKey::ObjectMissing) => {
                    Finding::failed(Probe::Asset, CauseKey::AssetUnreachable)
                }
                refused => refused,
            },
        }
    }

    /// With messaging permissions alone Meta often refuses this, which says nothing of sending; only that there is no
    /// such dataset does.
    async fn dataset(&self, subject: &Subject, token: &AccessToken) -> Finding {
        let Some(id) = &subject.dataset else {
            return Finding::failed(Probe::Dataset, CauseKey::DatasetUnlinked);
        };
        match self.graph().dataset_details(token, id).await {
            Ok(details) if details.is_unavailable => {
                Finding::failed(Probe::Dataset, CauseKey::DatasetUnavailable)
            }
            Ok(_) => Finding::passed(Probe::Dataset, id),
            Err(error) => match Finding::refused(Probe::Dataset, &error) {
                refused if says_nothing(&error) => Finding::passed(refused.probe, id),
                refused => refused,
            },
        }
    }

    async fn link(&self, subject: &Subject, token: &AccessToken) -> Finding {
        match self.graph().dataset(token, &subject.asset).await {
            Ok(Some(linked)) if Some(&linked.id) == subject.dataset.as_ref() => {
                Finding::passed(Probe::Link, linked.id)
            }
            Ok(Some(linked)) => Finding {
                detail: linked.id,
                ..Finding::failed(Probe::Link, CauseKey::DatasetDrifted)
            },
            Ok(None) => Finding::failed(Probe::Link, CauseKey::DatasetUnlinked),
            // Some assets do not allow reading.
            Err(error) if says_nothing(&error) && !error.is_permission() => {
                Finding::warned(Probe::Link, "")
            }
            Err(error) => Finding::refused(Probe::Link, &error),
        }
    }

    /// Whether messages come, and with which fields: one answer for both.
    async fn webhook(
        &self,
        subject: &Subject,
        token: &AccessToken,
        info: Option<&TokenInfo>,
    ) -> Vec<Finding> {
        let not_run = || Finding::new(Probe::Fields, domain::ProbeOutcome::NotRun, "");
        let granted = |permission: &MetaPermission| {
            info.is_some_and(|info| info.scopes.iter().any(|it| it == permission.as_str()))
        };
        let may = subject.channel.webhook_permissions().iter().all(granted);
        let without = || vec![Finding::warned(Probe::Webhook, ""), not_run()];
        let apps = match (subject.channel, &subject.page_token) {
            _ if !may => return without(),
            (Channel::Whatsapp, _) => self.graph().subscribed_apps(token, &subject.asset).await,
            (_, None) => return without(),
            (_, Some(page_token)) => {
                self.graph()
                    .subscribed_apps(page_token, &subject.page)
                    .await
            }
        };
        let apps = match apps {
            Ok(apps) => apps,
            // The person may no longer moderate the Page.
            Err(error) if error.is_permission() => return without(),
            Err(error) => return vec![Finding::refused(Probe::Webhook, &error), not_run()],
        };
        let Some(ours) = apps.iter().find(|app| app.id == self.config().graph.app_id) else {
            let missing = Finding::failed(Probe::Webhook, CauseKey::WebhookMissing);
            return vec![missing, not_run()];
        };
        let missing: Vec<&str> = subject
            .channel
            .page_fields()
            .iter()
            .filter(|field| !ours.fields.iter().any(|it| it == *field))
            .copied()
            .collect();
        let fields = if missing.is_empty() {
            Finding::passed(Probe::Fields, ours.fields.join(", "))
        } else {
            Finding {
                detail: missing.join(", "),
                ..Finding::failed(Probe::Fields, CauseKey::WebhookFieldsMissing)
            }
        };
        vec![Finding::passed(Probe::Webhook, ""), fields]
    }
}

/// Every permission of a channel, required ones first.
fn needed(channel: Channel) -> impl Iterator<Item = MetaPermission> {
    [channel.required_permissions(), channel.wanted_permissions()]
        .concat()
        .into_iter()
}

fn not_run_of(permission: MetaPermission) -> Finding {
    Finding::new(Probe::Scope, domain::ProbeOutcome::NotRun, "").of(permission.as_str())
}

/// A refusal of the call, rather than of the token, the object or the rate.
fn says_nothing(error: &graph::Error) -> bool {
    error.refusal().is_some_and(|refusal| {
        !refusal.is_authentication()
            && !refusal.is_rate_limit()
            && !refusal.is_transient()
            && (refusal.is_permission() || matches!((refusal.code, refusal.subcode), (100, None)))
    })
}

fn lately(probe: Probe, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Finding {
    match last {
        Some(at) if now - at <= QUIET => Finding::passed(probe, at.to_rfc3339()),
        Some(at) => Finding::warned(probe, at.to_rfc3339()),
        None => Finding::warned(probe, ""),
    }
}
