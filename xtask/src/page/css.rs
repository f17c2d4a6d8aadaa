//! Joins and shrinks the style sheets: `critical.css` goes into the page, the rest into one file
//! per folder under a hashed name.
//!
//! The minifier drops comments and white space only. It changes no value, so that what was tested
//! unminified is what is served.

use super::hook::{Hook, Page};
use super::{css_lint, hash};
use crate::project;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// The styles of one page.
pub struct Styles {
    /// Minified text for the page itself.
    pub critical: String,
    /// URLs of the sheets that load beside the first paint, in order.
    pub sheets: Vec<String>,
}

const SHARED: &str = "src/ui/css";
const DESK: &str = "src/desk/css";
const CRITICAL: &str = "critical.css";

/// Lints all styles of the page and writes the joined sheets into the staging folder.
pub fn build(hook: &Hook) -> Result<Styles> {
    let mut problems = Vec::new();
    let shared = read(SHARED, &mut problems)?;
    let mut sheets = vec![sheet(hook, "app", &shared)?];
    if hook.page == Page::Desk {
        let own = read(DESK, &mut problems)?;
        if !own.is_empty() {
            sheets.push(sheet(hook, "desk", &own)?);
        }
    }
    if !problems.is_empty() {
        bail!("{} problems in the style sheets\n{}", problems.len(), problems.join("\n"));
    }
    let critical = shared.iter().find(|(name, _)| name == CRITICAL).map(|(_, text)| minify(text));
    let critical = critical
        .with_context(|| format!("{SHARED}/{CRITICAL} is missing: the first paint needs it"))?;
    Ok(Styles { critical, sheets })
}

/// Name and text of each sheet of a folder, in alphabetical order.
fn read(folder: &str, problems: &mut Vec<String>) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for file in list(&project::root().join(folder))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).with_context(|| format!("{folder}/{name}"))?;
        problems.extend(css_lint::check(&text).into_iter().map(|p| format!("{folder}/{name}:{p}")));
        found.push((name, text));
    }
    Ok(found)
}

fn list(dir: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Ok(Vec::new());
    };
    let mut files = entries.map(|e| Ok(e?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|e| e == "css"));
    files.sort();
    Ok(files)
}

fn sheet(hook: &Hook, name: &str, parts: &[(String, String)]) -> Result<String> {
    let joined: String =
        parts.iter().filter(|(name, _)| name != CRITICAL).map(|(_, text)| minify(text)).collect();
    let file = format!("{name}.{}.css", &hash::short(joined.as_bytes())[..8]);
    fs::write(hook.staging.join(&file), joined)?;
    Ok(format!("{}{file}", hook.public_url))
}

/// Drops comments, collapses white space, and removes it where CSS gives it no meaning. White space
/// before `:` and around operators stays: there it can mean something (`a :hover`, `calc(1px + 2px)`).
pub fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    let mut space = false;
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'*') => {
                chars.next();
                let mut last = ' ';
                for c in chars.by_ref() {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
                // A comment separates as a space does.
                space = true;
            }
            c if c.is_ascii_whitespace() => space = true,
            c => {
                push_space(&mut out, space, c);
                space = false;
                if c == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(c);
                if c == '"' || c == '\'' {
                    copy_string(&mut out, &mut chars, c);
                }
            }
        }
    }
    out
}

fn push_space(out: &mut String, space: bool, next: char) {
    let Some(last) = out.chars().last() else {
        return;
    };
    if !space || matches!(last, '{' | '}' | ';' | ',') || matches!(next, '{' | '}' | ';' | ',') {
        return;
    }
    // `--empty: ;` needs its space in older browsers, and any other value begins after the colon.
    if last == ':' && !out.ends_with("::") {
        return;
    }
    out.push(' ');
}

fn copy_string(out: &mut String, chars: &mut impl Iterator<Item = char>, quote: char) {
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '\\' {
            out.extend(chars.next());
        } else if c == quote {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn drops_only_what_means_nothing() {
        let css = "/* a */ :root {\n  --gap : 1rem ;\n  --x: 0 1px;\n}\n a  :hover , b > c { margin: calc( 1px + 2px ) ; content: \"a ; } b\" }\n\
                   @media (min-width: 30rem) and (hover) {\n  a { color: red; }\n}\n";
        assert_eq!(
            minify(css),
            ":root{--gap :1rem;--x:0 1px}a :hover,b > c{margin:calc( 1px + 2px );content:\"a ; } b\"}\
             @media (min-width:30rem) and (hover){a{color:red}}"
        );
    }

    #[test]
    fn comments_separate_and_strings_stay() {
        assert_eq!(minify("a/**/b{c:url(\"x/*y*/z\")}"), "a b{c:url(\"x/*y*/z\")}");
        assert_eq!(minify("a{content:'\\'  x'}"), "a{content:'\\'  x'}");
        assert_eq!(minify("a{b:c"), "a{b:c");
    }
}
