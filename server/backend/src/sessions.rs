//! Signing in and out: opaque tokens, hashed at rest, revocable.

use chrono::TimeDelta;
use domain::{AdvertiserId, Email, Language, PersonId, Role, SessionId};
use secrecy::SecretString;

use crate::{Actor, Backend, Error, Result, Scope, SecretToken, Tx, passwords, throttle::Subjects};

/// A session ends this long after it began, whatever happens.
const LIFETIME: TimeDelta = TimeDelta::days(14);
/// A session ends when it was not used for this long.
pub(crate) const IDLE: TimeDelta = TimeDelta::days(3);
/// `last_seen_at` is written no more often than this.
const SEEN_STEP: TimeDelta = TimeDelta::minutes(5);

/// A session that has just begun.
#[derive(Debug)]
pub struct NewSession {
    /// Goes into the cookie.
    pub token: SecretToken,
    /// How long the cookie may live.
    pub lifetime: TimeDelta,
    /// What its owner reads, for a browser that was never told.
    pub language: Language,
}

impl Backend {
    /// Signs a person in: of the staff, or of an advertiser.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] for an unknown email, a wrong password, a disabled account and one that belongs nowhere
    /// any more alike; [`Error::TooMany`] after too many failures of this email or from this address.
    pub async fn sign_in(
        &self,
        email: &Email,
        password: SecretString,
        address: &str,
        user_agent: &str,
    ) -> Result<NewSession> {
        let subjects = Subjects::new(email.as_str(), address);
        self.count_try(&subjects).await?;
        let person = sqlx::query!(
            r#"SELECT id AS "id: PersonId", role AS "role: Role", language AS "language: Language", password_hash FROM person
               WHERE email = $1 AND disabled_at IS NULL
                 AND (role IS NOT NULL OR EXISTS (SELECT FROM membership WHERE person_id = person.id))"#,
            email.as_str()
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let hash = person.as_ref().map(|person| person.password_hash.clone());
        let matches = passwords::verify(password, hash).await?;
        let Some(person) = person.filter(|_| matches) else {
            return Err(Error::WrongPassword);
        };
        self.forget_failures(&subjects).await?;
        let actor = actor(person.id, person.role);
        let mut tx = self.begin(&Scope::on_behalf(actor)).await?;
        let session = tx
            .open_session(person.id, person.language, user_agent)
            .await?;
        tx.commit().await?;
        Ok(session)
    }

    /// The scope behind a cookie; none when the session ended, was revoked, its owner disabled or without an advertiser.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token: &SecretToken) -> Result<Option<Scope>> {
        let found = sqlx::query!(
            r#"SELECT session_id AS "session_id!: SessionId", person_id AS "person_id!: PersonId" FROM find_session($1)"#,
            token.hash()
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let Some(found) = found else { return Ok(None) };
        let now = self.clock().now();
        let row = sqlx::query!(
            r#"SELECT session.last_seen_at, person.role AS "role: Role", member.advertiser_id AS "advertiser_id?: AdvertiserId",
                      member.role AS "member_role?: Role"
               FROM session JOIN person ON person.id = session.person_id
               LEFT JOIN LATERAL (SELECT advertiser_id, role FROM membership
                   WHERE person_id = person.id AND person.role IS NULL
                   ORDER BY coalesce(advertiser_id = session.looks_at, false) DESC, created_at, advertiser_id LIMIT 1
               ) member ON true
               WHERE session.id = $1 AND session.revoked_at IS NULL AND session.expires_at > $2
                 AND session.last_seen_at > $3 AND person.disabled_at IS NULL"#,
            found.session_id.uuid(),
            now,
            now - IDLE,
        )
        .fetch_optional(self.0.database.partner())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let scope = match (row.role, row.advertiser_id, row.member_role) {
            (Some(role), ..) => Scope::staff(found.person_id, role),
            (None, Some(advertiser), Some(role)) => {
                Scope::advertiser(advertiser, role, Actor::Person(found.person_id))
            }
            _ => return Ok(None),
        };
        if now - row.last_seen_at > SEEN_STEP {
            sqlx::query!(
                "UPDATE session SET last_seen_at = $2 WHERE id = $1",
                found.session_id.uuid(),
                now
            )
            .execute(self.0.database.partner())
            .await?;
        }
        Ok(Some(scope.in_session(found.session_id)))
    }

    /// Ends a session for good. An unknown one is ended already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, scope: &Scope, token: &SecretToken) -> Result<()> {
        let mut tx = self.begin(&Scope::on_behalf(scope.actor())).await?;
        let ended = sqlx::query_scalar!(
            r#"UPDATE session SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL
               RETURNING id AS "id: SessionId""#,
            token.hash(),
            tx.now()
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(id) = ended {
            tx.audit("session.ended", id).await?;
        }
        tx.commit().await
    }
}

impl Tx {
    /// Begins a session of somebody who has proved to be who they say. The transaction must be the partner's.
    pub(crate) async fn open_session(
        &mut self,
        person: PersonId,
        language: Language,
        user_agent: &str,
    ) -> Result<NewSession> {
        let token = SecretToken::generate();
        let id: SessionId = self.mint();
        let now = self.now();
        sqlx::query!(
            "INSERT INTO session (id, person_id, token_hash, user_agent, created_at, last_seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $5, $6)",
            id.uuid(),
            person.uuid(),
            token.hash(),
            user_agent.chars().take(200).collect::<String>(),
            now,
            now + LIFETIME,
        )
        .execute(&mut **self)
        .await?;
        self.audit("session.started", id).await?;
        Ok(NewSession {
            token,
            lifetime: LIFETIME,
            language,
        })
    }

