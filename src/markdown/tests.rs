use super::*;

const ORIGIN: &str = "https://madang.example";

fn options() -> Options<'static> {
    Options {
        origin: ORIGIN,
        images: &["/media/", "/board/file/"],
        heading: 2,
        times: Times::Text,
        author_is_new: false,
    }
}

fn html(text: &str, options: &Options) -> String {
    let pieces = render(text, options).into_iter();
    pieces.map(Piece::into_html).collect()
}

#[track_caller]
fn is(text: &str, expected: &str) {
    assert_eq!(html(text, &options()).trim_end(), expected, "{text}");
}

#[test]
fn markdown_is_read_as_on_other_boards() {
    is(
        "**굵게**와 *기울여* ~~지움~~ `코드`",
        "<p><strong>굵게</strong>와 <em>기울여</em> <del>지움</del> <code>코드</code></p>",
    );
    is("첫 줄\n둘째 줄", "<p>첫 줄<br>\n둘째 줄</p>");
    is(
        "> 인용\n\n3. 셋\n4. 넷",
        "<blockquote>\n<p>인용</p>\n</blockquote>\n<ol start=\"3\">\n<li>셋</li>\n<li>넷</li>\n</ol>",
    );
    is("---", "<hr>");
    is("", "");
}

#[test]
fn emphasis_ends_before_a_particle() {
    is(
        "**\"마당\"**은 **video(영상)**을",
        "<p><strong>\"마당\"</strong>은 <strong>video(영상)</strong>을</p>",
    );
}

#[test]
fn headings_stay_below_the_pages_own() {
    is(
        "# 하나\n## 둘\n###### 여섯",
        "<h2>하나</h2>\n<h3>둘</h3>\n<h6>여섯</h6>",
    );
    for (heading, tag) in [(1, "h1"), (4, "h4"), (6, "h6"), (0, "h1"), (255, "h6")] {
        let options = Options {
            heading,
            ..options()
        };
        assert_eq!(html("# a", &options), format!("<{tag}>a</{tag}>\n"));
    }
}

#[test]
fn a_table_scrolls_by_itself() {
    is(
        "가|나|다\n:-|:-:|-:\n1|2|3\n4",
        "<div class=\"table-scroll\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<th class=\"left\">가</th>\n\
         <th class=\"center\">나</th>\n<th class=\"right\">다</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n\
         <td class=\"left\">1</td>\n<td class=\"center\">2</td>\n<td class=\"right\">3</td>\n</tr>\n<tr>\n\
         <td class=\"left\">4</td>\n<td class=\"center\"></td>\n<td class=\"right\"></td>\n</tr>\n</tbody>\n\
         </table>\n</div>",
    );
}

#[test]
fn a_task_is_a_box_that_cannot_be_ticked() {
    let html = html("- [x] 한 일\n- [ ] 할 일", &options());
    assert!(html.contains("<ul class=\"contains-task-list\">"), "{html}");
    assert_eq!(
        html.matches("<li class=\"task-list-item\"><input ").count(),
        2,
        "{html}"
    );
    assert_eq!(html.matches(" disabled=\"\"").count(), 2, "{html}");
    assert_eq!(html.matches(" type=\"checkbox\"").count(), 2, "{html}");
    assert_eq!(html.matches(" checked=\"\"").count(), 1, "{html}");
}

#[test]
fn code_is_shown_as_it_is() {
    is(
        "```html onload=a()\n<b>1:30 **a** https://a.kr/</b>\n```",
        "<pre tabindex=\"0\"><code>&lt;b&gt;1:30 **a** https://a.kr/&lt;/b&gt;\n</code></pre>",
    );
}

#[test]
fn html_that_is_typed_is_text() {
    is(
        "a <b>c</b> &lt;i&gt; <!-- d -->",
        "<p>a &lt;b&gt;c&lt;/b&gt; &lt;i&gt; &lt;!-- d --&gt;</p>",
    );
    is(
        "<div class=\"page\">\n한 줄\n</div>",
        "<p>&lt;div class=\"page\"&gt;<br>\n한 줄<br>\n&lt;/div&gt;</p>",
    );
}

