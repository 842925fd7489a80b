//! The head of the document that describes the API; its operations stand beside their code.

use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// What is said of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Patchbay",
        description = "Send conversion events of business messaging, and read what became of them."
    ),
    tags(
        (name = "meta", description = "In the shape of Meta's own endpoint: Meta's SDKs work with it"),
        (name = "native", description = "By business data alone: Patchbay knows who wrote")
    ),
    security(("api_key" = [])),
    modifiers(&ApiKeys)
)]
pub(super) struct Document;

struct ApiKeys;

impl Modify for ApiKeys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key of Patchbay's, made in the console"))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("api_key", SecurityScheme::Http(scheme));
    }
}
