//! An advertiser's own people: who of it may sign in, and as what.

use domain::{
    AdvertiserId, Permission, PersonId, Role, Why,
    console::{PeopleList, PersonRow},
};
use serde_json::json;

use crate::{Backend, Error, Result, Scope, Tx, advertisers::moment};

impl Backend {
    /// An advertiser's people, and who was invited.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown advertiser and for another tenant's.
    pub async fn people(&self, scope: &Scope, advertiser: AdvertiserId) -> Result<PeopleList> {
        scope.require(Permission::ManagePeople)?;
        let zone = self.own_zone(scope).await?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        let shown = tx.advertiser(advertiser).await?;
        let rows = sqlx::query!(
            r#"SELECT person_id AS "id!: PersonId", email AS "email!", name AS "name!", role AS "role!: Role",
                      disabled_at, last_seen_at
               FROM people_of_advertiser() ORDER BY name, person_id"#
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
            advertiser: Some(shown),
            people,
            invitations: tx.invitations(Some(advertiser), &zone).await?,
            now_ms: tx.now().timestamp_millis(),
        })
    }

    /// Gives one of an advertiser's people another role there. Their sessions end.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`] for a role of the partner's staff.
    pub async fn change_member_role(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        person: PersonId,
        role: Role,
    ) -> Result<()> {
        scope.require(Permission::ManagePeople)?;
        if role.is_partner() {
            return Err(Error::invalid("role", Why::NotAChoice));
        }
        let mut tx = self.begin_for(scope, advertiser).await?;
        let before = tx.member_role(advertiser, person).await?;
        if before == role {
            return Ok(());
        }
        sqlx::query!(
            "UPDATE membership SET role = $3 WHERE advertiser_id = $1 AND person_id = $2",
            advertiser.uuid(),
            person.uuid(),
            role.as_str()
        )
        .execute(&mut *tx)
        .await?;
        tx.end_sessions_of_member(person).await?;
        tx.audit_with(
            "person.role_changed",
            person,
            json!({ "from": before, "to": role }),
        )
        .await?;
        tx.commit().await
    }

    /// Ends somebody's access to an advertiser, at once.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_member(
        &self,
        scope: &Scope,
        advertiser: AdvertiserId,
        person: PersonId,
    ) -> Result<()> {
        scope.require(Permission::ManagePeople)?;
        let mut tx = self.begin_for(scope, advertiser).await?;
        tx.member_role(advertiser, person).await?;
        tx.end_sessions_of_member(person).await?;
        sqlx::query!(
            "DELETE FROM membership WHERE advertiser_id = $1 AND person_id = $2",
            advertiser.uuid(),
            person.uuid()
        )
        .execute(&mut *tx)
        .await?;
        tx.audit("person.removed", person).await?;
        tx.commit().await
    }
}

impl Tx {
    async fn member_role(&mut self, advertiser: AdvertiserId, person: PersonId) -> Result<Role> {
        sqlx::query_scalar!(
            r#"SELECT role AS "role: Role" FROM membership WHERE advertiser_id = $1 AND person_id = $2 FOR UPDATE"#,
            advertiser.uuid(),
            person.uuid()
        )
        .fetch_optional(&mut **self)
        .await?
        .ok_or(Error::NotFound("person"))
    }

    async fn end_sessions_of_member(&mut self, person: PersonId) -> Result<()> {
        let now = self.now();
        sqlx::query!("SELECT end_sessions_of_member($1, $2)", person.uuid(), now)
            .fetch_one(&mut **self)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, TestBackend};

    async fn two(db: &TestBackend) -> (AdvertiserId, AdvertiserId) {
        (db.advertiser("Hana").await, db.advertiser("Kenji").await)
    }

    #[tokio::test]
    async fn an_admin_manages_the_people_of_their_own_advertiser_alone() {
        let db = testing::backend().await;
        let (hana, kenji) = two(&db).await;
        let admin = db.member(hana, Role::AdvertiserAdmin).await;
        let viewer = db.member(hana, Role::AdvertiserViewer).await;
        let stranger = db.member(kenji, Role::AdvertiserViewer).await;
        let people = db.backend.people(&admin, hana).await.unwrap().people;
        assert_eq!(people.len(), 2, "{people:?}");
        assert!(matches!(
            db.backend.people(&admin, kenji).await,
            Err(Error::NotFound(_))
        ));
        assert!(matches!(
            db.backend.people(&viewer, hana).await,
            Err(Error::Forbidden)
        ));
        let stranger = stranger.person_id().unwrap();
        for refused in [
            db.backend.remove_member(&admin, kenji, stranger).await,
            db.backend.remove_member(&admin, hana, stranger).await,
        ] {
            assert!(matches!(refused, Err(Error::NotFound(_))));
        }
        let staff_role = db
            .backend
            .change_member_role(&admin, hana, viewer.person_id().unwrap(), Role::Owner)
            .await;
        assert!(matches!(staff_role, Err(Error::Invalid { .. })));
    }

    #[tokio::test]
    async fn who_is_removed_or_gets_another_role_is_signed_out_at_once() {
        let db = testing::backend().await;
        let (hana, kenji) = two(&db).await;
        let operator = db.staff(Role::Operator).await;
        let viewer = db.member(hana, Role::AdvertiserViewer).await;
        let (id, email) = (viewer.person_id().unwrap(), db.email_of(&viewer).await);
        let session = db.sign_in(&email).await.unwrap();
        db.backend
            .change_member_role(&operator, hana, id, Role::AdvertiserAdmin)
            .await
            .unwrap();
        assert!(db.backend.session(&session.token).await.unwrap().is_none());

        db.join(kenji, Role::AdvertiserViewer, &email).await;
        let session = db.sign_in(&email).await.unwrap();
        let scope = db.backend.session(&session.token).await.unwrap().unwrap();
        assert_eq!(scope.only(), Some(hana), "the first one, until they choose");
        db.backend.look_at_advertiser(&scope, kenji).await.unwrap();
        let scope = db.backend.session(&session.token).await.unwrap().unwrap();
        assert_eq!(
            (scope.only(), scope.role()),
            (Some(kenji), Some(Role::AdvertiserViewer))
        );
        db.backend.remove_member(&operator, hana, id).await.unwrap();
        assert!(db.backend.session(&session.token).await.unwrap().is_none());
        let session = db.sign_in(&email).await.unwrap();
        let scope = db.backend.session(&session.token).await.unwrap().unwrap();
        assert!(matches!(
            db.backend.look_at_advertiser(&scope, hana).await,
            Err(Error::NotFound(_))
        ));
        db.backend
            .remove_member(&operator, kenji, id)
            .await
            .unwrap();
        assert!(
            matches!(db.sign_in(&email).await, Err(Error::WrongPassword)),
            "nobody's any more"
        );
    }
}
