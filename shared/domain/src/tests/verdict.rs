//! Tests of who may be dialed.

use super::*;
use crate::law::{Consent, ConsentEvidence, Entry, Jurisdiction, Recorded, Register, Standing};
use crate::verdict::Shown;

fn due() -> Lead {
    Lead { next_redial: now(), ..after(&[ended(result("c1", "BUSY"), 30)]) }
}

fn held(until: DateTime<Utc>) -> Line {
    let mut line = Line::default();
    line.take(crate::builders::hold(attempt(1), location(), now(), until));
    line
}

fn line_with_calls(count: i64) -> Line {
    let known = |hours: i64| KnownCall {
        at: now() - TimeDelta::hours(hours),
        attempt: None,
        call: CallId::parse(&format!("k{hours}")).ok(),
        recorded: true,
        told: None,
    };
    Line { calls: (1..=count).map(known).collect(), ..Line::default() }
}

fn facts<'a>(lead: &'a Lead, line: &'a Line, now: DateTime<Utc>, policy: &'a Policy) -> Facts<'a> {
    Facts { lead, line: Some(line), now, policy }
}

#[track_caller]
fn check(lead: &Lead, line: &Line, policy: &Policy, closed: Option<GateName>) {
    let verdict = verdict(&facts(lead, line, now(), policy));
    assert_eq!(verdict.first_closed().map(|gate| gate.name), closed, "{verdict:?}");
    assert_eq!(verdict.may_dial(), closed.is_none());
}

#[test]
fn the_gates_of_the_number_are_those_that_need_its_line() {
    let (lead, policy) = (due(), policy());
    let verdict = verdict(&Facts { lead: &lead, line: None, now: now(), policy: &policy });
    for gate in &verdict.gates {
        assert_eq!(gate.name.is_of_number(), gate.value == Shown::Word("not read"), "{gate:?}");
    }
    assert!(!verdict.may_dial(), "{verdict:?}");
}

#[test]
fn a_due_lead_may_be_dialed() {
    check(&due(), &Line::default(), &policy(), None);
}

#[rstest]
#[case("enabled", "false", GateName::Enabled)]
#[case("running", "false", GateName::Running)]
#[case("business_hours", "15:00-20:00", GateName::BusinessHours)]
#[case("blackout_dates", "2025-12-17", GateName::BusinessHours)]
#[case("max_redial_attempts", "1", GateName::Attempts)]
fn a_verdict_is_closed_by_a_setting(#[case] key: &'static str, #[case] value: &str, #[case] gate: GateName) {
    check(&due(), &Line::default(), &policy_with(&[(key, value)]), Some(gate));
}

#[rstest]
#[case(Status::Paused)]
#[case(Status::Completed)]
#[case(Status::MaxAttempts)]
fn a_verdict_is_closed_for_a_record_that_does_not_wait(#[case] status: Status) {
    check(&Lead { status, ..due() }, &Line::default(), &policy(), Some(GateName::Status));
}

#[test]
fn a_verdict_is_closed_for_a_record_of_the_original_with_a_do_not_call() {
    let outcomes = vec![Outcome::BUSY, Outcome::DNC];
    check(&Lead { outcomes, ..due() }, &Line::default(), &policy(), Some(GateName::Status));
}

#[test]
fn a_verdict_is_closed_before_its_time_and_open_at_it() {
    let lead = Lead { next_redial: now() + TimeDelta::milliseconds(1), ..due() };
    check(&lead, &Line::default(), &policy(), Some(GateName::Due));
}

#[test]
fn calling_hours_are_those_of_the_person_and_not_of_the_business() {
    let policy = policy_with(&[("business_hours", "00:00-24:00")]);
    let lead = Lead { profile: Profile { state: "HI".to_owned(), ..Profile::default() }, ..due() };
    let early = at("2025-12-17T17:59:59Z");
    assert_eq!(
        verdict(&facts(&lead, &Line::default(), early, &policy)).first_closed().unwrap().name,
        GateName::CallingHours
    );
    check(&lead, &Line::default(), &policy, None);
}

