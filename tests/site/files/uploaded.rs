//! `madang upload`: files and folders of this machine become videos.

use std::{fs, process::Stdio};

use super::Place;
use crate::{
    binary::{OWNER, Site, madang, run},
    house::fixture,
    server::command_on_a_small_disk,
};

/// title, description, visibility, file name, size, file
type Row = (String, String, String, String, i64, String);

async fn rows(place: &Place) -> Vec<Row> {
    let app = place.app().await;
    let sql =
        "SELECT title, description, visibility, file_name, size, file FROM videos ORDER BY id";
    let rows = app.db.all(sql, ()).await.expect("videos");
    app.db.close().await;
    rows
}

#[tokio::test]
async fn a_folder_becomes_videos_and_what_is_none_does_not_hold_the_others_up() {
    let place = Place::new().await;
    let films = place.path("films");
    fs::create_dir(&films).expect("a folder");
    for (name, of) in [
        ("1강 시작.mp4", "short.mp4"),
        ("2강 끝.MP4", "tail.mp4"),
        ("4강.webm", "short.webm"),
    ] {
        fs::write(films.join(name), fixture(of)).expect("a film");
    }
    let cut = fixture("short.mp4");
    fs::write(films.join("3강 끊김.mp4"), &cut[..cut.len() / 2]).expect("a file");
    fs::write(films.join("1강 시작.txt"), "첫 강의입니다.\r\n둘째 줄").expect("a text");
    fs::write(films.join("메모.hwp"), "x").expect("a file");

    let arguments = [
        "upload",
        "films",
        "--visibility",
        "private",
        "--description-from",
        "beside",
    ];
    let made = place.run(&arguments);
    assert_eq!(made.code, Some(1), "{made:?}");
    assert!(
        made.stderr.contains("3강 끊김.mp4: not uploaded. "),
        "{made:?}"
    );
    assert!(
        made.stdout
            .contains("Uploaded: 3, passed over: 0, failed: 1"),
        "{made:?}"
    );
    // Not a terminal: no bar.
    assert!(!made.stderr.contains(['\r', '█']), "{made:?}");
    let rows = rows(&place).await;
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.0.as_str(),
                row.1.as_str(),
                row.2.as_str(),
                row.3.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "1강 시작",
                "첫 강의입니다.\n둘째 줄",
                "private",
                "1강 시작.mp4"
            ),
            ("2강 끝", "", "private", "2강 끝.MP4"),
            ("4강", "", "private", "4강.webm"),
        ]
    );
    let stored = |row: &Row| fs::read(place.path("media").join(&row.5)).expect("a file");
    assert_eq!(stored(&rows[0]), fixture("short.mp4"));
    assert_eq!(stored(&rows[2]), fixture("short.webm"));
    // What was slow starts fast now; the original is as it was.
    let fast = stored(&rows[1]);
    let at = |bytes: &[u8], kind: &[u8]| bytes.windows(4).position(|four| four == kind);
    assert!(at(&fast, b"moov") < at(&fast, b"mdat"));
    assert_eq!(
        fs::read(films.join("2강 끝.MP4")).expect("a file"),
        fixture("tail.mp4")
    );
    assert_eq!(place.files().len(), 3);
    let app = place.app().await;
    let sql = "SELECT username, object_text, action FROM admin_log ORDER BY id";
    let log: Vec<(String, String, String)> = app.db.all(sql, ()).await.expect("the log");
    assert_eq!(log.len(), 3);
    assert_eq!(log[0], (OWNER.into(), "1강 시작".into(), "add".into()));
    for table in ["uploads", "file_removals"] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let left: i64 = app.db.get(sql, ()).await.expect("a count");
        assert_eq!(left, 0, "{table}");
    }
    app.db.close().await;
    assert_eq!(place.run(&["media"]).code, Some(0));
}

#[tokio::test]
async fn the_same_file_is_passed_over_unless_it_is_wanted_again() {
    let place = Place::new().await;
    for (name, of) in [("slow.mp4", "tail.mp4"), ("fast.mp4", "short.mp4")] {
        fs::write(place.path(name), fixture(of)).expect("a film");
    }
    let upload = |more: &[&str]| {
        let arguments = [&["upload", "slow.mp4", "fast.mp4"], more].concat();
        place.run(&arguments)
    };
    assert_eq!(upload(&[]).code, Some(0));
    let second = upload(&[]);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(
        second.stdout.contains("slow.mp4: passed over"),
        "{second:?}"
    );
    assert!(second.stdout.contains("(video 2)"), "{second:?}");
    assert_eq!(rows(&place).await.len(), 2);
    assert_eq!(upload(&["--again"]).code, Some(0));
    assert_eq!(rows(&place).await.len(), 4);
    // Another film of the same name is another film.
    fs::write(place.path("fast.mp4"), fixture("long.mp4")).expect("a film");
    assert_eq!(upload(&[]).code, Some(0));
    assert_eq!(rows(&place).await.len(), 5);
}

