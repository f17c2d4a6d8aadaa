//! Where a WGS-84 point is drawn on a Chinese map, and how far two points lie apart.
//!
//! Maps sold in mainland China use GCJ-02, which moves every point by 100 to 700 m. Only what is
//! *shown* beside such a map is converted; everything stored and sent stays WGS-84. Hong Kong,
//! Macau and Taiwan do not use it. The outline is coarse: within some ten kilometres of the land
//! border it may be wrong, which is why callers also ask whether the region's maps use GCJ-02.
//!
//! The transform is the published approximation on the Krasovsky 1940 ellipsoid that map
//! libraries share (for instance eviltransform and coordtransform, whose test points are ours).

const A: f64 = 6_378_245.0;
const EE: f64 = 0.006_693_421_622_965_943;
const PI: f64 = std::f64::consts::PI;
/// Mean radius of the Earth in metres.
const EARTH: f64 = 6_371_008.8;

/// A point in 1e-7 degrees: latitude, longitude.
pub type Point = (i64, i64);

/// Mainland China with Hainan, longitude and latitude in hundredths of a degree.
#[rustfmt::skip]
const MAINLAND: &[(i16, i16)] = &[
    (13515, 4850), (13300, 4815), (13100, 4785), (13060, 4890), (12790, 4960), (12765, 5030),
    (12670, 5180), (12570, 5320), (12300, 5365), (12000, 5335), (11980, 5200), (11900, 5010), (11760, 4970),
    (11660, 4990), (11540, 4800), (11640, 4780), (11850, 4795), (11980, 4670), (11720, 4640),
    (11560, 4545), (11370, 4500), (11200, 4500), (11130, 4430), (11205, 4375), (11050, 4270),
    (10740, 4240), (10500, 4160), (10000, 4265), (9640, 4275), (9540, 4430), (9100, 4520),
    (9100, 4690), (8900, 4800), (8770, 4920), (8700, 4920), (8560, 4840), (8550, 4710),
    (8300, 4725), (8220, 4560), (8260, 4530), (7990, 4500), (8020, 4205), (7680, 4110),
    (7370, 3970), (7350, 3930), (7480, 3710), (7600, 3580), (7800, 3530), (7930, 3260),
    (7860, 3110), (8100, 3000), (8520, 2810), (8710, 2780), (8880, 2730), (8910, 2780),
    (9170, 2770), (9500, 2915), (9700, 2810), (9830, 2750), (9850, 2580), (9750, 2390),
    (9870, 2380), (9910, 2210), (10120, 2110), (10180, 2110), (10230, 2240), (10390, 2250),
    (10530, 2330), (10660, 2285), (10660, 2195), (10790, 2145), (10820, 1800), (11050, 1800),
    (11200, 2020), (11280, 2110), (11390, 2180), (11500, 2210), (11750, 2300), (11860, 2430),
    (12010, 2550), (12090, 2650), (12320, 3000), (12230, 3200), (12300, 3740), (12150, 3850),
    (12400, 3970), (12445, 4010), (12620, 4105), (12690, 4170), (12810, 4140), (12890, 4200),
    (12960, 4240), (13065, 4235), (13110, 4310), (13120, 4490), (13180, 4530), (13300, 4500),
    (13340, 4600), (13420, 4700), (13515, 4810),
];

/// Hong Kong: the middle of Deep Bay, the Shenzhen river, Mirs Bay, the open sea.
#[rustfmt::skip]
const HONG_KONG: &[(i16, i16)] = &[
    (11383, 2215), (11383, 2240), (11394, 2246), (11400, 2249), (11406, 2251), (11410, 2253),
    (11415, 2254), (11422, 2255), (11445, 2255), (11445, 2214),
];

/// Macau: the peninsula, Taipa, Coloane.
#[rustfmt::skip]
const MACAU: &[(i16, i16)] = &[
    (11353, 2218), (11353, 2221), (11356, 2221), (11360, 2220), (11360, 2210), (11355, 2210),
    (11355, 2216),
];

/// Whether a point lies in a ring, by counting the edges a ray to the east crosses.
fn inside(ring: &[(i16, i16)], (lat, lon): Point) -> bool {
    let at = |i: usize| {
        let (x, y) = ring[i];
        (i64::from(x) * 100_000, i64::from(y) * 100_000)
    };
    let mut inside = false;
    let (mut x1, mut y1) = at(ring.len() - 1);
    for i in 0..ring.len() {
        let (x2, y2) = at(i);
        if (y1 > lat) != (y2 > lat) {
            let (left, right) = ((lon - x1) * (y2 - y1), (x2 - x1) * (lat - y1));
            inside ^= if y2 > y1 { left < right } else { left > right };
        }
        (x1, y1) = (x2, y2);
    }
    inside
}

