//! Whether the partner's app is ready: asked of Meta where an API answers, ticked off by hand where none does.

use std::{collections::HashMap, time::Duration};

use domain::{
    Channel, Permission, PersonId, Proof, Requirement, Why,
    console::{Moment, Readiness, ReadinessState, RequirementStatus, Tick},
};
use graph::{AppPermission, AppSubscription};

use crate::{Backend, Error, Partner, Result, Scope};

/// Meta's dashboard for developers.
const DASHBOARD: &str = "https://developers.facebook.com/apps";
/// A page does not wait longer for Meta than this; what did not come is unknown.
const PATIENCE: Duration = Duration::from_secs(4);
/// The field that brings people's messages, on every kind of object.
const MESSAGES: &str = "messages";

/// What Meta told; none where it did not.
struct Told {
    permissions: Option<Vec<AppPermission>>,
    subscriptions: Option<Vec<AppSubscription>>,
}

impl Backend {
    /// How every requirement stands right now.
    ///
    /// # Errors
    /// When the role may not, or the database fails. That Meta does not answer is part of the result.
    pub async fn readiness(&self, scope: &Scope) -> Result<Readiness> {
        scope.require(Permission::ViewFleet)?;
        let told = self.ask_about_app().await;
        let meter = self.access_meter(scope).await?;
        let partner = self.partner(scope).await?;
        let mut ticks = self.ticks(scope).await?;
        let requirements = Requirement::ALL
            .iter()
            .map(|requirement| {
                self.status(*requirement, &told, &partner, ticks.remove(requirement))
            })
            .collect();
        Ok(Readiness {
            requirements,
            has_answered: told.permissions.is_some() && told.subscriptions.is_some(),
            meter,
        })
    }

    /// Ticks a requirement off, or takes the tick back.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what Meta or our settings tell themselves; [`Error::Forbidden`].
    pub async fn tick_requirement(
        &self,
        scope: &Scope,
        requirement: Requirement,
        is_met: bool,
    ) -> Result<()> {
        scope.require(Permission::ManageSettings)?;
        let staff = scope.staff_id().ok_or(Error::Forbidden)?;
        if !may_tick(requirement) {
            return Err(Error::invalid("requirement", Why::NotAChoice));
        }
        let mut tx = self.begin(scope).await?;
        let now = tx.now();
        if is_met {
            sqlx::query!(
                "INSERT INTO readiness_tick (requirement, staff_id, at) VALUES ($1, $2, $3)
                 ON CONFLICT ON CONSTRAINT readiness_tick_pk DO NOTHING",
                requirement.as_str(),
                staff.uuid(),
                now,
            )
            .execute(&mut *tx)
            .await?;
        } else {
            sqlx::query!(
                "DELETE FROM readiness_tick WHERE requirement = $1",
                requirement.as_str()
            )
            .execute(&mut *tx)
            .await?;
        }
        let action = if is_met {
            "readiness.ticked"
        } else {
            "readiness.unticked"
        };
        tx.audit(action, requirement).await?;
        tx.commit().await
    }

    async fn ask_about_app(&self) -> Told {
        let (permissions, subscriptions) = tokio::join!(
            tokio::time::timeout(PATIENCE, self.graph().app_permissions()),
            tokio::time::timeout(PATIENCE, self.graph().app_subscriptions()),
        );
        Told {
            permissions: permissions.ok().and_then(|told| told.ok()),
            subscriptions: subscriptions.ok().and_then(|told| told.ok()),
        }
    }

    async fn ticks(&self, scope: &Scope) -> Result<HashMap<Requirement, Tick>> {
        let rows = sqlx::query!(
            r#"SELECT requirement, staff_id AS "staff_id: PersonId", name, at
               FROM readiness_tick JOIN person ON person.id = readiness_tick.staff_id"#
        )
        .fetch_all(&mut *self.begin(scope).await?)
        .await?;
        let ticks = rows.into_iter().filter_map(|row| {
            let at = Moment {
                ms: row.at.timestamp_millis(),
                offset: 0,
            };
            // A requirement of an older version is passed over.
            let requirement = row.requirement.parse().ok()?;
            Some((requirement, Tick { by: row.name, at }))
        });
        Ok(ticks.collect())
    }

