//! Meta's window as the browser opens it: the script is loaded, told who we are, and asked for a code on a click.
//!
//! The code and the window's message come in any order, and each is handed to the server when it comes. Nothing is
//! decided here but what the person sees meanwhile.

use domain::console::SignupWindow;
use leptos::prelude::*;

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_family = "wasm"),
    expect(dead_code, reason = "on the server nothing goes on")
)]
pub enum Stage {
    /// Meta's script is on its way.
    Loading,
    /// A click will open the window.
    Ready,
    /// The window is open.
    Open,
    /// The server is looking at what came.
    Checking,
    /// The code came, and the server could not be reached in time.
    Lost,
}

/// The window of one attempt. Copied freely.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(target_family = "wasm"),
    expect(dead_code, reason = "the server opens no windows")
)]
pub struct Window {
    config: StoredValue<SignupWindow>,
    /// Where what comes is handed in.
    report: StoredValue<String>,
    /// The page of the attempt, which shows what came of it.
    attempt: StoredValue<String>,
    stage: RwSignal<Stage>,
    /// The window has said how it ended.
    told: StoredValue<bool>,
    /// What hears its messages.
    listener: StoredValue<Option<WindowListenerHandle>>,
}

impl Window {
    /// The window of an attempt, not yet prepared.
    pub fn new(config: SignupWindow, report: String, attempt: String) -> Self {
        Self {
            config: StoredValue::new(config),
            report: StoredValue::new(report),
            attempt: StoredValue::new(attempt),
            stage: RwSignal::new(Stage::Loading),
            told: StoredValue::new(false),
            listener: StoredValue::new(None),
        }
    }

    /// What is going on.
    pub fn stage(self) -> ReadSignal<Stage> {
        self.stage.read_only()
    }

    /// Stops listening.
    pub fn forget(self) {
        let listener = self.listener.try_update_value(Option::take);
        if let Some(listener) = listener.flatten() {
            listener.remove();
        }
    }
}

#[cfg(not(target_family = "wasm"))]
impl Window {
    pub fn prepare(self) {}

    pub fn open(self) {}
}

#[cfg(target_family = "wasm")]
mod browser {
    use std::{cell::Cell, rc::Rc, time::Duration};

