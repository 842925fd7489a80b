//! Meta's permissions, each with what it is for.

use domain::{
    AdvertiserId, Channel, ConnectAttemptId, MetaPermission, PermissionStanding, Standing,
};
use leptos::prelude::*;

use super::start::StartForm;
use crate::{
    components::{Alert, Tone},
    pages::standings::Standings,
    preferences::text,
};

/// A list of permissions by Meta's names. One that we do not know is shown without an explanation.
#[component]
pub fn Permissions(
    /// Meta's names.
    names: Vec<String>,
) -> impl IntoView {
    let text = text();
    let items = names
        .into_iter()
        .map(|name| {
            let purpose = name
                .parse::<MetaPermission>()
                .map(|permission| text.scope(permission))
                .unwrap_or_default();
            view! {
                <li>
                    <code class="break-all text-sm font-semibold">{name}</code>
                    <p>{purpose}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="space-y-2">{items}</ul> }
}

/// Warns of permissions that were not granted, says what is lost without them and which were there before, and leads back
/// to Meta; nothing when none is missing.
#[component]
pub fn NotGranted(
    /// Whose.
    advertiser: AdvertiserId,
    /// What is connected.
    channel: Channel,
    /// The attempt to take up again, unless it is done.
    #[prop(optional_no_strip)]
    attempt: Option<ConnectAttemptId>,
    /// All that the channel needs.
    permissions: Vec<PermissionStanding>,
) -> impl IntoView {
    let text = text();
    let absent = permissions
        .into_iter()
        .filter(|it| it.standing != Standing::Granted)
        .collect::<Vec<_>>();
    let label = text.connect_attempt_ask_again();
    (!absent.is_empty()).then(|| {
        view! {
            <Alert tone=Tone::Warning title=text.connect_attempt_missing_wanted_title()>
                <p>{text.connect_attempt_missing_wanted_what()}</p>
                <Standings permissions=absent/>
                <div class="mt-2">
                    <StartForm advertiser channel attempt label class="btn btn-sm"/>
                </div>
            </Alert>
        }
        .into_any()
    })
}
