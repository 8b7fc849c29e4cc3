//! Files built box by box: whole, odd, hostile and damaged.
mod film;
mod hostile;
#[cfg(unix)]
mod large;

use super::*;
use crate::storage::Key;
use film::{boxed, film, names, narrow, table, tables, track};
use std::{fs, io::Cursor, path::PathBuf, time::Duration};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/media")
        .join(name)
}

/// The new file in memory; `None` where the old one stays.
fn fast(old: &[u8]) -> Option<Vec<u8>> {
    let plan = read_plan(Cursor::new(old)).unwrap()?;
    let stretch =
        |range: std::ops::Range<u64>| old[range.start as usize..range.end as usize].to_vec();
    let new = film::written(&plan, plan.len(), stretch);
    assert_eq!(new.len() as u64, plan.len());
    Some(new)
}

/// The eight bytes at every offset of every track.
fn chunks(bytes: &[u8]) -> Vec<Vec<&[u8]>> {
    let chunk = |offset: u64| &bytes[offset as usize..][..8];
    let of_track = |(_, offsets): (bool, Vec<u64>)| offsets.into_iter().map(chunk).collect();
    tables(bytes).into_iter().map(of_track).collect()
}

#[track_caller]
fn moves(old: &[u8]) -> Vec<u8> {
    let new = fast(old).expect("a new file");
    assert!(
        chunks(&new)
            .iter()
            .flatten()
            .all(|chunk| chunk.starts_with(b"<"))
    );
    assert_eq!(chunks(&new), chunks(old));
    assert!(fast(&new).is_none(), "it starts fast now");
    new
}

#[test]
fn the_index_comes_to_the_front_and_every_chunk_is_found() {
    for (layout, order) in [
        ("ftyp free mdat 0 1 0 1 moov", "ftyp moov free mdat"),
        // Everything else keeps its order.
        (
            "ftyp wide mdat 0 1 mdat 0 free moov udta free",
            "ftyp moov wide mdat mdat free udta free",
        ),
        // From the middle: what stands behind it moves less far than what stands before it.
        ("ftyp mdat 0 1 0 moov mdat 1 0 1", "ftyp moov mdat mdat"),
        (
            "ftyp mdat 0 free moov free mdat 1",
            "ftyp moov mdat free free mdat",
        ),
        // QuickTime from before ftyp, and a file that does not begin with it.
        ("wide mdat 0 1 moov", "moov wide mdat"),
        ("free ftyp mdat 0 1 moov", "free ftyp moov mdat"),
        // Sizes in 64 bits, and one of none, which means to the end.
        ("ftyp mdat64 0 1 moov", "ftyp moov mdat"),
        ("ftyp mdat 0 1 moov64 free", "ftyp moov mdat free"),
        ("ftyp mdat 0 1 moov0", "ftyp moov mdat"),
        // An empty mdat holds nobody up, a full one does.
        ("ftyp mdat mdat 0 moov mdat 1", "ftyp moov mdat mdat mdat"),
    ] {
        assert_eq!(names(&moves(&film(layout, narrow))), order, "{layout}");
    }
}

#[test]
fn a_file_that_starts_fast_stays_as_it_is() {
    for layout in [
        "ftyp moov mdat 0 1",
        "ftyp free moov free mdat 0",
        "ftyp mdat moov mdat 0 1",
    ] {
        assert!(fast(&film(layout, narrow)).is_none(), "{layout}");
    }
    for name in [
        "short.mp4",
        "long.mp4",
        "short.mov",
        "short.m4v",
        "fragmented.mp4",
        "short.webm",
        "short.ogv",
        "video.mkv",
        "picture.jpg",
        "make",
    ] {
        assert!(fast(&fs::read(fixture(name)).unwrap()).is_none(), "{name}");
    }
    assert!(fast(b"").is_none());
}

