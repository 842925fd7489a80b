//! Signing in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::session::{SignIn, SignInForm},
    components::{
        Field, FormError, Icon, Post, PostForm, Submit, document_title, failure_of, typed,
    },
    frame::Switches,
    preferences::text,
};

/// Email and password, and where to go afterwards.
#[component]
pub fn SignInPage() -> impl IntoView {
    let text = text();
    let sign_in = Post::to::<SignIn>();
    let failure = failure_of(sign_in);
    let form = typed(SignInForm::default);
    let query = use_query_map();
    let return_to = move || query.with(|query| query.get("return_to").unwrap_or_default());

    view! {
        <Title text=document_title(text.words_sign_in())/>
        <main class="flex min-h-dvh flex-col items-center justify-center gap-6 px-4 py-10" id="main">
            <div class="flex items-center gap-2 text-lg font-semibold">
                <span class="text-primary">{Icon::Plug.sized("size-6")}</span>
                {text.words_product()}
            </div>
            <section class="card w-full max-w-md bg-base-100">
                <div class="card-body gap-5 p-6 text-base sm:p-8">
                    <div class="space-y-1">
                        <h1 class="text-2xl font-semibold">{text.sign_in_title()}</h1>
                        <p class="text-muted">{text.sign_in_lead()}</p>
                    </div>
                    // The answers of the browser would come in its own language.
                    <PostForm to=sign_in attr:novalidate="">
                        <div class="space-y-5">
                            <FormError failure/>
                            <input type="hidden" name="return_to" value=return_to/>
                            <Field
                                name="email"
                                label=text.words_email()
                                kind="email"
                                autocomplete="username"
                                value=form.email
                                failure
                            />
                            <Field
                                name="password"
                                label=text.words_password()
                                kind="password"
                                autocomplete="current-password"
                                hint=text.sign_in_forgotten()
                                failure
                            />
                            <Submit label=text.words_sign_in() pending=sign_in.pending() class="btn btn-primary w-full"/>
                        </div>
                    </PostForm>
                </div>
            </section>
            <div class="w-full max-w-xs"><Switches/></div>
        </main>
    }
}
