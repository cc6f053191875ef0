//! Tests of opening and closing.

use super::*;
use crate::builders::attempt;
use rstest::rstest;

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn opened(cause: Cause, failures: u32) -> Breaker {
    Breaker::Open(BreakerTrip { cause, opened_at: at(0), until: at(5), failures, message: None })
}

/// Two reasons.
const WORDS: [&str; 2] = ["no such country", "no such state"];

fn message(circuit: &Circuit) -> Option<&str> {
    match circuit.breaker() {
        Breaker::Open(trip) => trip.message.as_deref(),
        Breaker::Closed => None,
    }
}

/// A circuit that three refusals with one message opened.
fn refused_thrice() -> Circuit {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    assert_eq!(circuit.refused(attempt(1), "Pathway 17 not found", at(0)), Persist::No);
    assert_eq!(circuit.refused(attempt(2), "Pathway 18 not found", at(0)), Persist::No);
    assert_eq!(circuit.refused(attempt(3), "Pathway 19 not found", at(0)), Persist::Yes);
    circuit
}

/// A circuit on its probe.
fn probing(cause: Cause, failures: u32) -> Circuit {
    let circuit = Circuit::new(opened(cause, failures), at(5));
    assert!(circuit.probes());
    circuit
}

#[test]
fn an_open_breaker_allows_no_dial_before_its_end_and_then_one_probe() {
    let breaker = opened(Cause::Silent, 1);
    assert_eq!(breaker.state(at(4)), BreakerState::Open(Cause::Silent));
    assert_eq!(breaker.state(at(5)), BreakerState::HalfOpen);
    assert_eq!(Breaker::Closed.state(at(5)), BreakerState::Closed);
    assert_eq!(Circuit::new(breaker, at(4)).stop(), Some(Cause::Silent));
}

#[test]
fn five_dials_without_an_answer_open_the_breaker_if_fewer_were_placed() {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    for _ in 0..5 {
        let _ = circuit.placed();
    }
    for _ in 0..5 {
        assert_eq!(circuit.silent(at(1)), Persist::No);
    }
    assert_eq!(circuit.silent(at(1)), Persist::Yes, "the sixth of eleven");
    assert_eq!(
        (circuit.stop(), circuit.breaker().state(at(2))),
        (Some(Cause::Silent), BreakerState::Open(Cause::Silent))
    );
}

#[test]
fn refusals_open_the_breaker_only_in_a_row() {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    let refuse = |circuit: &mut Circuit, n: u32| circuit.refused(attempt(n), WORDS[n as usize % 2], at(0));
    for n in 0..19 {
        assert_eq!(refuse(&mut circuit, n), Persist::No);
    }
    let _ = circuit.placed();
    for n in 0..19 {
        assert_eq!(refuse(&mut circuit, n), Persist::No);
    }
    assert_eq!(refuse(&mut circuit, 19), Persist::Yes);
    assert_eq!((circuit.stop(), circuit.forgiven()), (Some(Cause::Refusing), [].as_slice()));
    assert_eq!(message(&circuit), None);
}

#[test]
fn a_probe_that_is_placed_closes_the_breaker() {
    let mut circuit = probing(Cause::Silent, 3);
    assert_eq!(circuit.placed(), Persist::Yes);
    assert_eq!((circuit.breaker(), circuit.probes(), circuit.stop()), (&Breaker::Closed, false, None));
    assert_eq!(circuit.placed(), Persist::No, "nothing more to store");
}

#[rstest]
#[case(1, 10)]
#[case(2, 20)]
#[case(3, 30)]
#[case(4, 30)]
#[case(u32::MAX, 30)]
fn each_failed_probe_doubles_the_cool_down_up_to_half_an_hour(#[case] failures: u32, #[case] minutes: i64) {
    let mut circuit = probing(Cause::Silent, failures);
    assert_eq!(circuit.silent(at(5)), Persist::Yes);
    let Breaker::Open(trip) = circuit.breaker() else { panic!("it is open") };
    assert_eq!((trip.opened_at, trip.until, trip.failures), (at(0), at(5 + minutes), failures.saturating_add(1)));
    assert_eq!(circuit.stop(), Some(Cause::Silent));
}

#[test]
fn a_blocked_account_is_probed_by_every_run() {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    assert_eq!(circuit.blocked(at(0)), Persist::Yes);
    assert_eq!(circuit.stop(), Some(Cause::Blocked));
    let mut next = Circuit::new(circuit.breaker().clone(), at(0));
    assert!(next.probes());
    assert_eq!(next.blocked(at(0)), Persist::Yes);
    assert_eq!(next.breaker().state(at(0)), BreakerState::HalfOpen);
}

#[rstest]
#[case(Cause::Silent, true)]
#[case(Cause::Blocked, true)]
#[case(Cause::SlowDown, true)]
#[case(Cause::Refusing, false)]
fn a_refused_probe_is_an_answer_unless_refusals_opened_it(#[case] cause: Cause, #[case] closes: bool) {
    let mut circuit = probing(cause, 1);
    assert_eq!(circuit.refused(attempt(1), "no", at(5)), Persist::Yes);
    assert_eq!(*circuit.breaker() == Breaker::Closed, closes);
}

