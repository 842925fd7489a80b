//! Partner staff: who may sign in.

use domain::{
    Email, Language, NewPassword, Permission, PersonId, PersonName, Role, Why,
    console::{PeopleList, PersonRow},
};
use serde_json::json;

use crate::{
    Backend, Error, Result, Scope, Tx,
    advertisers::moment,
    error::{Conflict, OnConstraint},
    passwords,
};

/// What is needed to add a member of staff.
#[derive(Clone, Debug)]
pub struct StaffDraft {
    /// What they sign in with.
    pub email: Email,
    /// What colleagues call them.
    pub name: PersonName,
    /// One of the staff roles.
    pub role: Role,
    /// The language of their console.
    pub language: Language,
    /// At least twelve characters.
    pub password: NewPassword,
}

impl Backend {
    /// Adds a member of staff.
    ///
    /// # Errors
    /// [`Conflict::StaffEmail`] when the email signs in already.
    pub async fn add_staff(&self, scope: &Scope, draft: StaffDraft) -> Result<PersonId> {
        scope.require(Permission::ManageTeam)?;
        if !draft.role.is_partner() {
            return Err(Error::invalid("role", Why::NotAChoice));
        }
        let hash = passwords::hash(draft.password.expose().into()).await?;
        let mut tx = self.begin(scope).await?;
        let id: PersonId = self.clock().mint();
        sqlx::query!(
            "INSERT INTO person (id, email, name, role, password_hash, language, time_zone, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            id.uuid(),
            draft.email.as_str(),
            draft.name.as_str(),
            draft.role.as_str(),
            hash,
            draft.language.as_str(),
            first_zone(draft.language),
            tx.now(),
        )
        .execute(&mut *tx)
        .await
        .on_constraint("person_email_once", Error::Conflict(Conflict::StaffEmail))?;
        tx.audit_with("staff.added", id, json!({ "role": draft.role }))
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Gives a member of staff a new password and signs them out everywhere.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has the email.
    pub async fn reset_password(
        &self,
        scope: &Scope,
        email: &Email,
        password: NewPassword,
    ) -> Result<PersonId> {
        scope.require(Permission::ManageTeam)?;
        let hash = passwords::hash(password.expose().into()).await?;
        let mut tx = self.begin(scope).await?;
        let id = sqlx::query_scalar!(
            r#"UPDATE person SET password_hash = $2 WHERE email = $1 RETURNING id AS "id: PersonId""#,
            email.as_str(),
            hash
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("person"))?;
        tx.end_sessions(id, None).await?;
        tx.audit("staff.password_reset", id).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Everybody of the staff, those who may no longer sign in last; and who was invited.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn team(&self, scope: &Scope) -> Result<PeopleList> {
        scope.require(Permission::ManageTeam)?;
        let zone = self.own_zone(scope).await?;
        let mut tx = self.begin(scope).await?;
        let rows = sqlx::query!(
            r#"SELECT id AS "id: PersonId", email, name, role AS "role!: Role", disabled_at,
                      (SELECT max(last_seen_at) FROM session WHERE person_id = person.id) AS last_seen_at
               FROM person WHERE role IS NOT NULL
               ORDER BY disabled_at IS NOT NULL, name, id"#
        )
        .fetch_all(&mut *tx)
        .await?;
        let people = rows
            .into_iter()
            .map(|row| PersonRow {
                is_self: scope.person_id() == Some(row.id),
                id: row.id,
                name: row.name,
                email: row.email,
                role: row.role,
                is_disabled: row.disabled_at.is_some(),
                last_seen: row.last_seen_at.map(|at| moment(&zone, at)),
            })
            .collect();
        Ok(PeopleList {
            advertiser: None,
            people,
            invitations: tx.invitations(None, &zone).await?,
            now_ms: tx.now().timestamp_millis(),
        })
    }

    /// Gives a member of staff another role. Their sessions end: what they may do has changed.
    ///
    /// # Errors
    /// [`Conflict::LastOwner`], [`Error::NotFound`], [`Error::Invalid`] for an advertiser's role.
    pub async fn change_staff_role(&self, scope: &Scope, id: PersonId, role: Role) -> Result<()> {
        scope.require(Permission::ManageTeam)?;
        if !role.is_partner() {
            return Err(Error::invalid("role", Why::NotAChoice));
        }
        let mut tx = self.begin(scope).await?;
        let before = tx.hold_staff(id, role != Role::Owner).await?;
        if before == role {
            return Ok(());
        }
        sqlx::query!(
            "UPDATE person SET role = $2 WHERE id = $1",
            id.uuid(),
            role.as_str()
        )
        .execute(&mut *tx)
        .await?;
        tx.end_sessions(id, None).await?;
        tx.audit_with(
            "staff.role_changed",
            id,
            json!({ "from": before, "to": role }),
        )
        .await?;
        tx.commit().await
    }

    /// Shuts a member of staff out, at once: their sessions end.
    ///
    /// # Errors
    /// [`Conflict::LastOwner`], [`Error::NotFound`].
    pub async fn disable_staff(&self, scope: &Scope, id: PersonId) -> Result<()> {
        scope.require(Permission::ManageTeam)?;
        let mut tx = self.begin(scope).await?;
        tx.hold_staff(id, true).await?;
        tx.set_disabled(id, true).await?;
        tx.end_sessions(id, None).await?;
        tx.audit("staff.disabled", id).await?;
        tx.commit().await
    }

    /// Lets a member of staff sign in again.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn enable_staff(&self, scope: &Scope, id: PersonId) -> Result<()> {
        scope.require(Permission::ManageTeam)?;
        let mut tx = self.begin(scope).await?;
        tx.hold_staff(id, false).await?;
        tx.set_disabled(id, false).await?;
        tx.audit("staff.enabled", id).await?;
        tx.commit().await
    }
}

/// The zone that somebody starts with, until they say another: where most who read a language live, if that is one.
pub(crate) const fn first_zone(language: Language) -> &'static str {
    match language {
        Language::En => "UTC",
        Language::Ja => "Asia/Tokyo",
    }
}

