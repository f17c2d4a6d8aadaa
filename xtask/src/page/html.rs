//! Makes the HTML smaller without changing what it means, and refuses what the policy would block.
//!
//! Only comments and runs of white space go: a cleverer minifier saves little after brotli and has
//! to be trusted with the one page that must always work.

use anyhow::{Result, bail};

/// Elements whose text is kept to the byte.
const VERBATIM: [&str; 4] = ["script", "style", "pre", "textarea"];

/// Drops comments and collapses white space outside of [`VERBATIM`] elements.
pub fn minify(html: &str) -> String {
    let html = html.replace("\r\n", "\n");
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(start) = rest.find('<') {
        push_text(&mut out, &rest[..start]);
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = split_tag(rest);
        push_tag(&mut out, tag);
        rest = after;
        let name = tag_name(tag);
        if VERBATIM.contains(&name.as_str()) {
            let end = find_end_tag(rest, &name);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    push_text(&mut out, rest);
    out.trim().to_owned()
}

/// Refuses inline styles and inline handlers: the Content-Security-Policy blocks them, and a page
/// that only works without its policy must not be built.
pub fn lint(html: &str) -> Result<()> {
    for tag in tags(html) {
        for name in attribute_names(tag) {
            if name == "style" || name.starts_with("on") {
                bail!("the attribute `{name}` is blocked by the Content-Security-Policy: {tag}");
            }
        }
    }
    Ok(())
}

/// Text of every `<name …>` element that has no `src`, with the opening tag.
pub fn inline_elements<'a>(html: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for tag in tags(html) {
        if tag_name(tag) == name && !attribute_names(tag).iter().any(|a| a == "src") {
            let start = tag.as_ptr() as usize - html.as_ptr() as usize + tag.len();
            let text = &html[start..];
            found.push((tag, &text[..find_end_tag(text, name)]));
        }
    }
    found
}

/// Whether there is a `<name>` element.
pub fn has_element(html: &str, name: &str) -> bool {
    tags(html).into_iter().any(|tag| tag_name(tag) == name)
}

/// Every opening tag outside comments and verbatim text.
fn tags(html: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = split_tag(rest);
        rest = after;
        let name = tag_name(tag);
        if !name.is_empty() {
            found.push(tag);
        }
        if VERBATIM.contains(&name.as_str()) {
            rest = &rest[find_end_tag(rest, &name)..];
        }
    }
    found
}

/// Cuts one tag off the front, minding `>` in quoted values.
fn split_tag(html: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return html.split_at(at + 1),
            _ => {}
        }
    }
    (html, "")
}

/// Lower-case name of an opening tag; empty for closing tags and declarations.
fn tag_name(tag: &str) -> String {
    tag[1..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect::<String>()
        .to_ascii_lowercase()
}

fn attribute_names(tag: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = String::new();
    let mut quote = None;
    let mut in_value = false;
    for c in tag.trim_start_matches('<').trim_end_matches('>').chars().chain([' ']) {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if in_value => quote = Some(c),
            (None, '=') => in_value = true,
            (None, c) if c.is_ascii_whitespace() || c == '/' && !in_value => {
                if !name.is_empty() {
                    names.push(std::mem::take(&mut name).to_ascii_lowercase());
                }
                in_value = false;
            }
            (None, c) if !in_value => name.push(c),
            _ => {}
        }
    }
    // The first is the element's own name.
    names.drain(..names.len().min(1));
    names
}

fn find_end_tag(text: &str, name: &str) -> usize {
    let end = format!("</{name}");
    // ASCII lower-casing keeps every byte position.
    text.to_ascii_lowercase().find(&end).unwrap_or(text.len())
}

fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_ascii_whitespace() {
            out.push(c);
        } else if !out.ends_with([' ', '\n']) {
            out.push(if c == '\n' { '\n' } else { ' ' });
        }
    }
}

fn push_tag(out: &mut String, tag: &str) {
    let mut quote = None;
    let mut space = false;
    for c in tag.chars() {
        match quote {
            Some(open) => {
                if c == open {
                    quote = None;
                }
                out.push(c);
            }
            None if c.is_ascii_whitespace() => space = true,
            None => {
                if space && c != '>' {
                    out.push(' ');
                }
                space = false;
                if c == '"' || c == '\'' {
                    quote = Some(c);
                }
                out.push(c);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collapses_space_but_not_in_scripts() {
        let page = "<!DOCTYPE html>\r\n<p  class=\"a  b\"\n>车  靠\n\n边</p><!-- gone -->\n<script type=module>\n  a  <  b\n</script>\n";
        assert_eq!(
            minify(page),
            "<!DOCTYPE html>\n<p class=\"a  b\">车 靠\n边</p>\n<script type=module>\n  a  <  b\n</script>"
        );
    }

    #[test]
    fn finds_inline_elements_only() {
        let page = "<script src=x.js></script><SCRIPT data-src=y>one()</script><style media=\"a>b\">p{}</style>";
        let texts =
            |name| inline_elements(page, name).iter().map(|(_, text)| *text).collect::<Vec<_>>();
        assert_eq!(texts("script"), ["one()"]);
        assert_eq!(texts("style"), ["p{}"]);
    }

    #[test]
    fn refuses_what_the_policy_blocks() {
        for bad in ["<p style='color:red'>", "<a href=x OnClick=y()>", "<br/style=x>"] {
            assert!(lint(bad).is_err(), "{bad}");
        }
        for good in [
            "<a href='tel:112' title='on style=x'>",
            "<style>p{}</style>",
            "<!-- <p style=x> -->",
            "<p data-on=1>",
        ] {
            assert!(lint(good).is_ok(), "{good}");
        }
    }
}
