//! Puts the parts together: for each region its own safety guide over the common base, the shared
//! guides, the cars, and the sources that are really cited.

use super::Problem;
use super::load::{Doc, Raw, line_of};
use super::source::*;
use super::words::WordLists;
use crate::model::*;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that will be written, before it is signed.
pub struct Content {
    pub packs: Vec<Built>,
    pub words: WordLists,
    pub pictures: String,
    pub symbols: BTreeSet<String>,
    pub lint: LintFile,
    /// Every known source, cited or not.
    pub sources: BTreeMap<String, Source>,
}

/// The pack of a region and where its parts came from.
pub struct Built {
    pub pack: Pack,
    pub region_file: String,
    /// Files in which a guide's steps stand, the overriding one first: (name, text).
    pub files: BTreeMap<String, Vec<(String, String)>>,
    /// Steps declared to need a tool or to come near high voltage: (guide, step).
    pub refused: Vec<(String, String)>,
}

impl Built {
    /// A problem with a step, with its file and line.
    pub fn problem(&self, guide: &str, step: &str, rule: &'static str, say: String) -> Problem {
        let files = self.files.get(guide).map(Vec::as_slice).unwrap_or_default();
        for (file, text) in files {
            if let Some(line) = line_of(text, step) {
                return Problem { line: Some(line), ..Problem::new(file, rule, say) };
            }
        }
        let file = files.first().map_or(self.region_file.as_str(), |(file, _)| file);
        Problem::new(file, rule, say)
    }
}

/// Compiles every region.
pub fn compile(raw: Raw, words: WordLists, problems: &mut Vec<Problem>) -> Content {
    let sources: BTreeMap<String, Source> =
        raw.sources.is.iter().map(|(id, s)| (id.clone(), s.clone().named(id))).collect();
    let vehicles = vehicles(&raw);
    let mut used_base = BTreeSet::new();
    let mut packs = Vec::new();
    for (region, safety) in &raw.regions {
        packs.push(pack(&raw, region, safety, &vehicles, &sources, &mut used_base, problems));
    }
    for base in &raw.base {
        for step in
            base.is.step.iter().filter(|s| !used_base.contains(&(base.file.clone(), s.id.clone())))
        {
            let say = format!("Step {} is used by no region.", step.id);
            let line = line_of(&base.text, &step.id);
            problems.push(Problem { line, ..Problem::new(&base.file, "unreachable", say) });
        }
    }
    Content { packs, words, pictures: raw.pictures, symbols: raw.symbols, lint: raw.lint, sources }
}

fn vehicles(raw: &Raw) -> Vec<Vehicle> {
    let all = raw.vehicles.iter().flat_map(|doc| {
        doc.is.vehicle.iter().map(|m| Vehicle {
            id: m.id.clone(),
            make: doc.is.make.clone().into(),
            model: Text { zh: m.zh.clone(), en: m.en.clone() },
            guides: m.guides.clone().into_iter().collect(),
        })
    });
    all.collect()
}

