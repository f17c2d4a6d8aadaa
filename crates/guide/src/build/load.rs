//! Reads the files of `content/`. Judges nothing but whether they are there and well formed.

use super::Problem;
use super::source::*;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A file and what it says.
#[derive(Clone, Debug)]
pub struct Doc<T> {
    /// Path relative to the content folder.
    pub file: String,
    /// The text, for finding lines.
    pub text: String,
    /// The parsed content.
    pub is: T,
}

/// The whole folder, parsed.
pub struct Raw {
    pub edition: String,
    pub service: ServiceFile,
    pub answers: BTreeMap<String, Answer>,
    pub sources: Doc<BTreeMap<String, SourceFile>>,
    pub lint: LintFile,
    pub base: Vec<Doc<GuideFile>>,
    pub guides: Vec<Doc<GuideFile>>,
    pub vehicles: Vec<Doc<VehicleFile>>,
    pub regions: Vec<(Doc<RegionFile>, Doc<GuideFile>)>,
    pub pictures: String,
    pub symbols: BTreeSet<String>,
}

/// Reads everything; `None` when a file without which nothing else makes sense is missing.
pub fn load(dir: &Path, problems: &mut Vec<Problem>) -> Option<Raw> {
    let edition: Option<Doc<EditionFile>> = one(dir, "edition.toml", problems);
    let service = one(dir, "service.toml", problems);
    let answers: Option<Doc<BTreeMap<String, Answer>>> = one(dir, "answers.toml", problems);
    let sources = one(dir, "sources.toml", problems);
    let lint: Option<Doc<LintFile>> = one(dir, "lint.toml", problems);
    let mut vehicles: Vec<Doc<VehicleFile>> = folder(dir, "vehicles", problems);
    vehicles.sort_by(|a, b| (a.is.order, &a.file).cmp(&(b.is.order, &b.file)));
    let mut regions = Vec::new();
    for name in names(dir, "regions") {
        let region = one(dir, &format!("regions/{name}/region.toml"), problems);
        let safety = one(dir, &format!("regions/{name}/safety.toml"), problems);
        if let (Some(region), Some(safety)) = (region, safety) {
            regions.push((region, safety));
        }
    }
    if regions.is_empty() {
        problems.push(Problem::new("regions", "file", "There is no region."));
    }
    let pictures = read(dir, "pictures.svg", problems).unwrap_or_default();
    let symbols = pictures
        .split("<symbol")
        .skip(1)
        .filter_map(|s| s.split('>').next()?.split("id=\"").nth(1)?.split('"').next())
        .map(String::from)
        .collect();
    Some(Raw {
        edition: edition?.is.edition,
        service: service?.is,
        answers: answers?.is,
        sources: sources?,
        lint: lint?.is,
        base: folder(dir, "base", problems),
        guides: folder(dir, "guides", problems),
        vehicles,
        regions,
        pictures,
        symbols,
    })
}

/// The text of a file.
pub fn read(dir: &Path, file: &str, problems: &mut Vec<Problem>) -> Option<String> {
    match std::fs::read_to_string(dir.join(file)) {
        Ok(text) => Some(text),
        Err(e) => {
            problems.push(Problem::new(file, "file", format!("Cannot be read: {e}.")));
            None
        }
    }
}

/// Reads and parses one TOML file.
pub fn one<T: DeserializeOwned>(
    dir: &Path,
    file: &str,
    problems: &mut Vec<Problem>,
) -> Option<Doc<T>> {
    let text = read(dir, file, problems)?;
    match toml::from_str(&text) {
        Ok(is) => Some(Doc { file: file.into(), text, is }),
        Err(e) => {
            let line = e.span().map(|s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            let say = format!("Not well formed: {}.", e.message().replace('\n', " "));
            problems.push(Problem { line, ..Problem::new(file, "form", say) });
            None
        }
    }
}

fn folder<T: DeserializeOwned>(dir: &Path, name: &str, problems: &mut Vec<Problem>) -> Vec<Doc<T>> {
    let files = names(dir, name);
    let toml = files.iter().filter(|f| f.ends_with(".toml"));
    toml.filter_map(|f| one(dir, &format!("{name}/{f}"), problems)).collect()
}

/// Sorted names in a folder; none when it is not there.
fn names(dir: &Path, name: &str) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join(name)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|e| e.file_name().into_string().ok())
        .filter(|n| !n.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// The line, counted from 1, on which `id = "name"` stands.
pub fn line_of(text: &str, id: &str) -> Option<usize> {
    let wanted = format!("id = \"{id}\"");
    text.lines().position(|l| l.trim_start().starts_with(&wanted)).map(|at| at + 1)
}
