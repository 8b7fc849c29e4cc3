//! The layer alone, and what tells it whether anything was committed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use axum::{
    Extension, Router, body::Body, extract::State, http::Request, middleware::from_fn_with_state,
    routing::get,
};
use http_body_util::BodyExt;
use madang::{
    db::{Db, Stamps},
    state::App,
    web::{
        client, preferences,
        remember::{Memory, remember},
        viewer::{Account, Viewer},
    },
};
use tower::ServiceExt;

use super::elsewhere;
use crate::house::House;

/// The layer alone, around a page that says what stands in the table `notes`.
struct Small {
    router: Router,
    made: Arc<AtomicUsize>,
    house: House,
}

#[derive(Clone)]
struct Room {
    app: App,
    made: Arc<AtomicUsize>,
    /// Written by somebody else while the page is being made.
    meanwhile: &'static str,
    viewer: Viewer,
}

async fn note(db: &Db) -> String {
    let sql = "SELECT body FROM notes";
    db.get::<String>(sql, ()).await.expect("a note")
}

async fn page(State(room): State<Room>) -> (Extension<Viewer>, String) {
    room.made.fetch_add(1, SeqCst);
    let body = note(&room.app.db).await;
    if !room.meanwhile.is_empty() {
        let sql = "UPDATE notes SET body = $1";
        let db = &room.app.db;
        db.run(sql, (room.meanwhile.to_owned(),))
            .await
            .expect("a change");
    }
    (Extension(room.viewer), body)
}

