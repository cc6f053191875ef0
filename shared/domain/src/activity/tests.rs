use super::*;
use crate::builders::{self, at, attempt, call_id};
use crate::{OperatorCallback, PastCall, Source, Status};
use rstest::rstest;

const NOON: &str = "2025-12-17T17:00:00Z";

/// The 17th of December in New York.
fn span() -> Span {
    let zone = chrono_tz::America::New_York;
    Span { from: at("2025-12-17T05:00:00Z"), to: at("2025-12-18T05:00:00Z"), zone }
}

fn minutes(minutes: i64) -> DateTime<Utc> {
    at(NOON) + TimeDelta::minutes(minutes)
}

/// The n-th dial of lead `n`, so many minutes after noon and due five minutes before.
fn dialed(n: u32, after: i64) -> Dialed {
    let lead = builders::lead(n, at(NOON)).key();
    Dialed { attempt: attempt(n), lead, at: minutes(after), number: Some(n), due: Some(minutes(after - 5)) }
}

fn past(n: u32, outcome: Outcome, after: i64) -> PastCall {
    PastCall {
        call: call_id(&format!("call-{n}-{after}")),
        outcome,
        at: minutes(after),
        source: Some(Source::Bland),
        attempt: Some(attempt(n)),
        rule: None,
        callback: None,
        corrected_at: None,
    }
}

fn lead(n: u32, history: Vec<PastCall>) -> Lead {
    Lead { history, ..builders::lead(n, minutes(-600)) }
}

fn counted(dials: Dials, leads: &[Lead], now: DateTime<Utc>) -> Activity {
    let mut count = Count::new(span(), now, dials);
    for lead in leads {
        count.calls_of(lead);
        count.callbacks_of(lead);
    }
    count.finish()
}

#[test]
fn what_came_of_dials_is_added_up_for_each_number_of_attempt() {
    let mut dials = Dials::default();
    let mut leads = Vec::new();
    for (n, outcome) in (1..=6).zip([Outcome::TRANSFERRED, Outcome::SALE, Outcome::LOST].into_iter().cycle()) {
        dials.add(Dialed { number: Some(1), ..dialed(n, 0) });
        leads.push(lead(n, vec![past(n, outcome, 3)]));
    }
    let all = Conversion { dials: 6, results: 4, lost: 2, transferred: 2, sold: 2 };
    assert_eq!(counted(dials, &leads, minutes(90)).by_number, [(1, all)].into());
}

#[test]
fn an_attempt_and_a_call_count_once_and_no_call_is_no_dial() {
    let mut dials = Dials::default();
    for dialed in [dialed(1, 0), dialed(1, 0), dialed(2, 10), dialed(3, 70), dialed(4, 24 * 60)] {
        dials.add(dialed);
    }
    dials.not_called(attempt(3));
    let sold = lead(1, vec![past(1, Outcome::SALE, 3)]);
    let activity = counted(dials, &[sold.clone(), sold, lead(2, vec![past(2, Outcome::LOST, 61)])], minutes(90));
    let first = Hour { dials: 2, results: [(Outcome::SALE, 1)].into() };
    let second = Hour { dials: 0, results: [(Outcome::LOST, 1)].into() };
    assert_eq!((&activity.hours[&minutes(0)], &activity.hours[&minutes(60)]), (&first, &second));
    let sale = Conversion { dials: 1, results: 1, sold: 1, ..Conversion::default() };
    let lost = Conversion { dials: 1, lost: 1, ..Conversion::default() };
    assert_eq!(activity.by_number, [(1, sale), (2, lost)].into());
    assert_eq!(activity.lag.map(|lag| (lag.count, lag.max)), Some((2, TimeDelta::minutes(5))));
}

#[test]
fn every_hour_that_has_begun_is_listed() {
    let activity = counted(Dials::default(), &[], minutes(30));
    let hours: Vec<_> = activity.hours.keys().copied().collect();
    assert_eq!((hours.len(), hours[0], hours[12]), (13, span().from, minutes(0)));
    assert_eq!(counted(Dials::default(), &[], minutes(10_000)).hours.len(), 24);
    assert_eq!(counted(Dials::default(), &[], span().from).hours.len(), 0);
}

#[rstest]
// In the night of the change to winter time one o'clock comes twice, and in spring two o'clock does not come.
#[case("2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z", chrono_tz::America::New_York, 25)]
#[case("2025-03-09T05:00:00Z", "2025-03-10T04:00:00Z", chrono_tz::America::New_York, 23)]
#[case("2025-12-16T18:30:00Z", "2025-12-17T18:30:00Z", chrono_tz::Asia::Kolkata, 24)]
// Half an hour is skipped.
#[case("2025-10-04T13:30:00Z", "2025-10-05T13:00:00Z", chrono_tz::Australia::Lord_Howe, 24)]
fn hours_are_those_of_the_clocks_of_the_zone(
    #[case] from: &str,
    #[case] to: &str,
    #[case] zone: Tz,
    #[case] expected: usize,
) {
    let span = Span { from: at(from), to: at(to), zone };
    let hours: Vec<_> = span.hours(at(to)).collect();
    assert_eq!((hours.len(), hours[0]), (expected, at(from)));
    assert!(hours.is_sorted());
    for minute in 0..(span.to - span.from).num_minutes() {
        let at = span.from + TimeDelta::minutes(minute);
        assert!(hours.contains(&span.hour_of(at)), "{at}");
    }
}

