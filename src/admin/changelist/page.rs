//! What the page of a change list is made of: headings, rows, filters, drill-down, actions.

use askama::Template;

use super::cell::Cell;
use crate::{
    admin::site::Sidebar,
    videos::Visibility,
    web::{
        frame::Frame,
        paging::{PageLink, Paging},
    },
    words::{fill, format},
};

/// A heading.
pub struct Head {
    /// Its words.
    pub word: &'static str,
    /// Its links, when the column can be sorted by.
    pub sort: Option<HeadSort>,
}

/// Sorting by a column.
pub struct HeadSort {
    /// Sorts by this column first, or the other way round when it is the first already.
    pub url: String,
    /// Takes the column out of the order, when it is in.
    pub remove: Option<String>,
    /// Its place in the order, from 1, when it is in.
    pub place: Option<usize>,
    /// Whether it sorts descending now.
    pub descending: bool,
}

/// A row.
pub struct RowView {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its form's address, the list's filters kept; `None` when it has none.
    pub url: String,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Whether it is chosen for an action.
    pub ticked: bool,
}

/// A filter with its choices.
pub struct FilterView {
    /// Its heading.
    pub head: &'static str,
    /// "All", then its choices.
    pub choices: Vec<ChoiceView>,
}

impl FilterView {
    /// The choice that narrows the list, when one does.
    fn chosen(&self) -> Option<&ChoiceView> {
        self.choices.iter().skip(1).find(|choice| choice.chosen)
    }

    /// The list without this filter.
    fn all(&self) -> &str {
        self.choices.first().map_or("", |all| &all.url)
    }
}

/// A choice of a filter.
pub struct ChoiceView {
    /// Its word.
    pub word: String,
    /// How many rows it leaves; `None` for "All".
    pub count: Option<String>,
    /// Where it leads.
    pub url: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The drill-down by date.
pub struct DrillView {
    /// One step back, and its word.
    pub back: Option<(String, String)>,
    /// Where one is, when somewhere.
    pub here: Option<String>,
    /// The steps that can come next: address and word.
    pub next: Vec<(String, String)>,
}

/// `GET /admin/{app}/{model}/`
#[derive(Template)]
#[template(path = "admin/changelist.html")]
pub struct ChangelistPage {
    /// The page's surroundings.
    pub frame: Frame,
    /// The models beside it.
    pub sidebar: Sidebar,
    /// The model's name for one.
    pub one: &'static str,
    /// The model's name for many.
    pub many: &'static str,
    /// The list's address without a query.
    pub path: String,
    /// This page's own address, where forms go.
    pub here: String,
    /// Where a new one is added, when the viewer may.
    pub add: Option<String>,
    /// Whether there is a search.
    pub searchable: bool,
    /// What was searched.
    pub query: String,
    /// Parameters that the search form keeps: name and value.
    pub kept: Vec<(String, String)>,
    /// How many rows there are in all.
    pub total: i64,
    /// Whether anything narrows the list.
    pub narrowed: bool,
    /// The headings.
    pub heads: Vec<Head>,
    /// The rows.
    pub rows: Vec<RowView>,
    /// The filters.
    pub filters: Vec<FilterView>,
    /// The list without filters, when some are chosen.
    pub clear: Option<String>,
    /// The drill-down, when there is a choice.
    pub drill: Option<DrillView>,
    /// The numbered pages; `total` is what was found.
    pub paging: Paging,
    /// All rows on one page, when they are not too many.
    pub show_all: Option<String>,
    /// The actions the viewer may choose from: value and words.
    pub actions: Vec<(&'static str, String)>,
    /// The value of the one that is chosen, in a list that comes back.
    pub action: String,
    /// What was changed in rows that this page does not show: name and value.
    pub elsewhere: Vec<(String, String)>,
    /// Whether the first column shows pictures.
    pub first_is_picture: bool,
    /// Whether the viewer may change the rows.
    pub changeable: bool,
    /// Whether a column can be edited and saved.
    pub editable: bool,
    /// The form's address lacks this: the id of a row with its link follows.
    pub preserved: String,
}

impl ChangelistPage {
    fn heading(&self) -> String {
        let words = self.frame.t.admin;
        let sentence = if self.changeable {
            words.heading_select
        } else {
            words.heading_view
        };
        fill(
            sentence,
            &[if self.changeable {
                &self.one
            } else {
                &self.many
            }],
        )
    }

    fn add_word(&self) -> String {
        fill(self.frame.t.admin.add_one, &[&self.one])
    }

    fn head(&self, index: &usize) -> &'static str {
        self.heads.get(*index).map_or("", |head| head.word)
    }

    /// Whether a column is the one that links to the form: the first but a picture.
    fn is_title(&self, index: &usize) -> bool {
        *index == usize::from(self.first_is_picture)
    }

    /// Whether a column's values stand at the right.
    fn is_number(&self, index: &usize) -> bool {
        let number = |row: &RowView| matches!(row.cells.get(*index), Some(Cell::Number(_)));
        self.rows.iter().any(number)
    }

    /// "정렬 2순위, 내림차순", for those who do not see the mark beside a heading.
    fn sorted_word(&self, place: &usize, descending: &bool) -> String {
        let words = self.frame.t.admin;
        let sentence = if *descending {
            words.sorted_descending
        } else {
            words.sorted_ascending
        };
        fill(sentence, &[place])
    }

    /// "‘제목’ 정렬 빼기"
    fn remove_sort(&self, head: &str) -> String {
        fill(self.frame.t.admin.remove_sort, &[&head])
    }

    /// "‘공개 범위: 공개’ 필터 빼기"
    fn remove_filter(&self, filter: &FilterView, choice: &ChoiceView) -> String {
        fill(
            self.frame.t.admin.remove_filter,
            &[&filter.head, &choice.word],
        )
    }

    /// How many filters are chosen.
    fn filters_chosen(&self) -> usize {
        let chosen = self.filters.iter().filter_map(FilterView::chosen);
        chosen.count()
    }

    fn sorts_by_several(&self) -> bool {
        let sorted = |head: &&Head| head.sort.as_ref().is_some_and(|sort| sort.place.is_some());
        self.heads.iter().filter(sorted).count() > 1
    }

    /// "결과 3개 (전체 120개)" when narrowed, else "동영상 120개".
    pub fn count(&self) -> String {
        let words = self.frame.t.admin;
        let found = format::number(self.paging.total);
        if self.narrowed {
            let one = self.paging.total == 1;
            let sentence = if one { words.one_result } else { words.results };
            fill(sentence, &[&found, &format::number(self.total)])
        } else {
            fill(
                words.count_of,
                &[
                    &found,
                    &if self.total == 1 {
                        self.one.to_owned()
                    } else {
                        self.many.to_lowercase()
                    },
                ],
            )
        }
    }

    /// "찾은 120개 모두 선택", for choosing more than the page shows.
    pub fn select_all(&self) -> String {
        fill(
            self.frame.t.admin.select_all,
            &[&format::number(self.paging.total)],
        )
    }

    /// Whether there is more to choose than the page shows.
    pub fn more_than_page(&self) -> bool {
        self.paging.total > self.rows.len() as i64
    }
}
