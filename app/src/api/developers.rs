//! How the API is used: its own description, as the page for programmers shows it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The API's description (OpenAPI, as JSON). Provided by the edge to every page and server function.
#[derive(Clone)]
pub struct ApiDocument(
    /// The document.
    pub std::sync::Arc<str>,
);

/// Everything that programs may ask.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ApiManual {
    /// Where Patchbay is, without a slash at its end.
    pub address: String,
    /// One for each method and path.
    pub operations: Vec<Operation>,
}

/// One thing that programs may ask.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Operation {
    /// `POST`.
    pub method: String,
    /// `/api/v1/events/{id}`.
    pub path: String,
    /// What it does, in a few words.
    pub title: String,
    /// The same at length.
    pub what: String,
    /// Parts of the address, then of its query.
    pub parameters: Vec<Named>,
    /// Fields of the body.
    pub fields: Vec<Named>,
    /// What comes back, by its status.
    pub answers: Vec<Named>,
    /// A command that does it.
    pub curl: String,
}

/// A parameter, a field or an answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Named {
    /// Its name, or its status.
    pub name: String,
    /// What it is.
    pub what: String,
    /// It may not be left out.
    pub is_required: bool,
}

/// How the API is used.
#[server(endpoint = "load_api_manual")]
pub async fn load_api_manual() -> Result<ApiManual, Error> {
    use crate::ssr::{backend, scope};
    scope()?;
    let document = expect_context::<ApiDocument>().0;
    let address = backend()?.config().public_url.to_string();
    Ok(reading::manual(&document, address.trim_end_matches('/')))
}

#[cfg(not(target_family = "wasm"))]
mod reading {
    //! From an OpenAPI document to what a page shows of it.

    use serde_json::{Map, Value, json};

    use super::{ApiManual, Named, Operation};

    pub(super) fn manual(document: &str, address: &str) -> ApiManual {
        let document: Value = serde_json::from_str(document).unwrap_or_default();
        let mut operations = Vec::new();
        for (path, methods) in fields(&document["paths"]) {
            for (method, about) in fields(methods) {
                operations.push(operation(&document, address, path, method, about));
            }
        }
        // Meta's shape first, then by path; what writes before what reads.
        operations.sort_by_key(|operation| {
            let is_native = operation.path.starts_with("/api/");
            (
                is_native,
                operation.method != "POST",
                operation.path.clone(),
            )
        });
        ApiManual {
            address: address.to_owned(),
            operations,
        }
    }

    fn operation(
        document: &Value,
        address: &str,
        path: &str,
        method: &str,
        about: &Value,
    ) -> Operation {
        let method = method.to_uppercase();
        let body = &about["requestBody"]["content"];
        let schema = schema_of(document, &body["application/json"]);
        let parameters: Vec<Named> = items(&about["parameters"])
            .map(|parameter| Named {
                name: text(&parameter["name"]),
                what: text(&parameter["description"]),
                is_required: parameter["required"] == true,
            })
            .collect();
        let answers = fields(&about["responses"]).map(|(status, answer)| Named {
            name: status.clone(),
            what: text(&answer["description"]),
            is_required: false,
        });
        let mut at = path.to_owned();
        for parameter in items(&about["parameters"]) {
            let name = format!("{{{}}}", text(&parameter["name"]));
            at = at.replace(&name, &text(&parameter["example"]));
        }
        let mut curl = curl(document, &method, &format!("{address}{at}"), schema);
        if body.get("text/csv").is_some() {
            curl.push_str(" \\\n  -H 'Content-Type: text/csv' \\\n  --data-binary @events.csv");
        }
        Operation {
            curl,
            title: text(&about["summary"]),
            what: text(&about["description"]),
            fields: schema.map_or_else(Vec::new, |schema| properties(document, schema, "")),
            answers: answers.collect(),
            path: path.to_owned(),
            parameters,
            method,
        }
    }