    /// Which advertiser a session looks at from the start.
    pub(crate) async fn look_at(
        &mut self,
        token: &SecretToken,
        advertiser: AdvertiserId,
    ) -> Result<()> {
        sqlx::query!(
            "UPDATE session SET looks_at = $2 WHERE token_hash = $1",
            token.hash(),
            advertiser.uuid()
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Ends every session of a person at once, but perhaps one. How many there were.
    pub(crate) async fn end_sessions(
        &mut self,
        person: PersonId,
        but: Option<SessionId>,
    ) -> Result<u64> {
        let now = self.now();
        let ended = sqlx::query!(
            "UPDATE session SET revoked_at = $2
             WHERE person_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3",
            person.uuid(),
            now,
            but.map(SessionId::uuid),
        )
        .execute(&mut **self)
        .await?;
        Ok(ended.rows_affected())
    }
}

/// Who a person is to the audit.
pub(crate) fn actor(person: PersonId, role: Option<Role>) -> Actor {
    match role {
        Some(_) => Actor::Staff(person),
        None => Actor::Person(person),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn a_session_lives_until_it_is_ended_revoked_idle_or_old() {
        let db = testing::backend().await;
        let scope = db.staff(Role::Support).await;
        let email = db.email_of(&scope).await;
        let first = db.sign_in(&email).await.unwrap();
        assert!(db.backend.session(&first.token).await.unwrap().is_some());
        db.backend.sign_out(&scope, &first.token).await.unwrap();
        assert!(db.backend.session(&first.token).await.unwrap().is_none());

        let idle = db.sign_in(&email).await.unwrap();
        db.backend.clock().advance(TimeDelta::days(4));
        assert!(db.backend.session(&idle.token).await.unwrap().is_none());

        let old = db.sign_in(&email).await.unwrap();
        for _ in 0..7 {
            db.backend
                .clock()
                .advance(TimeDelta::days(2) - TimeDelta::minutes(1));
            assert!(db.backend.session(&old.token).await.unwrap().is_some());
        }
        db.backend.clock().advance(TimeDelta::days(1));
        assert!(db.backend.session(&old.token).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn guessing_is_slowed_even_for_an_email_that_nobody_has() {
        let db = testing::backend().await;
        let email: Email = "ghost@kaede.example".parse().unwrap();
        let try_once = async || {
            db.backend
                .sign_in(&email, "guess".into(), "203.0.113.9", "test")
                .await
        };
        for _ in 0..8 {
            assert!(matches!(try_once().await, Err(Error::WrongPassword)));
        }
        assert!(matches!(try_once().await, Err(Error::TooMany(_))));
        db.backend.clock().advance(TimeDelta::minutes(16));
        assert!(matches!(try_once().await, Err(Error::WrongPassword)));
    }

    #[tokio::test]
    async fn the_token_is_not_in_the_database() {
        let db = testing::backend().await;
        let scope = db.staff(Role::Owner).await;
        let session = db.sign_in(&db.email_of(&scope).await).await.unwrap();
        let stored: Vec<Vec<u8>> = sqlx::query_scalar("SELECT token_hash FROM session")
            .fetch_all(db.backend.0.database.partner())
            .await
            .unwrap();
        assert!(
            stored
                .iter()
                .all(|hash| hash != session.token.expose().as_bytes())
        );
        assert!(!format!("{session:?}").contains(session.token.expose()));
    }
}
