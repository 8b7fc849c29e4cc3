//! Every payload of the corpus at every place where somebody may type, in a browser without the
//! content-security policy: none runs, no dialog opens, nothing is asked of another site.
//!
//! A dialog fails the next command of its test; a request to another site and a payload that runs
//! late fail at the end, in [`Chromium::close`].

use madang::markdown::MOST_VIDEOS;

use crate::admin_desk::USERS;
use crate::chromium::Chromium;
use crate::house::House;
use crate::payloads::{asked, defenceless, of_kind, payloads};

/// Members with hostile names; their ids.
pub async fn members(house: &House) -> Vec<i64> {
    let mut ids = Vec::new();
    for name in of_kind("user") {
        ids.push(house.user(&name.replace('\'', "''"), false, false).await);
    }
    ids
}

/// A post for each payload, by the members in turn: it is the title, as far as one may be long, and
/// the body.
pub async fn full_board(house: &House, members: &[i64]) -> usize {
    let posts: Vec<_> = payloads()
        .into_iter()
        .zip(members.iter().cycle())
        .map(|(payload, writer)| {
            let title = payload.text.chars().take(200).collect();
            let body = match payload.kind {
                "link" => format!("[a]({})", payload.text),
                _ => payload.text,
            };
            (*writer, title, body)
        })
        .collect();
    house.posts(&posts).await;
    posts.len()
}

