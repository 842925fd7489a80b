//! A person at Meta's login dialog, as a program: reads the address, fills in the form, comes back with the answer.

use anyhow::{Context, bail};
use backend::{Backend, Callback, CallbackOutcome, LoginStart};
use sandbox::Sandbox;
use url::Url;

/// What the person ticks.
pub(crate) struct Answers<'a> {
    /// Key of who logs in.
    pub person: &'a str,
    /// Key of the business chosen.
    pub business: &'a str,
    /// Permissions left out.
    pub withheld: &'a [&'a str],
    /// Presses *Cancel* instead.
    pub cancels: bool,
}

/// Walks the dialog and hands the answer to the callback's use case.
pub(crate) async fn walk(
    backend: &Backend,
    meta: &Sandbox,
    login: LoginStart,
    answers: &Answers<'_>,
) -> anyhow::Result<CallbackOutcome> {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let mut form: Vec<(String, String)> = login.url.query_pairs().into_owned().collect();
    let asked: Vec<String> = form
        .iter()
        .find(|(name, _)| name == "scope")
        .map(|(_, scopes)| scopes.split([',', ' ']).map(str::to_owned).collect())
        .unwrap_or_default();
    form.push((
        "answer".into(),
        if answers.cancels {
            "cancel"
        } else {
            "continue"
        }
        .into(),
    ));
    form.push(("person".into(), answers.person.into()));
    form.push(("business".into(), answers.business.into()));
    let state = meta.state();
    let world = state.world();
    form.extend(world.pages.iter().map(|it| ("page".into(), it.id.clone())));
    form.extend(
        world
            .instagram_accounts
            .iter()
            .map(|it| ("instagram".into(), it.id.clone())),
    );
    form.extend(
        world
            .whatsapp_accounts
            .iter()
            .map(|it| ("waba".into(), it.id.clone())),
    );
    for scope in asked {
        if !answers.withheld.contains(&scope.as_str()) {
            form.push(("permission".into(), scope));
        }
    }
    let mut action = login.url.clone();
    action.set_query(None);
    let answer = http.post(action).form(&form).send().await?;
    let Some(location) = answer.headers().get(http::header::LOCATION) else {
        bail!(
            "the simulated Meta's dialog answered {} instead of a way back",
            answer.status()
        );
    };
    let location: Url = location
        .to_str()?
        .parse()
        .context("the way back is no address")?;
    let field = |name: &str| {
        location
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    Ok(backend
        .finish_facebook_login(Callback {
            state: field("state").unwrap_or_default().into(),
            code: field("code").map(Into::into),
            error: field("error"),
            error_reason: field("error_reason"),
            browser: Some(login.browser),
        })
        .await?)
}
