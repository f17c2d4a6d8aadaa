//! Carries the chunks of a page's wasm from wasm-bindgen's folder into the page: Trunk knows of one
//! module only. In release they are optimised as Trunk optimises that one.

use super::assets;
use super::hash;
use super::hook::Hook;
use super::wasm::{self, Names};
use crate::{project, sh};
use anyhow::{Context as _, Result};
use std::fs;

/// Copies the chunks under names that change with their bytes, and names them so in the script.
pub fn carry(hook: &Hook) -> Result<()> {
    let profile = if hook.release { "release" } else { "debug" };
    let made = project::target().join("wasm-bindgen").join(profile);
    let start = format!("{}_", hook.page.name());
    for chunk in assets::files(&made)? {
        let name = chunk.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_chunk = chunk.parent() == Some(made.as_path())
            && name.starts_with(&start)
            && name.ends_with(".wasm")
            && !name.ends_with("_bg.wasm");
        if is_chunk {
            copy(hook, &name, fs::read(&chunk)?).with_context(|| name.clone())?;
        }
    }
    Ok(())
}

fn copy(hook: &Hook, name: &str, mut bytes: Vec<u8>) -> Result<()> {
    if hook.release {
        let file = hook.staging.join(name);
        fs::write(&file, &bytes)?;
        sh::run(sh::command("wasm-opt").arg("-Oz").arg(&file).arg("--output").arg(&file))?;
        bytes = wasm::shorten(&fs::read(&file)?, &mut Names::default(), true)?;
        fs::remove_file(&file)?;
    }
    let stem = name.trim_end_matches(".wasm");
    let hashed = format!("{stem}-{}.wasm", hash::short(&bytes));
    fs::write(hook.staging.join(&hashed), &bytes)?;
    let (old, new) = (format!("./{name}"), format!("./{hashed}"));
    let mut named = 0;
    for script in
        assets::files(&hook.staging)?.iter().filter(|f| f.extension().is_some_and(|e| e == "js"))
    {
        let text = fs::read_to_string(script)?;
        named += text.matches(&old).count();
        fs::write(script, text.replace(&old, &new))?;
    }
    anyhow::ensure!(named == 1, "named {named} times in the scripts, not once");
    Ok(())
}
