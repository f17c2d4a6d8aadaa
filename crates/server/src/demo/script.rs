//! What the invented drivers do. Places are landmarks of the road, not of people.

use case::event::{Event, Face};
use case::place::{How, Place};
use image::{DynamicImage, Rgb, RgbImage};

/// One case.
pub struct Story {
    region: &'static str,
    lang: &'static str,
    face: Face,
    steps: &'static [Told],
}

/// A step in a form that can be a constant.
enum Told {
    /// Guide, step, choice, fact, asked, said.
    Answer(&'static str, &'static str, &'static str, &'static str, &'static str, &'static str),
    /// Guide, disposition, result.
    End(&'static str, &'static str, &'static str),
    /// Latitude and longitude in 1e-7 degrees, metres.
    At(i64, i64, u32),
    /// Road, toward, metres from its zero.
    Post(&'static str, &'static str, u32),
    /// Level and bay.
    CarPark(&'static str, &'static str),
    Say(&'static str),
    Photo(&'static str),
    Call(&'static str),
    Begin(&'static str),
}

/// The next thing that happens.
#[expect(clippy::large_enum_variant, reason = "one at a time, gone at once")]
pub enum Step {
    /// This event.
    Event(Event),
    /// A photo of this shot.
    Photo {
        /// Guided shot.
        shot: &'static str,
    },
}

use Told::{Answer, At, Begin, Call, CarPark, End, Photo, Post, Say};

/// All stories.
pub const STORIES: &[Story] = &[
    Story {
        region: "cn",
        lang: "zh",
        face: Face::Phone,
        steps: &[
            Begin("safety"),
            Answer("safety", "fire", "no", "fire=no", "有烟、白汽、焦糊味或爆裂声吗?", "没有"),
            Answer("safety", "place", "expressway", "place=expressway", "您在哪里?", "高速公路"),
            At(317_321_000, 1_188_465_000, 18),
            Post("G42", "南京", 1_112_300),
            Begin("problem"),
            Answer("problem", "what", "power", "problem=power", "出了什么问题?", "没电了"),
            Photo("dashboard"),
            Say("人已经在护栏外,车停在应急车道"),
            Call("4008193388"),
            End("problem", "tow", "需要拖车:动力电池没电"),
            Say("大概还要多久?"),
        ],
    },
    Story {
        region: "cn",
        lang: "en",
        face: Face::Phone,
        steps: &[
            Begin("safety"),
            Answer("safety", "fire", "no", "fire=no", "Smoke, vapour, smell or popping?", "No"),
            Answer("safety", "place", "carpark", "place=carpark", "Where are you?", "Car park"),
            CarPark("B2", "117"),
            Begin("port"),
            Answer("port", "connector", "gbt_ac", "problem=plug", "Which connector?", "AC, GB/T"),
            Photo("port"),
            Answer("port", "stopped", "yes", "session=stopped", "Charging stopped?", "Yes"),
            At(311_453_000, 1_213_067_000, 35),
            Say("The latch clicks but the plug does not come out."),
            End("port", "agent", "Plug stuck: the release cord is not known for this car"),
        ],
    },
    Story {
        region: "de",
        lang: "en",
        face: Face::Car,
        steps: &[
            Begin("safety"),
            Answer("safety", "fire", "yes", "fire=yes", "Smoke, vapour, smell or popping?", "Yes"),
            Post("A8", "Stuttgart", 188_500),
            At(485_521_000, 98_754_000, 9),
            Say("White smoke under the car. We are all behind the barrier."),
            Call("112"),
            End("safety", "fire_brigade", "Fire brigade called; everyone is out"),
            Say("The fire brigade is here."),
        ],
    },
];

impl Story {
    /// How the case begins: opened, and marked for everybody to see.
    pub fn beginning(&self, number: String) -> Vec<Event> {
        vec![
            Event::Opened {
                number,
                region: self.region.into(),
                lang: self.lang.into(),
                face: self.face,
            },
            Event::Noted {
                id: String::new(),
                text: "Demo: invented by the server, nobody is waiting. 演示案例,没有人在等待。"
                    .into(),
            },
        ]
    }

    /// Events of the beginning.
    pub fn beginning_len(&self) -> u64 {
        2
    }

    /// The step of this number; `None` when the story is told.
    pub fn step(&self, i: u64) -> Option<Step> {
        let told = self.steps.get(usize::try_from(i).ok()?)?;
        let text = |s: &&str| String::from(*s);
        let placed = |place| Event::Placed { place };
        Some(Step::Event(match told {
            Photo(shot) => return Some(Step::Photo { shot }),
            Begin(g) => Event::Started { g: text(g), ed: "demo".into() },
            Answer(g, q, a, set, asked, said) => Event::Answered {
                g: text(g),
                q: text(q),
                a: text(a),
                sets: vec![text(set)],
                skip: false,
                asked: text(asked),
                said: text(said),
            },
            End(g, d, said) => Event::Ended {
                g: text(g),
                q: "end".into(),
                d: text(d),
                sets: Vec::new(),
                said: text(said),
            },
            At(lat, lon, acc) => placed(Place {
                lat_e7: Some(*lat),
                lon_e7: Some(*lon),
                acc_m: Some(*acc),
                ..Place::new(How::Device)
            }),
            Post(road, toward, post_m) => placed(Place {
                road: text(road),
                toward: text(toward),
                post_m: Some(*post_m),
                ..Place::new(How::Post)
            }),
            CarPark(level, bay) => {
                placed(Place { level: text(level), bay: text(bay), ..Place::new(How::CarPark) })
            }
            Say(said) => Event::Said { text: text(said) },
            Call(to) => Event::Called { to: text(to) },
        }))
    }
}

/// A drawing that nobody takes for a photo: a car's outline on a road at night.
pub fn drawing(w: u32, h: u32) -> DynamicImage {
    let night = |x: u32, y: u32| {
        let (fx, fy) = (x as f32 / w as f32, y as f32 / h as f32);
        let body = (0.2..0.8).contains(&fx) && (0.5..0.66).contains(&fy);
        let cabin = (0.33..0.68).contains(&fx) && (0.38..0.5).contains(&fy);
        let wheel = [0.32f32, 0.68].iter().any(|cx| {
            let (dx, dy) = (fx - cx, (fy - 0.67) * h as f32 / w as f32);
            dx * dx + dy * dy < 0.0025
        });
        let hazard = (0.2..0.23).contains(&fx) && (0.53..0.57).contains(&fy);
        match () {
            () if wheel => Rgb([24, 26, 30]),
            () if hazard => Rgb([255, 170, 0]),
            () if body => Rgb([96, 120, 150]),
            () if cabin => Rgb([60, 76, 98]),
            () if fy > 0.7 => Rgb([46, 48, 54]),
            () => Rgb([12, 16, 28 + (fy * 30.0) as u8]),
        }
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(w, h, night))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::check::check;
    use case::event::{Envelope, Role, may};

    #[test]
    fn every_step_is_what_a_phone_may_say() {
        for story in STORIES {
            let steps = (0..).map_while(|i| story.step(i)).filter_map(|s| match s {
                Step::Event(event) => Some(event),
                Step::Photo { .. } => None,
            });
            let number = case::number::mint([7; 8]);
            let beginning = story.beginning(number);
            assert_eq!(beginning.len() as u64, story.beginning_len());
            for event in beginning.into_iter().chain(steps) {
                assert!(may(Role::Driver, &event));
                let id = String::from("01923456-789a-7fff-bfff-ffffffffffff");
                let envelope =
                    Envelope { v: 1, k: id.clone(), d: id, n: 1, at: 1, b: event.into() };
                check(&envelope).unwrap();
            }
        }
    }
}
