//! The real binary with a program in ffmpeg's place: started, killed in the middle, and started again.

use madang::{
    db::{Db, Time},
    settings::Written,
};

use super::program::{GOOD, Program, SLOW};
use crate::{
    binary::{OWNER, Site, run, until},
    house::{PASSWORD, database_url, fixture},
};

async fn open(url: &str) -> Db {
    let written = Written {
        database_url: Some(url.to_owned()),
        secret_key: Some("k".repeat(40)),
        ..Written::default()
    };
    let settings = written.check().expect("settings");
    Db::open(&settings.database).await.expect("database")
}

/// State and tries of each job.
async fn jobs(db: &Db) -> Vec<(String, i64)> {
    let sql = "SELECT state, tries FROM jobs ORDER BY kind";
    db.all(sql, ()).await.expect("the jobs")
}

#[tokio::test]
async fn a_run_ends_with_the_server_and_is_taken_up_by_the_next_start() {
    for signal in ["KILL", "TERM"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = database_url(folder.path()).await;
        let program = Program::new(SLOW);
        let path = program.path().display().to_string();
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("FFMPEG", path.as_str()),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ];
        let mut site = Site::with_owner(folder.path(), &settings);
        let cookie = site.log_in(OWNER, PASSWORD);
        let answer = site.upload(&cookie, "강의", "public", &fixture("video.mkv"));
        assert_eq!(answer.status, 303, "{}", answer.text());
        until("the picture is begun", || program.has_begun());
        site.signal(signal);
        site.ended();
        program.is_gone();

        let db = open(&url).await;
        let thumbnail = jobs(&db).await.remove(1);
        if signal == "KILL" {
            assert_eq!(thumbnail, ("running".to_owned(), 1));
            // Where several servers may share a database, a while must have gone by.
            let sql = "UPDATE jobs SET alive_at = $1 WHERE state = 'running'";
            let long_ago = Time::now().plus_seconds(-600);
            db.run(sql, (long_ago,)).await.expect("time goes by");
        } else {
            assert_eq!(thumbnail, ("waiting".to_owned(), 0));
        }
        program.write(GOOD);
        let site = Site::start(folder.path(), &settings);
        let end = std::time::Instant::now() + crate::binary::PATIENCE;
        while jobs(&db).await.iter().any(|(state, _)| state != "done") {
            assert!(
                std::time::Instant::now() < end,
                "never done: {:?}",
                jobs(&db).await
            );
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let tries = if signal == "KILL" { 2 } else { 1 };
        assert_eq!(
            jobs(&db).await,
            [("done".to_owned(), 1), ("done".to_owned(), tries)]
        );
        let incoming =
            std::fs::read_dir(folder.path().join("media/.incoming")).expect("the folder");
        assert_eq!(incoming.count(), 0);
        let sql = "SELECT content_type FROM videos";
        let kind: String = db.get(sql, ()).await.expect("the video");
        assert_eq!(kind, "video/mp4");
        drop(site);
        db.close().await;
    }
}

#[test]
fn an_ffmpeg_that_is_named_and_does_not_run_stops_the_start() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broken = Program::new("");
    std::fs::write(broken.path(), "no program").expect("a file");
    for path in [
        broken.path().display().to_string(),
        "/nowhere/ffmpeg".to_owned(),
    ] {
        let settings = [
            ("FFMPEG", path.as_str()),
            ("PORT", "0"),
            ("HOST", "127.0.0.1"),
        ];
        let ended = run(folder.path(), &["serve"], &settings);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let said = ended
            .stderr
            .lines()
            .filter(|line| line.starts_with("madang: "));
        let said: Vec<&str> = said.collect();
        assert!(
            said.len() == 1 && said[0].contains("FFMPEG") && said[0].contains(&path),
            "{said:?}"
        );
        assert!(said[0].contains("FFMPEG=off"), "{said:?}");
    }
}

#[test]
fn the_log_tells_whether_an_ffmpeg_works() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program::new(GOOD);
    let path = program.path();
    let beside = path.parent().expect("a folder").display().to_string();
    let found = Site::start(folder.path(), &[("PATH", beside.as_str())]);
    let named = path.display().to_string();
    assert!(found.log().contains(&named), "{}", found.log());
    drop(found);
    let off = Site::start(
        folder.path(),
        &[("PATH", beside.as_str()), ("FFMPEG", "off")],
    );
    assert!(off.log().contains("no ffmpeg works"), "{}", off.log());
}
