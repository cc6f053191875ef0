//! Stored bytes beside the files in `tests/golden`: a format cannot change by accident.
//!
//! A file that has to change means that the stored bytes change. Read *Version policy* in ARCHITECTURE.md first.

use crate::{export_v1, import_v1, line_v1, run_v1, settings_v1};
use redial_domain::breaker::{BreakerTrip, Cause};
use redial_domain::builders::{at, attempt, call_id, hold, lead_ref, month, phone, profile, result};
use redial_domain::{
    AgentCall, Arrival, BadLine, Breaker, CallResult, CallbackTime, CallsOfDay, Export, ExportState, Hold, Import,
    ImportState, KnownCall, Lease, Line, NewLead, Outcome, Retire, Review, RunState, RunSummary, Source, Stop,
    Suppression, Told, UnknownFields, Waiting, Writing,
};
use std::collections::BTreeMap;

const LINE: &str = include_str!("../tests/golden/line_v1.json");
const SUPPRESSED_LINE: &str = include_str!("../tests/golden/line_v1_suppressed.json");
const ALLOWED_LINE: &str = include_str!("../tests/golden/line_v1_allowed.json");
const NOTED_LINE: &str = include_str!("../tests/golden/line_v1_suppressed_by.json");
const EXPORT: &str = include_str!("../tests/golden/export_v1.json");
const IMPORT: &str = include_str!("../tests/golden/import_v1.json");
const LEAD_IMPORT: &str = include_str!("../tests/golden/import_v1_leads.json");
const AGENT_LINES: &str = include_str!("../tests/golden/line_v1_agent_calls.json");
const AGENT_LINE: &str = include_str!("../tests/golden/line_v1_agent_call.json");
const REVIEWED_LINE: &str = include_str!("../tests/golden/line_v1_review.json");
const RUN_STATE: &str = include_str!("../tests/golden/run_v1.json");
const REFUSED: &str = include_str!("../tests/golden/run_v1_refused.json");
const SETTINGS: &str = include_str!("../tests/golden/settings_v1.json");

#[track_caller]
fn check(written: &str, golden: &str) {
    assert_eq!(written, golden.trim_end(), "the stored bytes have changed");
}

/// A line with every field that a line can have.
fn line() -> Line {
    let now = at("2025-12-17T19:00:00Z");
    let call = result(1, "c1", Outcome::CALLBACK, at("2025-12-17T18:59:00.250Z"));
    let named = CallResult {
        attempt: Some(attempt(1)),
        month: Some(month("2025-12")),
        callback: Some(CallbackTime::At(at("2025-12-18T20:00:00Z"))),
        ..call.clone()
    };
    let unnamed = CallResult {
        lead: None,
        source: Source::Convoso,
        callback: Some(CallbackTime::Local("2025-12-18T15:00:00".parse().unwrap())),
        inbound: true,
        ..result(1, "convoso:9", Outcome::BUSY, now)
    };
    let new = NewLead { lead: lead_ref(2, "2025-12").id, phone: phone(1), profile: profile() };
    let arrivals = [Arrival::Result(named), Arrival::Result(unnamed), Arrival::NewLead(new)];
    Line {
        hold: Some(Hold {
            provider: Source::Bland,
            call: Some(call_id("c1")),
            missing_since: Some(now),
            ..hold(attempt(1), lead_ref(1, "2025-12"), now, at("2025-12-17T19:35:00Z"))
        }),
        agent_calls: Vec::new(),
        inbox: arrivals.into_iter().map(|arrival| Waiting { arrival, since: now }).collect(),
        calls: vec![
            KnownCall { at: now, attempt: Some(attempt(1)), call: Some(call_id("c1")), recorded: false, told: None },
            KnownCall { at: now, attempt: None, call: None, recorded: true, told: None },
        ],
        suppressed: Some(Suppression::new(Outcome::DNC, Source::Redial, now)),
        allowed: None,
        retiring: false,
        transferred_at: None,
        review: None,
        record_locations: vec![lead_ref(1, "2025-12")],
        unknown: UnknownFields::default(),
    }
}

