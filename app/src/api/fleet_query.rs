//! What a URL says about the list of advertisers and the board: the same filters on both, so that they survive the way
//! from one to the other.

use std::fmt;

use domain::{
    Channel, Language, OnboardingStep,
    console::{AdvertiserFilter, BoardFilter},
};

use crate::address::{pairs, query_string};

/// The filters of the list and of the board. What a URL says and is none of them is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetQuery {
    /// Part of the name or of the reference.
    pub search: String,
    /// One channel that was begun or planned.
    pub channel: Option<Channel>,
    /// One step of onboarding.
    pub step: Option<OnboardingStep>,
    /// The language of the advertiser's people.
    pub language: Option<Language>,
    /// At least so many days at its step; the board's alone.
    pub days: Option<u16>,
    /// Those put away; the list's alone.
    pub archived: bool,
    /// Where the page begins.
    pub after: String,
}

impl FleetQuery {
    /// Reads a query string, with or without its question mark.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs(search) {
            match name {
                "search" => query.search = value.trim().to_owned(),
                "channel" => query.channel = value.parse().ok(),
                "step" => query.step = value.parse().ok(),
                "language" => query.language = value.parse().ok(),
                "days" => query.days = value.parse().ok().filter(|days| *days > 0),
                "archived" => query.archived = value == "1",
                "after" => query.after = value,
                _ => {}
            }
        }
        query
    }

    /// What the list is asked for.
    #[must_use]
    pub fn in_the_list(self) -> AdvertiserFilter {
        AdvertiserFilter {
            search: self.search,
            archived: self.archived,
            channel: self.channel,
            step: self.step,
            language: self.language,
            after: self.after.parse().ok(),
        }
    }

    /// What the board is asked for.
    #[must_use]
    pub fn on_the_board(self) -> BoardFilter {
        BoardFilter {
            search: self.search,
            channel: self.channel,
            language: self.language,
            days: self.days,
            step: self.step,
            after: Some(self.after).filter(|after| !after.is_empty()),
        }
    }

    /// The same from its beginning.
    #[must_use]
    pub fn first(&self) -> Self {
        Self {
            after: String::new(),
            ..self.clone()
        }
    }

    /// Whether anything narrows it, the two lists and the place in them aside.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        Self {
            archived: false,
            ..self.first()
        } != Self::default()
    }
}

/// `?search=hana&step=stopped`; nothing when nothing is filtered.
impl fmt::Display for FleetQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.days.map(|days| days.to_string()).unwrap_or_default();
        let pairs = [
            ("search", self.search.as_str()),
            ("channel", self.channel.map_or("", Channel::as_str)),
            ("step", self.step.map_or("", OnboardingStep::as_str)),
            ("language", self.language.map_or("", Language::as_str)),
            ("days", &days),
            ("archived", if self.archived { "1" } else { "" }),
            ("after", &self.after),
        ];
        f.write_str(&query_string(pairs.into_iter()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_survives_the_url() {
        let query = "?search=%E8%8A%B1%2050%25%26x&channel=whatsapp&step=link_sent&language=ja&days=7&archived=1\
                     &after=1-adv_1";
        assert_eq!(FleetQuery::parse(query).to_string(), query);
    }

    #[test]
    fn an_empty_form_is_no_filter() {
        let query = FleetQuery::parse("?search=&channel=&step=&language=&days=&after=");
        assert_eq!(query, FleetQuery::default());
        assert_eq!(query.to_string(), "");
        assert!(!query.is_narrow());
        assert!(!FleetQuery::parse("archived=1&after=x").is_narrow());
        assert!(FleetQuery::parse("days=3").is_narrow());
    }

    #[test]
    fn what_is_no_filter_is_left_out() {
        let query =
            FleetQuery::parse("channel=sms&step=lost&language=fr&days=-1&archived=yes&x&y=1");
        assert_eq!(query, FleetQuery::default());
        assert_eq!(
            FleetQuery::parse("days=0&search=a+b").to_string(),
            "?search=a%20b"
        );
    }
}
