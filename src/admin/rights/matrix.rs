//! Permissions as a form shows them: a row a model, a column a verb.

use std::collections::BTreeSet;

use super::Rights;
use crate::{
    admin::{
        model::{Model, Verb},
        site::MODELS,
    },
    web::errors::{Error, Result},
    words::Catalogue,
};

/// The name of the checkboxes.
pub const FIELD: &str = "permissions";

/// The checkboxes.
pub struct Matrix {
    /// The verbs over the columns.
    pub verbs: Vec<&'static str>,
    /// The models, in the order of the sidebar.
    pub rows: Vec<MatrixRow>,
}

/// A model.
pub struct MatrixRow {
    /// Its name for many.
    pub model: &'static str,
    /// A box a verb; `None` for what can be done to it by nobody.
    pub boxes: Vec<Option<MatrixBox>>,
}

/// A permission.
pub struct MatrixBox {
    /// `videos.add_video`.
    pub code: String,
    /// Its words: "동영상 추가".
    pub label: String,
    /// Whether it is granted.
    pub checked: bool,
    /// Whether the viewer may not grant it.
    pub locked: bool,
}

/// Every code that can be granted.
pub fn assignable() -> BTreeSet<String> {
    let models = MODELS.into_iter();
    models
        .flat_map(|model| model.verbs.iter().map(|verb| model.permission(*verb)))
        .collect()
}

impl Matrix {
    /// The boxes with `granted` ticked, as `rights` may change them.
    pub fn new(t: &'static Catalogue, rights: &Rights, granted: &BTreeSet<String>) -> Matrix {
        let rows = MODELS.into_iter().map(|model| MatrixRow {
            model: (model.many)(t),
            boxes: Verb::ALL
                .into_iter()
                .map(|verb| {
                    model.verbs.contains(&verb).then(|| {
                        let code = model.permission(verb);
                        MatrixBox {
                            label: label(t, model, verb),
                            checked: granted.contains(&code),
                            locked: !rights.has(&code),
                            code,
                        }
                    })
                })
                .collect(),
        });
        Matrix {
            verbs: Verb::ALL.map(|verb| verb_word(t, verb)).to_vec(),
            rows: rows.collect(),
        }
    }
}

/// These codes in words, in the order of the boxes, with commas; what no box shows is left out.
pub fn words_of(t: &Catalogue, codes: &BTreeSet<String>) -> String {
    let labels = MODELS.into_iter().flat_map(|model| {
        let verbs = Verb::ALL.into_iter();
        let granted = verbs.filter(|verb| codes.contains(&model.permission(*verb)));
        granted.map(|verb| label(t, model, verb))
    });
    labels.collect::<Vec<_>>().join(", ")
}

fn label(t: &Catalogue, model: &Model, verb: Verb) -> String {
    format!("{} {}", (model.many)(t), verb_word(t, verb))
}

/// What is granted after a form was sent: the ticked boxes, and of `before` what the sender could
/// not have granted or no box shows. A 403 for a code that is not theirs to give, a 400 for one
/// there is not.
pub fn chosen<'a>(
    rights: &Rights,
    before: &BTreeSet<String>,
    ticked: impl Iterator<Item = &'a str>,
) -> Result<BTreeSet<String>> {
    let assignable = assignable();
    let mut after: BTreeSet<String> = before
        .iter()
        .filter(|code| !assignable.contains(*code) || !rights.has(code))
        .cloned()
        .collect();
    for code in ticked {
        if after.contains(code) {
            continue;
        }
        if !assignable.contains(code) {
            return Err(Error::BadRequest);
        }
        if !rights.has(code) {
            return Err(Error::Forbidden);
        }
        after.insert(code.to_owned());
    }
    Ok(after)
}

/// Whether [`chosen`] takes this code from somebody with `rights`.
pub fn may_send(rights: &Rights, before: &BTreeSet<String>, code: &str) -> bool {
    before.contains(code) || assignable().contains(code) && rights.has(code)
}

/// A verb in the viewer's language.
pub fn verb_word(t: &Catalogue, verb: Verb) -> &'static str {
    match verb {
        Verb::View => t.admin.verb_view,
        Verb::Add => t.admin.add,
        Verb::Change => t.admin.change,
        Verb::Delete => t.admin.delete,
    }
}
