//! libFuzzer's loop around [`fuzz::signed_request`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::signed_request(bytes);
});