/// The sine, to 1e-9 over the range used here. The standard one would cost the browser's bundle
/// more bytes than the rest of this file.
fn sin(x: f64) -> f64 {
    let x = x - 2.0 * PI * (x / (2.0 * PI) + 0.5).floor();
    // Fold to ±π/2, where the series is short.
    let x = if x > PI / 2.0 {
        PI - x
    } else if x < -PI / 2.0 {
        -PI - x
    } else {
        x
    };
    let (square, mut term, mut sum, mut n) = (x * x, x, x, 1.0);
    while n < 16.0 {
        term *= -square / ((n + 1.0) * (n + 2.0));
        sum += term;
        n += 2.0;
    }
    sum
}

fn cos(x: f64) -> f64 {
    sin(x + PI / 2.0)
}

/// How far GCJ-02 moves a point, in degrees.
fn offset(lat: f64, lon: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let root = x.abs().sqrt();
    let wave = (20.0 * sin(6.0 * x * PI) + 20.0 * sin(2.0 * x * PI)) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + wave
        + (20.0 * sin(y * PI) + 40.0 * sin(y / 3.0 * PI)) * 2.0 / 3.0
        + (160.0 * sin(y / 12.0 * PI) + 320.0 * sin(y / 30.0 * PI)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + wave
        + (20.0 * sin(x * PI) + 40.0 * sin(x / 3.0 * PI)) * 2.0 / 3.0
        + (150.0 * sin(x / 12.0 * PI) + 300.0 * sin(x / 30.0 * PI)) * 2.0 / 3.0;
    let phi = lat / 180.0 * PI;
    let magic = 1.0 - EE * sin(phi) * sin(phi);
    let meridian = A * (1.0 - EE) / (magic * magic.sqrt());
    let parallel = A / magic.sqrt() * cos(phi);
    (north * 180.0 / (meridian * PI), east * 180.0 / (parallel * PI))
}

fn rounded(degrees: f64) -> i64 {
    (degrees * 1e7 + 0.5).floor() as i64
}

/// Whether the point lies where maps use GCJ-02.
pub fn applies(at: Point) -> bool {
    inside(MAINLAND, at) && !inside(HONG_KONG, at) && !inside(MACAU, at)
}

/// The point as a Chinese map shows it; `None` where maps use WGS-84.
pub fn shown(at: Point) -> Option<Point> {
    if !applies(at) {
        return None;
    }
    let (lat, lon) = (at.0 as f64 / 1e7, at.1 as f64 / 1e7);
    let (north, east) = offset(lat, lon);
    Some((rounded(lat + north), rounded(lon + east)))
}

/// The WGS-84 point that a Chinese map shows at `map`, for what somebody reads off such a map.
/// A point outside the outline is returned as it is.
pub fn stored(map: Point) -> Point {
    if !applies(map) {
        return map;
    }
    let (lat, lon) = (map.0 as f64 / 1e7, map.1 as f64 / 1e7);
    let (mut y, mut x) = (lat, lon);
    // The offset changes by less than a thousandth of a step, so each round gains three digits.
    for _ in 0..5 {
        let (north, east) = offset(y, x);
        (y, x) = (lat - north, lon - east);
    }
    (rounded(y), rounded(x))
}

/// Metres between two points, within 0.5 % up to 100 km; for walking distances it is as good as
/// the points are.
pub fn metres(a: Point, b: Point) -> u32 {
    let radians = |e7: i64| e7 as f64 / 1e7 / 180.0 * PI;
    let half_turn = 1_800_000_000;
    let mut east = b.1 - a.1;
    if east > half_turn {
        east -= 2 * half_turn;
    } else if east < -half_turn {
        east += 2 * half_turn;
    }
    let x = radians(east) * cos(radians((a.0 + b.0) / 2));
    let y = radians(b.0 - a.0);
    (EARTH * (x * x + y * y).sqrt() + 0.5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn e7(lat: f64, lon: f64) -> Point {
        (rounded(lat), rounded(lon))
    }

    #[test]
    fn published_pairs() {
        // coordtransform's printed result (Tiananmen) and eviltransform's test table.
        let pairs = [
            (39.915, 116.404, 39.916_404_281_501_64, 116.410_244_499_169_38),
            (31.177_427_6, 121.527_210_6, 31.175_303_983_645_97, 121.531_541_859_215),
            (22.543_847, 113.912_316, 22.540_796_131_694_766, 113.917_176_480_836_3),
            (39.911_954, 116.377_817, 39.913_345_455_360_69, 116.384_047_224_556_57),
        ];
        for (lat, lon, map_lat, map_lon) in pairs {
            let got = shown(e7(lat, lon)).expect("in China");
            let want = e7(map_lat, map_lon);
            // The tables differ in the ellipsoid's axis in the eighth digit: 1e-6° is 0.1 m.
            assert!((got.0 - want.0).abs() <= 10, "{got:?} {want:?}");
            assert!((got.1 - want.1).abs() <= 10, "{got:?} {want:?}");
        }
    }

    #[test]
    fn the_outline_knows_the_big_places() {
        let within = [
            (39.90, 116.40),
            (31.23, 121.47),
            (22.54, 114.06),
            (22.27, 113.57),
            (20.04, 110.34),
            (18.25, 109.50),
            (43.83, 87.62),
            (39.47, 75.99),
            (29.65, 91.13),
            (25.04, 102.72),
            (22.01, 100.80),
            (45.80, 126.53),
            (53.48, 122.37),
            (50.24, 127.53),
            (40.13, 124.39),
            (38.91, 121.60),
            (36.07, 120.38),
            (37.51, 122.12),
            (24.48, 118.09),
            (26.08, 119.30),
            (29.99, 122.21),
            (43.65, 111.98),
            (49.60, 117.43),
            (47.73, 88.08),
            (32.50, 80.10),
            (42.90, 129.51),
            (48.36, 134.29),
            (22.10, 107.00),
            (34.34, 108.94),
            (30.57, 104.07),
        ];
        for (lat, lon) in within {
            assert!(applies(e7(lat, lon)), "{lat} {lon}");
        }
        let outside = [
            (22.28, 114.16),
            (22.45, 114.17),
            (22.31, 113.92),
            (22.19, 113.545),
            (22.13, 113.57),
            (25.03, 121.57),
            (22.63, 120.30),
            (47.92, 106.92),
            (21.03, 105.85),
            (39.03, 125.75),
            (37.57, 126.98),
            (35.68, 139.77),
            (43.12, 131.89),
            (27.72, 85.32),
            (28.61, 77.21),
            (43.24, 76.89),
            (59.91, 10.75),
            (48.86, 2.35),
            (51.51, -0.13),
            (-33.87, 151.21),
        ];
        for (lat, lon) in outside {
            assert!(!applies(e7(lat, lon)), "{lat} {lon}");
            assert_eq!(shown(e7(lat, lon)), None);
            assert_eq!(stored(e7(lat, lon)), e7(lat, lon));
        }
    }

    #[test]
    fn distances_of_known_pairs() {
        assert_eq!(metres((0, 0), (0, 0)), 0);
        // One minute of arc on a sphere of this radius is 1853 m.
        assert_eq!(metres((0, 0), (166_667, 0)), 1853);
        assert_eq!(metres((600_000_000, 0), (600_000_000, 166_667)), 927);
        assert_eq!(metres((0, 1_799_999_000), (0, -1_799_999_000)), 22);
        // A triangle's 150 m.
        let d = metres((312_304_000, 1_214_737_000), (312_317_490, 1_214_737_000));
        assert!((149..=151).contains(&d), "{d}");
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(lat in 250_000_000i64..400_000_000, lon in 1_020_000_000i64..1_170_000_000) {
            if let Some(map) = shown((lat, lon)) {
                let back = stored(map);
                prop_assert!((back.0 - lat).abs() < 10 && (back.1 - lon).abs() < 10, "{:?}", back);
                let moved = metres((lat, lon), map);
                prop_assert!((50..1000).contains(&moved), "{} m", moved);
            }
        }

        #[test]
        fn any_integer_is_survived(lat: i32, lon in -1_800_000_000i64..=1_800_000_000) {
            let at = (i64::from(lat).clamp(-900_000_000, 900_000_000), lon);
            let _ = (shown(at), stored(at), metres(at, (0, 0)));
        }

        #[test]
        fn our_sine_is_a_sine(x in -4000.0f64..4000.0) {
            prop_assert!((sin(x) - x.sin()).abs() < 1e-8);
        }
    }
}
