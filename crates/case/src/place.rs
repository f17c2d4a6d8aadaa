//! Where the car stands, as far as anybody has said. Coordinates are WGS-84 always; GCJ-02 is
//! computed for showing only and never stored (law 4, domain research 2b).

use crate::wire;

wire! {
    /// What a place report is based on.
    pub enum How : str {
        /// The device's own position.
        Device = "device",
        /// Road, direction and kilometre post.
        Post = "post",
        /// Tunnel and wall box.
        Tunnel = "tunnel",
        /// Car park level and bay.
        CarPark = "carpark",
        /// Words: an address, a landmark.
        Words = "words",
        /// The agent found it out on the phone.
        Agent = "agent",
    }

    /// A report of the place. Each report replaces the earlier one of the same `how`; the parts
    /// that a report leaves out are unknown to it.
    pub struct Place {
        /// Basis of this report.
        how: How,
        /// Latitude in 1e-7 degrees, WGS-84.
        [default] lat_e7: Option<i64>,
        /// Longitude in 1e-7 degrees, WGS-84.
        [default] lon_e7: Option<i64>,
        /// Radius in metres within which the device believes itself to be.
        [default] acc_m: Option<u32>,
        /// When the position was fixed, Unix milliseconds of the device.
        [default] fix_at: Option<i64>,
        /// Road number or name, as signposted.
        [default] road: String,
        /// Direction: the place the carriageway leads to.
        [default] toward: String,
        /// Kilometre post in metres from the road's zero: K123+400 is 123400.
        [default] post_m: Option<u32>,
        /// Name of the tunnel.
        [default] tunnel: String,
        /// Number of the wall box, emergency telephone or cross passage, as written there.
        [default] wall_box: String,
        /// Level of a car park.
        [default] level: String,
        /// Bay of a car park.
        [default] bay: String,
        /// Anything in words.
        [default] words: String,
    }
}

impl Place {
    /// An empty report on this basis.
    pub fn new(how: How) -> Place {
        Place {
            how,
            lat_e7: None,
            lon_e7: None,
            acc_m: None,
            fix_at: None,
            road: String::new(),
            toward: String::new(),
            post_m: None,
            tunnel: String::new(),
            wall_box: String::new(),
            level: String::new(),
            bay: String::new(),
            words: String::new(),
        }
    }

    /// Whether coordinates are those of a point on Earth; a report with others is refused.
    pub fn sane(&self) -> bool {
        let lat = self.lat_e7.is_none_or(|v| v.abs() <= 900_000_000);
        let lon = self.lon_e7.is_none_or(|v| v.abs() <= 1_800_000_000);
        lat && lon && self.lat_e7.is_some() == self.lon_e7.is_some()
    }
}

/// A kilometre post as it is painted: `K123+400`.
pub fn post_text(post_m: u32) -> String {
    let mut out = String::from("K");
    wire::put_int(i64::from(post_m / 1000), &mut out);
    out.push('+');
    let metres = post_m % 1000;
    for unit in [100, 10, 1] {
        out.push((b'0' + (metres / unit % 10) as u8) as char);
    }
    out
}

/// Degrees with five decimals (about a metre) from 1e-7 degrees, rounded to nearest.
pub fn degrees(e7: i64) -> String {
    let e5 = (e7.abs() + 50) / 100;
    let mut out = String::from(if e7 < 0 && e5 > 0 { "-" } else { "" });
    wire::put_int(e5 / 100_000, &mut out);
    out.push('.');
    let mut unit = 10_000;
    while unit > 0 {
        out.push((b'0' + (e5 / unit % 10) as u8) as char);
        unit /= 10;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_and_degrees_read_as_painted() {
        assert_eq!(post_text(123_400), "K123+400");
        assert_eq!(post_text(7), "K0+007");
        assert_eq!(degrees(312_304_049), "31.23040");
        assert_eq!(degrees(-1_214_737_000), "-121.47370");
        assert_eq!(degrees(-4), "0.00000");
        assert_eq!(degrees(9_999_951), "1.00000");
    }

    #[test]
    fn half_a_position_is_not_sane() {
        let mut p = Place::new(How::Device);
        assert!(p.sane());
        p.lat_e7 = Some(1);
        assert!(!p.sane());
        p.lon_e7 = Some(1_800_000_001);
        assert!(!p.sane());
        p.lon_e7 = Some(-1_800_000_000);
        assert!(p.sane());
    }
}
