//! What holds for the whole deployment: until it is saved, once it is, and for whom.

use domain::{Role, Why};
use secrecy::ExposeSecret;

use super::*;
use crate::{
    Error,
    testing::{self, TestBackend},
};

async fn agent(db: &TestBackend) -> String {
    db.backend.partner(&Scope::system()).await.unwrap().agent
}

fn identity(agent: &str) -> PartnerChange {
    PartnerChange::Identity {
        name_en: "Kaede Messaging".parse().ok(),
        name_ja: None,
        agent: agent.parse().ok(),
    }
}

#[tokio::test]
async fn the_environment_holds_until_a_section_is_saved() {
    let db = testing::backend_with(crate::Config {
        login_config_id: Some("770001".into()),
        ..testing::config("http://127.0.0.1:9/")
    })
    .await;
    let owner = db.staff(Role::Owner).await;
    assert_eq!(agent(&db).await, "patchbay-tests");
    db.backend
        .save_partner(&owner, identity("kaede"))
        .await
        .unwrap();
    assert_eq!(agent(&db).await, "kaede");
    db.backend.save_partner(&owner, identity("")).await.unwrap();
    assert_eq!(agent(&db).await, "", "saved as none is none");

    let partner = db.backend.partner(&owner).await.unwrap();
    assert_eq!(partner.name(Language::Ja), "Kaede Messaging");
    assert_eq!(partner.called(Language::Ja), "Kaede Messaging");
    let nameless = Partner {
        name_en: String::new(),
        name_ja: String::new(),
        ..partner.clone()
    };
    assert_eq!(nameless.called(Language::Ja), "Patchbay");
    for channel in Channel::ALL {
        let id = partner.login.of(*channel).map(MetaId::as_str);
        assert_eq!(id, Some("770001"), "{channel}");
    }
    let whatsapp = LoginConfigurations {
        whatsapp: "880002".parse().ok(),
        ..Default::default()
    };
    db.backend
        .save_partner(&owner, PartnerChange::Login(whatsapp.clone()))
        .await
        .unwrap();
    assert_eq!(
        db.backend.partner(&owner).await.unwrap().login,
        whatsapp,
        "what was left empty is asked by name"
    );
}

#[tokio::test]
async fn the_webhooks_secret_is_sealed_and_stays_until_it_is_replaced_or_removed() {
    let db = testing::backend().await;
    let owner = db.staff(Role::Owner).await;
    let save = async |secret: Option<&str>| {
        let change = NotifyChange {
            emails: vec!["oncall@kaede.example".parse().unwrap()],
            webhook: "https://hooks.kaede.example/patchbay".parse().ok(),
            secret: secret.map(Into::into),
        };
        db.backend
            .save_partner(&owner, PartnerChange::Notify(change))
            .await
            .unwrap();
        let mut tx = db.backend.begin(&owner).await.unwrap();
        let target = db.backend.notify_target(&mut tx).await.unwrap();
        assert_eq!(target.emails[0].as_str(), "oncall@kaede.example");
        target
            .secret
            .map(|secret| secret.expose_secret().to_owned())
    };
    assert_eq!(save(None).await, None);
    assert_eq!(save(Some("whsec-1")).await.as_deref(), Some("whsec-1"));
    assert_eq!(save(None).await.as_deref(), Some("whsec-1"));
    let stored: String = sqlx::query_scalar("SELECT partner::text FROM partner")
        .fetch_one(db.backend.0.database.partner())
        .await
        .unwrap();
    assert!(!stored.contains(&hex::encode("whsec-1")) && !stored.contains(&hex::encode("oncall")));
    db.backend
        .save_partner(&owner, PartnerChange::NotifyUnsigned)
        .await
        .unwrap();
    assert_eq!(save(None).await, None);
}

#[tokio::test]
async fn what_is_out_of_range_or_no_address_is_refused_by_field() {
    let db = testing::backend().await;
    let owner = db.staff(Role::Owner).await;
    let policies = Policies {
        unconfirmed: UnconfirmedPolicy::Hold,
        metadata_weeks: 5,
        payload_days: 35,
        silence_hours: 24,
        report_automatic: false,
    };
    let refused = db
        .backend
        .save_partner(&owner, PartnerChange::Policies(policies))
        .await;
    assert!(matches!(
        refused,
        Err(Error::Invalid {
            field: "metadata_weeks",
            why: Why::NotInRange { min: 6, max: 520 }
        })
    ));
    for (url, may) in [
        ("https://hooks.kaede.example/x", true),
        ("http://127.0.0.1:9999/x", true),
        ("http://hooks.kaede.example/x", false),
        ("https://a:b@hooks.kaede.example/x", false),
        ("ftp://127.0.0.1/x", false),
    ] {
        assert_eq!(may_be_called(&url.parse().unwrap()), may, "{url}");
    }
    let operator = db.staff(Role::Operator).await;
    let forbidden = db.backend.save_partner(&operator, identity("x")).await;
    assert!(matches!(forbidden, Err(Error::Forbidden)));
}

#[tokio::test]
async fn an_advertisers_own_people_see_the_name_and_not_whom_we_tell() {
    let db = testing::backend().await;
    let advertiser = db.advertiser("Hana").await;
    let scope = db.advertiser_scope(advertiser, Role::AdvertiserViewer);
    assert!(db.backend.partner(&scope).await.is_ok());
    let mut tx = db.backend.begin(&scope).await.unwrap();
    assert!(matches!(
        db.backend.notify_target(&mut tx).await,
        Err(Error::Db(_))
    ));
}
