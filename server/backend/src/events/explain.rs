//! Why an event or a request is where it is, in the reader's language.

use domain::{
    Actor, CauseKey, Doubt, EventState, Language,
    console::{AttemptOutcome, Explanation},
};
use text::Text;

/// Explains what is kept on an event or an attempt; none where it says nothing.
fn of_cause(language: Language, cause: Option<&str>) -> Option<Explanation> {
    let cause = cause?;
    if let Ok(key) = cause.parse::<CauseKey>() {
        return Some(crate::explain::explain(language, key));
    }
    let text = Text::new(language);
    cause.parse::<Doubt>().ok().map(|doubt| Explanation {
        cause: text.doubt(doubt).to_owned(),
        remedy: text.delivery_unconfirmed_next().to_owned(),
        actor: text.actor(Actor::Partner).to_owned(),
    })
}

/// Why an event is not delivered yet or never will be.
pub(super) fn of_event(
    language: Language,
    state: EventState,
    cause: Option<&str>,
) -> Option<Explanation> {
    let text = Text::new(language);
    let own = |what: &str, next: &str, actor| {
        Some(Explanation {
            cause: what.to_owned(),
            remedy: next.to_owned(),
            actor: text.actor(actor).to_owned(),
        })
    };
    match state {
        EventState::Delivered | EventState::Sending => None,
        EventState::DeliveredWithWarning => own(
            text.state_meaning(state),
            text.delivery_warning_next(),
            Actor::Sender,
        ),
        EventState::Expired => own(
            text.state_meaning(state),
            text.delivery_expired_next(),
            Actor::Sender,
        ),
        EventState::Retrying if cause.is_none() => not_connected(text),
        _ => of_cause(language, cause),
    }
}

/// What an answer, or its absence, means.
pub(super) fn of_attempt(
    language: Language,
    outcome: AttemptOutcome,
    cause: Option<&str>,
) -> Option<Explanation> {
    let text = Text::new(language);
    match outcome {
        AttemptOutcome::Delivered => None,
        AttemptOutcome::DeliveredWithWarning => {
            of_event(language, EventState::DeliveredWithWarning, None)
        }
        AttemptOutcome::NotConnected => not_connected(text),
        _ => of_cause(language, cause),
    }
}

fn not_connected(text: Text) -> Option<Explanation> {
    Some(Explanation {
        cause: text.delivery_not_connected_what().to_owned(),
        remedy: text.delivery_not_connected_next().to_owned(),
        actor: text.actor(Actor::Meta).to_owned(),
    })
}