    fn status(
        &self,
        requirement: Requirement,
        told: &Told,
        partner: &Partner,
        tick: Option<Tick>,
    ) -> RequirementStatus {
        let without = without(requirement, partner);
        let (state, said) = match requirement.proof() {
            Proof::Permission(permission) => of_permission(told, permission.as_str()),
            Proof::Webhook(object) => of_webhook(told, object),
            Proof::Settings => (
                match without.is_empty() {
                    true => ReadinessState::Met,
                    false => ReadinessState::Missing,
                },
                None,
            ),
            Proof::ByHand => (ReadinessState::Missing, None),
        };
        let may_tick = may_tick(requirement) && state != ReadinessState::Met;
        RequirementStatus {
            requirement,
            state: if may_tick && tick.is_some() {
                ReadinessState::Met
            } else {
                state
            },
            said,
            without,
            tick: tick.filter(|_| may_tick),
            may_tick,
            href: format!(
                "{DASHBOARD}/{}/{}",
                self.config().graph.app_id,
                requirement.dashboard()
            ),
            paste: self.paste(requirement),
        }
    }

    /// Our own addresses that have to be entered at Meta for it.
    fn paste(&self, requirement: Requirement) -> Vec<String> {
        let paths: &[&str] = match requirement {
            Requirement::LoginConfiguration => &["connect/callback"],
            // The domain on which Meta's script may run.
            Requirement::SignupConfiguration => &[""],
            Requirement::PageWebhook
            | Requirement::InstagramWebhook
            | Requirement::WhatsappWebhook => &["webhooks/meta"],
            Requirement::DataDeletion => &["meta/deauthorize", "meta/data-deletion"],
            _ => &[],
        };
        let urls = paths.iter().map(|path| self.config().public_url.join(path));
        urls.flatten().map(String::from).collect()
    }
}

/// What Meta's lists or our own settings tell without fail needs nobody's word.
const fn may_tick(requirement: Requirement) -> bool {
    matches!(requirement.proof(), Proof::Permission(_) | Proof::ByHand)
}

fn of_permission(told: &Told, name: &str) -> (ReadinessState, Option<String>) {
    let Some(permissions) = &told.permissions else {
        return (ReadinessState::Unknown, None);
    };
    let Some(listed) = permissions.iter().find(|listed| listed.permission == name) else {
        return (ReadinessState::Missing, None);
    };
    let state = if listed.status == "live" {
        ReadinessState::Met
    } else {
        ReadinessState::Missing
    };
    (
        state,
        Some(listed.status.clone()).filter(|said| !said.is_empty()),
    )
}

fn of_webhook(told: &Told, object: &str) -> (ReadinessState, Option<String>) {
    let Some(subscriptions) = &told.subscriptions else {
        return (ReadinessState::Unknown, None);
    };
    let Some(found) = subscriptions.iter().find(|found| found.object == object) else {
        return (ReadinessState::Missing, None);
    };
    let has_messages = found.fields.iter().any(|field| field == MESSAGES);
    let state = if found.is_active && has_messages {
        ReadinessState::Met
    } else {
        ReadinessState::Missing
    };
    (
        state,
        Some(found.fields.join(", ")).filter(|said| !said.is_empty()),
    )
}

/// The channels whose configuration nobody has entered.
fn without(requirement: Requirement, partner: &Partner) -> Vec<Channel> {
    let lacks = |channel: &Channel| match requirement {
        Requirement::LoginConfiguration => partner.login.of(*channel).is_none(),
        Requirement::SignupConfiguration => partner.login.signup.is_none(),
        _ => false,
    };
    let channels = requirement.channels().iter();
    channels.filter(|channel| lacks(channel)).copied().collect()
}

#[cfg(test)]
mod tests {
    use domain::Role;

