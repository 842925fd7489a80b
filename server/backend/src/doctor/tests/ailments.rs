//! Every way to be ill, on every channel: one row each.

use chrono::TimeDelta;
use domain::{Channel, Health, Probe, ProbeOutcome, console::ProbeResult};
use sandbox::{Effect, Fault};

use super::ward::{
    Break::{self, Drift, Knob, Subscription, Unlink},
    Ward,
};

/// One way in which a connection can be ill.
struct Ailment {
    name: &'static str,
    breaks: Break,
    /// What the doctor says.
    probe: Probe,
    outcome: ProbeOutcome,
    cause: &'static str,
    health: Health,
    /// Which probes are not run for it.
    hides: Hidden,
}

/// What stands behind a probe that failed.
#[derive(Clone, Copy)]
enum Hidden {
    Nothing,
    /// So many of those about the asset.
    Asset(usize),
    /// App, expiry, each permission, and the five about the asset.
    BehindToken,
    /// The same without the app.
    BehindApp,
}

impl Hidden {
    fn count(self, channel: Channel) -> usize {
        let permissions = channel.required_permissions().len() + channel.wanted_permissions().len();
        match self {
            Self::Nothing => 0,
            Self::Asset(count) => count,
            Self::BehindToken => 1 + 1 + permissions + 5,
            Self::BehindApp => 1 + permissions + 5,
        }
    }
}

/// The permission without which nothing is sent.
fn essential(ward: &Ward) -> Fault {
    let permission = match ward.channel {
        Channel::Messenger => "page_events",
        Channel::Instagram => "instagram_manage_events",
        Channel::Whatsapp => "whatsapp_business_manage_events",
    };
    Fault::new(Effect::DropPermission {
        permission: permission.into(),
    })
}

fn bad_gateway(_: &Ward) -> Fault {
    Fault::new(Effect::HttpError {
        status: 502,
        body: String::new(),
    })
    .edge("debug_token")
}

fn password_changed(ward: &Ward) -> Fault {
    Fault::new(Effect::InvalidToken {
        person: ward.person.into(),
        subcode: 460,
    })
}

fn token_ended(ward: &Ward) -> Fault {
    Fault::new(Effect::TokenExpiry {
        person: ward.person.into(),
        in_seconds: -60,
    })
}

fn of_another_app(ward: &Ward) -> Fault {
    Fault::new(Effect::OtherApp {
        person: ward.person.into(),
    })
}

#[rustfmt::skip]
fn ailments(channel: Channel) -> Vec<Ailment> {
    use Health::{Degraded, Misconfigured, Reconnect};
    use Hidden::{Asset, BehindApp, BehindToken, Nothing};
    use ProbeOutcome::{Failed, Unanswered};
    let row = |name, breaks, (probe, outcome), cause, health, hides| Ailment {
        name, breaks, probe, outcome, cause, health, hides,
    };
    let skewed = |_: &Ward| Fault::new(Effect::ClockSkew { seconds: 600 });
    let mut ailments = vec![
        row("our clock is ten minutes off", Knob(skewed), (Probe::Clock, Failed), "clock_skewed", Misconfigured, Nothing),
        row("Meta is down", Knob(bad_gateway), (Probe::Token, Unanswered), "meta_failed", Degraded, BehindToken),
        row("the password was changed", Knob(password_changed), (Probe::Token, Failed), "password_changed", Reconnect, BehindToken),
        row("the token has expired", Knob(token_ended), (Probe::Token, Failed), "token_expired", Reconnect, BehindToken),
        row("the token is another app's", Knob(of_another_app), (Probe::App, Failed), "token_of_other_app", Reconnect, BehindApp),
        row("a permission is gone", Knob(essential), (Probe::Scope, Failed), "permission_missing", Reconnect, Asset(5)),
        row("the asset is out of reach", Knob(|ward| ward.of_asset(Effect::HideAsset)), (Probe::Asset, Failed), "asset_unreachable", Misconfigured, Asset(4)),
        row("the dataset is gone", Knob(|ward| ward.of_asset(Effect::HideDataset)), (Probe::Dataset, Failed), "object_missing", Misconfigured, Asset(1)),
        row("the dataset is shut", Knob(|ward| ward.of_asset(Effect::DatasetUnavailable)), (Probe::Dataset, Failed), "dataset_unavailable", Misconfigured, Asset(1)),
        row("another dataset is linked", Drift, (Probe::Link, Failed), "dataset_drifted", Misconfigured, Nothing),
        row("no dataset is linked", Unlink, (Probe::Link, Failed), "dataset_unlinked", Misconfigured, Nothing),
        row("the subscription has ended", Subscription(&[]), (Probe::Webhook, Failed), "webhook_missing", Misconfigured, Asset(1)),
    ];
    // The other channels are subscribed as a whole.
    if channel == Channel::Messenger {
        ailments.push(row("the subscription lacks fields", Subscription(&["messages"]), (Probe::Fields, Failed), "webhook_fields_missing", Misconfigured, Nothing));
    }
    ailments
}

