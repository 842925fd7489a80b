//! Which events a URL asks for: the one place where filters become a query string and come back from it.

use std::fmt;

use domain::{AdvertiserId, Channel, ContactId, EventId, EventName, EventState};

use crate::address::pairs;

/// How far back the list reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// The last 24 hours.
    Day,
    /// The last seven days.
    #[default]
    Week,
    /// The last thirty days.
    Month,
    /// From one day until another, both included.
    Custom,
}

impl Window {
    /// Every window, shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Custom];

    /// Its form in the URL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Custom => "custom",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.as_str() == text)
    }
}

/// A day of some calendar: `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year, four digits.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl Day {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let exists =
            chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).is_some();
        (exists && (1970..=9999).contains(&year)).then_some(Self {
            year: i32::try_from(year).ok()?,
            month,
            day,
        })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The filters of the list of events. What a URL says and is none of them is left out, here as on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventQuery {
    /// One advertiser's.
    pub advertiser: Option<AdvertiserId>,
    /// One channel's.
    pub channel: Option<Channel>,
    /// One name.
    pub name: Option<EventName>,
    /// One state.
    pub state: Option<EventState>,
    /// One person's.
    pub contact: Option<ContactId>,
    /// How far back.
    pub window: Window,
    /// The first day of a custom window.
    pub from: Option<Day>,
    /// The last day of a custom window.
    pub until: Option<Day>,
    /// The last row of the page before.
    pub after: Option<EventId>,
}

impl EventQuery {
    /// Reads a query string, with or without its question mark.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs(search) {
            match name {
                "advertiser" => query.advertiser = value.parse().ok(),
                "channel" => query.channel = value.parse().ok(),
                "event" => query.name = value.parse().ok(),
                "state" => query.state = value.parse().ok(),
                "contact" => query.contact = value.parse().ok(),
                "window" => query.window = Window::parse(&value).unwrap_or_default(),
                "from" => query.from = Day::parse(&value),
                "until" => query.until = Day::parse(&value),
                "after" => query.after = value.parse().ok(),
                _ => {}
            }
        }
        if query.window != Window::Custom {
            (query.from, query.until) = (None, None);
        }
        query
    }

    /// The page that shows it.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/events{self}")
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        Self {
            after: None,
            ..self.clone()
        } != Self::default()
    }
}

/// `?channel=messenger&state=parked`; nothing when nothing is filtered.
impl fmt::Display for EventQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn text(value: Option<impl fmt::Display>) -> Option<String> {
            value.map(|value| value.to_string())
        }
        let window = (self.window != Window::default()).then_some(self.window.as_str());
        let pairs = [
            ("advertiser", text(self.advertiser)),
            ("channel", text(self.channel)),
            ("event", text(self.name)),
            ("state", text(self.state)),
            ("contact", text(self.contact)),
            ("window", text(window)),
            ("from", text(self.from)),
            ("until", text(self.until)),
            ("after", text(self.after)),
        ];
        let mut mark = '?';
        for (name, value) in pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
        {
            write!(f, "{mark}{name}={value}")?;
            mark = '&';
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = "evt_0192f3a1b2c37d4e8f90123456789abc";
    const ADVERTISER: &str = "adv_0192f3a1b2c37d4e8f90123456789abc";

    #[test]
    fn every_filter_survives_the_url() {
        let search = format!(
            "?advertiser={ADVERTISER}&channel=messenger&event=Purchase&state=parked\
             &contact=con_0192f3a1b2c37d4e8f90123456789abc&window=custom&from=2026-11-01&until=2026-11-22&after={EVENT}"
        );
        assert_eq!(EventQuery::parse(&search).to_string(), search);
        for window in Window::ALL {
            assert_eq!(Window::parse(window.as_str()), Some(window));
        }
    }

    #[test]
    fn a_form_may_escape_more_than_we_do() {
        let escaped = format!(
            "?advertiser={}&window=custom&from=2026%2D11%2D01",
            ADVERTISER.replace('_', "%5F")
        );
        let query = EventQuery::parse(&escaped);
        assert_eq!(
            query.href(),
            format!("/events?advertiser={ADVERTISER}&window=custom&from=2026-11-01")
        );
    }

    #[test]
    fn an_empty_form_is_no_filter() {
        let query = EventQuery::parse("advertiser=&channel=&event=&state=&window=7d&from=&until=");
        assert_eq!(query, EventQuery::default());
        assert_eq!(query.href(), "/events");
        assert!(!query.is_narrow());
        assert!(!EventQuery::parse(&format!("after={EVENT}")).is_narrow());
        assert!(EventQuery::parse("window=24h").is_narrow());
    }

    #[test]
    fn what_is_no_filter_is_left_out() {
        let search =
            "?advertiser=evt_1&channel=sms&event=Lead&state=lost&window=1y&from=2026-02-30&q=x&y&=";
        assert_eq!(EventQuery::parse(search), EventQuery::default());
    }

    #[test]
    fn days_belong_to_a_custom_window_alone() {
        assert_eq!(
            EventQuery::parse("from=2026-11-01&window=24h").href(),
            "/events?window=24h"
        );
        assert_eq!(
            EventQuery::parse("from=2026-11-01&window=custom").href(),
            "/events?window=custom&from=2026-11-01"
        );
        for wrong in [
            "",
            "2026-11",
            "2026-13-01",
            "1969-01-01",
            "99999-01-01",
            "x-y-z",
        ] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }
}
