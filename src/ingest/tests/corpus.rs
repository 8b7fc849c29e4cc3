//! The files that `fuzz/` starts from, and those it once found something with.
use super::*;

#[test]
fn every_file_of_the_fuzzers_is_read_to_the_end() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut sizes = 0;
    for (target, kinds) in [
        ("mp4", &[VideoKind::Mp4][..]),
        ("matroska", &[VideoKind::WebM]),
        ("ogg", &[VideoKind::Ogg]),
        ("sniff", &[VideoKind::Mp4, VideoKind::WebM, VideoKind::Ogg]),
    ] {
        let files: Vec<_> = std::fs::read_dir(root.join(target)).unwrap().collect();
        assert!(!files.is_empty(), "{target}");
        for file in files {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            sizes += bytes.len();
            let begun = Instant::now();
            sniff::sniff_video(&bytes[..bytes.len().min(sniff::HEAD)]);
            sniff::sniff_file(&bytes[..bytes.len().min(sniff::HEAD)]);
            for &kind in kinds {
                if let Ok(probe) = look(&bytes, kind) {
                    assert!(probe.duration_ms.is_none_or(|it| it > 0), "{path:?}");
                }
            }
            assert!(begun.elapsed() < A_HANG, "{path:?}");
        }
    }
    assert!(sizes < 200_000, "the corpus has grown to {sizes} bytes");
}
