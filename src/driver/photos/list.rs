//! The list: photos that help, with what is there already, and how far each has come.

use super::{drawn, picture};
use crate::case_link::PhotoAt;
use crate::driver::aim::way;
use crate::driver::app::App;
use crate::journey::brief::int;
use crate::journey::photo::{SHOTS, shot};
use crate::react::*;
use crate::ui::El;
use crate::ui::dom::{computed, el};
use crate::ui::parts::{h1, p, pic, screen as frame};
use crate::words::{Key, fill, t};
use case::state::Photo;

/// The list of photos.
pub fn screen(app: App) -> El {
    // Name, bytes and shot of each photo, a line each: built anew only when one comes or goes.
    let taken = computed(move || {
        let mut out = String::new();
        app.state.with(|s| {
            for photo in &s.photos {
                for part in [photo.id.as_str(), " ", &photo.sha, " ", &photo.shot, "\n"] {
                    out.push_str(part);
                }
            }
        });
        out
    });
    let mut shots = el("div").class("shots");
    for one in &SHOTS {
        let mut href = String::from("#photos/take/");
        href.push_str(one.id);
        shots = shots.add(
            el("a")
                .class("shot")
                .attr("href", &href)
                .add(pic(one.pic))
                .add(el("span").add(el("b").text(t(one.title))).add(p("small", t(one.how))))
                .add(el("span").class("count").live(move |e| {
                    let taken = taken.get();
                    let n = entries(&taken).filter(|(_, _, of)| shot(of).id == one.id).count();
                    let text = (n > 0).then(|| fill(Key::PhotoCount, &[&int(n as i64)]));
                    e.set_text_content(text.as_deref());
                })),
        );
    }
    frame("screen photos")
        .add(h1(t(Key::PhotoTitle)))
        .add(p("lead", t(Key::PhotoLead)))
        .dynamic(move || {
            let mut grid = el("ul").class("thumbs");
            for (id, sha, name) in entries(&taken.get()) {
                grid = grid.add(thumb(app, id, sha, name));
            }
            grid
        })
        .add(aim())
        .add(shots)
}

/// The way to pointing and marking: what is drawn there becomes a photo of this list.
fn aim() -> El {
    way::card("shot aim-way", "#aim", Key::AimTitle, Key::AimHow)
}

fn entries(taken: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    taken.lines().filter_map(|line| {
        let (id, rest) = line.split_once(' ')?;
        let (sha, shot) = rest.split_once(' ')?;
        Some((id, sha, shot))
    })
}

fn thumb(app: App, id: &str, sha: &str, name: &str) -> El {
    let mut href = String::from("#photos/mark/");
    href.push_str(id);
    let (id, of, by) = (String::from(id), String::from(id), String::from(id));
    let state = el("span").live(move |e| {
        let (class, text) = progress(app, &id);
        let _ = e.set_attribute("class", class);
        e.set_text_content(Some(&text));
    });
    let picture = picture(app, sha.into(), t(shot(name).title));
    let (w, h) = app.state.with_untracked(|s| {
        s.photos.iter().find(|p| p.id == of).map(|p| (p.w, p.h)).unwrap_or_default()
    });
    let picture = el("span").class("thumb-box").add(picture);
    // Cut as the picture is, which fills a square.
    let over = drawn::cut(app, w, h, move || of.clone());
    let agents = el("span").class("drawn-by").live(move |e| {
        let who = app.state.with(|s| drawn::who(drawn::on(s, &by)));
        e.set_text_content(who.map(|who| fill(Key::DrawnBy, &[&who])).as_deref());
    });
    el("li").add(el("a").attr("href", &href).add(picture.add(over)).add(agents).add(state))
}

/// How far a photo has come, in words, with the class that colours them.
pub fn progress(app: App, id: &str) -> (&'static str, String) {
    let at = app
        .outbox
        .with(|o| o.photos.iter().find(|p| p.id == *id).map(|p| (p.at.clone(), p.percent)));
    let received = app.state.with(|s| {
        s.photos.iter().find(|p| p.id == *id).is_some_and(|p: &Photo| s.photo_received(p))
    });
    match at {
        _ if received => ("state ok", t(Key::PhotoAtReceived).into()),
        Some((PhotoAt::Received, _)) => ("state ok", t(Key::PhotoAtReceived).into()),
        Some((PhotoAt::Sending, percent)) => {
            ("state", fill(Key::PhotoAtSending, &[&int(i64::from(percent))]))
        }
        Some((PhotoAt::Refused(why), _)) => ("state bad", fill(Key::PhotoAtRefused, &[&why])),
        Some((PhotoAt::Elsewhere, _)) => ("state", t(Key::PhotoGone).into()),
        _ => ("state", t(Key::PhotoAtSaved).into()),
    }
}
