//! The desk's line of a case, taken from its state. Pure; every store keeps it beside the case.

use case::State;
use case::event::Role;
use case::message::Row;
use case::place::{Place, degrees, post_text};
use case::state::Placed;

/// Characters of a text in the line.
const MAX: usize = 160;

/// The line of a case. `seq` is its place in the stream of changes.
pub fn row(case: &str, seq: u64, demo: bool, state: &State) -> Row {
    let unread = |m: &&case::state::Message| m.by == Role::Driver && m.o > state.agent_read;
    let mut what = what(state);
    if demo {
        what = format!("Demo · {what}").trim_end_matches(" · ").into();
    }
    Row {
        case: case.into(),
        seq,
        number: state.number.clone(),
        status: state.status,
        red: state.red,
        fire: state.fire,
        opened: state.opened,
        last: state.last,
        heard: state.heard,
        region: state.region.clone(),
        lang: state.lang.clone(),
        what: cut(&what),
        place: cut(&place(state)),
        photos: state.photos.len() as u32,
        unread: state.messages.iter().filter(unread).count() as u32,
        agent: state.agent.clone(),
    }
}

/// Where the latest guide ended; one that only led to the next says nothing about the case.
fn what(state: &State) -> String {
    let result = state.runs.iter().filter(|r| !r.said.is_empty() && r.d != "guide");
    let ended = result.filter_map(|r| Some((r.ended?, &r.said)));
    match ended.max_by_key(|(at, _)| *at) {
        Some((_, said)) => said.clone(),
        None => problem(state),
    }
}

/// The kind of trouble in the driver's own words; the bare fact where a guide showed none.
fn problem(state: &State) -> String {
    match told(state, "problem") {
        (said, _) if !said.is_empty() => said,
        (_, value) => value,
    }
}

/// A fact in the words of the answer that set it, and its bare value; both may be empty.
fn told(state: &State, fact: &str) -> (String, String) {
    let value = state.fact(fact).unwrap_or_default();
    let sets = |set: &String| set.split_once('=') == Some((fact, value.as_str()));
    let answer = state.answers.iter().rev().find(|a| a.sets.iter().any(sets));
    (answer.map(|a| a.said.trim().into()).unwrap_or_default(), value)
}

/// The report that brings a crew nearest, by what it contains: post, tunnel, car park, words,
/// coordinates; the newer of two of a kind. Before any report, the kind of place that the driver
/// named.
fn place(state: &State) -> String {
    match best(&state.places) {
        Some(line) => line,
        None => told(state, "place").0,
    }
}

fn best(places: &[Placed]) -> Option<String> {
    let lines = places.iter().rev().filter_map(|p| line(&p.place));
    lines.min_by_key(|(rank, _)| *rank).map(|(_, line)| line)
}

fn line(p: &Place) -> Option<(u8, String)> {
    let join = |parts: [String; 3], by: &str| {
        let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        parts.join(by)
    };
    if !p.road.is_empty() || p.post_m.is_some() {
        let toward = match p.toward.as_str() {
            "" => String::new(),
            toward => format!("→ {toward}"),
        };
        let post = p.post_m.map(post_text).unwrap_or_default();
        // A road without a post is a long place: words or a position say more.
        let rank = if p.post_m.is_some() { 0 } else { 3 };
        return Some((rank, join([p.road.clone(), toward, post], " ")));
    }
    if !p.tunnel.is_empty() || !p.wall_box.is_empty() {
        let line = join([p.tunnel.clone(), p.wall_box.clone(), String::new()], " · ");
        return Some((1, line));
    }
    if !p.level.is_empty() || !p.bay.is_empty() {
        let line = join([p.words.clone(), p.level.clone(), p.bay.clone()], " · ");
        return Some((2, line));
    }
    if !p.words.trim().is_empty() {
        return Some((3, p.words.trim().into()));
    }
    let (lat, lon) = (p.lat_e7?, p.lon_e7?);
    let accuracy = p.acc_m.map(|m| format!(" ±{m} m")).unwrap_or_default();
    Some((4, format!("{}, {}{accuracy}", degrees(lat), degrees(lon))))
}

