//! Repeatable chance: a seed in, the same numbers out on every machine.

/// A stream of numbers (splitmix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for every seed.
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Between two numbers.
    pub fn between(&mut self, a: f64, b: f64) -> f64 {
        a + (b - a) * self.unit()
    }

    /// Below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    /// Nearly Gaussian with σ = 1 (twelve uniform numbers).
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// A good hash of 64 bits.
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Smooth noise: a lattice of random heights, blended; from -1 to 1.
pub fn lattice(seed: u64, x: f64, y: f64) -> f64 {
    let (xi, yi) = (x.floor(), y.floor());
    let h = |dx: f64, dy: f64| {
        let k = ((xi + dx) as i64 as u64).wrapping_mul(0x8da6_b343)
            ^ ((yi + dy) as i64 as u64).wrapping_mul(0xd816_3841_0000_0001);
        (mix(k ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 40) as f64 / (1u64 << 23) as f64 - 1.0
    };
    let ease = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (fx, fy) = (ease(x - xi), ease(y - yi));
    let (a, b) = (h(0.0, 0.0), h(1.0, 0.0));
    let (c, d) = (h(0.0, 1.0), h(1.0, 1.0));
    (a + (b - a) * fx) * (1.0 - fy) + (c + (d - c) * fx) * fy
}

/// Noise with as much of every size (1/f), as nature has it; about σ = 0.35.
pub fn natural(seed: u64, x: f64, y: f64, octaves: u32) -> f64 {
    let (mut s, mut k, mut a) = (0.0, 1.0, 0.5);
    for o in 0..octaves {
        s += a * lattice(seed.wrapping_add(u64::from(o) * 77), x * k, y * k);
        k *= 2.0;
        a *= 0.72;
    }
    s
}
