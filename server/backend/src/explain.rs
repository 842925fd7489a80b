//! Explanations for people, in the language of whoever reads them.

use domain::{CauseKey, Language, console::Explanation};
use text::Text;

/// What an error means and whose turn it is.
pub(crate) fn explain(language: Language, key: CauseKey) -> Explanation {
    let advice = Text::new(language).cause(key.cause());
    Explanation {
        cause: advice.what.to_owned(),
        remedy: advice.next.to_owned(),
        actor: advice.turn.to_owned(),
    }
}
