//! Writes synthetic films for the benchmark page: `vision-films FOLDER [SEED]`. For each film the
//! frames (`NAME.frames`, 640 × 480 grey bytes each) and the reference (`NAME.reference`); in
//! `films.json` their sizes and what is true in every frame.
#![allow(clippy::disallowed_methods)] // A tool: it writes files.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::{env, fs, io};
use vision::synth::evaluate::COUNTS;
use vision::synth::stress::{ALL, Film, LENGTH};

const SIZE: (usize, usize) = (640, 480);

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let Some(folder) = args.next() else {
        eprintln!("vision-films FOLDER [SEED]");
        std::process::exit(2);
    };
    // Seeds from 100 on were not looked at while the tracker was made.
    let seed = args.next().and_then(|v| v.parse().ok()).unwrap_or(100);
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let mut films = Vec::new();
    for stress in ALL {
        films.push(film(folder, &format!("{stress:?}"), &Film::new(stress, seed, SIZE.0, SIZE.1))?);
    }
    let (w, h) = SIZE;
    let list = films.join(",\n");
    let text = format!("{{\"w\":{w},\"h\":{h},\"counts\":{COUNTS},\"films\":[\n{list}\n]}}\n");
    fs::write(folder.join("films.json"), text)
}

/// Writes one film; gives its entry in the list.
fn film(folder: &Path, name: &str, film: &Film) -> io::Result<String> {
    let picture = film.scene.picture();
    fs::write(folder.join(format!("{name}.reference")), &picture.px)?;
    let mut file = io::BufWriter::new(fs::File::create(folder.join(format!("{name}.frames")))?);
    let mut frames = Vec::new();
    let mut px = Vec::new();
    for i in 0..LENGTH {
        film.frame(i, &mut px);
        file.write_all(&px)?;
        let truth = film.truth(i);
        let mut line = format!("{{\"seen\":{},\"map\":[", truth.seen);
        for (n, v) in truth.h.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            // Writing into a string cannot fail.
            let _ = write!(line, "{comma}{v}");
        }
        frames.push(line + "]}");
    }
    file.flush()?;
    let (w, h) = (picture.w, picture.h);
    let frames = frames.join(",\n");
    Ok(format!("{{\"name\":\"{name}\",\"w\":{w},\"h\":{h},\"frames\":[\n{frames}]}}"))
}