fn pack(
    raw: &Raw,
    region: &Doc<RegionFile>,
    safety: &Doc<GuideFile>,
    vehicles: &[Vehicle],
    sources: &BTreeMap<String, Source>,
    used_base: &mut BTreeSet<(String, String)>,
    problems: &mut Vec<Problem>,
) -> Built {
    let mut make = Make { raw, region, vehicles, refused: Vec::new(), problems };
    let mut files = BTreeMap::new();
    let mut guides = Vec::new();
    for doc in std::iter::once(safety).chain(&raw.guides) {
        let base = doc.is.base.as_ref().and_then(|name| {
            let file = format!("base/{name}.toml");
            let found = raw.base.iter().find(|b| b.file == file);
            if found.is_none() {
                make.problems.push(Problem::new(&doc.file, "file", format!("There is no {file}.")));
            }
            found
        });
        let guide = make.guide(doc, base, used_base);
        let docs = std::iter::once(doc).chain(base);
        files.insert(guide.id.clone(), docs.map(|d| (d.file.clone(), d.text.clone())).collect());
        guides.push(guide);
    }
    let numbers = region.is.number.iter().map(|n| make.number(n)).collect();
    let of = raw.service.region.get(&region.is.id);
    let refused = make.refused;
    let mut pack = Pack {
        v: PACK_VERSION,
        edition: raw.edition.clone(),
        region: Region {
            id: region.is.id.clone(),
            name: region.is.name.clone().into(),
            numbers,
            gcj02: region.is.gcj02,
            hotline: of
                .and_then(|o| o.hotline.clone())
                .unwrap_or_else(|| raw.service.hotline.clone()),
            sms: of.and_then(|o| o.sms.clone()).unwrap_or_else(|| raw.service.sms.clone()),
        },
        sources: Vec::new(),
        guides,
        vehicles: vehicles.to_vec(),
    };
    let cited: BTreeSet<&String> = cites(&pack).collect();
    pack.sources = cited.into_iter().filter_map(|id| sources.get(id).cloned()).collect();
    Built { pack, region_file: region.file.clone(), files, refused }
}

/// Every citation in a pack.
pub fn cites(pack: &Pack) -> impl Iterator<Item = &String> {
    let steps = pack.guides.iter().flat_map(|g| &g.steps).flat_map(|s| &s.src);
    steps.chain(pack.region.numbers.iter().flat_map(|n| &n.src))
}

struct Make<'a> {
    raw: &'a Raw,
    region: &'a Doc<RegionFile>,
    vehicles: &'a [Vehicle],
    refused: Vec<(String, String)>,
    problems: &'a mut Vec<Problem>,
}

