//! The whole log of a case as a file: for people as a page, for machines as JSON. Both hold every
//! event with its time, who said it and all of what was said, and nothing that the log does not
//! have. Pure; the words of each line are handed in.

use case::event::Role;
use case::wire::{Put as _, to_json};
use case::{State, Stored};

/// What the page says around the log, in the agent's language.
pub struct Around<'a> {
    /// Tag of the language.
    pub lang: &'a str,
    /// Heading.
    pub title: &'a str,
    /// Lines under it: when exported, by whom, time zone.
    pub lines: &'a [String],
    /// Headings of the columns: offset, time, who, what, as in the log.
    pub columns: [&'a str; 5],
}

/// One line of the page.
pub struct Told {
    /// Time by the server's clock.
    pub time: String,
    /// Who.
    pub who: String,
    /// What, in words.
    pub what: String,
}

/// The log for machines: the case and its events as they are on the wire, in order.
pub fn json(case: &str, log: &[Stored]) -> String {
    let mut out = String::from("{\"format\":\"nightwatch-case-1\",\"case\":");
    case.to_owned().put(&mut out);
    out.push_str(",\"number\":");
    State::fold(log).number.put(&mut out);
    out.push_str(",\"events\":[");
    for (i, stored) in log.iter().enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        stored.put(&mut out);
    }
    out.push_str("\n]}\n");
    out
}

/// The log for people: a page that needs nothing besides itself. Each line has its words and what
/// the log holds, so that nothing is left out even where the words are fewer.
pub fn html(around: &Around<'_>, log: &[Stored], told: impl Fn(&Stored) -> Told) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"");
    escape(around.lang, &mut out);
    out.push_str("\"><meta charset=\"utf-8\"><title>");
    escape(around.title, &mut out);
    out.push_str("</title>\n<style>body{font:14px/1.4 system-ui,sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.25em .5em;text-align:left;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}code{font-size:12px;color:#555}</style>\n<h1>");
    escape(around.title, &mut out);
    out.push_str("</h1>\n");
    for line in around.lines {
        out.push_str("<p>");
        escape(line, &mut out);
        out.push_str("</p>\n");
    }
    out.push_str("<table><thead><tr>");
    for column in around.columns {
        out.push_str("<th>");
        escape(column, &mut out);
    }
    out.push_str("<tbody>\n");
    for stored in log {
        let told = told(stored);
        let mut o = String::new();
        case::wire::put_int(stored.o as i64, &mut o);
        out.push_str("<tr><td>");
        for (cell, next) in
            [(&o, "<td>"), (&told.time, "<td>"), (&told.who, "<td>"), (&told.what, "<td><code>")]
        {
            escape(cell, &mut out);
            out.push_str(next);
        }
        escape(&to_json(&stored.e.b), &mut out);
        out.push_str("</code>\n");
    }
    out.push_str("</table>\n");
    out
}

/// Text of others never becomes markup.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// Who said it, where the log has a name; the role as the log has it where it does not.
pub fn who<'a>(stored: &'a Stored, roles: [&'a str; 3]) -> &'a str {
    match (stored.by, stored.who.as_str()) {
        (Role::Driver, _) => roles[0],
        (Role::Agent, "") => roles[1],
        (Role::Agent, name) => name,
        (Role::Server, _) => roles[2],
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use serde_json::Value;

    fn golden() -> Vec<Stored> {
        let text = include_str!("../../crates/case/tests/golden/v1/tail.json");
        let tail: case::message::Tail = serde_json::from_str(text).unwrap();
        tail.events
    }

    fn leaves(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::String(text) => out.push(text.clone()),
            Value::Number(n) => out.push(n.to_string()),
            Value::Array(all) => all.iter().for_each(|v| leaves(v, out)),
            Value::Object(all) => all.values().for_each(|v| leaves(v, out)),
            _ => {}
        }
    }

    fn page(log: &[Stored]) -> String {
        let around = Around { lang: "en", title: "T", lines: &[], columns: [""; 5] };
        html(&around, log, |s| Told {
            time: s.happened().to_string(),
            who: who(s, ["driver", "agent", "server"]).into(),
            what: String::new(),
        })
    }

    #[test]
    fn the_json_is_the_log() {
        let log = golden();
        let value: Value = serde_json::from_str(&json("c", &log)).unwrap();
        let back: Vec<Stored> = serde_json::from_value(value["events"].clone()).unwrap();
        assert_eq!(back, log);
        assert_eq!(
            (value["case"].as_str(), value["number"].as_str()),
            (Some("c"), Some("407188253912"))
        );
        let empty: Value = serde_json::from_str(&json("\"", &[])).unwrap();
        assert_eq!(empty["events"], serde_json::json!([]));
    }

    #[test]
    fn the_page_has_every_event_with_time_who_and_all_of_its_words() {
        let log = golden();
        let page = page(&log);
        assert_eq!(page.matches("<tr><td>").count(), log.len());
        let mut seen = 0;
        for stored in &log {
            let mut all = vec![stored.happened().to_string()];
            all.push(who(stored, ["driver", "agent", "server"]).into());
            leaves(&serde_json::to_value(&stored.e.b).unwrap(), &mut all);
            for leaf in all {
                // As JSON has it, and as a page has that.
                let quoted = serde_json::to_string(&leaf).unwrap();
                let mut text = String::new();
                escape(quoted.trim_matches('"'), &mut text);
                assert!(page.contains(&text), "{leaf} of event {}", stored.o);
                seen += 1;
            }
        }
        assert!(seen > 200, "{seen}");
    }

    #[test]
    fn nobodys_words_become_markup() {
        let mut log = golden();
        let bad = "<img src=x onerror=alert(1)>'\"&";
        log[0].e.b = case::Event::Said { text: bad.into() }.into();
        let page = page(&log);
        assert!(!page.contains("<img"));
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&#39;"));
    }
}
