//! The folder's promises, on a real file system.
use super::*;
use std::io::Read;
use tempfile::TempDir;

fn house() -> (TempDir, Storage) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::open(&folder.path().join("media")).unwrap();
    (folder, storage)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

async fn bytes(storage: &Storage, key: &Key) -> Vec<u8> {
    let mut stored = storage.file(key).await.unwrap().unwrap();
    let mut bytes = Vec::new();
    stored.file.read_to_end(&mut bytes).unwrap();
    assert_eq!(stored.len, bytes.len() as u64);
    bytes
}

#[tokio::test]
async fn what_was_received_is_read_back() {
    let (_folder, storage) = house();
    let whole: Vec<u8> = (0..700_000u32).map(|number| (number % 251) as u8).collect();
    let mut incoming = storage.receive().await.unwrap();
    assert!(incoming.is_empty());
    for piece in whole.chunks(1_001) {
        incoming.write(piece).await.unwrap();
    }
    assert_eq!(incoming.len(), 700_000);
    let key = Key::random("mp4").unwrap();
    incoming.finish(key.clone()).await.unwrap();
    assert_eq!(bytes(&storage, &key).await, whole);
    assert_eq!(
        names(storage.root()),
        [".incoming".to_owned(), key.to_string()]
    );
    assert!(names(&storage.incoming()).is_empty());
}

#[tokio::test]
async fn a_piece_larger_than_the_buffer_is_written_whole() {
    let (_folder, storage) = house();
    let whole: Vec<u8> = (0..1_000_003u32)
        .map(|number| (number % 253) as u8)
        .collect();
    let mut incoming = storage.receive().await.unwrap();
    incoming.write(b"").await.unwrap();
    incoming.write(&whole).await.unwrap();
    let key = Key::random("png").unwrap();
    incoming.finish(key.clone()).await.unwrap();
    assert_eq!(bytes(&storage, &key).await, whole);
}

#[tokio::test]
async fn flushed_bytes_can_be_looked_at_before_the_end() {
    let (_folder, storage) = house();
    let mut incoming = storage.receive().await.unwrap();
    incoming.write(b"ftyp").await.unwrap();
    incoming.flush().await.unwrap();
    assert_eq!(fs::read(incoming.path()).unwrap(), b"ftyp");
    incoming.write(b" and more").await.unwrap();
    let key = Key::random("mp4").unwrap();
    incoming.finish(key.clone()).await.unwrap();
    assert_eq!(bytes(&storage, &key).await, b"ftyp and more");
}