#[test]
fn links_out_of_the_site_are_marked() {
    is(
        "[a](https://a.kr/?b=1&c=2 \"'제\\\"목'\") https://b.kr/길. c@d.kr",
        "<p><a href=\"https://a.kr/?b=1&amp;c=2\" rel=\"ugc noopener\" title=\"'제&quot;목'\">a</a> \
         <a href=\"https://b.kr/%EA%B8%B8\" rel=\"ugc noopener\">https://b.kr/길</a>. \
         <a href=\"mailto:c@d.kr\" rel=\"ugc noopener\">c@d.kr</a></p>",
    );
    let new = Options {
        author_is_new: true,
        ..options()
    };
    assert_eq!(
        html("https://a.kr/ [b](/board/)", &new),
        "<p><a href=\"https://a.kr/\" rel=\"nofollow ugc noopener\">https://a.kr/</a> \
         <a href=\"/board/\">b</a></p>\n"
    );
}

#[test]
fn links_within_the_site_lose_their_host() {
    is(
        "[a](http://madang.example/board/3/?page=2#b) [c](?page=2) [d](#e)",
        "<p><a href=\"/board/3/?page=2#b\">a</a> <a href=\"?page=2\">c</a> <a href=\"#e\">d</a></p>",
    );
}

#[test]
fn what_may_not_be_a_link_is_its_words_and_its_address() {
    is(
        "[네이버](naver.com) [*a*](javascript:b()) [c](//d.kr) []()",
        "<p>네이버 (naver.com) <em>a</em> (javascript:b()) c (//d.kr) </p>",
    );
}

#[test]
fn only_the_sites_own_images_are_shown() {
    let own = html("![*그림* <b>](/media/a.png \"제목\")", &options());
    for part in [
        "<img ",
        " src=\"/media/a.png\"",
        " alt=\"그림 &lt;b&gt;\"",
        " title=\"제목\"",
        " loading=\"lazy\"",
        " decoding=\"async\"",
    ] {
        assert!(own.contains(part), "{own}");
    }
    is(
        "![](https://a.kr/b.png)![그림](https://a.kr/b.png)",
        "<p><a href=\"https://a.kr/b.png\" rel=\"ugc noopener\">https://a.kr/b.png</a>\
         <a href=\"https://a.kr/b.png\" rel=\"ugc noopener\">그림</a></p>",
    );
    is(
        "![a](data:image/png;base64,AA)",
        "<p>a (data:image/png;base64,AA)</p>",
    );
    is("![](javascript:a)", "<p>javascript:a</p>");
}

#[test]
fn a_link_never_holds_a_link() {
    is(
        "[![a](https://a.kr/a.png) b](https://b.kr/)",
        "<p><a href=\"https://b.kr/\" rel=\"ugc noopener\">a b</a></p>",
    );
    is(
        "![c [d](https://d.kr/) 1:30](https://a.kr/a.png)",
        "<p><a href=\"https://a.kr/a.png\" rel=\"ugc noopener\">c d 1:30</a></p>",
    );
}

#[test]
fn times_lead_into_the_video() {
    let links = Options {
        times: Times::Links,
        ..options()
    };
    assert_eq!(
        html(
            "**0:05** 후렴 1:02:03에 `1:30` [1:30](/board/) https://a.kr/1:30 2\\:30",
            &links
        ),
        "<p><strong><a href=\"?t=5\" data-seek=\"5\">0:05</a></strong> 후렴 \
         <a href=\"?t=3723\" data-seek=\"3723\">1:02:03</a>에 <code>1:30</code> \
         <a href=\"/board/\">1:30</a> <a href=\"https://a.kr/1:30\" rel=\"ugc noopener\">https://a.kr/1:30</a> \
         <a href=\"?t=150\" data-seek=\"150\">2:30</a></p>\n"
    );
    let until = Options {
        times: Times::LinksUntil(90),
        ..options()
    };
    assert_eq!(
        html("1:30 1:31", &until),
        "<p><a href=\"?t=90\" data-seek=\"90\">1:30</a> 1:31</p>\n"
    );
    is("1:30 [b](?t=90)", "<p>1:30 <a href=\"?t=90\">b</a></p>");
}

