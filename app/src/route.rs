//! Paths of routes, all of one type. The router is compiled anew for each type of path, and `path!` makes one for every
//! shape, which costs every page some 10 KB.

use leptos_router::{PartialPathMatch, PathSegment, PossibleRouteMatch};

/// A path like `/advertisers/:advertiser/edit`: what begins with a colon is a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path(
    /// As it is written.
    pub &'static str,
);

impl Path {
    fn segments(self) -> impl Iterator<Item = &'static str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }
}

impl PossibleRouteMatch for Path {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let mut params = Vec::new();
        let mut left = path;
        for segment in self.segments() {
            let rest = left.strip_prefix('/')?;
            let (found, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            match segment.strip_prefix(':') {
                Some(name) if !found.is_empty() => params.push((name.into(), found.to_owned())),
                None if found == segment => {}
                _ => return None,
            }
            left = after;
        }
        let (matched, _) = path.split_at(path.len() - left.len());
        Some(PartialPathMatch::new(left, params, matched))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        match self.0 {
            "" => path.push(PathSegment::Unit),
            "/" => path.push(PathSegment::Static("/".into())),
            _ => path.extend(
                self.segments()
                    .map(|segment| match segment.strip_prefix(':') {
                        Some(name) => PathSegment::Param(name.into()),
                        None => PathSegment::Static(segment.into()),
                    }),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(pattern: &'static str, path: &str) -> Option<(String, Vec<String>, String)> {
        let found = Path(pattern).test(path)?;
        let (matched, left) = (found.matched().to_owned(), found.remaining().to_owned());
        let values = found.params().into_iter().map(|(_, value)| value);
        Some((matched, values.collect(), left))
    }

    #[test]
    fn a_path_is_matched_segment_by_segment() {
        let all = |matched: &str, values: &[&str], left: &str| {
            let values = values.iter().map(ToString::to_string).collect();
            Some((matched.to_owned(), values, left.to_owned()))
        };
        assert_eq!(tested("/events", "/events"), all("/events", &[], ""));
        assert_eq!(
            tested("/events/:event", "/events/evt_1"),
            all("/events/evt_1", &["evt_1"], "")
        );
        assert_eq!(
            tested("/events", "/events/evt_1"),
            all("/events", &[], "/evt_1")
        );
        assert_eq!(tested("/events", "/events/"), all("/events", &[], "/"));
        assert_eq!(tested("", "/events"), all("", &[], "/events"));
        assert_eq!(tested("/", "/"), all("", &[], "/"));
        for (pattern, path) in [
            ("/events", "/event"),
            ("/events", "/eventsandmore"),
            ("/events/:event", "/events"),
            ("/events/:event", "/events/"),
            ("/a/:b/c", "/a/b/d"),
        ] {
            assert_eq!(tested(pattern, path), None, "{pattern} {path}");
        }
    }
}