    use domain::{SignupOutcome, is_metas_origin};
    use js_sys::{Function, Object, Reflect};
    use leptos::{ev, task::spawn_local};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};

    use super::*;
    use crate::{Error, address::escape, wire};

    /// Longer than any network that still works takes.
    const LOADING: Duration = Duration::from_secs(15);
    /// How long what the window says on the side is waited for, once the SDK has answered.
    const MESSAGE: Duration = Duration::from_millis(1_500);
    /// What every message of the window has in it, and hardly one of the SDK's own.
    const MARK: &str = "WA_EMBEDDED_SIGNUP";

    impl Window {
        /// Loads Meta's script, and listens.
        pub fn prepare(self) {
            let listener = window_event_listener(ev::message, move |event| self.hear(&event));
            self.listener.set_value(Some(listener));
            if self.load().is_err() {
                self.end(SignupOutcome::SdkNotLoaded);
            }
            set_timeout(
                move || {
                    if self.stage.try_get_untracked() == Some(Stage::Loading) {
                        self.end(SignupOutcome::SdkNotLoaded);
                    }
                },
                LOADING,
            );
        }

        fn load(self) -> Result<(), JsValue> {
            let window = window();
            // Meta's script calls this when all of it is there.
            let ready = Closure::once_into_js(move || match self.init() {
                Ok(()) => self.stage.set(Stage::Ready),
                Err(_) => self.end(SignupOutcome::SdkNotLoaded),
            });
            Reflect::set(&window, &"fbAsyncInit".into(), &ready)?;
            let script = document().create_element("script")?;
            let failed = Closure::once_into_js(move || self.end(SignupOutcome::SdkNotLoaded));
            script.add_event_listener_with_callback("error", failed.unchecked_ref())?;
            let url = self.config.with_value(|config| config.sdk_url.clone());
            script.set_attribute("src", &url)?;
            document().body().ok_or("no body")?.append_child(&script)?;
            Ok(())
        }

        fn init(self) -> Result<(), JsValue> {
            let config = self.config.get_value();
            let settings = object(&[
                ("appId", config.app_id.into()),
                ("autoLogAppEvents", true.into()),
                ("xfbml", true.into()),
                ("version", config.version.into()),
            ])?;
            call("init", &[settings])
        }

        /// Opens the window. Only within a click: browsers let no page open one by itself.
        pub fn open(self) {
            self.stage.set(Stage::Open);
            self.told.set_value(false);
            match self.log_in() {
                Ok(false) => {}
                Ok(true) => self.end(SignupOutcome::PopupBlocked),
                Err(_) => self.end(SignupOutcome::SdkNotLoaded),
            }
        }

        /// Asks the SDK for a code. True when the browser let no window open: the SDK itself does not tell that from a
        /// window that was closed, so its call is watched.
        fn log_in(self) -> Result<bool, JsValue> {
            // A plain function: the SDK refuses an `async` one.
            let done = Closure::once_into_js(move |answer: JsValue| self.answered(&answer));
            let config_id = self.config.with_value(|config| config.config_id.clone());
            let options = object(&[
                ("config_id", config_id.into()),
                ("response_type", "code".into()),
                ("override_default_response_type", true.into()),
                ("extras", Object::new().into()),
            ])?;
            let window = window();
            let open: Function = Reflect::get(&window, &"open".into())?.dyn_into()?;
            let blocked = Rc::new(Cell::new(false));
            let watch = {
                let (blocked, open, window) = (blocked.clone(), open.clone(), window.clone());
                Closure::<dyn Fn(JsValue, JsValue, JsValue) -> JsValue>::new(
                    move |url, name, features| {
                        let opened = open
                            .call3(&window, &url, &name, &features)
                            .unwrap_or(JsValue::NULL);
                        blocked.set(opened.is_null());
                        opened
                    },
                )
            };
            Reflect::set(&window, &"open".into(), watch.as_ref())?;
            let called = call("login", &[done, options]);
            Reflect::set(&window, &"open".into(), &open)?;
            called.map(|()| blocked.get())
        }

        /// The SDK has answered: with a code, or with nothing.
        fn answered(self, answer: &JsValue) {
            if self.stage.try_get_untracked() != Some(Stage::Open) {
                return;
            }
            let code = Reflect::get(answer, &"authResponse".into())
                .and_then(|response| Reflect::get(&response, &"code".into()))
                .ok()
                .and_then(|code| code.as_string())
                .filter(|code| !code.is_empty());
            self.stage.set(Stage::Checking);
            match code {
                Some(code) => self.hand_in(code),
                None if self.told.get_value() => self.end(SignupOutcome::NoCode),
                // Why, the window may be about to say.
                None => set_timeout(move || self.end(SignupOutcome::NoCode), MESSAGE),
            }
        }

        /// The code lives for 30 seconds, so a network that fails is tried once more and not longer.
        fn hand_in(self, code: String) {
            spawn_local(async move {
                let form = format!("code={}", escape(&code));
                let mut answer = self.post(form.clone()).await;
                if matches!(answer, Err(Error::Unreachable)) {
                    answer = self.post(form).await;
                }
                match answer {
                    Err(Error::Unreachable) => {
                        self.stage.try_set(Stage::Lost);
                    }
                    _ if self.told.try_get_value() == Some(false) => {
                        set_timeout(move || self.leave(), MESSAGE);
                    }
                    _ => self.leave(),
                }
            });
        }

        /// A message of any page that holds ours: Meta's are handed in as they are.
        fn hear(self, event: &web_sys::MessageEvent) {
            let Some(message) = event.data().as_string().filter(|it| it.contains(MARK)) else {
                return;
            };
            let origin = event.origin();
            let is_metas = self
                .config
                .with_value(|config| is_metas_origin(&origin, Some(&config.also_origin)));
            if is_metas {
                self.told.set_value(true);
                spawn_local(async move {
                    let form = format!("message={}", escape(&message));
                    // It only says more of what the server finds out by itself.
                    self.post(form).await.ok();
                });
            }
        }

        /// There is no code: the attempt's page says why, and offers the way round the window.
        fn end(self, outcome: SignupOutcome) {
            self.stage.try_set(Stage::Checking);
            spawn_local(async move {
                self.post(format!("outcome={outcome}")).await.ok();
                self.leave();
            });
        }

        async fn post(self, form: String) -> wire::Answer {
            let path = self.report.try_get_value().unwrap_or_default();
            wire::post(&path, form).await
        }

        /// To the attempt's page, as a new document: Meta's script stays behind.
        fn leave(self) {
            if let Some(page) = self.attempt.try_get_value() {
                window().location().replace(&page).ok();
            }
        }
    }

    fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
        let object = Object::new();
        for (name, value) in fields {
            Reflect::set(&object, &(*name).into(), value)?;
        }
        Ok(object.into())
    }

    /// Calls a function of Meta's `FB`.
    fn call(name: &str, arguments: &[JsValue]) -> Result<(), JsValue> {
        let sdk = Reflect::get(&window(), &"FB".into())?;
        let function: Function = Reflect::get(&sdk, &name.into())?.dyn_into()?;
        function.apply(&sdk, &arguments.iter().collect())?;
        Ok(())
    }
}
