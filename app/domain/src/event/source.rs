//! How an event came to Patchbay.

use crate::text_enum::text_enum;

text_enum! {
    /// How an event came to Patchbay.
    EventSource {
        /// By hand, from the test studio.
        Studio = "studio",
        /// In the shape of Meta's own endpoint.
        Ingest = "ingest",
        /// By the native API.
        Api = "api",
        /// In a file.
        Csv = "csv",
        /// Meta saw it in a conversation.
        Automatic = "automatic",
    }
}
