//! MP4 with its index at the end.
#![no_main]
use libfuzzer_sys::fuzz_target;
use madang_fuzz::ingest::fuzzing;

fuzz_target!(|bytes: &[u8]| fuzzing::fast_start(bytes));
