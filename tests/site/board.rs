//! The board's pages.

mod delete;
mod feed;
mod list;
mod read;
mod search;
mod seen;

use madang::{
    board::store::{self, Written},
    comments::{self, Subject},
    db::Time,
    storage::Key,
};

use crate::house::{House, Person};

/// A post as tests write it: straight into the store.
pub struct Post<'a> {
    pub writer: i64,
    pub title: &'a str,
    pub body: &'a str,
    pub is_notice: bool,
    pub created_at: Time,
}

impl<'a> Post<'a> {
    /// A post of now.
    pub fn new(writer: &Person, title: &'a str) -> Post<'a> {
        Post {
            writer: writer.id,
            title,
            body: "내용",
            is_notice: false,
            created_at: Time::now(),
        }
    }

    /// With another body.
    pub fn saying(self, body: &'a str) -> Post<'a> {
        Post { body, ..self }
    }

    /// Its id.
    pub async fn add(self, house: &House) -> i64 {
        let written = Written {
            title: self.title,
            body: self.body,
            is_notice: self.is_notice,
        };
        let mut tx = house.app.db.begin().await.expect("a transaction");
        let id = store::add(&mut tx, self.writer, &written, self.created_at)
            .await
            .expect("a post");
        tx.commit().await.expect("a commit");
        id
    }
}

/// Puts a post out of sight, as enough reports do.
pub async fn hide(house: &House, id: i64) {
    let sql = "UPDATE posts SET is_hidden = TRUE WHERE id = $1";
    assert_eq!(house.app.db.run(sql, (id,)).await.expect("hiding"), 1);
}

/// A comment under a post; its id.
pub async fn comment(house: &House, writer: &Person, post: i64) -> i64 {
    let mut tx = house.app.db.begin().await.expect("a transaction");
    let subject = Subject::Post(post);
    let id = comments::store::add(&mut tx, subject, writer.id, None, "댓글", Time::now())
        .await
        .expect("a comment");
    tx.commit().await.expect("a commit");
    id
}

/// A file of a post, with bytes in the media folder.
pub async fn attach(house: &House, post: i64, name: &str, content_type: &str) -> Key {
    let extension = name.rsplit_once('.').expect("an extension").1;
    let key = Key::random(extension).expect("a key");
    std::fs::write(house.app.storage.root().join(key.as_str()), b"bytes").expect("a file");
    let mut tx = house.app.db.begin().await.expect("a transaction");
    store::attach(&mut tx, post, &key, name, content_type, 5)
        .await
        .expect("an attachment");
    tx.commit().await.expect("a commit");
    key
}

/// Ids of the rows of a list, in their order.
pub async fn ids(person: &Person, path: &str) -> Vec<i64> {
    let answer = person.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    let text = answer.text();
    crate::videos::all_between(&text, "<tr id=\"p", "\"")
        .iter()
        .map(|id| id.parse().expect("a number"))
        .collect()
}
