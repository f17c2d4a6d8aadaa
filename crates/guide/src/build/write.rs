//! Writes what was built. Each file is replaced only as a whole, so that a server that reads the
//! folder while it is being built sees the old file or the new one.

use super::compile::{Built, Content};
use super::keys::Signer;
use super::words::{LANGUAGES, numbered};
use super::{Problem, RegionReport, Report};
use crate::model::{Pack, Region, Text};
use case::flat::Flat as _;
use case::wire::{Put, put_text, to_json};
use std::path::Path;

/// Signs and writes everything.
pub fn write(content: &Content, signer: &Signer, out: &Path) -> Result<Report, Problem> {
    std::fs::create_dir_all(out).map_err(|e| failed("", &e))?;
    let mut files = Vec::new();
    let mut put = |name: String, text: &str| -> Result<(), Problem> {
        let part = out.join(format!(".{name}.part"));
        std::fs::write(&part, text)
            .and_then(|()| std::fs::rename(&part, out.join(&name)))
            .map_err(|e| failed(&name, &e))?;
        files.push((name, text.len()));
        Ok(())
    };
    for built in &content.packs {
        let sealed = signer.seal(flat(&built.pack));
        put(format!("pack-{}.json", built.pack.region.id), &to_json(&sealed))?;
    }
    for (lang, words) in LANGUAGES.iter().zip(&content.words) {
        let (all, shared) = numbered(words);
        let all: Vec<String> = all.into_iter().map(|(_, text)| text.clone()).collect();
        put(format!("words-{lang}.json"), &to_json(&all[..shared].to_vec()))?;
        put(format!("words-desk-{lang}.json"), &to_json(&all))?;
    }
    put("pictures.svg".into(), &squeezed(&content.pictures))?;
    let regions = content.packs.iter().map(|b| &b.pack.region);
    put("numbers.html".into(), &regions.clone().map(numbers).collect::<String>())?;
    put("regions.json".into(), &listed(regions))?;
    Ok(Report {
        edition: content.packs.first().map(|b| b.pack.edition.clone()).unwrap_or_default(),
        key: signer.id.clone(),
        regions: content.packs.iter().map(report).collect(),
        words: content.words[0].len(),
        files,
    })
}

fn failed(name: &str, e: &std::io::Error) -> Problem {
    Problem::new(name, "file", format!("Cannot be written: {e}."))
}

fn report(built: &Built) -> RegionReport {
    let pack = &built.pack;
    RegionReport {
        id: pack.region.id.clone(),
        guides: pack.guides.len(),
        steps: pack.guides.iter().map(|g| g.steps.len()).sum(),
        sources: pack.sources.len(),
        vehicles: pack.vehicles.len(),
    }
}

/// The numbers of a region as plain links, for the page that works without the app.
fn numbers(region: &Region) -> String {
    let mut out = format!("<div class=\"nums\" data-r=\"{}\">", html(&region.id));
    for n in region.numbers.iter().filter(|n| !n.sms) {
        out += &format!("<a href=\"tel:{0}\"><b>{0}</b>{1}</a>", html(&n.dial), spans(&n.name));
    }
    out + "</div>"
}

fn spans(text: &Text) -> String {
    format!(
        "<span lang=\"zh\">{}</span><span lang=\"en\">{}</span>",
        html(&text.zh),
        html(&text.en)
    )
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Name, hotline and SMS address of each region, for the server.
fn listed<'a>(regions: impl Iterator<Item = &'a Region>) -> String {
    let mut out = String::from("[");
    for (i, region) in regions.enumerate() {
        if i > 0 {
            out.push(',');
        }
        for (key, value) in [
            ("{\"id\":", &region.id),
            (",\"hotline\":", &region.hotline),
            (",\"sms\":", &region.sms),
        ] {
            out.push_str(key);
            put_text(value, &mut out);
        }
        out.push_str(",\"name\":");
        region.name.put(&mut out);
        out.push('}');
    }
    out + "]"
}

/// The drawing without comments and without the white space between elements.
fn squeezed(svg: &str) -> String {
    let mut out = String::new();
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ").replace("> <", "><")
}

fn flat(pack: &Pack) -> String {
    let mut text = String::new();
    pack.write(&mut text);
    text
}
