//! The admin's front page, and `madang check`, which says the same on the command line.

use std::process::{Command, Output};

use madang::settings::Database;

use crate::{
    house::{House, database_url, upload},
    videos::Row,
};

#[tokio::test]
async fn the_index_counts_models_and_offers_only_what_one_may() {
    let house = House::open().await;
    let owner = house.staff().await;
    Row::new("강의").add(&house).await;
    owner
        .get("/admin/")
        .await
        .says("동영상 1개")
        .says("사용자 1개")
        .says("href=\"/admin/videos/video/add/\"");
    let viewer = house.somebody("viewer", true, false).await;
    viewer
        .get("/admin/")
        .await
        .says("볼 수 있는 항목이 없습니다")
        .keeps_quiet_about("href=\"/admin/videos/video/");
    let sql = "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)";
    let values = (viewer.id, "videos.view_video");
    house.app.db.run(sql, values).await.expect("a permission");
    viewer
        .get("/admin/")
        .await
        .says("동영상 1개")
        .keeps_quiet_about("href=\"/admin/videos/video/add/\"")
        .keeps_quiet_about("/admin/accounts/user/")
        .keeps_quiet_about("data-warning");
}

#[tokio::test]
async fn the_index_shows_my_ten_last_actions_and_nobody_elses() {
    let house = House::open().await;
    let owner = house.staff().await;
    let other = house.somebody("다른이", true, true).await;
    let (kept, _) = upload(&house, &owner, "남은 강의", "public", "short.mp4").await;
    let (gone, _) = upload(&house, &owner, "지운 강의", "public", "short.mp4").await;
    let path = format!("/admin/videos/video/{gone}/delete/");
    owner.post(&path, &[("post", "yes")]).await;
    owner.get("/admin/videos/video/").await;
    let page = owner.get("/admin/").await;
    page.says(&format!(
        "<a href=\"/admin/videos/video/{kept}/change/\">남은 강의</a>"
    ))
    .says("지운 강의")
    .keeps_quiet_about(&format!("/admin/videos/video/{gone}/change/"));
    assert_eq!(page.text().matches("deed-action").count(), 3);
    let page = other.get("/admin/").await;
    page.says("아직 한 작업이 없습니다")
        .keeps_quiet_about("지운 강의");
}

#[tokio::test]
async fn the_index_tells_how_the_site_is_and_what_to_do() {
    let house = House::with(|written| {
        written.host = Some("0.0.0.0".to_owned());
        written.debug = Some("on".to_owned());
    })
    .await;
    let owner = house.staff().await;
    let (kind, other) = if house.on_postgres() {
        ("PostgreSQL 1", "SQLite 3")
    } else {
        ("SQLite 3", "PostgreSQL 1")
    };
    let page = owner.get("/admin/").await;
    page.says(kind)
        .keeps_quiet_about(other)
        .says(env!("CARGO_PKG_VERSION"));
    for name in ["debug", "https", "allowed-hosts", "signup"] {
        page.says(&format!("data-warning=\"{name}\""));
    }
    page.says("ALLOWED_HOSTS에 이 사이트의 주소를 적으십시오");
    for name in ["superuser", "old-files", "secret-key"] {
        page.keeps_quiet_about(&format!("data-warning=\"{name}\""));
    }
    let sql = "INSERT INTO file_removals (file, since) VALUES ('a.mp4', 1)";
    house.app.db.run(sql, ()).await.expect("an old file");
    owner.set_cookie("language", "en");
    let page = owner.get("/admin/").await;
    page.says("data-warning=\"old-files\"").says("DEBUG is on.");
}

fn check(folder: &std::path::Path, url: &str, more: &[&str], deploy: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madang"));
    command
        .current_dir(folder)
        .env_clear()
        .args(["check", "--database-url", url])
        .args(["--secret-key", "a key for tests, long enough to be taken"])
        .args(more);
    if !more.contains(&"--media-root") {
        command.arg("--media-root").arg(folder.join("media"));
    }
    if deploy {
        command.arg("--deploy");
    }
    command.output().expect("madang check")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn check_finds_missing_migrations_and_makes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = database_url(folder.path()).await;
    let output = check(folder.path(), &url, &[], false);
    assert_eq!(output.status.code(), Some(1));
    let said = printed(&output);
    assert!(
        said.contains("[migrations]") && said.contains("madang migrate"),
        "{said}"
    );
    assert!(!folder.path().join("site.sqlite3").exists());
}

#[tokio::test]
async fn check_is_content_with_a_site_that_works() {
    let house = House::open().await;
    house.staff().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = match &house.app.settings.database {
        Database::Sqlite(path) => format!("sqlite:///{}", path.display()),
        Database::Postgres(url) => url.clone(),
    };
    let output = check(folder.path(), &url, &["--language-code", "en"], false);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(printed(&output).contains("Nothing to fix."), "{output:?}");
    // Warnings are told, and are no errors.
    let output = check(folder.path(), &url, &["--debug", "on"], true);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = printed(&output);
    for name in ["[debug]", "[https]", "[signup]"] {
        assert!(said.contains(name), "{name} in {said}");
    }
    assert!(
        said.contains("주의 [debug] DEBUG가 켜져 있습니다."),
        "{said}"
    );
}

#[tokio::test]
async fn check_tells_of_a_folder_it_cannot_write_to_and_of_a_database_that_is_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), "").expect("a file");
    let media = folder.path().join("file").display().to_string();
    let url = "postgres://nobody@127.0.0.1:1/nothing";
    let output = check(folder.path(), url, &["--media-root", &media], true);
    assert_eq!(output.status.code(), Some(1));
    let said = printed(&output);
    assert!(said.contains("[database]"), "{said}");
    assert!(said.contains("[media]"), "{said}");
}

#[tokio::test]
async fn check_tells_faulty_settings_as_the_start_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = check(folder.path(), "mysql://x", &[], false);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("DATABASE_URL"), "{said}");
}
