//! Reads a sentence aloud with the device's own voice, on demand only. Works offline where the
//! device has a voice of its own.

use super::loose::get;
use web_sys::{SpeechSynthesis, SpeechSynthesisUtterance};

fn voice() -> Option<SpeechSynthesis> {
    get(&js_sys::global(), "SpeechSynthesisUtterance")?;
    web_sys::window()?.speech_synthesis().ok()
}

/// Whether the device can speak; a button that does nothing is not shown.
pub fn can() -> bool {
    voice().is_some()
}

/// Says the text in a language (`zh`, `en`), and nothing else that was still to be said.
pub fn say(text: &str, lang: &str) {
    let Some(voice) = voice() else { return };
    voice.cancel();
    if let Ok(words) = SpeechSynthesisUtterance::new_with_text(text) {
        words.set_lang(if lang == "en" { "en" } else { "zh-CN" });
        voice.speak(&words);
    }
}

/// Stops speaking.
pub fn hush() {
    if let Some(voice) = voice() {
        voice.cancel();
    }
}
