//! The source form of `content/`: what an expert writes in TOML. An unknown field is an error,
//! so that a misspelt one is not silently ignored.

use crate::model::{Disposition, Form, Grade, Kind, Service, Source, Text};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A text that may still lack a language; the lint says so.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
}

impl From<Words> for Text {
    fn from(words: Words) -> Text {
        Text { zh: words.zh, en: words.en }
    }
}

/// `guides/*.toml`, `base/*.toml` and `regions/*/safety.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideFile {
    /// Name; the file's stem when left out.
    pub id: Option<String>,
    #[serde(default)]
    pub title: Words,
    /// First step; the first in the file when left out.
    pub start: Option<String>,
    #[serde(default)]
    pub safety: bool,
    /// A file in `base/` whose steps this guide may use and override.
    pub base: Option<String>,
    #[serde(default)]
    pub step: Vec<StepFile>,
}

/// One `[[step]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepFile {
    pub id: String,
    /// Regions in which the step exists; all when left out.
    #[serde(default)]
    pub only: Vec<String>,
    pub kind: Kind,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
    pub more: Option<Words>,
    pub warn: Option<Words>,
    #[serde(default)]
    pub pic: String,
    #[serde(default)]
    pub src: Vec<String>,
    #[serde(default)]
    pub choices: Vec<ChoiceFile>,
    #[serde(default)]
    pub branches: Vec<BranchFile>,
    pub form: Option<Form>,
    #[serde(default)]
    pub metres: u32,
    pub end: Option<Disposition>,
    #[serde(default)]
    pub then: String,
    #[serde(default)]
    pub sets: Vec<String>,
    #[serde(default)]
    pub detail: bool,
    /// The step needs a tool. Written to be refused (law 11).
    #[serde(default)]
    pub tool: bool,
    /// The step comes near high voltage. Written to be refused (law 11).
    #[serde(default)]
    pub high_voltage: bool,
}

/// One answer. Without words, those of `answers.toml` under the same name are used.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceFile {
    pub id: String,
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub pic: String,
    pub next: String,
    #[serde(default)]
    pub sets: Vec<String>,
    pub skip: Option<bool>,
}

/// One branch of a gate; `slot` stands for one branch per car that has a guide in that slot.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchFile {
    /// Regions in which the branch exists; all when left out.
    #[serde(default)]
    pub only: Vec<String>,
    #[serde(default)]
    pub when: Vec<String>,
    #[serde(default)]
    pub next: String,
    pub slot: Option<String>,
}

/// `answers.toml`: words of common answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub zh: String,
    pub en: String,
    /// Whether this answer skips what was asked.
    #[serde(default)]
    pub skip: bool,
}

/// `regions/*/region.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionFile {
    pub id: String,
    pub name: Words,
    #[serde(default)]
    pub gcj02: bool,
    /// Words for `{name}` in texts: numbers and what is called differently in each country.
    #[serde(default)]
    pub vars: BTreeMap<String, Words>,
    #[serde(default)]
    pub number: Vec<NumberFile>,
}

/// One `[[number]]` of a region.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFile {
    pub service: Service,
    pub dial: String,
    pub zh: String,
    pub en: String,
    #[serde(default)]
    pub sms: bool,
    pub note: Option<Words>,
    #[serde(default)]
    pub src: Vec<String>,
}

/// `vehicles/*.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VehicleFile {
    /// Position in the list: files are sorted by it, then by name.
    #[serde(default)]
    pub order: u32,
    pub make: Words,
    pub vehicle: Vec<ModelFile>,
}

/// One `[[vehicle]]` of a maker.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    pub id: String,
    pub zh: String,
    pub en: String,
    #[serde(default)]
    pub guides: BTreeMap<String, String>,
}

/// `sources.toml`: `[name]` tables.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    pub title: String,
    pub at: String,
    pub grade: Grade,
    pub edition: String,
    pub checked: String,
}

impl SourceFile {
    pub fn named(self, id: &str) -> Source {
        let SourceFile { title, at, grade, edition, checked } = self;
        Source { id: id.into(), title, at, grade, edition, checked }
    }
}

/// `service.toml`: how the service itself is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceFile {
    /// The hotline, as dialled.
    pub hotline: String,
    /// Where the driver's SMS goes; empty: none.
    #[serde(default)]
    pub sms: String,
    /// Other values for a region.
    #[serde(default)]
    pub region: BTreeMap<String, ServiceOf>,
}

/// What differs in one region.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceOf {
    pub hotline: Option<String>,
    pub sms: Option<String>,
}

/// `edition.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionFile {
    pub edition: String,
}

/// `lint.toml`: words that betray a step nobody may be asked to do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LintFile {
    /// Facts that the app itself establishes.
    #[serde(default)]
    pub facts: Vec<String>,
    /// High voltage, by language: not in an action.
    #[serde(default)]
    pub high_voltage: BTreeMap<String, Vec<String>>,
    /// Tools, by language: not in an action.
    #[serde(default)]
    pub tools: BTreeMap<String, Vec<String>>,
    /// Dangerous advice, by language: nowhere.
    #[serde(default)]
    pub forbidden: BTreeMap<String, Vec<String>>,
}
