//! The drill-down by year, month and day: where one is, one step back, and the steps that come next.

use super::{asked::Asked, dates::Drill, page::DrillView};
use crate::{
    web::frame::Frame,
    words::{fill, format},
};

pub(super) fn view(
    frame: &Frame,
    path: &str,
    asked: &Asked,
    next: Vec<Drill>,
) -> Option<DrillView> {
    if asked.drill == Drill::All && next.len() < 2 {
        return None;
    }
    let back = match asked.drill {
        Drill::All => None,
        Drill::Year(_) => Some(Drill::All),
        Drill::Month(year, _) => Some(Drill::Year(year)),
        Drill::Day(year, month, _) => Some(Drill::Month(year, month)),
    };
    let link = |drill: Drill| (drill_address(path, asked, drill), drill_word(frame, drill));
    Some(DrillView {
        back: back.map(link),
        here: (asked.drill != Drill::All).then(|| drill_word(frame, asked.drill)),
        next: next
            .into_iter()
            .map(|step| (drill_address(path, asked, step), step_word(frame, step)))
            .collect(),
    })
}

fn drill_address(path: &str, asked: &Asked, drill: Drill) -> String {
    let (year, month, day) = match drill {
        Drill::All => (None, None, None),
        Drill::Year(year) => (Some(year), None, None),
        Drill::Month(year, month) => (Some(year), Some(month), None),
        Drill::Day(year, month, day) => (Some(year), Some(month), Some(day)),
    };
    let changes = [
        ("year", year.map(|year| year.to_string())),
        ("month", month.map(|month| month.to_string())),
        ("day", day.map(|day| day.to_string())),
    ];
    asked.with(path, &changes)
}

/// A step's word: the year of a month stands before it already.
fn step_word(frame: &Frame, drill: Drill) -> String {
    match drill {
        Drill::Month(_, month) => format::month(frame.lang(), month),
        other => drill_word(frame, other),
    }
}

fn drill_word(frame: &Frame, drill: Drill) -> String {
    let words = frame.t.admin;
    match drill {
        Drill::All => words.all_dates.to_owned(),
        Drill::Year(year) => fill(words.year, &[&year]),
        Drill::Month(year, month) => {
            fill(words.month, &[&year, &format::month(frame.lang(), month)])
        }
        Drill::Day(_, month, day) => fill(words.day, &[&format::month(frame.lang(), month), &day]),
    }
}
