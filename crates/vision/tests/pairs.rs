//! Pairs in the Oxford layout: drawn, written as files, read and found again.
#![allow(clippy::disallowed_methods)] // Files are what this is about.

use std::path::{Path, PathBuf};

use vision::synth::Gray;
use vision::synth::camera::Place;
use vision::synth::light::Light;
use vision::synth::pairs::run;
use vision::synth::pictures::{Kind, draw};
use vision::synth::render::Scene;

/// A folder of its own that is gone in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("pairs-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("wall")).expect("a folder can be made");
        Folder(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join("wall").join(name), bytes).expect("a file can be written");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn pgm(w: usize, h: usize, px: &[u8]) -> Vec<u8> {
    [format!("P5\n{w} {h}\n255\n").as_bytes(), px].concat()
}

fn ppm(w: usize, h: usize, px: &[u8]) -> Vec<u8> {
    let all: Vec<u8> = px.iter().flat_map(|v| [*v; 3]).collect();
    [format!("P6\n{w} {h}\n255\n").as_bytes(), &all].concat()
}

#[test]
fn a_pair_is_found_where_its_file_says_and_nowhere_else() {
    let dir = Folder::new("found");
    let (w, h) = (800, 600);
    let scene = Scene::new(draw(Kind::Rich, 5, w, h), Gray::new(w, h, 90), (w, h));
    let first = scene.picture();
    dir.write("img1.pgm", &pgm(first.w, first.h, &first.px));
    let place = Place { turn: [24.0, -20.0, 10.0], at: [0.02, 0.0, 1.5] };
    let mut px = Vec::new();
    scene.draw(&[place], &Light { gain: 1.0, noise: 2.0, ..Light::default() }, 1, &mut px);
    let truth = scene.truth(&place);
    let text = |m: [f64; 9]| m.map(|v| v.to_string()).join(" ");
    dir.write("img2.ppm", &ppm(w, h, &px));
    dir.write("H1to2p", text(truth).as_bytes());
    // The same picture with another truth, and one in which there is nothing.
    let mut off = truth;
    off[2] += 12.0;
    dir.write("img3.pgm", &pgm(w, h, &px));
    dir.write("H1to3", text(off).as_bytes());
    dir.write("img4.pgm", &pgm(w, h, &vec![90; w * h]));
    dir.write("H1to4p", text(truth).as_bytes());
    let all = run(&dir.0).expect("the layout is right");
    assert_eq!(all.iter().map(|o| o.number).collect::<Vec<_>>(), [2, 3, 4]);
    assert!(all[0].right() && all[0].error.is_some_and(|e| e < 1.0), "{all:?}");
    assert!(!all[1].right() && all[1].error.is_some_and(|e| (6.0..14.0).contains(&e)), "{all:?}");
    assert!(all[2].error.is_none() && all[0].scene == "wall", "{all:?}");
}

#[test]
fn what_is_not_as_it_should_be_is_named() {
    let dir = Folder::new("wrong");
    let none = |part: &str, dir: &Path| {
        let e = run(dir).expect_err("something is wrong");
        assert!(e.contains(part), "{e}");
    };
    none("no folder in it", &dir.0);
    none("nowhere", &dir.0.join("nowhere"));
    dir.write("img1.pgm", &pgm(64, 48, &[0; 64 * 48]));
    dir.write("img2.pgm", b"P5 64 48 255 \0");
    none("img2.pgm", &dir.0);
    dir.write("img2.pgm", &pgm(64, 48, &[0; 64 * 48]));
    none("H1to2p", &dir.0);
    for text in ["", "1 0 0 0 1 0 0 0", "1 0 0 0 1 0 0 0 x", "1 0 0 0 1 0 0 0 NaN"] {
        dir.write("H1to2p", text.as_bytes());
        none("nine numbers", &dir.0);
    }
    // Nothing to hold on to in the first: not found, and no error.
    dir.write("H1to2p", b"1 0 0 0 1 0 0 0 1");
    assert!(run(&dir.0).is_ok_and(|all| all.len() == 1 && !all[0].right()));
}
