//! Files and rows that have lost each other, and videos that come from this machine: the commands
//! `madang media` and `madang upload`.

mod compared;
mod killed;
mod named;
mod uploaded;

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use madang::{
    db::Db,
    settings::{Settings, Written},
    state::{App, Parts},
    storage::{Key, Storage},
};

use crate::{
    binary::{Ended, OWNER, run},
    house::{PASSWORD, database_url},
};

/// A site without a running server: a folder with a database and a superuser.
pub struct Place {
    pub folder: tempfile::TempDir,
    url: String,
}

impl Place {
    pub async fn new() -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = database_url(folder.path()).await;
        let place = Place { folder, url };
        let made = place.run(&["createsuperuser", "--noinput"]);
        assert_eq!(made.code, Some(0), "{made:?}");
        place
    }

    pub fn settings(&self) -> [(&str, &str); 4] {
        [
            ("DATABASE_URL", &self.url),
            ("LANGUAGE_CODE", "en"),
            ("SUPERUSER_USERNAME", OWNER),
            ("SUPERUSER_PASSWORD", PASSWORD),
        ]
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        run(self.folder.path(), arguments, &self.settings())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The site as the program has it.
    pub async fn app(&self) -> App {
        let written = Written {
            database_url: Some(self.url.clone()),
            secret_key: Some("k".repeat(40)),
            media_root: Some(self.path("media").display().to_string()),
            ..Written::default()
        };
        let settings: Settings = written.check().expect("settings");
        let db = Db::open(&settings.database).await.expect("database");
        let storage = Storage::open(&settings.media_root).expect("media folder");
        App::new(Parts {
            settings,
            db,
            storage,
            ffmpeg: None,
            work: Default::default(),
        })
    }

    /// Names in the media folder, those being received included.
    pub fn files(&self) -> Vec<String> {
        let mut names = names(&self.path("media"));
        names.extend(names_of_incoming(&self.path("media")));
        names
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Names of the files being received.
pub fn names_of_incoming(media: &Path) -> Vec<String> {
    names(&media.join(".incoming"))
}

/// A file of this name in a media folder, last written so many seconds ago.
pub fn put(media: &Path, name: &str, seconds: u64) {
    let path = media.join(name);
    std::fs::write(&path, "bytes").expect("a file");
    let file = std::fs::File::options().write(true).open(path);
    let then = SystemTime::now() - Duration::from_secs(seconds);
    let set = file.expect("the file").set_modified(then);
    set.expect("a time");
}

/// A key of a file that is not there.
pub fn a_key(extension: &str) -> String {
    Key::random(extension).expect("a key").to_string()
}