#[test]
fn a_verdict_ignores_hours_if_that_is_switched_on() {
    let policy = policy_with(&[("business_hours", "03:00-04:00"), ("ignore_calling_hours", "true")]);
    check(&due(), &Line::default(), &policy, None);
}

#[test]
fn a_verdict_is_closed_outside_the_lead_window_except_for_a_callback() {
    let old = Lead { created_at: now() - TimeDelta::days(30) - minutes(1), ..due() };
    check(&old, &Line::default(), &policy(), Some(GateName::LeadWindow));
    let yesterday = Lead { created_at: now() - TimeDelta::hours(20), ..due() };
    let today = policy_with(&[("lead_window", "today")]);
    check(&yesterday, &Line::default(), &today, Some(GateName::LeadWindow));
    check(&Lead { status: Status::Rescheduled, ..yesterday }, &Line::default(), &today, None);
}

#[test]
fn a_verdict_is_closed_on_a_suppressed_line_for_every_lead_of_the_number() {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c9", "DNC")), now());
    line.resolve(&Arrival::Result(result("c9", "DNC")));
    check(&due(), &line, &policy(), Some(GateName::NotSuppressed));
    check(&Lead { id: LeadId::parse("2").unwrap(), ..due() }, &line, &policy(), Some(GateName::NotSuppressed));
}

#[rstest]
#[case(7, None)]
#[case(8, Some(GateName::CallsPerNumber))]
fn a_verdict_obeys_the_cap_of_the_number(#[case] calls: i64, #[case] closed: Option<GateName>) {
    check(&due(), &line_with_calls(calls), &policy(), closed);
    let callback = Lead { status: Status::Rescheduled, ..due() };
    check(&callback, &line_with_calls(calls), &policy(), closed);
}

#[rstest]
#[case(29, Some(GateName::TransferQuiet))]
#[case(30, None)]
fn a_verdict_is_closed_for_some_time_after_a_transfer(#[case] minutes_ago: i64, #[case] closed: Option<GateName>) {
    let mut line = Line::default();
    line.accept(Arrival::Result(ended(result("c9", "TRANSFERRED"), minutes_ago)), now());
    line.resolve(&Arrival::Result(result("c9", "TRANSFERRED")));
    let other = Lead { id: LeadId::parse("2").unwrap(), ..due() };
    check(&other, &line, &policy(), closed);
    check(&other, &line, &policy_with(&[("transfer_quiet_minutes", "0")]), None);
    let next = facts(&other, &line, now(), &policy()).next_dial();
    assert_eq!(next, Some(now() + minutes(30 - minutes_ago)));
}

#[test]
fn the_cap_opens_when_its_oldest_call_is_24_hours_ago() {
    let next = facts(&due(), &line_with_calls(8), now(), &policy()).next_dial();
    assert_eq!(next, Some(now() + TimeDelta::hours(16) + TimeDelta::hours(5)), "16 hours later it is night");
}

#[test]
fn a_verdict_is_closed_while_the_line_is_held_even_when_the_hold_is_overdue() {
    check(&due(), &held(now() + minutes(10)), &policy(), Some(GateName::LineFree));
    check(&due(), &held(now() - minutes(10)), &policy(), Some(GateName::LineFree));
}

#[test]
fn a_held_line_is_expected_to_be_free_when_the_provider_is_asked() {
    let next = facts(&due(), &held(now() + minutes(10)), now(), &policy()).next_dial();
    assert_eq!(next, Some(now() + minutes(10)));
}

#[test]
fn a_verdict_is_closed_while_a_result_waits_to_be_stored() {
    let mut line = Line::default();
    line.accept(Arrival::Result(result("c9", "BUSY")), now());
    check(&due(), &line, &policy(), Some(GateName::LineFree));
}

