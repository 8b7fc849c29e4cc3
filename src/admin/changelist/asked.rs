//! What the address of a change list asks for: `q` `p` `o` `all`, filters, and the drill-down by
//! date. A value that means nothing is an error, and the plain list is shown with a message.

use super::{
    Changelist, Filter, Kind,
    dates::{Drill, between},
};
use crate::{
    db::Time,
    web::{paging, search::words_and_phrases},
    words::Catalogue,
};

/// Something in the address means nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Senseless;

/// Letters of a search that are minded; the rest is cut, from its links too, and the search field
/// shows what is left.
pub const LONGEST_SEARCH: usize = 200;

/// Words of a search that are minded at most.
const MOST_WORDS: usize = 10;

/// What the address asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Every parameter as it came, to make addresses that keep the others.
    pub parameters: Vec<(String, String)>,
    /// The search as typed.
    pub q: String,
    /// The page, from 1.
    pub page: i64,
    /// Whether all rows shall be shown.
    pub all: bool,
    /// Columns to sort by, first one first: index, and whether descending.
    pub order: Vec<(usize, bool)>,
    /// The chosen values by filter.
    pub chosen: Vec<(usize, String)>,
    /// How far the drill-down has come.
    pub drill: Drill,
}

impl Asked {
    /// Reads the query of an address.
    pub fn read<R>(list: &Changelist<R>, query: Option<&str>) -> Result<Asked, Senseless> {
        let query = query.unwrap_or_default();
        if query.contains("%00") {
            return Err(Senseless);
        }
        let mut parameters: Vec<(String, String)> =
            serde_html_form::from_str(query).map_err(|_| Senseless)?;
        let mut asked = Asked {
            page: 1,
            ..Asked::default()
        };
        let (mut year, mut month, mut day) = (None, None, None);
        for (name, value) in &mut parameters {
            match name.as_str() {
                "q" => {
                    *value = value.trim().chars().take(LONGEST_SEARCH).collect();
                    asked.q = value.clone();
                }
                "p" => asked.page = whole(value).filter(|page| *page > 0).ok_or(Senseless)?,
                "all" => asked.all = true,
                "o" => asked.order = order(list, value).ok_or(Senseless)?,
                "year" => year = Some(whole(value).ok_or(Senseless)?),
                "month" => month = Some(whole(value).ok_or(Senseless)?),
                "day" => day = Some(whole(value).ok_or(Senseless)?),
                name => {
                    let filter = list.filters.iter().position(|filter| filter.name == name);
                    let filter = filter.ok_or(Senseless)?;
                    if asked.chosen.iter().any(|(known, _)| *known == filter) {
                        return Err(Senseless);
                    }
                    asked.chosen.push((filter, value.clone()));
                }
            }
        }
        asked.drill = Drill::read(year, month, day).ok_or(Senseless)?;
        if asked.drill != Drill::All && list.dates.is_none() {
            return Err(Senseless);
        }
        asked.parameters = parameters;
        Ok(asked)
    }

    /// The address of this list with one parameter set, or taken away; back to the first page
    /// unless the page is what changes.
    pub fn with(&self, path: &str, changes: &[(&str, Option<String>)]) -> String {
        let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
        let kept = self
            .parameters
            .iter()
            .filter(|(name, value)| !changed(name) && name != "p" && !value.is_empty());
        let kept = kept.map(|(name, value)| (name.as_str(), value.clone()));
        let set = changes
            .iter()
            .filter_map(|(name, value)| Some((*name, value.clone()?)));
        paging::address(path, &kept.chain(set).collect::<Vec<_>>())
    }

    /// The address of this list without filters, drill-down and page, with its search and order.
    pub fn without_filters(&self, path: &str) -> String {
        let kept = self
            .parameters
            .iter()
            .filter(|(name, _)| name == "q" || name == "o");
        paging::address(path, &kept.collect::<Vec<_>>())
    }

    /// The value of `o` for this order.
    pub fn order_value(order: &[(usize, bool)]) -> Option<String> {
        let numbers = order.iter().map(|(column, descending)| {
            format!("{}{}", if *descending { "-" } else { "" }, column + 1)
        });
        let value = numbers.collect::<Vec<_>>().join(".");
        (!value.is_empty()).then_some(value)
    }
}

fn whole(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.len() < 19 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Reads an `o` such as `1.-4`: column numbers from 1, each at most once, `-` for descending.
pub fn order<R>(list: &Changelist<R>, value: &str) -> Option<Vec<(usize, bool)>> {
    let mut order: Vec<(usize, bool)> = Vec::new();
    for item in value.split('.') {
        let (number, descending) = match item.strip_prefix('-') {
            Some(number) => (number, true),
            None => (item, false),
        };
        let column = usize::try_from(whole(number)?).ok()?.checked_sub(1)?;
        list.columns.get(column)?.sort?;
        if order.iter().any(|(known, _)| *known == column) {
            return None;
        }
        order.push((column, descending));
    }
    Some(order)
}

/// The words and "quoted phrases" of a search, in the form they are looked for.
pub fn words(q: &str) -> Vec<String> {
    let mut words = words_and_phrases(q);
    words.truncate(MOST_WORDS);
    words
}

impl Filter {
    /// Its choices, value and word; none of a linked one, whose choices are rows.
    pub fn choices(&self, catalogue: &Catalogue) -> Vec<(&'static str, &'static str)> {
        let words = catalogue.admin;
        match self.kind {
            Kind::Choices(choices) => choices(catalogue),
            Kind::Flag => vec![("1", words.yes), ("0", words.no)],
            Kind::Date => vec![
                ("today", words.today),
                ("past_7_days", words.past_7_days),
                ("this_month", words.this_month),
                ("this_year", words.this_year),
            ],
            Kind::Linked { .. } => Vec::new(),
        }
    }

    /// The condition for one of its choices of rows with the id `id`; `None` for a value that is
    /// none of them. Nothing that was typed goes into the text: choices are compared first.
    pub fn condition(
        &self,
        value: &str,
        id: &str,
        catalogue: &Catalogue,
        spans: &[(&'static str, Time, Time)],
    ) -> Option<String> {
        let column = self.column;
        match &self.kind {
            Kind::Choices(choices) => {
                let known = choices(catalogue)
                    .into_iter()
                    .find(|(known, _)| *known == value)?
                    .0;
                Some(format!("{column} = '{known}'"))
            }
            Kind::Flag => match value {
                "1" => Some(column.to_owned()),
                "0" => Some(format!("NOT {column}")),
                _ => None,
            },
            Kind::Date => {
                let (_, from, to) = spans.iter().find(|(name, ..)| *name == value)?;
                Some(between(column, *from, *to))
            }
            Kind::Linked {
                table, own, other, ..
            } => {
                let other_id = whole(value)?;
                Some(format!(
                    "EXISTS (SELECT 1 FROM {table} WHERE {table}.{own} = {id} AND \
                     {table}.{other} = {other_id})"
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_kept_together() {
        assert_eq!(words("Rust \"첫 강의\"  끝"), ["rust", "첫 강의", "끝"]);
        assert_eq!(words("open \"quote"), ["open", "\"quote"]);
        assert_eq!(words("\"\" \" \""), Vec::<String>::new());
    }
}
