//! The list of all that may stand in a text's HTML. What is not on it does not pass, whoever wrote it.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

const TAGS: [&str; 28] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Attributes whose value is looked at by [`value`].
const ATTRIBUTES: [(&str, &[&str]); 4] = [
    ("a", &["href", "title", "data-seek"]),
    ("img", &["src", "alt", "title"]),
    ("input", &["checked"]),
    ("ol", &["start"]),
];

/// Attributes with all the values they may have.
const VALUES: [(&str, &str, &[&str]); 3] = [
    ("a", "rel", &["ugc noopener", "nofollow ugc noopener"]),
    ("div", "tabindex", &["0"]),
    ("pre", "tabindex", &["0"]),
];

/// Attributes that an element always gets.
const ALWAYS: [(&str, &str, &str); 4] = [
    ("img", "loading", "lazy"),
    ("img", "decoding", "async"),
    ("input", "type", "checkbox"),
    ("input", "disabled", ""),
];

const CLASSES: [(&str, &[&str]); 7] = [
    ("div", &["table-scroll"]),
    ("ul", &["contains-task-list"]),
    ("ol", &["contains-task-list"]),
    ("li", &["task-list-item"]),
    ("input", &["task-list-item-checkbox"]),
    ("td", &["left", "center", "right"]),
    ("th", &["left", "center", "right"]),
];

const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let set = |words: &[&'static str]| words.iter().copied().collect::<HashSet<_>>();
    let mut builder = Builder::empty();
    builder
        .tags(set(&TAGS))
        .clean_content_tags(HashSet::new())
        .generic_attributes(HashSet::new())
        .tag_attributes(
            ATTRIBUTES
                .iter()
                .map(|(tag, names)| (*tag, set(names)))
                .collect(),
        )
        .allowed_classes(
            CLASSES
                .iter()
                .map(|(tag, names)| (*tag, set(names)))
                .collect(),
        )
        .url_schemes(set(&SCHEMES))
        .url_relative(UrlRelative::Custom(Box::new(relative)))
        .attribute_filter(value)
        .link_rel(None);
    let mut values: HashMap<_, HashMap<_, _>> = HashMap::new();
    for (tag, name, words) in VALUES {
        values.entry(tag).or_default().insert(name, set(words));
    }
    builder.tag_attribute_values(values);
    for (tag, name, value) in ALWAYS {
        builder.set_tag_attribute_value(tag, name, value);
    }
    builder
});

/// Whole elements of HTML, with nothing left in them but what is on the list.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

/// A path, a query or a fragment. Two slashes, or a slash and a backslash, would begin a host.
fn within_site(url: &str) -> bool {
    url.starts_with(['/', '?', '#']) && !url.starts_with("//") && !url.contains('\\')
}

fn relative(url: &str) -> Option<Cow<'_, str>> {
    within_site(url).then_some(Cow::Borrowed(url))
}

fn value<'a>(tag: &str, name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let may = match (tag, name) {
        ("img", "src") => within_site(value) && value.starts_with('/'),
        ("a", "data-seek") | ("ol", "start") => value.bytes().all(|digit| digit.is_ascii_digit()),
        ("input", "checked") => value.is_empty(),
        _ => true,
    };
    may.then_some(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_is_not_on_the_list_does_not_pass() {
        for (html, cleaned) in [
            ("<p onclick=a()>b<script>c</script></p>", "<p>bc</p>"),
            (
                "<a href=javascript:a() style=b class=c id=d target=e>f</a>",
                "<a>f</a>",
            ),
            ("<a href='//a.kr' rel=opener>f</a>", "<a>f</a>"),
            ("<a href='/\\a.kr' data-seek=a>f</a>", "<a>f</a>"),
            ("<a href=a.html>f</a>", "<a>f</a>"),
            (
                "<img src=https://a.kr/a.png onerror=a()>",
                "<img loading=\"lazy\" decoding=\"async\">",
            ),
            (
                "<div class='table-scroll page' tabindex=1>a</div>",
                "<div class=\"table-scroll\">a</div>",
            ),
            (
                "<input type=text name=a value=b>",
                "<input type=\"checkbox\" disabled=\"\">",
            ),
            (
                "<svg><style><img src=a></style></svg>",
                "<img loading=\"lazy\" decoding=\"async\">",
            ),
            ("<!-- a --><?b?><![CDATA[c]]>", ""),
        ] {
            let found = clean(html);
            let same = |left: &str, right: &str| {
                let sorted = |text: &str| {
                    let mut words: Vec<_> = text.split([' ', '>']).map(str::to_owned).collect();
                    words.sort();
                    words
                };
                sorted(left) == sorted(right)
            };
            assert!(same(&found, cleaned), "{html}\n{found}\n{cleaned}");
        }
    }
}
