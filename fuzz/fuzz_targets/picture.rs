//! JPEG, PNG and WebP, and the JPEGs made of them.
#![no_main]
use libfuzzer_sys::fuzz_target;
use madang_fuzz::ingest::fuzzing;

fuzz_target!(|bytes: &[u8]| fuzzing::picture(bytes));
