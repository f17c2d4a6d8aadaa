//! Fills `src/sw.js` with the build's id and the list of files to keep.

use super::hook::Page;
use crate::project;
use anyhow::{Context as _, Result, bail};
use std::fs;

/// The template as it stands in the checkout.
pub fn template() -> Result<String> {
    fs::read_to_string(project::root().join("src/sw.js")).context("src/sw.js cannot be read")
}

/// The service worker of one page. `precache` holds names relative to its scope, `./` first.
pub fn generate(template: &str, page: Page, build: &str, precache: &[String]) -> Result<String> {
    // The desk lies inside the driver's scope and has a worker of its own.
    let never: &[&str] = match page {
        Page::Driver => &["/v1/", "/healthz", "/desk/"],
        Page::Desk => &["/v1/", "/healthz"],
    };
    let mut worker = template.to_owned();
    for (placeholder, value) in [
        ("'__NW_BUILD__'", serde_json::to_string(build)?),
        ("'__NW_PAGE__'", serde_json::to_string(page.name())?),
        ("['__NW_PRECACHE__']", serde_json::to_string(precache)?),
        ("['__NW_NEVER__']", serde_json::to_string(never)?),
    ] {
        if worker.matches(placeholder).count() != 1 {
            bail!("src/sw.js must hold {placeholder} once");
        }
        worker = worker.replace(placeholder, &value);
    }
    Ok(worker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_the_real_template() {
        let list = ["./".to_owned(), "./app.1a2b3c4d.css".to_owned()];
        let worker = generate(&template().unwrap(), Page::Driver, "feedbeef", &list).unwrap();
        assert!(worker.contains(r#"const PRECACHE = ["./","./app.1a2b3c4d.css"];"#), "{worker}");
        assert!(worker.contains(r#"const NEVER = ["/v1/","/healthz","/desk/"];"#));
        assert!(worker.contains(r#"const BUILD = "feedbeef";"#));
        assert!(!worker.contains("__NW_"));
    }

    #[test]
    fn a_template_without_its_places_is_refused() {
        assert!(generate("// empty", Page::Desk, "x", &[]).is_err());
    }
}
