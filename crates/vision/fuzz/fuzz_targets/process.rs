//! See `vision::synth::torture::process`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vision::synth::torture::process(data));
