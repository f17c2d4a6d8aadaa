//! What a screen may show of itself to the other side: its name, the step it stands at, and of each
//! declared field either a closed choice or how far it is filled in. Free text has no place here.
//!
//! The types alone; [`share!`](crate::share!) makes a [`Screen`] of a screen's own state.

use crate::wire;

/// Fields of one screen at most.
pub const MAX_FIELDS: usize = 64;
/// Characters of a name at most.
pub const MAX_NAME: usize = 128;

wire! {
    /// How far a private field is filled in.
    pub enum Fill : str {
        /// Nothing in it.
        Empty = "empty",
        /// Something in it.
        Filled = "filled",
        /// Something in it, and its form is right.
        Valid = "valid",
    }

    /// A declared field of a screen.
    pub struct Field {
        /// Its name in the code; also the id of its control, to point at.
        id: String,
        /// The choice made, where the field is a closed choice.
        [default] value: String,
        /// How far it is filled in, where it is private.
        [default] fill: Option<Fill>,
    }

    /// The screen the driver is on.
    pub struct Screen {
        /// Name of the screen.
        name: String,
        /// Guide, on the screen of a step.
        [default] g: String,
        /// Step.
        [default] q: String,
        /// Declared fields.
        [default] fields: Vec<Field>,
    }
}

impl Screen {
    /// A screen of which only the name is told.
    pub fn named(name: &'static str) -> Screen {
        Screen { name: name.into(), g: String::new(), q: String::new(), fields: Vec::new() }
    }

    /// The screen of a step of a guide.
    pub fn step(name: &'static str, g: &str, q: &str) -> Screen {
        Screen { g: g.into(), q: q.into(), ..Screen::named(name) }
    }

    /// Whether it is no larger than a screen is, and names are names: the server asks.
    pub fn fits(&self) -> bool {
        let fits = |f: &Field| !f.id.is_empty() && is_name(&f.id) && is_name(&f.value);
        !self.name.is_empty()
            && [&self.name, &self.g, &self.q].into_iter().all(|n| is_name(n))
            && self.fields.len() <= MAX_FIELDS
            && self.fields.iter().all(fits)
    }
}

/// Whether a text is what code and content give as names; empty is one.
pub fn is_name(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/+".contains(&b);
    text.len() <= MAX_NAME && text.bytes().all(good)
}
