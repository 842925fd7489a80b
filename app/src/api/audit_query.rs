//! What a URL says about the audit: its filters.

use domain::console::AuditFilter;

use crate::address::{pairs, query_string};

/// The filters, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// One person's id.
    pub person: String,
    /// One group of actions.
    pub group: String,
    /// One advertiser's id.
    pub advertiser: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Where the page begins.
    pub after: String,
}

impl AuditQuery {
    /// Reads a query string, with or without its question mark. What is no filter is left out.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs(search) {
            match name {
                "person" => query.person = value,
                "group" => query.group = value,
                "advertiser" => query.advertiser = value,
                "from" => query.from = value,
                "until" => query.until = value,
                "after" => query.after = value,
                _ => {}
            }
        }
        query
    }

    /// What is asked for.
    #[must_use]
    pub fn filter(&self) -> AuditFilter {
        AuditFilter {
            person: self.person.parse().ok(),
            group: Some(self.group.clone()).filter(|group| !group.is_empty()),
            advertiser: self.advertiser.parse().ok(),
            from: self.from.parse().ok(),
            until: self.until.parse().ok(),
            after: self.after.parse().ok(),
        }
    }

    /// The query string of these filters; empty for none.
    #[must_use]
    pub fn search(&self) -> String {
        query_string(
            [
                ("person", &*self.person),
                ("group", &*self.group),
                ("advertiser", &*self.advertiser),
                ("from", &*self.from),
                ("until", &*self.until),
                ("after", &*self.after),
            ]
            .into_iter(),
        )
    }

    /// Whether anything but the advertiser narrows it.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        [&self.person, &self.group, &self.from, &self.until]
            .iter()
            .any(|filter| !filter.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_survive_their_url_and_nonsense_is_left_out() {
        let query = AuditQuery::parse("?group=staff&from=2026-11-01&nonsense=1&person=who");
        assert_eq!(query.search(), "?person=who&group=staff&from=2026-11-01");
        let filter = query.filter();
        assert_eq!(
            (filter.group.as_deref(), filter.person),
            (Some("staff"), None)
        );
        assert!(filter.from.is_some() && query.is_narrow());
    }
}
