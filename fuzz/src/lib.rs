//! What must hold whatever bytes come in. libFuzzer looks for bytes that break it (`fuzz/`); so do ordinary tests, with samples
//! and random changes of them.
#![expect(clippy::unwrap_used, reason = "a panic is what a fuzzer looks for")]

mod admin;
mod month;
mod phone;
mod refusal;
mod signature;
mod webhook;

pub use admin::{admin_body, admin_query};
pub use month::month_object;
pub use phone::phone_number;
pub use refusal::said_words;
pub use signature::signature_header;
pub use webhook::webhook_body;

use redial_domain::Phone;

/// A place where bytes come in.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Panics when the bytes break a promise.
    pub check: fn(&[u8]),
}

/// Every place where bytes come in.
pub const TARGETS: &[Target] = &[
    Target { name: "webhook_body", check: webhook_body },
    Target { name: "signature_header", check: signature_header },
    Target { name: "month_object", check: month_object },
    Target { name: "phone_number", check: phone_number },
    Target { name: "said_words", check: said_words },
    Target { name: "admin_query", check: admin_query },
    Target { name: "admin_body", check: admin_body },
];

fn is_e164(phone: &Phone) {
    let digits = phone.as_str().strip_prefix('+').unwrap();
    assert!((8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(phone));
}
