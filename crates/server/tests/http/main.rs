//! The HTTP interface, asked as browsers and strangers ask it.

mod cases;
mod common;
mod desk;
mod pages;
mod photos;
mod rubbish;
