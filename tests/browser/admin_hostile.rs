//! Every payload of the corpus where the staff meets it: in lists, filters, forms, reports,
//! questions before an action and the log, in a browser without the content-security policy.

use crate::admin_desk::{LOG, VIDEOS};
use crate::board_hostile::{full_board, members};
use crate::house::House;
use crate::payloads::{asked, defenceless, of_kind, payloads};

const POSTS: &str = "/admin/board/post/";
const COMMENTS: &str = "/admin/board/comment/";

/// Rows of a page of a list.
const ROWS: usize = 100;

#[tokio::test]
async fn no_payload_runs_in_the_admins_posts_comments_videos_and_log() {
    let house = House::open().await;
    let members = members(&house).await;
    let count = full_board(&house, &members).await;
    let texts: Vec<_> = payloads().into_iter().map(|payload| payload.text).collect();
    let comments: Vec<_> = members.iter().cycle().copied().zip(texts.clone()).collect();
    house.comments("post_id", 1, &comments).await;
    // Reasons of reports, and what the log tells of each object.
    for (index, text) in texts.iter().enumerate() {
        let (id, text) = (index + 1, text.replace('\'', "''").replace('\0', ""));
        let member = members[index % members.len()];
        let thing = ["post_id", "comment_id"][index % 2];
        let model = ["board.post", "board.comment", "videos.video"][index % 3];
        house
            .sql(&format!(
                "INSERT INTO reports ({thing}, user_id, reason, created_at) \
                 VALUES ({id}, {member}, '{text}', 1750000000000000)"
            ))
            .await;
        house
            .sql(&format!(
                "INSERT INTO admin_log (action_time, username, model, object_id, object_text, search_key, action) \
                 VALUES (1750000000000000, '{text}', '{model}', {id}, '{text}', '', 'change')"
            ))
            .await;
    }
    house.sql("UPDATE posts SET reports = id % 2").await;
    house.sql("UPDATE comments SET reports = 1 - id % 2").await;
    for title in of_kind("title") {
        let title = title.replace('\'', "''");
        house.video(&title, "public", 0, "2026-01-01").await;
    }

    let page = defenceless(&house).await;
    for list in [POSTS, COMMENTS, LOG] {
        let mut seen = 0;
        for number in 1..=count.div_ceil(ROWS) {
            page.visit_defenceless(&format!("{list}?p={number}")).await;
            seen += page.count(".table tbody tr").await;
        }
        assert!(seen >= count, "{list}: {seen} of {count}");
    }
    page.visit_defenceless(VIDEOS).await;
    page.visit_defenceless("/admin/").await;

    let mut paths = Vec::new();
    for (index, text) in texts.iter().enumerate().step_by(5) {
        let lists = [POSTS, COMMENTS, VIDEOS, LOG];
        let list = lists[index / 5 % lists.len()];
        paths.push(format!("{list}?q={}", asked(text)));
        let id = index + 1;
        for (list, acts) in [
            (POSTS, ["change", "delete", "history", "settle"]),
            (COMMENTS, ["change", "delete", "history", "settle"]),
        ] {
            let act = acts[index / 5 % acts.len()];
            paths.push(format!("{list}{id}/{act}/"));
        }
        paths.push(format!("{LOG}{id}/change/"));
    }
    for id in 1..=of_kind("title").len() {
        for act in ["change", "delete", "history"] {
            paths.push(format!("{VIDEOS}{id}/{act}/"));
        }
    }
    page.read_defenceless(&paths).await;

    // The questions before rows are deleted.
    for (list, rows) in [
        (POSTS, ROWS),
        (COMMENTS, ROWS),
        (VIDEOS, of_kind("title").len()),
    ] {
        page.visit(list).await;
        page.press("[data-all]").await;
        page.act("delete_selected").await;
        page.withstands().await;
        assert_eq!(page.count("[name=_selected_action]").await, rows, "{list}");
    }
    page.close().await;
    house.close().await;
}