fn cut(text: &str) -> String {
    let line = text.replace(['\n', '\r', '\t'], " ");
    match line.char_indices().nth(MAX) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use case::place::How;

    fn placed(how: How, fill: impl Fn(&mut Place)) -> Placed {
        let mut place = Place::new(how);
        fill(&mut place);
        Placed { place, by: Role::Driver, at: 1 }
    }

    #[test]
    fn the_best_report_makes_the_line() {
        let mut places = vec![placed(How::Device, |p| {
            p.lat_e7 = Some(312_304_000);
            p.lon_e7 = Some(1_214_737_000);
            p.acc_m = Some(12);
        })];
        assert_eq!(best(&places).as_deref(), Some("31.23040, 121.47370 ±12 m"));
        places.push(placed(How::Words, |p| p.words = "by the bridge".into()));
        assert_eq!(best(&places).as_deref(), Some("by the bridge"));
        places.push(placed(How::CarPark, |p| {
            p.level = "B2".into();
            p.bay = "117".into();
        }));
        assert_eq!(best(&places).as_deref(), Some("B2 · 117"));
        places.push(placed(How::Tunnel, |p| p.wall_box = "T14".into()));
        assert_eq!(best(&places).as_deref(), Some("T14"));
        places.push(placed(How::Post, |p| {
            p.road = "G2".into();
            p.toward = "南京".into();
            p.post_m = Some(123_400);
        }));
        assert_eq!(best(&places).as_deref(), Some("G2 → 南京 K123+400"));
        places.push(placed(How::Agent, |p| p.post_m = Some(124_000)));
        assert_eq!(best(&places).as_deref(), Some("K124+000"));
    }

    #[test]
    fn what_is_wrong_is_said_as_the_driver_saw_it() {
        let mut state = State::default();
        assert_eq!(row("c", 1, true, &state).what, "Demo");
        let mut apply = |event: case::Event, o| {
            state.apply(&case::Stored {
                o,
                rx: 1,
                skew: 0,
                by: Role::Driver,
                who: String::new(),
                e: case::Envelope {
                    v: case::upcast::VERSION,
                    k: String::new(),
                    d: String::new(),
                    n: o,
                    at: 1,
                    b: event.into(),
                },
            });
            state.clone()
        };
        let answered = |said: &str| case::Event::Answered {
            g: "hub".into(),
            q: "what".into(),
            a: "power".into(),
            sets: vec!["problem=power".into(), "place=road".into()],
            skip: false,
            asked: String::new(),
            said: said.into(),
        };
        let ended = |d: &str, said: &str| case::Event::Ended {
            g: "hub".into(),
            q: "end".into(),
            d: d.into(),
            sets: Vec::new(),
            said: said.into(),
        };
        apply(case::Event::Started { g: "hub".into(), ed: String::new() }, 1);
        assert_eq!(row("c", 1, false, &apply(answered(""), 2)).what, "power");
        let told = row("c", 1, true, &apply(answered("没电了"), 3));
        assert_eq!(told.what, "Demo · 没电了");
        // In the driver's words, never as the name of a fact.
        assert_eq!(row("c", 1, false, &apply(answered(""), 4)).place, "");
        assert_eq!(row("c", 1, false, &apply(answered("普通道路"), 5)).place, "普通道路");
        // A way that leads on is not a result.
        let on = row("c", 1, false, &apply(ended("guide", "接下来看灯"), 6));
        assert_eq!(on.what, "普通道路");
        assert_eq!(row("c", 1, false, &apply(ended("rescue", "派车"), 7)).what, "派车");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        assert_eq!(cut(&"守".repeat(161)).chars().count(), 161);
        assert_eq!(cut("a\nb"), "a b");
    }
}
