//! The files that `fuzz/` starts from, and those it once found something with.
use super::*;

/// What is done with a file of the corpus.
type Target = fn(&[u8]);

#[test]
fn every_file_of_the_fuzzers_is_read_to_the_end() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let targets: [(&str, Target); 7] = [
        ("mp4", |bytes| fuzzing::probe(bytes, VideoKind::Mp4)),
        ("matroska", |bytes| fuzzing::probe(bytes, VideoKind::WebM)),
        ("ogg", |bytes| fuzzing::probe(bytes, VideoKind::Ogg)),
        ("sniff", fuzzing::sniff),
        ("faststart", fuzzing::fast_start),
        ("captions", fuzzing::captions),
        ("picture", fuzzing::picture),
    ];
    let mut sizes = 0;
    for (target, read) in targets {
        let files: Vec<_> = std::fs::read_dir(root.join(target)).unwrap().collect();
        assert!(!files.is_empty(), "{target}");
        for file in files {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            sizes += bytes.len();
            let begun = Instant::now();
            read(&bytes);
            assert!(begun.elapsed() < A_HANG, "{path:?}");
        }
    }
    assert!(sizes < 200_000, "the corpus has grown to {sizes} bytes");
}