#[test]
fn a_verdict_names_the_next_instant_over_several_gates() {
    let lead = Lead { next_redial: at("2025-12-18T02:00:00Z"), ..due() };
    let next = facts(&lead, &Line::default(), now(), &policy_with(&[("blackout_dates", "2025-12-18")])).next_dial();
    assert_eq!(next, Some(at("2025-12-19T16:00:00Z")));
    let paused = Lead { status: Status::Paused, ..lead };
    assert_eq!(facts(&paused, &Line::default(), now(), &policy()).next_dial(), None);
}

#[test]
fn a_verdict_agrees_with_the_quick_check_of_candidates() {
    for lead in [due(), Lead { status: Status::Paused, ..due() }, Lead { next_redial: now() + minutes(1), ..due() }] {
        let (line, policy) = (Line::default(), policy());
        let facts = facts(&lead, &line, now(), &policy);
        assert_eq!(Facts { line: None, ..facts }.is_candidate(), verdict(&facts).may_dial());
    }
}

#[test]
fn is_closed_while_the_line_was_not_read() {
    let (lead, policy) = (due(), policy());
    let facts = Facts { lead: &lead, line: None, now: now(), policy: &policy };
    assert!(facts.is_candidate());
    assert_eq!(verdict(&facts).first_closed().unwrap().name, GateName::NotSuppressed);
    assert_eq!(facts.next_dial(), None);
}

#[test]
fn has_each_gate_once_and_under_its_own_name() {
    let (lead, line, policy) = (due(), Line::default(), policy());
    let names: Vec<_> = verdict(&facts(&lead, &line, now(), &policy)).gates.iter().map(|gate| gate.name).collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "{names:?}");
}

#[test]
fn filters_by_window_then_status_then_attempts() {
    let leads = [due(), Lead { status: Status::Paused, ..due() }, Lead { attempts: 8, ..due() }];
    let left = left_after_filters(leads.iter().collect(), now(), &policy());
    let expected = [(GateName::LeadWindow, 3), (GateName::Status, 2), (GateName::Attempts, 1)];
    assert_eq!(left, expected);
}

#[test]
fn says_when_each_gate_opens() {
    let (lead, line, policy) = (due(), held(now() + minutes(10)), policy());
    let verdict = verdict(&facts(&lead, &line, now(), &policy));
    assert_eq!(verdict.gates.len(), 14);
    assert_eq!(verdict.gates.last().unwrap().opens, Opens::At(now() + minutes(10)));
}

#[rstest]
#[case(&[], None)]
#[case(&[("enabled", "false")], Some(Stop::Disabled))]
#[case(&[("running", "false")], Some(Stop::Stopped))]
#[case(&[("business_hours", "15:00-20:00")], Some(Stop::OutsideBusinessHours))]
fn a_gate_of_the_queue_stops_every_lead(#[case] values: &[(&'static str, &str)], #[case] stop: Option<Stop>) {
    let policy = policy_with(values);
    assert_eq!(crate::verdict::queue_closed(now(), &policy), stop);
    let (lead, line) = (due(), Line::default());
    assert_eq!(facts(&lead, &line, now(), &policy).is_candidate(), stop.is_none());
}

#[test]
fn hours_are_checked_on_their_own_before_a_dial() {
    let (line, policy) = (Line::default(), policy());
    let closed = |lead: &Lead, now| facts(lead, &line, now, &policy).hours_closed();
    let paused = Lead { status: Status::Paused, ..due() };
    assert_eq!(closed(&paused, now()), None, "only the hours count");
    assert_eq!(closed(&due(), at("2025-12-18T01:00:00Z")), Some(GateName::BusinessHours));
    let hawaii = Lead { profile: Profile { state: "HI".to_owned(), ..Profile::default() }, ..due() };
    assert_eq!(closed(&hawaii, at("2025-12-17T17:59:59Z")), Some(GateName::CallingHours));
}