impl Make<'_> {
    /// The steps that exist in this region.
    fn here<'s>(&self, steps: &'s [StepFile]) -> impl Iterator<Item = &'s StepFile> + use<'s> {
        let region = self.region.is.id.clone();
        steps.iter().filter(move |s| s.only.is_empty() || s.only.contains(&region))
    }

    fn guide(
        &mut self,
        doc: &Doc<GuideFile>,
        base: Option<&Doc<GuideFile>>,
        used_base: &mut BTreeSet<(String, String)>,
    ) -> Guide {
        let stem = doc.file.rsplit('/').next().and_then(|f| f.strip_suffix(".toml"));
        let id = doc.is.id.clone().unwrap_or_else(|| stem.unwrap_or_default().into());
        let own: BTreeSet<&str> = doc.is.step.iter().map(|s| s.id.as_str()).collect();
        let mut steps: Vec<Step> =
            self.here(&doc.is.step).map(|s| self.step(&doc.file, &id, s)).collect();
        if let Some(base) = base {
            let offered: Vec<&StepFile> =
                base.is.step.iter().filter(|s| !own.contains(s.id.as_str())).collect();
            // A base step is taken when something taken leads to it, or another guide names it.
            let mut wanted: Vec<String> = targets(&doc.is.step).map(String::from).collect();
            wanted.extend(doc.is.start.clone());
            let prefix = format!("{id}/");
            let all = self.raw.guides.iter().flat_map(|g| targets(&g.is.step));
            wanted.extend(all.filter_map(|t| t.strip_prefix(&prefix)).map(String::from));
            while let Some(name) = wanted.pop() {
                let name = name.strip_prefix(&prefix).unwrap_or(&name);
                let Some(found) = offered.iter().find(|s| s.id == name) else { continue };
                if steps.iter().any(|s| s.id == found.id) {
                    continue;
                }
                used_base.insert((base.file.clone(), found.id.clone()));
                wanted.extend(targets(std::slice::from_ref(*found)).map(String::from));
                steps.push(self.step(&base.file, &id, found));
            }
        }
        let first = steps.first().map(|s| s.id.clone()).unwrap_or_default();
        let title = self.text(&doc.file, &doc.is.title);
        Guide {
            id,
            title,
            start: doc.is.start.clone().unwrap_or(first),
            safety: doc.is.safety,
            steps,
        }
    }

    fn step(&mut self, file: &str, guide: &str, s: &StepFile) -> Step {
        if s.tool || s.high_voltage {
            self.refused.push((guide.into(), s.id.clone()));
        }
        Step {
            id: s.id.clone(),
            kind: s.kind,
            say: self.text(file, &Words { zh: s.zh.clone(), en: s.en.clone() }),
            more: s.more.as_ref().map(|w| self.text(file, w)),
            warn: s.warn.as_ref().map(|w| self.text(file, w)),
            pic: s.pic.clone(),
            src: s.src.clone(),
            choices: s.choices.iter().map(|c| self.choice(file, c)).collect(),
            branches: s.branches.iter().flat_map(|b| self.branches(b)).collect(),
            form: s.form,
            metres: s.metres,
            end: s.end,
            then: s.then.clone(),
            sets: s.sets.clone(),
            detail: s.detail,
        }
    }

    fn choice(&mut self, file: &str, c: &ChoiceFile) -> Choice {
        let common = self.raw.answers.get(&c.id);
        let words = match common {
            Some(a) if c.zh.is_empty() && c.en.is_empty() => {
                Words { zh: a.zh.clone(), en: a.en.clone() }
            }
            _ => Words { zh: c.zh.clone(), en: c.en.clone() },
        };
        Choice {
            id: c.id.clone(),
            text: self.text(file, &words),
            pic: c.pic.clone(),
            next: c.next.clone(),
            sets: c.sets.clone(),
            skip: c.skip.unwrap_or(common.is_some_and(|a| a.skip)),
        }
    }

    fn branches(&self, b: &BranchFile) -> Vec<Branch> {
        if !b.only.is_empty() && !b.only.contains(&self.region.is.id) {
            return Vec::new();
        }
        let Some(slot) = &b.slot else {
            return vec![Branch { when: b.when.clone(), next: b.next.clone() }];
        };
        let cars = self.vehicles.iter().filter_map(|v| Some((v, v.guides.get(slot)?)));
        cars.map(|(car, guide)| {
            let mut when = b.when.clone();
            when.push(format!("vehicle={}", car.id));
            let doc = self.raw.guides.iter().find(|g| g.file == format!("guides/{guide}.toml"));
            let start = doc
                .and_then(|d| d.is.start.clone().or_else(|| Some(d.is.step.first()?.id.clone())));
            Branch { when, next: format!("{guide}/{}", start.unwrap_or_default()) }
        })
        .collect()
    }

    fn number(&mut self, n: &NumberFile) -> Number {
        let file = self.region.file.clone();
        Number {
            service: n.service,
            dial: n.dial.clone(),
            name: Text { zh: n.zh.clone(), en: n.en.clone() },
            sms: n.sms,
            note: n.note.as_ref().map(|w| self.text(&file, w)),
            src: n.src.clone(),
        }
    }

    fn text(&mut self, file: &str, words: &Words) -> Text {
        let zh = self.fill(file, &words.zh, |v| &v.zh);
        let en = self.fill(file, &words.en, |v| &v.en);
        Text { zh, en }
    }

    /// Puts the region's words in place of `{name}`.
    fn fill(&mut self, file: &str, text: &str, of: impl Fn(&Words) -> &String) -> String {
        let mut out = text.to_string();
        for (name, words) in &self.region.is.vars {
            out = out.replace(&format!("{{{name}}}"), of(words));
        }
        if let Some(rest) = out.split('{').nth(1) {
            let name = rest.split('}').next().unwrap_or(rest);
            let say = format!("{} has no word for {{{name}}}.", self.region.file);
            self.problems.push(Problem::new(file, "var", say));
        }
        out
    }
}

/// Everywhere that steps lead.
fn targets(steps: &[StepFile]) -> impl Iterator<Item = &str> {
    steps.iter().flat_map(|s| {
        let choices = s.choices.iter().map(|c| c.next.as_str());
        choices.chain(s.branches.iter().map(|b| b.next.as_str()))
    })
}
