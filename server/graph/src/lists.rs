//! Lists of Graph's, collected part by part.

use crate::{AccessToken, Client, Result, tolerant};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::HashSet;
use url::Url;

/// No one has ten thousand pages; a list that goes on for ever is broken.
const MOST_ANSWERS: usize = 100;

/// One part of a list.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Part<T> {
    data: Vec<T>,
    #[serde(default, deserialize_with = "tolerant::lenient")]
    paging: Paging,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Paging {
    cursors: Cursors,
    next: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cursors {
    after: Option<String>,
}

impl Paging {
    /// Where to go on. Meta's own `next` is never followed: it has the token in it.
    fn after(self) -> Option<String> {
        let next = self.next?;
        self.cursors.after.or_else(|| {
            let next = Url::parse(&next).ok()?;
            next.query_pairs()
                .find(|(key, _)| key == "after")
                .map(|(_, after)| after.into_owned())
        })
    }
}

impl Client {
    /// A whole list, cursor by cursor.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        token: &AccessToken,
        path: &[&str],
        fields: &str,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        let mut seen = HashSet::new();
        let mut after = String::new();
        for _ in 0..MOST_ANSWERS {
            let mut query = vec![("fields", fields), ("limit", "100")];
            if !after.is_empty() {
                query.push(("after", &after));
            }
            let part: Part<T> = self.get(token, path, &query).await?;
            all.extend(part.data);
            match part.paging.after() {
                Some(next) if !next.is_empty() && seen.insert(next.clone()) => after = next,
                _ => return Ok(all),
            }
        }
        tracing::warn!(
            edge = path.last(),
            "a list of Graph's did not end and was cut"
        );
        Ok(all)
    }
}
