//! The door for `fuzz/`: there in no build but `cargo fuzz`'s. A parser gets a function here and a target there.
use super::{Probe, ProbeError, VideoKind, probe::probe_reader, sniff};
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

/// What no file may make us say.
fn check(found: Result<Probe, ProbeError>) {
    let Ok(probe) = found else { return };
    assert!(probe.has_video);
    for fact in [probe.duration_ms, probe.width, probe.height] {
        assert!(fact.is_none_or(|fact| fact > 0), "{probe:?}");
    }
}
