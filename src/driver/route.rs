//! Which screen the address names. The address is a view of the case, never a second memory of it:
//! every screen can be opened from nothing, and the browser's back button is the way back.

/// Guides whose name alone is the address.
const PLAIN: [&str; 2] = ["safety", "what"];

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
        match name {
            "" | "first" => Route::First,
            "evacuate" => Route::Evacuate,
            // An invitation is read by the link to the case; what is shown then is the hub.
            _ if PLAIN.contains(&name) => Route::Guide(name.into(), rest.parse().ok()),
            "guide" => {
                let (guide, n) = rest.split_once('/').unwrap_or((rest, ""));
                Route::Guide(guide.into(), n.parse().ok())
            }
            "where" => Route::Where,
            "photos" => Route::Photos(rest.into()),
            "handover" => Route::Handover,
            "messages" => Route::Messages,
            "help" => Route::Help,
            _ => Route::Hub,
        }
    }

    /// The address, with its `#`.
    pub fn hash(&self) -> String {
        let mut out = String::from("#");
        let rest = match self {
            Route::First => return out + "first",
            Route::Evacuate => return out + "evacuate",
            Route::Hub => return out + "hub",
            Route::Where => return out + "where",
            Route::Handover => return out + "handover",
            Route::Messages => return out + "messages",
            Route::Help => return out + "help",
            Route::Photos(rest) => {
                out.push_str("photos");
                rest
            }
            Route::Guide(guide, n) => {
                if !PLAIN.contains(&guide.as_str()) {
                    out.push_str("guide/");
                }
                out.push_str(guide);
                if let Some(n) = n {
                    out.push('/');
                    case::wire::put_int(*n as i64, &mut out);
                }
                return out;
            }
        };
        if !rest.is_empty() {
            out.push('/');
            out.push_str(rest);
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
            Route::Handover,
            Route::Messages,
            Route::Help,
        ] {
            assert_eq!(Route::parse(&route.hash()), route, "{}", route.hash());
        }
        assert_eq!(Route::parse(""), Route::First);
        assert_eq!(Route::parse("#nonsense/x"), Route::Hub);
        assert_eq!(Route::parse("#safety/x"), guide("safety", None));
    }
}
