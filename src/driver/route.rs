//! Which screen the address names. The address is a view of the case, never a second memory of it:
//! every screen can be opened from nothing, and the browser's back button is the way back.

/// Guides whose name alone is the address.
const PLAIN: [&str; 2] = ["safety", "what"];

/// The names in the address, in the order of [`Route`].
const NAMES: [&str; 9] =
    ["first", "evacuate", "hub", "guide", "where", "photos", "handover", "messages", "help"];

/// A screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The fire question, or the hub once it is answered.
    First,
    /// Out and away.
    Evacuate,
    /// The case at a glance.
    Hub,
    /// A guide, and the place on the way through it; without one, where the answers end.
    Guide(String, Option<usize>),
    /// Where am I: what is known, and every way to say more.
    Where,
    /// Photos; what follows the name is the tool's own.
    Photos(String),
    /// Hand over.
    Handover,
    /// Messages with the desk.
    Messages,
    /// Settings and help.
    Help,
}

impl Route {
    /// The screen of an address such as `#safety/3`. What nobody knows leads to the hub.
    pub fn parse(hash: &str) -> Route {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (name, rest) = hash.split_once('/').unwrap_or((hash, ""));
        let plain = PLAIN.contains(&name);
        match NAMES.iter().position(|known| *known == name) {
            Some(0) => Route::First,
            Some(1) => Route::Evacuate,
            at if plain || at == Some(3) => {
                let (guide, n) =
                    if plain { (name, rest) } else { rest.split_once('/').unwrap_or((rest, "")) };
                Route::Guide(guide.into(), n.parse().ok())
            }
            Some(4) => Route::Where,
            Some(5) => Route::Photos(rest.into()),
            Some(6) => Route::Handover,
            Some(7) => Route::Messages,
            Some(8) => Route::Help,
            // Short to say and to send; what it opens belongs to the photos.
            _ if name == "aim" => Route::Photos(name.into()),
            _ if name.is_empty() => Route::First,
            // An invitation is read by the link to the case; what is shown then is the hub.
            _ => Route::Hub,
        }
    }

    /// The address, with its `#`.
    pub fn hash(&self) -> String {
        let (at, rest) = match self {
            Route::First => (0, ""),
            Route::Evacuate => (1, ""),
            Route::Hub => (2, ""),
            Route::Guide(guide, _) => (3, guide.as_str()),
            Route::Where => (4, ""),
            Route::Photos(rest) => (5, rest.as_str()),
            Route::Handover => (6, ""),
            Route::Messages => (7, ""),
            Route::Help => (8, ""),
        };
        let mut out = String::from("#");
        if at != 3 || !PLAIN.contains(&rest) {
            out.push_str(NAMES[at]);
            if !rest.is_empty() {
                out.push('/');
            }
        }
        out.push_str(rest);
        if let Route::Guide(_, Some(n)) = self {
            out.push('/');
            case::wire::put_int(*n as i64, &mut out);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_screen_has_an_address_that_reads_back() {
        let guide = |g: &str, n| Route::Guide(g.into(), n);
        for route in [
            Route::First,
            Route::Evacuate,
            Route::Hub,
            guide("safety", None),
            guide("what", Some(2)),
            guide("chargeport", None),
            guide("cord-tesla-y", Some(11)),
            Route::Where,
            Route::Photos("mark/1".into()),
            Route::Photos(String::new()),
            Route::Handover,
            Route::Messages,
            Route::Help,
        ] {
            assert_eq!(Route::parse(&route.hash()), route, "{}", route.hash());
        }
        assert_eq!(Route::parse(""), Route::First);
        assert_eq!(Route::parse("#aim"), Route::Photos("aim".into()));
        assert_eq!(Route::parse("#nonsense/x"), Route::Hub);
        assert_eq!(Route::parse("#safety/x"), guide("safety", None));
    }
}
