//! The order of the list: which cases stand where, which a search or filter leaves, and how many
//! there are of each state. Pure; it knows rows and nothing of the screen.

use case::message::Row;
use case::number;
use case::state::Status;

/// The sections of the list, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Life may be in danger and nobody has closed the case.
    Red,
    /// Nobody has it.
    Open,
    /// An agent has it.
    Taken,
    /// Closed.
    Done,
}

impl Group {
    /// All of them, in the order of the screen.
    pub const ALL: [Group; 4] = [Group::Red, Group::Open, Group::Taken, Group::Done];

    /// The section of a case. A closed case is done, however red it was.
    pub fn of(status: Status, red: bool, fire: bool) -> Group {
        match status {
            Status::Done => Group::Done,
            _ if red || fire => Group::Red,
            Status::Open => Group::Open,
            Status::Taken => Group::Taken,
        }
    }

    /// The section of a row.
    pub fn of_row(row: &Row) -> Group {
        Group::of(row.status, row.red, row.fire)
    }
}

/// What was typed into the search box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Nothing.
    All,
    /// A case number with its check digit in order.
    Number(String),
    /// Twelve digits whose check digit does not fit: heard or typed wrong.
    Wrong,
    /// Part of a number.
    Digits(String),
    /// Anything else, lower case.
    Text(String),
}

impl Query {
    /// Reads what was typed, digits of any width and with any of the usual separators.
    pub fn read(typed: &str) -> Query {
        let typed = typed.trim();
        if typed.is_empty() {
            return Query::All;
        }
        if let Some(number) = number::parse(typed) {
            return Query::Number(number);
        }
        let mut digits = String::new();
        for c in typed.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.push((b'0' + (c as u32 - '０' as u32) as u8) as char),
                ' ' | '-' | '.' | '\u{a0}' | '\u{3000}' => {}
                _ => return Query::Text(typed.to_lowercase()),
            }
        }
        if digits.len() >= number::DIGITS { Query::Wrong } else { Query::Digits(digits) }
    }

    /// Whether a row fits.
    pub fn fits(&self, row: &Row) -> bool {
        match self {
            Query::All => true,
            Query::Number(number) => row.number == *number,
            Query::Wrong => false,
            Query::Digits(digits) => row.number.contains(digits.as_str()) || fits_text(row, digits),
            Query::Text(text) => fits_text(row, text),
        }
    }
}

fn fits_text(row: &Row, text: &str) -> bool {
    [&row.what, &row.place, &row.agent, &row.region, &row.lang]
        .iter()
        .any(|field| field.to_lowercase().contains(text))
}

/// How many cases there are of each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the order of [`Group::ALL`].
    pub of: [usize; 4],
    /// Messages of drivers that nobody has seen, in cases not closed.
    pub unread: u32,
}

/// Counts all rows, whatever filter is set: a count never hides a case.
pub fn count<'a>(rows: impl Iterator<Item = &'a Row>) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        let group = Group::of_row(row);
        counts.of[group as usize] += 1;
        if group != Group::Done {
            counts.unread = counts.unread.saturating_add(row.unread);
        }
    }
    counts
}

/// Whose cases are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    #[default]
    All,
    /// The agent's own.
    Mine,
    /// Those that nobody has.
    Nobodys,
}

/// The order of what is not red.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By state, then the longest waiting.
    #[default]
    Urgency,
    /// Newest first.
    Newest,
    /// The longest without a word from the desk's side or the driver's first; closed ones last.
    Waiting,
}

/// What the agent set besides the search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this state.
    pub only: Option<Group>,
    /// Whose.
    pub whose: Whose,
    /// In which order.
    pub sort: Sort,
    /// Name of the agent who looks.
    pub me: String,
}

