#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| redial::testing::fuzz::admin_query(data));
