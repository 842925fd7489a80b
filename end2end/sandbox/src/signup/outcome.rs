//! What a signup ends in: the message to the opener, the consent, and the code. Also without a browser.

use crate::{
    grant::{Choice, Grant},
    ids,
    state::{Code, State},
    tokens::system_user,
    webhooks::{self, AccountUpdate},
    world::{Business, Configuration, Person, Phone, Waba},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How a signup that went through is named in the `WA_EMBEDDED_SIGNUP` message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// Account and number.
    Finish,
    /// Account without a number.
    FinishOnlyWaba,
    /// A number of the WhatsApp Business app.
    FinishWhatsappBusinessAppOnboarding,
    /// An account that the partner had on behalf of the business.
    FinishOboMigration,
    /// Access to what there is already.
    FinishGrantOnlyApiAccess,
    /// A name that Meta has not published.
    FinishX,
}

impl Outcome {
    pub(super) const ALL: &[Self] = &[
        Self::Finish,
        Self::FinishOnlyWaba,
        Self::FinishWhatsappBusinessAppOnboarding,
        Self::FinishOboMigration,
        Self::FinishGrantOnlyApiAccess,
        Self::FinishX,
    ];

    /// Meta's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Finish => "FINISH",
            Self::FinishOnlyWaba => "FINISH_ONLY_WABA",
            Self::FinishWhatsappBusinessAppOnboarding => "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
            Self::FinishOboMigration => "FINISH_OBO_MIGRATION",
            Self::FinishGrantOnlyApiAccess => "FINISH_GRANT_ONLY_API_ACCESS",
            Self::FinishX => "FINISH_X",
        }
    }

    pub(super) fn about(self) -> &'static str {
        match self {
            Self::Finish => "Account and number",
            Self::FinishOnlyWaba => "Account without a number",
            Self::FinishWhatsappBusinessAppOnboarding => "Number of the WhatsApp Business app",
            Self::FinishOboMigration => "Account held on behalf of the business",
            Self::FinishGrantOnlyApiAccess => "Access to what there is already",
            Self::FinishX => "A name that nobody knows yet",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }

    /// What Meta would say of these choices.
    pub(super) fn usual(waba: Option<&Waba>, phone: Option<&Phone>) -> Self {
        match (waba, phone) {
            (Some(_), Some(_)) => Self::Finish,
            (Some(_), None) => Self::FinishOnlyWaba,
            (None, _) => Self::FinishGrantOnlyApiAccess,
        }
    }
}

/// What a person has chosen in the popup.
pub(super) struct Chosen<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) person: &'a Person,
    pub(super) business: &'a Business,
    pub(super) waba: Option<&'a Waba>,
    pub(super) phone: Option<&'a Phone>,
    pub(super) pages: Vec<String>,
    pub(super) instagram: Vec<String>,
    pub(super) datasets: Vec<String>,
}

impl Chosen<'_> {
    /// The message to the opener, before it is made a string.
    pub(super) fn message(&self, outcome: Outcome) -> Value {
        let mut data = json!({ "business_id": self.business.id });
        if let Some(waba) = self.waba {
            data["waba_id"] = waba.id.as_str().into();
        }
        if let Some(phone) = self.phone {
            data["phone_number_id"] = phone.id.as_str().into();
        }
        for (name, ids) in [
            ("page_ids", &self.pages),
            ("instagram_account_ids", &self.instagram),
            ("dataset_ids", &self.datasets),
        ] {
            if !ids.is_empty() {
                data[name] = json!(ids);
            }
        }
        json!({ "type": "WA_EMBEDDED_SIGNUP", "event": outcome.name(), "version": 3, "data": data })
    }

    /// Enters the consent, tells the app's webhook of the account, and answers the code.
    pub(super) fn consent(&self, state: &State) -> String {
        let only = |ids: &[String]| Choice::Only(ids.iter().cloned().collect());
        let wabas: Vec<String> = self.waba.iter().map(|it| it.id.clone()).collect();
        let grant = Grant {
            permissions: self
                .configuration
                .scopes
                .iter()
                .map(|it| (it.clone(), true))
                .collect(),
            pages: only(&self.pages),
            wabas: only(&wabas),
            instagram: only(&self.instagram),
        };
        let code = format!("AQ{}", ids::opaque(180));
        let scopes: BTreeSet<String> = self.configuration.scopes.iter().cloned().collect();
        let now = state.shared().clock.seconds();
        let mut memory = state.memory();
        memory
            .grants
            .entry(system_user(&self.business.id))
            .and_modify(|before| before.add(&grant))
            .or_insert(grant);
        memory.codes.insert(
            code.clone(),
            Code {
                redirect_uri: None,
                person: self.person.id.clone(),
                scopes,
                business: Some(self.business.id.clone()),
                system_user: true,
                expires: self.configuration.expires,
                issued_at: now,
                used: false,
            },
        );
        drop(memory);
        if let Some(waba) = self.waba {
            let update = AccountUpdate {
                waba: waba.id.clone(),
                event: "PARTNER_APP_INSTALLED".into(),
                ban_state: None,
            };
            let state = state.clone();
            tokio::spawn(async move { webhooks::account_update(&state, &update).await });
        }
        code
    }
}

