//! The server's time on this screen. Ages are counted against it, so that a wrong clock on the
//! agent's own computer makes no case older or younger.

use super::ages::stopwatch;
use super::page;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The server's time, and when it was last heard.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Added to this computer's time to get the server's, milliseconds.
    ahead: RwSignal<i64>,
    /// Server's time, moved on once a second, Unix milliseconds.
    pub now: RwSignal<i64>,
}

impl Clock {
    /// Starts to tick.
    pub fn start() -> Clock {
        let clock = Clock { ahead: RwSignal::new(0), now: RwSignal::new(page::device_now()) };
        leptos::prelude::set_interval(move || clock.tick(), std::time::Duration::from_secs(1));
        clock
    }

    /// A clock that stands still until it is set.
    pub fn stopped(at: i64) -> Clock {
        Clock { ahead: RwSignal::new(0), now: RwSignal::new(at) }
    }

    /// Takes the server's word for what time it is.
    pub fn set(self, server: i64) {
        self.ahead.set(server.saturating_sub(page::device_now()));
        self.tick();
    }

    fn tick(self) {
        self.now.set(page::device_now().saturating_add(self.ahead.get_untracked()));
    }

    /// The server's time at this moment.
    pub fn at(self) -> i64 {
        page::device_now().saturating_add(self.ahead.get_untracked())
    }
}

fn date(at: i64) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(at as f64))
}

/// Time of day by this computer's time zone: `14:02:11`.
pub fn time(at: i64) -> String {
    let d = date(at);
    let seconds = i64::from(d.get_hours() * 3600 + d.get_minutes() * 60 + d.get_seconds());
    let mut out = stopwatch(seconds * 1000);
    // A stopwatch leaves out hours; a time of day has two digits of them.
    match seconds {
        0..3_600 => out.insert_str(0, "00:"),
        3_600..36_000 => out.insert(0, '0'),
        _ => {}
    }
    out
}

/// Time of day, with the day before it when that is not the day of `now`.
pub fn day_time(at: i64, now: i64, lang: &str) -> String {
    let (d, today) = (date(at), date(now));
    let same = d.get_date() == today.get_date() && (at - now).abs() < 86_400_000;
    if same {
        return time(at);
    }
    let options = js_sys::Object::new();
    for (key, value) in [("month", "short"), ("day", "numeric")] {
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    if d.get_full_year() != today.get_full_year() {
        let _ = js_sys::Reflect::set(
            &options,
            &JsValue::from_str("year"),
            &JsValue::from_str("numeric"),
        );
    }
    let mut out = String::from(d.to_locale_date_string(lang, &options));
    out.push(' ');
    out.push_str(&time(at));
    out
}

/// The time zone of this screen: `UTC+8`, `UTC+5:30`.
pub fn zone() -> String {
    let minutes = -(js_sys::Date::new_0().get_timezone_offset() as i64);
    let mut out = String::from(if minutes < 0 { "UTC−" } else { "UTC+" });
    case::wire::put_int(minutes.abs() / 60, &mut out);
    if minutes % 60 != 0 {
        out.push(':');
        case::wire::put_int(minutes.abs() % 60, &mut out);
    }
    out
}
