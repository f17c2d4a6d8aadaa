//! From `content/`, as experts write it, to signed packs and word lists, as browsers read them.
//!
//! Everything is read, checked and compiled before anything is written: a single problem leaves
//! the output as it was. Used by tools and build scripts only.

mod compile;
mod keys;
mod lint;
mod load;
mod source;
mod words;
mod write;

pub use keys::keys_rs;
pub use words::words_rs;

use std::fmt;
use std::path::Path;

/// Something in `content/` that must be mended before a pack can be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File, relative to the content folder.
    pub file: String,
    /// Line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// Name of the rule that was broken.
    pub rule: &'static str,
    /// What is wrong, in a sentence.
    pub say: String,
}

impl Problem {
    fn new(file: impl Into<String>, rule: &'static str, say: impl Into<String>) -> Self {
        Problem { file: file.into(), line: None, rule, say: say.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {} [{}]", self.file, self.say, self.rule),
            None => write!(f, "{}: {} [{}]", self.file, self.say, self.rule),
        }
    }
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Report {
    /// Edition of the content.
    pub edition: String,
    /// Name of the key that signed.
    pub key: String,
    /// One entry a region.
    pub regions: Vec<RegionReport>,
    /// Keys in each list of words.
    pub words: usize,
    /// Every file written, with its size in bytes.
    pub files: Vec<(String, usize)>,
}

/// What one pack holds.
#[derive(Clone, Debug)]
pub struct RegionReport {
    /// The region.
    pub id: String,
    /// Guides in the pack.
    pub guides: usize,
    /// Steps in all guides.
    pub steps: usize,
    /// Cited sources.
    pub sources: usize,
    /// Cars to choose from.
    pub vehicles: usize,
}

/// Reads and checks `content_dir`, and writes packs, words, pictures and numbers to `out_dir`.
///
/// # Errors
/// Every problem found, sorted by file; then nothing has been written.
pub fn build(content_dir: &Path, out_dir: &Path) -> Result<Report, Vec<Problem>> {
    let content = checked(content_dir)?;
    let key = keys::signing(content_dir).map_err(|p| vec![p])?;
    write::write(&content, &key, out_dir).map_err(|p| vec![p])
}

/// Reads and checks `content_dir` and writes nothing.
///
/// # Errors
/// Every problem found, sorted by file.
pub fn check(content_dir: &Path) -> Result<(), Vec<Problem>> {
    checked(content_dir).map(|_| ())
}

/// Reads and checks `content_dir` and gives the packs themselves, for tests of what uses them.
///
/// # Errors
/// Every problem found, sorted by file.
pub fn packs(content_dir: &Path) -> Result<Vec<crate::Pack>, Vec<Problem>> {
    Ok(checked(content_dir)?.packs.into_iter().map(|built| built.pack).collect())
}

fn checked(content_dir: &Path) -> Result<compile::Content, Vec<Problem>> {
    let mut problems = Vec::new();
    let raw = load::load(content_dir, &mut problems);
    let words = words::load(content_dir, &mut problems);
    let mut content = None;
    if let Some(raw) = raw {
        let compiled = compile::compile(raw, words, &mut problems);
        lint::lint(&compiled, &mut problems);
        content = Some(compiled);
    }
    problems.sort();
    problems.dedup();
    match content {
        Some(content) if problems.is_empty() => Ok(content),
        _ => Err(problems),
    }
}
