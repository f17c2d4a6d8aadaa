//! The pages as Trunk built them, read once at start and served from memory: nothing a request
//! says ever becomes a path on the disk.

use crate::page_edit::{self, Numbers};
use crate::token::sha256;
use bytes::Bytes;
use std::collections::HashMap;
use std::io;
use std::path::Path;

/// One file.
#[derive(Debug)]
pub struct File {
    /// Media type.
    pub mime: &'static str,
    /// As it is.
    pub plain: Bytes,
    /// Brotli, when that is smaller.
    pub brotli: Option<Bytes>,
    /// Strong validator, quotes included.
    pub etag: String,
    /// The name changes with the bytes.
    pub hashed: bool,
}

/// One page with its files.
#[derive(Debug, Default)]
struct Page {
    /// Name within the page to file; the page itself is the empty name.
    files: HashMap<String, File>,
    /// Headers that the build asks for.
    headers: Vec<(String, String)>,
}

/// All pages by their prefix.
#[derive(Debug, Default)]
pub struct Pages {
    driver: Option<Page>,
    desk: Option<Page>,
}

/// A file and the headers of its page.
pub struct Found<'a> {
    /// File.
    pub file: &'a File,
    /// Headers of the page.
    pub headers: &'a [(String, String)],
}

impl Pages {
    /// Reads `driver/` and `desk/` below a folder; a page that is not built is not served.
    ///
    /// # Errors
    /// A file that is there cannot be read.
    pub fn load(app: &Path, region: &str, numbers: &Numbers) -> io::Result<Pages> {
        let page = |name: &str| {
            let folder = app.join(name);
            match folder.join("index.html").is_file() {
                true => Page::load(&folder, region, numbers).map(Some),
                false => {
                    tracing::warn!(page = name, "not built; nothing is served for it");
                    Ok(None)
                }
            }
        };
        Ok(Pages { driver: page("driver")?, desk: page("desk")? })
    }

    /// Names of the pages that are served.
    pub fn names(&self) -> Vec<&'static str> {
        let driver = self.driver.as_ref().map(|_| "driver");
        let desk = self.desk.as_ref().map(|_| "desk");
        driver.into_iter().chain(desk).collect()
    }

    /// The file of a path; `None` when there is none, never the page instead.
    pub fn find(&self, path: &str) -> Option<Found<'_>> {
        let path = path.strip_prefix('/')?;
        let (page, name) = match path.strip_prefix("desk/") {
            Some(name) => (self.desk.as_ref()?, name),
            None => (self.driver.as_ref()?, path),
        };
        let name = if name == "index.html" { "" } else { name };
        let file = page.files.get(name)?;
        Some(Found { file, headers: &page.headers })
    }
}

impl Page {
    fn load(folder: &Path, region: &str, numbers: &Numbers) -> io::Result<Page> {
        let mut page = Page::default();
        let mut names = Vec::new();
        list(folder, "", &mut names)?;
        for name in names {
            let bytes = std::fs::read(folder.join(&name))?;
            if name == "headers.json" {
                page.headers = headers(&bytes)?;
            } else if name != "index.html" && !name.ends_with(".br") {
                let packed = std::fs::read(folder.join(format!("{name}.br"))).ok();
                page.files.insert(name.clone(), file(&name, bytes, packed));
            }
        }
        let built = std::fs::read_to_string(folder.join("index.html"))?;
        let edited = page_edit::edit(&built, region, numbers);
        if edited != built
            && let Some(worker) = page.files.get("sw.js")
        {
            // A device that has this build stored must notice that the page is another one.
            let mut text = worker.plain.to_vec();
            let mark = case::id::hex(&sha256(edited.as_bytes())[..8]);
            text.extend_from_slice(format!("\n// page {mark}\n").as_bytes());
            let packed = compress(&text);
            page.files.insert("sw.js".into(), file("sw.js", text, packed));
        }
        let packed = compress(edited.as_bytes());
        let index = file("index.html", edited.into_bytes(), packed);
        page.files.insert(String::new(), index);
        Ok(page)
    }
}

fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let name = format!("{prefix}{name}");
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

fn headers(bytes: &[u8]) -> io::Result<Vec<(String, String)>> {
    let map: std::collections::BTreeMap<String, String> = serde_json::from_slice(bytes)
        .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, format!("headers.json: {e}")))?;
    Ok(map.into_iter().collect())
}

fn file(name: &str, plain: Vec<u8>, brotli: Option<Vec<u8>>) -> File {
    File {
        mime: mime(name),
        etag: format!("\"{}\"", case::id::hex(&sha256(&plain)[..12])),
        hashed: hashed(name),
        brotli: brotli.filter(|b| b.len() < plain.len()).map(Bytes::from),
        plain: Bytes::from(plain),
    }
}

fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut bytes = bytes;
    brotli::BrotliCompress(&mut bytes, &mut packed, &params).ok()?;
    Some(packed)
}

/// The build's rule for names that change with their bytes, as the service worker has it:
/// `words-zh.1a2b3c4d.json`, `driver-0123456789abcdef_bg.wasm`, `0123456789abcdef-icon.svg`; and
/// folders, `snippets/x-0123456789abcdef/inline0.js`.
fn hashed(name: &str) -> bool {
    let path = format!("/{name}");
    let bytes = path.as_bytes();
    let hex = |b: &&u8| b.is_ascii_digit() || (b'a'..=b'f').contains(*b);
    (0..bytes.len()).any(|i| {
        let run = bytes[i + 1..].iter().take_while(hex).count();
        let after = bytes.get(i + 1 + run);
        matches!(bytes[i], b'/' | b'.' | b'-')
            && run >= 8
            && matches!(after, Some(b'.' | b'_' | b'-' | b'/'))
    })
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "sig" => "text/plain; charset=utf-8",
        "mp3" => "audio/mpeg",
        "ogg" | "opus" => "audio/ogg",
        "webm" => "video/webm",
        "mp4" => "video/mp4",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_change_with_their_bytes() {
        for name in [
            "words-zh.1a2b3c4d.json",
            "driver-0123456789abcdef_bg.wasm",
            "driver-0123456789abcdef.js",
            "0123456789abcdef-icon.svg",
            "snippets/nightwatch-0123456789abcdef/inline0.js",
        ] {
            assert!(hashed(name), "{name}");
        }
        for name in ["sw.js", "icon-192.png", "index.html", "manifest.webmanifest", "a-deadbeef"] {
            assert!(!hashed(name), "{name}");
        }
    }
}
