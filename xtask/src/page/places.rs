//! Takes the places of panics out of a module: which file, which line. Nothing prints them in a
//! worker (a panic is a trap there), they do not compress, and they name folders of the machine
//! that compiled. What else lies in the data stays byte for byte where it was. The
//! code that said them is gone before wasm-opt, by the shim's `mute`.

/// Where a data segment's bytes lie: in the section, and in memory.
pub struct Segment {
    /// First byte in the section.
    pub at: usize,
    /// Bytes.
    pub len: usize,
    /// Address in memory.
    pub address: usize,
}

/// A place as the compiler writes it: address and length of the file's name, line, column.
const PLACE: usize = 16;

/// Fills the places in a data section with zeros, and the names that they point to.
pub fn forget(section: &mut [u8], segments: &[Segment]) {
    // A page that asks for gigabytes is none of ours.
    let end = segments.iter().map(|s| s.address + s.len).max().unwrap_or(0);
    if end > 1 << 24 {
        return;
    }
    // Segments are cut where many zeros are: a place may lie across a cut.
    let mut memory = vec![0; end];
    for s in segments {
        memory[s.address..s.address + s.len].copy_from_slice(&section[s.at..s.at + s.len]);
    }
    let found: Vec<(usize, usize, usize)> = (0..end.saturating_sub(PLACE - 1))
        .step_by(4)
        .filter_map(|at| place(&memory, at).map(|(name, len)| (at, name, len)))
        .collect();
    for (at, name, len) in found {
        memory[at..at + PLACE].fill(0);
        memory[name..name + len].fill(0);
    }
    for s in segments {
        section[s.at..s.at + s.len].copy_from_slice(&memory[s.address..s.address + s.len]);
    }
}

/// Address and length of the file's name, if there is a place.
fn place(memory: &[u8], at: usize) -> Option<(usize, usize)> {
    let word = |i: usize| {
        let bytes = memory.get(at + 4 * i..at + 4 * i + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    };
    let (name, len, line, column) = (word(0)?, word(1)?, word(2)?, word(3)?);
    let sane =
        (5..300).contains(&len) && (1..100_000).contains(&line) && (1..1000).contains(&column);
    let text = memory.get(name..name.checked_add(len)?)?;
    let is_file = text.ends_with(b".rs") && text.iter().all(u8::is_ascii_graphic);
    (sane && is_file).then_some((name, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &[u8] = b"src/track/align.rs";

    fn memory(line: u32) -> Vec<u8> {
        let mut m = [NAME, b"\0the rest", &[0; 5]].concat();
        for word in [1000, NAME.len() as u32, line, 9, 77] {
            m.extend(word.to_le_bytes());
        }
        m
    }

    fn whole(m: &[u8]) -> Segment {
        Segment { at: 0, len: m.len(), address: 1000 }
    }

    #[test]
    fn a_place_and_its_file_are_forgotten_and_nothing_else() {
        let mut m = memory(123);
        let all = whole(&m);
        forget(&mut m, &[all]);
        assert!(m[..NAME.len()].iter().all(|b| *b == 0));
        assert_eq!(&m[NAME.len() + 1..NAME.len() + 9], b"the rest");
        let end = m.len();
        assert!(m[end - 20..end - 4].iter().all(|b| *b == 0));
        assert_eq!(m[end - 4], 77);
    }

    #[test]
    fn a_place_across_two_segments_is_one() {
        let mut m = memory(123);
        let cut = m.len() - 12;
        let two = [
            Segment { at: 0, len: cut, address: 1000 },
            Segment { at: cut, len: 12, address: 1000 + cut },
        ];
        forget(&mut m, &two);
        assert!(!m.windows(3).any(|w| w == b".rs"));
    }

    #[test]
    fn what_is_no_place_stays() {
        for broken in [memory(0), memory(1_000_000), NAME.to_vec(), vec![255; 64], vec![]] {
            let mut m = broken.clone();
            let all = whole(&m);
            forget(&mut m, &[all]);
            assert_eq!(m, broken);
        }
        let mut far = memory(5);
        forget(&mut far, &[Segment { at: 0, len: 8, address: 1 << 30 }]);
        assert_eq!(far, memory(5));
    }
}
