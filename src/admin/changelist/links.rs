//! The links of a list's page: headings to sort by, choices to narrow by. Each keeps the rest of the address.

use super::{
    Changelist,
    asked::{self, Asked},
    counts::Counts,
    page::{ChoiceView, FilterView, Head, HeadSort},
};
use crate::{web::frame::Frame, words::format};

pub(super) fn heads<R>(
    list: &Changelist<R>,
    frame: &Frame,
    path: &str,
    asked: &Asked,
) -> Vec<Head> {
    let default = asked::order(list, list.order).unwrap_or_default();
    let order = if asked.order.is_empty() {
        &default
    } else {
        &asked.order
    };
    let heads = list.columns.iter().enumerate().map(|(index, column)| Head {
        word: (column.head)(frame.t),
        sort: column.sort.map(|_| {
            let place = order.iter().position(|(known, _)| *known == index);
            let descending = place.is_some_and(|place| order[place].1);
            let others: Vec<(usize, bool)> = order
                .iter()
                .copied()
                .filter(|(known, _)| *known != index)
                .collect();
            // As in Django: the first click puts a column in front of the order, the next flips it
            // where it stands.
            let mut clicked = order.clone();
            match place {
                Some(place) => clicked[place].1 = !descending,
                None => clicked.insert(0, (index, false)),
            }
            HeadSort {
                url: asked.with(path, &[("o", Asked::order_value(&clicked))]),
                remove: place
                    .filter(|_| !asked.order.is_empty())
                    .map(|_| asked.with(path, &[("o", Asked::order_value(&others))])),
                place: place.map(|place| place + 1),
                descending,
            }
        }),
    });
    heads.collect()
}

pub(super) fn filters<R>(
    list: &Changelist<R>,
    frame: &Frame,
    path: &str,
    asked: &Asked,
    counts: &Counts,
) -> Vec<FilterView> {
    let views =
        list.filters
            .iter()
            .zip(&counts.facets)
            .enumerate()
            .map(|(index, (filter, facets))| {
                let chosen = asked.chosen.iter().find(|(known, _)| *known == index);
                let all = ChoiceView {
                    word: frame.t.admin.all.to_owned(),
                    count: None,
                    url: asked.with(path, &[(filter.name, None)]),
                    chosen: chosen.is_none(),
                };
                let choices = facets.iter().map(|facet| ChoiceView {
                    word: facet.word.clone(),
                    count: Some(format::number(facet.count)),
                    url: asked.with(path, &[(filter.name, Some(facet.value.clone()))]),
                    chosen: chosen.is_some_and(|(_, value)| *value == facet.value),
                });
                FilterView {
                    head: (filter.head)(frame.t),
                    choices: std::iter::once(all).chain(choices).collect(),
                }
            });
    views.collect()
}
