//! Each kernel's two kinds give the same, to the last bit: on noise, on extremes, on every length.
#![cfg_attr(target_arch = "wasm32", no_main)]

#[cfg(target_arch = "wasm32")]
mod both {
    use vision::kernel::{block, bytes, ring, runs};
    use wasm_bindgen_test::wasm_bindgen_test;

    wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

    /// Numbers in an order that is always the same.
    struct Chance(u32);

    impl Chance {
        fn bits(&mut self) -> u32 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 17;
            self.0 ^= self.0 << 5;
            self.0
        }

        fn below(&mut self, n: usize) -> usize {
            self.bits() as usize % n
        }

        fn between(&mut self, a: f32, b: f32) -> f32 {
            a + (b - a) * (self.bits() >> 8) as f32 / 16_777_216.0
        }

        /// Noise, black, white, a checkerboard, a slope.
        fn row(&mut self, n: usize) -> Vec<u8> {
            match self.below(7) {
                0 => vec![0; n],
                1 => vec![255; n],
                2 => (0..n).map(|i| if i % 2 == 0 { 0 } else { 255 }).collect(),
                3 => (0..n).map(|i| (3 * i) as u8).collect(),
                4 => (0..n).map(|_| 100 + (self.bits() % 12) as u8).collect(),
                _ => (0..n).map(|_| self.bits() as u8).collect(),
            }
        }

        fn rows<const K: usize>(&mut self, n: usize) -> [Vec<u8>; K] {
            core::array::from_fn(|_| self.row(n))
        }

