//! libFuzzer's loop around [`fuzz::table`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::table(bytes);
});
