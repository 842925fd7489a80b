//! Whose messages count: any page that holds ours as its opener can send one.

/// Whether a message of this origin is Meta's: `https` and `facebook.com` or a host below it, on the usual port; or exactly
/// `also`, the origin of a simulated Meta. An origin is what browsers put there, `scheme://host` or `scheme://host:port`;
/// anything else is nobody's.
pub fn is_metas_origin(origin: &str, also: Option<&str>) -> bool {
    if also.is_some_and(|also| !also.is_empty() && also == origin) {
        return true;
    }
    let Some(host) = origin.strip_prefix("https://") else {
        return false;
    };
    let is_host = host.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    }) && host.split('.').all(|label| !label.is_empty());
    // A name that merely ends so is somebody else's.
    is_host && (host == "facebook.com" || host.ends_with(".facebook.com"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn metas_hosts_count_and_lookalikes_do_not() {
        for origin in [
            "https://facebook.com",
            "https://www.facebook.com",
            "https://business.facebook.com",
            "https://a.b.facebook.com",
        ] {
            assert!(is_metas_origin(origin, None), "{origin}");
        }
        for origin in [
            "https://evilfacebook.com",
            "https://facebook.com.evil.example",
            "http://www.facebook.com",
            "https://www.facebook.com:8443",
            "https://www.facebook.com/",
            "https://user@facebook.com",
            "https://evil.example/.facebook.com",
            "https://evil.example#.facebook.com",
            "https://evil.example?.facebook.com",
            "https://evil.example\\.facebook.com",
            "https://.facebook.com",
            "https://a..facebook.com",
            "https://WWW.FACEBOOK.COM",
            "https:www.facebook.com",
            "facebook.com",
            "null",
            "",
        ] {
            assert!(!is_metas_origin(origin, None), "{origin}");
        }
    }

    #[test]
    fn a_simulated_meta_counts_by_its_exact_origin_alone() {
        let also = Some("http://localhost:4100");
        assert!(is_metas_origin("http://localhost:4100", also));
        assert!(is_metas_origin("https://www.facebook.com", also));
        for origin in [
            "http://localhost:4101",
            "http://localhost",
            "http://localhost:41000",
            "https://localhost:4100",
            "",
        ] {
            assert!(!is_metas_origin(origin, also), "{origin}");
        }
        assert!(!is_metas_origin("", Some("")));
    }

    proptest! {
        #[test]
        fn only_a_host_of_metas_is_metas(prefix in "[ -~]{0,20}") {
            let origin = format!("https://{prefix}facebook.com");
            let labels = prefix.strip_suffix('.').map(|prefix| prefix.split('.').collect::<Vec<_>>());
            let is_below = labels.is_some_and(|labels| labels.iter().all(|label| {
                !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            }));
            prop_assert_eq!(is_metas_origin(&origin, None), prefix.is_empty() || is_below);
        }

        #[test]
        fn whatever_follows_the_host_makes_it_somebody_elses(suffix in "[ -~]{1,20}") {
            let origin = format!("https://facebook.com{suffix}");
            let is_below = suffix.ends_with(".facebook.com");
            prop_assert!(is_below || !is_metas_origin(&origin, None));
        }
    }
}
