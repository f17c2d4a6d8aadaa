//! Six digits that the driver reads over the phone: they lead the agent who hears them to the case,
//! once. In memory; after a restart the driver's screen asks for another. They open no rights: what
//! the agent may see is asked of the driver as always.

use crate::token;
use std::collections::HashMap;
use std::sync::Mutex;

/// Milliseconds that a code lasts (OWASP ASVS 5.0, 6.6.3: at most ten minutes).
pub const LASTS: i64 = 10 * 60 * 1000;
/// Wrong codes that an agent may type in [`LASTS`].
pub const TRIES: usize = 5;
/// A code that lasts no longer than this is not shown again, milliseconds.
const OLD: i64 = 2 * 60 * 1000;
/// Codes at once. One in a hundred of all there are: a guess has no better odds.
const MOST: usize = 10_000;

#[derive(Default)]
struct Held {
    /// Case and end of each code.
    codes: HashMap<String, (String, i64)>,
    /// When an agent, by name, typed a wrong one.
    wrong: HashMap<String, Vec<i64>>,
}

/// See the module.
#[derive(Default)]
pub struct Codes(Mutex<Held>);

/// What a code leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A case.
    Case(String),
    /// Wrong, used and old are one answer.
    Nothing,
    /// Too many wrong ones; seconds to wait.
    Wait(u32),
}

impl Codes {
    /// The code of a case and its end; the one there is, while it lasts long enough to be read out.
    /// `None` when there are too many.
    pub fn show(&self, case: &str, now: i64) -> Option<(String, i64)> {
        let mut held = self.0.lock().ok()?;
        held.codes.retain(|_, (_, until)| *until > now);
        let known = held.codes.iter().find(|(_, (c, _))| c == case);
        if let Some((code, until)) = known.map(|(code, (_, until))| (code.clone(), *until)) {
            if until - now > OLD {
                return Some((code, until));
            }
            held.codes.remove(&code);
        }
        if held.codes.len() >= MOST {
            return None;
        }
        let code = loop {
            let code = format!("{:06}", u64::from_le_bytes(token::random()) % 1_000_000);
            if !held.codes.contains_key(&code) {
                break code;
            }
        };
        let until = now + LASTS;
        held.codes.insert(code.clone(), (case.into(), until));
        Some((code, until))
    }

    /// Takes a code that an agent was told; it works once.
    pub fn take(&self, agent: &str, code: &str, now: i64) -> Found {
        let Ok(mut held) = self.0.lock() else { return Found::Nothing };
        held.wrong.retain(|_, times| {
            times.retain(|at| *at > now - LASTS);
            !times.is_empty()
        });
        let times = held.wrong.get(agent).map_or(&[][..], Vec::as_slice);
        if let (true, Some(first)) = (times.len() >= TRIES, times.first()) {
            return Found::Wait(((first + LASTS - now) / 1000) as u32 + 1);
        }
        match held.codes.remove(code) {
            Some((case, until)) if until > now => {
                held.wrong.remove(agent);
                Found::Case(case)
            }
            _ => {
                held.wrong.entry(agent.into()).or_default().push(now);
                Found::Nothing
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_leads_to_its_case_once() {
        let codes = Codes::default();
        let (code, until) = codes.show("a", 0).unwrap();
        assert_eq!((code.len(), until), (6, LASTS));
        assert_eq!(codes.show("a", 1000), Some((code.clone(), LASTS)), "read out again");
        let other = codes.show("b", 0).unwrap().0;
        assert_ne!(code, other);
        assert_eq!(codes.take("Li", &code, 1000), Found::Case("a".into()));
        assert_eq!(codes.take("Li", &code, 1000), Found::Nothing);
        assert_eq!(codes.take("Li", &other, LASTS), Found::Nothing, "too old");
        let late = codes.show("c", 0).unwrap().0;
        assert_ne!(codes.show("c", LASTS - OLD).unwrap().0, late, "nearly over");
        assert_eq!(codes.take("Li", &late, LASTS - OLD), Found::Nothing, "only the newest works");
    }

    #[test]
    fn whoever_guesses_waits_and_nobody_else() {
        let codes = Codes::default();
        let (code, _) = codes.show("a", 0).unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for i in 0..TRIES {
            assert_eq!(codes.take("Li", wrong, i as i64), Found::Nothing);
        }
        assert_eq!(codes.take("Li", &code, 10), Found::Wait(600), "even the right one");
        assert_eq!(codes.take("Wang", &code, 10), Found::Case("a".into()));
        let (code, _) = codes.show("a", LASTS).unwrap();
        assert_eq!(codes.take("Li", &code, LASTS + 5), Found::Case("a".into()), "it passes");
    }
}