#[tokio::test]
async fn it_works_beside_the_server_with_a_title_and_a_description() {
    let place = Place::new().await;
    let site = Site::start(place.folder.path(), &place.settings());
    let film = fixture("short.mp4");
    fs::write(place.path("film.mp4"), &film).expect("a film");
    fs::write(place.path("about"), "무엇인가 하면").expect("a text");
    let arguments = [
        "upload",
        "film.mp4",
        "--title",
        "첫 공연",
        "--description-from",
        "about",
        "--user",
        OWNER,
    ];
    let made = place.run(&arguments);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.stdout.contains("Video 1, “첫 공연”"), "{made:?}");
    assert!(site.get("/", "").text().contains("첫 공연"));
    assert!(site.get("/video/1/", "").text().contains("무엇인가 하면"));
    assert_eq!(site.get(&site.newest_file(""), "").body, film);
}

#[tokio::test]
async fn what_cannot_be_done_is_said_before_anything_is_copied() {
    let place = Place::new().await;
    let film = fixture("short.mp4");
    for name in ["a.mp4", "b.mp4"] {
        fs::write(place.path(name), &film).expect("a film");
    }
    fs::write(place.path("empty.mp4"), "").expect("a file");
    fs::write(place.path("words.mp4"), "no film at all").expect("a file");
    fs::write(place.path("euc-kr.txt"), [0xbc, 0xb3]).expect("a text");
    fs::create_dir(place.path("nothing")).expect("a folder");
    let long = "가".repeat(201);
    for (arguments, said) in [
        (&["a.mp4", "b.mp4", "--title", "x"][..], "for one file only"),
        (&["a.mp4", "--title", &long], "200"),
        (&["a.mp4", "--title", " "], "title"),
        (&["a.mp4", "--user", "nobody"], "no account named nobody"),
        (&["a.mp4", "--description-from", "euc-kr.txt"], "UTF-8"),
        (&["nothing"], "no video files"),
        (&["missing.mp4"], "missing.mp4: not uploaded"),
        (
            &["empty.mp4"],
            "empty.mp4: not uploaded. The file is empty.",
        ),
        (
            &["empty.mp4", "--again"],
            "empty.mp4: not uploaded. The file is empty.",
        ),
        (&["a.mp4", "--title", "\u{200b}\u{3164}"], "Enter a title"),
        (&["words.mp4"], "not a video"),
        // Nothing of a name, a title or an argument commands the terminal or makes another line.
        (
            &["b\u{1b}[31m\n\u{202e}4pm.mp4"],
            "b[31m4pm.mp4: not uploaded",
        ),
        (&["a.mp4", "--user", "x\u{7}\ny"], "no account named xy"),
        (
            &["a.mp4", "--description-from", "x\u{1b}\ny"],
            "xy: It cannot be read",
        ),
    ] {
        let refused = place.run(&[&["upload"], arguments].concat());
        assert_eq!(refused.code, Some(1), "{arguments:?}: {refused:?}");
        assert!(refused.stderr.contains(said), "{said}: {refused:?}");
        assert!(!refused.stderr.contains("panicked"), "{refused:?}");
        let is_plain = |letter: char| !letter.is_control() && letter != '\u{202e}';
        assert!(
            refused
                .stderr
                .lines()
                .all(|line| line.chars().all(is_plain)),
            "{refused:?}"
        );
    }
    let unread = place.run(&["upload", "a.mp4", "--visibility", "secret"]);
    assert_eq!(unread.code, Some(2), "{unread:?}");
    assert_eq!(rows(&place).await, []);
    assert_eq!(place.files(), [] as [String; 0]);
}

#[tokio::test]
async fn a_name_and_a_title_stay_in_their_line() {
    let place = Place::new().await;
    let name = "첫\u{1b}[2J\n공연\u{202e}\u{7}.mp4";
    fs::write(place.path(name), fixture("short.mp4")).expect("a film");
    for (arguments, said) in [
        (
            &[name, "--title", "둘\u{1b}]0;\u{7}째"][..],
            "첫[2J공연.mp4: uploaded. Video 1, “둘]0;째”",
        ),
        (&[name], "첫[2J공연.mp4: passed over"),
        (
            &[name, "--again"],
            "첫[2J공연.mp4: uploaded. Video 2, “첫[2J공연”",
        ),
    ] {
        let made = place.run(&[&["upload"], arguments].concat());
        assert_eq!(made.code, Some(0), "{made:?}");
        assert!(made.stdout.starts_with(said), "{made:?}");
        assert_eq!(made.stdout.lines().count(), 1, "{made:?}");
        let is_plain = |letter: char| !letter.is_control() && letter != '\u{202e}';
        assert!(made.stdout.trim_end().chars().all(is_plain), "{made:?}");
    }
}

