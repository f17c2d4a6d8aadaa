//! The driver's page. A panic is told to the plain page, which then stands alone; what it said is
//! kept for the desk until the next start.
//!
//! The split point is here and not in the library, so that neither the desk nor a test carries it.

use nightwatch::driver::{aim, later, start, video};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// The first thing inside the chunk.
#[wasm_split(later, fallible)]
fn install() -> Result<(), SplitLoaderError> {
    later::install();
    aim::door::set(|| Box::pin(async { install_aim().await.is_ok() }));
    video::door::set(|| Box::pin(async { install_video().await.is_ok() }));
    Ok(())
}

/// The first thing inside the file of pointing and marking.
#[wasm_split(aim, fallible)]
fn install_aim() -> Result<(), SplitLoaderError> {
    aim::door::install();
    Ok(())
}

/// The first thing inside the file of the call.
#[wasm_split(video, fallible)]
fn install_video() -> Result<(), SplitLoaderError> {
    video::door::install();
    Ok(())
}

fn main() {
    std::panic::set_hook(Box::new(start::panicked));
    nightwatch::ui::dom::task(start::start(|| Box::pin(async { install().await.is_ok() })));
}