#[test]
fn times_lead_into_the_video_that_stands_apart_before_them() {
    let to_cards = Options {
        times: Times::LinksToCards,
        ..options()
    };
    assert_eq!(
        html(
            "1:30 [b](?t=90)\n\n/video/7/\n/video/8/\n\n1:30 [b](?t=90) [c](?t=c) [d](?page=2)\n\n\
             see /video/9/\n\n/video/3/?t=5\n\n0:05",
            &to_cards
        ),
        "<p>1:30 <a href=\"?t=90\">b</a></p>\n\
         <p><a href=\"/video/7/\">/video/7/</a></p>\
         <p><a href=\"/video/8/\">/video/8/</a></p>\
         <p><a href=\"/video/8/?t=90\" data-seek=\"90\">1:30</a> \
         <a href=\"/video/8/?t=90\" data-seek=\"90\">b</a> <a href=\"/video/8/?t=c\">c</a> \
         <a href=\"?page=2\">d</a></p>\n<p>see /video/9/</p>\n\
         <p><a href=\"/video/3/?t=5\">/video/3/?t=5</a></p>\
         <p><a href=\"/video/3/?t=5\" data-seek=\"5\">0:05</a></p>\n"
    );
}

#[test]
fn a_video_alone_in_its_paragraph_stands_apart() {
    let video = |id, start, link: &str| {
        let link = link.to_owned();
        Piece::Video(Video { id, start, link })
    };
    let pieces = render(
        "앞\n\nhttps://madang.example/video/3/?t=90\n/video/4\n\n[끝](/video/5/)\n\n뒤 /video/6/",
        &options(),
    );
    assert_eq!(
        pieces,
        [
            Piece::Html("<p>앞</p>\n".to_owned()),
            video(
                3,
                90,
                "<p><a href=\"/video/3/?t=90\">https://madang.example/video/3/?t=90</a></p>"
            ),
            video(4, 0, "<p><a href=\"/video/4\">/video/4</a></p>"),
            video(5, 0, "<p><a href=\"/video/5/\">끝</a></p>"),
            Piece::Html("<p>뒤 /video/6/</p>\n".to_owned()),
        ]
    );
}

#[test]
fn a_video_among_words_stays_a_link() {
    for text in [
        "보기: https://madang.example/video/3/",
        "/video/3/ /video/4/",
        "> /video/3/",
        "- https://madang.example/video/3/",
        "**https://madang.example/video/3/**",
        "/video/3/\n\u{200b}",
        "https://a.kr/video/3/",
        "`/video/3/`",
    ] {
        let pieces = render(text, &options());
        assert!(matches!(pieces[..], [Piece::Html(_)]), "{pieces:?}");
    }
}

#[test]
fn cards_are_bounded() {
    let text = "/video/3/\n\n".repeat(MOST_VIDEOS + 2);
    let videos = |pieces: Vec<Piece>| {
        let is_video = |piece: &&Piece| matches!(piece, Piece::Video(_));
        pieces.iter().filter(is_video).count()
    };
    assert_eq!(videos(render(&text, &options())), MOST_VIDEOS);
    // All of a paragraph or none of it.
    assert_eq!(videos(render(&text.replace("\n\n", "\n"), &options())), 0);
}

#[test]
fn over_its_limits_a_text_is_shown_as_typed() {
    let deep = format!("{} **a**\n<b>\n\n뒤", ">".repeat(200));
    let quoted = "&gt;".repeat(200);
    is(
        &deep,
        &format!("<p>{quoted} **a**<br>\n&lt;b&gt;</p>\n<p>뒤</p>"),
    );
    let long = "**가**\n".repeat(MOST_CHARACTERS / 6 + 1);
    assert!(html(&long, &options()).starts_with("<p>**가**<br>\n**가**<br>\n"));
    let longest = "**가** ".repeat(MOST_CHARACTERS / 6);
    assert!(html(&longest, &options()).starts_with("<p><strong>가</strong> "));
}
