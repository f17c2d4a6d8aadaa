//! One step of any guide: one picture, one sentence, one thing to do. A pure view: what a tap does
//! is handed in.

use super::brief::int;
use super::stand::Stand;
use crate::ui::dom::{El, el};
use crate::ui::parts::{button, fold, h1, icon, link, p, pic, screen};
use crate::words::{Key, fill, lang, say, t};
use guide::{Choice, Grade, Kind, Pack, Region, Source, Step};
use std::rc::Rc;

/// What a view of a step is told besides the step.
pub struct Around {
    /// The pack, for sources and numbers.
    pub pack: &'static Pack,
    /// The step and its place on the way.
    pub stand: Stand,
    /// Where "back" leads; `None` where nothing may lead back.
    pub back: Option<String>,
    /// Life is in danger: the screen is red.
    pub danger: bool,
    /// Telephone links are of use on this device.
    pub phone: bool,
}

/// What a tap does.
#[derive(Clone)]
pub struct Acts {
    /// An answer was given.
    pub choose: Rc<dyn Fn(&'static Choice)>,
    /// A text is to be read aloud; `None` where the device has no voice.
    pub hear: Option<Rc<dyn Fn(String)>>,
}

/// The step on its screen. A form stands in place of the first answer.
pub fn step(around: &Around, form: Option<El>, acts: &Acts) -> El {
    let step = around.stand.step;
    let has_form = form.is_some();
    screen(if around.danger { "screen step danger" } else { "screen step" })
        .attr("data-q", &around.stand.name())
        .add(head(around))
        .maybe((!step.pic.is_empty() && !has_form && !pictured(step)).then(|| pic(&step.pic)))
        .add(text(around, acts))
        .maybe(call(around))
        .maybe(form)
        .add(choices(around, has_form, &acts.choose))
        .maybe(sources(around.pack, step))
}

/// Title, place on the way, way back; and the way to everything else, while nothing burns.
pub fn head(around: &Around) -> El {
    let back = around.back.as_ref().map(|href| {
        el("a")
            .class("back")
            .attr("href", href)
            .attr("aria-label", t(Key::Back))
            .add(icon("M15 4l-8 8 8 8"))
    });
    let mut at = String::from(say(&around.stand.guide.title));
    if !around.stand.end {
        at.push_str(" · ");
        at.push_str(&fill(Key::StepOf, &[&int(around.stand.n as i64 + 1)]));
    }
    let all = (!around.danger).then(|| {
        el("a")
            .class("back all")
            .attr("href", "#hub")
            .attr("aria-label", t(Key::ToHub))
            .add(icon("M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z"))
    });
    el("div").class("head").maybe(back).add(p("at", &at)).maybe(all)
}

/// The sentence, what belongs to it, and what must not be done.
pub fn text(around: &Around, acts: &Acts) -> El {
    let step = around.stand.step;
    let more = step.more.as_ref().map(say);
    let warn = step.warn.as_ref().map(say);
    let hear = acts.hear.clone().map(|hear| {
        let mut all = String::from(say(&step.say));
        for part in [more, warn].into_iter().flatten() {
            all.push_str(if lang() == "en" { " " } else { "。" });
            all.push_str(part);
        }
        let press = move || hear(all.clone());
        button("hear", "", press)
            .attr("aria-label", t(Key::Hear))
            .add(icon("M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7M19 6a9 9 0 0 1 0 12"))
    });
    el("div")
        .class("say")
        .add(el("div").class("line1").add(h1(say(&step.say))).maybe(hear))
        .maybe(warn.map(|w| p("warn", w)))
        .maybe(more.map(|m| p("more", m)))
}

/// A number that the sentence names is one tap away.
pub fn call(around: &Around) -> Option<El> {
    let dial = named(&around.pack.region, around.stand.step)?;
    Some(if around.phone {
        let mut href = String::from("tel:");
        href.push_str(dial);
        link("btn lamp call", &href, "").text(t(Key::Call)).text(" ").add(el("b").text(dial))
    } else {
        p("number", dial)
    })
}

/// The first number of the region that a sentence names as a whole.
fn named<'r>(region: &'r Region, step: &Step) -> Option<&'r str> {
    let calls = region.numbers.iter().filter(|n| !n.sms);
    let mut dials = calls.map(|n| n.dial.as_str());
    dials.find(|dial| step.say.zh.split(|c: char| !c.is_ascii_digit()).any(|word| word == *dial))
}

fn choices(around: &Around, form: bool, choose: &Rc<dyn Fn(&'static Choice)>) -> El {
    let step = around.stand.step;
    let answers = step.choices.iter().filter(|c| !c.skip).skip(usize::from(form));
    let skips: Vec<&'static Choice> = step.choices.iter().filter(|c| c.skip).collect();
    let pictures = pictured(step);
    let amber = step.kind == Kind::Act && named(&around.pack.region, step).is_none();
    let short = answers.clone().count() == 2 && answers.clone().all(|c| brief(say(&c.text)));
    let class = match (pictures, short && step.kind == Kind::Ask) {
        (true, _) if answers.clone().count() > 6 => "choices grid many",
        (true, _) => "choices grid",
        (_, true) => "choices short",
        _ => "choices",
    };
    let mut list = el("div").class(class);
    for (i, choice) in answers.enumerate() {
        let class = if i == 0 && amber { "btn lamp" } else { "btn" };
        list = list.add(choice_button(around, choice, class, choose));
    }
    if skips.is_empty() {
        return list;
    }
    // A step that can only be skipped or done on a form keeps its reasons in view of the thumb.
    let mut why = fold("skip", t(Key::CannotOrSkip));
    for choice in skips {
        why = why.add(choice_button(around, choice, "btn quiet", choose));
    }
    el("div").class("foot").add(list).add(why)
}

/// Every answer has a drawing of its own: then they are the picture.
fn pictured(step: &Step) -> bool {
    let mut answers = step.choices.iter().filter(|c| !c.skip);
    answers.clone().count() > 1 && answers.all(|c| !c.pic.is_empty())
}

/// A word or two: at most eight columns, where a Chinese character takes two.
fn brief(text: &str) -> bool {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() <= 8
}

fn choice_button(
    around: &Around,
    choice: &'static Choice,
    class: &str,
    choose: &Rc<dyn Fn(&'static Choice)>,
) -> El {
    let chosen = around.stand.chosen == Some(choice.id.as_str());
    let choose = choose.clone();
    let mut it = el("button").attr("type", "button").class(class).attr("data-a", &choice.id);
    if around.stand.chosen.is_some() {
        it = it.attr("aria-pressed", if chosen { "true" } else { "false" });
    }
    it.maybe((!choice.pic.is_empty()).then(|| pic(&choice.pic)))
        .add(el("span").text(say(&choice.text)))
        .press(move || choose(choice))
}

/// Where the instruction comes from (law 3), one line a source.
pub fn sources(pack: &'static Pack, step: &Step) -> Option<El> {
    let cited: Vec<&Source> =
        step.src.iter().filter_map(|id| pack.sources.iter().find(|s| s.id == *id)).collect();
    if cited.is_empty() {
        return None;
    }
    let mut list = fold("src", t(Key::ShowSource));
    for source in cited {
        let grade = if source.grade == Grade::A { Key::GradeA } else { Key::GradeB };
        let mut line = String::from(&source.title);
        for part in [
            &source.at,
            t(grade),
            &fill(Key::Edition, &[&source.edition]),
            &fill(Key::CheckedOn, &[&source.checked]),
        ] {
            line.push_str(" · ");
            line.push_str(part);
        }
        list = list.add(p("", &line));
    }
    Some(list)
}