    use super::*;
    use crate::testing;

    fn told(status: &str, fields: &[&str]) -> Told {
        Told {
            permissions: Some(vec![AppPermission {
                permission: "page_events".into(),
                status: status.into(),
            }]),
            subscriptions: Some(vec![AppSubscription {
                object: "page".into(),
                callback_url: String::new(),
                is_active: true,
                fields: fields.iter().map(ToString::to_string).collect(),
            }]),
        }
    }

    #[test]
    fn meta_is_believed_and_its_silence_is_no_verdict() {
        use ReadinessState::{Met, Missing, Unknown};
        assert_eq!(of_permission(&told("live", &[]), "page_events").0, Met);
        assert_eq!(
            of_permission(&told("pending", &[]), "page_events").0,
            Missing
        );
        assert_eq!(
            of_permission(&told("live", &[]), "pages_messaging").0,
            Missing
        );
        assert_eq!(of_webhook(&told("", &["messages"]), "page").0, Met);
        assert_eq!(of_webhook(&told("", &["feed"]), "page").0, Missing);
        assert_eq!(of_webhook(&told("", &["messages"]), "instagram").0, Missing);
        let silence = Told {
            permissions: None,
            subscriptions: None,
        };
        assert_eq!(of_permission(&silence, "page_events").0, Unknown);
        assert_eq!(of_webhook(&silence, "page").0, Unknown);
    }

    #[tokio::test]
    async fn what_meta_does_not_tell_is_ticked_off_by_an_owner() {
        let db = testing::backend().await; // its Meta answers nothing
        let owner = db.staff(Role::Owner).await;
        let of = async |requirement| {
            let readiness = db.backend.readiness(&owner).await.unwrap();
            assert!(!readiness.has_answered);
            let found = readiness.requirements.into_iter();
            let mut found = found.filter(|status| status.requirement == requirement);
            found.next().expect("every requirement is there")
        };
        let before = of(Requirement::PageEvents).await;
        assert_eq!(
            (before.state, before.may_tick),
            (ReadinessState::Unknown, true)
        );
        db.backend
            .tick_requirement(&owner, Requirement::PageEvents, true)
            .await
            .unwrap();
        let after = of(Requirement::PageEvents).await;
        assert_eq!(after.state, ReadinessState::Met);
        assert_eq!(after.tick.unwrap().by, "Test Person");
        db.backend
            .tick_requirement(&owner, Requirement::PageEvents, false)
            .await
            .unwrap();
        assert_eq!(
            of(Requirement::PageEvents).await.state,
            ReadinessState::Unknown
        );

        let login = of(Requirement::LoginConfiguration).await;
        assert_eq!(login.without, Channel::ALL);
        let some = crate::LoginConfigurations {
            messenger: "770001".parse().ok(),
            whatsapp: "770002".parse().ok(),
            ..Default::default()
        };
        db.backend
            .save_partner(&owner, crate::PartnerChange::Login(some))
            .await
            .unwrap();
        let login = of(Requirement::LoginConfiguration).await;
        assert_eq!(
            (login.state, login.without),
            (ReadinessState::Missing, vec![Channel::Instagram])
        );
        assert!(login.paste[0].ends_with("/connect/callback"));
        let leaving = of(Requirement::DataDeletion).await.paste;
        assert!(leaving[0].ends_with("/meta/deauthorize"));
        assert!(leaving[1].ends_with("/meta/data-deletion"));

        let webhook = of(Requirement::PageWebhook).await;
        assert!(!webhook.may_tick && webhook.paste[0].ends_with("/webhooks/meta"));
        let refused = db
            .backend
            .tick_requirement(&owner, Requirement::PageWebhook, true)
            .await;
        assert!(matches!(refused, Err(Error::Invalid { .. })));
        let operator = db.staff(Role::Operator).await;
        let refused = db
            .backend
            .tick_requirement(&operator, Requirement::AppLive, true)
            .await;
        assert!(matches!(refused, Err(Error::Forbidden)));
    }
}
