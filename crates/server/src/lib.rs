//! Nightwatch's server: keeps and orders the events of cases, takes photos, lets devices and
//! agents in, and hands out the pages. Client and server meet in the crate `case` alone.
//!
//! `main` only reads the command line; everything that runs is here, so that tests can run it.

#![forbid(unsafe_code)]

pub mod app;
pub mod codes;
pub mod demo;
pub mod flags;
pub mod http;
pub mod hub;
pub mod lan;
pub mod limits;
pub mod live;
pub mod page_edit;
pub mod pages;
pub mod passwords;
pub mod photos;
pub mod serve;
pub mod store;
pub mod token;
