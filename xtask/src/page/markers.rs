//! The markers `<!--nw:…-->` of the HTML sources, and what each is replaced by.
//!
//! A marker that nobody knows and a style or number block that has no marker are errors: a page
//! that silently lacks the call numbers must not be built.

use super::assets::Urls;
use super::css::Styles;
use super::hook::{Hook, Page};
use crate::project;
use anyhow::{Context as _, Result, bail};
use std::fs;

/// Stands in the page until the id of the build is known.
pub const BUILD_ID: &str = "__NW_BUILD_ID__";

const OPEN: &str = "<!--nw:";
const CLOSE: &str = "-->";

/// The text for each marker.
pub struct Fills {
    assets: String,
    css: String,
    critical_css: String,
    numbers: Option<String>,
    required: &'static [&'static str],
}

impl Fills {
    /// Gathers the texts for one page.
    pub fn new(hook: &Hook, urls: &Urls, styles: &Styles) -> Result<Self> {
        let numbers = match fs::read_to_string(project::built_content().join("numbers.html")) {
            // Only a page that nobody is served may lack them.
            Err(_) if !hook.release => Some(String::new()),
            other => other.ok(),
        };
        Ok(Self {
            assets: assets_meta(urls)?,
            css: styles
                .sheets
                .iter()
                .map(|url| format!("<link rel=\"stylesheet\" href=\"{url}\">"))
                .collect(),
            critical_css: format!("<style>{}</style>", styles.critical),
            numbers,
            required: match hook.page {
                Page::Driver => &["assets", "critical-css", "css", "numbers"],
                Page::Desk => &["assets", "css"],
            },
        })
    }

    fn text(&self, marker: &str) -> Result<&str> {
        Ok(match marker {
            "assets" => &self.assets,
            "css" => &self.css,
            "critical-css" => &self.critical_css,
            "numbers" => self.numbers.as_deref().context(
                "the emergency numbers are missing: run `cargo xtask content` and see what it says",
            )?,
            other => bail!("{OPEN}{other}{CLOSE} is a marker nobody knows"),
        })
    }
}

/// Replaces every marker; each required one must be there exactly once.
pub fn fill(html: &str, fills: &Fills) -> Result<String> {
    for name in fills.required {
        let count = html.matches(&format!("{OPEN}{name}{CLOSE}")).count();
        if count != 1 {
            bail!("the marker {OPEN}{name}{CLOSE} must stand there once, found {count} times");
        }
    }
    let mut out = String::with_capacity(html.len() * 2);
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (marker, tail) = after.split_once(CLOSE).context("a marker is not closed")?;
        out.push_str(before);
        out.push_str(fills.text(marker.trim())?);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// The names the app asks for and the URLs they have in this build, plus the build's own id.
fn assets_meta(urls: &Urls) -> Result<String> {
    let json = serde_json::to_string(urls)?
        .replace('&', "&amp;")
        .replace('\'', "&#39;")
        .replace('<', "&lt;");
    Ok(format!(
        "<meta name=\"nw-assets\" content='{json}'><meta name=\"nw-build\" content=\"{BUILD_ID}\">"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fills() -> Fills {
        let urls = Urls::from([("words-zh".to_owned(), "/words-zh.1.json".to_owned())]);
        Fills {
            assets: assets_meta(&urls).unwrap(),
            css: "<link>".into(),
            critical_css: "<style>a{}</style>".into(),
            numbers: Some("<p>120</p>".into()),
            required: &["assets", "numbers"],
        }
    }

    #[test]
    fn fills_each_marker() {
        let page = fill(
            "<head><!--nw:assets--></head><body><!--nw:numbers--><!--nw:css--></body>",
            &fills(),
        )
        .unwrap();
        assert_eq!(
            page,
            "<head><meta name=\"nw-assets\" content='{\"words-zh\":\"/words-zh.1.json\"}'>\
             <meta name=\"nw-build\" content=\"__NW_BUILD_ID__\"></head><body><p>120</p><link></body>"
        );
    }

    #[test]
    fn a_missing_doubled_or_unknown_marker_is_an_error() {
        for bad in [
            "<!--nw:assets-->",
            "<!--nw:assets--><!--nw:numbers--><!--nw:numbers-->",
            "<!--nw:assets--><!--nw:numbers--><!--nw:typo-->",
            "<!--nw:assets--><!--nw:numbers--><!--nw:css",
        ] {
            assert!(fill(bad, &fills()).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_page_without_emergency_numbers() {
        let without = Fills { numbers: None, ..fills() };
        assert!(fill("<!--nw:assets--><!--nw:numbers-->", &without).is_err());
    }
}
