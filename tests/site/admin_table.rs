//! Every address and every action of the admin site, for every kind of person. An address that the
//! router has and the table has not fails the test, and so does the reverse.

use std::{cell::Cell, collections::BTreeSet};

use axum::{
    body::Body,
    http::{Method, StatusCode},
};

use crate::{
    board::{Post, comment},
    house::{Answer, House, Person},
    videos::Row,
};

/// Who may.
#[derive(Clone, Copy, Debug)]
enum Needs {
    /// Everybody, signed in or not: the admin's own door.
    Nobody,
    /// Any member of staff.
    Staff,
    /// Staff with this permission.
    Permission(&'static str),
}

use Needs::{Nobody, Permission, Staff};

/// Address, and who may GET and POST it; `None` where the method is not known.
const TABLE: &[(&str, Option<Needs>, Option<Needs>)] = &[
    ("/admin/", Some(Staff), None),
    ("/admin/login/", Some(Nobody), Some(Nobody)),
    ("/admin/logout/", None, Some(Nobody)),
    ("/admin/videos/video/", VIEW_VIDEO, VIEW_VIDEO),
    (
        "/admin/videos/video/add/",
        Some(Permission("videos.add_video")),
        Some(Permission("videos.add_video")),
    ),
    (
        "/admin/videos/video/{id}/change/",
        VIEW_VIDEO,
        Some(Permission("videos.change_video")),
    ),
    (
        "/admin/videos/video/{id}/delete/",
        Some(Permission("videos.delete_video")),
        Some(Permission("videos.delete_video")),
    ),
    ("/admin/videos/video/{id}/history/", VIEW_VIDEO, None),
    (
        "/admin/videos/video/{id}/jobs/",
        VIEW_VIDEO,
        Some(Permission("videos.change_video")),
    ),
    ("/admin/videos/video/{id}/view-as/{whom}/", VIEW_VIDEO, None),
    ("/admin/board/post/", VIEW_POST, VIEW_POST),
    (
        "/admin/board/post/{id}/change/",
        VIEW_POST,
        Some(Permission("board.change_post")),
    ),
    (
        "/admin/board/post/{id}/delete/",
        Some(Permission("board.delete_post")),
        Some(Permission("board.delete_post")),
    ),
    (
        "/admin/board/post/{id}/settle/",
        VIEW_POST,
        Some(Permission("board.change_post")),
    ),
    ("/admin/board/post/{id}/history/", VIEW_POST, None),
    ("/admin/board/comment/", VIEW_COMMENT, VIEW_COMMENT),
    (
        "/admin/board/comment/{id}/change/",
        VIEW_COMMENT,
        Some(Permission("board.change_comment")),
    ),
    (
        "/admin/board/comment/{id}/delete/",
        Some(Permission("board.delete_comment")),
        Some(Permission("board.delete_comment")),
    ),
    (
        "/admin/board/comment/{id}/settle/",
        VIEW_COMMENT,
        Some(Permission("board.change_comment")),
    ),
    ("/admin/board/comment/{id}/history/", VIEW_COMMENT, None),
    ("/admin/accounts/user/", VIEW_USER, VIEW_USER),
    (
        "/admin/accounts/user/add/",
        Some(Permission("accounts.add_user")),
        Some(Permission("accounts.add_user")),
    ),
    (
        "/admin/accounts/user/{id}/change/",
        VIEW_USER,
        Some(Permission("accounts.change_user")),
    ),
    (
        "/admin/accounts/user/{id}/password/",
        Some(Permission("accounts.change_user")),
        Some(Permission("accounts.change_user")),
    ),
    (
        "/admin/accounts/user/{id}/delete/",
        Some(Permission("accounts.delete_user")),
        Some(Permission("accounts.delete_user")),
    ),
    ("/admin/accounts/user/{id}/history/", VIEW_USER, None),
    ("/admin/accounts/group/", VIEW_GROUP, VIEW_GROUP),
    (
        "/admin/accounts/group/add/",
        Some(Permission("accounts.add_group")),
        Some(Permission("accounts.add_group")),
    ),
    (
        "/admin/accounts/group/{id}/change/",
        VIEW_GROUP,
        Some(Permission("accounts.change_group")),
    ),
    (
        "/admin/accounts/group/{id}/delete/",
        Some(Permission("accounts.delete_group")),
        Some(Permission("accounts.delete_group")),
    ),
    ("/admin/accounts/group/{id}/history/", VIEW_GROUP, None),
    ("/admin/accounts/session/", VIEW_SESSION, VIEW_SESSION),
    ("/admin/accounts/session/{id}/change/", VIEW_SESSION, None),
    (
        "/admin/accounts/session/{id}/delete/",
        Some(Permission("accounts.delete_session")),
        Some(Permission("accounts.delete_session")),
    ),
    ("/admin/admin/logentry/", VIEW_LOG, VIEW_LOG),
    ("/admin/admin/logentry/{id}/change/", VIEW_LOG, None),
];

const VIEW_VIDEO: Option<Needs> = Some(Permission("videos.view_video"));
const VIEW_POST: Option<Needs> = Some(Permission("board.view_post"));
const VIEW_COMMENT: Option<Needs> = Some(Permission("board.view_comment"));
const VIEW_USER: Option<Needs> = Some(Permission("accounts.view_user"));
const VIEW_GROUP: Option<Needs> = Some(Permission("accounts.view_group"));
const VIEW_SESSION: Option<Needs> = Some(Permission("accounts.view_session"));
const VIEW_LOG: Option<Needs> = Some(Permission("admin.view_logentry"));

/// List, action, and the permission it takes beside seeing the list.
const ACTIONS: &[(&str, &str, &str)] = &[
    (
        "/admin/videos/video/",
        "delete_selected",
        "videos.delete_video",
    ),
    ("/admin/videos/video/", "set_public", "videos.change_video"),
    (
        "/admin/videos/video/",
        "set_unlisted",
        "videos.change_video",
    ),
    ("/admin/videos/video/", "set_private", "videos.change_video"),
    ("/admin/videos/video/", "set_draft", "videos.change_video"),
    ("/admin/board/post/", "delete_selected", "board.delete_post"),
    ("/admin/board/post/", "show", "board.change_post"),
    ("/admin/board/post/", "hide", "board.change_post"),
    ("/admin/board/post/", "make_notice", "board.change_post"),
    ("/admin/board/post/", "no_notice", "board.change_post"),
    (
        "/admin/board/comment/",
        "delete_selected",
        "board.delete_comment",
    ),
    ("/admin/board/comment/", "show", "board.change_comment"),
    ("/admin/board/comment/", "hide", "board.change_comment"),
    (
        "/admin/accounts/user/",
        "delete_selected",
        "accounts.delete_user",
    ),
    ("/admin/accounts/user/", "activate", "accounts.change_user"),
    (
        "/admin/accounts/user/",
        "deactivate",
        "accounts.change_user",
    ),
    (
        "/admin/accounts/group/",
        "delete_selected",
        "accounts.delete_group",
    ),
    (
        "/admin/accounts/session/",
        "delete_selected",
        "accounts.delete_session",
    ),
];

/// A house and its people.
struct Town {
    house: House,
    owner: Person,
    visitor: Person,
    member: Person,
    made: Cell<u32>,
}

impl Town {
    async fn open() -> Town {
        let house = House::open().await;
        let owner = house.staff().await;
        let member = house.member("지민").await;
        let visitor = house.visitor();
        let made = Cell::new(0);
        Town {
            house,
            owner,
            visitor,
            member,
            made,
        }
    }

