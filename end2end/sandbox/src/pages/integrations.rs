//! What a person sees under *Business integrations* of their profile, and a business under *Connected apps*: whom the
//! app may act for, and how to end it.

use super::{Said, back, said};
use crate::{
    controls,
    html::{escape, page},
    state::State,
    tokens::system_user,
    webhooks::{CalledBack, Leaving},
};
use axum::{
    Router,
    extract::{self, Path, Query},
    http::StatusCode,
    middleware,
    response::{Redirect, Response},
    routing::{get, post},
};

const PATH: &str = "/integrations";

pub(super) fn router(state: &State) -> Router<State> {
    let end = Router::new()
        .route("/integrations/people/{person}/remove", post(remove))
        .route("/integrations/people/{person}/delete", post(delete))
        .route(
            "/integrations/businesses/{business}/remove",
            post(disconnect),
        )
        .layer(middleware::from_fn_with_state(
            state.clone(),
            controls::guard,
        ));
    Router::new().route(PATH, get(list)).merge(end)
}

async fn list(extract::State(state): extract::State<State>, Query(query): Query<Said>) -> Response {
    let world = state.world();
    let holds = |holder: &str| state.peek().grants.contains_key(holder);
    let button = |action: &str, label: &str| {
        format!("<form method=\"post\" action=\"{PATH}/{action}\"><button>{label}</button></form>")
    };
    let people: String = state
        .people()
        .map(|it| {
            let remove = if holds(&it.id) {
                button(
                    &format!("people/{}/remove", it.key),
                    &format!("Remove Patchbay of {}", escape(&it.name)),
                )
            } else {
                "not connected".into()
            };
            let delete = button(
                &format!("people/{}/delete", it.key),
                &format!("Delete what Patchbay knows of {}", escape(&it.name)),
            );
            format!(
                "<tr><th scope=\"row\">{}</th><td>{remove}</td><td>{delete}</td></tr>",
                escape(&it.name)
            )
        })
        .collect();
    let businesses: String = world
        .businesses
        .iter()
        .filter(|it| holds(&system_user(&it.id)))
        .map(|it| {
            let remove = button(
                &format!("businesses/{}/remove", it.key),
                &format!("Remove Patchbay of {}", escape(&it.name)),
            );
            format!(
                "<tr><th scope=\"row\">{}</th><td>{remove}</td></tr>",
                escape(&it.name)
            )
        })
        .collect();
    let table = |label: &str, rows: &str| {
        if rows.is_empty() {
            return "<p>None.</p>".to_owned();
        }
        format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table><tbody>{rows}</tbody></table></div>"
        )
    };
    let main = format!(
        "{}<p><a href=\"/\">Simulated Meta</a></p><h2>Connected apps of businesses</h2>{}<h2>Business integrations of people</h2>{}",
        said(query),
        table("Connected apps of businesses", &businesses),
        table("Business integrations of people", &people),
    );
    page(StatusCode::OK, "Business integrations", "", &main)
}

/// What the app's callback did, in words.
fn told(called: &CalledBack) -> String {
    match called.status {
        None => "The app was not told: no callback is set, or nobody answered.".into(),
        Some(status) => {
            let answer = called.answer.as_ref();
            let url = answer.and_then(|it| it["url"].as_str()).unwrap_or_default();
            format!("The app was told and answered {status}. {url}")
        }
    }
}

async fn remove(
    extract::State(state): extract::State<State>,
    Path(person): Path<String>,
) -> Redirect {
    leave(&state, &person, Leaving::Deauthorize, "Removed.").await
}

async fn delete(
    extract::State(state): extract::State<State>,
    Path(person): Path<String>,
) -> Redirect {
    leave(&state, &person, Leaving::DeleteData, "Asked for.").await
}

async fn leave(state: &State, person: &str, leaving: Leaving, done: &str) -> Redirect {
    match state.leave(person, leaving).await {
        Ok(called) => back(PATH, &format!("{done} {}", told(&called))),
        Err(why) => back(PATH, &format!("Nothing was done: {why}.")),
    }
}

async fn disconnect(
    extract::State(state): extract::State<State>,
    Path(business): Path<String>,
) -> Redirect {
    match state.disconnect_business(&business).await {
        Ok(wabas) => back(
            PATH,
            &format!("Removed, with {} WhatsApp Business Accounts.", wabas.len()),
        ),
        Err(why) => back(PATH, &format!("Nothing was done: {why}.")),
    }
}
