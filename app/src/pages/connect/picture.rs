//! What Meta's dialog will ask, as three small pictures of our own with words below.

use domain::Channel;
use leptos::prelude::*;

use super::words;
use crate::preferences::text;

/// A window's frame, around each of the three.
const WINDOW: &str = r#"<rect x="1" y="1" width="118" height="82" rx="6"/><path d="M1 14h118"/><path d="M8 7.500h.01M14 7.500h.01M20 7.500h.01"/>"#;

/// A face, a line for the account and one for the password, and a button.
const WHO: &str = r#"<circle cx="60" cy="29" r="5"/><path d="M50 43c1-6 5-8 10-8s9 2 10 8"/><rect x="34" y="50" width="52" height="9" rx="2"/><rect x="34" y="65" width="52" height="10" rx="2" fill="currentColor"/>"#;

/// Three boxes, two of them ticked, each with a name.
const WHICH: &str = r#"<rect x="22" y="24" width="10" height="10" rx="2"/><path d="m24.500 29 2 2 3.500-4M42 29h54"/><rect x="22" y="43" width="10" height="10" rx="2"/><path d="m24.500 48 2 2 3.500-4M42 48h42"/><rect x="22" y="62" width="10" height="10" rx="2"/><path d="M42 67h48"/>"#;

/// Three switches, all on.
const MAY: &str = r#"<path d="M22 29h50M22 48h42M22 67h54"/><rect x="84" y="24" width="18" height="10" rx="5"/><circle cx="97" cy="29" r="2.500" fill="currentColor"/><rect x="84" y="43" width="18" height="10" rx="5"/><circle cx="97" cy="48" r="2.500" fill="currentColor"/><rect x="84" y="62" width="18" height="10" rx="5"/><circle cx="97" cy="67" r="2.500" fill="currentColor"/>"#;

/// The dialog's three questions in order.
#[component]
pub fn Questions(
    /// What is being connected.
    channel: Channel,
) -> impl IntoView {
    let text = text();
    let questions = [
        (
            WHO,
            text.connect_asks_login_title(),
            text.connect_asks_login(),
        ),
        (
            WHICH,
            text.connect_asks_assets_title(),
            words::asks_assets(text, channel),
        ),
        (
            MAY,
            text.connect_asks_permissions_title(),
            text.connect_asks_permissions(),
        ),
    ];
    let questions = questions
        .into_iter()
        .enumerate()
        .map(|(index, (picture, title, what))| {
            view! {
                <li class="flex gap-4 sm:flex-col sm:gap-3">
                    <svg
                        class="h-auto w-28 shrink-0 self-start text-primary sm:w-full sm:max-w-40"
                        viewBox="0 0 120 84"
                        fill="none"
                        stroke="currentColor"
                        stroke-width="2"
                        stroke-linecap="round"
                        stroke-linejoin="round"
                        aria-hidden="true"
                        inner_html=format!("{WINDOW}{picture}")
                    ></svg>
                    <div class="min-w-0">
                        <h3 class="font-semibold">{format!("{}. {title}", index + 1)}</h3>
                        <p class="text-muted">{what}</p>
                    </div>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ol class="grid gap-5 sm:grid-cols-3">{questions}</ol> }
}
