//! The browser's entry point: fetches the page's language and takes over what the server has drawn. Empty unless
//! compiled to WebAssembly.
#![cfg(target_family = "wasm")]

use app::{App, Preferences, Theme};
use leptos::prelude::provide_context;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Response, Window};

/// Room in the read-only data. Splitting lays the data of each group of pages out anew, which takes a few bytes for
/// alignment; where the whole does not fit into what there was, everything stays in the part that all pages load. Nothing
/// refers to this, so it is itself left out.
#[used]
static ROOM: [u8; 4096] = [b'.'; 4096];

/// Called by the script that the server puts into every page.
#[wasm_bindgen]
pub async fn hydrate() -> Result<(), JsValue> {
    console_error_panic_hook::set_once();
    let window = web_sys::window().ok_or("no window")?;
    let document = window.document().ok_or("no document")?;
    let sentences = sentences(&window, &document).await?;
    text::install(&sentences).map_err(|error| JsValue::from(error.to_string()))?;
    let preferences = preferences(&document);
    leptos::mount::hydrate_lazy(move || {
        provide_context(preferences);
        App()
    });
    Ok(())
}

/// Fetches what the page preloads.
async fn sentences(window: &Window, document: &Document) -> Result<String, JsValue> {
    let link = document
        .get_element_by_id("text")
        .ok_or("the page names no text")?;
    let url = link.get_attribute("href").ok_or("the page names no text")?;
    let response: Response = JsFuture::from(window.fetch_with_str(&url))
        .await?
        .dyn_into()?;
    let sentences = JsFuture::from(response.text()?).await?;
    sentences
        .as_string()
        .ok_or_else(|| "the text is none".into())
}

/// What the server wrote into the document.
fn preferences(document: &Document) -> Preferences {
    let attribute = |name| {
        document
            .document_element()
            .and_then(|html| html.get_attribute(name))
    };
    Preferences {
        language: attribute("lang")
            .and_then(|lang| lang.parse().ok())
            .unwrap_or(Preferences::default().language),
        theme: attribute("data-theme").and_then(|theme| Theme::from_attribute(&theme)),
    }
}
