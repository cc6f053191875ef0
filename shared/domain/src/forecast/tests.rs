use super::*;
use crate::breaker::{BreakerTrip, Cause};
use crate::builders::{at, attempt, call_id, held_line, hold, lead, lead_ref, policy_with, result};
use crate::{Arrival, Outcome, PastCall, Profile, Source, Status};
use chrono::NaiveDate;
use rstest::rstest;

/// A Wednesday, 14:00 in New York.
const NOON: &str = "2025-12-17T19:00:00Z";

fn queued(n: u32) -> Queued {
    Queued { location: lead_ref(n, "2025-12"), lead: lead(n, at(NOON)), counts: true }
}

fn queue(leads: u32) -> Queue {
    Queue { leads: (0..leads).map(queued).collect(), ..Queue::default() }
}

fn last_call(lead: Lead, outcome: Outcome, seconds: i64) -> Lead {
    let ended = at(NOON) - TimeDelta::hours(30);
    let made = crate::AttemptId::new(ended - TimeDelta::seconds(seconds), 0);
    let past = PastCall {
        call: call_id("c"),
        outcome: outcome.clone(),
        at: ended,
        source: Some(Source::Bland),
        attempt: Some(made),
        rule: None,
        callback: None,
        corrected_at: None,
    };
    Lead { history: vec![past], last_outcome: Some(outcome), last_call: Some(ended), attempts: 1, ..lead }
}

fn runs() -> Runs {
    Runs { dialing: TimeDelta::seconds(220), asked_within: TimeDelta::seconds(20), one_in: 1 }
}

