//! MP4, M4V and QuickTime.
#![no_main]
use libfuzzer_sys::fuzz_target;
use madang_fuzz::ingest::{VideoKind, fuzzing};

fuzz_target!(|bytes: &[u8]| fuzzing::probe(bytes, VideoKind::Mp4));
