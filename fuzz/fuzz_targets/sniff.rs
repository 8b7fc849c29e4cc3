//! What a file is, from its first bytes; and then what it says of itself.
#![no_main]
use libfuzzer_sys::fuzz_target;
use madang_fuzz::ingest::fuzzing;

fuzz_target!(|bytes: &[u8]| fuzzing::sniff(bytes));
