//! The address that opens a text message with its receiver and its words.

use js_sys::encode_uri_component;

/// The address. An empty receiver leaves the choice to the driver.
pub fn link(to: &str, body: &str) -> String {
    compose(to, &String::from(encode_uri_component(body)), apple())
}

/// RFC 5724 has `?body=`; Apple's phones read only what follows an `&`.
fn compose(to: &str, encoded: &str, apple: bool) -> String {
    let mut out = String::from("sms:");
    out.extend(to.chars().filter(|c| c.is_ascii_digit() || *c == '+'));
    out.push(if apple { '&' } else { '?' });
    out.push_str("body=");
    out.push_str(encoded);
    out
}

/// iPhone, and an iPad, which calls itself a Mac with a finger on it.
fn apple() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let navigator = window.navigator();
    let name = navigator.user_agent().unwrap_or_default();
    crate::ui::text::has(&name, "iPhone")
        || crate::ui::text::has(&name, "iPad")
        || crate::ui::text::has(&name, "Macintosh") && navigator.max_touch_points() > 1
}

#[cfg(test)]
mod tests {
    use super::compose;

    #[test]
    fn both_kinds_of_phone() {
        assert_eq!(compose("12110 010", "NW%201", false), "sms:12110010?body=NW%201");
        assert_eq!(compose("+47 80 01", "NW%201", true), "sms:+478001&body=NW%201");
        assert_eq!(compose("", "x", false), "sms:?body=x");
        assert_eq!(compose("", "x", true), "sms:&body=x");
    }
}
