//! What `fuzz/` does with random bytes, and the suite with those that the fuzzers start from. A parser gets a function
//! here and a target there.
use super::{
    Probe, ProbeError, VideoKind, captions, faststart, picture, probe::probe_reader, sniff,
};
use std::io::Cursor;

/// Looks into bytes as a file of this kind.
pub fn probe(bytes: &[u8], kind: VideoKind) {
    check(probe_reader(Cursor::new(bytes), kind));
}

/// Sniffs bytes as each kind of file there is, and looks into what is a video.
pub fn sniff(bytes: &[u8]) {
    let head = &bytes[..bytes.len().min(sniff::HEAD)];
    sniff::sniff_file(head);
    if let Some(kind) = sniff::sniff_video(head) {
        probe(bytes, kind);
    }
}

/// Reads bytes as captions. What is made of them is clean: made again of itself, it stays the same.
pub fn captions(bytes: &[u8]) {
    let Ok(first) = captions::read(bytes) else {
        return;
    };
    assert!(first.cues > 0);
    if first.vtt.len() as u64 <= captions::LIMIT {
        let second = captions::read(first.vtt.as_bytes());
        assert_eq!(second.as_ref(), Ok(&first));
    }
}

/// Makes the two JPEGs of a picture; they are of the sizes that are told.
pub fn picture(bytes: &[u8]) {
    let Ok(scaled) = picture::of_bytes(bytes) else {
        return;
    };
    assert!((1..=picture::LARGE).contains(&scaled.width));
    assert_eq!(scaled.small.is_some(), scaled.width > picture::SMALL);
    let width = |jpeg: &[u8]| picture::of_bytes(jpeg).expect("a picture").width;
    assert_eq!(width(&scaled.large), scaled.width);
    assert!(
        scaled
            .small
            .is_none_or(|small| width(&small) == picture::SMALL)
    );
}

/// Puts an index in front, with the same bytes behind every offset; after that there is no more to do.
pub fn fast_start(bytes: &[u8]) {
    if let Some(new) = faststart::fuzzing::written(bytes) {
        assert!(faststart::fuzzing::written(&new).is_none());
    }
}

/// What no file may make us say.
fn check(found: Result<Probe, ProbeError>) {
    let Ok(probe) = found else { return };
    assert!(probe.has_video);
    for fact in [probe.duration_ms, probe.width, probe.height] {
        assert!(fact.is_none_or(|fact| fact > 0), "{probe:?}");
    }
}
