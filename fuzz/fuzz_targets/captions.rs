//! WebVTT and SRT.
#![no_main]
use libfuzzer_sys::fuzz_target;
use madang_fuzz::ingest::fuzzing;

fuzz_target!(|bytes: &[u8]| fuzzing::captions(bytes));
