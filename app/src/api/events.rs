//! Events: listed, looked at, and settled when nobody knows what became of them.

use domain::console::{EventDetail, EventPage};
use leptos::prelude::*;

use crate::Error;

/// A page of events; `query` is the query string of the list's URL.
#[server(endpoint = "list_events")]
pub async fn list_events(query: String) -> Result<EventPage, Error> {
    use crate::ssr::{backend, scope};
    let (backend, scope) = (backend()?, scope()?);
    let filter = window::filter(
        &backend,
        &scope,
        &super::event_query::EventQuery::parse(&query),
    )
    .await?;
    Ok(backend.events(&scope, &filter).await?)
}

/// One event with everything known of it.
#[server(endpoint = "load_event")]
pub async fn load_event(event: String) -> Result<EventDetail, Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.event(&scope()?, id(&event)?).await?)
}

/// Sends an unconfirmed event again.
#[server(endpoint = "resend_event")]
pub async fn resend_event(event: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.resend_event(&scope()?, id(&event)?).await?)
}

/// Takes an unconfirmed event for delivered.
#[server(endpoint = "accept_event")]
pub async fn accept_event(event: String) -> Result<(), Error> {
    use crate::ssr::{backend, id, scope};
    Ok(backend()?.accept_event(&scope()?, id(&event)?).await?)
}

#[cfg(not(target_family = "wasm"))]
mod window {
    //! From days on a calendar to moments: only the server knows the time zones.

    use backend::{Backend, Scope};
    use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
    use chrono_tz::Tz;
    use domain::console::EventFilter;

    use crate::{
        Error,
        api::event_query::{Day, EventQuery, Window},
    };

    /// The filter for `backend`, days read in the zone of the advertiser that is filtered by.
    pub(super) async fn filter(
        backend: &Backend,
        scope: &Scope,
        query: &EventQuery,
    ) -> Result<EventFilter, Error> {
        let zone = match query.advertiser.filter(|_| query.window == Window::Custom) {
            Some(advertiser) => backend
                .advertiser(scope, advertiser)
                .await?
                .time_zone
                .parse()
                .unwrap_or(Tz::UTC),
            None => Tz::UTC,
        };
        let (from_ms, until_ms) = span(query, backend.clock().now(), zone);
        Ok(EventFilter {
            advertiser: query.advertiser,
            channel: query.channel,
            name: query.name,
            state: query.state,
            contact: query.contact,
            order_id: None,
            from_ms,
            until_ms,
            after: query.after,
        })
    }

    fn span(query: &EventQuery, now: DateTime<Utc>, zone: Tz) -> (Option<i64>, Option<i64>) {
        let back = |days| (Some((now - TimeDelta::days(days)).timestamp_millis()), None);
        match query.window {
            Window::Day => back(1),
            Window::Week => back(7),
            Window::Month => back(30),
            Window::Custom => {
                let after = |day: Day| begin(date(day)?.succ_opt()?, zone);
                // Without a first day there is no limit: an absent one would mean seven days ago.
                let from = query.from.and_then(date).and_then(|date| begin(date, zone));
                (Some(from.unwrap_or(0)), query.until.and_then(after))
            }
        }
    }

    fn date(day: Day) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(day.year, day.month, day.day)
    }

    /// When a day begins; where its midnight is skipped, an hour later.
    fn begin(date: NaiveDate, zone: Tz) -> Option<i64> {
        let at = |hour| {
            zone.from_local_datetime(&date.and_hms_opt(hour, 0, 0)?)
                .earliest()
        };
        Some(at(0).or_else(|| at(1))?.timestamp_millis())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn spanned(search: &str, zone: Tz) -> (Option<i64>, Option<i64>) {
            span(
                &EventQuery::parse(search),
                DateTime::from_timestamp_millis(1_795_327_445_000).unwrap(),
                zone,
            )
        }

        #[test]
        fn a_custom_window_holds_both_of_its_days_in_the_advertisers_zone() {
            let search = "window=custom&from=2026-11-20&until=2026-11-22";
            let day = 86_400_000;
            let (from, until) = spanned(search, Tz::Asia__Tokyo);
            assert_eq!(until.unwrap() - from.unwrap(), 3 * day);
            assert_eq!(
                spanned(search, Tz::UTC).0.unwrap() - from.unwrap(),
                9 * 3_600_000
            );
            assert_eq!(
                spanned("window=custom&until=2026-11-22", Tz::UTC).0,
                Some(0)
            );
        }

        #[test]
        fn a_day_without_midnight_begins_at_one() {
            let (from, _) = spanned("window=custom&from=2018-11-04", Tz::America__Sao_Paulo);
            assert_eq!(from, Some(1_541_300_400_000));
        }

        #[test]
        fn the_other_windows_end_now() {
            let hour = 3_600_000;
            for (search, hours) in [("window=24h", 24), ("", 168), ("window=30d", 720)] {
                assert_eq!(
                    spanned(search, Tz::UTC),
                    (Some(1_795_327_445_000 - hours * hour), None),
                    "{search}"
                );
            }
        }
    }
}
