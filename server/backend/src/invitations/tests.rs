use super::*;
use crate::testing::{self, PASSWORD, PASSWORD_2, TestBackend};

fn draft(email: &str, role: Role) -> InvitationDraft {
    InvitationDraft {
        email: email.parse().unwrap(),
        role,
        language: Language::Ja,
        days: 7,
    }
}

fn token(link: &InvitationLink) -> &str {
    link.expose().rsplit('/').next().unwrap()
}

fn newcomer() -> Acceptance {
    Acceptance::New {
        name: "Rin".parse().unwrap(),
        password: PASSWORD.parse().unwrap(),
        language: Language::Ja,
    }
}

async fn accept(db: &TestBackend, link: &InvitationLink, how: Acceptance) -> Result<NewSession> {
    db.backend
        .accept_invitation(token(link), how, "203.0.113.9", "tests")
        .await
}

fn is_over<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::Conflict(Conflict::InvitationOver)))
}

#[tokio::test]
async fn an_invited_colleague_signs_in_with_the_role_they_were_given_once() {
    let db = testing::backend().await;
    let owner = db.staff(Role::Owner).await;
    let link = db
        .backend
        .invite(&owner, None, &draft("rin@kaede.example", Role::Operator))
        .await
        .unwrap();
    let shown = db.backend.invitation(token(&link)).await.unwrap();
    assert!(!shown.is_known && shown.advertiser_name.is_empty());
    assert_eq!(db.backend.team(&owner).await.unwrap().invitations.len(), 1);
    let session = accept(&db, &link, newcomer()).await.unwrap();
    let scope = db.backend.session(&session.token).await.unwrap().unwrap();
    assert_eq!((scope.role(), scope.only()), (Some(Role::Operator), None));
    assert!(is_over(db.backend.invitation(token(&link)).await));
    assert!(is_over(accept(&db, &link, newcomer()).await));
    assert!(
        db.backend
            .team(&owner)
            .await
            .unwrap()
            .invitations
            .is_empty()
    );
    assert!(db.sign_in("rin@kaede.example").await.is_ok());
    assert!(matches!(
        db.backend.invitation("made-up").await,
        Err(Error::NotFound(_))
    ));
}

#[tokio::test]
async fn a_link_ends_when_it_expires_is_withdrawn_or_sent_again() {
    let db = testing::backend().await;
    let owner = db.staff(Role::Owner).await;
    let invite = async |email: &str| {
        db.backend
            .invite(&owner, None, &draft(email, Role::Support))
            .await
    };
    let link = invite("rin@kaede.example").await.unwrap();
    assert!(matches!(
        invite("rin@kaede.example").await,
        Err(Error::Conflict(Conflict::AlreadyInvited))
    ));
    let again = db
        .backend
        .resend_invitation(&owner, None, link.id)
        .await
        .unwrap();
    assert!(matches!(
        db.backend.invitation(token(&link)).await,
        Err(Error::NotFound(_))
    ));
    db.backend.clock().advance(TimeDelta::days(6));
    assert!(db.backend.invitation(token(&again)).await.is_ok());
    db.backend.clock().advance(TimeDelta::days(2));
    assert!(is_over(accept(&db, &again, newcomer()).await));
    let third = invite("rin@kaede.example")
        .await
        .expect("an expired one is in nobody's way");
    db.backend
        .revoke_invitation(&owner, None, third.id)
        .await
        .unwrap();
    assert!(is_over(db.backend.invitation(token(&third)).await));
    assert!(is_over(
        db.backend.revoke_invitation(&owner, None, third.id).await
    ));
    let stored: String =
        sqlx::query_scalar("SELECT string_agg(invitation::text, '') FROM invitation")
            .fetch_one(db.backend.0.database.partner())
            .await
            .unwrap();
    assert!(!stored.contains(token(&third)));
}