        fn floats<const N: usize>(&mut self, most: f32) -> [f32; N] {
            match self.below(6) {
                0 => [0.0; N],
                1 => [most; N],
                _ => core::array::from_fn(|_| self.between(-most, most)),
            }
        }
    }

    fn views<const K: usize>(rows: &[Vec<u8>; K]) -> [&[u8]; K] {
        core::array::from_fn(|i| rows[i].as_slice())
    }

    fn same(a: &[f32], b: &[f32]) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert_eq!(a.to_bits(), b.to_bits(), "{a} {b}");
        }
    }

    /// Lengths with every rest.
    fn lengths() -> impl Iterator<Item = usize> {
        (0..=70).chain([127, 128, 639, 640, 641])
    }

    #[wasm_bindgen_test]
    fn bytes_are_halved_smoothed_and_averaged_alike() {
        let mut c = Chance(1);
        for n in lengths() {
            for _ in 0..12 {
                let r: [Vec<u8>; 5] = c.rows(n);
                let r = views(&r);
                let before = c.row(n);
                let (mut a, mut b) = (before.clone(), before.clone());
                bytes::plain::halve(r[0], r[1], &mut a[..n / 2]);
                bytes::simd::halve(r[0], r[1], &mut b[..n / 2]);
                assert_eq!(a, b, "halve {n}");
                let three = [r[0], r[1], r[2]];
                bytes::plain::smooth(three, &mut a);
                bytes::simd::smooth(three, &mut b);
                assert_eq!(a, b, "smooth {n}");
                let (mut s, mut t) = (vec![7; n], vec![7; n]);
                bytes::plain::columns5(r, &mut s);
                bytes::simd::columns5(r, &mut t);
                assert_eq!(s, t, "columns5 {n}");
                bytes::plain::rows5(&s, &mut a);
                bytes::simd::rows5(&s, &mut b);
                assert_eq!(a, b, "rows5 {n}");
                let part = c.bits() as u8;
                bytes::plain::mix(r[0], r[1], part, &mut s);
                bytes::simd::mix(r[0], r[1], part, &mut t);
                assert_eq!(s, t, "mix {n}");
            }
        }
    }

    #[wasm_bindgen_test]
    fn rings_are_judged_alike() {
        let mut c = Chance(2);
        for n in lengths() {
            for _ in 0..20 {
                let r: [Vec<u8>; 8] = c.rows(n);
                let mid = c.row(n);
                let (mut a, mut b) = (vec![9; n], vec![9; n]);
                let least = [0, 1, 5, 5, 5, 255][c.below(6)];
                ring::plain::ring(&mid, views(&r), least, &mut a);
                ring::simd::ring(&mid, views(&r), least, &mut b);
                assert_eq!(a, b, "{n} {least}");
            }
        }
    }

    #[wasm_bindgen_test]
    fn arcs_are_as_strong_in_both() {
        let mut c = Chance(6);
        let mut corners = 0;
        for _ in 0..3000 {
            let (w, h) = (7 + c.below(9), 7 + c.below(5));
            let mut px = c.row(w * h);
            if c.below(2) == 0 {
                let (x, y) = (c.below(w), c.below(h));
                for (i, p) in px.iter_mut().enumerate() {
                    *p = if i % w >= x && i / w >= y { 200 } else { 30 + (c.bits() % 9) as u8 };
                }
            }
            for at in 0..px.len() + 40 {
                let least = [0, 5, 5, 40, 255][c.below(5)];
                let s = ring::plain::arc(&px, w, at, least);
                assert_eq!(s, ring::simd::arc(&px, w, at, least));
                corners += usize::from(s > 0);
            }
        }
        assert!(corners > 1000, "{corners}");
    }

    #[wasm_bindgen_test]
    fn runs_are_added_and_respond_alike() {
        let mut c = Chance(3);
        for round in 0..300 {
            let all = runs::RUN * (1 + c.below(5));
            let mut maps: Vec<i8> = (0..17 * all).map(|_| c.bits() as i8 / 8).collect();
            let mut other = maps.clone();
            let few = round % 3 == 0;
            let near: [u16; runs::RUN] = core::array::from_fn(|_| match c.below(4) {
                0 => 0,
                1 if few => 1 << c.below(16),
                2 => 0xffff,
                _ => c.bits() as u16,
            });
            let at = runs::RUN * c.below(all / runs::RUN);
            runs::plain::respond(&near, &mut maps, all, at, 3);
            runs::simd::respond(&near, &mut other, all, at, 3);
            assert_eq!(maps, other);
            // Some of them outside.
            let offsets: Vec<usize> = (0..c.below(70)).map(|_| c.below(19 * all)).collect();
            for least in [-3, 0, 30, 127] {
                let on = runs::RUN * c.below(20);
                let (mut a, mut b) = ([1; runs::RUN], [2; runs::RUN]);
                let p = runs::plain::add(&maps, &offsets, on, least, &mut a);
                let q = runs::simd::add(&maps, &offsets, on, least, &mut b);
                assert_eq!((a, p), (b, q));
            }
        }
        let (mut a, mut b) = ([1; runs::RUN], [2; runs::RUN]);
        assert!(!runs::plain::add(&[1; 63], &[0], 0, 1, &mut a));
        assert!(!runs::simd::add(&[1; 63], &[0], 0, 1, &mut b));
        assert_eq!(a, b);
    }

    #[wasm_bindgen_test]
    fn blocks_are_sampled_alike() {
        let mut c = Chance(4);
        let (mut inside, mut outside) = (0, 0);
        for _ in 0..4000 {
            let (w, h) = (16 + c.below(60), 16 + c.below(40));
            let px = c.row(w * h);
            let s = c.between(1.0, 60.0);
            let map = [
                s * c.between(0.5, 1.5),
                s * c.between(-0.5, 0.5),
                c.between(0.0, w as f32),
                s * c.between(-0.5, 0.5),
                s * c.between(0.5, 1.5),
                c.between(0.0, h as f32),
                c.between(-0.2, 0.2),
                c.between(-0.2, 0.2),
                1.0,
            ];
            let first = (c.between(-1.0, 1.0), c.between(-1.0, 1.0));
            let step = (c.between(0.005, 0.05), c.between(0.005, 0.05));
            let g = block::Grid { map: &map, first, step };
            let (mut a, mut b) = ([0.0; 64], [0.0; 64]);
            let p = block::plain::sample(&px, w, &g, &mut a);
            assert_eq!(p, block::simd::sample(&px, w, &g, &mut b));
            if p {
                same(&a, &b);
                inside += 1;
            } else {
                outside += 1;
            }
        }
        assert!(inside > 500 && outside > 500, "{inside} {outside}");
        // What is no number is outside or the same, and harms nobody.
        for bad in [f32::NAN, f32::INFINITY, -1e30, 0.0] {
            let map = [bad; 9];
            let g = block::Grid { map: &map, first: (0.0, 0.0), step: (0.1, 0.1) };
            let (mut a, mut b) = ([0.0; 64], [0.0; 64]);
            let p = block::plain::sample(&[9; 400], 20, &g, &mut a);
            assert_eq!(p, block::simd::sample(&[9; 400], 20, &g, &mut b));
            assert!(!block::simd::sample(&[9; 3], 20, &g, &mut b));
        }
    }

    #[wasm_bindgen_test]
    fn blocks_are_summed_alike() {
        let mut c = Chance(5);
        for _ in 0..3000 {
            let image: [f32; 64] = c.floats(255.0);
            let (grey, gu, gv) = (c.floats(120.0), c.floats(900.0), c.floats(900.0));
            same(&block::plain::tilt(&image), &block::simd::tilt(&image));
            let mean = c.between(0.0, 255.0);
            let (mut a, mut b) = (image, image);
            let p = block::plain::compare(&mut a, mean, &grey);
            let q = block::simd::compare(&mut b, mean, &grey);
            same(&a, &b);
            same(&[p.0, p.1], &[q.0, q.1]);
            let (gain, limit) = (c.between(0.1, 4.0), c.between(0.0, 60.0));
            let of = [&grey, &gu, &gv];
            let p = block::plain::project(&a, of, gain, limit);
            same(&p, &block::simd::project(&b, of, gain, limit));
            let patch: [f32; 100] = c.floats(255.0);
            let per = (c.between(0.1, 9.0), c.between(0.1, 9.0));
            let (mut p, mut q) = (([0.0; 64], [0.0; 64]), ([0.0; 64], [0.0; 64]));
            block::plain::slopes(&patch, per, &mut p.0, &mut p.1);
            block::simd::slopes(&patch, per, &mut q.0, &mut q.1);
            same(&p.0, &q.0);
            same(&p.1, &q.1);
            let first = (c.between(-1.0, 1.0), c.between(-1.0, 1.0));
            let step = (c.between(0.001, 0.1), c.between(0.001, 0.1));
            let n = block::plain::normal(&gu, &gv, first, step);
            same(&n, &block::simd::normal(&gu, &gv, first, step));
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
