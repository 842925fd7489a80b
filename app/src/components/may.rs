//! Shows what a role may do, and only that.

use domain::{Permission, console::Viewer};
use leptos::prelude::*;

use super::Loaded;

/// Who is signed in. Provided by the frame around every page.
pub fn viewer() -> Loaded<Viewer> {
    expect_context()
}

/// Says to parts that console and visitors share whom they are drawn for. Provided by the frame for visitors.
#[derive(Clone, Copy)]
pub struct Visiting;

/// Whether the page is drawn for somebody who came by a link, who has no role here.
pub fn is_visiting() -> bool {
    use_context::<Visiting>().is_some()
}

/// Its children, when the viewer's role has the permission. What is not offered is refused by the server all the same.
#[component]
pub fn May(
    /// The permission.
    permission: Permission,
    /// What needs it.
    children: ChildrenFn,
) -> impl IntoView {
    if is_visiting() {
        return ().into_any();
    }
    viewer().each(0, move |viewer| {
        let may = matches!(viewer, Some(Ok(viewer)) if viewer.role.may(permission));
        may.then(|| children()).into_any()
    })
}
