//! How much of Meta's rate limits is used, as its answer headers say.

use crate::tolerant::{integer, number};
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// The usage headers of one answer; empty where Meta sent none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// `X-App-Usage`: of the whole app.
    pub app: Option<AppUsage>,
    /// `X-Business-Use-Case-Usage`: per business (or page, or WABA) id.
    pub business: BTreeMap<String, Vec<BusinessUsage>>,
    /// `X-Ad-Account-Usage`.
    pub ad_account: Option<AdAccountUsage>,
}

/// Percentages of the app's own limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AppUsage {
    /// Of the calls.
    pub call_count: f64,
    /// Of the time.
    pub total_time: f64,
    /// Of the processor time.
    pub total_cputime: f64,
}

/// Percentages of one use case's limit for one business.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BusinessUsage {
    /// The use case, such as `ads_management`.
    pub kind: String,
    /// Of the calls.
    pub call_count: f64,
    /// Of the time.
    pub total_time: f64,
    /// Of the processor time.
    pub total_cputime: f64,
    /// How long to wait until calls are answered again; none while they are.
    pub regain_access: Option<Duration>,
    /// The access tier in force, as Meta names it.
    pub tier: Option<String>,
}

/// Usage of one ad account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AdAccountUsage {
    /// Percentage of the limit.
    pub percent: f64,
    /// How long until it starts anew.
    pub reset: Option<Duration>,
    /// The access tier in force, as Meta names it.
    pub tier: Option<String>,
}

impl Usage {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let json = |name| serde_json::from_slice::<Value>(headers.get(name)?.as_bytes()).ok();
        Self {
            app: json("x-app-usage")
                .filter(Value::is_object)
                .as_ref()
                .map(AppUsage::from_json),
            business: json("x-business-use-case-usage")
                .as_ref()
                .map(businesses)
                .unwrap_or_default(),
            ad_account: json("x-ad-account-usage")
                .filter(Value::is_object)
                .as_ref()
                .map(AdAccountUsage::from_json),
        }
    }

    /// The highest of the app's percentages; zero where Meta sent none.
    pub fn app_percent(&self) -> f64 {
        self.app.map_or(0.0, |app| {
            app.call_count.max(app.total_time).max(app.total_cputime)
        })
    }

    /// The longest wait that any business is asked for.
    pub fn regain_access(&self) -> Option<Duration> {
        self.business
            .values()
            .flatten()
            .filter_map(|usage| usage.regain_access)
            .max()
    }
}

impl AppUsage {
    fn from_json(json: &Value) -> Self {
        Self {
            call_count: number(&json["call_count"]),
            total_time: number(&json["total_time"]),
            total_cputime: number(&json["total_cputime"]),
        }
    }
}

impl BusinessUsage {
    /// The highest of its percentages.
    pub fn percent(&self) -> f64 {
        self.call_count.max(self.total_time).max(self.total_cputime)
    }

    fn from_json(json: &Value) -> Self {
        Self {
            kind: json["type"].as_str().unwrap_or_default().into(),
            call_count: number(&json["call_count"]),
            total_time: number(&json["total_time"]),
            total_cputime: number(&json["total_cputime"]),
            regain_access: positive(&json["estimated_time_to_regain_access"])
                .map(|minutes| Duration::from_secs(minutes.saturating_mul(60))),
            tier: json["ads_api_access_tier"].as_str().map(Into::into),
        }
    }
}

impl AdAccountUsage {
    fn from_json(json: &Value) -> Self {
        Self {
            percent: number(&json["acc_id_util_pct"]),
            reset: positive(&json["reset_time_duration"]).map(Duration::from_secs),
            tier: json["ads_api_access_tier"].as_str().map(Into::into),
        }
    }
}

fn businesses(json: &Value) -> BTreeMap<String, Vec<BusinessUsage>> {
    let usages = |list: &Value| {
        list.as_array()
            .into_iter()
            .flatten()
            .map(BusinessUsage::from_json)
            .collect()
    };
    json.as_object()
        .into_iter()
        .flatten()
        .map(|(id, list)| (id.clone(), usages(list)))
        .collect()
}

fn positive(value: &Value) -> Option<u64> {
    integer(value)
        .and_then(|number| u64::try_from(number).ok())
        .filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn usage(name: &'static str, value: &'static str) -> Usage {
        Usage::from_headers(&HeaderMap::from_iter([(
            name.parse().unwrap(),
            HeaderValue::from_static(value),
        )]))
    }

    #[test]
    fn the_app_header_gives_percentages() {
        let usage = usage(
            "X-App-Usage",
            r#"{"call_count":28,"total_time":96.5,"total_cputime":9}"#,
        );
        assert_eq!(usage.app_percent(), 96.5);
    }

    #[test]
    fn the_business_header_counts_minutes() {
        let usage = usage(
            "X-Business-Use-Case-Usage",
            r#"{"77":[{"type":"ads_management","call_count":95,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":19,"ads_api_access_tier":"development_access"},{"type":"pages"}]}"#,
        );
        assert_eq!(usage.regain_access(), Some(Duration::from_secs(19 * 60)));
        assert_eq!(usage.business["77"][0].percent(), 95.0);
        assert_eq!(
            usage.business["77"][0].tier.as_deref(),
            Some("development_access")
        );
        assert_eq!(usage.business["77"][1].regain_access, None);
    }

    #[test]
    fn the_ad_account_header_counts_seconds() {
        let usage = usage(
            "X-Ad-Account-Usage",
            r#"{"acc_id_util_pct":9.67,"reset_time_duration":100}"#,
        );
        let account = usage.ad_account.unwrap();
        assert_eq!(
            (account.percent, account.reset),
            (9.67, Some(Duration::from_secs(100)))
        );
    }

    #[test]
    fn nonsense_is_no_usage() {
        for value in ["", "[]", "7", "{", "{\"77\":7}", "null", "\"x\""] {
            for name in [
                "X-App-Usage",
                "X-Business-Use-Case-Usage",
                "X-Ad-Account-Usage",
            ] {
                let usage = usage(name, value);
                assert_eq!(
                    (usage.app_percent(), usage.regain_access()),
                    (0.0, None),
                    "{name}: {value}"
                );
            }
        }
    }
}
