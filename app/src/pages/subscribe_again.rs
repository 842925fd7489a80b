//! The button that has Meta send a connection's messages to us again.

use domain::{AdvertiserId, ConnectionId, Permission};
use leptos::prelude::*;

use crate::{
    components::{May, Post, PostForm, Submit},
    preferences::text,
};

/// For a connection whose subscription has ended.
#[component]
pub fn SubscribeAgainForm(
    /// Whose.
    advertiser: AdvertiserId,
    /// Which.
    connection: ConnectionId,
    /// Does it.
    to: Post,
) -> impl IntoView {
    let text = text();
    view! {
        <May permission=Permission::ManageConnections>
            <PostForm to>
                <input type="hidden" name="advertiser" value=advertiser.to_string()/>
                <input type="hidden" name="connection" value=connection.to_string()/>
                <Submit label=text.connection_subscribe_again() pending=to.pending() class="btn btn-sm btn-primary"/>
            </PostForm>
        </May>
    }
}
