//! Makes panics in a worker's module bare traps, before wasm-opt sees it. Nobody reads what a worker's
//! panic would say; without the saying, every check in the code costs a compare and a branch, and all
//! that puts words together is gone. The checks themselves stay as they are. The names of
//! files that panics point to lie in the data and stay, too: `xtask`'s `places` clears them after wasm-opt.

use anyhow::{Context as _, Result};
use std::collections::HashSet;

/// Functions of the standard library that say something and never return.
const SAYING: [&str; 11] = [
    "__rustc::rust_begin_unwind",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::panic_",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_",
];
const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// No locals, `unreachable`, `end`.
const TRAP: [u8; 3] = [0, 0, 0x0b];

/// The module with those functions' bodies replaced; found by their names, so that a module without
/// names comes back as it was.
pub fn mute(module: &[u8]) -> Result<Vec<u8>> {
    let sections = sections(module)?;
    let (mut imported, mut saying) = (0, HashSet::new());
    for (id, body) in &sections {
        match id {
            2 => imported = imports(body)?,
            0 => names(body, &mut saying)?,
            _ => {}
        }
    }
    let mut out = HEADER.to_vec();
    for (id, body) in sections {
        let body = if id == 10 { code(body, imported, &saying)? } else { body.to_vec() };
        out.push(id);
        push_number(&mut out, body.len());
        out.extend(body);
    }
    Ok(out)
}

fn sections(module: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut rest = module.strip_prefix(HEADER).context("not a wasm module of version 1")?;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let id = byte(&mut rest)?;
        all.push((id, sized(&mut rest)?));
    }
    Ok(all)
}

/// How many functions are imported: they are counted first.
fn imports(mut rest: &[u8]) -> Result<usize> {
    let mut functions = 0;
    for _ in 0..number(&mut rest)? {
        sized(&mut rest)?;
        sized(&mut rest)?;
        match byte(&mut rest)? {
            0 => {
                number(&mut rest)?;
                functions += 1;
            }
            kind @ (1 | 2) => {
                if kind == 1 {
                    byte(&mut rest)?;
                }
                let flags = byte(&mut rest)?;
                number(&mut rest)?;
                if flags & 1 == 1 {
                    number(&mut rest)?;
                }
            }
            // A global's type and whether it changes; a tag's kind and type.
            _ => drop((byte(&mut rest)?, number(&mut rest)?)),
        }
    }
    Ok(functions)
}

/// Numbers of the functions whose names are among those that say something.
fn names(mut rest: &[u8], saying: &mut HashSet<usize>) -> Result<()> {
    if sized(&mut rest)? != b"name" {
        return Ok(());
    }
    while !rest.is_empty() {
        let kind = byte(&mut rest)?;
        let mut part = sized(&mut rest)?;
        if kind != 1 {
            continue;
        }
        for _ in 0..number(&mut part)? {
            let index = number(&mut part)?;
            let name = plain(std::str::from_utf8(sized(&mut part)?)?);
            if SAYING.iter().any(|s| name.starts_with(s)) {
                saying.insert(index);
            }
        }
    }
    Ok(())
}

/// Without the hashes of crates: `core[c593]::panicking` is `core::panicking`.
fn plain(name: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in name.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

fn code(mut rest: &[u8], imported: usize, saying: &HashSet<usize>) -> Result<Vec<u8>> {
    let count = number(&mut rest)?;
    let mut out = Vec::new();
    push_number(&mut out, count);
    for i in 0..count {
        let body = sized(&mut rest)?;
        let body = if saying.contains(&(imported + i)) { &TRAP } else { body };
        push_number(&mut out, body.len());
        out.extend(body);
    }
    Ok(out)
}

fn byte(rest: &mut &[u8]) -> Result<u8> {
    let (first, after) = rest.split_first().context("the module ends too early")?;
    *rest = after;
    Ok(*first)
}

/// What its own length stands before.
fn sized<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let size = number(rest)?;
    let (taken, after) = rest.split_at_checked(size).context("the module ends too early")?;
    *rest = after;
    Ok(taken)
}

/// LEB128, unsigned, at most 32 bits.
fn number(rest: &mut &[u8]) -> Result<usize> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let b = byte(rest)?;
        value |= usize::from(b & 127) << shift;
        if b < 128 {
            return Ok(value);
        }
    }
    anyhow::bail!("a number is too long")
}

fn push_number(out: &mut Vec<u8>, mut value: usize) {
    while value > 127 {
        out.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, body: &[u8]) -> Vec<u8> {
        [&[id, body.len() as u8][..], body].concat()
    }

    /// One imported function and two of its own, of which the first has the name given.
    fn module(name: &str) -> Vec<u8> {
        let mut names = vec![4];
        names.extend(b"name");
        names.extend([1, name.len() as u8 + 3, 1, 1, name.len() as u8]);
        names.extend(name.as_bytes());
        [
            HEADER.to_vec(),
            section(2, &[2, 1, b'm', 1, b'f', 0, 0, 1, b'm', 1, b'g', 2, 1, 1, 9]),
            section(10, &[2, 4, 0, 0x41, 7, 0x0b, 4, 0, 0x41, 8, 0x0b]),
            section(0, &names),
        ]
        .concat()
    }

    #[test]
    fn only_what_says_something_becomes_a_trap() {
        let muted = mute(&module("core[c5930c85a12de822]::panicking::panic_fmt")).unwrap();
        let code = section(10, &[2, 3, 0, 0, 0x0b, 4, 0, 0x41, 8, 0x0b]);
        assert!(muted.windows(code.len()).any(|w| w == code), "{muted:?}");
        for name in ["vision::track::run", "core::fmt::write", "my::core::panicking::panic"] {
            assert_eq!(mute(&module(name)).unwrap(), module(name), "{name}");
        }
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let whole = module("core::panicking::panic");
        for end in [0, 7, 9, 12, whole.len() - 1] {
            assert!(mute(&whole[..end]).is_err(), "{end}");
        }
        assert_eq!(mute(HEADER).unwrap(), HEADER);
    }
}
