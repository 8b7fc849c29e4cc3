//! The fixtures of `tests/media`, whole, cut, damaged and built to hurt.
mod corpus;
mod ends;
mod facts;
mod hostile;

use super::{probe::probe_reader, *};
use std::{
    io::Cursor,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Longer than anything takes on a busy machine.
const A_HANG: Duration = Duration::from_secs(300);

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/media")
        .join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap()
}

fn look(bytes: &[u8], kind: VideoKind) -> Result<Probe, ProbeError> {
    probe_reader(Cursor::new(bytes), kind)
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [&size[..], kind, body].concat()
}

/// Where the name of the first box of this kind stands.
fn find(bytes: &[u8], kind: &[u8; 4]) -> usize {
    bytes.windows(4).position(|four| four == kind).unwrap()
}

#[tokio::test]
async fn every_fixture_says_how_long_and_large_it_is() {
    for (name, kind, duration, size, codecs) in [
        (
            "short.mp4",
            VideoKind::Mp4,
            6000,
            (320, 180),
            "avc1.4d4015,mp4a.40.2",
        ),
        (
            "tail.mp4",
            VideoKind::Mp4,
            6000,
            (320, 180),
            "avc1.4d4015,mp4a.40.2",
        ),
        ("long.mp4", VideoKind::Mp4, 36000, (320, 180), "avc1.4d4015"),
        (
            "fragmented.mp4",
            VideoKind::Mp4,
            6000,
            (320, 180),
            "avc1.4d4015,mp4a.40.2",
        ),
        (
            "upright.mp4",
            VideoKind::Mp4,
            6000,
            (180, 320),
            "avc1.4d4015,mp4a.40.2",
        ),
        (
            "short.m4v",
            VideoKind::M4v,
            6000,
            (320, 180),
            "avc1.4d4015,mp4a.40.2",
        ),
        (
            "short.mov",
            VideoKind::Mov,
            6000,
            (320, 180),
            "avc1.4d4015,mp4a.40.2",
        ),
        ("short.webm", VideoKind::WebM, 6008, (320, 180), "vp9,opus"),
        (
            "video.mkv",
            VideoKind::Matroska,
            6023,
            (320, 180),
            "avc1.4d4015,mp4a.40.2",
        ),
        (
            "short.ogv",
            VideoKind::Ogg,
            6000,
            (320, 180),
            "theora,vorbis",
        ),
    ] {
        let (found, probe) = examine_video(&path(name)).await.unwrap();
        assert_eq!(found, kind, "{name}");
        assert_eq!(probe.duration_ms, Some(duration), "{name}");
        assert_eq!(probe.width.zip(probe.height), Some(size), "{name}");
        assert_eq!(probe.codecs.as_deref(), Some(codecs), "{name}");
        assert!(probe.has_video, "{name}");
    }
}

#[tokio::test]
async fn what_is_no_video_is_refused() {
    for name in ["audio.m4a", "audio.ogg", "picture.jpg", "make"] {
        let error = examine_video(&path(name)).await.unwrap_err();
        assert!(matches!(error, ProbeError::NotAVideo), "{name}: {error}");
    }
    let missing = examine_video(&path("missing.mp4")).await;
    assert!(matches!(missing, Err(ProbeError::Io(_))));
}

#[test]
fn an_mp4_with_sound_alone_has_no_video() {
    let error = look(&bytes("audio.m4a"), VideoKind::Mp4).unwrap_err();
    assert!(matches!(error, ProbeError::NoVideo), "{error}");
}

#[test]
fn a_file_cut_anywhere_is_cut_short() {
    for (name, kind) in [
        ("short.mp4", VideoKind::Mp4),
        ("tail.mp4", VideoKind::Mp4),
        ("short.mov", VideoKind::Mov),
        ("short.webm", VideoKind::WebM),
    ] {
        let whole = bytes(name);
        for end in (40..whole.len()).step_by(997).chain([whole.len() - 1]) {
            let error = look(&whole[..end], kind).unwrap_err();
            let right = matches!(error, ProbeError::CutShort | ProbeError::NoIndex);
            assert!(right, "{name} cut at {end}: {error}");
        }
    }
}

#[test]
fn a_file_without_its_index_is_told_so() {
    let whole = bytes("tail.mp4");
    let moov = find(&whole, b"moov") - 4;
    let error = look(&whole[..moov], VideoKind::Mp4).unwrap_err();
    assert!(matches!(error, ProbeError::NoIndex), "{error}");
}

#[test]
fn an_index_without_its_film_is_cut_short() {
    let whole = bytes("short.mp4");
    let moov = find(&whole, b"moov") - 4;
    let size = u32::from_be_bytes(whole[moov..moov + 4].try_into().unwrap());
    let error = look(&whole[..moov + size as usize], VideoKind::Mp4).unwrap_err();
    assert!(matches!(error, ProbeError::CutShort), "{error}");
}

#[test]
fn sizes_in_64_bits_and_to_the_end_are_read() {
    let whole = bytes("tail.mp4");
    let (mdat, moov) = (find(&whole, b"mdat") - 4, find(&whole, b"moov") - 4);
    let expected = look(&whole, VideoKind::Mp4).unwrap();
    let mut large = whole[..mdat].to_vec();
    large.extend_from_slice(b"\0\0\0\x01mdat");
    large.extend_from_slice(&u64::to_be_bytes((moov - mdat + 8) as u64));
    large.extend_from_slice(&whole[mdat + 8..]);
    assert_eq!(look(&large, VideoKind::Mp4).unwrap(), expected);

    let mut large = whole[..moov].to_vec();
    large.extend_from_slice(b"\0\0\0\x01moov");
    large.extend_from_slice(&u64::to_be_bytes((whole.len() - moov + 8) as u64));
    large.extend_from_slice(&whole[moov + 8..]);
    assert_eq!(look(&large, VideoKind::Mp4).unwrap(), expected);

    let mut open = bytes("short.mp4");
    let mdat = find(&open, b"mdat") - 4;
    open[mdat..mdat + 4].fill(0);
    let expected = look(&bytes("short.mp4"), VideoKind::Mp4).unwrap();
    assert_eq!(look(&open, VideoKind::Mp4).unwrap(), expected);
}

