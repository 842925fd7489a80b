//! Partner staff: who may sign in.

use domain::{Email, Language, NewPassword, Permission, Role, StaffId, StaffName};
use sqlx::types::chrono::{DateTime, Utc};

use crate::{
    Backend, Error, Result, Scope,
    error::{Conflict, OnConstraint},
    passwords,
};

/// A member of staff, as the console shows them.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// What they sign in with.
    pub email: String,
    /// What colleagues call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The language of their console.
    pub language: Language,
    /// Set when they may no longer sign in.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// What is needed to add a member of staff.
#[derive(Clone, Debug)]
pub struct StaffDraft {
    /// What they sign in with.
    pub email: Email,
    /// What colleagues call them.
    pub name: StaffName,
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
    pub async fn add_staff(&self, scope: &Scope, draft: StaffDraft) -> Result<StaffId> {
        scope.require(Permission::ManageTeam)?;
        if !draft.role.is_partner() {
            return Err(Error::invalid("role", domain::Why::NotAChoice));
        }
        let hash = passwords::hash(draft.password.expose().into()).await?;
        let mut tx = self.begin(scope).await?;
        let id: StaffId = self.clock().mint();
        sqlx::query!(
            "INSERT INTO staff (id, email, name, role, password_hash, language, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id.uuid(),
            draft.email.as_str(),
            draft.name.as_str(),
            draft.role.as_str(),
            hash,
            draft.language.as_str(),
            tx.now(),
        )
        .execute(&mut *tx)
        .await
        .on_constraint("staff_email_once", Error::Conflict(Conflict::StaffEmail))?;
        tx.audit_with("staff.added", id, serde_json::json!({ "role": draft.role }))
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
    ) -> Result<StaffId> {
        scope.require(Permission::ManageTeam)?;
        let hash = passwords::hash(password.expose().into()).await?;
        let mut tx = self.begin(scope).await?;
        let id = sqlx::query_scalar!(
            r#"UPDATE staff SET password_hash = $2 WHERE email = $1 RETURNING id AS "id: StaffId""#,
            email.as_str(),
            hash
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound("member of staff"))?;
        sqlx::query!(
            "UPDATE session SET revoked_at = $2 WHERE staff_id = $1 AND revoked_at IS NULL",
            id.uuid(),
            tx.now()
        )
        .execute(&mut *tx)
        .await?;
        tx.audit("staff.password_reset", id).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Who is behind a scope; pages show their name.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the scope is nobody's.
    pub async fn own_account(&self, scope: &Scope) -> Result<Staff> {
        let id = scope.staff_id().ok_or(Error::SignedOut)?;
        sqlx::query_as!(
            Staff,
            r#"SELECT id AS "id: StaffId", email, name, role AS "role: Role", language AS "language: Language", disabled_at
               FROM staff WHERE id = $1"#,
            id.uuid()
        )
        .fetch_optional(self.0.database.partner())
        .await?
        .ok_or(Error::SignedOut)
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
}
