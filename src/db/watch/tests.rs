//! Every commit shows, whoever makes it, and nothing else does.

use super::*;

/// Of a file in WAL mode, to which `write` commits.
fn watched() -> (tempfile::TempDir, Connection, Watch) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("site.db");
    let write = Connection::open(&path).expect("a file");
    let wal = "PRAGMA journal_mode = wal; CREATE TABLE notes (note)";
    write.execute_batch(wal).expect("a table");
    let watch = Watch::open(&path).expect("a watch");
    (folder, write, watch)
}

#[test]
fn every_commit_shows_at_once_and_nothing_else_does() {
    let (_folder, write, watch) = watched();
    #[cfg(target_os = "linux")]
    assert!(matches!(watch.version(), Some(Version::Index(_))));
    let mut seen = vec![watch.version().expect("a version")];
    for number in 0..200 {
        let quiet = match number % 4 {
            0 => "SELECT * FROM notes",
            1 => "BEGIN IMMEDIATE; INSERT INTO notes VALUES (1); ROLLBACK",
            2 => "PRAGMA wal_checkpoint(PASSIVE)",
            _ => "",
        };
        write.execute_batch(quiet).expect("nothing new");
        assert_eq!(watch.version().as_ref(), seen.last(), "{quiet}");
        write
            .execute_batch("UPDATE notes SET note = 2; INSERT INTO notes VALUES (1)")
            .expect("something new");
        let version = watch.version().expect("a version");
        assert!(!seen.contains(&version), "{number}");
        seen.push(version);
        // The log begins anew with the next commit.
        if number % 50 == 49 {
            let truncated = "PRAGMA wal_checkpoint(TRUNCATE)";
            write.query_row(truncated, [], |_| Ok(())).expect("folded");
            seen.push(watch.version().expect("a version"));
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_index_that_is_in_use() {
    let (folder, write, _watch) = watched();
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(folder.path().join("site.db"), &link).expect("a link");
    // What a killed process left beside it, before the file moved.
    std::fs::copy(
        folder.path().join("site.db-shm"),
        folder.path().join("link.db-shm"),
    )
    .expect("an old index");
    let watch = Watch::open(&link).expect("a watch");
    let before = watch.version().expect("a version");
    write
        .execute_batch("INSERT INTO notes VALUES (1)")
        .expect("a row");
    assert_ne!(watch.version(), Some(before));
}

#[cfg(target_os = "linux")]
#[test]
fn an_index_that_stands_still_is_found_out() {
    let (folder, write, watch) = watched();
    let dead = folder.path().join("dead-shm");
    std::fs::copy(folder.path().join("site.db-shm"), &dead).expect("a copy");
    let Ok(mut watched) = Arc::try_unwrap(watch.0) else {
        panic!("the only one");
    };
    watched.index = Some(index::Index::at(&dead).expect("a file"));
    let watch = Watch(Arc::new(watched));
    let next_second = || watch.0.proof.lock().expect("no panic").at = None;
    assert!(matches!(watch.version(), Some(Version::Index(_))));
    next_second();
    assert!(matches!(watch.version(), Some(Version::Index(_))));
    write
        .execute_batch("INSERT INTO notes VALUES (1)")
        .expect("a row");
    next_second();
    let first = watch.version().expect("a version");
    assert!(matches!(first, Version::Data(_)));
    write
        .execute_batch("INSERT INTO notes VALUES (1)")
        .expect("a row");
    assert_ne!(watch.version(), Some(first));
}

#[test]
fn what_is_not_committed_yet_does_not_show_and_then_it_does() {
    let (_folder, write, watch) = watched();
    let before = watch.version();
    write
        .execute_batch("BEGIN IMMEDIATE; INSERT INTO notes VALUES (1)")
        .expect("begun");
    assert_eq!(watch.version(), before);
    write.execute_batch("COMMIT").expect("committed");
    assert_ne!(watch.version(), before);
}

#[test]
fn the_pragma_and_the_index_agree() {
    let (_folder, write, watch) = watched();
    let asked = || {
        let connection = watch.0.connection.lock().expect("no panic");
        data_version(connection.as_ref().expect("open"))
    };
    let mut last = (asked(), watch.version());
    for number in 0..50 {
        if number % 3 == 0 {
            write
                .execute_batch("INSERT INTO notes VALUES (1)")
                .expect("a row");
        }
        let now = (asked(), watch.version());
        assert_eq!(now.0 == last.0, now.1 == last.1, "{number}");
        last = now;
    }
}