#[tokio::test]
async fn who_signs_in_already_joins_a_second_advertiser_with_their_own_password() {
    let db = testing::backend().await;
    let (hana, kenji) = (db.advertiser("Hana").await, db.advertiser("Kenji").await);
    let viewer = db.member(hana, Role::AdvertiserViewer).await;
    let email = db.email_of(&viewer).await;
    let operator = db.staff(Role::Operator).await;
    let link = db
        .backend
        .invite(
            &operator,
            Some(kenji),
            &draft(&email, Role::AdvertiserAdmin),
        )
        .await
        .unwrap();
    assert!(db.backend.invitation(token(&link)).await.unwrap().is_known);
    let with = |password: &str| Acceptance::Known {
        password: password.into(),
    };
    assert!(matches!(
        accept(&db, &link, with(PASSWORD_2)).await,
        Err(Error::WrongPassword)
    ));
    assert!(
        is_over(accept(&db, &link, newcomer()).await),
        "nobody takes over an account by an invitation"
    );
    let session = accept(&db, &link, with(PASSWORD)).await.unwrap();
    let scope = db.backend.session(&session.token).await.unwrap().unwrap();
    assert_eq!(
        (scope.only(), scope.role()),
        (Some(kenji), Some(Role::AdvertiserAdmin)),
        "they look at what they were invited to"
    );
    let names: Vec<_> = db.backend.own_advertisers(&scope).await.unwrap();
    assert_eq!(names.len(), 2);
    assert!(matches!(
        db.backend
            .invite(
                &operator,
                Some(kenji),
                &draft(&email, Role::AdvertiserAdmin)
            )
            .await,
        Err(Error::Conflict(Conflict::AlreadyMember))
    ));
}

#[tokio::test]
async fn staff_and_advertisers_people_are_not_the_same_and_an_advertiser_learns_of_neither() {
    let db = testing::backend().await;
    let hana = db.advertiser("Hana").await;
    let owner = db.staff(Role::Owner).await;
    let admin = db.member(hana, Role::AdvertiserAdmin).await;
    let staff_email = db.email_of(&owner).await;
    let link = db
        .backend
        .invite(
            &admin,
            Some(hana),
            &draft(&staff_email, Role::AdvertiserViewer),
        )
        .await
        .expect("who the staff is, is none of an advertiser's business");
    let refused = accept(
        &db,
        &link,
        Acceptance::Known {
            password: PASSWORD.into(),
        },
    )
    .await;
    assert!(matches!(
        refused,
        Err(Error::Conflict(Conflict::OtherPeople))
    ));
    let member_email = db.email_of(&admin).await;
    assert!(matches!(
        db.backend
            .invite(&owner, None, &draft(&member_email, Role::Support))
            .await,
        Err(Error::Conflict(Conflict::OtherPeople))
    ));
    assert!(matches!(
        db.backend
            .invite(&owner, None, &draft(&staff_email, Role::Support))
            .await,
        Err(Error::Conflict(Conflict::StaffEmail))
    ));
}

#[tokio::test]
async fn nobody_invites_beyond_their_role() {
    let db = testing::backend().await;
    let (hana, kenji) = (db.advertiser("Hana").await, db.advertiser("Kenji").await);
    let admin = db.member(hana, Role::AdvertiserAdmin).await;
    let operator = db.staff(Role::Operator).await;
    for (scope, advertiser, role) in [
        (&admin, Some(hana), Role::Owner),
        (&operator, Some(hana), Role::Support),
    ] {
        let refused = db
            .backend
            .invite(scope, advertiser, &draft("x@y.example", role))
            .await;
        assert!(matches!(refused, Err(Error::Invalid { field: "role", .. })));
    }
    for scope in [&admin, &operator] {
        let refused = db
            .backend
            .invite(scope, None, &draft("x@y.example", Role::Support))
            .await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
    let refused = db
        .backend
        .invite(
            &admin,
            Some(kenji),
            &draft("x@y.example", Role::AdvertiserViewer),
        )
        .await;
    assert!(matches!(refused, Err(Error::NotFound(_))));
    let long = InvitationDraft {
        days: 31,
        ..draft("x@y.example", Role::AdvertiserViewer)
    };
    assert!(matches!(
        db.backend.invite(&operator, Some(hana), &long).await,
        Err(Error::Invalid { field: "days", .. })
    ));
}

#[tokio::test]
async fn two_who_use_one_link_at_once_become_one_person() {
    let db = testing::backend().await;
    let owner = db.staff(Role::Owner).await;
    let link = db
        .backend
        .invite(&owner, None, &draft("rin@kaede.example", Role::Support))
        .await
        .unwrap();
    let (one, two) = tokio::join!(
        accept(&db, &link, newcomer()),
        accept(&db, &link, newcomer())
    );
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1);
    assert!(is_over(one) || is_over(two));
}
