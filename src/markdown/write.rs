//! The tree as markup: comrak's own, but for what this site does otherwise.

use std::fmt::{self, Write};

use comrak::{
    html::{ChildRendering, Context, escape, format_document_with_formatter, format_node_default},
    nodes::{Node, NodeValue, TableAlignment},
    options::Plugins,
};

use super::{
    links::{self, Judge, Target},
    parse, times,
};

/// What the writer knows of the place it is at.
struct Place<'a> {
    judge: &'a Judge<'a>,
    /// For each link and foreign image around this place, what to write at its end.
    open: Vec<Open>,
    /// Cells before this one in its row.
    column: usize,
}

struct Open {
    /// Whether it stands in `<a>`; a link within a link is no HTML.
    is_link: bool,
    end: String,
}

impl Place<'_> {
    fn is_in_link(&self) -> bool {
        self.open.iter().any(|open| open.is_link)
    }
}

type Out<'c, 'o, 'p> = Context<'o, 'c, Place<'p>>;

/// Writes a part of the tree.
pub(super) fn node<'a>(out: &mut String, node: Node<'a>, judge: &Judge) {
    let place = Place {
        judge,
        open: Vec::new(),
        column: 0,
    };
    let (dialect, plugins) = (parse::dialect(), Plugins::default());
    format_document_with_formatter(node, &dialect, out, &plugins, format, place)
        .expect("a String takes all text");
}

/// Writes an address as a link of its own, or as text where it may not be one.
pub(super) fn link(out: &mut String, address: &str, judge: &Judge) {
    let tag = judge.target(address).map(|target| a(&target, "", judge));
    let _ = match tag {
        Some(tag) => write!(out, "{tag}{}</a>", Escaped(address)),
        None => write!(out, "{}", Escaped(address)),
    };
}

/// A text as it was typed: paragraphs where it has empty lines, breaks where it has line ends.
pub(super) fn as_typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut is_open = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            out.push_str(if is_open { "</p>\n" } else { "" });
            is_open = false;
            continue;
        }
        out.push_str(if is_open { "<br>\n" } else { "<p>" });
        let _ = write!(out, "{}", Escaped(line));
        is_open = true;
    }
    out.push_str(if is_open { "</p>\n" } else { "" });
    out
}

fn format(out: &mut Out, node: Node, entering: bool) -> Result<ChildRendering, fmt::Error> {
    match &node.data().value {
        NodeValue::Text(text) if entering => return timed(out, text),
        NodeValue::Link(link) if entering => enter(out, &link.url, &link.title, "")?,
        NodeValue::Link(_) => leave(out)?,
        NodeValue::Image(image) => match out.user.judge.image(&image.url) {
            Some(path) if entering => {
                write!(out, "<img src=\"{}\" alt=\"", Escaped(&path))?;
                return Ok(ChildRendering::Plain);
            }
            Some(_) => {
                if !image.title.is_empty() {
                    write!(out, "\" title=\"{}", Escaped(&image.title))?;
                }
                out.write_str("\">")?;
            }
            None if entering => {
                let has_words = node.first_child().is_some();
                let words = if has_words { "" } else { &*image.url };
                enter(out, &image.url, &image.title, words)?;
            }
            None => leave(out)?,
        },
        NodeValue::Heading(heading) => {
            let level = (out.user.judge.options.heading.max(1) - 1).saturating_add(heading.level);
            let level = level.min(6);
            if entering {
                out.cr()?;
                write!(out, "<h{level}>")?;
            } else {
                writeln!(out, "</h{level}>")?;
            }
        }
        NodeValue::HtmlBlock(html) if entering => {
            out.cr()?;
            out.write_str(&as_typed(&html.literal))?;
        }
        NodeValue::HtmlInline(html) if entering => out.escape(html)?,
        NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => {}
        NodeValue::CodeBlock(code) if entering => {
            out.cr()?;
            // A reader without a mouse scrolls what has the focus.
            out.write_str("<pre tabindex=\"0\"><code>")?;
            out.escape(&code.literal)?;
            out.write_str("</code></pre>\n")?;
        }
        NodeValue::CodeBlock(_) => {}
        NodeValue::Table(_) => {
            if entering {
                out.cr()?;
                out.write_str("<div class=\"table-scroll\" tabindex=\"0\">")?;
            }
            format_node_default(out, node, entering)?;
            if !entering {
                out.write_str("</div>\n")?;
            }
        }
        NodeValue::TableRow(_) => {
            out.user.column = 0;
            return format_node_default(out, node, entering);
        }
        NodeValue::TableCell => return cell(out, node, entering),
        _ => return format_node_default(out, node, entering),
    }
    Ok(ChildRendering::HTML)
}

