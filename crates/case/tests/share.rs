//! Taint: whatever a driver types into a private field, no byte of it is in what is shared.

use case::event::Face;
use case::live::{Down, Signal, Up};
use case::place::How;
use case::share::{Private, Share};
use case::wire::to_json;
use case::{Role, share};

share! {
    /// A form of the place with every kind of field.
    pub struct PlaceForm = "where" {
        /// Shared as it is.
        [value] how: Option<How>,
        /// Shared as it is.
        [value] tunnel: bool,
        /// How far.
        [status] road: Private,
        /// How far.
        [status] words: Private,
        /// Not at all.
        phone: Private,
        /// Not at all, and not even a private type.
        draft: String,
    }
}

share! {
    /// The handover.
    pub struct Handover = "handover" {
        /// Shared as it is.
        [value] face: Face,
        /// How far.
        [status] name: Private,
        /// How far.
        [status] plate: Private,
        /// Not at all.
        position: String,
    }
}

/// xorshift64*: the walks are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n
    }
}

/// The two screens and what was typed into them.
struct Walk {
    place: PlaceForm,
    handover: Handover,
    markers: Vec<String>,
}

impl Walk {
    fn new() -> Walk {
        let p = Private::default;
        let (how, draft, position) = (None, String::new(), String::new());
        let place = PlaceForm { how, tunnel: false, road: p(), words: p(), phone: p(), draft };
        let handover = Handover { face: Face::Phone, name: p(), plate: p(), position };
        Walk { place, handover, markers: Vec::new() }
    }

    fn typed(&mut self, random: &mut Random) -> String {
        // Forms that a name, a number plate, a phone number, a note and hostile text have.
        let forms = ["Zq{}xw", "沪A·{}", "+86 138 {}", "{}\"}],\"t\":\"", "\u{202e}{}<img>", "{}"];
        let marker = format!("M{:08x}K", random.below(1 << 31));
        let text = forms[random.below(forms.len())].replace("{}", &marker);
        self.markers.push(marker);
        text
    }

    fn step(&mut self, random: &mut Random) {
        let what = random.below(9);
        if what < 6 {
            let text = if random.below(4) == 0 { String::new() } else { self.typed(random) };
            let valid = random.below(2) == 0;
            let private = Private::new(text.clone(), valid);
            match what {
                0 => self.place.road = private,
                1 => self.place.words = private,
                2 => self.place.phone = private,
                3 => self.handover.name = private,
                4 => self.handover.plate = private,
                _ => (self.place.draft, self.handover.position) = (text.clone(), text),
            }
        } else {
            self.place.how = match random.below(How::ALL.len() + 1) {
                0 => None,
                i => Some(How::ALL[i - 1]),
            };
            self.place.tunnel = random.below(2) == 0;
            self.handover.face = Face::ALL[random.below(Face::ALL.len())];
        }
    }

    /// Everything that leaves the device about these screens.
    fn sent(&self) -> String {
        let mut out = String::new();
        for view in [self.place.share(), self.handover.share()] {
            assert!(view.fits());
            let s = Signal::Screen { view };
            assert_eq!(s.unfit(), None);
            out.push_str(&to_json(&Up::Signal { s: s.clone() }));
            let who = String::new();
            out.push_str(&to_json(&Down::Signal { from: 1, by: Role::Driver, who, s: s.clone() }));
            // An error or a log line would be made of the value itself.
            out.push_str(&format!("{s:?}"));
        }
        out
    }
}

#[test]
fn ten_thousand_walks_share_no_private_byte() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut shared = std::collections::HashSet::new();
    for _ in 0..10_000 {
        let mut walk = Walk::new();
        for _ in 0..=random.below(12) {
            walk.step(&mut random);
            let sent = walk.sent();
            for marker in &walk.markers {
                assert!(!sent.contains(marker.as_str()), "{marker} in {sent}");
            }
            shared.insert(sent);
        }
    }
    // The test sees something: choices and states are there.
    assert!(shared.iter().any(|s| s.contains("valid")) && shared.len() > 1_000);
}

#[test]
fn a_shared_screen_names_what_is_declared_and_nothing_else() {
    let mut walk = Walk::new();
    walk.place.how = Some(How::Tunnel);
    walk.place.words = Private::new("secret".into(), false);
    walk.place.phone = Private::new("110".into(), true);
    assert_eq!(walk.place.phone.reveal(), "110");
    let expected = r#"{"name":"where","fields":[{"id":"how","value":"tunnel"},{"id":"tunnel","value":"no"},{"id":"road","fill":"empty"},{"id":"words","fill":"filled"}]}"#;
    assert_eq!(to_json(&walk.place.share()), expected);
}