#[test]
fn a_wait_within_the_run_does_not_open_the_breaker_and_a_longer_one_does() {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    assert_eq!(circuit.slow_down(TimeDelta::minutes(2), at(0), at(3)), Persist::No);
    assert_eq!(circuit.slow_down(TimeDelta::minutes(7), at(0), at(3)), Persist::Yes);
    assert_eq!(circuit.breaker().state(at(6)), BreakerState::Open(Cause::SlowDown));
    assert_eq!(circuit.breaker().state(at(7)), BreakerState::HalfOpen);
    let mut endless = Circuit::new(Breaker::Closed, at(0));
    assert_eq!(endless.slow_down(TimeDelta::MAX, at(0), at(3)), Persist::Yes);
    assert_eq!(endless.breaker().state(at(30)), BreakerState::HalfOpen);
}

#[test]
fn an_answer_after_the_breaker_opened_changes_nothing() {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    let _ = circuit.blocked(at(0));
    let before = circuit.breaker().clone();
    assert_eq!([circuit.placed(), circuit.silent(at(9)), circuit.blocked(at(9))], [Persist::No; 3]);
    assert_eq!(*circuit.breaker(), before);
}

#[test]
fn five_dials_without_an_answer_open_the_breaker_for_five_minutes() {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    for _ in 0..4 {
        assert_eq!(circuit.silent(at(1)), Persist::No);
    }
    assert_eq!(circuit.silent(at(1)), Persist::Yes);
    let trip = BreakerTrip { cause: Cause::Silent, opened_at: at(1), until: at(6), failures: 1, message: None };
    assert_eq!(*circuit.breaker(), Breaker::Open(trip));
}

#[test]
fn a_wait_that_ends_with_the_run_does_not_open_the_breaker() {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    assert_eq!(circuit.slow_down(TimeDelta::minutes(3), at(0), at(3)), Persist::No);
}

#[test]
fn a_probe_that_is_asked_to_slow_down_opens_the_breaker_again() {
    let mut circuit = probing(Cause::Silent, 1);
    assert_eq!(circuit.slow_down(TimeDelta::minutes(1), at(5), at(9)), Persist::Yes);
    assert_eq!((circuit.stop(), circuit.probes()), (Some(Cause::SlowDown), false));
    assert_eq!(circuit.breaker().state(at(6)), BreakerState::HalfOpen);
}

#[test]
fn three_refusals_in_a_row_with_one_message_open_the_breaker_and_were_no_tries() {
    let mut circuit = refused_thrice();
    assert_eq!((circuit.stop(), message(&circuit)), (Some(Cause::Refusing), Some("Pathway … not found")));
    assert_eq!(circuit.forgiven(), [attempt(1), attempt(2), attempt(3)]);
    // Two dials were on their way.
    let _ = circuit.placed();
    let late = [circuit.refused(attempt(4), "Pathway 20 not found", at(0)), circuit.refused(attempt(5), "no", at(0))];
    assert_eq!((late, circuit.forgiven().len()), ([Persist::No; 2], 4));
}

#[test]
fn a_row_ends_with_a_call_another_message_or_a_number_that_nobody_has() {
    for other in ["placed", "no such country", "invalid phone number"] {
        let mut circuit = Circuit::new(Breaker::Closed, at(0));
        for n in 0..4 {
            assert_eq!(circuit.refused(attempt(n), "Pathway not found", at(0)), Persist::No);
            if n % 2 == 1 {
                let between =
                    if other == "placed" { circuit.placed() } else { circuit.refused(attempt(9), other, at(0)) };
                assert_eq!(between, Persist::No);
            }
        }
    }
}

#[test]
fn refusals_about_the_called_numbers_are_about_the_leads() {
    let mut circuit = Circuit::new(Breaker::Closed, at(0));
    for n in 0..10 {
        assert_eq!(circuit.refused(attempt(n), "Invalid phone number", at(0)), Persist::No);
    }
    assert_eq!((circuit.stop(), circuit.forgiven()), (None, [].as_slice()));
}

#[test]
fn a_probe_that_is_refused_with_the_same_message_was_no_try_and_another_message_closes_the_breaker() {
    let next = |said: &str| {
        let mut next = Circuit::new(refused_thrice().breaker().clone(), at(5));
        let _ = next.refused(attempt(7), said, at(5));
        next
    };
    let same = next("Pathway 3 not found");
    assert_eq!((same.stop(), same.forgiven()), (Some(Cause::Refusing), [attempt(7)].as_slice()));
    assert_eq!(message(&same), Some("Pathway … not found"));
    for said in ["no such country", "invalid phone number"] {
        let other = next(said);
        assert_eq!((other.breaker(), other.forgiven()), (&Breaker::Closed, [].as_slice()));
    }
}

#[test]
fn after_refusals_each_probe_is_another_lead() {
    let probed = |failures, cause| probing(cause, failures).probed(3);
    assert_eq!([1, 2, 3, 4].map(|failures| probed(failures, Cause::Refusing)), [1, 2, 0, 1]);
    assert_eq!([1, 2].map(|failures| probed(failures, Cause::Silent)), [0, 0]);
    assert_eq!(probing(Cause::Refusing, 1).probed(0), 0);
}
