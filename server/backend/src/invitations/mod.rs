//! Invitations: how somebody comes to sign in. The link holds 256 random bits, stored hashed; looking at it has no effect.

mod store;
#[cfg(test)]
mod tests;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AdvertiserId, Email, InvitationId, Language, NewPassword, Permission, PersonId, PersonName,
    Role, Why, console::InvitationShown, time::date,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::{Digest, Sha256};
use text::Text;
use url::Url;

use crate::{
    Actor, Backend, Error, Letter, NewSession, Result, Scope, Tx,
    advertisers::moment,
    error::{Conflict, OnConstraint},
    passwords,
    staff::first_zone,
    throttle::Subjects,
};

/// The days for which an invitation may stand open.
pub const INVITATION_DAYS: std::ops::RangeInclusive<u32> = 1..=30;

/// Whom to invite, and as what.
#[derive(Clone, Debug)]
pub struct InvitationDraft {
    /// What they will sign in with.
    pub email: Email,
    /// What they will be.
    pub role: Role,
    /// The language of the mail to them.
    pub language: Language,
    /// How many days the link works.
    pub days: u32,
}

/// The link of an invitation: shown once, to who invites.
#[derive(Clone, Debug)]
pub struct InvitationLink {
    /// Which invitation.
    pub id: InvitationId,
    /// Whether a letter is on its way; else the link has to be handed over.
    pub is_mailed: bool,
    url: SecretString,
}

impl InvitationLink {
    /// For the page of who invites, and for the mail.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.url.expose_secret()
    }
}

/// What an invited person says about themselves.
#[derive(Clone, Debug)]
pub enum Acceptance {
    /// They are new here.
    New {
        /// What colleagues will call them.
        name: PersonName,
        /// What they will sign in with.
        password: NewPassword,
        /// The language of mails to them.
        language: Language,
    },
    /// They sign in already, and prove it.
    Known {
        /// What they sign in with.
        password: SecretString,
    },
}

impl Backend {
    /// Invites somebody: to the partner's staff, or as one of an advertiser's people.
    ///
    /// # Errors
    /// [`Conflict::AlreadyInvited`], [`Conflict::AlreadyMember`]; for staff [`Conflict::StaffEmail`];
    /// [`Error::Invalid`] for a role that does not fit and for too many days; [`Error::NotFound`].
    pub async fn invite(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
        draft: &InvitationDraft,
    ) -> Result<InvitationLink> {
        scope.require(permission(advertiser))?;
        if draft.role.is_partner() != advertiser.is_none() {
            return Err(Error::invalid("role", Why::NotAChoice));
        }
        let expires_in = days(draft.days)?;
        let mut tx = self.begin_invitations(scope, advertiser).await?;
        match advertiser {
            Some(advertiser) => tx.must_not_be_member(advertiser, &draft.email).await?,
            None => tx.must_be_new(&draft.email).await?,
        }
        tx.revoke_expired(advertiser, &draft.email).await?;
        let (token, id) = (generate(), tx.mint::<InvitationId>());
        let now = tx.now();
        sqlx::query!(
            "INSERT INTO invitation (id, advertiser_id, email, role, language, token_hash, invited_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            id.uuid(),
            advertiser.map(AdvertiserId::uuid),
            draft.email.as_str(),
            draft.role.as_str(),
            draft.language.as_str(),
            hash(&token),
            scope.person_id().map(PersonId::uuid),
            now,
            now + expires_in,
        )
        .execute(&mut *tx)
        .await
        .on_constraint("invitation_open_once", Error::Conflict(Conflict::AlreadyInvited))?;
        tx.audit_with("invitation.sent", id, json!({ "role": draft.role }))
            .await?;
        let expires = now + expires_in;
        let link = self
            .send_invitation(
                &mut tx,
                advertiser,
                id,
                &token,
                (&draft.email, draft.language, expires),
            )
            .await?;
        tx.commit().await?;
        Ok(link)
    }