#[tokio::test]
async fn no_payload_runs_where_posts_are_listed_and_read() {
    let house = House::open().await;
    let members = members(&house).await;
    let count = full_board(&house, &members).await;
    let page = defenceless(&house).await;
    for number in 1..=count.div_ceil(20) {
        page.visit_defenceless(&format!("/board/?page={number}"))
            .await;
        assert!(page.count(".posts tbody tr").await > 0);
    }
    let posts: Vec<_> = (1..=count).map(|id| format!("/board/{id}/")).collect();
    for path in posts.iter().step_by(20) {
        page.visit_defenceless(path).await;
    }
    page.read_defenceless(&posts).await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn no_payload_runs_where_it_is_searched_for_and_found() {
    let house = House::open().await;
    let members = members(&house).await;
    let count = full_board(&house, &members).await;
    let page = defenceless(&house).await;
    let payloads = payloads();
    let searches = payloads
        .iter()
        .map(|payload| format!("?q={}", asked(&payload.text)));
    let searches: Vec<_> = searches.collect();
    let lists: Vec<_> = searches
        .iter()
        .map(|search| format!("/board/{search}"))
        .collect();
    for path in lists.iter().step_by(20) {
        page.visit_defenceless(path).await;
    }
    let marked = page.read_defenceless(&lists).await;
    assert!(marked > 300, "only {marked} searches found something");
    let posts = (1..=count).zip(&searches).step_by(3);
    let posts: Vec<_> = posts
        .map(|(id, search)| format!("/board/{id}/{search}"))
        .collect();
    let marked = page.read_defenceless(&posts).await;
    assert!(marked > 100, "only {marked} posts show what was found");
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn no_payload_runs_in_what_is_said_under_posts_and_videos() {
    let house = House::open().await;
    let members = members(&house).await;
    let mut page = defenceless(&house).await;
    page.excuse("400 (Bad Request)");
    page.upload("강의", "public", "short.mp4").await;
    for title in of_kind("title") {
        let title = title.replace('\'', "''");
        house.video(&title, "public", 0, "2026-01-01").await;
    }
    house
        .sql("UPDATE videos SET title = (SELECT title FROM videos WHERE id = 3) WHERE id = 1")
        .await;
    // The cards of all videos, and after them the times that lead into the last one before.
    let cards: Vec<_> = (1..=14)
        .map(|id| house.url(&format!("/video/{id}/\n\n")))
        .collect();
    let said = of_kind("comment").join("\n\n");
    let posts = cards
        .chunks(MOST_VIDEOS)
        .zip(of_kind("title"))
        .map(|(cards, title)| {
            (
                members[0],
                title,
                format!("{}0:01\n\n{said}", cards.concat()),
            )
        });
    house.posts(&posts.collect::<Vec<_>>()).await;
    let comments: Vec<_> = payloads()
        .into_iter()
        .zip(members.iter().cycle())
        .map(|(payload, writer)| match payload.kind {
            "link" => (*writer, format!("[a]({})", payload.text)),
            _ => (*writer, payload.text),
        })
        .collect();
    house.comments("post_id", 1, &comments).await;
    house.comments("video_id", 1, &comments).await;
    house
        .sql("UPDATE comments SET reply_to = id - 1 WHERE id % 2 = 0")
        .await;
    for subject in ["/board/1/", "/video/1/"] {
        let mut seen = 0;
        for number in 1..=comments.len().div_ceil(50) {
            page.visit_defenceless(&format!("{subject}?comments={number}"))
                .await;
            seen += page.count(".comment .markdown").await;
        }
        assert_eq!(seen, comments.len(), "{subject}");
    }
    assert_eq!(page.count(".comment-answers").await, 18);
    page.visit_defenceless("/").await;
    for (post, cards) in [(1, 10), (2, 4)] {
        page.visit_defenceless(&format!("/board/{post}/")).await;
        assert_eq!(page.count(".post .text-card").await, cards);
    }
    // Answering, changing, deleting and reporting show a comment once more.
    let mut paths = Vec::new();
    for id in (1..=2 * comments.len()).step_by(9) {
        let acts = ["edit/", "delete/", "report/"];
        let act = acts[id / 9 % acts.len()];
        paths.push(format!("/comments/{id}/{act}"));
        paths.push(format!("/video/1/comments/?reply_to={id}"));
    }
    page.read_defenceless(&paths).await;
    page.close().await;
    house.close().await;
}

#[tokio::test]
async fn no_payload_runs_in_forms_files_feeds_and_lists_of_the_staff() {
    let house = House::open().await;
    let members = members(&house).await;
    let count = full_board(&house, &members).await;
    let page = defenceless(&house).await;
    let count_of_files = attached(&house, &page).await;

    // What stands in a form, with the live preview of what it would look like.
    for id in (1..=count).step_by(24) {
        page.visit_defenceless(&format!("/board/{id}/edit/")).await;
        page.until(
            "the preview is drawn",
            "return document.querySelector('[data-preview-text]').childNodes.length > 0
               && !document.querySelector('.preview.waits')",
        )
        .await;
        page.withstands().await;
    }
    let mut paths: Vec<_> = (1..=count)
        .flat_map(|id| {
            [
                format!("/board/{id}/delete/"),
                format!("/board/{id}/report/"),
            ]
        })
        .step_by(7)
        .collect();
    for id in 1..=count_of_files.div_ceil(5) {
        for act in ["", "edit/", "delete/"] {
            page.visit_defenceless(&format!("/board/{id}/{act}")).await;
        }
    }

    // A faulty form, and one that somebody else was faster than: sent as without scripts.
    let send = "const form = document.querySelector('form[data-write]');
        form.insertAdjacentHTML('beforeend', '<input name=version value=1>');
        form.elements.title.value = TITLE;
        form.elements.body.value += '</textarea><script>pwned(0)</script>';
        const files = new DataTransfer();
        for (const name of NAMES) files.items.add(new File(['a'], name.replace(/png$/, 'txt')));
        form.elements.files.files = files.files;
        document.documentElement.dataset.before = 'yes';
        HTMLFormElement.prototype.submit.call(form)";
    let names = of_kind("file");
    let titles = of_kind("title");
    for (index, id) in (1..=count).step_by(40).enumerate() {
        let title = match index % 2 {
            0 => " ".to_owned(),
            _ => format!("\"><script>pwned(0)</script>{}", titles[index]),
        };
        // What others saved stands in a field of its own.
        house
            .sql(&format!(
                "UPDATE post_texts SET body = '</textarea><script>pwned(0)</script>' || body \
                 WHERE post_id = {id}"
            ))
            .await;
        let some = serde_json::json!(names[index % 5..index % 5 + 4]);
        page.visit(&format!("/board/{id}/edit/")).await;
        let script = send
            .replace("TITLE", &serde_json::json!(title).to_string())
            .replace("NAMES", &some.to_string());
        page.run(&script).await;
        page.turned("the form").await;
        let seen = if index % 2 == 0 {
            "#errors_title"
        } else {
            ".conflict"
        };
        page.see(seen).await;
        assert!(page.count(".file-list [data-name]").await >= 4);
        page.withstands().await;
    }

    // Addresses to go to.
    for link in of_kind("link") {
        let link = asked(&link);
        paths.push(format!("/board/1/report/?back={link}"));
        page.visit_defenceless(&format!("/login/?next={link}"))
            .await;
    }
    page.read_defenceless(&paths).await;

    page.visit_defenceless(USERS).await;
    for (payload, id) in of_kind("user").iter().zip(&members) {
        page.visit_defenceless(&format!("{USERS}?q={}", asked(payload)))
            .await;
        for act in ["change", "delete", "history", "password"] {
            page.visit_defenceless(&format!("{USERS}{id}/{act}/")).await;
        }
    }
    feeds(&page).await;
    page.close().await;
    house.close().await;
}

/// Gives the first posts pictures with hostile names; how many.
async fn attached(house: &House, page: &Chromium) -> usize {
    let names = of_kind("file");
    for (index, name) in names.iter().enumerate() {
        let post = index / 5 + 1;
        page.visit(&format!("/board/{post}/edit/")).await;
        let picture = format!("picture{index}.png");
        page.give_picture("paste", &picture, 8).await;
        page.turn("[name=_save]").await;
        let name = name.replace('\'', "''");
        house
            .sql(&format!(
                "UPDATE attachments SET file_name = '{name}' WHERE file_name = '{picture}'"
            ))
            .await;
    }
    names.len()
}

/// The feeds as the browser shows them, and as a reader of feeds takes them.
async fn feeds(page: &Chromium) {
    for path in ["/board/feed.xml", "/feed.xml"] {
        page.visit(path).await;
        assert_eq!(
            page.run("return window.ran ?? []").await,
            serde_json::json!([])
        );
        let script = format!(
            "const [done] = arguments;
             fetch({path:?}).then((answer) => answer.text()).then((text) => {{
               const feed = new DOMParser().parseFromString(text, 'application/xml');
               const elements = [...feed.querySelectorAll('*')];
               done([feed.querySelectorAll('parsererror').length,
                     elements.every((element) => element.namespaceURI === 'http://www.w3.org/2005/Atom'),
                     feed.documentElement.localName]);
             }})"
        );
        let read = page.execute_async(&script, Vec::new()).await;
        assert_eq!(
            read.expect("the feed is read"),
            serde_json::json!([0, true, "feed"]),
            "{path}"
        );
    }
}
