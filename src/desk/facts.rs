//! Facts with their sources, as the guides of the driver's region have them: for a message, and for
//! an order to rest on. They are no scripts; what no source says is not among them.

use guide::{Disposition, Grade, Kind, Pack, Source, Text};

/// One sentence and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Guide.
    pub guide: &'static str,
    /// Step.
    pub step: &'static str,
    /// Which of the step's sentences.
    n: usize,
    /// The sentence.
    pub text: &'static Text,
    /// The sources of the step.
    pub sources: Vec<&'static Source>,
    /// The step ends with the car staying where it is.
    pub stays: bool,
}

impl Fact {
    /// The step, as the log names it.
    pub fn name(&self) -> String {
        [self.guide, "/", self.step].concat()
    }

    /// Different for every fact.
    pub fn key(&self) -> String {
        self.name() + "#" + &super::say::int(self.n as i64)
    }

    /// Title, grade and edition of the first source.
    pub fn source(&self) -> String {
        let one = |s: &&Source| [&s.title, " · ", s.grade.as_str(), " · ", &s.edition].concat();
        self.sources.first().map(one).unwrap_or_default()
    }

    /// The sentence with its source, to put into a message.
    pub fn quoted(&self, lang: &str) -> String {
        let text = if lang == "en" { &self.text.en } else { &self.text.zh };
        let title = self.sources.first().map(|s| s.title.as_str()).unwrap_or_default();
        match lang {
            "en" => [text, " (", title, ")"].concat(),
            _ => [text, "(", title, ")"].concat(),
        }
    }
}

/// Every sentence of a region that says something and has a source that may instruct (law 3).
pub fn facts(pack: &'static Pack) -> Vec<Fact> {
    let mut all = Vec::new();
    for guide in &pack.guides {
        for step in guide.steps.iter().filter(|s| !s.src.is_empty()) {
            let cited = |source: &&Source| step.src.contains(&source.id);
            let good = |s: &&Source| matches!(s.grade, Grade::A | Grade::B);
            let mut sources: Vec<&Source> =
                pack.sources.iter().filter(cited).filter(good).collect();
            // As the step names them: the first is the one it stands on.
            sources.sort_by_key(|s| step.src.iter().position(|id| *id == s.id));
            if sources.is_empty() {
                continue;
            }
            let stays = matches!(
                step.end,
                Some(Disposition::Evacuate | Disposition::Emergency | Disposition::Rescue)
            );
            // A question is no fact.
            let said = (step.kind != Kind::Ask && step.kind != Kind::Gate).then_some(&step.say);
            for (n, text) in said.into_iter().chain(&step.more).chain(&step.warn).enumerate() {
                let (guide, step) = (guide.id.as_str(), step.id.as_str());
                all.push(Fact { guide, step, n, text, sources: sources.clone(), stays });
            }
        }
    }
    all
}

/// Whether a fact has what was typed, in either language or in its source.
pub fn fits(fact: &Fact, typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    let source = fact.source();
    let fields = [&fact.text.zh, &fact.text.en, &source];
    typed.split_whitespace().all(|word| fields.iter().any(|f| f.to_lowercase().contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use case::Map;
    use guide::{PACK_VERSION, Region, Step};

    fn text(zh: &str, en: &str) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }

    fn source(id: &str, grade: Grade) -> Source {
        let (at, checked) = (String::new(), String::new());
        let (title, edition) = (format!("Title {id}"), "2024".into());
        Source { id: id.into(), title, at, grade, edition, checked }
    }

    fn step(id: &str, kind: Kind, src: &[&str], warn: Option<Text>) -> Step {
        Step {
            id: id.into(),
            kind,
            say: text("停下", "Stop here"),
            more: None,
            warn,
            pic: String::new(),
            src: src.iter().map(|s| (*s).into()).collect(),
            choices: vec![],
            branches: vec![],
            form: None,
            metres: 0,
            end: None,
            then: String::new(),
            sets: vec![],
            detail: false,
        }
    }

    fn pack() -> &'static Pack {
        let warned = || Some(text("不要硬拉", "Never pull hard"));
        let steps = vec![
            step("ask", Kind::Ask, &["b"], warned()),
            Step { end: Some(Disposition::Rescue), ..step("act", Kind::End, &["b", "a"], None) },
            step("rumour", Kind::Act, &["c"], warned()),
            step("bare", Kind::Act, &[], None),
        ];
        let guide = guide::Guide {
            id: "g".into(),
            title: text("", ""),
            start: "ask".into(),
            safety: false,
            steps,
        };
        let region = Region {
            id: "cn".into(),
            name: text("", ""),
            numbers: vec![],
            gcj02: false,
            hotline: String::new(),
            sms: String::new(),
        };
        let sources = vec![source("a", Grade::A), source("b", Grade::B), source("c", Grade::C)];
        Box::leak(Box::new(Pack {
            v: PACK_VERSION,
            edition: "1".into(),
            region,
            sources,
            guides: vec![guide],
            vehicles: vec![guide::Vehicle {
                id: "x".into(),
                make: text("", ""),
                model: text("", ""),
                guides: Map::new(),
            }],
        }))
    }

    #[test]
    fn only_what_a_good_source_says_is_a_fact() {
        let all = facts(pack());
        let told: Vec<_> = all.iter().map(|f| (f.name(), f.text.en.as_str(), f.source())).collect();
        let title = String::from("Title b · B · 2024");
        assert_eq!(
            told,
            [
                ("g/ask".into(), "Never pull hard", title.clone()),
                ("g/act".into(), "Stop here", title)
            ]
        );
        assert!(all.iter().all(|f| f.stays == (f.step == "act")));
        assert_eq!(all[0].quoted("en"), "Never pull hard (Title b)");
        assert_eq!(all[1].quoted("zh"), "停下(Title b)");
    }

    #[test]
    fn a_fact_is_found_in_either_language_and_by_its_source() {
        let all = facts(pack());
        let found = |typed: &str| all.iter().filter(|f| fits(f, typed)).count();
        assert_eq!(
            (found(""), found("PULL hard"), found("硬拉"), found("title stop")),
            (2, 1, 1, 1)
        );
        assert_eq!(found("tow"), 0);
    }
}
