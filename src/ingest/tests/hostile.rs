//! Files that lie: about their size, about their tables, about where they end.
use super::*;

/// The file with the number at `offset` in the body of the first box of this kind replaced.
fn with_number(name: &str, kind: &[u8; 4], offset: usize, number: u32) -> Vec<u8> {
    let mut bytes = bytes(name);
    let at = find(&bytes, kind) + 4 + offset;
    bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn is_damaged(bytes: &[u8], kind: VideoKind) -> bool {
    matches!(look(bytes, kind), Err(ProbeError::Malformed))
}

#[test]
fn a_table_of_billions_of_entries_is_damage() {
    for (kind, count) in [
        (b"stts", 4),
        (b"stsc", 4),
        (b"stco", 4),
        (b"stss", 4),
        (b"stsz", 8),
    ] {
        let fits = with_number("short.mp4", kind, count, 0);
        assert!(look(&fits, VideoKind::Mp4).is_ok(), "{kind:?}");
        for entries in [u32::MAX, 1 << 31, 100_000] {
            let lies = with_number("short.mp4", kind, count, entries);
            assert!(is_damaged(&lies, VideoKind::Mp4), "{kind:?} {entries}");
        }
    }
    // All samples of one size need no table, but there must be bytes for them.
    let mut lies = with_number("long.mp4", b"stsz", 4, 1 << 20);
    assert!(is_damaged(&lies, VideoKind::Mp4));
    let size = find(&lies, b"stsz") + 8;
    lies[size..size + 4].copy_from_slice(&1u32.to_be_bytes());
    assert!(look(&lies, VideoKind::Mp4).is_ok());
}

#[test]
fn a_fragment_of_billions_of_pictures_allocates_nothing() {
    let whole = bytes("fragmented.mp4");
    let run = find(&whole, b"trun");
    for flags in [0u32, 0x100, 0xf01] {
        let mut lies = whole.clone();
        lies[run + 4..run + 8].copy_from_slice(&flags.to_be_bytes());
        lies[run + 8..run + 12].copy_from_slice(&u32::MAX.to_be_bytes());
        // What it says of its length does not matter.
        let _ = look(&lies, VideoKind::Mp4);
    }
}

#[test]
fn fragments_that_stop_early_are_cut_short() {
    let whole = bytes("fragmented.mp4");
    for end in (whole.len() * 3 / 4..whole.len()).step_by(1009) {
        let cut = look(&whole[..end], VideoKind::Mp4);
        let begins =
            |at: &usize| &whole[at + 4..at + 8] == b"moof" || &whole[at + 4..at + 8] == b"mdat";
        // At the seam of two boxes nothing is missing that the file had promised.
        if (whole.len() - end) > 8 && begins(&end) {
            continue;
        }
        assert!(matches!(cut, Err(ProbeError::CutShort)), "{end}");
    }
}

#[test]
fn an_ogg_cut_within_a_page_is_cut_short() {
    let whole = bytes("short.ogv");
    let last = (0..whole.len() - 4)
        .rev()
        .find(|&at| &whole[at..at + 4] == b"OggS");
    let last = last.unwrap();
    for end in [whole.len() - 1, last + 5, last + 27] {
        let cut = look(&whole[..end], VideoKind::Ogg);
        assert!(matches!(cut, Err(ProbeError::CutShort)), "{end}");
    }
    // Between two pages it may as well have been recorded so.
    assert!(look(&whole[..last], VideoKind::Ogg).is_ok());
    let tagged = [&whole[..], b"TAG and more of what some program left"].concat();
    assert!(look(&tagged, VideoKind::Ogg).is_ok());
}

#[test]
fn pages_without_end_end() {
    let begun = Instant::now();
    let whole = bytes("short.ogv");
    // Empty pages that each begin a track.
    let empty = [b"OggS\0\x02".as_slice(), &[0; 21]].concat();
    let begins = [empty.repeat(100_000), whole.clone()].concat();
    assert!(look(&begins, VideoKind::Ogg).is_err());
    // Pages of 255 segments, none of which holds a byte, behind a whole film.
    let mut hollow = [b"OggS\0\0".as_slice(), &[0; 20], &[255], &[0; 255]].concat();
    hollow[14] = 0x99;
    let behind = [whole, hollow.repeat(20_000)].concat();
    assert_eq!(look(&behind, VideoKind::Ogg).unwrap().duration_ms, None);
    assert!(begun.elapsed() < A_HANG);
}

#[test]
fn elements_in_elements_of_unknown_size_end() {
    let begun = Instant::now();
    let head = b"\x1a\x45\xdf\xa3\x80";
    // Segments in segments, tracks in tracks, none of which says where it ends.
    for id in [
        &b"\x18\x53\x80\x67"[..],
        b"\x16\x54\xae\x6b",
        b"\x1f\x43\xb6\x75",
        b"\xae",
    ] {
        let nested = [id, b"\xff"].concat().repeat(500_000);
        let file = [&head[..], b"\x18\x53\x80\x67\xff", &nested].concat();
        assert!(look(&file, VideoKind::Matroska).is_err(), "{id:?}");
    }
    // A track list of nothing but tracks.
    let tracks = b"\xae\x80".repeat(400_000);
    let size = (0x1000_0000 | tracks.len() as u32).to_be_bytes();
    let file = [
        &head[..],
        b"\x18\x53\x80\x67\xff\x16\x54\xae\x6b",
        &size,
        &tracks,
    ]
    .concat();
    assert!(is_damaged(&file, VideoKind::Matroska));
    assert!(begun.elapsed() < A_HANG);
}

#[test]
fn a_set_up_of_gigabytes_is_stepped_over() {
    // The track's set-up says it is larger than its track, and than any file.
    for size in [
        &b"\x01\x00\x00\xff\xff\xff\xff\xff"[..],
        b"\x08\xff\xff\xff",
    ] {
        let private = [&b"\x63\xa2"[..], size].concat();
        let track = [&b"\x83\x81\x01\x86\x85V_VP9"[..], &private].concat();
        let track = [&b"\xae"[..], &[0x80 | track.len() as u8], &track].concat();
        let tracks = [
            &b"\x16\x54\xae\x6b"[..],
            &[0x80 | track.len() as u8],
            &track,
        ]
        .concat();
        let file = [&b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff"[..], &tracks].concat();
        assert!(look(&file, VideoKind::Matroska).is_err());
    }
}

#[test]
fn an_empty_file_is_no_video() {
    for kind in [
        VideoKind::Mp4,
        VideoKind::WebM,
        VideoKind::Matroska,
        VideoKind::Ogg,
    ] {
        assert!(look(b"", kind).is_err());
    }
    assert_eq!(sniff::sniff_video(b""), None);
}
