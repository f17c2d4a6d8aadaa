//! Leptos' signals, effects and owners by the names that the app uses. The driver's page takes them
//! from `reactive_graph`, Leptos' own reactive core: the `leptos` crate around it brings views,
//! server functions and streams, some 4 kB that this page never calls. The desk is written with
//! Leptos' views; signals are the same types there.

pub use reactive_graph::effect::RenderEffect;
pub use reactive_graph::graph::untrack;
pub use reactive_graph::owner::{Owner, on_cleanup};
pub use reactive_graph::prelude::*;
pub use reactive_graph::signal::{ArcRwSignal, ReadSignal, RwSignal};
