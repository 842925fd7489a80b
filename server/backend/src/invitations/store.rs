//! The rows of invitations, and of the people they make.

use chrono::{DateTime, Utc};
use domain::{AdvertiserId, Email, InvitationId, Language, PersonId, Role, console::InvitationRow};

use super::hash;
use crate::{
    Error, Result, Tx,
    advertisers::moment,
    error::{Conflict, OnConstraint},
    staff::first_zone,
};

/// An open invitation as its row has it.
pub(super) struct Open {
    pub id: InvitationId,
    pub advertiser: Option<AdvertiserId>,
    pub email: String,
    pub role: Role,
    pub language: Language,
    pub expires_at: DateTime<Utc>,
}

impl Tx {
    /// Invitations that nobody has accepted yet, the newest first: to the staff, or to an advertiser.
    pub(crate) async fn invitations(
        &mut self,
        advertiser: Option<AdvertiserId>,
        zone: &str,
    ) -> Result<Vec<InvitationRow>> {
        let now = self.now();
        let rows = sqlx::query!(
            r#"SELECT id AS "id: InvitationId", email, role AS "role: Role", expires_at FROM invitation
               WHERE advertiser_id IS NOT DISTINCT FROM $1 AND accepted_at IS NULL AND revoked_at IS NULL
               ORDER BY id DESC LIMIT 200"#,
            advertiser.map(AdvertiserId::uuid),
        )
        .fetch_all(&mut **self)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| InvitationRow {
                id: row.id,
                email: row.email,
                role: row.role,
                expires: moment(zone, row.expires_at),
                is_expired: row.expires_at <= now,
            })
            .collect())
    }

    /// An invitation whose link still works.
    pub(super) async fn open_invitation(&mut self, token: &str) -> Result<Open> {
        let found = sqlx::query!(
            r#"SELECT invitation.id AS "id: InvitationId", invitation.advertiser_id AS "advertiser_id: AdvertiserId", email,
                      role AS "role: Role", language AS "language: Language", expires_at,
                      (accepted_at IS NOT NULL OR revoked_at IS NOT NULL) AS "is_over!"
               FROM find_invitation($1) found JOIN invitation ON invitation.id = found.invitation_id"#,
            hash(&token.into()),
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("invitation"))?;
        if found.is_over || found.expires_at <= self.now() {
            return Err(Error::Conflict(Conflict::InvitationOver));
        }
        Ok(Open {
            id: found.id,
            advertiser: found.advertiser_id,
            email: found.email,
            role: found.role,
            language: found.language,
            expires_at: found.expires_at,
        })
    }

    /// The same, marked as accepted: of two who use one link, the second finds it over.
    pub(super) async fn take_invitation(&mut self, token: &str) -> Result<Open> {
        let open = self.open_invitation(token).await?;
        let now = self.now();
        let taken = sqlx::query!(
            "UPDATE invitation SET accepted_at = $2
             WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2",
            open.id.uuid(),
            now
        )
        .execute(&mut **self)
        .await?;
        if taken.rows_affected() == 0 {
            return Err(Error::Conflict(Conflict::InvitationOver));
        }
        Ok(open)
    }

    pub(super) async fn revoke_expired(
        &mut self,
        advertiser: Option<AdvertiserId>,
        email: &Email,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "UPDATE invitation SET revoked_at = $3
             WHERE advertiser_id IS NOT DISTINCT FROM $1 AND email = $2 AND expires_at <= $3
               AND accepted_at IS NULL AND revoked_at IS NULL",
            advertiser.map(AdvertiserId::uuid),
            email.as_str(),
            now
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    /// Nobody of the staff yet, and none of an advertiser's people.
    pub(super) async fn must_be_new(&mut self, email: &Email) -> Result<()> {
        let known = sqlx::query!(
            r#"SELECT role IS NOT NULL AS "is_staff!",
                      EXISTS (SELECT FROM membership WHERE person_id = person.id) AS "is_member!"
               FROM person WHERE email = $1"#,
            email.as_str()
        )
        .fetch_optional(&mut **self)
        .await?;
        match known {
            Some(known) if known.is_staff => Err(Error::Conflict(Conflict::StaffEmail)),
            Some(known) if known.is_member => Err(Error::Conflict(Conflict::OtherPeople)),
            _ => Ok(()),
        }
    }

    /// Whether somebody signs in with the email elsewhere is nothing that an advertiser may learn: only its own people
    /// are looked through.
    pub(super) async fn must_not_be_member(
        &mut self,
        advertiser: AdvertiserId,
        email: &Email,
    ) -> Result<()> {
        self.active_advertiser(advertiser).await?;
        let is_member = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM people_of_advertiser() WHERE email = $1) AS "is_member!""#,
            email.as_str()
        )
        .fetch_one(&mut **self)
        .await?;
        if is_member {
            Err(Error::Conflict(Conflict::AlreadyMember))
        } else {
            Ok(())
        }
    }

    /// Somebody who signs in already takes what they were invited to, if it goes together.
    pub(super) async fn must_fit(&mut self, person: PersonId, open: &Open) -> Result<()> {
        if open.advertiser.is_some() {
            let is_staff = sqlx::query_scalar!(
                r#"SELECT role IS NOT NULL AS "is_staff!" FROM person WHERE id = $1"#,
                person.uuid()
            )
            .fetch_one(&mut **self)
            .await?;
            return if is_staff {
                Err(Error::Conflict(Conflict::OtherPeople))
            } else {
                Ok(())
            };
        }
        self.must_be_new(
            &open
                .email
                .parse()
                .map_err(|_| Error::Internal("a stored email does not parse"))?,
        )
        .await?;
        sqlx::query!(
            "UPDATE person SET role = $2 WHERE id = $1",
            person.uuid(),
            open.role.as_str()
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }

    pub(super) async fn add_person(
        &mut self,
        id: PersonId,
        open: &Open,
        name: &str,
        language: Language,
        hash: &str,
    ) -> Result<()> {
        let now = self.now();
        let role = open.advertiser.is_none().then_some(open.role.as_str());
        sqlx::query!(
            "INSERT INTO person (id, email, name, role, password_hash, language, time_zone, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            id.uuid(),
            open.email,
            name,
            role,
            hash,
            language.as_str(),
            first_zone(language),
            now
        )
        .execute(&mut **self)
        .await
        .on_constraint(
            "person_email_once",
            Error::Conflict(Conflict::InvitationOver),
        )?;
        Ok(())
    }

    pub(super) async fn join(
        &mut self,
        advertiser: AdvertiserId,
        person: PersonId,
        role: Role,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query!(
            "INSERT INTO membership (advertiser_id, person_id, role, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT ON CONSTRAINT membership_pk DO UPDATE SET role = excluded.role",
            advertiser.uuid(),
            person.uuid(),
            role.as_str(),
            now
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}
