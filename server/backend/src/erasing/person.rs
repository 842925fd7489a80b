//! Meta's deauthorize and data-deletion callbacks: somebody who logged in has left, and everything that came of their
//! logins goes. Contacts are other people, and `EraseContacts` is for them.

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, AssetId, CauseKey, ConnectionId, CredentialId, Health};
use graph::SignedRequest;

use crate::{Backend, Error, Result, Scope, Tx, connections};

/// Which of the two callbacks it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionKind {
    /// The person removed our app at Meta.
    Deauthorize,
    /// The person asked for their data to be deleted.
    DataDeletion,
}

impl DeletionKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Deauthorize => "deauthorize",
            Self::DataDeletion => "data_deletion",
        }
    }
}

/// How a request stands. Names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeletionStatus {
    /// When Meta sent it.
    pub received_at: DateTime<Utc>,
    /// When everything was erased; none while that is under way.
    pub finished_at: Option<DateTime<Utc>>,
    /// Whether we had known the person at all.
    pub was_known: bool,
}

impl Backend {
    /// Erases the name, the tokens and the connect attempts of whoever a callback of Meta's names; connections that lived
    /// on their login ask for a new one. Answers the code under which the person may see how it stands. Meta's signature
    /// is the authority, so it needs no scope.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a request that Meta did not sign.
    pub async fn forget_person(&self, kind: DeletionKind, signed_request: &str) -> Result<String> {
        let secret = &self.config().graph.app_secret;
        let person = SignedRequest::read(secret, signed_request).map_err(|_| Error::Forbidden)?;
        let code = hex::encode(rand::random::<[u8; 16]>());
        let mut tx = self.begin(&Scope::system()).await?;
        let logins = sqlx::query!(
            r#"SELECT advertiser_id AS "advertiser: AdvertiserId", id AS "id: CredentialId" FROM credential
               WHERE person_id = $1 ORDER BY advertiser_id, id FOR UPDATE"#,
            person.user_id
        )
        .fetch_all(&mut *tx)
        .await?;
        for login in &logins {
            self.forget_login(&mut tx, kind, login.advertiser, login.id)
                .await?;
        }
        let (id, now): (uuid::Uuid, _) = (self.clock().mint(), tx.now());
        sqlx::query!(
            "INSERT INTO deletion_request (id, code, kind, received_at, finished_at, logins) VALUES ($1, $2, $3, $4, $4, $5)",
            id,
            code,
            kind.as_str(),
            now,
            i32::try_from(logins.len()).unwrap_or(i32::MAX),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(code)
    }

    async fn forget_login(
        &self,
        tx: &mut Tx,
        kind: DeletionKind,
        advertiser: AdvertiserId,
        credential: CredentialId,
    ) -> Result<()> {
        let lines = sqlx::query!(
            r#"SELECT id AS "id: ConnectionId", asset_id AS "asset: AssetId" FROM connection
               WHERE advertiser_id = $1 AND credential_id = $2 ORDER BY id"#,
            advertiser.uuid(),
            credential.uuid()
        )
        .fetch_all(&mut **tx)
        .await?;
        for line in &lines {
            let cause = Some(CauseKey::AppRemoved);
            connections::set_health(tx, advertiser, line.id, Health::Reconnect, cause).await?;
            sqlx::query!(
                "UPDATE asset SET token_sealed = NULL WHERE advertiser_id = $1 AND id = $2",
                advertiser.uuid(),
                line.asset.uuid()
            )
            .execute(&mut **tx)
            .await?;
        }
        sqlx::query!(
            "DELETE FROM connect_attempt WHERE advertiser_id = $1 AND credential_id = $2",
            advertiser.uuid(),
            credential.uuid()
        )
        .execute(&mut **tx)
        .await?;
        sqlx::query!(
            "UPDATE credential SET token_sealed = NULL, state = 'dead', person_id = '', person_name_sealed = $3
             WHERE advertiser_id = $1 AND id = $2",
            advertiser.uuid(),
            credential.uuid(),
            self.seal_person_name(advertiser, credential, ""),
        )
        .execute(&mut **tx)
        .await?;
        let detail = serde_json::json!({ "asked_by": kind.as_str(), "connections": lines.len() });
        tx.audit_of(Some(advertiser), "login.forgotten", credential, detail)
            .await
    }

    /// How a request stands, for whoever holds its code.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a code that we never gave.
    pub async fn deletion_status(&self, code: &str) -> Result<DeletionStatus> {
        sqlx::query_as!(
            DeletionStatus,
            r#"SELECT received_at, finished_at, logins > 0 AS "was_known!" FROM deletion_request WHERE code = $1"#,
            code
        )
        .fetch_optional(self.0.database.partner())
        .await?
        .ok_or(Error::NotFound("deletion request"))
    }
}
