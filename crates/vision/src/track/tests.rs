//! The tracker as a whole, on small frames; the figures come from `bench-vision`.

use super::mat::{IDENTITY, Mat3, apply4, inverse, mul};
use super::tracker::{COAST, NotEnoughDetail, State, Tracker};
use crate::synth::Gray;
use crate::synth::camera::Place;
use crate::synth::evaluate::quad;
use crate::synth::light::Light;
use crate::synth::pictures::{Kind, draw};
use crate::synth::random::Random;
use crate::synth::render::Scene;
use crate::track::mat::distance;

const W: usize = 240;
const H: usize = 180;

fn scene() -> Scene {
    Scene::new(draw(Kind::Rich, 7, W, H), Gray::new(W, H, 90), (W, H))
}

fn frame(s: &Scene, x: f64, seed: u64) -> (Vec<u8>, Mat3) {
    let place = Place { turn: [12.0, -15.0, 8.0], at: [x, 0.02, 1.3] };
    let mut out = Vec::new();
    s.draw(&[place], &Light { gain: 1.0, noise: 2.0, ..Light::default() }, seed, &mut out);
    (out, s.truth(&place))
}

#[test]
fn finds_follows_loses_and_comes_back() {
    let s = scene();
    let g = s.picture();
    let mut t = Tracker::new(W, H);
    assert_eq!(t.set_reference(&g.px, W, H), Ok(()));
    for i in 0..3 {
        let (f, truth) = frame(&s, 0.01 * i as f64, i);
        let m = t.process(&f).expect("it is in plain sight");
        let e = distance(&quad(&m, g).unwrap(), &quad(&truth, g).unwrap());
        assert!(e < 0.5, "{e}");
        assert_eq!(t.state(), if i == 0 { State::Locking } else { State::Tracking });
        assert!(t.quality().is_some_and(|q| q.sigma < 0.5 && q.agreement > 0.8));
    }
    for i in 0..=COAST + 1 {
        assert_eq!(t.process(&[90; W * H]), None, "nothing stale");
        let gone = i + 1 > COAST;
        assert_eq!(t.state(), if gone { State::Lost } else { State::Coasting });
        assert!(t.quality().is_none());
    }
    assert!(t.process(&frame(&s, -0.05, 9).0).is_some(), "back in one frame");
    t.reset();
    assert_eq!(t.state(), State::Searching);
}

#[test]
fn a_frozen_frame_is_followed_from_the_next() {
    let s = scene();
    let (f, first) = frame(&s, 0.0, 1);
    let mut t = Tracker::new(W, H);
    assert_eq!(t.set_reference(&f, W, H), Ok(()));
    t.start_from(&IDENTITY);
    let (f, next) = frame(&s, 0.01, 2);
    let m = t.process(&f).expect("hardly moved");
    let truth = mul(&next, &inverse(&first).unwrap());
    let (a, b) = (
        apply4(&m, &[(90.0, 60.0), (150.0, 60.0), (150.0, 120.0), (90.0, 120.0)]),
        apply4(&truth, &[(90.0, 60.0), (150.0, 60.0), (150.0, 120.0), (90.0, 120.0)]),
    );
    assert!(distance(&a.unwrap(), &b.unwrap()) < 0.6);
}

#[test]
fn bad_input_is_neither_panic_nor_answer() {
    let mut r = Random::new(1);
    for (w, h) in [(0, 0), (1, 1), (15, 200), (17, 31), (33, 16), (usize::MAX, 2), (64, 48)] {
        let mut t = Tracker::new(w, h);
        assert_eq!(t.process(&[]), None);
        assert_eq!(t.set_reference(&[], 0, 0), Err(NotEnoughDetail));
        assert_eq!(t.set_reference(&[1], 1, 1), Err(NotEnoughDetail));
        assert_eq!(t.set_reference(&[], usize::MAX, 2), Err(NotEnoughDetail));
        assert_eq!(t.set_reference(&[80; 64 * 48], 64, 48), Err(NotEnoughDetail));
        let noise: Vec<u8> = (0..61 * 47).map(|_| r.bits() as u8).collect();
        assert_eq!(t.set_reference(&noise, 61, 47), Ok(()));
        t.start_from(&[f64::NAN; 9]);
        t.start_from(&[0.0; 9]);
        t.turned(10.0, f64::NAN, 0.0, 1e300);
        for k in 0..3u8 {
            let n = if w > 100_000 { 10 } else { w * h };
            let px: Vec<u8> =
                (0..n).map(|_| if k == 0 { r.bits() as u8 } else { k * 127 }).collect();
            assert_eq!(t.process(&px), None, "{w}x{h}");
            assert_eq!(t.process(&px[..n / 2]), None);
        }
    }
}

#[test]
fn a_frame_of_another_size_is_not_answered_with_an_old_place() {
    let s = scene();
    let g = s.picture();
    let mut t = Tracker::new(W, H);
    assert_eq!(t.set_reference(&g.px, W, H), Ok(()));
    assert!(t.process(&frame(&s, 0.0, 1).0).is_some());
    assert_eq!(t.process(&vec![7; (W + 1) * H]), None);
    assert_eq!(t.state(), State::Coasting);
}

#[test]
fn the_thing_itself_is_told_from_one_of_the_same_make() {
    use super::align::{Aligner, Effort};
    use super::belief::{exact, plain};
    use super::pyramid::Pyramid;
    use super::template::Template;
    let own = draw(Kind::Port, 3, 480, 360);
    let t = Template::new(&own.px, own.w, own.h);
    assert!(plain(&t));
    let mut a = Aligner::new(&t);
    let start = t.to_reference();
    let mut told = 0;
    for seed in 3..8 {
        let other = draw(Kind::Port, seed, 480, 360);
        let mut p = Pyramid::new(480, 360);
        p.fill(&other.px);
        let e = Effort { above: 2, stop: 0, steps: 8, still: 0.02 };
        let f = a.fit(&t, &p, &start, e, |_| {}).unwrap();
        let same = exact(&f, &t, &mut a, &p);
        assert!(same || seed != 3);
        told += usize::from(same == (seed == 3));
    }
    assert_eq!(told, 5);
}