fn played(queue: &Queue, settings: &[(&'static str, &str)], hours: u32) -> Forecast {
    forecast(queue, &policy_with(settings), runs(), at(NOON), hours)
}

fn dials(forecast: &Forecast) -> Vec<u32> {
    forecast.hours.iter().map(|hour| hour.dials).collect()
}

fn limits(hour: &Hour) -> Vec<Stop> {
    hour.limits.iter().copied().collect()
}

#[test]
fn a_lead_that_was_never_called_does_not_answer_and_follows_the_cadence() {
    // Each call takes a minute, and a run begins every five: 19:00, 19:05, 19:10, 19:20, 19:35, 20:10, 21:15.
    let forecast = played(&queue(1), &[], 4);
    assert_eq!(dials(&forecast), [5, 1, 1, 0]);
    assert_eq!(forecast.by_attempt, (1..=7).map(|attempt| (attempt, 1)).collect());
    assert_eq!((forecast.total(), forecast.first_run.as_slice()), (7, [lead_ref(0, "2025-12")].as_slice()));
    assert!(forecast.hours.iter().all(|hour| hour.runs == 12 && hour.limits.is_empty() && hour.left == 0));
    let begins: Vec<_> = forecast.hours.iter().map(|hour| hour.from).collect();
    assert_eq!(begins[..2], [at(NOON), at("2025-12-17T20:00:00Z")]);
}

#[rstest]
#[case::without_answer("BUSY", 60, &[("max_redial_attempts", "4")], 3)]
#[case::sold("SALE", 60, &[], 1)]
#[case::called_back("CALLBACK", 60, &[], 1)]
#[case::ended_for_good("NOT_INTERESTED", 60, &[("terminal_outcomes", "NOT_INTERESTED")], 1)]
#[case::at_the_cap_of_the_number("BUSY", 60, &[("max_calls_per_number_24h", "2")], 2)]
// 19:00, 19:25, 19:50.
#[case::long_calls("BUSY", 20 * 60, &[("progressive_intervals", "2")], 3)]
// A call of ten hours is over after 35 minutes: 19:00, 19:40.
#[case::longer_than_allowed("BUSY", 36_000, &[("progressive_intervals", "2")], 2)]
// 19:00, 19:05, 19:10 and so on.
#[case::short_calls("BUSY", 5, &[("progressive_intervals", "2"), ("max_redial_attempts", "100"), ("max_calls_per_number_24h", "50")], 12)]
#[case::no_time("BUSY", 0, &[("progressive_intervals", "5"), ("max_redial_attempts", "100"), ("max_calls_per_number_24h", "50")], 6)]
#[case::lost("LOST", 20 * 60, &[("progressive_intervals", "2")], 3)]
fn a_dial_ends_as_the_last_one_did(
    #[case] outcome: &str,
    #[case] seconds: i64,
    #[case] settings: &[(&'static str, &str)],
    #[case] expected: u32,
) {
    let outcome = Outcome::parse(outcome).unwrap();
    let lead = last_call(lead(0, at(NOON)), outcome, seconds);
    let queue = Queue { leads: vec![Queued { lead, ..queued(0) }], ..Queue::default() };
    assert_eq!(played(&queue, settings, 1).total(), expected);
}

#[test]
fn what_a_run_may_call_is_dialed_in_order_and_the_rest_by_later_runs() {
    let mut queue = queue(5);
    queue.leads[3].lead.status = Status::Rescheduled;
    queue.leads[4].lead.next_redial -= TimeDelta::minutes(1);
    let forecast = played(&queue, &[("max_calls_per_run", "2"), ("max_redial_attempts", "1")], 1);
    assert_eq!(forecast.first_run, [lead_ref(3, "2025-12"), lead_ref(4, "2025-12")]);
    assert_eq!((forecast.total(), limits(&forecast.hours[0])), (5, vec![Stop::MaxCallsPerRun]));
    assert_eq!(forecast.hours[0].left, 0);
    let slow = [("max_calls_per_run", "2"), ("max_redial_attempts", "1"), ("process_interval_minutes", "60")];
    let forecast = played(&queue, &slow, 3);
    assert_eq!(dials(&forecast), [2, 2, 1]);
    assert_eq!(forecast.hours.iter().map(|hour| hour.left).collect::<Vec<_>>(), [3, 1, 0]);
}

#[rstest]
#[case("calls_per_second")]
#[case("max_concurrent_calls")]
fn the_time_of_a_run_is_a_limit(#[case] setting: &'static str) {
    let runs = Runs { dialing: TimeDelta::seconds(2), ..runs() };
    let policy = policy_with(&[(setting, "1"), ("max_redial_attempts", "1")]);
    let forecast = forecast(&queue(7), &policy, runs, at(NOON), 1);
    assert_eq!((forecast.first_run.len(), forecast.total()), (3, 7));
    assert_eq!(limits(&forecast.hours[0]), [Stop::Deadline]);
}

#[test]
fn a_run_that_begins_while_another_dials_dials_nobody() {
    let runs = Runs { dialing: TimeDelta::minutes(10), ..runs() };
    let policy =
        policy_with(&[("calls_per_second", "1"), ("process_interval_minutes", "1"), ("max_redial_attempts", "1")]);
    let forecast = forecast(&queue(90), &policy, runs, at(NOON), 1);
    assert_eq!((forecast.first_run.len(), forecast.total(), forecast.hours[0].runs), (90, 90, 59));
    assert_eq!(limits(&forecast.hours[0]), [Stop::AlreadyRunning]);
}

#[rstest]
#[case("enabled", Stop::Disabled)]
#[case("running", Stop::Stopped)]
fn a_queue_that_is_switched_off_dials_nobody(#[case] switch: &'static str, #[case] stop: Stop) {
    let forecast = played(&queue(2), &[(switch, "false")], 1);
    assert_eq!((forecast.total(), limits(&forecast.hours[0])), (0, vec![stop]));
    assert_eq!((forecast.hours[0].left, forecast.hours[0].runs), (2, 12));
}

#[test]
fn outside_business_hours_nobody_is_dialed_and_then_everybody_who_is_due() {
    let forecast = played(&queue(1), &[("business_hours", "16:00-17:00")], 5);
    assert_eq!(dials(&forecast), [0, 0, 5, 0, 0]);
    assert_eq!(limits(&forecast.hours[1]), [Stop::OutsideBusinessHours]);
    assert_eq!((limits(&forecast.hours[2]), forecast.hours[1].left), (vec![], 1));
}

#[test]
fn a_call_is_requested_only_if_hours_are_open_when_the_request_leaves() {
    let policy = policy_with(&[("business_hours", "11:00-14:30"), ("calls_per_second", "1")]);
    let begin = at("2025-12-17T19:29:38Z");
    let forecast = forecast(&queue(5), &policy, runs(), begin, 1);
    assert_eq!((forecast.first_run.len(), limits(&forecast.hours[0])), (2, vec![Stop::OutsideBusinessHours]));
}

/// A lead in Hawaii that is due at `begin`.
fn in_hawaii(n: u32, begin: DateTime<Utc>) -> Queued {
    let profile = Profile { state: "HI".to_owned(), ..Profile::default() };
    Queued { lead: Lead { profile, ..lead(n, begin) }, ..queued(n) }
}

#[test]
fn a_gate_that_holds_leads_back_is_counted_and_they_wait_until_it_opens() {
    // It is 07:40 in Hawaii.
    let begin = at("2025-12-17T17:40:00Z");
    let paused = Lead { status: Status::Paused, ..lead(2, begin) };
    let leads =
        vec![Queued { lead: lead(0, begin), ..queued(0) }, in_hawaii(1, begin), Queued { lead: paused, ..queued(2) }];
    let queue = Queue { leads, ..Queue::default() };
    let forecast = forecast(&queue, &policy_with(&[("max_redial_attempts", "1")]), runs(), begin, 2);
    assert_eq!((dials(&forecast), forecast.first_run), (vec![2, 0], vec![lead_ref(0, "2025-12")]));
    assert_eq!(forecast.hours[0].held_back, BTreeMap::from([(GateName::CallingHours, 1)]));
}

#[test]
fn leads_of_one_number_are_dialed_one_after_the_other() {
    let mut queue = queue(1);
    let twin = Lead { phone: crate::builders::phone(0), ..lead(1, at(NOON)) };
    let location = LeadRef { phone: twin.phone.clone(), ..lead_ref(1, "2025-12") };
    queue.leads.push(Queued { location: location.clone(), lead: twin, counts: true });
    let once = [("max_redial_attempts", "1"), ("active_call_defer_minutes", "7")];
    let forecast = played(&queue, &once, 1);
    assert_eq!((forecast.first_run.len(), forecast.total()), (1, 2));
    assert_eq!(forecast.hours[0].held_back, BTreeMap::from([(GateName::LineFree, 1)]));
    // A lead that does not count takes its number, and no call of a limit.
    queue.leads[0].counts = false;
    let forecast = played(&queue, &[("max_calls_per_run", "1"), ("max_redial_attempts", "1")], 1);
    assert_eq!((forecast.first_run.len(), forecast.total(), forecast.by_attempt.get(&1)), (0, 1, Some(&1)));
    let cap = played(&queue, &[("max_calls_per_number_24h", "1")], 1);
    assert_eq!((cap.total(), cap.hours[0].left), (0, 0));
}

#[test]
fn a_call_that_is_in_progress_ends_too() {
    let begin = at(NOON);
    let in_progress = |since: i64| {
        let mut queue = queue(1);
        let since = begin - TimeDelta::seconds(since);
        let line = held_line(hold(attempt(9), lead_ref(0, "2025-12"), since, since + TimeDelta::minutes(35)));
        queue.lines.insert(crate::builders::phone(0), line);
        queue
    };
    // It ends at once or in half a minute, and the lead is due two minutes later.
    for since in [30, 600] {
        let forecast = played(&in_progress(since), &[("max_redial_attempts", "2")], 1);
        assert_eq!((forecast.first_run.len(), forecast.total()), (0, 1), "{since}");
        assert_eq!(forecast.by_attempt, BTreeMap::from([(2, 1)]));
    }
    // The call of a lead that waits for no dial holds the number of another one for a minute.
    let mut other = in_progress(30);
    other.leads[0].lead.id = crate::builders::lead_id("other");
    let forecast = played(&other, &[("max_redial_attempts", "1")], 1);
    assert_eq!((forecast.first_run.len(), forecast.total()), (0, 1));
    assert_eq!(forecast.hours[0].held_back, BTreeMap::from([(GateName::LineFree, 1)]));
}

#[rstest]
#[case("BUSY", 0, 1)]
#[case("SALE", 0, 0)]
#[case("DNC", 0, 0)]
fn a_result_that_waits_on_its_line_is_taken_in_first(#[case] outcome: &str, #[case] first: usize, #[case] total: u32) {
    let mut queue = queue(1);
    let mut line = Line::default();
    line.accept(Arrival::Result(result(0, "c1", Outcome::parse(outcome).unwrap(), at(NOON))), at(NOON));
    queue.lines.insert(crate::builders::phone(0), line);
    let forecast = played(&queue, &[("max_redial_attempts", "2")], 1);
    assert_eq!((forecast.first_run.len(), forecast.total()), (first, total));
}

#[test]
fn the_calls_of_a_day_are_those_of_the_account() {
    let mut queue = queue(6);
    queue.calls.reconcile("earlier", NaiveDate::from_ymd_opt(2025, 12, 17).unwrap(), 4, true);
    let settings = [("max_calls_per_day", "7"), ("max_redial_attempts", "1"), ("calls_per_second", "1")];
    let forecast = played(&queue, &settings, 24);
    let later: u32 = forecast.hours[8..].iter().map(|hour| hour.dials).sum();
    assert_eq!((forecast.hours[0].dials, later, forecast.total()), (3, 3, 6));
    assert!(limits(&forecast.hours[0]).contains(&Stop::MaxCallsPerDay));
}

#[rstest]
#[case::cooling_down(7, 0, 2)]
#[case::to_be_probed(0, 2, 2)]
fn a_breaker_holds_calls_back_until_its_probe(#[case] minutes: i64, #[case] first: usize, #[case] total: u32) {
    let until = at(NOON) + TimeDelta::minutes(minutes);
    let trip = BreakerTrip { cause: Cause::Silent, opened_at: at(NOON), until, failures: 1, message: None };
    let queue = Queue { breaker: Breaker::Open(trip), ..queue(2) };
    let forecast = played(&queue, &[("max_redial_attempts", "1")], 1);
    assert_eq!((forecast.first_run.len(), forecast.total()), (first, total));
    assert_eq!(limits(&forecast.hours[0]).contains(&Stop::ProviderFailing), first == 0);
}

#[test]
fn a_lead_of_a_sample_counts_several_times_and_limits_are_shared_out() {
    let settings = [("max_calls_per_run", "2"), ("max_redial_attempts", "1"), ("process_interval_minutes", "10")];
    let sampled = Runs { one_in: 4, ..runs() };
    // Every second run may dial one of the three.
    let forecast = forecast(&queue(3), &policy_with(&settings), sampled, at(NOON), 1);
    assert_eq!((forecast.total(), forecast.first_run.len(), forecast.by_attempt.get(&1)), (12, 0, Some(&12)));
    let slow = [("max_redial_attempts", "1"), ("calls_per_second", "1"), ("process_interval_minutes", "60")];
    let short = Runs { dialing: TimeDelta::seconds(4), ..sampled };
    let forecast = super::forecast(&queue(3), &policy_with(&slow), short, at(NOON), 1);
    assert_eq!((forecast.total(), forecast.hours[0].left), (8, 4));
    let day = [("max_redial_attempts", "1"), ("max_calls_per_day", "5")];
    assert_eq!(super::forecast(&queue(3), &policy_with(&day), sampled, at(NOON), 1).total(), 8);
    let early = at("2025-12-17T17:00:00Z");
    let queue = Queue { leads: vec![in_hawaii(0, early)], ..Queue::default() };
    let forecast = super::forecast(&queue, &policy_with(&[]), sampled, early, 1);
    assert_eq!(forecast.hours[0].held_back, BTreeMap::from([(GateName::CallingHours, 4)]));
}

#[test]
fn a_forecast_of_no_hours_is_empty() {
    assert_eq!(played(&queue(1), &[], 0), Forecast::default());
}