    /// The address with the id of an object in it that was made for this request alone.
    async fn filled(&self, path: &str) -> String {
        let db = &self.house.app.db;
        let number = self.made.get() + 1;
        self.made.set(number);
        let name = format!("대상{number}");
        let id = if !path.contains("{id}") {
            0
        } else if path.contains("/video/") {
            Row::new(&name).add(&self.house).await
        } else if path.contains("/post/") {
            Post::new(&self.member, &name).add(&self.house).await
        } else if path.contains("/comment/") {
            let post = Post::new(&self.member, &name).add(&self.house).await;
            comment(&self.house, &self.member, post).await
        } else if path.contains("/group/") {
            let sql =
                "INSERT INTO groups (name, name_key, updated_at) VALUES ($1, $1, 0) RETURNING id";
            db.get(sql, (name,)).await.expect("a group")
        } else if path.contains("/logentry/") {
            let sql = "INSERT INTO admin_log (action_time, username, model, object_id, \
                       object_text, search_key, action) \
                       VALUES (1, '주인', 'videos.video', 1, '강의', '강의', 'add') RETURNING id";
            db.get(sql, ()).await.expect("a log entry")
        } else {
            let subject = self.house.member(&name).await;
            if path.contains("/session/") {
                let sql = "SELECT id FROM sessions WHERE user_id = $1";
                db.get(sql, (subject.id,)).await.expect("a session")
            } else {
                subject.id
            }
        };
        path.replace("{id}", &id.to_string())
            .replace("{whom}", "visitor")
    }

