//! The modules of a QR code: bytes only, level M, up to version 13. That is what a case number, a
//! text message or an invitation needs, in a third of the code of a whole encoder; the tests
//! compare it with one, module by module (ISO/IEC 18004:2015 is the rule for both).

/// Correction codewords of a block, and blocks, for each version at level M.
const BLOCKS: [(usize, usize); 13] = [
    (10, 1),
    (16, 1),
    (26, 1),
    (18, 2),
    (24, 2),
    (16, 4),
    (18, 4),
    (22, 4),
    (22, 5),
    (26, 5),
    (30, 5),
    (22, 8),
    (22, 9),
];

/// The modules, while they are placed and after.
#[derive(Clone)]
pub struct Grid {
    version: usize,
    /// Modules on a side.
    pub size: usize,
    mask: u32,
    /// Bit 0: dark. Bit 1: part of the pattern and not of the message.
    cells: Vec<u8>,
}

/// Modules that carry the message and its correction, in whole codewords.
fn codewords(version: usize) -> usize {
    let mut modules = (16 * version + 128) * version + 64;
    if version >= 2 {
        let n = version / 7 + 2;
        modules -= (25 * n - 10) * n - 55;
        if version >= 7 {
            modules -= 36;
        }
    }
    modules / 8
}

/// The modules of a text; `None` for one over 331 bytes.
pub fn encode(text: &[u8]) -> Option<Grid> {
    let count_bits = |version: usize| if version < 10 { 8 } else { 16 };
    let room = |version: usize| {
        let (correction, blocks) = BLOCKS[version - 1];
        codewords(version) - correction * blocks
    };
    let version =
        (1..=BLOCKS.len()).find(|v| 4 + count_bits(*v) + 8 * text.len() <= 8 * room(*v))?;
    // Mode "bytes", the count, the bytes, then zeros to a whole byte: all of it is four bits late.
    let mut nibbles = vec![4u8];
    for shift in (0..count_bits(version) / 4).rev() {
        nibbles.push((text.len() >> (4 * shift)) as u8 & 15);
    }
    for byte in text {
        nibbles.extend([byte >> 4, byte & 15]);
    }
    nibbles.push(0);
    let mut data: Vec<u8> = nibbles.chunks_exact(2).map(|n| n[0] << 4 | n[1]).collect();
    let mut pad = 0xec;
    while data.len() < room(version) {
        data.push(pad);
        pad ^= 0xec ^ 0x11;
    }
    let mut grid = Grid::new(version);
    grid.place(&corrected(&data, version));
    // Every mask can be read; the one with the fewest long runs is read best.
    (0..8).map(|mask| grid.masked(mask)).min_by_key(Grid::runs)
}

/// The message cut into blocks, each with its correction, interleaved.
fn corrected(data: &[u8], version: usize) -> Vec<u8> {
    let (correction, blocks) = BLOCKS[version - 1];
    let short = data.len() / blocks;
    let long = data.len() % blocks;
    let divisor = divisor(correction);
    let mut parts = Vec::new();
    let mut at = 0;
    for block in 0..blocks {
        let next = at + short + usize::from(block >= blocks - long);
        parts.push((&data[at..next], remainder(&data[at..next], &divisor)));
        at = next;
    }
    let mut out = Vec::new();
    for i in 0..=short {
        out.extend(parts.iter().filter_map(|(data, _)| data.get(i)));
    }
    for i in 0..correction {
        out.extend(parts.iter().map(|(_, rest)| rest[i]));
    }
    out
}

/// Product in the field of 256 elements of the standard.
fn times(x: u8, y: u8) -> u8 {
    let mut z = 0u8;
    for bit in (0..8).rev() {
        z = (z << 1) ^ ((z >> 7) * 0x1d) ^ ((y >> bit & 1) * x);
    }
    z
}

/// The generator polynomial, without its leading one.
fn divisor(degree: usize) -> Vec<u8> {
    let mut out = vec![0; degree];
    out[degree - 1] = 1;
    let mut root = 1;
    for _ in 0..degree {
        for i in 0..degree {
            out[i] = times(out[i], root) ^ out.get(i + 1).copied().unwrap_or(0);
        }
        root = times(root, 2);
    }
    out
}

fn remainder(data: &[u8], divisor: &[u8]) -> Vec<u8> {
    let mut out = vec![0; divisor.len()];
    for byte in data {
        let factor = byte ^ out[0];
        out.rotate_left(1);
        if let Some(last) = out.last_mut() {
            *last = 0;
        }
        for (to, of) in out.iter_mut().zip(divisor) {
            *to ^= times(*of, factor);
        }
    }
    out
}

impl Grid {
    /// The pattern that every code of a version has.
    fn new(version: usize) -> Grid {
        let size = 17 + 4 * version;
        let mut grid = Grid { version, size, mask: 0, cells: vec![0; size * size] };
        for i in 0..size {
            grid.set(6, i, i % 2 == 0);
            grid.set(i, 6, i % 2 == 0);
        }
        let end = size as i32 - 4;
        for (x, y) in [(3, 3), (end, 3), (3, end)] {
            grid.square(x, y, 4);
        }
        let n = if version == 1 { 0 } else { version / 7 + 2 };
        for i in 0..n {
            for j in 0..n {
                let corner = (i == 0 && (j == 0 || j == n - 1)) || (i == n - 1 && j == 0);
                if !corner {
                    grid.square(grid.alignment(i, n), grid.alignment(j, n), 2);
                }
            }
        }
        grid.format(0);
        if version >= 7 {
            let mut rest = version;
            for _ in 0..12 {
                rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
            }
            let bits = version << 12 | rest;
            for i in 0..18 {
                let (a, b) = (size - 11 + i % 3, i / 3);
                grid.set(a, b, bits >> i & 1 == 1);
                grid.set(b, a, bits >> i & 1 == 1);
            }
        }
        grid
    }

