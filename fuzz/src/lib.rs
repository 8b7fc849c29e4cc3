//! The parsers of `src/ingest/` and nothing else of the site, which would take long to build with the sanitizer. They
//! stand here as they do in `src/ingest/mod.rs`.

// What only the site asks of them.
#![allow(dead_code, unused_imports)]

#[path = "../../src/ingest"]
pub mod ingest {
    mod captions;
    mod codecs;
    mod fragments;
    pub mod fuzzing;
    mod matroska;
    mod mp4;
    mod ogg;
    mod picture;
    mod probe;
    mod sniff;
    mod source;

    pub use probe::{Probe, ProbeError};
    pub use sniff::{ImageKind, VideoKind};

    pub mod faststart {
        pub mod fuzzing;
        mod offsets;
        mod plan;
    }
}
