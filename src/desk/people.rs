//! The colleagues: who there is, who is logged in, and what each of them has. Pure, apart from the
//! one request that fetches their names.

use super::api::Call;
use super::list::Group;
use super::model::Desk;
use case::message::{Colleague, People, Row};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A session used within this time is one of somebody at work, milliseconds: the server notes use
/// every five minutes.
pub const ON_DUTY: i64 = 11 * 60_000;

/// Asks for the colleagues again after so long, milliseconds.
const AGAIN: i64 = 20_000;

/// Somebody at the desk, or nobody, with what they have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Post {
    /// Name; empty for nobody.
    pub name: String,
    /// Whether logged in and at work.
    pub on: bool,
    /// When last known to be, Unix milliseconds; 0 for not at all.
    pub seen: i64,
    /// Open cases: red first, then the longest open.
    pub cases: Vec<String>,
    /// How many of them are red.
    pub red: usize,
}

/// Who has what: nobody first, then those at work, then the others; by name.
pub fn posts<'a>(
    people: &[Colleague],
    rows: impl Iterator<Item = &'a Row> + Clone,
    now: i64,
) -> Vec<Post> {
    let mut names: Vec<&str> = people.iter().map(|p| p.name.as_str()).collect();
    let open = || rows.clone().filter(|r| Group::of_row(r) != Group::Done);
    for row in open() {
        // An account may be gone while its cases are not.
        if !row.agent.is_empty() && !names.contains(&row.agent.as_str()) {
            names.push(&row.agent);
        }
    }
    let mut posts: Vec<Post> = std::iter::once("")
        .chain(names)
        .map(|name| {
            let seen = people.iter().find(|p| p.name == name).map_or(0, |p| p.seen);
            let mut own: Vec<&Row> = open().filter(|r| r.agent == name).collect();
            own.sort_by_key(|r| (Group::of_row(r) != Group::Red, r.opened, r.case.clone()));
            Post {
                name: name.into(),
                on: seen > 0 && now.saturating_sub(seen) < ON_DUTY,
                seen,
                red: own.iter().filter(|r| Group::of_row(r) == Group::Red).count(),
                cases: own.iter().map(|r| r.case.clone()).collect(),
            }
        })
        .collect();
    posts.sort_by(|a, b| {
        (!a.name.is_empty(), !a.on, &a.name).cmp(&(!b.name.is_empty(), !b.on, &b.name))
    });
    posts
}

/// The colleagues, kept fresh as long as the view that asks is there.
pub fn follow(desk: Desk) -> RwSignal<Vec<Colleague>> {
    let people = RwSignal::new(Vec::new());
    let due = Memo::new(move |_| desk.clock.now.get() / AGAIN);
    Effect::new(move |_| {
        due.get();
        spawn_local(async move {
            // What cannot be had stays as it was: the bar says that the server is away.
            if let Ok(fresh) = Call::default().get::<People>("/v1/desk/people").await {
                people.try_update(|all: &mut Vec<Colleague>| {
                    if *all != fresh.people {
                        *all = fresh.people;
                    }
                });
            }
        });
    });
    people
}

#[cfg(test)]
mod tests {
    use super::super::list;
    use super::*;
    use case::state::Status;

    fn row(case: &str, agent: &str, red: bool, status: Status, opened: i64) -> Row {
        Row { agent: agent.into(), ..list::row(case, status, red, opened) }
    }

    #[test]
    fn every_open_case_is_somebodys_or_nobodys() {
        let person = |name: &str, seen| Colleague { name: name.into(), seen };
        let people = [person("Wang", 0), person("Li", 95_000_000), person("Zhao", 100_000_000)];
        let rows = [
            row("a", "Li", false, Status::Taken, 1),
            row("b", "", false, Status::Open, 2),
            row("c", "Gone", false, Status::Taken, 3),
            row("d", "Li", true, Status::Taken, 9),
            row("e", "Li", true, Status::Done, 4),
        ];
        let posts = posts(&people, rows.iter(), 100_000_000);
        let told: Vec<_> =
            posts.iter().map(|p| (p.name.as_str(), p.on, p.cases.join(""), p.red)).collect();
        assert_eq!(
            told,
            [
                ("", false, "b".into(), 0),
                ("Zhao", true, String::new(), 0),
                ("Gone", false, "c".into(), 0),
                ("Li", false, "da".into(), 1),
                ("Wang", false, String::new(), 0)
            ]
        );
    }
}
