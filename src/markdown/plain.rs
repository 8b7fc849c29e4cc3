//! A text's first words without any markup, for metadata, feeds and lists.

use comrak::{
    Arena,
    arena_tree::NodeEdge,
    nodes::{NodeCode, NodeValue},
};

use super::{MOST_CHARACTERS, parse};

/// Characters read for each one that is asked for: marks and addresses of links take the rest.
const READ: usize = 8;

/// The first `length` characters of a text on one line, as plain text (not yet HTML); with `…` when
/// there is more. Images give their descriptions, links their words.
pub fn plain(text: &str, length: usize) -> String {
    let most = length
        .saturating_mul(READ)
        .saturating_add(200)
        .min(MOST_CHARACTERS);
    let end = text
        .char_indices()
        .nth(most)
        .map_or(text.len(), |(end, _)| end);
    let words = words(&text[..end]);
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    match line.char_indices().nth(length) {
        Some((cut, _)) => format!("{}…", line[..cut].trim_end()),
        None if end < text.len() => line + "…",
        None => line,
    }
}

fn words(text: &str) -> String {
    let arena = Arena::new();
    let Some(root) = parse::parse(&arena, text) else {
        return text.to_owned();
    };
    let mut words = String::new();
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => match &node.data().value {
                NodeValue::Text(text) => words.push_str(text),
                NodeValue::Code(NodeCode { literal, .. }) | NodeValue::HtmlInline(literal) => {
                    words.push_str(literal);
                }
                NodeValue::CodeBlock(block) => words.push_str(&block.literal),
                NodeValue::HtmlBlock(block) => words.push_str(&block.literal),
                NodeValue::SoftBreak | NodeValue::LineBreak => words.push('\n'),
                _ => {}
            },
            NodeEdge::End(node) if node.data().value.block() => words.push('\n'),
            NodeEdge::End(_) => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_left_when_the_marks_are_gone() {
        let text = "# 제목\n\n**굵은** 글과 [링크](https://a.kr/)\n- [x] 할 일\n- `let a;`\n\n|가|나|\n|-|-|\n|1|2|\n\n![그림](/media/a.png) <b>날것</b>";
        assert_eq!(
            plain(text, 100),
            "제목 굵은 글과 링크 할 일 let a; 가 나 1 2 그림 <b>날것</b>"
        );
        assert_eq!(plain("", 10), "");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(plain("가나다라", 2), "가나…");
        assert_eq!(plain("가나 다라", 3), "가나…");
        assert_eq!(plain("가나다라", 4), "가나다라");
        assert_eq!(plain(&"가 ".repeat(60_000), 4), "가 가…");
        // What is read is cut before the text begins to be words.
        assert_eq!(
            plain(&format!("[](/{})end", "a".repeat(500)), 10)
                .chars()
                .last(),
            Some('…')
        );
    }
}
