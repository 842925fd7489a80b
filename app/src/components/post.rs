//! Forms that change something. Without JavaScript the browser sends them; with it we do, and stay on the page.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use crate::{Error, wire::Answer};

/// What a form was answered that the browser sent by itself, because it has no JavaScript or the page had not come alive
/// yet. The shell provides it and writes it into the document, where the page finds it when it comes alive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CameBack {
    /// Where the form went.
    pub path: String,
    /// What came back.
    pub answer: Answer,
}

impl CameBack {
    /// The name of its `<meta>`.
    pub const META: &str = "came-back";
}

/// A form on its way to a server function, and what came back. Copied freely.
#[derive(Clone, Copy)]
pub struct Post {
    path: &'static str,
    answer: RwSignal<Option<Answer>>,
    under_way: RwSignal<usize>,
    version: RwSignal<usize>,
}

impl Post {
    /// A form for `S`. When the browser has just sent it by itself, what came back is its answer.
    pub fn to<S: ServerFn<Error = Error>>() -> Self {
        Self::at(S::PATH)
    }

    fn at(path: &'static str) -> Self {
        Self {
            path,
            answer: RwSignal::new(came_back(path)),
            under_way: RwSignal::new(0),
            version: RwSignal::new(0),
        }
    }

    /// The last answer.
    pub fn answer(self) -> ReadSignal<Option<Answer>> {
        self.answer.read_only()
    }

    /// Whether an answer is awaited.
    pub fn pending(self) -> Signal<bool> {
        Signal::derive(move || self.under_way.get() > 0)
    }

    /// How many answers came.
    pub fn version(self) -> ReadSignal<usize> {
        self.version.read_only()
    }

    /// Forgets the last answer.
    pub fn clear(self) {
        self.answer.set(None);
    }

    #[cfg(target_family = "wasm")]
    fn send(self, event: &SubmitEvent) {
        use leptos::{
            form::form_data_from_event, server_fn::error::ServerFnErrorErr, task::spawn_local,
        };

        let form = form_data_from_event(event)
            .ok()
            .and_then(|form| web_sys::UrlSearchParams::new_with_str_sequence_sequence(&form).ok())
            .and_then(|form| form.to_string().as_string());
        let done = move |answer| {
            // The page may have gone meanwhile.
            self.version.try_update(|version| *version += 1);
            self.answer.try_set(Some(answer));
        };
        let Some(form) = form else {
            return done(Err(ServerFnErrorErr::Serialization(String::new()).into()));
        };
        self.under_way.update(|count| *count += 1);
        spawn_local(async move {
            let answer = crate::wire::post(self.path, form).await;
            self.under_way.try_update(|count| *count -= 1);
            done(answer);
        });
    }

    #[cfg(not(target_family = "wasm"))]
    fn send(self, _event: &SubmitEvent) {}
}

#[cfg(not(target_family = "wasm"))]
fn came_back(path: &str) -> Option<Answer> {
    let came_back = use_context::<CameBack>()?;
    (came_back.path == path).then_some(came_back.answer)
}

/// A page that comes alive has to begin as the server drew it; one that is drawn here has sent nothing yet.
#[cfg(target_family = "wasm")]
fn came_back(path: &str) -> Option<Answer> {
    let shared = Owner::current_shared_context()?;
    if !shared.during_hydration() {
        return None;
    }
    let meta = format!("meta[name={}]", CameBack::META);
    let json = document()
        .query_selector(&meta)
        .ok()??
        .get_attribute("content")?;
    let came_back: CameBack = crate::lean::read(&json).ok()?;
    (came_back.path == path).then_some(came_back.answer)
}

/// The form of a [`Post`].
#[component]
pub fn PostForm(
    /// Where it goes.
    to: Post,
    /// Fields and a button.
    children: Children,
) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        if !event.default_prevented() {
            event.prevent_default();
            to.send(&event);
        }
    };
    view! {
        <form action=to.path method="post" on:submit=submit>
            {children()}
        </form>
    }
}

/// The failure of the last time the form was sent; none while it is under way again.
pub fn failure_of(post: Post) -> Signal<Option<Error>> {
    Signal::derive(move || {
        if post.under_way.get() > 0 {
            None
        } else {
            post.answer
                .with(|answer| answer.as_ref()?.as_ref().err().cloned())
        }
    })
}
