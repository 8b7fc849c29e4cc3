//! Posts, comments and the reported queue in the admin site.

mod comments;
mod lists;
mod posts;
mod users;

use madang::{
    comments::{Subject, store as comment_store},
    db::Time,
    reports::{Reported, store as report_store},
    words::{Lang, admin_board::Words},
};

use crate::house::{Answer, House, Person};

const POSTS: &str = "/admin/board/post/";
const COMMENTS: &str = "/admin/board/comment/";

fn words() -> &'static Words {
    Lang::Ko.words().admin_board
}

fn post_page(id: i64, page: &str) -> String {
    format!("{POSTS}{id}/{page}/")
}

fn comment_page(id: i64, page: &str) -> String {
    format!("{COMMENTS}{id}/{page}/")
}

/// Staff who were granted these codes.
async fn clerk(house: &House, name: &str, codes: &[&str]) -> Person {
    let person = house.somebody(name, true, false).await;
    for code in codes {
        let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
        let granted = house.app.db.run(sql, (person.id, (*code).to_owned())).await;
        granted.expect("a grant");
    }
    person
}

/// A comment with these words; its id.
async fn say(
    house: &House,
    writer: &Person,
    subject: Subject,
    reply_to: Option<i64>,
    body: &str,
) -> i64 {
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let now = Time::now();
    let id = comment_store::add(&mut tx, subject, writer.id, reply_to, body, now).await;
    tx.commit().await.expect("a commit");
    id.expect("a comment")
}

/// Reports something, without ever hiding it.
async fn report(house: &House, thing: Reported, by: &Person, reason: &str) {
    report_until(house, thing, by, reason, 0).await;
}

async fn report_until(house: &House, thing: Reported, by: &Person, reason: &str, enough: i64) {
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let now = Time::now();
    let new = report_store::add(&mut tx, thing, by.id, reason, enough, now).await;
    assert!(new.expect("a report"));
    tx.commit().await.expect("a commit");
}

/// A number that the database tells of an id.
async fn number(house: &House, sql: &'static str, id: i64) -> i64 {
    house.app.db.get(sql, (id,)).await.expect("a number")
}

/// Whether it is hidden, and how many reports it has.
async fn state(house: &House, thing: Reported) -> (bool, i64) {
    let (sql, id) = match thing {
        Reported::Post(id) => ("SELECT is_hidden, reports FROM posts WHERE id = $1", id),
        Reported::Comment(id) => ("SELECT is_hidden, reports FROM comments WHERE id = $1", id),
    };
    let (hidden, counted): (bool, i64) = house.app.db.one(sql, (id,)).await.expect("its state");
    let listed = report_store::of(&house.app.db, thing)
        .await
        .expect("reports");
    assert_eq!(listed.len() as i64, counted, "the count of {thing:?}");
    (hidden, counted)
}

/// What the log has of an object: actions and fields, the oldest first.
async fn log(house: &House, model: &str, id: i64) -> Vec<(String, String)> {
    let sql = "SELECT action, changes FROM admin_log WHERE model = $1 AND object_id = $2 \
               ORDER BY id";
    let entries = house.app.db.all(sql, (model.to_owned(), id)).await;
    entries.expect("the log")
}

/// The names of a list's rows, top to bottom.
fn rows(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    let rows = text.split("<th scope=\"row\"><a href=\"").skip(1);
    rows.filter_map(|row| Some(row.split_once('>')?.1.split_once('<')?.0.to_owned()))
        .collect()
}

/// Runs an action on these rows and follows it to the list.
async fn act(person: &Person, list: &str, action: &str, ids: &[i64], post: bool) -> Answer {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    let mut form = vec![("action", action)];
    form.extend(ids.iter().map(|id| ("_selected_action", id.as_str())));
    if post {
        form.push(("post", "yes"));
    }
    let answer = person.post(list, &form).await;
    if answer.status == 303 {
        person.get(answer.location()).await
    } else {
        answer
    }
}

/// The version in a form.
fn version(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text
        .split_once("name=\"version\" value=\"")
        .expect("a version");
    rest.split('"').next().expect("its end").to_owned()
}