    /// The middle of alignment pattern `i` of `n`.
    fn alignment(&self, i: usize, n: usize) -> i32 {
        let step = (self.version * 8 + n * 3 + 5) / (n * 4 - 4) * 2;
        (if i == 0 { 6 } else { self.size - 7 - (n - 1 - i) * step }) as i32
    }

    /// Whether the module is dark.
    pub fn dark(&self, x: usize, y: usize) -> bool {
        self.cells[y * self.size + x] & 1 == 1
    }

    fn set(&mut self, x: usize, y: usize, dark: bool) {
        self.cells[y * self.size + x] = 2 | u8::from(dark);
    }

    /// Rings around a middle: dark ones but for the second, and for the light rim at `reach` 4.
    fn square(&mut self, x: i32, y: i32, reach: i32) {
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let (x, y) = (x + dx, y + dy);
                let ring = dx.abs().max(dy.abs());
                let light = if reach == 4 { ring == 2 || ring == 4 } else { ring == 1 };
                let inside = 0..self.size as i32;
                if inside.contains(&x) && inside.contains(&y) {
                    self.set(x as usize, y as usize, !light);
                }
            }
        }
    }

    /// Level M and the mask, twice.
    fn format(&mut self, mask: u32) {
        let mut rest = mask;
        for _ in 0..10 {
            rest = (rest << 1) ^ ((rest >> 9) * 0x537);
        }
        let bits = (mask << 10 | rest) ^ 0x5412;
        let end = self.size - 1;
        for i in 0..15 {
            let dark = bits >> i & 1 == 1;
            let near = if i < 6 { i } else { i + 1 };
            match i {
                0..8 => {
                    self.set(8, near, dark);
                    self.set(end - i, 8, dark);
                }
                8 => {
                    self.set(7, 8, dark);
                    self.set(8, end - 6, dark);
                }
                _ => {
                    self.set(14 - i, 8, dark);
                    self.set(8, end - 14 + i, dark);
                }
            }
        }
        self.set(8, end - 7, true);
    }

    /// Places the codewords in columns of two, up and down in turn, from the right.
    fn place(&mut self, words: &[u8]) {
        let mut bit = 0;
        let mut right = self.size as i32 - 1;
        while right >= 1 {
            if right == 6 {
                right = 5;
            }
            for step in 0..self.size {
                let up = (right + 1) & 2 == 0;
                let y = if up { self.size - 1 - step } else { step };
                for x in [right as usize, right as usize - 1] {
                    let cell = &mut self.cells[y * self.size + x];
                    if *cell & 2 == 0 && bit < words.len() * 8 {
                        *cell = words[bit / 8] >> (7 - bit % 8) & 1;
                        bit += 1;
                    }
                }
            }
            right -= 2;
        }
    }

    /// The same under a mask.
    fn masked(&self, mask: u32) -> Grid {
        let mut out = self.clone();
        out.mask = mask;
        out.format(mask);
        for y in 0..self.size {
            for x in 0..self.size {
                let flip = match mask {
                    0 => (x + y) % 2,
                    1 => y % 2,
                    2 => x % 3,
                    3 => (x + y) % 3,
                    4 => (x / 3 + y / 2) % 2,
                    5 => x * y % 2 + x * y % 3,
                    6 => (x * y % 2 + x * y % 3) % 2,
                    _ => ((x + y) % 2 + x * y % 3) % 2,
                };
                let cell = &mut out.cells[y * self.size + x];
                if flip == 0 && *cell & 2 == 0 {
                    *cell ^= 1;
                }
            }
        }
        out
    }

    /// Modules that continue a run of five or more of a colour, in rows and columns.
    fn runs(&self) -> usize {
        let mut sum = 0;
        for across in [true, false] {
            for i in 0..self.size {
                let (mut last, mut long) = (false, 0);
                for j in 0..self.size {
                    let dark = if across { self.dark(j, i) } else { self.dark(i, j) };
                    long = if dark == last { long + 1 } else { 1 };
                    last = dark;
                    sum += usize::from(long >= 5);
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

    #[test]
    fn every_module_is_that_of_a_whole_encoder() {
        for length in (0..=331).step_by(7).chain([331]) {
            let text: Vec<u8> = (0..length).map(|i| (i * 37 + length) as u8).collect();
            let grid = encode(&text).expect("fits");
            let version = Version::new(grid.version as u8);
            let whole = QrCode::encode_segments_advanced(
                &[QrSegment::make_bytes(&text)],
                QrCodeEcc::Medium,
                version,
                version,
                Some(Mask::new(grid.mask as u8)),
                false,
            )
            .expect("fits");
            assert_eq!(whole.size() as usize, grid.size);
            for y in 0..grid.size {
                for x in 0..grid.size {
                    let want = whole.get_module(x as i32, y as i32);
                    assert_eq!(grid.dark(x, y), want, "{length} bytes: {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn the_smallest_version_that_fits_is_taken() {
        for length in 0..=331 {
            let text = vec![b'x'; length];
            let whole = QrCode::encode_segments_advanced(
                &[QrSegment::make_bytes(&text)],
                QrCodeEcc::Medium,
                Version::MIN,
                Version::MAX,
                None,
                false,
            );
            let version = whole.expect("fits").version().value();
            assert_eq!(encode(&text).expect("fits").version, usize::from(version));
        }
        assert!(encode(&[0; 332]).is_none());
    }
}