fn run_state() -> RunState {
    let day = at("2025-12-17T00:00:00Z").date_naive();
    RunState {
        lease: Some(Lease { holder: "a run".to_owned(), until: at("2025-12-17T19:04:00Z") }),
        last_run: Some(RunSummary {
            started_at: at("2025-12-17T18:55:00Z"),
            total_ready: 1,
            calls_made: 2,
            skipped: 3,
            errors: 4,
            reconciled: 5,
            deferred: 6,
            lost: 7,
            months_deleted: 8,
            duration_ms: 9,
            stopped_by: Some(Stop::Deadline),
        }),
        recent: [RunSummary {
            started_at: at("2025-12-17T18:55:00Z"),
            stopped_by: Some(Stop::Deadline),
            ..RunSummary::default()
        }]
        .into(),
        retention_day: Some(day),
        breaker: Breaker::Open(BreakerTrip {
            cause: Cause::SlowDown,
            opened_at: at("2025-12-17T18:50:00Z"),
            until: at("2025-12-17T19:20:00Z"),
            failures: 3,
            message: None,
        }),
        calls: CallsOfDay { day: Some(day), made: 120, reserved: BTreeMap::from([("a run".to_owned(), 20)]) },
        unknown: UnknownFields::default(),
    }
}

fn settings() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("enabled", "true".to_owned()),
        ("max_redial_attempts", "5".to_owned()),
        ("progressive_intervals", "0,5,10".to_owned()),
        ("business_hours", "09:00-17:00".to_owned()),
        ("success_outcomes", "SALE,ACA".to_owned()),
    ])
}

#[test]
fn a_line_is_stored_as_before() {
    check(&line_v1::to_text(&line()), LINE);
    check(
        &line_v1::to_text(&Line::default()),
        r#"{"calls":[],"hold":null,"homes":[],"inbox":[],"suppressed":null,"v":1}"#,
    );
    assert_eq!(line_v1::parse(LINE), Ok(line()));
}

fn agent_call(call: Option<&str>, until: &str) -> AgentCall {
    let since = at("2025-12-17T19:00:00Z");
    AgentCall { source: Source::Convoso, call: call.map(call_id), since, until: at(until) }
}

/// The fields that a line has only while Convoso reports a call, or has reported one.
fn line_with_a_call_of_convoso() -> Line {
    let now = at("2025-12-17T19:00:00Z");
    let told = Some(Told { outcome: Some(Outcome::SALE), at: at("2025-12-17T18:59:00.250Z") });
    Line {
        agent_calls: vec![agent_call(Some("convoso:9"), "2025-12-17T19:30:00Z")],
        calls: vec![KnownCall { at: now, attempt: None, call: Some(call_id("convoso:8")), recorded: true, told }],
        ..Line::default()
    }
}

#[test]
fn a_line_with_a_call_of_convoso_is_stored_as_before() {
    check(&line_v1::to_text(&line_with_a_call_of_convoso()), AGENT_LINE);
    assert_eq!(line_v1::parse(AGENT_LINE), Ok(line_with_a_call_of_convoso()));
}

#[test]
fn a_line_with_several_calls_of_convoso_is_stored_as_before() {
    let calls = [(Some("convoso:9"), "2025-12-17T19:30:00Z"), (None, "2025-12-17T19:31:00Z")];
    let line = Line { agent_calls: calls.map(|(call, until)| agent_call(call, until)).to_vec(), ..Line::default() };
    check(&line_v1::to_text(&line), AGENT_LINES);
    assert_eq!(line_v1::parse(AGENT_LINES), Ok(line));
}

#[test]
fn a_suppressed_line_and_a_transfer_are_stored_as_before() {
    let now = at("2025-12-17T19:00:00Z");
    let mut line = Line { transferred_at: Some(now), ..Line::default() };
    line.suppress(&Outcome::DNC, Source::Redial, now);
    check(&line_v1::to_text(&line), SUPPRESSED_LINE);
    assert_eq!(line_v1::parse(SUPPRESSED_LINE), Ok(line));
}

#[test]
fn a_line_that_an_operator_suppressed_is_stored_as_before() {
    let mut line = Line::default();
    let now = at("2025-12-17T19:00:00Z");
    line.forbid(&Suppression::by(Outcome::DNC, Source::Redial, now, "ops", "wrote a letter"), Retire::WhenDue);
    check(&line_v1::to_text(&line), NOTED_LINE);
    assert_eq!(line_v1::parse(NOTED_LINE), Ok(line));
}

#[test]
fn a_line_that_an_operator_allowed_is_stored_as_before() {
    let mut line = Line::default();
    line.suppress(&Outcome::DNC, Source::Bland, at("2025-12-17T19:00:00Z"));
    line.allow("ops", "asked to be called again", at("2025-12-18T19:00:00Z"));
    check(&line_v1::to_text(&line), ALLOWED_LINE);
    assert_eq!(line_v1::parse(ALLOWED_LINE), Ok(line));
}