#[test]
fn what_is_in_the_index_besides_offsets_is_kept_to_the_byte() {
    let index = |tracks: &[Vec<u64>; 2]| {
        let slack = {
            let mut slack = table(&tracks[1], false);
            slack[3] += 5;
            [&slack[..], b"slack"].concat()
        };
        let items = boxed(b"meta", &[&[0; 4][..], &boxed(b"ilst", b"title")].concat());
        let mut all = vec![boxed(b"mvhd", b"head"), track(&table(&tracks[0], true))];
        all.push(track(
            &[boxed(b"stss", b"keys"), slack, boxed(b"stsz", b"sizes")].concat(),
        ));
        // QuickTime ends a container with a zero.
        all.push(boxed(b"udta", &[items, vec![0; 4]].concat()));
        all.push(vec![0; 4]);
        all.concat()
    };
    let old = film("ftyp mdat 0 1 0 1 moov", index);
    let new = moves(&old);
    let size = (film::boxes(&new, 0..new.len())[1].1.len() + 8) as u64;
    let expected = index(
        &tables(&old)
            .into_iter()
            .map(|(_, offsets)| {
                offsets
                    .into_iter()
                    .map(|offset| offset + size)
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
            .try_into()
            .unwrap(),
    );
    let moov = film::boxes(&new, 0..new.len())[1].1.clone();
    assert!(new[moov] == expected);
    assert_eq!(new.len(), old.len());
}

#[test]
fn what_stands_behind_the_last_box_stays_there() {
    for junk in [
        &b"\0"[..],
        b"junk",
        b"junk junk junk junk",
        b"\0\0\0\x02trsh",
        b"\0\0\xff\xfffree..",
    ] {
        let old = [film("ftyp mdat 0 1 moov", narrow), junk.to_vec()].concat();
        let new = fast(&old).expect("a new file");
        assert_eq!(chunks(&new), chunks(&film("ftyp mdat 0 1 moov", narrow)));
        assert!(new.ends_with(junk));
    }
}

#[test]
fn a_chunk_without_a_byte_may_stand_at_the_end() {
    let index = |tracks: &[Vec<u64>; 2]| {
        let end = tracks[0].last().unwrap() + 8;
        narrow(&[tracks[0].clone(), vec![end]])
    };
    for (layout, order) in [("ftyp mdat 0 moov", 2), ("ftyp mdat 0 moov mdat 0", 3)] {
        let new = fast(&film(layout, index)).expect("a new file");
        let end = film::boxes(&new, 0..new.len())[order].1.end as u64;
        assert_eq!(tables(&new)[1].1, [end], "{layout}");
    }
}

fn house() -> (tempfile::TempDir, Storage) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::open(folder.path()).unwrap();
    (folder, storage)
}

fn incoming(storage: &Storage) -> usize {
    fs::read_dir(storage.root().join(".incoming"))
        .unwrap()
        .count()
}

#[tokio::test]
async fn a_file_is_written_again_beside_the_old_one() {
    let (_folder, storage) = house();
    for name in ["tail.mp4", "upright.mp4"] {
        let old = fs::read(fixture(name)).unwrap();
        assert!(is_late(&fixture(name)).await.unwrap(), "{name}");
        let made = rewritten(&storage, &fixture(name)).await.unwrap().unwrap();
        assert_eq!(made.len(), old.len() as u64);
        let new = fs::read(made.path()).unwrap();
        assert!(new == fast(&old).unwrap());
        assert_eq!(names(&new), "ftyp moov free mdat");
        let (before, after) = (
            crate::ingest::examine_video(&fixture(name)).await.unwrap(),
            crate::ingest::examine_video(made.path()).await.unwrap(),
        );
        assert_eq!(before.0, after.0);
        assert_eq!(before.1.codecs, after.1.codecs);
        let key = Key::random("mp4").unwrap();
        made.finish(key.clone()).await.unwrap();
        assert_eq!(
            storage.file(&key).await.unwrap().unwrap().len,
            old.len() as u64
        );
        assert!(
            fs::read(fixture(name)).unwrap() == old,
            "{name} was only read"
        );
    }
    for name in ["short.mp4", "short.webm", "fragmented.mp4"] {
        assert!(!is_late(&fixture(name)).await.unwrap(), "{name}");
    }
    let made = rewritten(&storage, &fixture("short.mp4")).await.unwrap();
    assert!(made.is_none());
    let missing = rewritten(&storage, &fixture("missing.mp4")).await;
    assert_eq!(missing.err().unwrap().kind(), io::ErrorKind::NotFound);
    assert_eq!(incoming(&storage), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_rewriting_that_nobody_waits_for_leaves_nothing() {
    let (folder, storage) = house();
    // Large enough not to be done before it is given up, and without a byte on the disk.
    let path = folder.path().join("old.mp4");
    let film = film("ftyp mdat64 0 1 moov", narrow);
    large::stretched(&path, &film, 1 << 30);
    let waiting = tokio::spawn({
        let (storage, path) = (storage.clone(), path.clone());
        async move { rewritten(&storage, &path).await.map(|made| made.is_some()) }
    });
    while incoming(&storage) == 0 && !waiting.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    waiting.abort();
    while incoming(&storage) > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(path.exists());

    let (old, new) = (File::open(&path).unwrap(), tempfile::tempfile().unwrap());
    let plan = read_plan(&old).unwrap().unwrap();
    let nobody = CancellationToken::new();
    nobody.cancel();
    let error = write(&plan, &old, &new, &nobody).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Interrupted);
}

#[cfg(unix)]
#[tokio::test]
async fn a_disk_without_room_for_both_keeps_the_old_one() {
    let (folder, storage) = house();
    let path = folder.path().join("old.mp4");
    let film = film("ftyp mdat64 0 1 moov", narrow);
    let free = crate::storage::space(folder.path()).unwrap().free;
    // Twice what is free, whatever others do meanwhile; and not a byte of it on the disk.
    large::stretched(&path, &film, 2 * free + (64 << 20));
    let full = planned(&path, storage.root()).err().unwrap();
    assert!(is_full(&full), "{full}");
    assert!(rewritten(&storage, &path).await.unwrap().is_none());
    assert_eq!(incoming(&storage), 0);
}

#[test]
fn a_full_disk_keeps_the_file_and_another_fault_is_told() {
    let path = Path::new("file");
    for full in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
        assert!(
            none_if_full::<()>(Err(full.into()), path)
                .unwrap()
                .is_none()
        );
    }
    assert!(none_if_full::<()>(Err(io::ErrorKind::NotFound.into()), path).is_err());
    assert!(none_if_full(Ok(Some(())), path).unwrap().is_some());
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_in_the_middle_says_so() {
    let plan = read_plan(File::open(fixture("tail.mp4")).unwrap())
        .unwrap()
        .unwrap();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let old = File::open(fixture("tail.mp4")).unwrap();
    let error = write(&plan, &old, &full, &CancellationToken::new()).unwrap_err();
    assert!(is_full(&error), "{error}");
}