    /// Sends an invitation again, with a new link; the one before is void from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Conflict::InvitationOver`].
    pub async fn resend_invitation(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
        id: InvitationId,
    ) -> Result<InvitationLink> {
        scope.require(permission(advertiser))?;
        let mut tx = self.begin_invitations(scope, advertiser).await?;
        let token = generate();
        let now = tx.now();
        let renewed = sqlx::query!(
            r#"UPDATE invitation SET token_hash = $3, expires_at = $4::timestamptz + (expires_at - created_at), created_at = $4
             WHERE id = $1 AND advertiser_id IS NOT DISTINCT FROM $2 AND accepted_at IS NULL AND revoked_at IS NULL
             RETURNING email, language AS "language: Language", expires_at"#,
            id.uuid(),
            advertiser.map(AdvertiserId::uuid),
            hash(&token),
            now,
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::Conflict(Conflict::InvitationOver))?;
        tx.audit("invitation.resent", id).await?;
        let email = renewed
            .email
            .parse()
            .map_err(|_| Error::Internal("a stored email does not parse"))?;
        let to = (&email, renewed.language, renewed.expires_at);
        let link = self
            .send_invitation(&mut tx, advertiser, id, &token, to)
            .await?;
        tx.commit().await?;
        Ok(link)
    }

    /// Takes an invitation back: its link is void.
    ///
    /// # Errors
    /// [`Conflict::InvitationOver`].
    pub async fn revoke_invitation(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
        id: InvitationId,
    ) -> Result<()> {
        scope.require(permission(advertiser))?;
        let mut tx = self.begin_invitations(scope, advertiser).await?;
        let now = tx.now();
        let revoked = sqlx::query!(
            "UPDATE invitation SET revoked_at = $3
             WHERE id = $1 AND advertiser_id IS NOT DISTINCT FROM $2 AND accepted_at IS NULL AND revoked_at IS NULL",
            id.uuid(),
            advertiser.map(AdvertiserId::uuid),
            now,
        )
        .execute(&mut *tx)
        .await?;
        if revoked.rows_affected() == 0 {
            return Err(Error::Conflict(Conflict::InvitationOver));
        }
        tx.audit("invitation.revoked", id).await?;
        tx.commit().await
    }

    /// What the page behind a link says. Looking has no effect.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that never was, [`Conflict::InvitationOver`] for one that works no more.
    pub async fn invitation(&self, token: &str) -> Result<InvitationShown> {
        let mut tx = self.begin(&Scope::on_behalf(Actor::Visitor)).await?;
        let open = tx.open_invitation(token).await?;
        let about = sqlx::query!(
            r#"SELECT (SELECT name FROM advertiser WHERE id = $1) AS advertiser_name,
                      EXISTS (SELECT FROM person WHERE email = $2) AS "is_known!""#,
            open.advertiser.map(AdvertiserId::uuid),
            open.email,
        )
        .fetch_one(&mut *tx)
        .await?;
        let partner = self.partner_in(&mut tx).await?;
        Ok(InvitationShown {
            partner_name: partner.name(open.language).to_owned(),
            advertiser_name: about.advertiser_name.unwrap_or_default(),
            is_known: about.is_known,
            email: open.email,
            role: open.role,
            language: open.language,
            expires: moment(first_zone(open.language), open.expires_at),
        })
    }

