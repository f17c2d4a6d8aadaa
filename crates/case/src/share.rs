//! From a screen's own state to the view that may leave the device. What is not declared is not
//! shared; what is private has a type that cannot be written to the wire.
//!
//! It sends nothing and asks for no consent: `live` and the server do.

use crate::view::{Field, Fill, Screen};

/// A text that never leaves the device through a shared screen. It has no `Debug`, no `Display` and
/// no [`Put`](crate::Put): the only thing to be learnt from outside is [`Private::fill`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Private {
    text: String,
    valid: bool,
}

impl Private {
    /// The text, and whether its form is right.
    pub fn new(text: String, valid: bool) -> Private {
        Private { text, valid }
    }

    /// For the driver's own screen and for the event that the driver sends knowingly.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// How far it is filled in.
    pub fn fill(&self) -> Fill {
        match (self.text.is_empty(), self.valid) {
            (true, _) => Fill::Empty,
            (false, false) => Fill::Filled,
            (false, true) => Fill::Valid,
        }
    }
}

/// A closed choice: its wire name says nothing that the code did not say before. Texts are none.
pub trait Choice {
    /// Name of the choice; empty when none is made.
    fn choice(&self) -> &'static str;
}

impl Choice for bool {
    fn choice(&self) -> &'static str {
        if *self { "yes" } else { "no" }
    }
}

impl<T: Choice> Choice for Option<T> {
    fn choice(&self) -> &'static str {
        self.as_ref().map_or("", |choice| choice.choice())
    }
}

/// Declares that the names of these enums (of [`wire!`](crate::wire)) may be shared.
#[macro_export]
macro_rules! choices {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::share::Choice for $name {
            fn choice(&self) -> &'static str { self.as_str() }
        }
    )*};
}

choices!(crate::event::Face, crate::event::Way, crate::place::How, crate::event::Shape);

/// A screen that can show itself to the other side.
pub trait Share {
    /// What the other side may see.
    fn share(&self) -> Screen;
}

/// A field that shares its choice.
pub fn value(id: &'static str, choice: &impl Choice) -> Field {
    Field { id: id.into(), value: choice.choice().into(), fill: None }
}

/// A field that shares how far it is filled in.
pub fn status(id: &'static str, field: &Private) -> Field {
    Field { id: id.into(), value: String::new(), fill: Some(field.fill()) }
}

/// Declares a screen's state. `[value]` shares a [`Choice`], `[status]` shares how far a [`Private`]
/// field is filled in, and a field with neither stays on the device.
///
/// ```
/// case::share! {
///     /// Where the car stands.
///     pub struct Where = "where" {
///         /// Kind of place.
///         [value] kind: Option<case::place::How>,
///         /// Words of the driver.
///         [status] words: case::share::Private,
///         /// Never shared.
///         phone: String,
///     }
/// }
/// use case::share::{Private, Share as _};
/// let phone = String::from("110");
/// let screen = Where { kind: None, words: Private::new("at the bridge".into(), true), phone };
/// assert_eq!(
///     case::wire::to_json(&screen.share()),
///     r#"{"name":"where","fields":[{"id":"kind"},{"id":"words","fill":"valid"}]}"#
/// );
/// ```
///
/// A text cannot be shared by mistake:
///
/// ```compile_fail
/// case::share! {
///     /// No.
///     pub struct Where = "where" {
///         /// A text is no choice.
///         [value] words: String,
///     }
/// }
/// ```
#[macro_export]
macro_rules! share {
    (
        $(#[$meta:meta])* pub struct $name:ident = $screen:literal {
            $( $(#[$fm:meta])* $([$how:ident])? $f:ident : $t:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone)]
        pub struct $name { $( $(#[$fm])* pub $f: $t, )* }
        impl $crate::share::Share for $name {
            fn share(&self) -> $crate::view::Screen {
                let mut screen = $crate::view::Screen::named($screen);
                $( $( screen.fields.push($crate::share::$how(stringify!($f), &self.$f)); )? )*
                screen
            }
        }
    };
}
