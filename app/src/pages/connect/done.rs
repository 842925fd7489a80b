//! An attempt that ended well: what was created, what existed, and what to do now.

use domain::{
    Channel, MetaPermission, Permission,
    console::{ConnectAttempt, SetUpAsset},
};
use leptos::prelude::*;

use super::{also::Also, permissions::NotGranted};
use crate::{
    components::{Alert, ChannelMark, CopyButton, Fact, Facts, Icon, May, Tone, is_visiting},
    preferences::text,
};

/// Everything that was connected, and the next steps.
#[component]
pub fn Done(
    /// The attempt.
    attempt: ConnectAttempt,
) -> impl IntoView {
    let text = text();
    let missing_wanted = attempt.missing_wanted();
    let also = attempt.clone();
    let ConnectAttempt {
        advertiser_id,
        advertiser_name,
        connected,
        released,
        channel,
        permissions,
        ..
    } = attempt;
    let lead = text.connect_attempt_done_lead(&advertiser_name);
    let (back, back_label) = if is_visiting() {
        ("/welcome".to_owned(), text.visitor_back().to_owned())
    } else {
        (
            format!("/advertisers/{advertiser_id}"),
            text.connect_attempt_back_to_advertiser(&advertiser_name),
        )
    };
    let studio = format!("/studio/{advertiser_id}");
    let cards = connected
        .into_iter()
        .map(|page| {
            view! {
                <li class="card bg-base-100">
                    <div class="card-body gap-3 p-5">
                        <h2 class="flex flex-wrap items-center gap-x-3 text-base font-semibold">
                            <span class="min-w-0 break-words">{page.name.clone()}</span>
                            <span class="font-normal text-muted"><ChannelMark channel/></span>
                        </h2>
                        {facts(page, channel, &missing_wanted)}
                    </div>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <Alert tone=Tone::Success>
            <p>{lead}</p>
            {(!channel.has_purchase_optimisation()).then(|| view! { <p>{text.connect_purchase_note()}</p> }.into_any())}
            {(released > 0).then(|| view! { <p>{text.connect_attempt_released(released)}</p> }.into_any())}
        </Alert>
        <div class="flex flex-wrap gap-2">
            <May permission=Permission::SendTestEvents>
                <a class="btn btn-primary" href=studio.clone()>{Icon::Flask.view()} {text.connect_attempt_send_test()}</a>
            </May>
            <a class="btn" href=back>{back_label}</a>
        </div>
        <ul class="space-y-4">{cards}</ul>
        <Also attempt=also/>
        <NotGranted advertiser=advertiser_id channel permissions/>
    }
}

fn facts(page: SetUpAsset, channel: Channel, missing_wanted: &[MetaPermission]) -> AnyView {
    let text = text();
    let lacks = |permission: MetaPermission| missing_wanted.contains(&permission);
    let dataset = if page.dataset_was_created {
        text.connect_attempt_dataset_created()
    } else {
        text.connect_attempt_dataset_existed()
    };
    let messages = if page.is_subscribed {
        (
            Icon::CheckCircle,
            "text-success",
            text.connect_attempt_subscribed(),
        )
    } else if channel.webhook_permissions().iter().any(|&it| lacks(it)) {
        (
            Icon::AlertTriangle,
            "text-warning",
            text.connect_attempt_unsubscribed_permission(),
        )
    } else {
        (
            Icon::AlertTriangle,
            "text-warning",
            match channel {
                Channel::Messenger | Channel::Instagram => text.connect_attempt_unsubscribed_task(),
                Channel::Whatsapp => text.connect_attempt_unsubscribed(),
            },
        )
    };
    let visible = if page.is_visible_to_advertiser {
        (
            Icon::CheckCircle,
            "text-success",
            text.connect_attempt_visible(),
        )
    } else if page.has_business || lacks(MetaPermission::BusinessManagement) {
        (
            Icon::AlertTriangle,
            "text-warning",
            text.connect_attempt_hidden_permission(),
        )
    } else {
        (
            Icon::AlertTriangle,
            "text-warning",
            text.connect_attempt_hidden_business(),
        )
    };
    let asset = text.asset_kind(channel.asset_kind());
    let shared = page.shares_dataset_with.join(", ");
    let shared = (!shared.is_empty()).then(|| text.connect_attempt_dataset_shared(&shared));
    let phones = (channel == Channel::Whatsapp).then(|| {
        let phones = match page.phone_numbers.is_empty() {
            true => text.connect_attempt_no_phone_numbers().to_owned(),
            false => page.phone_numbers.join(", "),
        };
        view! { <Fact name=text.connect_attempt_phone_numbers()>{phones}</Fact> }.into_any()
    });
    view! {
        <Facts>
            <Fact name=asset>{id(page.meta_id, asset)}</Fact>
            {phones}
            <Fact name=text.words_dataset()>
                {id(page.dataset_meta_id, text.words_dataset())}
                <p class="text-sm text-muted">{dataset} " " {shared}</p>
            </Fact>
            <Fact name=text.connect_attempt_messages()>{verdict(messages)}</Fact>
            <Fact name=text.words_events_manager()>{verdict(visible)}</Fact>
        </Facts>
    }
    .into_any()
}

/// An id of Meta's that people copy.
fn id(id: String, what: &'static str) -> AnyView {
    view! {
        <span class="inline-flex items-center gap-1">
            <code class="break-all text-sm">{id.clone()}</code> <CopyButton value=id what/>
        </span>
    }
    .into_any()
}

fn verdict((icon, colour, what): (Icon, &'static str, &'static str)) -> AnyView {
    view! { <p class="flex gap-2"><span class=format!("mt-1 {colour}")>{icon.view()}</span> <span class="min-w-0">{what}</span></p> }.into_any()
}
