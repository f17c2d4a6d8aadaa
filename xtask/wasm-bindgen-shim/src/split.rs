//! Splits a module in two at the functions that are marked as split points, before wasm-bindgen
//! sees it: Trunk has no hook there, but this command is its wasm-bindgen.
//!
//! The loader that the splitting tool writes is put into the page's script, so that it costs no
//! request of its own. It does not compress or rename anything; Trunk's last hook does.

use anyhow::{Context as _, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// What a split leaves for wasm-bindgen.
pub struct Split {
    /// The module without its chunks.
    pub main: PathBuf,
    /// The loader, written for a script called `<name>.js` in the same folder.
    loader: PathBuf,
    chunks: Vec<PathBuf>,
}

/// How the module imports its loader.
const LOADER: &str = "__wasm_split.js";

/// Splits the module; `None` when nothing in it is marked.
pub fn split(input: &Path, out_dir: &Path, name: &str) -> Result<Option<Split>> {
    let module = fs::read(input).with_context(|| format!("{}", input.display()))?;
    // The names of the marks stand in the import section as they are.
    if !module.windows(MARK.len()).any(|bytes| bytes == MARK) {
        return Ok(None);
    }
    let dir = out_dir.join(format!("{name}-split"));
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    let main = dir.join("main.wasm");
    let script = format!("./{name}.js");
    let mut options = wasm_split_cli_support::Options::new(&module);
    options.output_dir = &dir;
    options.main_out_path = &main;
    options.main_module = &script;
    options.link_name = "./__wasm_split.js";
    let made = wasm_split_cli_support::transform(options)
        .map_err(|e| anyhow::anyhow!("{} cannot be split: {e:#}", input.display()))?;
    Ok(Some(Split { loader: dir.join(LOADER), main, chunks: made.split_modules }))
}

const MARK: &[u8] = b"__wasm_split_placeholder__";

impl Split {
    /// Puts the loader into the script and the chunks beside it, as `<name>_<chunk>.wasm`.
    pub fn finish(&self, out_dir: &Path, name: &str) -> Result<()> {
        let script = out_dir.join(format!("{name}.js"));
        let text = fs::read_to_string(&script)?;
        let mut loader = fs::read_to_string(&self.loader)?;
        for old in fs::read_dir(out_dir)? {
            let old = old?.path();
            let file = old.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let ours = file.starts_with(&format!("{name}_")) && file.ends_with(".wasm");
            if ours && !file.ends_with("_bg.wasm") {
                fs::remove_file(&old)?;
            }
        }
        for chunk in &self.chunks {
            let stem = chunk.file_name().and_then(|n| n.to_str()).context("a chunk has no name")?;
            let new = format!("{name}_{}", stem.trim_start_matches("split_"));
            fs::rename(chunk, out_dir.join(&new))?;
            loader = loader.replace(&format!("./{stem}"), &format!("./{new}"));
        }
        fs::write(script, inline(&text, &loader)?)?;
        Ok(())
    }
}

/// The script with the loader in place of its import. A script with several chunks imports it several
/// times, each time by another name.
fn inline(script: &str, loader: &str) -> Result<String> {
    let imports: Vec<&str> = script
        .lines()
        .filter(|line| line.starts_with("import ") && line.contains(LOADER))
        .collect();
    let names: Option<Vec<&str>> = imports
        .iter()
        .map(|import| import.strip_prefix("import * as ").and_then(|rest| rest.split(' ').next()))
        .collect();
    let names = names.context("the loader is imported in a way not known here")?;
    let (first, others) = names.split_first().context("the script does not import the loader")?;
    let mut exports = Vec::new();
    let mut body = String::new();
    for line in loader.lines() {
        if line.starts_with("import ") {
            continue;
        }
        match line.strip_prefix("export const ") {
            Some(rest) => {
                exports.extend(rest.split(' ').next());
                body.push_str("const ");
                body.push_str(rest);
            }
            None => body.push_str(line),
        }
        body.push('\n');
    }
    let made = format!("{body}const {first} = {{ {} }};", exports.join(", "));
    let mut out = script.replacen(imports[0], &made, 1);
    for (import, name) in imports[1..].iter().zip(others) {
        out = out.replacen(import, &format!("const {name} = {first};"), 1);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn the_loader_becomes_part_of_the_script() {
        let script = "import * as import1 from \"./__wasm_split.js\"\nlet wasm;\n";
        let loader = "import { initSync } from \"./driver.js\";\n\nconst a = 1;\nexport const load = wrap(a);\n";
        let made = inline(script, loader).unwrap();
        assert!(!made.contains("import ") && !made.contains("export "), "{made}");
        assert!(made.contains("const load = wrap(a);"), "{made}");
        assert!(made.contains("const import1 = { load };\nlet wasm;"), "{made}");
        let twice = "import * as import1 from \"./__wasm_split.js\"\nimport * as import2 from \"./__wasm_split.js\"\nlet wasm;\n";
        let made = inline(twice, loader).unwrap();
        assert!(!made.contains("import "), "{made}");
        assert!(made.contains("const import1 = { load };\nconst import2 = import1;"), "{made}");
        assert!(inline("let wasm;", loader).is_err());
    }
}
