//! The binary form of a wasm module, as far as renaming its imports needs it.

use super::places::{self, Segment};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const DATA: u8 = 11;
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// Long names of imports and the short ones they get.
#[derive(Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// The short name of a long one, if it has got one.
    pub fn short(&self, long: &str) -> Option<&str> {
        self.0.get(long).map(String::as_str)
    }

    /// Gives a name its short one; the same name always the same.
    pub fn shorten(&mut self, long: &str) -> String {
        let next = self.0.len();
        self.0.entry(long.to_owned()).or_insert_with(|| numbered(next)).clone()
    }
}

/// `_a` to `_z`, `_aa`, `_ab` and on.
fn numbered(mut number: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'a' + (number % 26) as u8);
        number /= 26;
        if number == 0 {
            break;
        }
        number -= 1;
    }
    std::iter::once('_').chain(letters.into_iter().rev().map(char::from)).collect()
}

/// The module with short names for wasm-bindgen's imports, without custom sections and, where
/// nothing would tell them, without the places of panics.
pub fn shorten(module: &[u8], names: &mut Names, tells: bool) -> Result<Vec<u8>> {
    let mut rest = module.strip_prefix(HEADER).context("not a wasm module of version 1")?;
    let mut out = HEADER.to_vec();
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let size = number(&mut rest)?;
        let body = take(&mut rest, size)?;
        let body = match id {
            CUSTOM => continue,
            IMPORT => imports(body, names)?,
            DATA if !tells => data(body)?,
            _ => body.to_vec(),
        };
        out.push(id);
        push_number(&mut out, body.len());
        out.extend(body);
    }
    Ok(out)
}

fn imports(mut body: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    let count = number(&mut body)?;
    let mut out = Vec::new();
    push_number(&mut out, count);
    for _ in 0..count {
        let size = number(&mut body)?;
        push_text(&mut out, take(&mut body, size)?);
        let size = number(&mut body)?;
        let name = std::str::from_utf8(take(&mut body, size)?)?;
        // Others may come from a script of our own that asks for them by name.
        let name = if name.starts_with("__wb") { names.shorten(name) } else { name.to_owned() };
        push_text(&mut out, name.as_bytes());
        let described = description(body)?;
        out.extend(take(&mut body, described)?);
    }
    Ok(out)
}

/// The data section without the places of panics; as it was where its segments lie at addresses that
/// are not known before it runs.
fn data(body: &[u8]) -> Result<Vec<u8>> {
    let mut rest = body;
    let mut segments = Vec::new();
    for _ in 0..number(&mut rest)? {
        let flags = number(&mut rest)?;
        if flags == 2 {
            number(&mut rest)?;
        }
        // `i32.const`, the address, `end`; flag 1 is a segment that has none.
        if flags == 1 || take(&mut rest, 1)? != [0x41] {
            return Ok(body.to_vec());
        }
        // Signed: an address of the lower two gigabytes has its highest bit clear.
        let address = number(&mut rest)?;
        if take(&mut rest, 1)? != [0x0b] {
            return Ok(body.to_vec());
        }
        let len = number(&mut rest)?;
        segments.push(Segment { at: body.len() - rest.len(), len, address });
        take(&mut rest, len)?;
    }
    let mut out = body.to_vec();
    places::forget(&mut out, &segments);
    Ok(out)
}

/// How many bytes an import's kind and type take.
fn description(body: &[u8]) -> Result<usize> {
    let mut rest = body;
    let kind = take(&mut rest, 1)?[0];
    let limits = |rest: &mut &[u8]| -> Result<()> {
        let flags = number(rest)?;
        number(rest)?;
        if flags & 1 == 1 {
            number(rest)?;
        }
        Ok(())
    };
    match kind {
        // A function or a tag's type.
        0 => drop(number(&mut rest)?),
        // A table: type of its elements, limits.
        1 => {
            take(&mut rest, 1)?;
            limits(&mut rest)?;
        }
        2 => limits(&mut rest)?,
        // A global: type, whether it changes.
        3 => drop(take(&mut rest, 2)?),
        other => bail!("imports of kind {other} are not known here"),
    }
    Ok(body.len() - rest.len())
}

fn take<'a>(rest: &mut &'a [u8], size: usize) -> Result<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(size).context("the module ends too early")?;
    *rest = after;
    Ok(taken)
}

/// LEB128, unsigned, at most 32 bits.
fn number(rest: &mut &[u8]) -> Result<usize> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let byte = take(rest, 1)?[0];
        value |= usize::from(byte & 127) << shift;
        if byte < 128 {
            return Ok(value);
        }
    }
    bail!("a number is too long")
}

fn push_number(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let byte = (value & 127) as u8;
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 128);
    }
}

fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    push_number(out, text.len());
    out.extend(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(import "m" "<name>" (func))` as bytes, with a custom section before it.
    fn module(name: &str) -> Vec<u8> {
        let mut body = vec![1];
        push_text(&mut body, b"m");
        push_text(&mut body, name.as_bytes());
        body.extend([0, 0]);
        let mut out = HEADER.to_vec();
        out.extend([CUSTOM, 3, 2, b'h', b'i']);
        out.extend([1, 4, 1, 0x60, 0, 0]);
        out.push(IMPORT);
        push_number(&mut out, body.len());
        out.extend(body);
        out
    }

    #[test]
    fn shortens_imports_and_drops_notes() {
        let mut names = Names::default();
        let short = shorten(&module("__wbg_new_0123456789abcdef"), &mut names, true).unwrap();
        let mut expected = module("_a");
        expected.drain(HEADER.len()..HEADER.len() + 5);
        assert_eq!(short, expected);
        assert_eq!(names.short("__wbg_new_0123456789abcdef"), Some("_a"));
    }

    #[test]
    fn leaves_other_names_alone() {
        let mut names = Names::default();
        let short = shorten(&module("ours"), &mut names, true).unwrap();
        assert!(short.windows(4).any(|bytes| bytes == b"ours"));
    }

    #[test]
    fn names_are_short_and_never_the_same() {
        let all: std::collections::BTreeSet<String> = (0..2_000).map(numbered).collect();
        assert_eq!(all.len(), 2_000);
        assert_eq!(
            (numbered(0), numbered(25), numbered(26)),
            ("_a".into(), "_z".into(), "_aa".into())
        );
    }

    #[test]
    fn broken_modules_are_refused() {
        let good = module("__wbg_x");
        for cut in [0, 4, 9, 15, good.len() - 1] {
            assert!(shorten(&good[..cut], &mut Names::default(), false).is_err(), "{cut}");
        }
    }
}
