//! A person's own account: what they are called, their password, and where they are signed in.

use domain::{
    AdvertiserId, Language, NewPassword, PersonId, PersonName, Role, SessionId,
    console::{AccountShown, OwnAdvertiser, SessionRow},
};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    Backend, Error, NewSession, Result, Scope,
    advertisers::{known_time_zone, moment},
    device::device,
    passwords,
    sessions::{IDLE, actor},
    throttle::Subjects,
};

/// Whoever is signed in, as the frame around their pages shows them.
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
    /// IANA name: times that belong to no advertiser are shown in it.
    pub time_zone: String,
    /// The advertiser they look at; none for the partner's staff.
    pub advertiser: Option<AdvertiserId>,
    /// Of how many advertisers they are.
    pub advertisers: usize,
}

impl Backend {
    /// Who is behind a scope; pages show their name.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the scope is nobody's.
    pub async fn own_account(&self, scope: &Scope) -> Result<Account> {
        let (id, role) = own(scope)?;
        let row = sqlx::query!(
            r#"SELECT email, name, language AS "language: Language", time_zone,
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
            time_zone: row.time_zone,
            advertiser: scope.only(),
            advertisers: usize::try_from(row.advertisers).unwrap_or_default(),
        })
    }

    /// The account as its own page shows it, with where its person is signed in.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn account_page(&self, scope: &Scope) -> Result<AccountShown> {
        let account = self.own_account(scope).await?;
        let sessions = self.own_sessions(scope, &account.time_zone).await?;
        Ok(AccountShown {
            name: account.name,
            email: account.email,
            role: account.role,
            language: account.language,
            time_zone: account.time_zone,
            sessions,
            now_ms: self.clock().now().timestamp_millis(),
        })
    }

    /// The zone in which somebody reads what belongs to no advertiser.
    pub(crate) async fn own_zone(&self, scope: &Scope) -> Result<String> {
        let zone = sqlx::query_scalar!(
            "SELECT time_zone FROM person WHERE id = $1",
            scope.person_id().map(PersonId::uuid)
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        Ok(zone.unwrap_or_else(|| "UTC".to_owned()))
    }

    /// Changes what a person is called, the language of mails to them, and their time zone.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a zone that does not exist, [`Error::SignedOut`].
    pub async fn edit_account(
        &self,
        scope: &Scope,
        name: &PersonName,
        language: Language,
        time_zone: &str,
    ) -> Result<()> {
        let (id, _) = own(scope)?;
        known_time_zone(time_zone)?;
        let mut tx = self.begin(&own_affairs(scope)).await?;
        sqlx::query!(
            "UPDATE person SET name = $2, language = $3, time_zone = $4 WHERE id = $1",
            id.uuid(),
            name.as_str(),
            language.as_str(),
            time_zone
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

    async fn own_sessions(&self, scope: &Scope, zone: &str) -> Result<Vec<SessionRow>> {
        let (id, _) = own(scope)?;
        let now = self.clock().now();
        let rows = sqlx::query!(
            r#"SELECT id AS "id: SessionId", user_agent, created_at, last_seen_at FROM session
               WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at > $3
               ORDER BY id DESC"#,
            id.uuid(),
            now,
            now - IDLE,
        )
        .fetch_all(self.0.database.partner())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| SessionRow {
                is_current: scope.session_id() == Some(row.id),
                id: row.id,
                device: device(&row.user_agent),
                began: moment(zone, row.created_at),
                last_seen: moment(zone, row.last_seen_at),
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
        let rows = sqlx::query!(
            r#"SELECT advertiser.id AS "id: AdvertiserId", advertiser.name, membership.role AS "role: Role"
               FROM membership
               JOIN advertiser ON advertiser.id = membership.advertiser_id
               JOIN person ON person.id = membership.person_id AND person.role IS NULL
               WHERE membership.person_id = $1 ORDER BY advertiser.name, advertiser.id"#,
            id.uuid()
        )
        .fetch_all(self.0.database.partner())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| OwnAdvertiser {
                is_open: scope.only() == Some(row.id),
                id: row.id,
                name: row.name,
                role: row.role,
            })
            .collect())
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
        let sessions = db.backend.account_page(&scope).await.unwrap().sessions;
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
