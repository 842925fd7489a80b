//! What a channel needs of Meta's permissions, held against what was granted: one list, wherever it is shown.

use domain::{PermissionStanding, Standing};
use leptos::prelude::*;

use crate::{components::Icon, preferences::text};

/// Each permission with what became of it, whether it is needed, and what it is for.
#[component]
pub fn Standings(
    /// In the order to show.
    permissions: Vec<PermissionStanding>,
) -> impl IntoView {
    let text = text();
    let items = permissions
        .into_iter()
        .map(|it| {
            let (icon, colour, word) = match it.standing {
                Standing::Granted => (
                    Icon::CheckCircle,
                    "text-success",
                    text.connection_permission_granted(),
                ),
                Standing::Missing if it.is_required => {
                    (Icon::Ban, "text-error", text.connection_permission_missing())
                }
                Standing::Missing => (
                    Icon::AlertTriangle,
                    "text-warning",
                    text.connection_permission_missing(),
                ),
                Standing::Lost => (Icon::Ban, "text-error", text.connection_permission_lost()),
            };
            let need = if it.is_required {
                text.connection_permission_required()
            } else {
                text.connection_permission_wanted()
            };
            view! {
                <li class="flex gap-2">
                    <span class=format!("mt-0.5 {colour}")>{icon.view()}</span>
                    <div class="min-w-0">
                        <p class="flex flex-wrap items-baseline gap-x-2">
                            <code class="break-all text-sm font-semibold">{it.permission.as_str()}</code>
                            <span class="text-sm font-medium">{word}</span>
                            <span class="text-sm text-muted">{need}</span>
                        </p>
                        <p class="text-sm">{text.scope(it.permission)}</p>
                    </div>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="space-y-2">{items}</ul> }
}
