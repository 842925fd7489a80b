//! A person's own account: what they are called, their password, and where they are signed in.

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, Language, NewPassword, PersonId, PersonName, Role, SessionId};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    Backend, Error, NewSession, Result, Scope, passwords, sessions::actor, throttle::Subjects,
};

/// Whoever is signed in, as their own pages show them.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who.
    pub id: PersonId,
    /// What they sign in with.
    pub email: String,
    /// What colleagues call them.
    pub name: String,
    /// What they may do, here.
    pub role: Role,
    /// The language of mails to them.
    pub language: Language,
    /// The advertiser they look at; none for the partner's staff.
    pub advertiser: Option<AdvertiserId>,
    /// Of how many advertisers they are.
    pub advertisers: usize,
}

/// One signed-in browser of a person.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// Which.
    pub id: SessionId,
    /// What the browser called itself.
    pub user_agent: String,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to five minutes.
    pub last_seen_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// One of a person's advertisers.
#[derive(Clone, Debug)]
pub struct OwnAdvertiser {
    /// Which.
    pub id: AdvertiserId,
    /// What it is called.
    pub name: String,
    /// What the person is there.
    pub role: Role,
}

impl Backend {
    /// Who is behind a scope; pages show their name.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the scope is nobody's.
    pub async fn own_account(&self, scope: &Scope) -> Result<Account> {
        let (id, role) = own(scope)?;
        let row = sqlx::query!(
            r#"SELECT email, name, language AS "language: Language",
                      (SELECT count(*) FROM membership WHERE person_id = person.id) AS "advertisers!"
               FROM person WHERE id = $1"#,
            id.uuid()
        )
        .fetch_optional(self.0.database.partner())
        .await?
        .ok_or(Error::SignedOut)?;
        Ok(Account {
            id,
            email: row.email,
            name: row.name,
            role,
            language: row.language,
            advertiser: scope.only(),
            advertisers: usize::try_from(row.advertisers).unwrap_or_default(),
        })
    }

    /// Changes what a person is called, and the language of mails to them.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn edit_account(
        &self,
        scope: &Scope,
        name: &PersonName,
        language: Language,
    ) -> Result<()> {
        let (id, _) = own(scope)?;
        let mut tx = self.begin(&own_affairs(scope)).await?;
        sqlx::query!(
            "UPDATE person SET name = $2, language = $3 WHERE id = $1",
            id.uuid(),
            name.as_str(),
            language.as_str()
        )
        .execute(&mut *tx)
        .await?;
        tx.audit("account.edited", id).await?;
        tx.commit().await
    }

    /// Gives a person the password they choose. Every session ends, and a new one begins for the browser that asks.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] when `current` is not theirs; [`Error::TooMany`] after too many of those.
    pub async fn change_password(
        &self,
        scope: &Scope,
        current: SecretString,
        new: NewPassword,
        user_agent: &str,
    ) -> Result<NewSession> {
        let (id, _) = own(scope)?;
        let subjects = Subjects::new(&id.to_string(), &id.to_string());
        self.count_try(&subjects).await?;
        let row = sqlx::query!(
            r#"SELECT password_hash, language AS "language: Language", role AS "role: Role" FROM person WHERE id = $1"#,
            id.uuid()
        )
        .fetch_optional(self.0.database.partner())
        .await?
        .ok_or(Error::SignedOut)?;
        if !passwords::verify(current, Some(row.password_hash)).await? {
            return Err(Error::WrongPassword);
        }
        self.forget_failures(&subjects).await?;
        let hash = passwords::hash(new.expose().into()).await?;
        let mut tx = self.begin(&Scope::on_behalf(actor(id, row.role))).await?;
        sqlx::query!(
            "UPDATE person SET password_hash = $2 WHERE id = $1",
            id.uuid(),
            hash
        )
        .execute(&mut *tx)
        .await?;
        let ended = tx.end_sessions(id, None).await?;
        tx.audit_with("account.password_changed", id, json!({ "ended": ended }))
            .await?;
        let session = tx.open_session(id, row.language, user_agent).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Where a person is signed in, the newest first.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn own_sessions(&self, scope: &Scope) -> Result<Vec<OwnSession>> {
        let (id, _) = own(scope)?;
        let now = self.clock().now();
        let rows = sqlx::query!(
            r#"SELECT id AS "id: SessionId", user_agent, created_at, last_seen_at FROM session
               WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at > $3
               ORDER BY id DESC"#,
            id.uuid(),
            now,
            now - crate::sessions::IDLE,
        )
        .fetch_all(self.0.database.partner())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| OwnSession {
                is_current: scope.session_id() == Some(row.id),
                id: row.id,
                user_agent: row.user_agent,
                created_at: row.created_at,
                last_seen_at: row.last_seen_at,
            })
            .collect())
    }

    /// Ends one of a person's own sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] for somebody else's and for one that has ended.
    pub async fn end_own_session(&self, scope: &Scope, session: SessionId) -> Result<()> {
        let (id, _) = own(scope)?;
        let mut tx = self.begin(&own_affairs(scope)).await?;
        let now = tx.now();
        let ended = sqlx::query!(
            "UPDATE session SET revoked_at = $3 WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL",
            session.uuid(),
            id.uuid(),
            now
        )
        .execute(&mut *tx)
        .await?;
        if ended.rows_affected() == 0 {
            return Err(Error::NotFound("session"));
        }
        tx.audit("session.ended", session).await?;
        tx.commit().await
    }

    /// Ends all of a person's sessions but the one that asks. How many there were.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn end_other_sessions(&self, scope: &Scope) -> Result<u64> {
        let (id, _) = own(scope)?;
        let mut tx = self.begin(&own_affairs(scope)).await?;
        let ended = tx.end_sessions(id, scope.session_id()).await?;
        tx.audit_with("account.sessions_ended", id, json!({ "ended": ended }))
            .await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// The advertisers that a person is one of, by name; none for the partner's staff.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn own_advertisers(&self, scope: &Scope) -> Result<Vec<OwnAdvertiser>> {
        let (id, _) = own(scope)?;
        Ok(sqlx::query_as!(
            OwnAdvertiser,
            r#"SELECT advertiser.id AS "id: AdvertiserId", advertiser.name, membership.role AS "role: Role"
               FROM membership
               JOIN advertiser ON advertiser.id = membership.advertiser_id
               JOIN person ON person.id = membership.person_id AND person.role IS NULL
               WHERE membership.person_id = $1 ORDER BY advertiser.name, advertiser.id"#,
            id.uuid()
        )
        .fetch_all(self.0.database.partner())
        .await?)
    }

    /// Makes this session look at another of the person's advertisers.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they are not one of its people.
    pub async fn look_at_advertiser(&self, scope: &Scope, advertiser: AdvertiserId) -> Result<()> {
        let theirs = self.own_advertisers(scope).await?;
        if !theirs.iter().any(|own| own.id == advertiser) {
            return Err(Error::NotFound("advertiser"));
        }
        sqlx::query!(
            "UPDATE session SET looks_at = $2 WHERE id = $1",
            scope.session_id().map(SessionId::uuid),
            advertiser.uuid()
        )
        .execute(self.0.database.partner())
        .await?;
        Ok(())
    }
}