#[tokio::test]
async fn a_file_of_the_site_itself_is_not_published_again() {
    let place = Place::new().await;
    fs::write(place.path("a.mp4"), fixture("short.mp4")).expect("a film");
    let made = place.run(&["upload", "a.mp4", "--visibility", "private"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let stored = format!("media/{}", rows(&place).await[0].5);
    for path in [&stored, "media"] {
        let refused = place.run(&["upload", path]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains("own media folder"), "{refused:?}");
    }
    assert_eq!(rows(&place).await.len(), 1);
}

#[tokio::test]
async fn nobody_who_listens_does_not_stop_the_work() {
    let place = Place::new().await;
    let names = ["a.mp4", "b.mp4", "none.mp4", "c.mp4"];
    for name in names.iter().filter(|name| **name != "none.mp4") {
        fs::write(place.path(name), fixture("short.mp4")).expect("a film");
    }
    let deaf = |arguments: &[&str]| {
        // Nobody reads, before the first word is said.
        let (stdout, stderr) = (closed(), closed());
        let mut command = madang(place.folder.path(), arguments, &place.settings());
        let status = command.stdout(stdout).stderr(stderr).status();
        status.expect("start").code()
    };
    assert_eq!(deaf(&[&["upload"][..], &names].concat()), Some(1));
    assert_eq!(rows(&place).await.len(), 3);
    let orphan = super::a_key("mp4");
    super::put(&place.path("media"), &orphan, 2 * 3600);
    assert_eq!(deaf(&["media", "--clean"]), Some(0));
    assert!(!place.path("media").join(&orphan).exists());
    assert_eq!(deaf(&["check"]), Some(0));
}

/// A pipe whose other end is closed.
fn closed() -> std::io::PipeWriter {
    std::io::pipe().expect("a pipe").1
}

#[tokio::test]
async fn a_film_that_could_not_be_made_to_start_at_once_is_said_to_be_late() {
    let place = Place::new().await;
    for name in ["tail.mp4", "short.mp4"] {
        fs::write(place.path(name), fixture(name)).expect("a film");
    }
    let folder = place.folder.path();
    let run = |name: &str, size: u64| {
        let arguments = ["upload", name, "--again"];
        let command = command_on_a_small_disk(folder, size, &arguments, &place.settings());
        let made = command?.stdin(Stdio::null()).output().expect("start");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(said(&made.stdout).contains("uploaded. Video"), "{made:?}");
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        Some(said(&made.stderr))
    };
    // What stays free on a disk, the film once, and not twice.
    let len = fixture("tail.mp4").len() as u64;
    let (tight, wide) = ((64 << 20) + len * 3 / 2, (64 << 20) + len * 4);
    let Some(late) = run("tail.mp4", tight) else {
        eprintln!("no mount namespace here: a full disk cannot be made");
        return;
    };
    assert!(late.contains("tail.mp4: there was no room"), "{late}");
    assert_eq!(run("tail.mp4", wide).as_deref(), Some(""));
    // Its index is in front as it is.
    assert_eq!(run("short.mp4", tight).as_deref(), Some(""));
    let app = place.app().await;
    let sql = "SELECT starts_fast FROM videos ORDER BY id";
    let fast: Vec<(bool,)> = app.db.all(sql, ()).await.expect("videos");
    assert_eq!(fast, [(false,), (true,), (true,)]);
    app.db.close().await;
}

#[tokio::test]
async fn who_may_not_add_videos_adds_none_here_either() {
    let place = Place::new().await;
    fs::write(place.path("a.mp4"), fixture("short.mp4")).expect("a film");
    let app = place.app().await;
    let change = |sql: &'static str| app.db.run(sql, ());
    change("UPDATE users SET is_superuser = FALSE")
        .await
        .expect("rights");
    let nobody = place.run(&["upload", "a.mp4"]);
    assert!(nobody.stderr.contains("nobody to upload as"), "{nobody:?}");
    let refused = place.run(&["upload", "a.mp4", "--user", OWNER]);
    assert!(refused.stderr.contains("may not add videos"), "{refused:?}");
    let granted = "INSERT INTO user_permissions (user_id, permission) \
                   VALUES (1, 'videos.add_video')";
    change(granted).await.expect("a permission");
    let made = place.run(&["upload", "a.mp4", "--user", OWNER]);
    assert_eq!(made.code, Some(0), "{made:?}");
    change("UPDATE users SET is_active = FALSE")
        .await
        .expect("rights");
    let refused = place.run(&["upload", "a.mp4", "--again", "--user", OWNER]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert_eq!(rows(&place).await.len(), 1);
    app.db.close().await;
}

#[test]
fn the_help_tells_both_commands() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let help = run(folder.path(), &["--help"], &[]);
    for command in ["media", "upload"] {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{help:?}");
    }
    let help = run(folder.path(), &["upload", "--help"], &[]);
    for option in [
        "--title",
        "--visibility",
        "--description-from",
        "--user",
        "--again",
    ] {
        assert!(help.stdout.contains(option), "{option}: {help:?}");
    }
}
