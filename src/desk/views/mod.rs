//! What the desk draws. Views read signals of `model` and call `link`; they hold nothing that a
//! reload may not lose, drafts apart, which `model` keeps.

pub mod actions;
pub mod answers;
pub mod app;
pub mod bar;
pub mod case;
pub mod glyph;
pub mod head;
pub mod here;
pub mod invite;
pub mod joint;
pub mod list;
pub mod login;
pub mod messages;
pub mod pen;
pub mod photos;
pub mod places;
pub mod present;
pub mod row;
pub mod suggest;
pub mod timeline;
pub mod viewer;
