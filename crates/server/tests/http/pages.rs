//! The pages: types, caching, policy, and nothing but what was built.

use super::common::{site, site_with};
use std::path::Path;

const CSP: &str = "default-src 'none'; script-src 'self' 'sha256-abc' 'wasm-unsafe-eval'";
const WASM: &str = "/driver-0123456789abcdef_bg.wasm";

/// A build as Trunk and the hook leave it.
pub fn build(app: &Path) {
    for page in ["driver", "desk"] {
        let folder = app.join(page);
        std::fs::create_dir_all(folder.join("snippets/x-0123456789abcdef")).unwrap();
        let html = format!(
            "<!DOCTYPE html><html lang=\"zh-Hans\" data-region=\"cn\"><title>{page}</title>\
             <a class=\"hot\" href=\"tel:4008193388\" data-hotline><b>400-819-3388</b></a>{}",
            "<p>车靠边</p>".repeat(50)
        );
        let headers = serde_json::json!({ "content-security-policy": CSP }).to_string();
        let files: [(&str, &[u8]); 8] = [
            ("index.html", html.as_bytes()),
            ("headers.json", headers.as_bytes()),
            ("sw.js", b"const BUILD = 'x';"),
            ("manifest.webmanifest", b"{}"),
            (&WASM[1..], b"\0asm\x01\0\0\0 and a long tail of code"),
            ("driver-0123456789abcdef_bg.wasm.br", b"packed"),
            ("words-zh.1a2b3c4d.json", b"{}"),
            ("snippets/x-0123456789abcdef/inline0.js", b"export {}"),
        ];
        for (name, bytes) in files {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

#[tokio::test]
async fn types_caching_and_policy() {
    let site = site().await;
    let page = site.get("/?from=qr", &[]).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("content-security-policy"), CSP);
    assert!(page.header("cache-control").starts_with("no-cache"));
    for (name, part) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(self)"),
    ] {
        assert!(page.header(name).contains(part), "{name}");
    }
    assert_eq!(page.header("strict-transport-security"), "");

    let wasm = site.get(WASM, &[]).await;
    assert_eq!(wasm.header("content-type"), "application/wasm");
    assert!(wasm.header("cache-control").contains("immutable"));
    assert!(wasm.header("cache-control").contains("no-transform"));
    let packed = site.get(WASM, &[("accept-encoding", "gzip, br;q=0.9")]).await;
    assert_eq!((packed.header("content-encoding"), &packed.body[..]), ("br", &b"packed"[..]));
    assert_eq!(packed.header("vary"), "accept-encoding");
    let refused = site.get(WASM, &[("accept-encoding", "gzip, br;q=0")]).await;
    assert_eq!(refused.header("content-encoding"), "");
    for path in ["/words-zh.1a2b3c4d.json", "/snippets/x-0123456789abcdef/inline0.js"] {
        assert!(site.get(path, &[]).await.header("cache-control").contains("immutable"));
    }
    for path in ["/sw.js", "/manifest.webmanifest", "/desk/sw.js", "/index.html"] {
        let answer = site.get(path, &[]).await;
        assert!(answer.header("cache-control").starts_with("no-cache"), "{path}");
        let again = [("if-none-match", answer.header("etag"))];
        assert_eq!(site.get(path, &again).await.status, 304, "{path}");
    }
    assert_eq!(
        site.get("/manifest.webmanifest", &[]).await.header("content-type"),
        "application/manifest+json"
    );
}

#[tokio::test]
async fn what_was_not_built_is_not_there() {
    let site = site().await;
    for path in [
        "/driver-ffffffffffffffff_bg.wasm",
        "/assets/x.js",
        "/headers.json",
        "/index.html.br",
        "/..%2f..%2fetc%2fpasswd",
        "/../data/nightwatch.db",
        "/desk/../headers.json",
        "/deskx",
        "//",
        "/snippets/",
        "/snippets",
    ] {
        let answer = site.get(path, &[]).await;
        assert_eq!(answer.fault(), (404, "missing".into()), "{path}");
    }
    let desk = site.get("/desk", &[]).await;
    assert_eq!((desk.status.as_u16(), desk.header("location")), (308, "/desk/"));
    let text = String::from_utf8(site.get("/desk/", &[]).await.body).unwrap();
    assert!(text.contains("<title>desk</title>"));
    let post = site.ask(axum::http::Method::POST, "/", &[], vec![]).await;
    assert_eq!(post.status, 405);
}

#[tokio::test]
async fn the_operators_region_and_number_are_in_the_first_packet() {
    let plain = site().await;
    let site = site_with("--region no --hotline 815-22-333").await;
    let page = String::from_utf8(site.get("/", &[]).await.body).unwrap();
    assert!(page.contains("data-region=\"no\""));
    assert!(page.contains("href=\"tel:81522333\" data-hotline><b>815-22-333</b>"), "{page}");
    let packed = site.get("/", &[("accept-encoding", "br")]).await;
    assert_eq!(packed.header("content-encoding"), "br");
    assert!(packed.body.len() < page.len() / 2);
    // Devices that stored the page of this build have to notice the other region.
    let worker = site.get("/sw.js", &[]).await.body;
    assert_ne!(worker, plain.get("/sw.js", &[]).await.body);
    assert!(worker.starts_with(b"const BUILD = 'x';"));
}

#[tokio::test]
async fn health_tells_what_is_wrong() {
    let site = site().await;
    let health = site.get("/healthz", &[]).await;
    assert_eq!(health.status, 200);
    assert_eq!(health.json()["ok"], true);
    assert_eq!(health.json()["storage"], "good");
    assert_eq!(health.json()["pages"], serde_json::json!(["driver", "desk"]));
}
