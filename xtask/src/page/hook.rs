//! What Trunk tells its hooks, read from the environment once.

use anyhow::{Context as _, Result, bail};
use std::env;
use std::path::PathBuf;

/// The two faces that exist as pages of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// `index.html`, served at `/`.
    Driver,
    /// `desk.html`, served at `/desk/`.
    Desk,
}

impl Page {
    /// Both, in the order they are built.
    pub const ALL: [Page; 2] = [Page::Driver, Page::Desk];

    /// Its folder under `dist/`, and the word in reports and cache names.
    pub fn name(self) -> &'static str {
        match self {
            Page::Driver => "driver",
            Page::Desk => "desk",
        }
    }

    /// The stem of its HTML source in the root of the checkout.
    pub fn source(self) -> &'static str {
        match self {
            Page::Driver => "index",
            Page::Desk => "desk",
        }
    }

    /// The path the server serves it under.
    pub fn public_url(self) -> &'static str {
        match self {
            Page::Driver => "/",
            Page::Desk => "/desk/",
        }
    }
}

/// One call of the hook.
pub struct Hook {
    /// Which page is being built.
    pub page: Page,
    /// Where Trunk has put the files of this build.
    pub staging: PathBuf,
    /// Prefix of every URL written into the page, with a slash at its end.
    pub public_url: String,
    /// A release build: compress and hold against the caps.
    pub release: bool,
}

impl Hook {
    /// Reads Trunk's variables; says plainly when this was not started by Trunk.
    pub fn from_env() -> Result<Self> {
        let var = |key: &str| {
            env::var(key).with_context(|| {
                format!("{key} is not set: `post-build` is Trunk's hook, use `trunk build`")
            })
        };
        let html = PathBuf::from(var("TRUNK_HTML_FILE")?);
        let stem = html.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        let Some(page) = Page::ALL.into_iter().find(|page| page.source() == stem) else {
            bail!("no page is called {stem}.html: index.html and desk.html are");
        };
        let mut public_url = var("TRUNK_PUBLIC_URL")?;
        if !public_url.ends_with('/') {
            public_url.push('/');
        }
        Ok(Self {
            page,
            staging: var("TRUNK_STAGING_DIR")?.into(),
            public_url,
            release: var("TRUNK_PROFILE")? == "release",
        })
    }
}
