//! libFuzzer's loop around [`fuzz::webhook`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::webhook(bytes);
});