#[test]
fn an_overdue_hold_or_a_waiting_result_is_expected_to_be_resolved_in_a_minute() {
    let mut waiting = Line::default();
    waiting.accept(Arrival::Result(result("c9", "BUSY")), now());
    for line in [held(now() - minutes(10)), held(now()), waiting] {
        let lead = due();
        let policy = policy();
        let facts = facts(&lead, &line, now(), &policy);
        assert_eq!(verdict(&facts).gates.last().unwrap().opens, Opens::At(now() + minutes(1)));
        assert_eq!(facts.next_dial(), Some(now() + minutes(1)));
    }
}

#[test]
fn a_lead_made_today_is_in_the_window_of_today() {
    let today = policy_with(&[("lead_window", "today")]);
    check(&Lead { created_at: now() - TimeDelta::hours(13), ..due() }, &Line::default(), &today, None);
}

#[test]
fn a_callback_is_dialed_before_leads_that_are_more_overdue() {
    let late = Lead { next_redial: now() - minutes(9), ..due() };
    let callback = Lead { status: Status::Rescheduled, ..due() };
    let other = Lead { id: LeadId::parse("2").unwrap(), ..due() };
    let mut leads = [&other, &late, &due(), &callback].map(crate::verdict::dial_order);
    leads.sort();
    assert_eq!(leads, [&callback, &late, &due(), &other].map(crate::verdict::dial_order));
    assert!(!leads[0].0 && leads[1].0, "a callback comes first");
}

fn standing_of(lead: &Lead, what: Vec<Recorded>) -> Standing {
    let entry = |(n, what): (usize, Recorded)| Entry {
        id: n.to_string().into(),
        what,
        by: "ops".to_owned(),
        at: now(),
        why: "test".to_owned(),
        from: now(),
        until: Some(now() + minutes(60)),
        ended: None,
    };
    let register = Register { entries: what.into_iter().enumerate().map(entry).collect() };
    let policy = policy();
    let policy = Policy { law: policy.law.with(register).into(), ..policy };
    Facts { lead, line: None, now: now(), policy: &policy }.standing()
}

fn attested(list: &str, level: Consent) -> Recorded {
    Recorded::Attestation { list_id: Some(list.to_owned()), level, text_sha256: String::new() }
}

#[rstest]
#[case::its_own(Some("express"), vec![], Some(Consent::Express))]
#[case::its_own_before_that_of_its_list(Some("express"), vec![attested("7", Consent::Written)], Some(Consent::Express))]
#[case::that_of_its_list(None, vec![attested("7", Consent::Written)], Some(Consent::Written))]
#[case::that_of_another_list(None, vec![attested("8", Consent::Written)], None)]
#[case::none(None, vec![], None)]
fn the_consent_of_a_person_is_their_own_or_that_of_their_list(
    #[case] own: Option<&str>,
    #[case] what: Vec<Recorded>,
    #[case] expected: Option<Consent>,
) {
    let consent = own.and_then(|level| ConsentEvidence::of(level, Some(now()), "form", ""));
    let profile = Profile { list_id: "7".to_owned(), consent, ..Profile::default() };
    assert_eq!(standing_of(&Lead { profile, ..due() }, what).consent, expected);
}

#[test]
fn decisions_of_the_operator_stand_beside_the_lead() {
    let texas = Jurisdiction::parse("TX").unwrap();
    assert_eq!(standing_of(&due(), vec![Recorded::VoiceAllowed(texas)]).decided, [texas].into());
}

#[rstest]
#[case(Source::Bland, "CONFUSED", true)]
#[case(Source::Bland, "NOT_INTERESTED", true)]
#[case(Source::Bland, "BUSY", false)]
#[case(Source::Bland, "VOICEMAIL", false)]
#[case(Source::Bland, "NO_ANSWER", false)]
#[case(Source::Bland, "FAILED", false)]
#[case(Source::Convoso, "NOT_INTERESTED", false)]
fn an_answered_call_of_a_voice_counts_as_ended_by_the_person(
    #[case] source: Source,
    #[case] outcome: &str,
    #[case] expected: bool,
) {
    let lead = after(&[CallResult { source, ..result("c1", outcome) }]);
    assert_eq!(standing_of(&lead, vec![]).ended_a_call, expected);
}
