//! Bodies as large as Lambda takes them, made to be slow or to take much memory. No time is measured: a reader whose time grows
//! with the square of the body would take hours.
//!
//! One test, because it looks at the memory of its process.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use chrono::{DateTime, Utc};
use redial_domain::builders::{at, policy};
use redial_domain::refusal::{Refusal, WORDS_KEPT, hear, label};
use redial_domain::{Arrival, Judged, Phone, judge};
use redial_formats::month_v1::Leaf;
use redial_providers::{Malformed, Parsed, bland, convoso};
use serde_json::json;
use std::fs;
use std::sync::LazyLock;

/// The most that Lambda takes as one request.
const BODY: usize = 6 * 1024 * 1024;

/// The most memory that reading it may take. The smallest function has three times as much.
const MEMORY: usize = 24 * BODY;

/// The most bytes of the texts of one result that are stored.
const STORED: usize = 10_000;

static NOW: LazyLock<DateTime<Utc>> = LazyLock::new(|| at("2026-11-27T17:00:00Z"));

/// How a body begins, what is repeated, and how it ends.
const SHAPES: &[[&str; 3]] = &[
    ["", "a", ""],
    ["", " ", ""],
    ["", "7", ""],
    ["+1", "0", ".0"],
    ["", ",", ""],
    ["", "\u{202a}", ""],
    ["", "stop calling ", ""],
    ["", "call me, don't call me. ", ""],
    ["", "really just my wife said please ", ""],
    ["", "remove my, um, uh... ", ""],
    ["", "user: stop calling\n", ""],
    ["", "the number is not ", ""],
    ["", "did not opt out, ", ""],
    ["", "NOT DNC ", ""],
    ["", "{{", ""],
    ["a=", "%F0", ""],
    ["", "lead_id=1&", ""],
    ["--b\r\nContent-Disposition: form-data; name=a\r\n\r\n", "--b\r\n", "--b--"],
    ["--b\r\nContent-Disposition: form-data; name=a\r\n\r\n", "x--b", "\r\n--b--"],
    ["", "--b\n", ""],
    ["", "--b\nx\n", ""],
    ["--b\n", "Content-Disposition: form-data; name=a\n\n1\n--b\n", ""],
    ["", "[", ""],
    ["", "{\"a\":", ""],
    ["{\"a\":", "[", "}"],
    ["{\"a\":\"", "\\ud83d", "\"}"],
    ["{\"a\":\"", "\\\"", "\"}"],
    ["{", "\"\\ud83d\":1,", "\"a\":1}"],
    ["{", "\"a_2125550101\":{},", "\"a\":1}"],
    ["{\"a\":[", "0,", "0]}"],
    ["{\"a\":[", "[0],", "0]}"],
    ["{\"a\":[", "{\"a\":0},", "0]}"],
    ["{\"status\":\"completed\",\"transcripts\":[", "{\"user\":\"user\",\"text\":\"no\"},", "0]}"],
    ["{\"status\":\"completed\",\"pathway_tags\":[", "\"a\",", "0]}"],
    ["{\"a\":0.", "1", "e9}"],
];

fn grown([begin, middle, end]: [&str; 3], bytes: usize) -> String {
    format!("{begin}{}{end}", middle.repeat((bytes - begin.len() - end.len()) / middle.len()))
}

#[test]
fn a_body_of_any_shape_is_read_in_time_and_memory_in_proportion() {
    let before = memory("VmRSS:");
    for shape in SHAPES {
        let body = grown(*shape, BODY);
        is_small(bland::parse(body.as_bytes(), *NOW));
        is_small(convoso::parse(body.as_bytes(), *NOW));
        let _ = Leaf::parse(body.as_bytes());
        assert!(Phone::parse(&body).is_err() && Phone::with_code(&body, "2125550101").is_ok());
        is_bounded(&hear(std::slice::from_ref(&body)));
        let text = grown(*shape, BODY / 10);
        let _ = label(&text);
        is_small(bland::parse(call(&text).as_bytes(), *NOW));
        is_small(convoso::parse(disposition(&text).as_bytes(), *NOW));
        // The most since the beginning, so it tells the first shape that takes too much.
        let taken = memory("VmHWM:").saturating_sub(before);
        assert!(taken <= MEMORY, "{} MiB for {shape:?}", taken >> 20);
    }
    for shape in SHAPES.iter().filter(|[_, middle, _]| middle.len() > 5 && middle.contains(' ')) {
        let turns: Vec<String> = grown(*shape, BODY).split(' ').map(str::to_owned).collect();
        is_bounded(&hear(&turns));
    }
}

/// A call with the text in every field that is searched.
fn call(text: &str) -> String {
    json!({
        "call_id": "c", "to": "+12125550101", "completed": true, "status": "completed", "answered_by": "human",
        "metadata": {"lead_id": "1", "first_name": text}, "request_data": text, "variables": {"callback_time": text},
        "error_message": text, "disposition_tag": text, "pathway_tags": [text], "concatenated_transcript": text,
        "transcripts": [{"user": "user", "text": text}], "end_at": text,
    })
    .to_string()
}

/// The same of a dialer.
fn disposition(text: &str) -> String {
    json!({
        "lead_id": text, "id": "1", "phone_number": "2125550101", "phone_code": text, "call_log_id": "1",
        "status": text, "call_type": text, "first_name": text, "state": text,
    })
    .to_string()
}

/// Whatever a body means, little of it is stored.
fn is_small(parsed: Result<Parsed, Malformed>) {
    let Ok(Parsed::Report(report)) = parsed else { return };
    if let Judged::Arrival(arrival) = judge(*report, &policy())
        && let Arrival::Result(result) = *arrival
    {
        let texts = [result.outcome.as_str(), &result.rule, &result.profile.first_name, &result.profile.state];
        let words = result.possible_refusal.unwrap_or_default();
        assert!(words.chars().count() <= WORDS_KEPT);
        assert!(texts.iter().map(|text| text.len()).sum::<usize>() <= STORED);
    }
}

fn is_bounded(refusal: &Refusal) {
    if let Refusal::Possible(words) = refusal {
        assert!((1..=WORDS_KEPT).contains(&words.chars().count()));
    }
}

/// A line of the kernel's report of this process, in bytes.
fn memory(name: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}
