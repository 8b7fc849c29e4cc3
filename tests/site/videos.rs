//! The listing and the watch page.

mod listing;
mod search;
mod watch;

use axum::http::StatusCode;
use madang::{
    db::Time,
    storage::Key,
    videos::{
        Visibility,
        store::{self, File, Thumbnail, Written},
    },
};

use crate::house::{House, upload};

/// A video's row without bytes behind it, for pages that only show rows.
pub struct Row<'a> {
    pub title: &'a str,
    pub description: &'a str,
    pub visibility: Visibility,
    pub duration: Option<i64>,
    pub created_at: Time,
}

impl<'a> Row<'a> {
    /// A public video added now.
    pub fn new(title: &'a str) -> Row<'a> {
        Row {
            title,
            description: "",
            visibility: Visibility::Public,
            duration: None,
            created_at: Time::now(),
        }
    }

    /// Its id.
    pub async fn add(self, house: &House) -> i64 {
        let key = Key::random("mp4").expect("a key");
        let file = File {
            duration: self.duration,
            ..File::plain(key, "강의.mp4".to_owned(), "video/mp4", 1)
        };
        let written = Written {
            title: self.title,
            description: self.description,
            visibility: self.visibility,
        };
        let mut tx = house.app.db.begin().await.expect("a transaction");
        let id = store::add(
            &mut tx,
            &written,
            &file,
            &Thumbnail::default(),
            self.created_at,
        )
        .await
        .expect("a row");
        tx.commit().await.expect("a commit");
        id
    }
}

/// The text between `before` and `after`, each time it occurs.
pub fn all_between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split_once(after).map(|(found, _)| found))
        .collect()
}

#[tokio::test]
async fn a_private_video_sends_a_visitor_to_login_and_back() {
    let house = House::open().await;
    let owner = house.staff().await;
    let (id, key) = upload(&house, &owner, "비밀 강의", "private", "short.mp4").await;
    house.member("지민").await;
    let visitor = house.visitor();
    let page = visitor.get(&format!("/video/{id}/?t=3")).await;
    assert_eq!(page.status, StatusCode::FOUND);
    assert_eq!(
        page.location(),
        format!("/login/?next=%2Fvideo%2F{id}%2F%3Ft%3D3")
    );
    let file = visitor.get(&format!("/media/{key}")).await;
    assert_eq!(file.status, StatusCode::FOUND);
    assert!(file.body.is_empty());
    let form = [
        ("username", "지민"),
        ("password", crate::house::PASSWORD),
        ("next", "/video/1/?t=3"),
    ];
    let answer = visitor.post("/login/", &form).await;
    assert_eq!(answer.location(), "/video/1/?t=3");
    visitor.get("/video/1/?t=3").await.says("비밀 강의");
    assert_eq!(
        visitor.get(&format!("/media/{key}")).await.status,
        StatusCode::OK
    );
}