/// Who asks, and what they are.
fn own(scope: &Scope) -> Result<(PersonId, Role)> {
    scope.person_id().zip(scope.role()).ok_or(Error::SignedOut)
}

/// What is a person's own is no advertiser's: it is written beside the advertisers' rows.
fn own_affairs(scope: &Scope) -> Scope {
    Scope::on_behalf(scope.actor())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, PASSWORD, PASSWORD_2};

    #[tokio::test]
    async fn a_new_password_needs_the_old_one_and_ends_every_other_session() {
        let db = testing::backend().await;
        let email = db.email_of(&db.staff(Role::Support).await).await;
        let (here, there) = (
            db.sign_in(&email).await.unwrap(),
            db.sign_in(&email).await.unwrap(),
        );
        let scope = db.backend.session(&here.token).await.unwrap().unwrap();
        let change = async |current: &str| {
            db.backend
                .change_password(&scope, current.into(), PASSWORD_2.parse().unwrap(), "tests")
                .await
        };
        assert!(matches!(
            change("not the password").await,
            Err(Error::WrongPassword)
        ));
        assert!(db.backend.session(&there.token).await.unwrap().is_some());
        let new = change(PASSWORD).await.unwrap();
        for old in [&here.token, &there.token] {
            assert!(db.backend.session(old).await.unwrap().is_none());
        }
        assert!(db.backend.session(&new.token).await.unwrap().is_some());
        assert!(matches!(
            db.sign_in(&email).await,
            Err(Error::WrongPassword)
        ));
        for _ in 0..8 {
            let _ = change("guess").await;
        }
        assert!(matches!(change(PASSWORD_2).await, Err(Error::TooMany(_))));
    }

    #[tokio::test]
    async fn a_person_ends_their_own_sessions_and_nobody_elses() {
        let db = testing::backend().await;
        let email = db.email_of(&db.staff(Role::Support).await).await;
        let (here, there, third) = (
            db.sign_in(&email).await.unwrap(),
            db.sign_in(&email).await.unwrap(),
            db.sign_in(&email).await.unwrap(),
        );
        let scope = db.backend.session(&here.token).await.unwrap().unwrap();
        let sessions = db.backend.own_sessions(&scope).await.unwrap();
        assert_eq!(sessions.len(), 3);
        assert_eq!(sessions.iter().filter(|one| one.is_current).count(), 1);
        let other = db.staff(Role::Owner).await;
        assert!(matches!(
            db.backend.end_own_session(&other, sessions[0].id).await,
            Err(Error::NotFound(_))
        ));
        db.backend
            .end_own_session(&scope, sessions[0].id)
            .await
            .unwrap();
        assert!(db.backend.session(&third.token).await.unwrap().is_none());
        assert_eq!(db.backend.end_other_sessions(&scope).await.unwrap(), 1);
        assert!(db.backend.session(&there.token).await.unwrap().is_none());
        assert!(db.backend.session(&here.token).await.unwrap().is_some());
    }
}
