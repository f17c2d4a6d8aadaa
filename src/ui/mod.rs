//! Components and design tokens, shared by all faces. Styles are in `css/`, joined in the order of
//! their names; `critical.css` travels inside the page.

pub mod dom;
pub mod parts;
pub mod slot;
pub mod text;
pub mod value;
#[cfg(feature = "desk")]
pub mod view;

pub use dom::{El, el};
