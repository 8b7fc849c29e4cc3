//! What the fixtures say of themselves beside their length and size.
use super::*;

fn facts(name: &str, kind: VideoKind) -> Probe {
    look(&bytes(name), kind).unwrap()
}

#[test]
fn every_fixture_says_how_it_is_turned_and_how_fast_it_goes() {
    for (name, kind, rotation, frame_rate, starts_fast) in [
        ("short.mp4", VideoKind::Mp4, 0, 15_000, true),
        ("tail.mp4", VideoKind::Mp4, 0, 15_000, false),
        ("long.mp4", VideoKind::Mp4, 0, 10_000, true),
        ("fragmented.mp4", VideoKind::Mp4, 0, 15_000, true),
        ("upright.mp4", VideoKind::Mp4, 270, 15_000, false),
        ("short.m4v", VideoKind::M4v, 0, 15_000, true),
        ("short.mov", VideoKind::Mov, 0, 15_000, true),
        ("hevc.mov", VideoKind::Mov, 0, 29_970, false),
        ("short.webm", VideoKind::WebM, 0, 14_925, false),
        ("cues.webm", VideoKind::WebM, 0, 14_925, true),
        ("video.mkv", VideoKind::Matroska, 0, 14_925, false),
        ("short.ogv", VideoKind::Ogg, 0, 15_000, false),
    ] {
        let probe = facts(name, kind);
        assert_eq!(probe.rotation, Some(rotation), "{name}");
        let rate = probe.frame_rate.unwrap_or_else(|| panic!("{name}"));
        // A Matroska's picture lasts a whole number of milliseconds as some write it.
        assert!((rate - frame_rate).abs() <= 80, "{name}: {rate}");
        assert_eq!(probe.starts_fast, Some(starts_fast), "{name}");
    }
}

#[test]
fn sounds_are_counted_with_their_languages() {
    let languages = |name, kind| facts(name, kind).audio;
    let said = |tag: &str| Some(tag.to_owned());
    let both = languages("dolby.mp4", VideoKind::Mp4);
    assert_eq!(both, [said("kor"), said("eng")]);
    assert_eq!(languages("short.mp4", VideoKind::Mp4), [None]);
    assert_eq!(languages("short.webm", VideoKind::WebM), [None]);
    assert_eq!(languages("short.ogv", VideoKind::Ogg), [None]);
    assert!(languages("long.mp4", VideoKind::Mp4).is_empty());
    let codecs = facts("dolby.mp4", VideoKind::Mp4).codecs;
    assert_eq!(codecs.as_deref(), Some("avc1.4d4015,ac-3"));
}

#[test]
fn a_tag_of_bcp_47_goes_before_the_three_letters() {
    let handler = [&[0; 8][..], b"soun"].concat();
    // 0x15c7 is "eng": five bits a letter (ISO/IEC 14496-12 §8.4.2).
    let header = [
        &[0; 12][..],
        &1000u32.to_be_bytes(),
        &[0; 4],
        &[0x15, 0xc7, 0, 0],
    ]
    .concat();
    let sound = |more: Vec<u8>| {
        let media = [boxed(b"mdhd", &header), boxed(b"hdlr", &handler), more].concat();
        boxed(b"trak", &boxed(b"mdia", &media))
    };
    let extended = |tag: &[u8]| boxed(b"elng", &[b"\0\0\0\0", tag].concat());
    let picture = boxed(b"hdlr", &[&[0; 8][..], b"vide"].concat());
    let tracks = [
        boxed(b"trak", &boxed(b"mdia", &picture)),
        sound(Vec::new()),
        sound(extended(b"en-GB\0")),
        sound(extended(b"<script>\0")),
        sound(extended(b"")),
    ];
    let file = [boxed(b"moov", &tracks.concat()), boxed(b"mdat", b"film")].concat();
    let audio = look(&file, VideoKind::Mp4).unwrap().audio;
    let tags: Vec<&str> = audio.iter().flatten().map(String::as_str).collect();
    assert_eq!(tags, ["eng", "en-GB", "eng", "eng"]);
}

