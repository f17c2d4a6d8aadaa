//! The Content-Security-Policy of one page, with the hash of every inline script and style.
//!
//! Hashes, not nonces: the page stays one file that can be cached, compressed ahead and answered by
//! the service worker. Anything inline that was not there at build time does not run.

use super::hash;
use super::html;

/// The header's value for a finished page.
pub fn policy(page: &str) -> String {
    let scripts = html::inline_elements(page, "script");
    let scripts = scripts.iter().filter(|(tag, _)| runs(tag)).map(|(_, text)| *text);
    let styles = html::inline_elements(page, "style").into_iter().map(|(_, text)| text);
    [
        "default-src 'none'".to_owned(),
        format!("script-src 'self'{} 'wasm-unsafe-eval'", hashes(scripts)),
        format!("style-src 'self'{}", hashes(styles)),
        "img-src 'self' blob: data:".to_owned(),
        "media-src 'self' blob:".to_owned(),
        "connect-src 'self'".to_owned(),
        "worker-src 'self'".to_owned(),
        "font-src 'self'".to_owned(),
        "manifest-src 'self'".to_owned(),
        "form-action 'self'".to_owned(),
        // Trunk writes a `<base>` where the source asks for one; nobody may add or move it later.
        format!("base-uri {}", if html::has_element(page, "base") { "'self'" } else { "'none'" }),
        "object-src 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
    ]
    .join("; ")
}

/// The file the server reads; one entry a header, so that more can be added without a change there.
pub fn headers_json(policy: &str) -> String {
    serde_json::json!({ "content-security-policy": policy }).to_string()
}

/// Blocks of data (`type="application/json"`) never run and need no hash.
fn runs(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase().replace(['"', '\''], "");
    match tag.split_once("type=") {
        None => true,
        Some((_, rest)) => {
            let kind = rest
                .split(|c: char| c.is_ascii_whitespace() || c == '>')
                .next()
                .unwrap_or_default();
            matches!(
                kind,
                "" | "module" | "importmap" | "text/javascript" | "application/javascript"
            )
        }
    }
}

fn hashes<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut found: Vec<String> =
        texts.map(|text| format!(" '{}'", hash::csp_source(text.as_bytes()))).collect();
    found.sort();
    found.dedup();
    found.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_what_runs() {
        let policy = policy(
            "<style>abc</style><script type=\"module\">abc</script><script type=application/json>{}</script><script src=a.js></script>",
        );
        let abc = "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='";
        assert!(
            policy.contains(&format!("script-src 'self' {abc} 'wasm-unsafe-eval';")),
            "{policy}"
        );
        assert!(policy.contains(&format!("style-src 'self' {abc};")), "{policy}");
    }

    #[test]
    fn allows_a_base_only_where_there_is_one() {
        assert!(policy("<p>").contains("base-uri 'none'"));
        assert!(policy("<base href=/>").contains("base-uri 'self'"));
    }

    #[test]
    fn never_lets_inline_code_through() {
        let policy = policy("<script>1</script>");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
