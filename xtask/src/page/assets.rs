//! Files beside the HTML: content under hashed names, the build id over all of them, and the list
//! the service worker stores.

use super::hash;
use super::hook::{Hook, Page};
use super::sizes::is_bench;
use crate::project;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Logical name (`words-zh`) to URL.
pub type Urls = BTreeMap<String, String>;

/// Pieces of HTML that are put into the page, not beside it.
const INLINE: &str = "html";

/// Copies everything `xtask content` built into the staging folder, under names that change with
/// their bytes, so that they can be cached for ever.
pub fn copy_content(hook: &Hook) -> Result<Urls> {
    let mut urls = Urls::new();
    for file in files(&project::built_content())? {
        if file.extension().is_some_and(|e| e == INLINE) {
            continue;
        }
        let bytes = fs::read(&file)?;
        let (logical, hashed) = names(&file, &bytes)?;
        if logical.starts_with("words-")
            && logical.starts_with("words-desk-") != (hook.page == Page::Desk)
        {
            continue;
        }
        fs::write(hook.staging.join(&hashed), &bytes)?;
        urls.insert(logical, format!("{}{hashed}", hook.public_url));
    }
    Ok(urls)
}

/// `words-zh.json` gives (`words-zh`, `words-zh.<hash>.json`); a signature beside its file keeps its
/// own ending in the logical name: (`pack-cn.sig`, `pack-cn.<hash>.sig`).
fn names(file: &Path, bytes: &[u8]) -> Result<(String, String)> {
    let part = |os: Option<&std::ffi::OsStr>| os.and_then(|s| s.to_str()).map(str::to_owned);
    let stem =
        part(file.file_stem()).with_context(|| format!("{}: no usable name", file.display()))?;
    let stem = stem.trim_end_matches(".json").to_owned();
    let ending =
        part(file.extension()).with_context(|| format!("{}: no file ending", file.display()))?;
    let hashed = format!("{stem}.{}.{ending}", &hash::short(bytes)[..8]);
    Ok((if ending == "sig" { format!("{stem}.sig") } else { stem }, hashed))
}

/// The id of this build: changes when any file of the page, the page itself or the service worker
/// does, and at no other time.
pub fn build_id(staging: &Path, html: &str, worker: &str) -> Result<String> {
    let mut all = Vec::new();
    for (name, file) in listed(staging)? {
        all.extend(name.into_bytes());
        all.push(0);
        all.extend(hash::short(&fs::read(file)?).into_bytes());
    }
    all.extend(hash::csp_source(html.as_bytes()).into_bytes());
    all.extend(hash::csp_source(worker.as_bytes()).into_bytes());
    Ok(hash::short(&all))
}

/// Names relative to the service worker's scope; the page itself is `./`.
pub fn precache_list(staging: &Path) -> Result<Vec<String>> {
    let files = listed(staging)?;
    Ok(std::iter::once("./".to_owned())
        .chain(files.into_iter().map(|(name, _)| format!("./{name}")))
        .collect())
}

/// What belongs to the page besides the HTML and what is generated from all of it.
fn listed(staging: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for file in files(staging)? {
        let name = file.strip_prefix(staging)?.to_string_lossy().replace('\\', "/");
        if !matches!(name.as_str(), "index.html" | "sw.js" | "headers.json")
            && !name.ends_with(".br")
            && !is_bench(&name)
        {
            found.push((name, file));
        }
    }
    Ok(found)
}

/// Every file below a folder, sorted; a folder that is not there has none.
pub fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(dir) else {
        return Ok(found);
    };
    for entry in entries {
        let path = entry?.path();
        // Half-written files of other programs begin with a dot.
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_a_hash_and_keep_signatures_apart() {
        let name = |file: &str| names(Path::new(file), b"abc").unwrap();
        assert_eq!(name("x/words-zh.json"), ("words-zh".into(), "words-zh.ba7816bf.json".into()));
        assert_eq!(name("pack-cn.json.sig"), ("pack-cn.sig".into(), "pack-cn.ba7816bf.sig".into()));
        assert_eq!(name("pictures.svg"), ("pictures".into(), "pictures.ba7816bf.svg".into()));
        assert!(names(Path::new("README"), b"").is_err());
    }

    #[test]
    fn lists_everything_but_what_is_generated_from_it() {
        let dir = std::env::temp_dir().join(format!("nightwatch-xtask-{}", std::process::id()));
        fs::create_dir_all(dir.join("icons")).unwrap();
        for name in ["index.html", "sw.js", "headers.json", "a.css", "a.css.br", "icons/i.png"] {
            fs::write(dir.join(name), name).unwrap();
        }
        let list = precache_list(&dir).unwrap();
        let before = build_id(&dir, "page", "sw").unwrap();
        fs::write(dir.join("a.css"), "changed").unwrap();
        let after = build_id(&dir, "page", "sw").unwrap();
        fs::remove_dir_all(&dir).unwrap();
        assert_eq!(list, ["./", "./a.css", "./icons/i.png"]);
        assert_ne!(before, after);
    }
}
