//! Where webhooks are handed on to, and how each address fares.

use domain::console::{RelayTarget, RelayTargets, RelayTested};
use leptos::prelude::*;

use super::account::done;
use crate::{
    api::relay::{AddRelayTarget, LoadRelayTargets, RemoveRelayTarget, TestRelayTarget},
    components::{
        Alert, Confirm, Crumb, Empty, Fact, Facts, Field, FormError, Icon, Loaded, PageHead, Post,
        PostForm, Submit, Time, Tone, failure_of, form_card,
    },
    preferences::text,
    wire::read,
};

/// A card for each address, and a form for one more.
#[component]
pub fn RelayPage() -> impl IntoView {
    let text = text();
    let (add, remove, test) = (
        Post::to::<AddRelayTarget>(),
        Post::to::<RemoveRelayTarget>(),
        Post::to::<TestRelayTarget>(),
    );
    let loaded = Loaded::after([add, remove, test], || LoadRelayTargets {});
    let failure = failure_of(add);
    let fields = view! {
        <Field name="relay_url" label=text.relay_url() hint=text.relay_url_hint() kind="url" mono=true failure/>
        <div>
            <Submit label=text.relay_add() pending=add.pending()/>
            {done(add, text.relay_added())}
        </div>
    };
    view! {
        <PageHead
            title=text.relay_title()
            lead=text.relay_lead()
            crumbs=vec![Crumb::new("/settings", text.words_settings())]
        />
        <div class="max-w-3xl space-y-6">
            <p class="text-muted">{text.relay_how()}</p>
            <FormError failure=failure_of(remove)/>
            <FormError failure=failure_of(test)/>
            {tested(test)}
            {loaded.part(3, text.relay_title(), move |shown| targets(shown, remove, test))}
            <section class="space-y-3">
                <h2 class="text-lg font-semibold">{text.relay_new()}</h2>
                {form_card(add, fields.into_any())}
            </section>
        </div>
    }
}

fn tested(test: Post) -> impl IntoView {
    move || {
        let answer = test.answer().get()?.ok()?;
        let tested: RelayTested = read(&answer).ok()?;
        let tone = if tested.is_taken {
            Tone::Success
        } else {
            Tone::Error
        };
        let view = view! { <div role="status"><Alert tone><p>{tested.answer}</p></Alert></div> };
        Some(view.into_any())
    }
}

fn targets(shown: RelayTargets, remove: Post, test: Post) -> AnyView {
    let text = text();
    if shown.targets.is_empty() {
        return view! { <Empty icon=Icon::Send title=text.relay_none_title() what=text.relay_none()/> }
            .into_any();
    }
    let now_ms = shown.now_ms;
    shown
        .targets
        .into_iter()
        .map(|target| card(target, now_ms, remove, test))
        .collect_view()
        .into_any()
}

fn card(target: RelayTarget, now_ms: i64, remove: Post, test: Post) -> AnyView {
    let text = text();
    let standing = match (target.failing_since, target.taken) {
        (Some(since), _) => view! {
            <span class="text-error">{Icon::CircleAlert.view()}</span>
            <span>{text.relay_failing()}</span>
            <Time moment=since now_ms/>
        }
        .into_any(),
        (None, Some(_)) => view! {
            <span class="text-success">{Icon::CheckCircle.view()}</span>
            <span>{text.relay_well()}</span>
        }
        .into_any(),
        (None, None) => view! {
            <span class="text-muted">{Icon::CircleDashed.view()}</span>
            <span>{text.relay_fresh()}</span>
        }
        .into_any(),
    };
    let taken = match target.taken {
        Some(taken) => view! { <Time moment=taken now_ms/> }.into_any(),
        None => text.relay_never().into_any(),
    };
    let what = match target.waiting {
        0 => text.relay_remove_idle().to_owned(),
        waiting => text.relay_remove_what(waiting),
    };
    let (id, again) = (target.id.to_string(), target.id.to_string());
    view! {
        <section class="card bg-base-100">
            <div class="card-body gap-4 p-5">
                <h2 class="break-all font-mono text-base font-semibold">{target.url.clone()}</h2>
                <p class="flex flex-wrap items-center gap-2">{standing}</p>
                <Facts>
                    <Fact name=text.relay_last_taken()>{taken}</Fact>
                    <Fact name=text.relay_waiting()>{target.waiting.to_string()}</Fact>
                    <Fact name=text.relay_given_up()>{target.given_up.to_string()}</Fact>
                    {(!target.answer.is_empty()).then(|| view! {
                        <Fact name=text.relay_answer()>{target.answer.clone()}</Fact>
                    }.into_any())}
                </Facts>
                <div class="flex flex-wrap items-start gap-3">
                    <PostForm to=test>
                        <input type="hidden" name="target" value=again/>
                        <button class="btn btn-sm" type="submit" disabled=test.pending() aria-label=text.relay_test_of(&target.url)>
                            {Icon::Send.view()} {text.relay_test()}
                        </button>
                    </PostForm>
                    <Confirm label=text.relay_remove() title=text.relay_remove_question() what>
                        <PostForm to=remove>
                            <input type="hidden" name="target" value=id/>
                            <Submit label=text.relay_remove() pending=remove.pending() class="btn btn-sm btn-error"/>
                        </PostForm>
                    </Confirm>
                </div>
            </div>
        </section>
    }
    .into_any()
}
