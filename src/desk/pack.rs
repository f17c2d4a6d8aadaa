//! The guides of a region, as the driver of a case has them: fetched from the desk's own files,
//! checked like on the phone, read once. What is not signed is not shown here either.

use super::tongue;
use guide::Pack;
use guide::seal::{self, Sealed};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;

mod keys {
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}

/// The guides, or how far they are.
#[derive(Clone, Copy, Debug)]
pub enum Guides {
    /// On their way.
    Coming,
    /// Checked and read.
    Here(&'static Pack),
    /// Not to be had, or not to be trusted.
    Missing,
}

impl Guides {
    /// The pack, when it is here.
    pub fn pack(self) -> Option<&'static Pack> {
        match self {
            Guides::Here(pack) => Some(pack),
            _ => None,
        }
    }
}

thread_local! {
    static READ: RefCell<Vec<(String, &'static Pack)>> = const { RefCell::new(Vec::new()) };
}

/// The guides of the region of the moment.
pub fn follow(region: Memo<String>) -> RwSignal<Guides> {
    let guides = RwSignal::new(Guides::Coming);
    Effect::new(move |_| {
        let wanted = region.get();
        spawn_local(async move {
            let got = load(&wanted).await.map_or(Guides::Missing, Guides::Here);
            // The region may have changed, or the case been left, while this was on its way.
            if region.try_get_untracked() == Some(wanted) {
                guides.try_set(got);
            }
        });
    });
    guides
}

async fn load(region: &str) -> Option<&'static Pack> {
    let known = |all: &Vec<(String, &'static Pack)>| {
        all.iter().find(|(id, _)| id == region).map(|(_, pack)| *pack)
    };
    if let Some(pack) = READ.with_borrow(known) {
        return Some(pack);
    }
    let text = tongue::file(&(String::from("pack-") + region)).await?;
    let sealed: Sealed = crate::js::read(&text).ok()?;
    let pack = seal::read(seal::open(&sealed, keys::TRUSTED).ok()?).ok()?;
    // A handful of regions at most in the life of a page.
    let pack: &'static Pack = Box::leak(Box::new(pack));
    READ.with_borrow_mut(|all| all.push((region.into(), pack)));
    Some(pack)
}
