//! Graph's error envelope.

use serde_json::{Value, json};

pub(crate) type Result<T, E = GraphError> = std::result::Result<T, E>;

/// What Graph says when it refuses.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GraphError {
    pub(crate) status: u16,
    pub(crate) code: i64,
    pub(crate) subcode: Option<u32>,
    pub(crate) message: String,
    pub(crate) title: Option<String>,
    pub(crate) user_message: Option<String>,
    pub(crate) is_transient: bool,
    /// The parameter at fault, told in `error_data`.
    pub(crate) blame: Option<&'static str>,
}

impl GraphError {
    pub(crate) fn new(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            subcode: None,
            message: message.into(),
            title: None,
            user_message: None,
            is_transient: false,
            blame: None,
        }
    }

    pub(crate) fn subcode(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    pub(crate) fn for_people(mut self, title: &str, message: &str) -> Self {
        self.title = Some(title.into());
        self.user_message = Some(message.into());
        self
    }

    /// A parameter is missing or malformed.
    pub(crate) fn parameter(message: impl std::fmt::Display) -> Self {
        Self::new(400, 100, format!("(#100) {message}"))
    }

    /// The object does not exist, or this token cannot see it: Graph does not tell which.
    pub(crate) fn no_object(method: &str, id: &str) -> Self {
        Self::new(
            400,
            100,
            format!(
                "Unsupported {} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
                 permissions, or does not support this operation",
                method.to_lowercase()
            ),
        )
        .subcode(33)
    }

    pub(crate) fn permission(message: &str) -> Self {
        Self::new(403, 200, format!("(#200) {message}"))
    }

    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::new(400, 2500, format!("Unknown path components: /{path}"))
    }

    pub(crate) fn no_token() -> Self {
        Self::new(
            400,
            2500,
            "An active access token must be used to query information about the current user.",
        )
    }

    pub(crate) fn dead_token(subcode: Option<u32>, message: impl Into<String>) -> Self {
        let error = Self::new(401, 190, message);
        Self { subcode, ..error }
    }

    pub(crate) fn envelope(&self, fbtrace_id: &str) -> Value {
        let mut error = json!({
            "message": self.message,
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": fbtrace_id,
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = subcode.into();
        }
        if self.subcode.is_some() || self.is_transient {
            error["is_transient"] = self.is_transient.into();
        }
        if let Some(title) = &self.title {
            error["error_user_title"] = title.as_str().into();
        }
        if let Some(message) = &self.user_message {
            error["error_user_msg"] = message.as_str().into();
        }
        if let Some(field) = self.blame {
            error["error_data"] = json!({ "blame_field_specs": [[field]] }).to_string().into();
        }
        json!({ "error": error })
    }
}
