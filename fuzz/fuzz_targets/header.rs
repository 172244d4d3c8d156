//! Feeds the target `header` of `tests/suite/fuzzing.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| poptui_fuzz::feed("header", octets));
