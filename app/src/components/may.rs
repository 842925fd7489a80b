//! Shows what a role may do, and only that.

use domain::{Permission, console::Viewer};
use leptos::prelude::*;

use super::Loaded;

/// Who is signed in. Provided by the frame around every page.
pub fn viewer() -> Loaded<Viewer> {
    expect_context()
}

/// Its children, when the viewer's role has the permission. What is not offered is refused by the server all the same.
#[component]
pub fn May(
    /// The permission.
    permission: Permission,
    /// What needs it.
    children: ChildrenFn,
) -> impl IntoView {
    viewer().each(0, move |viewer| {
        let may = matches!(viewer, Some(Ok(viewer)) if viewer.role.may(permission));
        may.then(|| children()).into_any()
    })
}