impl Tx {
    /// Holds a member of staff, and with them every owner that is left, so that two owners cannot take the last place
    /// from each other. `as_owner_no_more`: what follows takes away an owner's say, if it is one.
    async fn hold_staff(&mut self, id: PersonId, as_owner_no_more: bool) -> Result<Role> {
        // One order for everybody, or two of these would wait for each other.
        let owners = sqlx::query_scalar!(
            r#"SELECT id AS "id: PersonId" FROM person WHERE role = 'owner' AND disabled_at IS NULL ORDER BY id FOR UPDATE"#
        )
        .fetch_all(&mut **self)
        .await?;
        let role = sqlx::query_scalar!(
            r#"SELECT role AS "role!: Role" FROM person WHERE id = $1 AND role IS NOT NULL FOR UPDATE"#,
            id.uuid()
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("member of staff"))?;
        if as_owner_no_more && owners == [id] {
            return Err(Error::Conflict(Conflict::LastOwner));
        }
        Ok(role)
    }

    async fn set_disabled(&mut self, id: PersonId, disabled: bool) -> Result<()> {
        let at = disabled.then(|| self.now());
        sqlx::query!(
            "UPDATE person SET disabled_at = $2 WHERE id = $1",
            id.uuid(),
            at
        )
        .execute(&mut **self)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn one_email_signs_in_once() {
        let db = testing::backend().await;
        let draft = testing::staff_draft("Aiko@Kaede.example", Role::Owner);
        db.backend
            .add_staff(&Scope::command(), draft.clone())
            .await
            .unwrap();
        let again = db.backend.add_staff(&Scope::command(), draft).await;
        assert!(matches!(again, Err(Error::Conflict(Conflict::StaffEmail))));
    }

    #[tokio::test]
    async fn only_an_owner_adds_staff() {
        let db = testing::backend().await;
        for role in [Role::Operator, Role::Support, Role::Auditor] {
            let scope = db.staff(role).await;
            let refused = db
                .backend
                .add_staff(
                    &scope,
                    testing::staff_draft("x@kaede.example", Role::Support),
                )
                .await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{role}");
        }
    }

    #[tokio::test]
    async fn a_reset_password_signs_out_everywhere() {
        let db = testing::backend().await;
        let draft = testing::staff_draft("mina@kaede.example", Role::Support);
        db.backend
            .add_staff(&Scope::command(), draft.clone())
            .await
            .unwrap();
        let session = db.sign_in("mina@kaede.example").await.unwrap();
        let email = draft.email.clone();
        db.backend
            .reset_password(
                &Scope::command(),
                &email,
                testing::PASSWORD_2.parse().unwrap(),
            )
            .await
            .unwrap();
        assert!(db.backend.session(&session.token).await.unwrap().is_none());
        assert!(matches!(
            db.sign_in("mina@kaede.example").await,
            Err(Error::WrongPassword)
        ));
    }

    fn id_of(scope: &Scope) -> PersonId {
        scope.person_id().unwrap()
    }

    #[tokio::test]
    async fn an_owner_is_always_left() {
        let db = testing::backend().await;
        let (aiko, ben) = (db.staff(Role::Owner).await, db.staff(Role::Owner).await);
        let (a, b) = (id_of(&aiko), id_of(&ben));
        db.backend.disable_staff(&aiko, b).await.unwrap();
        for refused in [
            db.backend.disable_staff(&aiko, a).await,
            db.backend.change_staff_role(&aiko, a, Role::Auditor).await,
        ] {
            assert!(matches!(refused, Err(Error::Conflict(Conflict::LastOwner))));
        }
        db.backend.enable_staff(&aiko, b).await.unwrap();
        db.backend
            .change_staff_role(&aiko, a, Role::Auditor)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn two_owners_who_remove_each_other_at_once_leave_one() {
        let db = testing::backend().await;
        for _ in 0..5 {
            let (aiko, ben) = (db.staff(Role::Owner).await, db.staff(Role::Owner).await);
            let (a, b) = (id_of(&aiko), id_of(&ben));
            let both = tokio::join!(
                db.backend.disable_staff(&aiko, b),
                db.backend.change_staff_role(&ben, a, Role::Support),
            );
            let refused = [both.0, both.1]
                .into_iter()
                .filter(|done| matches!(done, Err(Error::Conflict(Conflict::LastOwner))))
                .count();
            let left: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM person WHERE role = 'owner' AND disabled_at IS NULL",
            )
            .fetch_one(db.backend.0.database.partner())
            .await
            .unwrap();
            assert_eq!((refused, left), (1, 1));
            sqlx::query("UPDATE person SET disabled_at = now()")
                .execute(db.backend.0.database.partner())
                .await
                .unwrap();
        }
    }

    #[tokio::test]
    async fn who_is_disabled_or_gets_another_role_is_signed_out_at_once() {
        let db = testing::backend().await;
        let owner = db.staff(Role::Owner).await;
        let mina = db.staff(Role::Support).await;
        let (id, email) = (id_of(&mina), db.email_of(&mina).await);
        let session = db.sign_in(&email).await.unwrap();
        db.backend
            .change_staff_role(&owner, id, Role::Operator)
            .await
            .unwrap();
        assert!(db.backend.session(&session.token).await.unwrap().is_none());
        let session = db.sign_in(&email).await.unwrap();
        let scope = db.backend.session(&session.token).await.unwrap().unwrap();
        assert!(scope.may(Permission::ManageConnections));
        db.backend.disable_staff(&owner, id).await.unwrap();
        assert!(db.backend.session(&session.token).await.unwrap().is_none());
        assert!(matches!(
            db.sign_in(&email).await,
            Err(Error::WrongPassword)
        ));
        db.backend.enable_staff(&owner, id).await.unwrap();
        assert!(
            db.backend.session(&session.token).await.unwrap().is_none(),
            "what was ended stays ended"
        );
        let staff = db.backend.team(&owner).await.unwrap().people;
        assert_eq!(staff.len(), 2);
        assert!(
            staff
                .iter()
                .any(|person| person.id == id && person.last_seen.is_some())
        );
    }
}
