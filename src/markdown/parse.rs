//! Text into a tree, within limits that hold whatever is typed.

use std::cell::Cell;

use comrak::{
    Arena, Options,
    arena_tree::NodeEdge,
    nodes::Node,
    options::{Extension, Parse, Render},
    try_parse_document,
};

use super::MOST_CHARACTERS;

/// Elements inside one another. Each level is looked at again for every line or tag within it, so
/// that depth times length is what hostile texts are made of.
const DEEPEST: usize = 100;

/// Parts of the tree. Two for every other character of a text is the most that ordinary Markdown
/// comes to; a table whose rows are shorter than its head comes to more.
const MOST_NODES: usize = 100_000;

/// Steps of the parser, in the 256 after which it asks whether to go on: lines, marks and cells.
/// Counted instead of timed, so that a text looks the same on every machine.
const MOST_STEPS: u32 = 1_000;

/// The dialect: GitHub's, with the line breaks and the emphasis of Korean.
pub(super) fn dialect() -> Options<'static> {
    Options {
        extension: Extension {
            strikethrough: true,
            table: true,
            autolink: true,
            tasklist: true,
            // `**강조**는`: CommonMark itself asks for a space or a mark after it.
            cjk_friendly_emphasis: true,
            ..Extension::default()
        },
        parse: Parse::default(),
        render: Render {
            // A new line is a new line to whoever typed it.
            hardbreaks: true,
            tasklist_classes: true,
            ..Render::default()
        },
    }
}

/// The tree of a text; `None` when the text is over a limit, and is to be shown as typed.
pub(super) fn parse<'a>(arena: &'a Arena<'a>, text: &str) -> Option<Node<'a>> {
    if text.chars().nth(MOST_CHARACTERS).is_some() {
        return None;
    }
    let steps = Cell::new(0);
    let enough = || {
        steps.set(steps.get() + 1);
        steps.get() > MOST_STEPS
    };
    let root = try_parse_document(arena, text, &dialect(), &enough).ok()?;
    is_modest(root).then_some(root)
}

fn is_modest<'a>(root: Node<'a>) -> bool {
    let (mut depth, mut nodes) = (0, 0);
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(_) => (depth, nodes) = (depth + 1, nodes + 1),
            NodeEdge::End(_) => depth -= 1,
        }
        if depth > DEEPEST || nodes > MOST_NODES {
            return false;
        }
    }
    true
}
