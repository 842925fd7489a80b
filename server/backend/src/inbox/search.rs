//! Finding a person or a message by what Meta calls them: by keyed hashes, so that what was sought is written nowhere.

use domain::{Channel, ContactId, Permission, WebhookMessageId};

use crate::{Backend, Result, Scope, contacts::identity_hash};

/// What an identifier is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InboxFound {
    /// A person.
    Contact(ContactId),
    /// A message.
    Message(WebhookMessageId),
}

impl Backend {
    /// Whose identifier it is, whichever advertiser's: a PSID, an IGSID, a phone number, a business-scoped id, the id of a
    /// click or of a message. Of several people the one who was seen last.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`].
    pub async fn find_in_inbox(&self, scope: &Scope, sought: &str) -> Result<Option<InboxFound>> {
        scope.require(Permission::ViewInbox)?;
        let sought = sought.trim();
        if sought.is_empty() {
            return Ok(None);
        }
        let keys = self.keys();
        // A phone number as people write it: WhatsApp's own has digits alone.
        let digits: String = sought.chars().filter(char::is_ascii_digit).collect();
        let is_phone = sought
            .chars()
            .all(|c| c.is_ascii_digit() || "+-() ".contains(c));
        let phone = if is_phone { &digits } else { sought };
        let mut hashes: Vec<_> = Channel::ALL
            .iter()
            .map(|channel| identity_hash(keys, *channel, sought))
            .collect();
        hashes.push(identity_hash(keys, Channel::Whatsapp, phone));
        let mut tx = self.begin(scope).await?;
        let contact = sqlx::query_scalar!(
            r#"SELECT id AS "id!: ContactId" FROM (
                   SELECT id, last_seen_at FROM contact WHERE identity_hash = ANY ($1)
                   UNION ALL
                   SELECT id, last_seen_at FROM contact WHERE phone_hash = $2
                   UNION ALL
                   SELECT contact.id, contact.last_seen_at
                   FROM contact_click JOIN contact ON contact.advertiser_id = contact_click.advertiser_id
                                                  AND contact.id = contact_click.contact_id
                   WHERE click_hash = $3) AS found
               ORDER BY last_seen_at DESC, id DESC LIMIT 1"#,
            &hashes,
            keys.index("phone", phone),
            keys.index("click", sought),
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(contact) = contact {
            return Ok(Some(InboxFound::Contact(contact)));
        }
        let message = sqlx::query_scalar!(
            r#"SELECT id AS "id: WebhookMessageId" FROM webhook_message WHERE mid_hash = $1 ORDER BY id DESC LIMIT 1"#,
            keys.index("mid", sought),
        )
        .fetch_optional(&mut *tx)
        .await?;
        Ok(message.map(InboxFound::Message))
    }
}
