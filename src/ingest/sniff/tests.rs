//! Every kind that is taken, and what only looks like one.

use super::*;

fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media");
    let mut bytes = std::fs::read(path.join(name)).unwrap();
    bytes.truncate(HEAD);
    bytes
}

fn ftyp(major: &str, compatible: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::from(u32::to_be_bytes(16 + 4 * compatible.len() as u32));
    bytes.extend_from_slice(b"ftyp");
    bytes.extend_from_slice(major.as_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend(compatible.concat().as_bytes());
    bytes.extend_from_slice(b"\0\0\0\x08free");
    bytes
}

#[test]
fn every_kind_of_video_is_known_by_its_content() {
    for (name, kind) in [
        ("short.mp4", VideoKind::Mp4),
        ("long.mp4", VideoKind::Mp4),
        ("tail.mp4", VideoKind::Mp4),
        ("fragmented.mp4", VideoKind::Mp4),
        ("short.m4v", VideoKind::M4v),
        ("short.mov", VideoKind::Mov),
        ("short.webm", VideoKind::WebM),
        ("video.mkv", VideoKind::Matroska),
        ("short.ogv", VideoKind::Ogg),
    ] {
        assert_eq!(sniff_video(&fixture(name)), Some(kind), "{name}");
        assert_eq!(sniff_image(&fixture(name)), None, "{name}");
    }
}

#[test]
fn every_kind_of_picture_is_known_by_its_content() {
    for (name, kind) in [
        ("picture.jpg", ImageKind::Jpeg),
        ("picture.png", ImageKind::Png),
        ("picture.webp", ImageKind::WebP),
    ] {
        assert_eq!(sniff_image(&fixture(name)), Some(kind), "{name}");
        assert_eq!(sniff_video(&fixture(name)), None, "{name}");
    }
}

#[test]
fn a_file_is_what_it_holds() {
    for (head, kind) in [
        (&b"GIF89a\x01\0"[..], FileKind::Gif),
        (b"%PDF-1.7", FileKind::Pdf),
        (b"PK\x03\x04\x14", FileKind::Zip),
        (b"GIF89", FileKind::Other),
        (b"<svg xmlns=", FileKind::Other),
        (b"<!doctype html>", FileKind::Other),
        (b"", FileKind::Other),
    ] {
        assert_eq!(sniff_file(head), kind);
    }
    let picture = sniff_file(&fixture("picture.png"));
    assert_eq!(picture, FileKind::Image(ImageKind::Png));
    assert_eq!(sniff_file(&fixture("short.mp4")), FileKind::Other);
}

#[test]
fn sound_alone_is_no_video() {
    for name in ["audio.m4a", "audio.ogg"] {
        assert_eq!(sniff_video(&fixture(name)), None, "{name}");
    }
    for major in ["M4A ", "M4B ", "M4P "] {
        assert_eq!(sniff_video(&ftyp(major, &["isom", "mp42"])), None);
    }
}

#[test]
fn ebml_that_is_no_matroska_is_refused() {
    let head = |name: &[u8]| [b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88", name].concat();
    assert_eq!(sniff_video(&head(b"matroska")), Some(VideoKind::Matroska));
    assert_eq!(sniff_video(&head(b"webm\0\0\0\0")), Some(VideoKind::WebM));
    assert_eq!(sniff_video(&head(b"something")), None);
    assert_eq!(sniff_video(&head(b"Matroska")), None);
}

#[test]
fn pictures_of_the_mp4_family_are_no_video() {
    for major in ["heic", "heix", "mif1", "msf1", "avif", "avis", "crx "] {
        assert_eq!(sniff_video(&ftyp(major, &["mif1", "isom", "mp41"])), None);
        assert_eq!(sniff_image(&ftyp(major, &["mif1"])), None);
    }
}

#[test]
fn brands_decide() {
    let sniff = |major, compatible: &[&str]| sniff_video(&ftyp(major, compatible));
    assert_eq!(sniff("isom", &[]), Some(VideoKind::Mp4));
    assert_eq!(sniff("iso9", &["cmfc"]), Some(VideoKind::Mp4));
    assert_eq!(sniff("3gp5", &[]), Some(VideoKind::Mp4));
    assert_eq!(sniff("XAVC", &["XAVC", "mp42"]), Some(VideoKind::Mp4));
    assert_eq!(sniff("qt  ", &["isom"]), Some(VideoKind::Mov));
    assert_eq!(sniff("????", &["qt  "]), Some(VideoKind::Mov));
    assert_eq!(sniff("M4VH", &[]), Some(VideoKind::M4v));
    assert_eq!(sniff("????", &["!!!!"]), None);
    // A brand behind the box's end is none of its own.
    let mut bytes = ftyp("????", &[]);
    bytes.extend_from_slice(b"isomisom");
    assert_eq!(sniff_video(&bytes), None);
}

#[test]
fn quicktime_from_before_ftyp_is_mov() {
    for kind in [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"] {
        for (size, taken) in [(8u32, true), (4096, true), (0, true), (1, true), (7, false)] {
            let head = [&size.to_be_bytes()[..], kind, &[0; 24]].concat();
            let kind = taken.then_some(VideoKind::Mov);
            assert_eq!(sniff_video(&head), kind, "{size}");
        }
    }
}

#[test]
fn what_is_something_else_is_refused() {
    for head in [
        &b""[..],
        b"\0",
        b"\0\0\0\x20ftyp",
        b"\0\0\0\x20ftypmp4",
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a........................",
        b"%PDF-1.7 ......................",
        b"PK\x03\x04......................",
        b"RIFF\0\0\0\0AVI LIST............",
        b"RIFF\0\0\0\0WEBP<html>..........",
        b"XXXX\0\0\0\0WEBPVP8 ............",
        b"\x89PNG<html>...................",
        b"\x89PNG\r\n\x1a\n<script>..........",
        b"\xff\xd8\xff<html>...............",
        b"\xff\xd8",
        b"FLV\x01........................",
        b"OggS...........................",
        b"\x1a\x45\xdf\xa3...................",
        b"ID3\x03.........................",
        b"#!/bin/sh\necho moov mdat ftypisom",
    ] {
        let shown = String::from_utf8_lossy(head);
        assert_eq!(sniff_video(head), None, "{shown}");
        assert_eq!(sniff_image(head), None, "{shown}");
    }
}

#[test]
fn any_cut_of_a_head_is_read_without_a_panic() {
    for name in [
        "short.mp4",
        "short.mov",
        "short.webm",
        "short.ogv",
        "video.mkv",
    ] {
        let head = fixture(name);
        for end in 0..head.len().min(1024) {
            sniff_video(&head[..end]);
            sniff_image(&head[..end]);
        }
    }
}
