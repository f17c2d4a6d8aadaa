//! What the operator of a server changes in the built page: the region it starts with and the
//! numbers of the hotline. Text in, text out; inline scripts and styles are never touched, since
//! the policy names their hashes.

/// Numbers that replace those of the build.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// The hotline as people write it, `400-819-3388`.
    pub hotline: Option<String>,
    /// The number for text messages.
    pub sms: Option<String>,
}

/// The page with its region and numbers.
pub fn edit(page: &str, region: &str, numbers: &Numbers) -> String {
    let mut page = set_region(page, region);
    if let Some(hotline) = &numbers.hotline {
        page = each_link(&page, "data-hotline", |tag, text| {
            let href = format!("tel:{}", digits(hotline));
            (with_attribute(tag, "href", &href), shown(text, hotline))
        });
    }
    if let Some(sms) = &numbers.sms {
        page = each_link(&page, "data-sms", |tag, text| {
            let old = attribute(tag, "href").map_or("", |(from, to)| &tag[from..to]);
            let body = old.split_once('?').map_or(String::new(), |(_, b)| format!("?{b}"));
            let href = format!("sms:{}{body}", digits(sms));
            (with_attribute(tag, "href", &href), text.to_string())
        });
    }
    page
}

/// Whether a text is a number to dial: what goes into a page is checked once, at start.
pub fn dialable(number: &str) -> bool {
    let known = |c: char| c.is_ascii_digit() || "+-() ".contains(c);
    number.chars().all(known) && digits(number).trim_start_matches('+').len() >= 3
}

fn digits(number: &str) -> String {
    let keep = |c: &char| c.is_ascii_digit() || *c == '+';
    number.chars().filter(keep).collect()
}

fn set_region(page: &str, region: &str) -> String {
    let Some(start) = page.find("<html") else {
        return page.into();
    };
    let Some(length) = page[start..].find('>') else {
        return page.into();
    };
    let tag = &page[start..start + length + 1];
    let changed = with_attribute(tag, "data-region", region);
    format!("{}{changed}{}", &page[..start], &page[start + length + 1..])
}

/// Changes every `<a>` that carries an attribute: its tag, and what stands in it.
fn each_link(page: &str, marker: &str, change: impl Fn(&str, &str) -> (String, String)) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(start) = rest.find("<a ") {
        let tag_end = rest[start..].find('>').map(|i| start + i + 1);
        let text_end = tag_end.and_then(|e| rest[e..].find("</a>").map(|i| e + i));
        let (Some(tag_end), Some(text_end)) = (tag_end, text_end) else {
            break;
        };
        let tag = &rest[start..tag_end];
        out.push_str(&rest[..start]);
        if has_attribute(tag, marker) {
            let (tag, text) = change(tag, &rest[tag_end..text_end]);
            out.push_str(&tag);
            out.push_str(&text);
        } else {
            out.push_str(&rest[start..text_end]);
        }
        rest = &rest[text_end..];
    }
    out.push_str(rest);
    out
}

fn has_attribute(tag: &str, name: &str) -> bool {
    let inner = tag.trim_end_matches('>');
    inner.split_ascii_whitespace().any(|word| word.split('=').next() == Some(name))
}

/// Where the value of an attribute lies in a tag, without its quotes.
fn attribute(tag: &str, name: &str) -> Option<(usize, usize)> {
    let key = format!(" {name}=");
    let from = tag.find(&key)? + key.len();
    let first = tag[from..].chars().next()?;
    match first {
        '"' | '\'' => {
            let length = tag[from + 1..].find(first)?;
            Some((from + 1, from + 1 + length))
        }
        _ => {
            let end = |c: char| c.is_ascii_whitespace() || c == '>';
            let length = tag[from..].find(end).unwrap_or(tag.len() - from);
            Some((from, from + length))
        }
    }
}

fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    match attribute(tag, name) {
        Some((from, to)) => format!("{}{value}{}", &tag[..from], &tag[to..]),
        None => {
            let end = tag.len() - 1;
            format!("{} {name}=\"{value}\">", &tag[..end])
        }
    }
}

/// Replaces the pieces of text that are a number as it is shown.
fn shown(text: &str, number: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = match rest.starts_with('<') {
            true => rest.find('>').map_or(rest.len(), |i| i + 1),
            false => rest.find('<').unwrap_or(rest.len()),
        };
        let part = &rest[..end];
        out.push_str(if dialable(part.trim()) { number } else { part });
        rest = &rest[end..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html><html lang="zh-Hans" data-region="cn"><body>
<script>var a='<html data-region="x">'</script>
<a class="line" href="sms:?body=NW%20HELP" data-sms><span>Text</span></a>
<a class="hot" href="tel:4008193388" data-hotline><small>Hotline 24 h</small><b>400-819-3388</b></a>
<a href="tel:110">110</a></body></html>"#;

    #[test]
    fn nothing_asked_nothing_changed() {
        assert_eq!(edit(PAGE, "cn", &Numbers::default()), PAGE);
    }

    #[test]
    fn region_and_numbers_are_put_in() {
        let numbers =
            Numbers { hotline: Some("+49 800 123".into()), sms: Some("+49 170 555".into()) };
        let page = edit(PAGE, "de", &numbers);
        assert!(page.contains(r#"<html lang="zh-Hans" data-region="de">"#));
        assert!(page.contains(r#"<script>var a='<html data-region="x">'</script>"#));
        assert!(page.contains(
            r#"href="tel:+49800123" data-hotline><small>Hotline 24 h</small><b>+49 800 123</b></a>"#
        ));
        assert!(page.contains(r#"href="sms:+49170555?body=NW%20HELP" data-sms><span>Text</span>"#));
        assert!(page.contains(r#"<a href="tel:110">110</a>"#));
    }

    #[test]
    fn pages_without_quotes_or_attributes_work_too() {
        let page = edit(
            "<html lang=en><a href=tel:1 data-hotline>400-1</a>",
            "gb",
            &Numbers { hotline: Some("0800 11".into()), sms: None },
        );
        assert_eq!(
            page,
            "<html lang=en data-region=\"gb\"><a href=tel:080011 data-hotline>0800 11</a>"
        );
    }

    #[test]
    fn only_numbers_are_numbers() {
        assert!(dialable("400-819-3388") && dialable("+49 (0) 800 1"));
        assert!(!dialable("1\"><script>") && !dialable("") && !dialable("--"));
    }
}
