//! What a URL says about the inbox: its filters, by our ids alone.

use domain::console::InboxFilter;

use crate::address::{pairs, query_string};

/// The filters, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxQuery {
    /// One advertiser's id.
    pub advertiser: String,
    /// One channel.
    pub channel: String,
    /// One kind.
    pub kind: String,
    /// One outcome.
    pub outcome: String,
    /// One person's id here.
    pub contact: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Where the page begins.
    pub after: String,
    /// Whether somebody was sought and not found.
    pub missed: bool,
}

impl InboxQuery {
    /// Reads a query string, with or without its question mark. What is no filter is left out.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs(search) {
            match name {
                "advertiser" => query.advertiser = value,
                "channel" => query.channel = value,
                "kind" => query.kind = value,
                "outcome" => query.outcome = value,
                "contact" => query.contact = value,
                "from" => query.from = value,
                "until" => query.until = value,
                "after" => query.after = value,
                "found" => query.missed = value == "nothing",
                _ => {}
            }
        }
        query
    }

    /// What is asked for.
    #[must_use]
    pub fn filter(&self) -> InboxFilter {
        InboxFilter {
            advertiser: self.advertiser.parse().ok(),
            channel: self.channel.parse().ok(),
            kind: self.kind.parse().ok(),
            outcome: self.outcome.parse().ok(),
            contact: self.contact.parse().ok(),
            from: self.from.parse().ok(),
            until: self.until.parse().ok(),
            after: self.after.parse().ok(),
        }
    }

    /// The page that shows it.
    #[must_use]
    pub fn href(&self) -> String {
        let pairs = [
            ("advertiser", &*self.advertiser),
            ("channel", &*self.channel),
            ("kind", &*self.kind),
            ("outcome", &*self.outcome),
            ("contact", &*self.contact),
            ("from", &*self.from),
            ("until", &*self.until),
            ("after", &*self.after),
        ];
        format!("/inbox{}", query_string(pairs.into_iter()))
    }

    /// Whether anything narrows it.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        [
            &self.advertiser,
            &self.channel,
            &self.kind,
            &self.outcome,
            &self.contact,
            &self.from,
            &self.until,
        ]
        .iter()
        .any(|filter| !filter.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_survive_their_url_and_nonsense_is_left_out() {
        let search = "?channel=whatsapp&kind=postback&outcome=unrouted&from=2026-11-01";
        let query = InboxQuery::parse(&format!("{search}&nonsense=1&found=nothing"));
        assert_eq!(query.href(), format!("/inbox{search}"));
        assert!(query.is_narrow() && query.missed);
        let filter =
            InboxQuery::parse("channel=sms&kind=x&outcome=&contact=81900000&after=").filter();
        assert_eq!(filter, InboxFilter::default());
        assert!(!InboxQuery::parse("after=whm_1&found=x").is_narrow());
    }
}
