//! Brotli at its best quality beside every file that gains from it. The server sends these as they
//! are, so the work is done once per build and never per request.

use super::assets;
use anyhow::Result;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Pictures and fonts are compressed by nature; the server's own notes are never sent.
const ENDINGS: [&str; 11] =
    ["html", "js", "mjs", "css", "wasm", "json", "svg", "webmanifest", "txt", "xml", "sig"];

/// One file of the page with its two sizes in bytes.
pub struct Sized {
    /// Name relative to the page's folder.
    pub name: String,
    /// As it is.
    pub raw: usize,
    /// After brotli, or as it is when that gains nothing.
    pub br: usize,
}

/// Compresses the whole staging folder; gives every file with its sizes.
pub fn everything(staging: &Path) -> Result<Vec<Sized>> {
    let mut sizes = Vec::new();
    for file in assets::files(staging)? {
        let name = file.strip_prefix(staging)?.to_string_lossy().replace('\\', "/");
        let bytes = fs::read(&file)?;
        let mut br = bytes.len();
        let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if ENDINGS.contains(&ending) && name != "headers.json" {
            let packed = brotli(&bytes)?;
            br = br.min(packed.len());
            if packed.len() < bytes.len() {
                fs::write(staging.join(format!("{name}.br")), packed)?;
            }
        }
        sizes.push(Sized { name, raw: bytes.len(), br });
    }
    Ok(sizes)
}

/// Quality 11, window 22: what every browser that accepts `br` can read.
fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    {
        let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 22);
        writer.write_all(bytes)?;
    }
    Ok(packed)
}

#[cfg(test)]
mod tests {
    #[test]
    fn comes_back_as_it_was() {
        let text = "车靠边、人撤离、即报警 ".repeat(50);
        let packed = super::brotli(text.as_bytes()).unwrap();
        assert!(packed.len() < 100);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut back).unwrap();
        assert_eq!(back, text.as_bytes());
    }
}
