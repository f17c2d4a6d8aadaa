//! See `vision::synth::torture::reference`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vision::synth::torture::reference(data));
