//! Makes the code of a release smaller without touching what it does.
//!
//! wasm-bindgen gives every import a long name with 16 random digits, and writes it into the wasm and
//! into the script. Random digits do not compress: short names save some 7 kB of brotli on a page of
//! 100. Then terser shortens the script, and custom sections (tools' notes to tools) are dropped, and
//! in workers the places of panics: the pages keep theirs for the report of a crash. The files get
//! new names, made from their new bytes.

use super::assets;
use super::hash;
use super::wasm::{self, Names};
use crate::sh;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

/// Slims every script and module in the staging folder; gives the page with the new names in it.
pub fn slim(staging: &Path, html: &str) -> Result<String> {
    let mut html = html.to_owned();
    let files = assets::files(staging)?;
    let has_terser = sh::find("terser").is_some();
    if !has_terser {
        sh::say(
            "no terser here (it comes with `cargo xtask setup`): scripts stay as long as they are",
        );
    }
    for module in files.iter().filter(|file| file.to_string_lossy().ends_with("_bg.wasm")) {
        let name = module.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let stem = name.trim_end_matches("_bg.wasm");
        let script = module.with_file_name(format!("{stem}.js"));
        if !script.is_file() {
            continue;
        }
        let hashed = stem.rsplit_once('-').filter(|(_, old)| is_hash(old));
        let mut names = Names::default();
        let short = wasm::shorten(&fs::read(module)?, &mut names, hashed.is_some())
            .with_context(|| name.clone())?;
        fs::write(module, &short)?;
        fs::write(&script, rename(&fs::read_to_string(&script)?, &names))?;
        if has_terser {
            terser(&script, if hashed.is_some() { Kind::Module } else { Kind::Classic })?;
        }
        // Workers have no hash in their name, and other code knows them by it.
        let Some((plain, _)) = hashed else {
            continue;
        };
        let both = [short, fs::read(&script)?].concat();
        let fresh = format!("{plain}-{}", hash::short(&both));
        fs::rename(module, module.with_file_name(format!("{fresh}_bg.wasm")))?;
        fs::rename(&script, script.with_file_name(format!("{fresh}.js")))?;
        html = html.replace(stem, &fresh);
    }
    if has_terser {
        for script in &files {
            let name = script.to_string_lossy();
            if name.ends_with(".mjs") {
                terser(script, Kind::Module)?;
            } else if name.ends_with("_loader.js") {
                terser(script, Kind::Classic)?;
            }
        }
    }
    Ok(html)
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Replaces whole identifiers only.
fn rename(script: &str, names: &Names) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c| !is_part(c)).unwrap_or(word.len()));
        out.push_str(before);
        out.push_str(names.short(word).unwrap_or(word));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What a script is for other scripts.
#[derive(Clone, Copy)]
enum Kind {
    /// Only what it exports is seen from outside.
    Module,
    /// A worker's: every name at its top level is seen by the scripts it loads.
    Classic,
}

/// Shortens a script in place.
fn terser(script: &Path, kind: Kind) -> Result<()> {
    let mut command = sh::command("terser");
    command.arg(script).args(["--ecma", "2020", "--compress", "--mangle"]);
    if let Kind::Module = kind {
        command.arg("--module");
    }
    sh::run(command.arg("--output").arg(script))
        .with_context(|| format!("{} cannot be shortened", script.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_whole_words_only() {
        let mut names = Names::default();
        names.shorten("__wbg_new_1");
        assert_eq!(
            rename("x={__wbg_new_1:f,__wbg_new_12:g,'__wbg_new_1':h}", &names),
            "x={_a:f,__wbg_new_12:g,'_a':h}"
        );
    }

    #[test]
    fn knows_trunks_hashes() {
        assert!(is_hash("4f00e57ef95ee77e"));
        assert!(!is_hash("worker") && !is_hash("4f00e57e"));
    }
}