fn of(results: &[ProbeResult], outcome: ProbeOutcome) -> Vec<&ProbeResult> {
    results.iter().filter(|it| it.outcome == outcome).collect()
}

#[tokio::test]
async fn each_ailment_of_messenger_is_named_hides_what_is_behind_it_and_heals_by_itself() {
    each_is_named_and_heals(Channel::Messenger).await;
}

#[tokio::test]
async fn each_ailment_of_instagram_is_named_hides_what_is_behind_it_and_heals_by_itself() {
    each_is_named_and_heals(Channel::Instagram).await;
}

#[tokio::test]
async fn each_ailment_of_whatsapp_is_named_hides_what_is_behind_it_and_heals_by_itself() {
    each_is_named_and_heals(Channel::Whatsapp).await;
}

async fn each_is_named_and_heals(channel: Channel) {
    let ward = Ward::open(channel).await;
    let dataset = ward.subject().await.dataset.unwrap();
    assert_eq!(ward.recheck().await, Health::Healthy);
    let ailments = ailments(channel);
    for ailment in &ailments {
        let name = ailment.name;
        ward.inflict(&ailment.breaks).await;
        assert_eq!(ward.recheck().await, ailment.health, "{name}");
        assert_eq!(ward.cause().await.as_deref(), Some(ailment.cause), "{name}");
        let results = ward.examination().await.results;
        let found = of(&results, ailment.outcome);
        assert_eq!(
            found.iter().map(|it| it.probe).collect::<Vec<_>>(),
            [ailment.probe],
            "{name}"
        );
        assert!(
            !found[0].what.is_empty() && !found[0].next.is_empty(),
            "{name}"
        );
        assert_eq!(
            of(&results, ProbeOutcome::NotRun).len(),
            ailment.hides.count(channel),
            "{name}"
        );
        let waiting = ward
            .meta
            .park_quietly(ward.advertiser, ward.connection)
            .await;

        ward.mend(&dataset).await;
        ward.wait(TimeDelta::minutes(15));
        let round = ward.meta.db.backend.visit_due().await.unwrap();
        assert_eq!(
            round.visited,
            [(ward.advertiser, ward.connection, Health::Healthy)],
            "{name}"
        );
        assert_eq!(ward.meta.state_of(waiting).await, "queued", "{name}");
        assert_eq!(
            of(&ward.examination().await.results, ProbeOutcome::NotRun),
            Vec::<&ProbeResult>::new()
        );
    }
    let ended: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM probe WHERE outcome = 'failed' AND ended_at IS NOT NULL",
    )
    .fetch_one(ward.meta.db.backend.0.database.partner())
    .await
    .unwrap();
    let named = ailments
        .iter()
        .filter(|it| it.outcome == ProbeOutcome::Failed);
    assert_eq!(
        usize::try_from(ended).unwrap(),
        named.count(),
        "all but the silence are in the history"
    );
}
