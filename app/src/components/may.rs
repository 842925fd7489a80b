//! Shows what a role may do, and only that.

use domain::{Permission, console::Viewer};
use leptos::prelude::*;

use crate::Error;

/// Who is signed in. Provided by the frame around every page.
pub fn viewer() -> Resource<Result<Viewer, Error>> {
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
    let viewer = viewer();
    view! {
        <Transition>
            {move || {
                let children = children.clone();
                Suspend::new(async move {
                    viewer.await.is_ok_and(|viewer| viewer.role.may(permission)).then(|| children())
                })
            }}
        </Transition>
    }
}
