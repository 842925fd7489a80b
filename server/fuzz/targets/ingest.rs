//! libFuzzer's loop around [`fuzz::ingest`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::ingest(bytes);
});