/// Begins a link where there may be one; otherwise its words stand as text, and its address follows.
fn enter(out: &mut Out, address: &str, title: &str, words: &str) -> fmt::Result {
    let target = out.user.judge.target(address);
    let is_link = target.is_some() && !out.user.is_in_link();
    let end = match &target {
        Some(target) if is_link => {
            let tag = a(target, title, out.user.judge);
            out.write_str(&tag)?;
            "</a>".to_owned()
        }
        None if words.is_empty() && !address.is_empty() => format!(" ({})", Escaped(address)),
        _ => String::new(),
    };
    out.escape(words)?;
    out.user.open.push(Open { is_link, end });
    Ok(())
}

fn leave(out: &mut Out) -> fmt::Result {
    match out.user.open.pop() {
        Some(open) => out.write_str(&open.end),
        None => Ok(()),
    }
}

/// The `<a>` of a link; see the room's own page for its `rel`.
fn a(target: &Target, title: &str, judge: &Judge) -> String {
    let mut tag = String::from("<a href=\"");
    let _ = match target {
        Target::Own(href) => match judge.times().filter(|_| href.starts_with("?t=")) {
            Some((page, _)) => {
                let seek = links::seek(href).map(|second| format!(" data-seek=\"{second}\""));
                let seek = seek.unwrap_or_default();
                write!(tag, "{page}{}\"{seek}", Escaped(href))
            }
            None => write!(tag, "{}\"", Escaped(href)),
        },
        Target::Foreign(href) => {
            let nofollow = match judge.options.author_is_new {
                true => "nofollow ",
                false => "",
            };
            let href = Escaped(href);
            write!(tag, "{href}\" rel=\"{nofollow}ugc noopener\"")
        }
    };
    if !title.is_empty() {
        let _ = write!(tag, " title=\"{}\"", Escaped(title));
    }
    tag + ">"
}

/// Text, its times as links where the text stands under a video.
fn timed(out: &mut Out, text: &str) -> Result<ChildRendering, fmt::Error> {
    let times = out.user.judge.times();
    let Some((page, last)) = times.filter(|_| !out.user.is_in_link()) else {
        out.escape(text)?;
        return Ok(ChildRendering::HTML);
    };
    for (part, second) in times::parts(text) {
        match second.filter(|second| *second <= last) {
            Some(second) => write!(
                out,
                "<a href=\"{page}?t={second}\" data-seek=\"{second}\">{part}</a>"
            )?,
            None => out.escape(part)?,
        }
    }
    Ok(ChildRendering::HTML)
}

/// A table's cell, its alignment as a class: the attribute is obsolete, a style would be refused.
fn cell(out: &mut Out, node: Node, entering: bool) -> Result<ChildRendering, fmt::Error> {
    let row = node.parent();
    let is_head = row.is_some_and(|row| matches!(row.data().value, NodeValue::TableRow(true)));
    let name = if is_head { "th" } else { "td" };
    if !entering {
        write!(out, "</{name}>")?;
        return Ok(ChildRendering::HTML);
    }
    let column = out.user.column;
    out.user.column += 1;
    let alignment = row
        .and_then(|row| row.parent())
        .and_then(|table| match &table.data().value {
            NodeValue::Table(table) => table.alignments.get(column).copied(),
            _ => None,
        });
    out.cr()?;
    match alignment {
        Some(TableAlignment::Left) => write!(out, "<{name} class=\"left\">")?,
        Some(TableAlignment::Center) => write!(out, "<{name} class=\"center\">")?,
        Some(TableAlignment::Right) => write!(out, "<{name} class=\"right\">")?,
        Some(TableAlignment::None) | None => write!(out, "<{name}>")?,
    }
    Ok(ChildRendering::HTML)
}

/// A text between tags or in a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(f, self.0)
    }
}