/// What came of a request that was made at noon for one hour later.
fn came_of_it(calls: &[(i64, Outcome)], status: Status, now: i64) -> Callbacks {
    let asked = PastCall { callback: Some(minutes(60)), attempt: None, ..past(1, Outcome::CALLBACK, 0) };
    let calls = calls.iter().map(|(after, outcome)| PastCall { attempt: None, ..past(2, outcome.clone(), *after) });
    let history = [asked].into_iter().chain(calls).collect();
    counted(Dials::default(), &[Lead { status, ..lead(1, history) }], minutes(now)).callbacks
}

#[rstest]
#[case(&[(62, Outcome::VOICEMAIL)], Status::Pending, 200, Callbacks { kept_in_time: 1, ..Callbacks::default() })]
#[case(&[(75, Outcome::VOICEMAIL)], Status::Pending, 200, Callbacks { kept_in_time: 1, ..Callbacks::default() })]
#[case(&[(76, Outcome::VOICEMAIL)], Status::Pending, 200, Callbacks { kept_late: 1, ..Callbacks::default() })]
#[case(&[(40, Outcome::VOICEMAIL)], Status::Rescheduled, 200, Callbacks { missed: 1, ..Callbacks::default() })]
#[case(&[(62, Outcome::LOST)], Status::Rescheduled, 200, Callbacks { missed: 1, ..Callbacks::default() })]
#[case(&[], Status::Rescheduled, 30, Callbacks { not_yet: 1, ..Callbacks::default() })]
#[case(&[], Status::Rescheduled, 75, Callbacks { not_yet: 1, ..Callbacks::default() })]
#[case(&[], Status::Rescheduled, 76, Callbacks { missed: 1, ..Callbacks::default() })]
#[case(&[(40, Outcome::SALE)], Status::Completed, 200, Callbacks { withdrawn: 1, ..Callbacks::default() })]
#[case(&[], Status::Paused, 30, Callbacks { withdrawn: 1, ..Callbacks::default() })]
fn a_callback_is_kept_by_a_call_after_its_time(
    #[case] calls: &[(i64, Outcome)],
    #[case] status: Status,
    #[case] now: i64,
    #[case] expected: Callbacks,
) {
    assert_eq!(came_of_it(calls, status, now), Callbacks { promised: 1, ..expected });
}

#[test]
fn a_call_in_progress_keeps_a_callback() {
    let asked = OperatorCallback { at: minutes(60), since: minutes(0) };
    let waits = Lead { operator_callback: Some(asked), status: Status::Rescheduled, ..lead(1, Vec::new()) };
    let mut dials = Dials::default();
    dials.add(dialed(1, 61));
    let kept = Callbacks { promised: 1, kept_in_time: 1, ..Callbacks::default() };
    assert_eq!(counted(dials.clone(), std::slice::from_ref(&waits), minutes(62)).callbacks, kept);
    // The provider does not know it.
    let lost = Lead { history: vec![past(1, Outcome::LOST, 80)], ..waits.clone() };
    let missed = Callbacks { promised: 1, missed: 1, ..Callbacks::default() };
    assert_eq!(counted(dials.clone(), &[lost], minutes(90)).callbacks, missed);
    dials.not_called(attempt(1));
    assert_eq!(counted(dials, &[waits], minutes(90)).callbacks, missed);
}

#[test]
fn a_request_that_was_replaced_before_its_time_is_no_promise() {
    let asked = |after: i64, at: i64| PastCall { callback: Some(minutes(at)), ..past(1, Outcome::CALLBACK, after) };
    let told = lead(1, vec![asked(0, 60), asked(30, 120)]);
    let one = counted(Dials::default(), std::slice::from_ref(&told), minutes(0)).callbacks;
    assert_eq!((one.promised, one.not_yet), (1, 1));
    // A request in the call that kept the first one is another promise.
    let two = counted(Dials::default(), &[lead(1, vec![asked(0, 60), asked(61, 120)])], minutes(70)).callbacks;
    assert_eq!((two.promised, two.kept_in_time, two.not_yet), (2, 1, 1));
    let operator = OperatorCallback { at: minutes(200), since: minutes(40) };
    let replaced = Lead { operator_callback: Some(operator), ..told };
    assert_eq!(counted(Dials::default(), &[replaced], minutes(0)).callbacks.promised, 1);
}

#[rstest]
#[case(&[5], (5, 5, 5))]
#[case(&[1, 2], (1, 2, 2))]
#[case(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], (5, 9, 10))]
#[case(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 100], (1, 1, 100))]
fn a_percentile_is_a_time_that_was_measured(#[case] times: &[i64], #[case] (p50, p90, max): (i64, i64, i64)) {
    let lag = Lag::of(times.iter().copied().map(TimeDelta::seconds).collect()).unwrap();
    assert_eq!(lag.count, times.len());
    assert_eq!([lag.p50, lag.p90, lag.max], [p50, p90, max].map(TimeDelta::seconds));
    assert_eq!(Lag::of(Vec::new()), None);
}