#[test]
fn what_stands_behind_a_whole_film_does_no_harm() {
    for junk in [
        &b"\0"[..],
        b"junk",
        b"junk junk junk junk",
        b"\0\0\0\x02trsh",
    ] {
        let padded = [&bytes("short.mp4")[..], junk].concat();
        let probe = look(&padded, VideoKind::Mp4).unwrap();
        assert_eq!(probe.duration_ms, Some(6000));
    }
}

#[test]
fn quicktime_from_before_ftyp_is_probed() {
    let whole = bytes("tail.mp4");
    let without = &whole[find(&whole, b"ftyp") - 4 + 32..];
    assert_eq!(sniff::sniff_video(without), Some(VideoKind::Mov));
    let probe = look(without, VideoKind::Mov).unwrap();
    assert_eq!(probe.duration_ms, Some(6000));
}

#[test]
fn a_webm_recorded_live_has_no_duration_but_plays() {
    let mut live = bytes("short.webm");
    let segment = find(&live, b"\x18\x53\x80\x67") + 4;
    live[segment..segment + 8].copy_from_slice(&[1, 255, 255, 255, 255, 255, 255, 255]);
    let duration = live
        .windows(3)
        .position(|three| three == [0x44, 0x89, 0x88]);
    // An element of the same length that nobody reads.
    live[duration.unwrap() + 1] = 0x88;
    let probe = look(&live, VideoKind::WebM).unwrap();
    assert_eq!(probe.duration_ms, None);
    assert_eq!(probe.width.zip(probe.height), Some((320, 180)));
}

#[test]
fn a_box_in_a_box_in_a_box_does_not_exhaust_the_stack() {
    let mut inner = boxed(b"free", b"");
    for _ in 0..2000 {
        let entry = boxed(b"avc1", &[&[0; 78][..], &inner].concat());
        let table = boxed(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &entry].concat());
        let media = boxed(b"minf", &boxed(b"stbl", &table));
        let mut handler = vec![0; 8];
        handler.extend_from_slice(b"vide");
        let media = [boxed(b"hdlr", &handler), media].concat();
        inner = boxed(b"moov", &boxed(b"trak", &boxed(b"mdia", &media)));
    }
    let bytes = [inner, boxed(b"mdat", b"")].concat();
    let probe = look(&bytes, VideoKind::Mp4).unwrap();
    assert_eq!(probe.codecs.as_deref(), Some("avc1"));
}

#[test]
fn a_file_of_nothing_but_small_boxes_ends() {
    let begun = Instant::now();
    let crumbs = boxed(b"free", b"").repeat(2_000_000);
    let given_up = |found| matches!(found, Err(ProbeError::Malformed));
    assert!(given_up(look(&crumbs, VideoKind::Mp4)));
    assert!(given_up(look(&boxed(b"moov", &crumbs), VideoKind::Mp4)));
    let voids = [0xec, 0x80].repeat(4_000_000);
    let live = [
        b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff".as_slice(),
        &voids,
    ]
    .concat();
    assert!(given_up(look(&live, VideoKind::WebM)));
    assert!(look(&b"OggS\0".repeat(500_000), VideoKind::Ogg).is_err());
    assert!(begun.elapsed() < A_HANG);
}

#[test]
fn a_size_that_lies_allocates_nothing() {
    let huge = [&b"\0\0\0\x01moov"[..], &u64::MAX.to_be_bytes()].concat();
    assert!(look(&huge, VideoKind::Mp4).is_err());
    let element =
        b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\x16\x54\xae\x6b\x01\xff\xff\xff\xff\xff\xff\xfe";
    assert!(look(element, VideoKind::WebM).is_err());
}

/// xorshift64: the same bytes in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

#[test]
fn damaged_bytes_never_panic_and_never_hang() {
    for (name, kind, from, len) in [
        ("short.mp4", VideoKind::Mp4, 0, 4000),
        ("upright.mp4", VideoKind::Mp4, 75_000, 4333),
        ("fragmented.mp4", VideoKind::Mp4, 0, 2500),
        ("short.mov", VideoKind::Mov, 0, 4000),
        ("short.webm", VideoKind::WebM, 0, 700),
        ("short.ogv", VideoKind::Ogg, 0, 300),
        ("short.ogv", VideoKind::Ogg, 130_000, 6497),
    ] {
        let whole = bytes(name);
        let mut dice = Dice(0x6d61_6461_6e67);
        let begun = Instant::now();
        let mut whole_ones = 0;
        for _ in 0..2500 {
            let mut damaged = whole.clone();
            for _ in 0..1 + dice.below(4) {
                let at = from + dice.below(len);
                damaged[at] = match dice.below(4) {
                    0 => 0,
                    1 => 0xff,
                    2 => damaged[at] ^ 1 << dice.below(8),
                    _ => dice.below(256) as u8,
                };
            }
            if dice.below(8) == 0 {
                damaged.truncate(dice.below(damaged.len()));
            }
            sniff::sniff_video(&damaged[..damaged.len().min(sniff::HEAD)]);
            whole_ones += usize::from(look(&damaged, kind).is_ok());
        }
        assert!(
            whole_ones > 0,
            "{name}: the damage is too great to reach anything"
        );
        assert!(begun.elapsed() < A_HANG, "{name}");
    }
}
