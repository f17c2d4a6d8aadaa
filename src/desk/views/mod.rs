//! What the desk draws. Views read signals of `model` and call `link`; they hold nothing that a
//! reload may not lose, drafts apart, which `model` keeps.

pub mod actions;
pub mod answers;
pub mod app;
pub mod bar;
pub mod case;
pub mod closing;
pub mod export;
pub mod facts;
pub mod filters;
pub mod glyph;
pub mod hand;
pub mod head;
pub mod help;
pub mod here;
pub mod invite;
pub mod joint;
pub mod list;
pub mod login;
pub mod messages;
pub mod order;
pub mod pen;
pub mod photos;
pub mod places;
pub mod present;
pub mod replay;
pub mod row;
pub mod shift;
pub mod suggest;
pub mod timeline;
pub mod video;
pub mod viewer;
pub mod wall;
pub mod window;