    /// The fields of a body; those of what it lists are named `data[].event_name`.
    fn properties(document: &Value, schema: &Value, above: &str) -> Vec<Named> {
        let required: Vec<&str> = items(&schema["required"])
            .filter_map(Value::as_str)
            .collect();
        let mut named = Vec::new();
        for (name, property) in fields(&schema["properties"]) {
            named.push(Named {
                name: format!("{above}{name}"),
                what: text(&property["description"]),
                is_required: required.contains(&name.as_str()),
            });
            if let Some((inside, is_list)) = inside(document, property) {
                let step = if is_list { "[]." } else { "." };
                named.extend(properties(
                    document,
                    inside,
                    &format!("{above}{name}{step}"),
                ));
            }
        }
        named
    }

    fn curl(document: &Value, method: &str, url: &str, schema: Option<&Value>) -> String {
        let mut command =
            format!("curl -X {method} '{url}' \\\n  -H 'Authorization: Bearer pbk_...'");
        if let Some(schema) = schema {
            let body = serde_json::to_string_pretty(&example(document, schema)).unwrap_or_default();
            command.push_str(&format!(
                " \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'"
            ));
        }
        command
    }

    /// What the schema gives examples of, and nothing else.
    fn example(document: &Value, schema: &Value) -> Value {
        let mut made = Map::new();
        for (name, property) in fields(&schema["properties"]) {
            if let Some(example) = property.get("example") {
                made.insert(name.clone(), example.clone());
            } else if let Some((inside, is_list)) = inside(document, property) {
                let inner = example(document, inside);
                if inner != json!({}) {
                    made.insert(name.clone(), if is_list { json!([inner]) } else { inner });
                }
            }
        }
        Value::Object(made)
    }

    fn schema_of<'a>(document: &'a Value, content: &'a Value) -> Option<&'a Value> {
        resolved(document, &content["schema"])
    }

    /// The fields within a property, and whether it is a list of them. One that may be left out is either that or nothing.
    fn inside<'a>(document: &'a Value, property: &'a Value) -> Option<(&'a Value, bool)> {
        let either = items(&property["oneOf"]).find_map(|one| resolved(document, one));
        let single = resolved(document, property).or(either);
        single
            .map(|single| (single, false))
            .or_else(|| Some((resolved(document, &property["items"])?, true)))
    }

    /// Follows a reference to a schema with fields of its own.
    fn resolved<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
        let name = schema["$ref"]
            .as_str()?
            .strip_prefix("#/components/schemas/")?;
        document["components"]["schemas"].get(name)
    }

    fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
        value.as_object().into_iter().flatten()
    }

    fn items(value: &Value) -> impl Iterator<Item = &Value> {
        value.as_array().into_iter().flatten()
    }

    /// Without the marks of code, which a page would show as they are.
    fn text(value: &Value) -> String {
        value.as_str().unwrap_or_default().replace('`', "")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_document_becomes_a_manual() {
            let document = json!({
                "paths": { "/api/v1/things/{id}": {
                    "get": { "summary": "Read", "parameters": [{ "name": "id", "required": true, "example": "thg_1" }] },
                    "post": {
                        "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
                        "responses": { "201": { "description": "Made" } },
                    },
                } },
                "components": { "schemas": {
                    "Thing": {
                        "required": ["name"],
                        "properties": {
                            "name": { "description": "Its name", "example": "Hana" },
                            "parts": { "items": { "$ref": "#/components/schemas/Part" } },
                            "whole": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Part" }] },
                        },
                    },
                    "Part": { "properties": { "id": { "example": "a" } } },
                } },
            });
            let manual = manual(&document.to_string(), "https://patchbay.example");
            let [made, read] = &manual.operations[..] else {
                panic!("two operations: {manual:?}")
            };
            assert_eq!(
                (made.method.as_str(), read.method.as_str()),
                ("POST", "GET")
            );
            assert!(
                read.curl
                    .contains("https://patchbay.example/api/v1/things/thg_1")
            );
            let names: Vec<_> = made
                .fields
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            assert_eq!(names, ["name", "parts", "parts[].id", "whole", "whole.id"]);
            assert!(made.fields[0].is_required && !made.fields[1].is_required);
            assert!(
                made.curl.contains("\"name\": \"Hana\"") && made.curl.contains("\"id\": \"a\"")
            );
            assert_eq!(made.answers[0].what, "Made");
        }
    }
}
