//! What a page loads, and how it is shown: one resource and one boundary for everything, whatever it holds.

use std::{marker::PhantomData, pin::Pin, sync::Arc};

use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};

use super::{ErrorNote, ErrorPage, Post, SkeletonRows};
use crate::{
    Error,
    wire::{Answer, answer, question, read},
};

type Raw = Resource<Option<Answer>>;
type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Something that a server function answers. Copied freely; loaded anew when what is asked changes.
pub struct Loaded<T> {
    raw: Raw,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

impl<T: DeserializeOwned + 'static> Loaded<T> {
    /// What `ask` asks.
    pub fn new<S>(ask: impl Fn() -> S + Send + Sync + 'static) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + DeserializeOwned + 'static,
        T: Serialize,
    {
        Self::maybe(move || Some(ask()))
    }

    /// What `ask` asks, and once more whenever `times` changes.
    pub fn anew<S>(times: Signal<usize>, ask: impl Fn() -> S + Send + Sync + 'static) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + DeserializeOwned + 'static,
        T: Serialize,
    {
        Self::built(times, move || Some(ask()))
    }

    /// What `ask` asks, and once more whenever one of the forms was answered.
    pub fn after<S, const N: usize>(
        posts: [Post; N],
        ask: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + DeserializeOwned + 'static,
        T: Serialize,
    {
        Self::anew(
            Signal::derive(move || posts.iter().map(|post| post.version().get()).sum()),
            ask,
        )
    }

    /// What `ask` asks while it asks something, and once more whenever the form was answered.
    pub fn maybe_after<S>(post: Post, ask: impl Fn() -> Option<S> + Send + Sync + 'static) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + DeserializeOwned + 'static,
        T: Serialize,
    {
        Self::built(post.version().into(), ask)
    }

    /// What `ask` asks, while it asks something.
    pub fn maybe<S>(ask: impl Fn() -> Option<S> + Send + Sync + 'static) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + DeserializeOwned + 'static,
        T: Serialize,
    {
        Self::built(Signal::stored(0), ask)
    }

    fn built<S>(times: Signal<usize>, ask: impl Fn() -> Option<S> + Send + Sync + 'static) -> Self
    where
        S: ServerFn<Output = T, Error = Error> + Serialize + DeserializeOwned + 'static,
        T: Serialize,
    {
        Self {
            raw: raw(
                Box::new(move || (times.get(), ask().as_ref().map(question))),
                |question| Box::pin(answer::<S>(question)),
            ),
            of: PhantomData,
        }
    }

    /// What is there now; none while nothing is.
    pub fn now(self) -> Option<Result<T, Error>> {
        self.raw
            .with(|answer| Some(parsed(answer.as_ref()?.as_ref()?)))
    }

    /// Loads it again.
    pub fn refetch(self) {
        self.raw.refetch();
    }

    /// Shows it, or what failed in place of the whole page. `rows` stand there until it comes.
    pub fn page(self, rows: usize, show: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        self.each(rows, move |answer| match answer {
            Some(Ok(value)) => show(value),
            Some(Err(error)) => self.failed_page(error),
            None => ().into_any(),
        })
    }

    /// Shows it, or what failed under `title`.
    pub fn part(
        self,
        rows: usize,
        title: &'static str,
        show: impl Fn(T) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        self.each(rows, move |answer| match answer {
            Some(Ok(value)) => show(value),
            Some(Err(error)) => self.failed(error, title),
            None => ().into_any(),
        })
    }

    /// Shows whatever comes: what was loaded, what failed, or that nothing was asked.
    pub fn each(
        self,
        rows: usize,
        show: impl Fn(Option<Result<T, Error>>) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        region(
            self.raw,
            rows,
            Arc::new(move |answer: Option<Answer>| show(answer.as_ref().map(parsed))),
        )
    }

    /// What failed under `title`, with a button that tries once more.
    pub fn failed(self, error: Error, title: &'static str) -> AnyView {
        note(self.raw, error, title)
    }

    /// What failed in place of the whole page, with a button that tries once more.
    pub fn failed_page(self, error: Error) -> AnyView {
        page(self.raw, error)
    }
}

fn parsed<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    match answer {
        Ok(json) => read(json),
        Err(error) => Err(error.clone()),
    }
}

/// How often it was asked, and what.
type Question = Box<dyn Fn() -> (usize, Option<String>) + Send + Sync>;

fn raw(question: Question, answer: fn(String) -> Answering) -> Raw {
    Resource::new(question, move |(_, question)| async move {
        Some(answer(question?).await)
    })
}

fn note(raw: Raw, error: Error, title: &'static str) -> AnyView {
    view! { <ErrorNote error title retry=move |()| raw.refetch()/> }.into_any()
}

fn page(raw: Raw, error: Error) -> AnyView {
    view! { <ErrorPage error retry=move |()| raw.refetch()/> }.into_any()
}

type Show = Arc<dyn Fn(Option<Answer>) -> AnyView + Send + Sync>;

fn region(raw: Raw, rows: usize, show: Show) -> AnyView {
    let waiting = move || (rows > 0).then(|| view! { <SkeletonRows rows/> }.into_any());
    view! {
        <Transition fallback=waiting>
            {move || {
                let show = show.clone();
                Suspend::new(async move { show(raw.await) })
            }}
        </Transition>
    }
    .into_any()
}
