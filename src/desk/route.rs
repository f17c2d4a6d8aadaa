//! The part of the address after `#`: which screen is wanted. Pure.

use case::id::is_uuid;

/// A screen of the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The list, no case open.
    List,
    /// One case.
    Case(String),
    /// The one-time set-up or invitation link.
    Setup(String),
}

/// Reads `location.hash`. Anything that is not understood shows the list.
pub fn parse(hash: &str) -> Route {
    let hash = hash.strip_prefix('#').unwrap_or(hash);
    if let Some(token) = hash.strip_prefix("setup=") {
        return Route::Setup(token.into());
    }
    match hash.strip_prefix("/case/") {
        Some(id) if is_uuid(id) => Route::Case(id.into()),
        _ => Route::List,
    }
}

/// The address of a case.
pub fn case_href(case: &str) -> String {
    let mut out = String::from("#/case/");
    out.push_str(case);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back_and_nonsense_shows_the_list() {
        let id = "01923456-789a-7fff-bfff-ffffffffffff";
        assert_eq!(parse(&case_href(id)), Route::Case(id.into()));
        assert_eq!(parse("#setup=ab-_9"), Route::Setup("ab-_9".into()));
        for other in ["", "#", "#/", "#/case/../../x", "#/case/", "#where"] {
            assert_eq!(parse(other), Route::List, "{other}");
        }
    }
}
