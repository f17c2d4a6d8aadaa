//! The part of the address after `#`: which screen is wanted. Pure.

use case::id::is_uuid;

/// A screen of the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The list, no case open.
    List,
    /// One case.
    Case(String),
    /// One case as it stood, event by event.
    Replay(String),
    /// Every case at once, for a screen on the wall.
    Wall,
    /// Who is here and who has what.
    Shift,
    /// The one-time set-up or invitation link.
    Setup(String),
}

/// Reads `location.hash`. Anything that is not understood shows the list.
pub fn parse(hash: &str) -> Route {
    let hash = hash.strip_prefix('#').unwrap_or(hash);
    if let Some(token) = hash.strip_prefix("setup=") {
        return Route::Setup(token.into());
    }
    let case = hash.strip_prefix("/case/").unwrap_or_default();
    match (hash, case.strip_suffix("/replay")) {
        ("/wall", _) => Route::Wall,
        ("/shift", _) => Route::Shift,
        (_, Some(id)) if is_uuid(id) => Route::Replay(id.into()),
        _ if is_uuid(case) => Route::Case(case.into()),
        _ => Route::List,
    }
}

/// The address of a case.
pub fn case_href(case: &str) -> String {
    let mut out = String::from("#/case/");
    out.push_str(case);
    out
}

/// The address of a case's replay.
pub fn replay_href(case: &str) -> String {
    case_href(case) + "/replay"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back_and_nonsense_shows_the_list() {
        let id = "01923456-789a-7fff-bfff-ffffffffffff";
        assert_eq!(parse(&case_href(id)), Route::Case(id.into()));
        assert_eq!(parse(&replay_href(id)), Route::Replay(id.into()));
        assert_eq!((parse("#/wall"), parse("#/shift")), (Route::Wall, Route::Shift));
        assert_eq!(parse("#setup=ab-_9"), Route::Setup("ab-_9".into()));
        for other in
            ["", "#", "#/", "#/case/../../x", "#/case/", "#where", "#/case/x/replay", "#/wall/"]
        {
            assert_eq!(parse(other), Route::List, "{other}");
        }
    }
}
