//! What the parts of the studio share: the form as it is typed, and what the rules say about it.

use domain::{
    Field,
    console::{
        ContactChoice, DatasetTestCode, Studio, StudioAnswer, StudioConnection, StudioEvent,
    },
};
use leptos::prelude::*;
use text::Text;

use super::check::{Checked, check, shows};
use crate::{
    Error,
    components::{Post, failure_of},
    pages::follow::hydrated,
    preferences::text,
    wire::read,
};

/// Picks one text of the form.
pub type Pick = fn(&mut StudioEvent) -> &mut String;

/// The form of the studio. Copied freely.
#[derive(Clone, Copy)]
pub struct Bench {
    /// What can be sent.
    pub studio: StoredValue<Studio>,
    /// Where it goes.
    pub connection: Memo<StudioConnection>,
    /// What is typed.
    pub form: RwSignal<StudioEvent>,
    /// What the rules say about it.
    pub checked: Memo<Checked>,
    /// Sends it.
    pub send: Post,
    /// Whether JavaScript is there.
    pub alive: Signal<bool>,
    /// Why it could not be sent.
    pub failure: Signal<Option<Error>>,
    touched: RwSignal<Vec<Field>>,
    was_kept: bool,
    seconds: RwSignal<i64>,
    loaded_at: StoredValue<Option<f64>>,
}

impl Bench {
    /// A form that goes to `connection` and starts with `form`; `was_kept` when it came back with faults.
    pub fn new(
        studio: Studio,
        connection: Memo<StudioConnection>,
        form: StudioEvent,
        was_kept: bool,
        send: Post,
    ) -> Self {
        let seconds = RwSignal::new(studio.now.ms / 1000);
        let loaded_at = StoredValue::new(None);
        Effect::new(move || loaded_at.set_value(Some(web_sys::js_sys::Date::now())));
        let form = RwSignal::new(form);
        let studio = StoredValue::new(studio);
        let checked = Memo::new(move |_| {
            studio.with_value(|studio| {
                form.with(|form| check(form, studio, &connection.get(), seconds.get()))
            })
        });
        Self {
            studio,
            connection,
            form,
            checked,
            send,
            alive: hydrated(),
            failure: failure_of(send),
            touched: RwSignal::new(Vec::new()),
            was_kept,
            seconds,
            loaded_at,
        }
    }

    /// Those who wrote to the connection's asset.
    pub fn contacts(self) -> Vec<ContactChoice> {
        let connection = self.connection.with(|connection| connection.id);
        self.studio.with_value(|studio| {
            studio
                .contacts
                .iter()
                .filter(|contact| contact.connection_id == connection)
                .cloned()
                .collect()
        })
    }

    /// The test codes of the connection's dataset.
    pub fn test_codes(self) -> Vec<DatasetTestCode> {
        let dataset = self
            .connection
            .with(|connection| connection.dataset_meta_id.clone());
        self.studio.with_value(|studio| {
            let codes = studio.test_codes.iter();
            codes
                .filter(|code| code.dataset_meta_id == dataset)
                .cloned()
                .collect()
        })
    }

    /// Takes what was typed. It is checked at the moment of typing, by the server's clock.
    pub fn take(self, field: Field, pick: Pick, typed: String) {
        if let Some(loaded_at) = self.loaded_at.get_value() {
            // A page lies open for hours at most, far from where seconds lose their precision.
            let passed = (web_sys::js_sys::Date::now() - loaded_at) as i64;
            self.seconds
                .set((self.studio.with_value(|studio| studio.now.ms) + passed) / 1000);
        }
        self.form.update(|form| *pick(form) = typed);
        self.touched.update(|touched| {
            if !touched.contains(&field) {
                touched.push(field);
            }
        });
    }

    /// What is in a field at first.
    pub fn initial(self, pick: Pick) -> String {
        self.form
            .with_untracked(|form| pick(&mut form.clone()).clone())
    }

    /// Whether the field is there for the chosen event. Without JavaScript all are.
    pub fn shows(self, field: Field) -> bool {
        !self.alive.get() || self.form.with(|form| shows(form, field))
    }

    /// What to say beside a field, and whether it stops the event: once somebody was there, or tried to send.
    pub fn complaint(self, field: Field, name: &'static str) -> Signal<Option<(bool, String)>> {
        let text = text();
        Signal::derive(move || {
            let is_due = self.was_kept
                || self.touched.with(|touched| touched.contains(&field))
                || self.send.version().get() > 0;
            let live = is_due
                .then(|| self.checked.with(|checked| said(checked, field, text)))
                .flatten();
            live.or_else(|| {
                self.failure
                    .with(|failure| Some((true, failure.as_ref()?.beside(name, text)?)))
            })
        })
    }

    /// What became of the form that was sent last.
    pub fn answer(self) -> Option<StudioAnswer> {
        self.send
            .answer()
            .with(|answer| read(answer.as_ref()?.as_ref().ok()?).ok())
    }

    /// Whether this very form has been sent.
    pub fn is_sent(self) -> bool {
        let draft = self.form.with(|form| form.draft_id.clone());
        matches!(self.answer(), Some(StudioAnswer::Accepted(event)) if event.to_string() == draft)
    }

    /// Whether the event will count as live.
    pub fn is_live(self) -> bool {
        self.form.with(|form| form.test_code.trim().is_empty())
    }
}

/// The gravest thing to say about a field.
fn said(checked: &Checked, field: Field, text: Text) -> Option<(bool, String)> {
    if let Some(fault) = checked.unreadable.iter().find(|fault| fault.field == field) {
        return Some((true, text.why(fault.why)));
    }
    let of_field = || {
        checked
            .problems
            .iter()
            .filter(|problem| problem.field == field)
    };
    let problem = of_field()
        .find(|problem| problem.is_error())
        .or_else(|| of_field().next())?;
    Some((problem.is_error(), text.problem(*problem)))
}