#[tokio::test]
async fn a_cut_upload_leaves_no_file() {
    let (_folder, storage) = house();
    let mut incoming = storage.receive().await.unwrap();
    incoming.write(&vec![1; 600_000]).await.unwrap();
    assert_eq!(names(&storage.incoming()).len(), 1);
    drop(incoming);
    assert!(names(&storage.incoming()).is_empty());
    assert!(storage.keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_placed_for_nobody_is_removed() {
    let (_folder, storage) = house();
    let incoming = storage.receive().await.unwrap();
    let placed = incoming.place(&Key::random("mp4").unwrap()).unwrap();
    assert_eq!(storage.keys().await.unwrap().len(), 1);
    drop(placed);
    assert!(storage.keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn no_file_is_ever_written_over() {
    let (_folder, storage) = house();
    let taken = key("abcdefghijklmnopqrstuvwxyz.mp4");
    fs::write(storage.root().join(taken.as_str()), "first").unwrap();
    let incoming = storage.receive().await.unwrap();
    let error = incoming.place(&taken).err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(bytes(&storage, &taken).await, b"first");
    assert!(names(&storage.incoming()).is_empty());
}

#[tokio::test]
async fn a_write_that_failed_cannot_be_finished() {
    let (_folder, storage) = house();
    let mut incoming = storage.receive().await.unwrap();
    incoming.tear();
    assert!(incoming.write(b"x").await.is_err());
    assert!(incoming.finish(Key::random("mp4").unwrap()).await.is_err());
    assert!(storage.keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_is_made_at_once_and_one_that_could_not_be_is_gone() {
    use std::io::Write;
    let (_folder, storage) = house();
    let made = storage.make(|mut file: &File| file.write_all(b"made"));
    let made = made.await.unwrap();
    assert_eq!(made.len(), 4);
    let key = Key::random("mp4").unwrap();
    made.finish(key.clone()).await.unwrap();
    assert_eq!(bytes(&storage, &key).await, b"made");

    let full = storage.make(|mut file: &File| {
        file.write_all(b"half")?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert!(is_full(&full.await.err().unwrap()));
    let given_up = storage.make(|_| Ok(())).await.unwrap();
    given_up.discard().await;
    assert!(names(&storage.incoming()).is_empty());
    assert_eq!(storage.keys().await.unwrap(), [key]);
}

#[tokio::test]
async fn a_start_sweeps_what_the_dead_left_and_spares_the_living() {
    let (_folder, storage) = house();
    fs::write(storage.incoming().join("dead"), "half").unwrap();
    let mut living = storage.receive().await.unwrap();
    living.write(b"whole").await.unwrap();

    let second = Storage::open(storage.root()).unwrap();
    assert_eq!(names(&storage.incoming()).len(), 1);
    let key = Key::random("mp4").unwrap();
    living.finish(key.clone()).await.unwrap();
    assert_eq!(bytes(&second, &key).await, b"whole");
}

#[tokio::test]
async fn opening_leaves_only_the_folders() {
    let (_folder, storage) = house();
    assert_eq!(names(storage.root()), [".incoming"]);
    assert!(names(&storage.incoming()).is_empty());
    assert!(storage.root().is_absolute());
}

#[test]
fn a_folder_that_cannot_be_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(Storage::open(&file).is_err());
    assert!(Storage::open(&file.join("below")).is_err());
}

#[tokio::test]
async fn a_missing_file_is_none_and_removing_it_is_fine() {
    let (_folder, storage) = house();
    let key = key("abcdefghijklmnopqrstuvwxyz.mp4");
    assert!(storage.file(&key).await.unwrap().is_none());
    storage.remove(&key).await.unwrap();
}

#[tokio::test]
async fn a_removed_file_is_gone() {
    let (_folder, storage) = house();
    let mut incoming = storage.receive().await.unwrap();
    incoming.write(b"x").await.unwrap();
    let key = Key::random("jpg").unwrap();
    incoming.finish(key.clone()).await.unwrap();
    let mut open = storage.file(&key).await.unwrap().unwrap();
    storage.remove(&key).await.unwrap();
    assert!(storage.file(&key).await.unwrap().is_none());
    let mut text = String::new();
    open.file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "x", "whoever reads reads on");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_or_a_folder_is_never_opened() {
    let (folder, storage) = house();
    let outside = folder.path().join("secret");
    fs::write(&outside, "secret").unwrap();
    let link = key("abcdefghijklmnopqrstuvwxyz.mp4");
    std::os::unix::fs::symlink(&outside, storage.root().join(link.as_str())).unwrap();
    let directory = key("zbcdefghijklmnopqrstuvwxya.mp4");
    fs::create_dir(storage.root().join(directory.as_str())).unwrap();
    assert!(storage.file(&link).await.unwrap().is_none());
    assert!(storage.file(&directory).await.unwrap().is_none());
    assert!(storage.keys().await.unwrap().is_empty());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_named_pipe_is_never_waited_for() {
    let (_folder, storage) = house();
    let pipe = key("abcdefghijklmnopqrstuvwxyz.mp4");
    let path = storage.root().join(pipe.as_str());
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).unwrap();
    assert!(super::quick::open(&path).is_none());
    assert!(storage.file(&pipe).await.unwrap().is_none());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_is_the_same_however_it_is_opened() {
    let (folder, storage) = house();
    let mut incoming = storage.receive().await.unwrap();
    incoming.write(b"film").await.unwrap();
    let key = Key::random("mp4").unwrap();
    incoming.finish(key.clone()).await.unwrap();
    let path = storage.root().join(key.as_str());
    let usual = super::open_regular(&path).unwrap().unwrap();
    let known = |stored: &super::StoredFile| (stored.len, stored.modified);
    assert_eq!(
        known(&storage.file(&key).await.unwrap().unwrap()),
        known(&usual)
    );
    // Old systems cannot, and some in containers may not.
    if let Some(mut quick) = super::quick::open(&path) {
        assert_eq!(known(&quick), known(&usual));
        let mut text = String::new();
        quick.file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "film");
    }
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(super::quick::open(&link).is_none());
    assert!(super::quick::open(storage.root()).is_none());
}

#[tokio::test]
async fn a_key_that_a_database_made_up_opens_and_removes_nothing() {
    let (folder, storage) = house();
    let outside = folder.path().join("secret");
    fs::write(&outside, "secret").unwrap();
    let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect("sqlite::memory:")
        .await
        .unwrap();
    let (made_up,): (Key,) = sqlx::query_as("SELECT '../secret'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(made_up.as_str(), "../secret");
    assert!(storage.file(&made_up).await.unwrap().is_none());
    storage.remove(&made_up).await.unwrap();
    assert!(outside.exists());
}

#[tokio::test]
async fn a_key_goes_through_a_database_unchanged() {
    let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect("sqlite::memory:")
        .await
        .unwrap();
    let key = Key::random("mp4").unwrap();
    let (back, none): (Key, Option<Key>) = sqlx::query_as("SELECT $1, $2")
        .bind(&key)
        .bind(None::<Key>)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!((back, none), (key, None));
}

#[tokio::test]
async fn keys_are_the_finished_files_alone() {
    let (_folder, storage) = house();
    let mut incoming = storage.receive().await.unwrap();
    incoming.write(b"x").await.unwrap();
    let key = Key::random("webm").unwrap();
    incoming.finish(key.clone()).await.unwrap();
    fs::write(storage.root().join("notes.txt"), "").unwrap();
    let _half = storage.receive().await.unwrap();
    assert_eq!(storage.keys().await.unwrap(), [key]);
}

#[test]
fn a_full_disk_is_recognised() {
    assert!(is_full(&io::ErrorKind::StorageFull.into()));
    assert!(is_full(&io::ErrorKind::QuotaExceeded.into()));
    assert!(!is_full(&io::ErrorKind::PermissionDenied.into()));
    if cfg!(target_os = "linux") {
        assert!(is_full(&io::Error::from_raw_os_error(28)), "ENOSPC");
        assert!(is_full(&io::Error::from_raw_os_error(122)), "EDQUOT");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_s_own_full_disk_is_recognised() {
    use std::io::Write;
    let mut full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    assert!(is_full(&full.write_all(b"x").unwrap_err()));
}