#[test]
fn the_progress_of_an_import_is_stored_as_before() {
    let import = Import {
        by: "ops".to_owned(),
        state: ImportState::Running,
        lines: 100,
        total: Some(250),
        added: 90,
        known: 8,
        bad: vec![BadLine { line: 7, reason: "the phone number is empty".to_owned() }],
        bad_lines: 2,
        updated_at: at("2025-12-17T19:00:05Z"),
        ..Import::new("\"etag\"".to_owned(), "ops", at("2025-12-17T19:00:00Z"))
    };
    check(&String::from_utf8(import_v1::to_bytes(&import)).unwrap(), IMPORT);
    assert_eq!(import_v1::parse(IMPORT.as_bytes()), Ok(import));
}

#[test]
fn the_progress_of_a_list_of_leads_is_stored_as_before() {
    let refused = BadLine { line: 9, reason: "the number is suppressed".to_owned() };
    let import = Import {
        state: ImportState::Done,
        lines: 250,
        total: Some(250),
        added: 249,
        refused: vec![refused],
        refused_lines: 1,
        updated_at: at("2025-12-17T19:00:05Z"),
        ..Import::new("\"etag\"".to_owned(), "ops", at("2025-12-17T19:00:00Z"))
    };
    check(&String::from_utf8(import_v1::to_bytes(&import)).unwrap(), LEAD_IMPORT);
    assert_eq!(import_v1::parse(LEAD_IMPORT.as_bytes()), Ok(import));
}

#[test]
fn the_progress_of_an_export_is_stored_as_before() {
    let writing = Writing {
        upload: Some("an upload".to_owned()),
        parts: vec!["\"first\"".to_owned(), "\"second\"".to_owned()],
        next: 1 << 31,
        division: Some("0198c0de-7000-7000-8000-000000000001".to_owned()),
        lease: Some(Lease { holder: "a request".to_owned(), until: at("2025-12-17T19:00:30Z") }),
    };
    let export = Export {
        leaves: 16,
        records: 4_000,
        bytes: 17_000_000,
        state: ExportState::Writing(writing),
        ..Export::new("exports/months/1/redial-queue_2025-12.json".to_owned(), at("2025-12-17T19:00:00Z"))
    };
    check(&String::from_utf8(export_v1::to_bytes(&export)).unwrap(), EXPORT);
    assert_eq!(export_v1::parse(EXPORT.as_bytes()), Ok(export));
}

#[test]
fn a_line_with_a_possible_do_not_call_is_stored_as_before() {
    let since = at("2025-12-17T19:00:00Z");
    let review = Review { call: call_id("c1"), words: "don't call me at work".to_owned(), since };
    let result = CallResult {
        possible_refusal: Some(review.words.clone()),
        connected: false,
        ..result(1, "c1", Outcome::CONFUSED, at("2025-12-17T18:59:00Z"))
    };
    let inbox = vec![Waiting { arrival: Arrival::Result(result), since }];
    let line = Line { review: Some(review), inbox, ..Line::default() };
    check(&line_v1::to_text(&line), REVIEWED_LINE);
    assert_eq!(line_v1::parse(REVIEWED_LINE), Ok(line));
}

#[test]
fn the_state_of_runs_is_stored_as_before() {
    check(&String::from_utf8(run_v1::to_bytes(&run_state())).unwrap(), RUN_STATE);
    assert_eq!(run_v1::parse(RUN_STATE.as_bytes()), Ok(run_state()));
}

#[test]
fn a_breaker_with_a_message_is_stored_as_before() {
    let mut state = run_state();
    state.breaker = Breaker::Open(BreakerTrip {
        cause: Cause::Refusing,
        opened_at: at("2025-12-17T18:50:00Z"),
        until: at("2025-12-17T19:20:00Z"),
        failures: 3,
        message: Some("Pathway … not found".to_owned()),
    });
    check(&String::from_utf8(run_v1::to_bytes(&state)).unwrap(), REFUSED);
    assert_eq!(run_v1::parse(REFUSED.as_bytes()), Ok(state));
}

#[test]
fn settings_are_stored_as_before() {
    check(&String::from_utf8(settings_v1::to_bytes(&settings())).unwrap(), SETTINGS);
    assert_eq!(settings_v1::parse(SETTINGS.as_bytes()), Ok(settings()));
}
