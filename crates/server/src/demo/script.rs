//! What the invented drivers do. Places are landmarks of the road, not of people.

use case::event::{Event, Face};
use case::place::{How, Place};
use image::{DynamicImage, Rgb, RgbImage};

/// One case.
pub struct Story {
    region: &'static str,
    lang: &'static str,
    face: Face,
    /// Steps that are told at the opening, so that the desk has something to look at from the
    /// first second; the rest follows one by one.
    at_once: usize,
    steps: &'static [Told],
}

/// A step in a form that can be a constant.
enum Told {
    /// Step as `guide/step`, choice, facts, asked, said.
    Answer(&'static str, &'static str, &'static [&'static str], &'static str, &'static str),
    /// End as `guide/step`, disposition, facts, result.
    End(&'static str, &'static str, &'static [&'static str], &'static str),
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

/// All stories. Steps, facts and words are those of `content/`; a test walks them there.
#[rustfmt::skip]
pub const STORIES: &[Story] = &[
    Story {
        region: "cn",
        lang: "zh",
        face: Face::Phone,
        at_once: 18,
        steps: &[
            At(317_321_000, 1_188_465_000, 18),
            Begin("safety"),
            Answer("safety/fire", "no", &["fire=no"], "车上有烟、白色雾气、焦味,或啪啪的响声吗?", "没有"),
            Answer("safety/place", "expressway", &["place=expressway"], "车停在哪里?", "高速公路"),
            Answer("safety/can-leave", "yes", &[], "所有人都能自己下车吗?", "能"),
            Answer("safety/hazards", "done", &["hazards=on"], "按下红色三角按钮,打开双闪。", "亮了"),
            Answer("safety/out", "done", &["people=out"], "看清来车,从靠护栏的一边下车。", "都下车了"),
            Answer("safety/rail", "done", &[], "所有人翻到护栏外,离开车,在那里等。", "到护栏外了"),
            Answer("safety/light", "night", &["light=dark", "weather=fine"], "现在天黑吗?看得清吗?", "夜里"),
            Answer("safety/sign-expressway", "unsafe", &["sign=no"], "只有路边走得安全,才去放警告牌:车后至少 150 米。", "没有安全的路"),
            Call("12122"),
            Answer("safety/call-expressway", "called", &["road-told=yes"], "拨打 12122。说:哪条高速、往哪个方向、公里桩号、电动汽车抛锚。", "打通了"),
            End("safety/safe", "guide", &["safe=yes"], "好,人先安全了。接下来记下车在哪里。"),
            Begin("where"),
            Post("G42", "南京", 262_300),
            Answer("where/post", "done", &[], "路边的公里桩、百米桩上写着什么?站在护栏外看就行。", "做好了"),
            Answer("where/position", "done", &[], "用手机定位。误差有多大会写出来。", "做好了"),
            Begin("what"),
            Photo("place"),
            Answer("where/photo", "done", &[], "站在安全的地方,拍一张周围或路牌。不安全就不拍。", "做好了"),
            End("where/end", "guide", &[], "位置记下了。接下来看车出了什么事。"),
            Answer("what/what", "power", &["problem=power"], "哪一个最像?", "没动力、开不动"),
            Answer("what/power-vapour", "no", &[], "现在有新的烟、白雾、焦味或响声吗?", "没有"),
            Answer("what/power-screen", "normal", &["screen=on"], "仪表和中控屏现在怎样?", "亮着,正常"),
            Answer("what/power-text", "empty", &["charge=empty"], "屏上有没有写电量用完,或者出现乌龟图标?", "电量用完了"),
            End("what/end-empty", "rescue", &[], "电量用完了,车会停在这里。我们派车来拖去充电。"),
            Say("人已经在护栏外,车停在应急车道"),
            Call("4008193388"),
            Photo("dash"),
            Say("大概还要多久?"),
        ],
    },
    Story {
        region: "cn",
        lang: "en",
        face: Face::Phone,
        at_once: 13,
        steps: &[
            At(311_453_000, 1_213_067_000, 35),
            Begin("safety"),
            Answer("safety/fire", "no", &["fire=no"], "Is there smoke, white vapour, a burnt smell or popping?", "No"),
            Answer("safety/place", "carpark", &["place=carpark"], "Where has the car stopped?", "Car park"),
            Answer("safety/can-leave", "yes", &[], "Can everybody get out of the car?", "Yes"),
            End("safety/safe", "guide", &["safe=yes"], "Good, people come first and you are safe. Next: where the car is."),
            Begin("where"),
            CarPark("B2", "117"),
            Answer("where/bay", "done", &[], "Which car park, which level, which bay?", "Done"),
            Answer("where/photo", "skip", &[], "From where it is safe, take a photo of a sign or the surroundings. If it isn’t, don’t.", "Skip for now"),
            End("where/end", "guide", &[], "The place is noted. Next: what happened to the car."),
            Begin("what"),
            Answer("what/what", "plug", &["problem=plug"], "Which is closest?", "Plug is stuck"),
            End("what/plug", "guide", &[], "Step by step, in less than ten minutes."),
            Begin("chargeport"),
            Answer("chargeport/what", "plug", &[], "What is stuck?", "The plug will not come out"),
            Answer("chargeport/danger", "no", &[], "Look first, don’t touch: do you see any of these?", "None of these"),
            Answer("chargeport/connector", "gbt-ac", &["plug=gbt-ac"], "Which plug is it? If you can’t see it, look at what the charger says.", "GB/T AC"),
            Photo("damage"),
            Answer("chargeport/holder-car", "done", &[], "Stop charging: on the car’s screen, in its app, or at the charger.", "It has stopped"),
            Answer("chargeport/zero", "yes", &["current=zero"], "Does the car say “not charging”, or show 0 amps?", "Yes"),
            Answer("chargeport/unlock", "still", &[], "Unlock the car with key or app, then at once hold the plug’s button and pull straight.", "Still stuck"),
            Say("The latch clicks but the plug does not come out."),
            Answer("chargeport/relock", "still", &[], "Lock the car, wait a few seconds, unlock it, and pull when you hear the click.", "Still stuck"),
            Answer("chargeport/push", "still", &[], "Push the plug firmly all the way in, hold its button, then pull straight out.", "Still stuck"),
            Answer("chargeport/doors", "still", &[], "Switch the climate off, open and close a door, unlock once more, and pull.", "Still stuck"),
            Answer("chargeport/ice", "no", &["plug-ice=no"], "Is there ice, snow or dirt around the plug?", "No"),
            Answer("chargeport/where-plugged", "public", &[], "Where is the car plugged in?", "At a public charger"),
            Answer("chargeport/operator-car", "nosignal", &["operator=silent"], "Call the number on the charger; ask them to end the session and unlock.", "Nobody answers"),
            Answer("chargeport/car", "done", &["vehicle=xpeng-g6"], "Which car is it? Every model has its own release.", "XPENG G6"),
            Photo("booklet"),
            Answer("chargeport/booklet", "done", &["booklet=yes"], "The release of this car is not known from a trusted source. Photograph the rescue booklet in the car.", "Done"),
            End("chargeport/end-agent", "agent", &[], "You have done enough; an agent takes over. Leave the plug where it is."),
        ],
    },
    Story {
        region: "de",
        lang: "en",
        face: Face::Car,
        at_once: 3,
        steps: &[
            At(485_521_000, 98_754_000, 9),
            Begin("safety"),
            Answer("safety/fire", "yes", &["fire=yes", "urgency=red"], "Is there smoke, white vapour, a burnt smell or popping?", "Yes"),
            Answer("safety/evac-out", "done", &["people=out"], "Everybody out, now. Leave everything behind.", "Everybody is out"),
            Answer("safety/evac-tunnel", "no", &[], "Are you in a tunnel?", "No"),
            Answer("safety/evac-away", "done", &[], "Go sideways and against the wind, as far as you can. Get behind the barrier if there is one.", "We are away"),
            Call("112"),
            Answer("safety/evac-call", "called", &[], "Call 112. Say: place, make, model, that it is an ELECTRIC car.", "I am through"),
            Post("A8", "Stuttgart", 188_500),
            Answer("safety/evac-place", "done", &[], "From where you stand now, note the place for the fire brigade.", "Done"),
            End("safety/evac-end", "evacuate", &[], "Stay far away and wait for the fire brigade. Don’t go near the car again."),
            Say("White smoke under the car. We are all behind the barrier."),
            Say("The fire brigade is here."),
        ],
    },
];

impl Story {
    /// How the case begins: opened, marked for everybody to see, and what is told at once.
    pub fn beginning(&self, number: String) -> Vec<Event> {
        let told = (0..self.at_once as u64).map_while(|i| match self.step(i)? {
            Step::Event(event) => Some(event),
            Step::Photo { .. } => None,
        });
        let mut events = vec![
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
        ];
        events.extend(told);
        events
    }

    /// Events before the first step.
    pub fn before_steps(&self) -> u64 {
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
            Answer(at, a, sets, asked, said) => {
                let (g, q) = at.split_once('/')?;
                Event::Answered {
                    g: g.into(),
                    q: q.into(),
                    a: text(a),
                    sets: sets.iter().map(text).collect(),
                    skip: matches!(*a, "skip" | "unsafe" | "nosignal"),
                    asked: text(asked),
                    said: text(said),
                }
            }
            End(at, d, sets, said) => {
                let (g, q) = at.split_once('/')?;
                Event::Ended {
                    g: g.into(),
                    q: q.into(),
                    d: text(d),
                    sets: sets.iter().map(text).collect(),
                    said: text(said),
                }
            }
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
mod tests;
