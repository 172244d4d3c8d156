//! Feeds the target `query` of `tests/suite/fuzzing.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| poptui_fuzz::feed("query", octets));