/// A signup without a browser. Keys may be ids.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignupRequest {
    /// Who signs up.
    pub person: String,
    /// Their portfolio; `None`: the first.
    pub business: Option<String>,
    /// The account; `None`: the portfolio's first, if it has any.
    pub waba: Option<String>,
    /// A number's id; `None`: the account's first.
    pub phone: Option<String>,
    /// Pages that are shared, too.
    pub pages: Vec<String>,
    /// Instagram accounts that are shared, too.
    pub instagram: Vec<String>,
    /// Datasets that the message names, by id.
    pub datasets: Vec<String>,
    /// The login configuration; `None`: the one for every channel.
    pub config_id: Option<String>,
    /// What the message calls it; `None`: what Meta would.
    pub event: Option<Outcome>,
}

/// What the opener of the popup would have got.
#[derive(Clone, Debug, Serialize)]
pub struct SignupResult {
    /// Good for 30 seconds, once, without a redirect URI.
    pub code: String,
    /// The text of the `WA_EMBEDDED_SIGNUP` message.
    pub message: String,
}

pub(crate) fn sign_up(state: &State, request: &SignupRequest) -> Result<SignupResult, String> {
    let world = state.world();
    let person = world
        .person(&request.person)
        .ok_or("there is no such person")?;
    let named = |it: &&Business| match &request.business {
        Some(name) => it.key == *name || it.id == *name,
        None => true,
    };
    let business = world
        .businesses_of(&person.id)
        .find(named)
        .ok_or("the person has no such business portfolio")?;
    let mut accounts = world
        .whatsapp_accounts
        .iter()
        .filter(|it| it.is_in(&business.id));
    let waba = match &request.waba {
        Some(name) => Some(
            accounts
                .find(|it| it.key == *name || it.id == *name)
                .ok_or("the portfolio has no such WhatsApp Business Account")?,
        ),
        None => accounts.next(),
    };
    let mut phones = waba.iter().flat_map(|it| &it.phone_numbers);
    let phone = match &request.phone {
        Some(id) => Some(
            phones
                .find(|it| it.id == *id)
                .ok_or("the account has no such number")?,
        ),
        None => phones.next(),
    };
    let page = |name: &String| {
        let page = world
            .page(name)
            .filter(|it| it.role(&person.id).is_some() && it.is_in(&business.id));
        page.map(|it| it.id.clone())
            .ok_or(format!("{name} is not a Page of this portfolio"))
    };
    let account = |name: &String| {
        let account = world
            .instagram(name)
            .filter(|it| it.business_id.as_ref() == Some(&business.id));
        account.map(|it| it.id.clone()).ok_or(format!(
            "{name} is not an Instagram account of this portfolio"
        ))
    };
    let configuration = request
        .config_id
        .as_deref()
        .unwrap_or(crate::configurations::SIGNUP);
    let chosen = Chosen {
        configuration: world
            .configuration(configuration)
            .filter(|it| it.signup)
            .ok_or("there is no such configuration for Embedded Signup")?,
        person,
        business,
        waba,
        phone,
        pages: request.pages.iter().map(page).collect::<Result<_, _>>()?,
        instagram: request
            .instagram
            .iter()
            .map(account)
            .collect::<Result<_, _>>()?,
        datasets: request.datasets.clone(),
    };
    let outcome = request.event.unwrap_or(Outcome::usual(waba, phone));
    Ok(SignupResult {
        message: chosen.message(outcome).to_string(),
        code: chosen.consent(state),
    })
}
