//! What every recorded payload means, as a table: a file without a row fails.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use chrono::{DateTime, Utc};
use redial_domain::settings::{Limits, Settings};
use redial_domain::{Arrival, CallbackTime, Judged, Policy, judge};
use redial_formats::month_v1::Leaf;
use redial_providers::{Malformed, Parsed, bland, convoso};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

const NOW: &str = "2025-12-17T19:20:00Z";

/// File, what comes of it, the rule that said so, and the callback time.
const BLAND: &[[&str; 4]] = &[
    ["busy.json", "BUSY", "busy", ""],
    ["callback_local_time_without_zone.json", "CALLBACK", "callback", "local 2025-12-18 15:00:00"],
    ["callback_with_time.json", "CALLBACK", "callback", "2025-12-18 20:00:00 UTC"],
    ["confused_human_hangup.json", "CONFUSED", "confused", ""],
    ["delayed_second_payload.json", "not a result", "delayed_payload", ""],
    ["dnc_by_user.json", "DNC", "do_not_call", ""],
    ["dnc_words_by_agent_only.json", "CONFUSED", "confused", ""],
    ["failed_number_not_found.json", "BAD_NUMBER", "permanent_failure", ""],
    ["failed_transient.json", "FAILED", "failed", ""],
    ["four_minute_call_null_answered_by.json", "CONFUSED", "confused", ""],
    ["inbound_call_back.json", "CONFUSED", "confused", ""],
    ["no_answer.json", "NO_ANSWER", "no_answer", ""],
    ["no_answer_null_answered_by.json", "NO_ANSWER", "not_picked_up", ""],
    ["not_interested_string_tags.json", "NOT_INTERESTED", "not_interested", ""],
    ["streaming_event.json", "not a result", "streaming_event", ""],
    ["transfer_tag_without_transfer.json", "CONFUSED", "confused", ""],
    ["transferred_merged.json", "TRANSFERRED", "transferred", ""],
    ["unknown_lead.json", "CONFUSED", "confused", ""],
    ["voicemail.json", "VOICEMAIL", "voicemail", ""],
];

const CONVOSO: &[[&str; 4]] = &[
    ["call_result_no_answer.json", "NO_ANSWER", "disposition:NA", ""],
    ["call_result_sale.json", "SALE", "disposition:SALE", ""],
    ["new_lead.json", "new lead", "777001", ""],
];

#[test]
fn every_payload_of_bland_means_what_the_table_says() {
    check("bland", BLAND, |body| bland::parse(body, now()));
}

#[test]
fn every_payload_of_convoso_means_what_the_table_says() {
    check("convoso", CONVOSO, |body| convoso::parse(body, now()));
}

#[test]
fn the_called_lead_is_the_one_that_the_payload_names() {
    let told = |file: &str| match judged(bland::parse(&read("bland", file), now()).unwrap()) {
        Judged::Arrival(arrival) => {
            let Arrival::Result(result) = *arrival else { panic!("{file} is a new lead") };
            let lead = result.lead.map(|lead| lead.as_str().to_owned());
            (lead, result.phone.as_str().to_owned(), result.attempt.is_some(), result.inbound)
        }
        other => panic!("{file}: {other:?}"),
    };
    let number = || "+16285550107".to_owned();
    assert_eq!(told("voicemail.json"), (Some("123456".to_owned()), number(), true, false));
    assert_eq!(told("unknown_lead.json"), (None, number(), false, false));
    assert_eq!(told("inbound_call_back.json"), (None, number(), false, true));
}

/// The original may be uploaded as it is: every value of it comes back.
#[test]
fn a_month_of_the_original_comes_back_whole() {
    for file in files("months") {
        let body = read("months", &file);
        let leaf = Leaf::parse(&body).unwrap();
        let places: Vec<&str> = leaf.leads().map(|(place, lead)| lead.map(|_| place).unwrap()).collect();
        let original: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&body).unwrap();
        assert_eq!(places.len(), original.len(), "{file}");
        let written: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&leaf.to_bytes()).unwrap();
        assert_eq!(written, original, "{file}");
    }
}

#[track_caller]
fn check(folder: &str, table: &[[&str; 4]], parse: impl Fn(&[u8]) -> Result<Parsed, Malformed>) {
    let rows: BTreeSet<String> = table.iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(rows, files(folder), "the table and the folder {folder} differ");
    for [file, what, rule, callback] in table {
        let found = meaning(parse(&read(folder, file)));
        assert_eq!(found, [*what, *rule, *callback].map(str::to_owned), "{folder}/{file}");
    }
}

/// What a body means to the queue.
fn judged(parsed: Parsed) -> Judged {
    match parsed {
        Parsed::Report(report) => judge(*report, &policy()),
        Parsed::NotAResult(reason) => Judged::NotAResult(reason),
        Parsed::Unattached(reason) => Judged::Unattached(reason),
    }
}

fn meaning(parsed: Result<Parsed, Malformed>) -> [String; 3] {
    let none = String::new;
    match parsed.map(judged) {
        Err(Malformed(message)) => ["malformed".to_owned(), message, none()],
        Ok(Judged::InCall(_)) => ["in call".to_owned(), none(), none()],
        Ok(Judged::NotAResult(reason)) => ["not a result".to_owned(), reason.as_str().to_owned(), none()],
        Ok(Judged::DoNotCall(told)) => ["do-not-call".to_owned(), format!("{:?}", told.refused), none()],
        Ok(Judged::OfNobody(_, reason) | Judged::Unattached(reason)) => {
            ["unattached".to_owned(), reason.as_str().to_owned(), none()]
        }
        Ok(Judged::Arrival(arrival)) => match *arrival {
            Arrival::NewLead(new) => ["new lead".to_owned(), new.lead.as_str().to_owned(), none()],
            Arrival::Result(result) => {
                let callback = result.callback.map_or_else(none, |callback| match callback {
                    CallbackTime::At(at) => at.to_string(),
                    CallbackTime::Local(local) => format!("local {local}"),
                    CallbackTime::Unusable => "unusable".to_owned(),
                });
                [result.outcome.to_string(), result.rule, callback]
            }
        },
    }
}

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

fn policy() -> Policy {
    Settings::default().policy(Limits::default()).unwrap()
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(name)
}

fn files(name: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder(name)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn read(name: &str, file: &str) -> Vec<u8> {
    fs::read(folder(name).join(file)).unwrap()
}
