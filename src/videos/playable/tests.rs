use super::*;
use crate::storage::Key;

fn file(container: &str, codecs: &str) -> File {
    let content_type = match container {
        "webm" => "video/webm",
        "mkv" => "video/x-matroska",
        "ogg" => "video/ogg",
        _ => "video/mp4",
    };
    let key = Key::random("mp4").unwrap();
    let mut file = File::plain(key, String::new(), content_type, 1);
    file.facts.container = Some(container.to_owned());
    file.codecs = (!codecs.is_empty()).then(|| codecs.to_owned());
    file
}

#[test]
fn only_what_does_not_play_everywhere_is_told() {
    for (container, codecs) in [
        ("mp4", "avc1.64001f,mp4a.40.2"),
        ("mp4", "avc1.64001f, mp4a.40.2"),
        ("mov", "avc3.42001f"),
        ("webm", "vp9,opus"),
        ("webm", "vp8,vorbis"),
        ("mp4", "vp09.00.31.08,flac"),
        ("mp4", "avc1.4D4015,mp4a.6B"),
    ] {
        assert_eq!(limits(&file(container, codecs)), [], "{codecs}");
        assert_eq!(remedy(&file(container, codecs)), None, "{codecs}");
    }
    for (container, codecs, expected) in [
        ("ogg", "theora,vorbis", &[("Theora", Limit::NoPicture)][..]),
        (
            "mp4",
            "hvc1.1.6.L93.B0,mp4a.40.2",
            &[("HEVC (H.265)", Limit::Hevc)],
        ),
        ("mp4", "hev1", &[("HEVC (H.265)", Limit::Hev1)]),
        ("mp4", "av01.0.08M.10", &[("AV1", Limit::Av1)]),
        ("mp4", "avc1.6e001f,mp4a.40.2", &[("H.264", Limit::Deep)]),
        (
            "mov",
            "apcn,sowt",
            &[("ProRes", Limit::NoPicture), ("PCM", Limit::SomeSound)],
        ),
        ("mp4", "mp4v.20.9", &[("MPEG-4 Visual", Limit::NoPicture)]),
        ("mp4", "mp4v.6A", &[("MPEG-1", Limit::NoPicture)]),
        (
            "mp4",
            "avc1.64001f,ac-3",
            &[("Dolby Digital (AC-3)", Limit::Dolby)],
        ),
        ("mkv", "avc1.64001f,mp4a.40.2", &[("MKV", Limit::Matroska)]),
        ("mp4", "abcd,mp4a.40.2", &[("abcd", Limit::Unknown)]),
        ("mkv", "", &[("MKV", Limit::Matroska)]),
        ("mp4", "", &[("", Limit::Unknown)]),
    ] {
        assert_eq!(limits(&file(container, codecs)), expected, "{codecs}");
    }
    // A file from before anything was known.
    let mut old = file("mp4", "");
    old.facts.container = None;
    assert_eq!(limits(&old), []);
}

#[test]
fn the_remedy_changes_what_is_wrong_and_copies_the_rest() {
    for (container, codecs, expected) in [
        (
            "mkv",
            "avc1.64001f,mp4a.40.2",
            "ffmpeg -i input.mkv -c:v copy -c:a copy -movflags +faststart output.mp4",
        ),
        (
            "mp4",
            "avc1.64001f,ac-3",
            "ffmpeg -i input.mp4 -c:v copy -c:a aac -b:a 192k -movflags +faststart output.mp4",
        ),
        (
            "mov",
            "hvc1.1.6.L93.B0,mp4a.40.2",
            "ffmpeg -i input.mov -c:v libx264 -crf 20 -pix_fmt yuv420p -c:a copy -movflags +faststart output.mp4",
        ),
        (
            "ogg",
            "theora,vorbis",
            "ffmpeg -i input.ogg -c:v libx264 -crf 20 -pix_fmt yuv420p -c:a aac -b:a 192k -movflags +faststart output.mp4",
        ),
        (
            "mkv",
            "vp9,opus",
            "ffmpeg -i input.mkv -c:v copy -c:a copy output.webm",
        ),
        (
            "mkv",
            "vp8,ac-3",
            "ffmpeg -i input.mkv -c:v copy -c:a libopus output.webm",
        ),
    ] {
        let found = remedy(&file(container, codecs));
        assert_eq!(found.as_deref(), Some(expected), "{codecs}");
    }
}

#[test]
fn a_source_says_only_what_is_certain() {
    for (container, codecs, expected) in [
        (
            "mp4",
            "avc1.64001f,mp4a.40.2",
            &["video/mp4; codecs=\"avc1.64001f,mp4a.40.2\""][..],
        ),
        (
            "mov",
            "avc1.64001f, mp4a.40.2",
            &["video/mp4; codecs=\"avc1.64001f,mp4a.40.2\""],
        ),
        ("mp4", "avc1.64001f", &["video/mp4; codecs=\"avc1.64001f\""]),
        (
            "mp4",
            "hvc1.1.6.L93.B0,mp4a.40.2",
            &["video/mp4; codecs=\"hvc1.1.6.L93.B0,mp4a.40.2\""],
        ),
        ("webm", "vp9,opus", &["video/webm; codecs=\"vp9,opus\""]),
        (
            "ogg",
            "theora,vorbis",
            &["video/ogg; codecs=\"theora,vorbis\""],
        ),
        // The sound might be why it is passed over: then the picture plays alone.
        (
            "mp4",
            "avc1.64001f,ac-3",
            &[
                "video/mp4; codecs=\"avc1.64001f,ac-3\"",
                "video/mp4; codecs=\"avc1.64001f\"",
            ],
        ),
        (
            "mp4",
            "av01.0.00M.08,opus",
            &[
                "video/mp4; codecs=\"av01.0.00M.08,opus\"",
                "video/mp4; codecs=\"av01.0.00M.08\"",
            ],
        ),
        (
            "mp4",
            "avc1.64001f,mp4a",
            &["video/mp4; codecs=\"avc1.64001f\""],
        ),
        (
            "mov",
            "avc1.64001f,sowt",
            &["video/mp4; codecs=\"avc1.64001f\""],
        ),
        // Chromium knows neither this spelling nor H.264 in a WebM, and plays both.
        (
            "mp4",
            "avc1.64001f,mp4a.6b",
            &["video/mp4; codecs=\"avc1.64001f\""],
        ),
        ("webm", "avc1.64001f,opus", &["video/webm"]),
        ("mp4", "avc1,mp4a.40.2", &["video/mp4"]),
        ("mov", "apcn,sowt", &["video/mp4"]),
        ("mp4", "", &["video/mp4"]),
        (
            "mkv",
            "avc1.64001f,mp4a.40.2",
            &["video/x-matroska; codecs=\"avc1.64001f,mp4a.40.2\""],
        ),
    ] {
        assert_eq!(source_types(&file(container, codecs)), expected, "{codecs}");
    }
}

#[test]
fn a_sound_that_is_left_out_is_known_by_name() {
    let silent_in =
        |codecs| silent(&file("mp4", codecs)).map(|(name, kind)| (name.to_owned(), kind));
    let (name, kind) = silent_in("avc1.64001f,ac-3").unwrap();
    assert_eq!(name, "Dolby Digital (AC-3)");
    assert_eq!(kind, "video/mp4; codecs=\"ac-3\"");
    for fine in [
        "avc1.64001f,mp4a.40.2",
        "avc1.64001f",
        "avc1.64001f,sowt",
        "",
    ] {
        assert_eq!(silent_in(fine), None, "{fine}");
    }
}
