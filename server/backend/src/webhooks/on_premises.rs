//! Messages of the WhatsApp Business API on premises, whose last client Meta let expire: for whoever still has some of
//! them, or a system that speaks its shape. Nothing in it says whose it is and nobody signed it, so a connection is named
//! and an API key vouches for it.

use std::collections::HashSet;

use domain::{AdvertiserId, AssetId, AssetKind, ConnectionId, MessageOutcome, Permission, Why};
use graph::webhook::on_premises;

use super::split::{Delivery, Routes};
use crate::{Backend, Error, Result, Scope};

/// As many as one webhook of Meta's brings.
const MOST: usize = 1_000;

/// What became of messages that were handed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandedIn {
    /// How many there were.
    pub messages: usize,
    /// Of them, those that were not handed in before.
    pub new: usize,
    /// Of those, the ones that came with a click on an ad.
    pub clicks: usize,
}

impl Backend {
    /// Takes messages in the shape of the guide: `contacts` beside `messages`, or a list of those under `data`. Once this
    /// returns they are committed; the same message again changes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a key that is not for this; [`Error::NotFound`] for a connection that is another's or not
    /// of WhatsApp; [`Error::Invalid`] on `messages` for another shape and for more than a thousand.
    pub async fn hand_in_messages(
        &self,
        scope: &Scope,
        connection: ConnectionId,
        raw: &[u8],
    ) -> Result<HandedIn> {
        scope.require(Permission::HandInWebhooks)?;
        let mut tx = self.begin(scope).await?;
        let line = sqlx::query!(
            r#"SELECT connection.advertiser_id AS "advertiser: AdvertiserId", asset.id AS "asset: AssetId", asset.meta_id
               FROM connection
               JOIN asset ON asset.advertiser_id = connection.advertiser_id AND asset.id = connection.asset_id
               JOIN advertiser ON advertiser.id = connection.advertiser_id
               WHERE connection.id = $1 AND channel = 'whatsapp' AND archived_at IS NULL"#,
            connection.uuid(),
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("connection"))?;
        drop(tx);
        let invalid = |why| Error::invalid("messages", why);
        let items = on_premises(raw).ok_or_else(|| invalid(Why::NotAChoice))?;
        if items.len() > MOST {
            return Err(invalid(Why::TooLong { max: MOST }));
        }
        let now = self.clock().now();
        // No webhook of Meta's: nothing is kept of it but what it says.
        let delivery = Delivery {
            id: self.clock().mint(),
            received_at: now,
            sealed: Vec::new(),
        };
        let mut handed = HandedIn {
            messages: items.len(),
            ..HandedIn::default()
        };
        let subject = (AssetKind::Waba, line.meta_id);
        let mut messages = self.messages_of(&subject, None, items, now, &mut HashSet::new());
        let mut tx = self.begin(&Scope::system()).await?;
        let mut keys: Vec<_> = messages.iter().map(|it| it.key.clone()).collect();
        keys.sort_unstable();
        let fresh = tx.keep_new_keys(&keys).await?;
        messages.retain(|it| fresh.contains(&it.key));
        let routes = Routes::from([(subject, (line.advertiser, line.asset))]);
        let noted = self
            .take_messages(&mut tx, &delivery, &mut messages, &routes)
            .await?;
        tx.note_messages(&noted).await?;
        tx.commit().await?;
        handed.new = noted.len();
        handed.clicks = noted
            .iter()
            .filter(|it| it.outcome == MessageOutcome::Contact && it.has_click)
            .count();
        Ok(handed)
    }
}
