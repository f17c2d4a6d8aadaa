//! The tap that came before the app ran: the plain page keeps it in `localStorage`, and the app
//! takes it into the case. Knows nothing of cases.

const KEY: &str = "nw.first";

/// An answer to the fire question, given to the plain page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Smoke, vapour, smell or popping: yes or no.
    pub yes: bool,
    /// When, Unix milliseconds of this device.
    pub at: i64,
}

impl Tap {
    /// Forgets the tap; called once it is recorded, so that nothing is lost in between.
    pub fn done(self) {
        if let Some(store) = storage() {
            let _ = store.remove_item(KEY);
        }
    }
}

/// The tap that the plain page kept, if there is one. It stays until [`Tap::done`].
pub fn tap_of_shell() -> Option<Tap> {
    parse(&storage()?.get_item(KEY).ok()??)
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn parse(text: &str) -> Option<Tap> {
    let (answer, at) = text.split_once(' ')?;
    let yes = match answer {
        "yes" => true,
        "no" => false,
        _ => return None,
    };
    let at = at.parse().ok()?;
    Some(Tap { yes, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_plain_page_writes_is_read() {
        let tap = |yes, at| Some(Tap { yes, at });
        assert_eq!(parse("yes 1800000000000"), tap(true, 1_800_000_000_000));
        assert_eq!(parse("no 5"), tap(false, 5));
        for bad in ["", "yes", "maybe 5", "yes 5 6", "no x"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
