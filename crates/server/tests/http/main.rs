//! The HTTP interface, asked as browsers and strangers ask it.

mod cases;
mod common;
mod denied;
mod desk;
mod live;
mod pages;
mod photos;
mod relay;
mod rubbish;
