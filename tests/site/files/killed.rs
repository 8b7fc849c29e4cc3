//! `madang upload` ended in the middle: nothing is left but what goes by itself.

use std::fs;

use madang::{db::Time, ingest::keep};

use super::{Place, names, names_of_incoming};
use crate::binary::{Site, long_film, madang, until};

/// The moments at which it is ended. A fast disk may be through with more than was waited for: what
/// must hold holds then as well.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// A file is there: at first the one byte that every start tries the folder with.
    Begun,
    /// There is more than that.
    Copying,
    /// The film is in place, perhaps without its row.
    Placed,
}

impl Moment {
    fn has_come(self, place: &Place) -> bool {
        let media = place.path("media");
        let incoming = names_of_incoming(&media);
        // Every start tries the folder with a hidden file.
        let placed = names(&media).iter().any(|name| !name.starts_with('.'));
        placed
            || match self {
                Moment::Begun => !incoming.is_empty(),
                Moment::Copying => incoming.iter().any(|name| {
                    let file = fs::metadata(media.join(".incoming").join(name));
                    file.is_ok_and(|file| file.len() > 1)
                }),
                Moment::Placed => false,
            }
    }
}

/// As when a day has gone by.
async fn a_day_later(place: &Place) {
    let app = place.app().await;
    let day = 25 * 3600 * 1_000_000_i64;
    let sql = "UPDATE file_removals SET since = since - $1";
    app.db.run(sql, (day,)).await.expect("a day");
    let sql = "UPDATE uploads SET expires_at = expires_at - $1";
    app.db.run(sql, (day,)).await.expect("a day");
    keep::sweep(&app).await.expect("a sweep");
    let sql = "SELECT COUNT(*) FROM uploads WHERE expires_at <= $1";
    let left: i64 = app.db.get(sql, (Time::now(),)).await.expect("a count");
    assert_eq!(left, 0);
    app.db.close().await;
}

async fn videos(place: &Place) -> Vec<(String, i64)> {
    let app = place.app().await;
    let sql = "SELECT file, size FROM videos ORDER BY file";
    let videos = app.db.all(sql, ()).await.expect("videos");
    app.db.close().await;
    videos
}

/// Every video has its whole file, and there is no other file.
async fn nothing_half(place: &Place, film: &[u8], moment: &str) {
    let videos = videos(place).await;
    let files: Vec<&String> = videos.iter().map(|(file, _)| file).collect();
    assert_eq!(place.files().iter().collect::<Vec<_>>(), files, "{moment}");
    for (file, size) in &videos {
        assert_eq!(*size, film.len() as i64, "{moment}");
        let stored = fs::read(place.path("media").join(file)).expect("a file");
        assert!(stored == film, "{moment}: {file} is not the film");
    }
    let compared = place.run(&["media"]);
    assert_eq!(compared.code, Some(0), "{moment}: {compared:?}");
}

#[tokio::test]
async fn killed_at_any_moment_it_leaves_only_what_the_sweep_removes() {
    let place = Place::new().await;
    let film = long_film(48 << 20);
    fs::write(place.path("film.mp4"), &film).expect("a film");
    for moment in [Moment::Begun, Moment::Copying, Moment::Placed] {
        for (file, _) in videos(&place).await {
            fs::remove_file(place.path("media").join(file)).expect("a file");
        }
        let app = place.app().await;
        app.db.run("DELETE FROM videos", ()).await.expect("none");
        app.db.close().await;
        let arguments = ["upload", "film.mp4"];
        let mut child = madang(place.folder.path(), &arguments, &place.settings())
            .spawn()
            .expect("start");
        until("the moment", || moment.has_come(&place));
        child.kill().expect("kill");
        child.wait().expect("wait");
        // At once: a video is whole or not there; and never a row without a file.
        let compared = place.run(&["media"]);
        assert_eq!(compared.code, Some(0), "{moment:?}: {compared:?}");
        assert!(names_of_incoming(&place.path("media")).is_empty());
        a_day_later(&place).await;
        nothing_half(&place, &film, &format!("{moment:?}")).await;
    }
    // And the same upload afterwards just works.
    let again = place.run(&["upload", "film.mp4", "--again"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    nothing_half(&place, &film, "afterwards").await;
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_it_and_nothing_is_left() {
    let place = Place::new().await;
    let film = long_film(48 << 20);
    for name in ["1.mp4", "2.mp4", "3.mp4"] {
        fs::write(place.path(name), &film).expect("a film");
    }
    let arguments = ["upload", "1.mp4", "2.mp4", "3.mp4"];
    let mut site = Site::of(madang(place.folder.path(), &arguments, &place.settings()));
    until("the copy", || Moment::Copying.has_come(&place));
    site.signal("INT");
    let code = site.ended().code();
    let stopped = code == Some(1);
    if stopped {
        until("the word", || {
            site.log().contains("Stopped. Nothing is left")
        });
    } else {
        assert_eq!(code, Some(0), "{}", site.log());
    }
    assert_eq!(stopped, videos(&place).await.len() < 3);
    nothing_half(&place, &film, "Ctrl-C").await;
}