    /// Accepts an invitation and signs its person in.
    ///
    /// # Errors
    /// As [`Backend::invitation`]; [`Error::WrongPassword`] and [`Error::TooMany`] for somebody who signs in already;
    /// [`Conflict::OtherPeople`] when the email belongs to the other kind of people; [`Conflict::StaffEmail`].
    pub async fn accept_invitation(
        &self,
        token: &str,
        acceptance: Acceptance,
        address: &str,
        user_agent: &str,
    ) -> Result<NewSession> {
        let known = {
            let mut tx = self.begin(&Scope::on_behalf(Actor::Visitor)).await?;
            let open = tx.open_invitation(token).await?;
            sqlx::query!(
                r#"SELECT id AS "id: PersonId", role AS "role: Role", language AS "language: Language", password_hash,
                          disabled_at IS NOT NULL AS "is_disabled!" FROM person WHERE email = $1"#,
                open.email
            )
            .fetch_optional(&mut *tx)
            .await?
        };
        let (person, language, hash) = match (acceptance, known) {
            (Acceptance::Known { password }, Some(known)) => {
                let subjects = Subjects::new(&known.id.to_string(), address);
                self.count_try(&subjects).await?;
                let matches = passwords::verify(password, Some(known.password_hash)).await?;
                if !matches || known.is_disabled {
                    return Err(Error::WrongPassword);
                }
                self.forget_failures(&subjects).await?;
                (known.id, known.language, None)
            }
            (
                Acceptance::New {
                    name,
                    password,
                    language,
                },
                None,
            ) => {
                let hash = passwords::hash(password.expose().into()).await?;
                (self.clock().mint(), language, Some((name, hash)))
            }
            // Somebody came or went between the page and the form: the page is to be read again.
            _ => return Err(Error::Conflict(Conflict::InvitationOver)),
        };
        let mut tx = self.begin(&Scope::on_behalf(Actor::Visitor)).await?;
        let open = tx.take_invitation(token).await?;
        tx.act_as(match open.advertiser {
            None => Actor::Staff(person),
            Some(_) => Actor::Person(person),
        });
        match hash {
            Some((name, hash)) => {
                tx.add_person(person, &open, name.as_str(), language, &hash)
                    .await?;
            }
            None => tx.must_fit(person, &open).await?,
        }
        if let Some(advertiser) = open.advertiser {
            tx.join(advertiser, person, open.role).await?;
        }
        tx.audit_of(
            open.advertiser,
            "invitation.accepted",
            open.id,
            json!({ "person": person, "role": open.role }),
        )
        .await?;
        let session = tx.open_session(person, language, user_agent).await?;
        if let Some(advertiser) = open.advertiser {
            tx.look_at(&session.token, advertiser).await?;
        }
        tx.commit().await?;
        Ok(session)
    }

    async fn begin_invitations(
        &self,
        scope: &Scope,
        advertiser: Option<AdvertiserId>,
    ) -> Result<Tx> {
        match advertiser {
            Some(advertiser) => {
                let mut tx = self.begin_for(scope, advertiser).await?;
                tx.advertiser(advertiser).await?;
                Ok(tx)
            }
            None => self.begin(scope).await,
        }
    }

    /// Puts the letter into the outbox, if letters can be sent, and hands out the link.
    async fn send_invitation(
        &self,
        tx: &mut Tx,
        advertiser: Option<AdvertiserId>,
        id: InvitationId,
        token: &SecretString,
        (to, language, expires): (&Email, Language, DateTime<Utc>),
    ) -> Result<InvitationLink> {
        let link = self.invitation_link(id, token)?;
        let text = Text::new(language);
        let partner = self.partner_in(tx).await?;
        let partner = partner.called(language);
        let day = date(
            expires,
            moment(first_zone(language), expires).offset,
            language,
        );
        let (subject, body) = match advertiser {
            None => (
                text.invitation_mail_team_subject(partner),
                text.invitation_mail_team_body(partner, link.expose(), &day),
            ),
            Some(advertiser) => {
                let name = tx.advertiser(advertiser).await?.name;
                (
                    text.invitation_mail_advertiser_subject(&name),
                    text.invitation_mail_advertiser_body(partner, &name, link.expose(), &day),
                )
            }
        };
        let is_mailed = tx
            .queue_mail(&Letter {
                kind: "invitation_mail",
                to,
                language,
                subject,
                body,
            })
            .await?;
        Ok(InvitationLink { is_mailed, ..link })
    }

    fn invitation_link(&self, id: InvitationId, token: &SecretString) -> Result<InvitationLink> {
        let path = format!("invitation/{}", token.expose_secret());
        let url: Url = self
            .config()
            .public_url
            .join(&path)
            .map_err(|_| Error::Internal("the public URL takes no path"))?;
        Ok(InvitationLink {
            id,
            is_mailed: false,
            url: String::from(url).into(),
        })
    }
}

fn permission(advertiser: Option<AdvertiserId>) -> Permission {
    match advertiser {
        Some(_) => Permission::ManagePeople,
        None => Permission::ManageTeam,
    }
}

fn days(days: u32) -> Result<TimeDelta> {
    if INVITATION_DAYS.contains(&days) {
        return Ok(TimeDelta::days(days.into()));
    }
    let (min, max) = (*INVITATION_DAYS.start(), *INVITATION_DAYS.end());
    Err(Error::invalid("days", Why::NotInRange { min, max }))
}

fn generate() -> SecretString {
    BASE64_URL_SAFE_NO_PAD
        .encode(rand::random::<[u8; 32]>())
        .into()
}

fn hash(token: &SecretString) -> Vec<u8> {
    Sha256::digest(token.expose_secret()).to_vec()
}