impl Filter {
    fn fits(&self, row: &Row, group: Group) -> bool {
        let whose = match self.whose {
            Whose::All => true,
            Whose::Mine => row.agent == self.me,
            Whose::Nobodys => row.agent.is_empty() && group != Group::Done,
        };
        whose && self.only.is_none_or(|g| g == group)
    }
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// Heading of a section and how many there are in it.
    Head(Group, usize),
    /// A case.
    Case(String),
}

/// What is shown: the red section, the rest, and how many red ones the search leaves out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Red cases, fire first, then the longest waiting.
    pub red: Vec<String>,
    /// The others, line by line.
    pub rest: Vec<Line>,
    /// Red cases that do not fit the search.
    pub red_hidden: usize,
}

impl Shown {
    /// Every case on the screen, from the top.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.red.iter().chain(self.rest.iter().filter_map(|line| match line {
            Line::Case(case) => Some(case),
            Line::Head(..) => None,
        }))
    }
}

/// Sorts the cases of one section.
fn sort(group: Group, rows: &mut [&Row]) {
    match group {
        Group::Red => {
            rows.sort_by(|a, b| (b.fire, a.opened, &a.case).cmp(&(a.fire, b.opened, &b.case)));
        }
        Group::Open | Group::Taken => {
            rows.sort_by(|a, b| (a.opened, &a.case).cmp(&(b.opened, &b.case)));
        }
        Group::Done => rows.sort_by(|a, b| (b.last, &a.case).cmp(&(a.last, &b.case))),
    }
}

/// Arranges the rows. No filter ever hides a red case; a search may, and says how many.
pub fn arrange<'a>(rows: impl Iterator<Item = &'a Row>, query: &Query, filter: &Filter) -> Shown {
    let mut sections: [Vec<&Row>; 4] = Default::default();
    let mut shown = Shown::default();
    for row in rows {
        let group = Group::of_row(row);
        if !query.fits(row) {
            shown.red_hidden += usize::from(group == Group::Red);
        } else if group == Group::Red || filter.fits(row, group) {
            sections[group as usize].push(row);
        }
    }
    let cases = |rows: &[&Row]| rows.iter().map(|r| r.case.clone()).collect::<Vec<_>>();
    sort(Group::Red, &mut sections[0]);
    shown.red = cases(&sections[0]);
    if filter.sort == Sort::Urgency {
        for group in Group::ALL.into_iter().skip(1) {
            let rows = &mut sections[group as usize];
            sort(group, rows);
            if !rows.is_empty() {
                shown.rest.push(Line::Head(group, rows.len()));
                shown.rest.extend(cases(rows).into_iter().map(Line::Case));
            }
        }
        return shown;
    }
    let mut flat: Vec<&Row> = sections.into_iter().skip(1).flatten().collect();
    match filter.sort {
        Sort::Newest => flat.sort_by(|a, b| (b.opened, &a.case).cmp(&(a.opened, &b.case))),
        _ => flat.sort_by_key(|row| {
            let done = Group::of_row(row) == Group::Done;
            // Unanswered words first: their writer waits since the last of them.
            (done, row.unread == 0, row.last, row.case.clone())
        }),
    }
    shown.rest = cases(&flat).into_iter().map(Line::Case).collect();
    shown
}