impl Small {
    async fn open(meanwhile: &'static str, viewer: Viewer) -> Small {
        let house = House::open().await;
        let app = house.app.clone();
        for sql in [
            "CREATE TABLE notes (body TEXT)",
            "INSERT INTO notes VALUES ('old')",
        ] {
            app.db.run(sql, ()).await.expect("a note");
        }
        let made = Arc::new(AtomicUsize::new(0));
        let room = Room {
            app: app.clone(),
            made: made.clone(),
            meanwhile,
            viewer,
        };
        let memory = Memory::new(app.stamps().clone(), |path| path == "/");
        let router = Router::new()
            .route("/", get(page))
            .route("/other/", get(page))
            .with_state(room)
            .layer(from_fn_with_state(memory, remember))
            .layer(from_fn_with_state(app.clone(), preferences::prepare))
            .layer(from_fn_with_state(app, client::know));
        Small {
            router,
            made,
            house,
        }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> String {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let Ok(response) = self.router.clone().oneshot(request).await;
        let body = response.into_body().collect().await.expect("a body");
        String::from_utf8(body.to_bytes().to_vec()).expect("text")
    }

    fn made(&self) -> usize {
        self.made.load(SeqCst)
    }
}

const HOST: (&str, &str) = ("host", "madang.test");

#[tokio::test]
async fn a_page_is_made_again_only_when_something_was_committed() {
    let small = Small::open("", Viewer::visitor()).await;
    // On PostgreSQL, other tests commit to the same server all the time.
    let is_alone = !small.house.on_postgres();
    for _ in 0..4 {
        let (before, began) = (small.made(), Instant::now());
        for _ in 0..4 {
            small.get("/", &[HOST]).await;
        }
        let made = small.made() - before;
        // On a slow machine it may have grown old meanwhile.
        let is_new = began.elapsed() < Duration::from_secs(5);
        assert!(made == 1 || !(is_alone && is_new), "{made}");
        let sql = "UPDATE notes SET body = body || '.'";
        small.house.app.db.run(sql, ()).await.expect("a change");
        let mut tx = small.house.app.db.begin().await.expect("transaction");
        tx.run("UPDATE notes SET body = 'never'", ())
            .await
            .expect("a change");
        drop(tx);
    }
    assert_eq!(small.get("/", &[HOST]).await, "old....");
}

#[tokio::test]
async fn a_page_that_was_being_made_during_a_change_is_nobody_elses() {
    let small = Small::open("new", Viewer::visitor()).await;
    assert_eq!(small.get("/", &[HOST]).await, "old");
    for _ in 0..3 {
        assert_eq!(small.get("/", &[HOST]).await, "new");
    }
}

#[tokio::test]
async fn what_is_unusual_or_somebodys_is_not_remembered() {
    let somebody = Viewer::signed_in(Account {
        id: 1,
        username: "지민".to_owned(),
        is_staff: false,
        is_superuser: false,
    });
    let small = Small::open("", somebody).await;
    for _ in 0..3 {
        small.get("/", &[HOST]).await;
    }
    assert_eq!(small.made(), 3, "made for somebody");
    let small = Small::open("", Viewer::visitor()).await;
    let unusual: [&[(&str, &str)]; 7] = [
        &[],
        &[HOST, HOST],
        &[HOST, ("cookie", "sessionid=x")],
        &[HOST, ("cookie", "a=b"), ("cookie", "sessionid=")],
        &[HOST, ("cookie", "%73essionid=x")],
        &[HOST, ("cookie", "caf\u{e9}")],
        &[HOST, ("accept-encoding", "br"), ("accept-encoding", "gzip")],
    ];
    let mut made = 0;
    for headers in unusual {
        for _ in 0..2 {
            small.get("/", headers).await;
            made += 1;
            assert_eq!(small.made(), made, "{headers:?}");
        }
    }
    for _ in 0..2 {
        small.get("/other/", &[HOST]).await;
        small.get("http://madang.test/", &[HOST]).await;
        made += 2;
        assert_eq!(small.made(), made);
    }
}

#[tokio::test]
async fn every_commit_changes_the_stamp_and_every_asker_gets_one() {
    let house = House::open().await;
    let (own, other) = (house.app.db.clone(), elsewhere(&house).await);
    own.run("CREATE TABLE notes (body TEXT)", ())
        .await
        .expect("table");
    let stamps = Stamps::new(own.clone());
    let now = async || stamps.now().await.expect("a stamp");
    let mut before = now().await;
    for db in [&own, &other, &own] {
        for _ in 0..5 {
            db.run("INSERT INTO notes VALUES ('x')", ())
                .await
                .expect("a note");
            let after = now().await;
            assert_ne!(before, after);
            // Begun before a stamp and committed after it.
            let mut tx = db.begin().await.expect("transaction");
            tx.run("INSERT INTO notes VALUES ('y')", ())
                .await
                .expect("a note");
            let during = now().await;
            tx.commit().await.expect("commit");
            before = now().await;
            assert_ne!(during, before);
            assert_ne!(after, before);
        }
    }
    if !house.on_postgres() {
        let sql = "SELECT COUNT(*) FROM notes";
        assert_eq!(own.get::<i64>(sql, ()).await.expect("count"), 30);
        assert_eq!(now().await, before);
    }
    let asking = (0..200).map(|number| {
        let (stamps, db) = (stamps.clone(), other.clone());
        tokio::spawn(async move {
            let before = stamps.now().await;
            if number % 10 == 0 {
                db.run("INSERT INTO notes VALUES ('z')", ())
                    .await
                    .expect("a note");
                assert_ne!(before, stamps.now().await);
            }
            before.is_some()
        })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert!(asked.await.expect("a task"));
    }
}

#[tokio::test]
async fn an_asker_who_goes_away_leaves_the_others_their_stamps() {
    use futures_util::FutureExt;
    let house = House::open().await;
    let stamps = Stamps::new(house.app.db.clone());
    for _ in 0..20 {
        // Mostly before there is an answer.
        let _ = Box::pin(stamps.now()).now_or_never();
        let before = stamps.now().await.expect("a stamp");
        let _ = Box::pin(stamps.now()).now_or_never();
        let sql = "UPDATE users SET is_staff = FALSE WHERE id = 0 OR id = $1";
        let mut tx = house.app.db.begin().await.expect("transaction");
        tx.run("CREATE TABLE a_change (x INTEGER)", ())
            .await
            .expect("change");
        tx.run("DROP TABLE a_change", ()).await.expect("change");
        tx.run(sql, (0_i64,)).await.expect("change");
        tx.commit().await.expect("commit");
        assert_ne!(stamps.now().await, Some(before));
    }
}

#[tokio::test]
async fn a_closed_database_has_no_stamp_and_its_log_is_folded() {
    let house = House::open().await;
    let stamps = Stamps::new(house.app.db.clone());
    assert!(stamps.now().await.is_some());
    house.app.db.close().await;
    assert!(stamps.now().await.is_none());
    let names = std::fs::read_dir(house.folder.path()).expect("folder");
    let names = names.map(|entry| entry.expect("entry").file_name());
    let left: Vec<_> = names
        .filter(|name| name.to_string_lossy().contains("-wal"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
