//! Real pairs of pictures of one plane, as the Visual Geometry Group in Oxford publishes them: a folder
//! a scene, in it `img1` to `imgN` (PPM or PGM) and `H1to2p` to `H1toNp` (or without the `p`), nine
//! numbers each, that take pixels of the first picture to those of another. The first picture is the
//! reference, every other one a single frame in which it is looked for from nothing.

use super::evaluate::quad;
use super::{Gray, netpbm};
use crate::track::Tracker;
use crate::track::mat::{Mat3, inverse, mul};
use crate::track::template::resample;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longer side at which pairs are compared, pixels; larger pictures are made smaller.
pub const SIDE: usize = 640;
/// Pictures of a scene at most, scenes at most, and bytes of a file.
const PICTURES: usize = 99;
const SCENES: usize = 1000;
const BYTES: u64 = 1 << 28;

/// What came of one pair.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The scene's folder.
    pub scene: String,
    /// Number of the other picture.
    pub number: usize,
    /// Worst corner's distance from the truth, pixels of the other picture at the size at which it
    /// was compared; `None`: not found.
    pub error: Option<f64>,
}

impl Outcome {
    /// Whether it was found with no corner more than five pixels off.
    pub fn right(&self) -> bool {
        self.error.is_some_and(|e| e <= 5.0)
    }
}

/// Looks for the first picture of every scene below a folder in the scene's others.
///
/// # Errors
/// A sentence that names the folder or file which is not as it should be.
pub fn run(dir: &Path) -> Result<Vec<Outcome>, String> {
    let listed = std::fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut scenes: Vec<PathBuf> =
        listed.take(SCENES).flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
    scenes.sort();
    let mut all = Vec::new();
    for folder in scenes {
        // What has no first picture is no scene.
        if let Some(first) = picture(&folder, 1)? {
            scene(&folder, &first, &mut all)?;
        }
    }
    if all.is_empty() {
        return Err(format!("{}: no folder in it has img1, img2 and H1to2p", dir.display()));
    }
    Ok(all)
}

fn scene(folder: &Path, first: &Gray, all: &mut Vec<Outcome>) -> Result<(), String> {
    let (first, from) = fit(first);
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for number in 2..=PICTURES {
        let Some(other) = picture(folder, number)? else { break };
        let plain = folder.join(format!("H1to{number}"));
        let truth = [plain.with_file_name(format!("H1to{number}p")), plain];
        let Some(truth) = truth.iter().find(|p| p.exists()) else {
            return Err(format!("{}: there is no H1to{number}p", folder.display()));
        };
        let text = String::from_utf8_lossy(&bytes(truth)?).into_owned();
        let truth = nine(&text).ok_or(format!("{}: not nine numbers", truth.display()))?;
        let (other, to) = fit(&other);
        let error = inverse(&from).and_then(|back| {
            let truth = quad(&mul(&to, &mul(&truth, &back)), &first)?;
            let mut tracker = Tracker::new(other.w, other.h);
            tracker.set_reference(&first.px, first.w, first.h).ok()?;
            let place = quad(&tracker.process(&other.px)?, &first)?;
            let far = place.iter().zip(&truth).map(|(a, b)| (a.0 - b.0).hypot(a.1 - b.1));
            Some(far.fold(0.0, f64::max))
        });
        all.push(Outcome { scene: name.clone(), number, error });
    }
    Ok(())
}

/// A picture of a scene; `None` when there is none of that number.
fn picture(folder: &Path, number: usize) -> Result<Option<Gray>, String> {
    let kinds = ["ppm", "pgm"].map(|kind| folder.join(format!("img{number}.{kind}")));
    let Some(file) = kinds.iter().find(|p| p.exists()) else { return Ok(None) };
    let read = netpbm::read(&bytes(file)?);
    read.map(Some).map_err(|why| format!("{}: {why}", file.display()))
}

fn bytes(file: &Path) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let read = File::open(file).and_then(|f| f.take(BYTES).read_to_end(&mut out));
    read.map(|_| out).map_err(|e| format!("{}: {e}", file.display()))
}

fn nine(text: &str) -> Option<Mat3> {
    let all: Result<Vec<f64>, _> = text.split_whitespace().take(10).map(str::parse).collect();
    all.ok()?.try_into().ok().filter(|m: &Mat3| m.iter().all(|v| v.is_finite()))
}

/// No larger than [`SIDE`], and what takes pixels of the picture as it was to those of the new one.
fn fit(g: &Gray) -> (Gray, Mat3) {
    let k = (SIDE as f64 / g.w.max(g.h) as f64).min(1.0);
    let side = |n: usize| ((n as f64 * k).round() as usize).max(1);
    let (w, h) = (side(g.w), side(g.h));
    let px = resample(&g.px, g.w, g.h, w, h).iter().map(|v| v.round() as u8).collect();
    let (x, y) = (w as f64 / g.w as f64, h as f64 / g.h as f64);
    (Gray { w, h, px }, [x, 0.0, 0.5 * x - 0.5, 0.0, y, 0.5 * y - 0.5, 0.0, 0.0, 1.0])
}