#[cfg(test)]
/// A line for tests.
pub(super) fn row(case: &str, status: Status, red: bool, opened: i64) -> Row {
    Row {
        case: case.into(),
        seq: 1,
        number: number::mint([opened as u8; 8]),
        status,
        red,
        fire: false,
        opened,
        last: opened,
        heard: opened,
        region: "cn".into(),
        lang: "zh".into(),
        what: format!("What {case}"),
        place: "G2 K123+400".into(),
        photos: 0,
        unread: 1,
        agent: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let mut fire = row("fire", Status::Taken, true, 90);
        fire.fire = true;
        vec![
            row("new", Status::Open, false, 50),
            row("done-red", Status::Done, true, 5),
            row("old", Status::Open, false, 10),
            row("mine", Status::Taken, false, 20),
            row("red-late", Status::Open, true, 80),
            fire,
            row("red-early", Status::Taken, true, 40),
            row("done-late", Status::Done, false, 60),
        ]
    }

    #[test]
    fn red_is_never_behind_blue_and_the_longest_waiting_come_first() {
        let rows = rows();
        let shown = arrange(rows.iter(), &Query::All, &Filter::default());
        assert_eq!(shown.red, ["fire", "red-early", "red-late"]);
        assert_eq!(
            shown.all().collect::<Vec<_>>(),
            ["fire", "red-early", "red-late", "old", "new", "mine", "done-late", "done-red"]
        );
    }

    #[test]
    fn a_state_filter_keeps_red_and_a_search_tells_what_it_hides() {
        let rows = rows();
        let only = Filter { only: Some(Group::Done), ..Filter::default() };
        let done = arrange(rows.iter(), &Query::All, &only);
        assert_eq!(done.red.len(), 3);
        let case = |name: &str| Line::Case(name.into());
        assert_eq!(done.rest, [Line::Head(Group::Done, 2), case("done-late"), case("done-red")]);
        let found = arrange(rows.iter(), &Query::read("WHAT MINE"), &Filter::default());
        assert_eq!(found.all().collect::<Vec<_>>(), ["mine"]);
        assert_eq!(found.red_hidden, 3);
    }

    #[test]
    fn mine_nobodys_and_every_order() {
        let mut rows = rows();
        rows[3].agent = "Li".into();
        rows[0].unread = 0;
        let shown = |whose, sort| {
            let filter = Filter { whose, sort, me: "Li".into(), ..Filter::default() };
            let shown = arrange(rows.iter(), &Query::All, &filter);
            assert_eq!(shown.red.len(), 3, "no filter hides red");
            shown.all().skip(3).cloned().collect::<Vec<_>>()
        };
        assert_eq!(shown(Whose::Mine, Sort::Urgency), ["mine"]);
        assert_eq!(shown(Whose::Nobodys, Sort::Urgency), ["old", "new"]);
        let newest = ["done-late", "new", "mine", "old", "done-red"];
        assert_eq!(shown(Whose::All, Sort::Newest), newest);
        let waiting = ["old", "mine", "new", "done-red", "done-late"];
        assert_eq!(shown(Whose::All, Sort::Waiting), waiting);
    }

    #[test]
    fn thousands_of_rows_are_all_there() {
        let some = |i: i64| row(&i.to_string(), Status::Open, i % 9 == 0, 1_000_003 * i % 7_919);
        let rows: Vec<Row> = (0..2_000).map(some).collect();
        let shown = arrange(rows.iter(), &Query::read("g2"), &Filter::default());
        assert_eq!(shown.all().count(), 2_000);
    }

    #[test]
    fn counts_ignore_filters_and_do_not_count_closed_messages() {
        let counts = count(rows().iter());
        assert_eq!(counts.of, [3, 2, 1, 2]);
        assert_eq!(counts.unread, 6);
    }

    #[test]
    fn a_number_is_found_however_it_is_typed() {
        let number = number::mint([7; 8]);
        let wide: String = number
            .chars()
            .map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap_or(c))
            .collect();
        for typed in [number.clone(), number::grouped(&number), wide] {
            assert_eq!(Query::read(&typed), Query::Number(number.clone()), "{typed}");
        }
        let mut wrong = number.clone().into_bytes();
        wrong[3] = if wrong[3] == b'9' { b'0' } else { wrong[3] + 1 };
        assert_eq!(Query::read(&String::from_utf8_lossy(&wrong)), Query::Wrong);
        assert_eq!(Query::read(" 99-15 "), Query::Digits("9915".into()));
        assert_eq!(Query::read("G2 南京"), Query::Text("g2 南京".into()));
        assert_eq!(Query::read("  "), Query::All);
    }
}
