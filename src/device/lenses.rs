//! Which camera: those of this device that do not look at the driver, the one that was chosen, and
//! which one runs. It opens none.

use super::loose::{ask, call, get, navigator};
use js_sys::{Array, JSON};
use wasm_bindgen::JsValue;

/// Where the choice is kept, on this device alone.
const KEPT: &str = "nw.lens";

/// The camera that was chosen, if one was.
pub fn kept() -> Option<String> {
    let store = get(&js_sys::global(), "localStorage")?;
    let id = call(&store, "getItem", &[KEPT.into()])?.as_string()?;
    (!id.is_empty()).then_some(id)
}

/// Remembers a choice; an empty name forgets it.
pub fn keep(id: &str) {
    // Without storage the choice holds for as long as the browser lets it: not at all.
    if let Some(store) = get(&js_sys::global(), "localStorage") {
        call(&store, "setItem", &[KEPT.into(), id.into()]);
    }
}

/// The wish for one camera by its name; `None` for what is no such name.
pub fn wish(id: &str) -> Option<JsValue> {
    if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_{}+/=.".contains(&b)) {
        return None;
    }
    let mut text = String::from(r#"{"audio":false,"video":{"width":{"ideal":1280},"height":"#);
    text.push_str(r#"{"ideal":720},"deviceId":{"exact":""#);
    text.push_str(id);
    text.push_str("\"}}}");
    JSON::parse(&text).ok()
}

/// The name, for this page, of the camera that a track comes from; empty where the browser does not
/// tell.
pub fn id(track: &JsValue) -> String {
    let said = call(track, "getSettings", &[]);
    let id = said.and_then(|said| get(&said, "deviceId")?.as_string());
    id.unwrap_or_default()
}

/// Names of the cameras that do not look at the driver, in the browser's order. Empty before the
/// driver allowed a camera: browsers tell nothing then.
pub async fn outward() -> Vec<String> {
    let Some(devices) = get(&navigator(), "mediaDevices") else { return Vec::new() };
    let Some(list) = ask(&devices, "enumerateDevices", &[]).await else { return Vec::new() };
    let word = |of: &JsValue, name: &str| get(of, name).and_then(|v| v.as_string());
    let mut found = Vec::new();
    for device in Array::from(&list).iter() {
        let id = word(&device, "deviceId").unwrap_or_default();
        let is_camera = word(&device, "kind").as_deref() == Some("videoinput");
        let facing = call(&device, "getCapabilities", &[]).and_then(|c| get(&c, "facingMode"));
        let facing = facing.map(|f| Array::from(&f)).and_then(|f| f.get(0).as_string());
        let label = word(&device, "label").unwrap_or_default();
        if is_camera && !id.is_empty() && !inward(&label, facing.as_deref()) {
            found.push(id);
        }
    }
    found
}

/// Whether a camera looks at whoever holds the device, by what it says and by its name. Phones name
/// them in the language of the system; most name them in English.
fn inward(label: &str, facing: Option<&str>) -> bool {
    let label = label.to_ascii_lowercase();
    let words = ["front", "user", "facetime", "selfie", "前置", "正面"];
    facing == Some("user") || words.iter().any(|word| label.contains(word))
}

#[cfg(test)]
mod tests {
    use super::inward;

    #[test]
    fn cameras_that_look_at_the_driver_are_known_by_word_or_name() {
        assert!(inward("", Some("user")) && inward("camera2 1, facing front", None));
        assert!(inward("前置相机", None) && inward("FaceTime HD Camera", None));
        for label in ["camera2 0, facing back", "Back Dual Wide Camera", "后置超广角相机", ""]
        {
            assert!(!inward(label, None) && !inward(label, Some("environment")), "{label}");
        }
    }
}
