#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pam_duo2::fuzz::run("link", data));