    /// Staff with just these permissions.
    async fn clerk(&self, name: &str, permissions: &[&str]) -> Person {
        let clerk = self.house.somebody(name, true, false).await;
        for code in permissions {
            let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
            self.house
                .app
                .db
                .run(sql, (clerk.id, (*code).to_owned()))
                .await
                .expect("a grant");
        }
        clerk
    }
}

/// Every permission there is, but those that would allow `needed`.
fn all_but(needed: &str) -> Vec<&'static str> {
    let mut all = Vec::new();
    for (_, get, post) in TABLE {
        for needs in [get, post].into_iter().flatten() {
            if let Permission(code) = needs {
                all.push(*code);
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    // Who may change may also look.
    let implied = needed.replace(".view_", ".change_");
    all.retain(|code| *code != needed && *code != implied);
    all
}

async fn ask(person: &Person, method: &Method, path: &str) -> Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    person
        .ask(method.clone(), path, &headers, Body::empty())
        .await
}

fn lets_in(answer: &Answer) -> bool {
    answer.status != StatusCode::FORBIDDEN && !answer.location().starts_with("/admin/login/")
}

#[tokio::test]
async fn the_table_has_every_address_that_the_router_has() {
    let house = House::open().await;
    let router = format!("{:?}", house.router());
    let known: BTreeSet<&str> = TABLE.iter().map(|(path, ..)| *path).collect();
    let there: BTreeSet<&str> = router
        .split('"')
        .filter(|text| text.starts_with("/admin") && text.ends_with('/'))
        // Programs ask there, by a door of its own: see tus/protocol.rs.
        .filter(|text| !text.starts_with("/admin/uploads/"))
        .collect();
    assert!(there.len() > 20, "the router's addresses could not be read");
    assert_eq!(known, there);
}

#[tokio::test]
async fn every_address_lets_in_whom_it_should_and_nobody_else() {
    let town = Town::open().await;
    let powerless = town.clerk("빈손", &[]).await;
    let mut number = 0;
    for (path, get, post) in TABLE {
        for (method, needs) in [(Method::GET, get), (Method::POST, post)] {
            let filled = town.filled(path).await;
            let what = format!("{method} {filled}");
            let Some(needs) = needs else {
                let answer = ask(&town.owner, &method, &filled).await;
                assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
                continue;
            };
            if matches!(needs, Nobody) {
                continue;
            }
            let out = ask(&town.visitor, &method, &filled).await;
            assert_eq!(out.status, StatusCode::FOUND, "a visitor: {what}");
            assert!(
                out.location().starts_with("/admin/login/?next="),
                "a visitor: {what}"
            );
            let denied = ask(&town.member, &method, &filled).await;
            assert_eq!(denied.status, StatusCode::FORBIDDEN, "a member: {what}");
            denied.says("지민");
            number += 1;
            match needs {
                Permission(code) => {
                    let refused = ask(&powerless, &method, &filled).await;
                    assert_eq!(
                        refused.status,
                        StatusCode::FORBIDDEN,
                        "no permission: {what}"
                    );
                    let clerk = town.clerk(&format!("others{number}"), &all_but(code)).await;
                    let refused = ask(&clerk, &method, &filled).await;
                    assert_eq!(
                        refused.status,
                        StatusCode::FORBIDDEN,
                        "all but {code}: {what}"
                    );
                    let clerk = town.clerk(&format!("clerk{number}"), &[code]).await;
                    let filled = town.filled(path).await;
                    let answer = ask(&clerk, &method, &filled).await;
                    assert!(lets_in(&answer), "{code}: {what}: {}", answer.status);
                    assert!(!answer.status.is_server_error(), "{code}: {what}");
                }
                Staff => assert!(lets_in(&ask(&powerless, &method, &filled).await), "{what}"),
                Nobody => {}
            }
            let filled = town.filled(path).await;
            let answer = ask(&town.owner, &method, &filled).await;
            assert!(lets_in(&answer), "the owner: {what}: {}", answer.status);
            assert!(!answer.status.is_server_error(), "the owner: {what}");
            for answer in [out, denied, answer] {
                assert!(
                    answer.header("cache-control").contains("no-store"),
                    "{what}"
                );
                assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{what}");
            }
        }
    }
}

#[tokio::test]
async fn the_table_has_every_action_that_the_lists_offer() {
    let town = Town::open().await;
    for (list, get, post) in TABLE {
        if get.is_none() || post.is_none() || list.contains('{') || list.ends_with("/add/") {
            continue;
        }
        // An empty list has no menu.
        town.filled(&format!("{list}{{id}}/")).await;
        let page = town.owner.get(list).await.text();
        let menu = page
            .split_once("name=\"action\"")
            .and_then(|(_, rest)| rest.split_once("</select>"));
        let options = menu
            .map_or("", |(menu, _)| menu)
            .split("<option value=\"")
            .skip(1);
        let there: BTreeSet<&str> = options
            .filter_map(|option| option.split('"').next())
            .filter(|name| !name.is_empty())
            .collect();
        let known: BTreeSet<&str> = ACTIONS
            .iter()
            .filter(|(path, ..)| path == list)
            .map(|(_, action, _)| *action)
            .collect();
        assert_eq!(known, there, "{list}");
    }
}

#[tokio::test]
async fn every_action_is_refused_without_its_permission() {
    let town = Town::open().await;
    for (number, (list, action, code)) in ACTIONS.iter().enumerate() {
        let view = list
            .trim_end_matches('/')
            .rsplit('/')
            .take(2)
            .collect::<Vec<_>>();
        let view = format!("{}.view_{}", view[1], view[0]);
        let filled = town.filled(&format!("{list}{{id}}/change/")).await;
        let id = filled
            .trim_start_matches(list)
            .split('/')
            .next()
            .expect("an id")
            .to_owned();
        let form = [("action", *action), ("_selected_action", id.as_str())];
        let mut others = all_but(code);
        others.push(Box::leak(view.clone().into_boxed_str()));
        others.dedup();
        others.sort_unstable();
        others.dedup();
        let refused = town.clerk(&format!("others{number}"), &others).await;
        let answer = refused.post(list, &form).await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{list} {action} without {code}"
        );
        refused
            .get(list)
            .await
            .keeps_quiet_about(&format!("value=\"{action}\""));
        let clerk = town
            .clerk(&format!("clerk{number}"), &[view.as_str(), code])
            .await;
        let answer = clerk.post(list, &form).await;
        assert!(
            lets_in(&answer),
            "{list} {action} with {code}: {}",
            answer.status
        );
        let out = town.visitor.post(list, &form).await;
        assert!(!lets_in(&out), "{list} {action}");
        out.says("action=\"/admin/login/\"");
        let denied = town.member.post(list, &form).await;
        assert!(!lets_in(&denied), "{list} {action}");
    }
}
