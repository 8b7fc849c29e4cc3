//! Users, groups, sessions and the log in the admin site: what is saved, and every way in which
//! somebody could take more than they were given.

mod doors;
mod ended;
mod forms;
mod groups;
mod last;
mod powers;
mod proof;
mod sessions;

use madang::{
    db::Time,
    words::{Lang, admin::Words},
};

use crate::house::{Answer, House, Person};

/// The admin's words, in the language of the tests.
fn words() -> &'static Words {
    Lang::Ko.words().admin
}

fn user(id: i64, page: &str) -> String {
    format!("/admin/accounts/user/{id}/{page}/")
}

fn group(id: i64, page: &str) -> String {
    format!("/admin/accounts/group/{id}/{page}/")
}

const USERS: &str = "/admin/accounts/user/";
const GROUPS: &str = "/admin/accounts/group/";

/// A member of staff who was granted these codes.
async fn staff_with(house: &House, name: &str, codes: &[&str]) -> Person {
    let person = house.somebody(name, true, false).await;
    for code in codes {
        grant(house, person.id, code).await;
    }
    person
}

async fn grant(house: &House, id: i64, code: &str) {
    let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
    let done = house.app.db.run(sql, (id, code.to_owned())).await;
    done.expect("a grant");
}

/// A group with these codes and members, behind the pages.
async fn group_with(house: &House, name: &str, codes: &[&str], members: &[i64]) -> i64 {
    let db = &house.app.db;
    let sql = "INSERT INTO groups (name, name_key, updated_at) VALUES ($1, $2, 0) RETURNING id";
    let values = (name.to_owned(), name.to_lowercase());
    let id: i64 = db.get(sql, values).await.expect("a group");
    for code in codes {
        let sql = "INSERT INTO group_permissions (group_id, permission) VALUES ($1, $2)";
        db.run(sql, (id, (*code).to_owned())).await.expect("a code");
    }
    for member in members {
        let sql = "INSERT INTO user_groups (user_id, group_id) VALUES ($1, $2)";
        db.run(sql, (*member, id)).await.expect("a member");
    }
    id
}

/// A number from the database.
async fn count(house: &House, sql: &'static str, id: i64) -> i64 {
    house.app.db.get(sql, (id,)).await.expect("a count")
}

async fn sessions_of(house: &House, id: i64) -> i64 {
    count(
        house,
        "SELECT COUNT(*) FROM sessions WHERE user_id = $1",
        id,
    )
    .await
}

/// Whether the flags active, staff and superuser stand.
async fn flags(house: &House, id: i64) -> (bool, bool, bool) {
    let sql = "SELECT is_active, is_staff, is_superuser FROM users WHERE id = $1";
    house.app.db.one(sql, (id,)).await.expect("a user")
}

async fn exists(house: &House, id: i64) -> bool {
    count(house, "SELECT COUNT(*) FROM users WHERE id = $1", id).await == 1
}

/// The codes granted to a user directly.
async fn codes(house: &House, id: i64) -> Vec<String> {
    let sql = "SELECT permission FROM user_permissions WHERE user_id = $1 ORDER BY permission";
    let rows: Vec<(String,)> = house.app.db.all(sql, (id,)).await.expect("codes");
    rows.into_iter().map(|(code,)| code).collect()
}

/// The hidden field with the version of a form.
fn version(page: &Answer) -> String {
    let text = page.text();
    let sign = "name=\"version\" value=\"";
    let start = text.find(sign).expect("a version") + sign.len();
    let end = text[start..].find('"').expect("its end");
    text[start..start + end].to_owned()
}

/// What stands under a field that somebody else has changed meanwhile.
fn theirs(stored: &str) -> String {
    format!("<b>{}</b> <span>{stored}</span>", words().theirs)
}

/// Sends a form with its version and "save".
async fn save(person: &Person, path: &str, form: &[(&str, &str)]) -> Answer {
    let page = person.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    let version = version(&page);
    let mut form = form.to_vec();
    form.extend([("version", version.as_str()), ("_save", "1")]);
    person.post(path, &form).await
}

/// Makes somebody's password proved 31 minutes ago.
async fn half_an_hour_later(house: &House, id: i64) {
    let db = &house.app.db;
    let sql = "SELECT id, data FROM sessions WHERE user_id = $1";
    let rows: Vec<(i64, String)> = db.all(sql, (id,)).await.expect("sessions");
    for (session, data) in rows {
        let mut data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        data["signed_in"] = Time::now().plus_seconds(-31 * 60).0.into();
        let sql = "UPDATE sessions SET data = $2 WHERE id = $1";
        let done = db.run(sql, (session, data.to_string())).await;
        done.expect("update");
    }
}

/// Whether somebody is signed in as staff.
async fn is_in(person: &Person) -> bool {
    person.get("/admin/").await.status == 200
}
