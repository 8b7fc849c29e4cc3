//! Numbered pages: which numbers to show and where they lead.

use serde::Serialize;

/// A numbered page's place in a list, and the links around it.
pub struct Paging {
    /// The page shown, from 1.
    pub page: i64,
    /// How many pages there are, at least 1.
    pub pages: i64,
    /// How many things there are in all.
    pub total: i64,
    /// Rows skipped before this page.
    pub offset: i64,
    /// Numbers and gaps, left to right.
    pub links: Vec<PageLink>,
    /// The page before, unless this is the first.
    pub previous: Option<String>,
    /// The page after, unless this is the last.
    pub next: Option<String>,
}

/// One element of the row of page numbers.
pub enum PageLink {
    /// A page and its address.
    Page {
        /// The number shown.
        number: i64,
        /// Where it leads.
        url: String,
        /// Whether it is the page shown.
        current: bool,
    },
    /// Numbers left out.
    Gap,
}

impl Paging {
    /// Places `asked` (from 1; a number outside the list is drawn to its nearer end) in a list of
    /// `total` rows, `size` a page: three numbers each side of the page, two at each end. `url`
    /// gives a page's address.
    pub fn new(asked: i64, total: i64, size: i64, url: impl Fn(i64) -> String) -> Paging {
        let pages = ((total + size - 1) / size).max(1);
        let page = asked.clamp(1, pages);
        let mut links = Vec::new();
        let mut last = 0;
        for number in (1..=2.min(pages))
            .chain((page - 3).max(1)..=(page + 3).min(pages))
            .chain((pages - 1).max(1)..=pages)
        {
            if number <= last {
                continue;
            }
            if number > last + 1 {
                links.push(PageLink::Gap);
            }
            links.push(PageLink::Page {
                number,
                url: url(number),
                current: number == page,
            });
            last = number;
        }
        Paging {
            page,
            pages,
            total,
            offset: (page - 1) * size,
            links,
            previous: (page > 1).then(|| url(page - 1)),
            next: (page < pages).then(|| url(page + 1)),
        }
    }
}

/// The page a viewer asks for: the first unless it is a number, the last when that is too long for one.
pub fn asked(page: &str) -> i64 {
    let is_number = !page.is_empty() && page.bytes().all(|byte| byte.is_ascii_digit());
    page.parse().unwrap_or(if is_number { i64::MAX } else { 1 })
}

/// `path?…` with the query of `parameters`; nothing after the path when they are all absent.
pub fn address(path: &str, parameters: &impl Serialize) -> String {
    match serde_html_form::to_string(parameters) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(asked: i64, total: i64) -> String {
        let paging = Paging::new(asked, total, 10, |n| format!("?page={n}"));
        let links = paging.links.iter().map(|link| match link {
            PageLink::Page {
                number,
                current: true,
                ..
            } => format!("[{number}]"),
            PageLink::Page { number, .. } => number.to_string(),
            PageLink::Gap => "…".to_owned(),
        });
        links.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn numbers_stand_around_the_page_and_at_both_ends() {
        assert_eq!(row(1, 0), "[1]");
        assert_eq!(row(1, 30), "[1] 2 3");
        assert_eq!(row(10, 200), "1 2 … 7 8 9 [10] 11 12 13 … 19 20");
        assert_eq!(row(20, 200), "1 2 … 17 18 19 [20]");
    }

    #[test]
    fn a_page_outside_the_list_is_its_nearer_end() {
        assert_eq!(Paging::new(i64::MAX, 30, 10, |n| n.to_string()).offset, 20);
        assert_eq!(Paging::new(-7, 30, 10, |n| n.to_string()).page, 1);
    }
}