#[test]
fn every_quarter_turn_is_told() {
    const ONE: i32 = 0x1_0000;
    let whole = bytes("short.mp4");
    // Version 0 of the header: the matrix stands 40 bytes into its body (ISO/IEC 14496-12 §8.3.2).
    let matrix = find(&whole, b"tkhd") + 4 + 40;
    for (turn, rotation, upright) in [
        ([ONE, 0, 0, ONE], Some(0), false),
        ([0, ONE, -ONE, 0], Some(90), true),
        ([-ONE, 0, 0, -ONE], Some(180), false),
        ([0, -ONE, ONE, 0], Some(270), true),
        // Mirrored, and askew.
        ([-ONE, 0, 0, ONE], None, false),
        ([ONE, ONE, -ONE, ONE], None, false),
    ] {
        let mut turned = whole.clone();
        for (cell, place) in turn.iter().zip([0, 4, 12, 16]) {
            turned[matrix + place..matrix + place + 4].copy_from_slice(&cell.to_be_bytes());
        }
        let probe = look(&turned, VideoKind::Mp4).unwrap();
        assert_eq!(probe.rotation, rotation, "{turn:?}");
        let size = if upright { (180, 320) } else { (320, 180) };
        assert_eq!(probe.width.zip(probe.height), Some(size), "{turn:?}");
    }
}

/// One element of Matroska with a size of four bytes.
fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    let size = (0x1000_0000 | body.len() as u32).to_be_bytes();
    [id, &size, body].concat()
}

/// A Matroska file with this picture track.
fn matroska(picture: &[u8], rest: &[u8]) -> Vec<u8> {
    let head = element(b"\x1a\x45\xdf\xa3", &element(b"\x42\x82", b"matroska"));
    let video = [
        element(b"\xb0", &[1, 64]),
        element(b"\xba", &[180]),
        picture.to_vec(),
    ];
    let track = [
        element(b"\x83", &[1]),
        element(b"\x86", b"V_VP9"),
        element(b"\xe0", &video.concat()),
        rest.to_vec(),
    ];
    let tracks = element(b"\x16\x54\xae\x6b", &element(b"\xae", &track.concat()));
    let segment = [tracks, element(b"\x1f\x43\xb6\x75", &[])].concat();
    [head, element(b"\x18\x53\x80\x67", &segment)].concat()
}

#[test]
fn a_matroska_says_its_turn_and_rate() {
    let roll = |degrees: f32| {
        let roll = element(b"\x76\x75", &degrees.to_be_bytes());
        element(b"\x76\x70", &roll)
    };
    for (degrees, rotation, size) in [
        (0.0, Some(0), (320, 180)),
        (-90.0, Some(90), (180, 320)),
        (90.0, Some(270), (180, 320)),
        (-180.0, Some(180), (320, 180)),
        (12.5, None, (320, 180)),
        (f32::NAN, None, (320, 180)),
    ] {
        let probe = look(&matroska(&roll(degrees), &[]), VideoKind::Matroska).unwrap();
        assert_eq!(probe.rotation, rotation, "{degrees}");
        assert_eq!(probe.width.zip(probe.height), Some(size), "{degrees}");
        assert_eq!(probe.frame_rate, None);
    }
    let rate = element(b"\x23\xe3\x83", &33_366_667u32.to_be_bytes());
    let probe = look(&matroska(&[], &rate), VideoKind::Matroska).unwrap();
    assert_eq!(probe.frame_rate, Some(29_970));
}

#[test]
fn a_rate_that_no_film_has_is_none() {
    use super::super::probe::frame_rate;
    assert_eq!(frame_rate(30, 1001, 1000), Some(29_970));
    assert_eq!(frame_rate(1, 10, 1), Some(100));
    assert_eq!(frame_rate(0, 10, 1), None);
    assert_eq!(frame_rate(1, 0, 1000), None);
    assert_eq!(frame_rate(1, 1, 90_000), None);
    assert_eq!(frame_rate(u64::MAX, u64::MAX, u64::MAX), None);
}

#[test]
fn the_database_gets_what_was_found() {
    let key = crate::storage::Key::random("mp4").unwrap();
    let probe = facts("dolby.mp4", VideoKind::Mp4);
    let file = probe.described(VideoKind::Mp4, key, "강의.mp4".to_owned(), 10);
    assert_eq!(file.content_type, "video/mp4");
    assert_eq!(file.facts.container.as_deref(), Some("mp4"));
    assert_eq!(file.facts.audio_languages.as_deref(), Some("kor,eng"));
    assert_eq!(file.facts.frame_rate, Some(15_000));
    assert_eq!(file.facts.starts_fast, Some(false));
    assert_eq!(file.bit_rate(), file.duration.map(|it| 80_000 / it));
}
