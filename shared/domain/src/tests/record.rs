//! Tests of what makes a record, and of what else than a refusal or a command changes one.

use super::*;
use crate::law::ConsentEvidence;

fn person() -> NewLead {
    let profile = Profile { first_name: "Jane".to_owned(), ..Profile::default() };
    NewLead { lead: LeadId::parse("1").unwrap(), phone: phone(), profile }
}

fn later() -> DateTime<Utc> {
    now() + minutes(3)
}

#[test]
fn a_new_lead_is_due_at_once_and_makes_a_record_once() {
    let lead = admit(None, &person(), false, now()).unwrap();
    assert_eq!((lead.status, lead.attempts, lead.next_redial), (Status::Pending, 0, now()));
    assert_eq!((lead.key(), lead.profile.first_name.as_str()), (location().key(), "Jane"));
    assert_eq!(admit(Some(&lead), &person(), false, later()), None);
}

#[test]
fn a_new_lead_with_a_suppressed_number_is_completed() {
    assert_eq!(admit(None, &person(), true, now()).unwrap().status, Status::Completed);
}

#[test]
fn a_lead_is_deferred_while_it_is_due() {
    let lead = Lead { next_redial: later(), ..with_status(Status::Rescheduled) };
    let expected = Lead { next_redial: later() + minutes(5), updated_at: later(), ..lead.clone() };
    assert_eq!(defer(&lead, later(), &policy()), Some(expected));
    assert_eq!(defer(&lead, later() - minutes(1), &policy()), None);
    assert_eq!(defer(&Lead { status: Status::Paused, ..lead }, later(), &policy()), None);
}

#[test]
fn a_record_of_a_suppressed_number_is_completed_once() {
    let lead = with_status(Status::Paused);
    let retired = Lead { status: Status::Completed, updated_at: later(), ..lead.clone() };
    assert_eq!(retire(&lead, later()), Some(retired.clone()));
    assert_eq!(retire(&retired, later()), None);
}

#[test]
fn a_record_of_a_suppressed_number_waits_for_no_decision() {
    let review = Review { call: CallId::parse("c0").unwrap(), words: "not at work".to_owned(), since: now() };
    let lead = Lead { review: Some(review), ..with_status(Status::Completed) };
    assert_eq!(retire(&lead, later()), Some(Lead { review: None, updated_at: later(), ..lead.clone() }));
}

#[test]
fn a_command_says_when_it_changed_the_record() {
    let lead = with_status(Status::Pending);
    let paused = Lead { status: Status::Paused, updated_at: later(), ..lead.clone() };
    assert_eq!(command(&lead, Command::Pause, later()), Commanded::Changed(Box::new(paused)));
}

#[test]
fn a_lead_that_is_resumed_at_its_callback_time_is_not_rescheduled() {
    let lead = Lead { callback: Some(later()), ..with_status(Status::Paused) };
    let Commanded::Changed(resumed) = command(&lead, Command::Resume, later()) else { panic!("not resumed") };
    assert_eq!(resumed.status, Status::Pending);
}

#[test]
fn a_result_fills_only_what_the_record_does_not_know() {
    let first = CallResult {
        profile: Profile { state: "NY".to_owned(), first_name: "Jane".to_owned(), ..Profile::default() },
        ..result("c1", "BUSY")
    };
    let told =
        Profile { state: "CA".to_owned(), last_name: "Roe".to_owned(), list_id: "7".to_owned(), ..Profile::default() };
    let lead = after(&[first, CallResult { profile: told, ..result("c2", "BUSY") }]);
    let known = [lead.profile.state, lead.profile.first_name, lead.profile.last_name, lead.profile.list_id];
    assert_eq!(known, ["NY", "Jane", "Roe", "7"]);
}

#[test]
fn another_call_with_the_same_attempt_counts_too() {
    let of_the_attempt = |call| CallResult { attempt: Some(attempt(1)), ..result(call, "BUSY") };
    assert_eq!(after(&[of_the_attempt("c1"), of_the_attempt("c2")]).attempts, 2);
}

#[test]
fn a_result_of_another_attempt_or_of_none_does_not_replace_a_lost_entry() {
    let lost = CallResult { attempt: Some(attempt(1)), source: Source::Redial, ..result("lost:1", "LOST") };
    for other in [Some(attempt(2)), None] {
        let lead = after(&[lost.clone(), CallResult { attempt: other, ..result("c2", "BUSY") }]);
        assert_eq!((lead.attempts, lead.outcomes), (2, vec![Outcome::LOST, Outcome::BUSY]));
    }
}

#[test]
fn a_lost_attempt_does_not_hide_behind_a_call_without_one() {
    let lost = CallResult { attempt: None, source: Source::Redial, ..result("lost:1", "LOST") };
    assert_eq!(after(&[result("c1", "BUSY"), lost]).attempts, 2);
}

/// A record that waits for a callback of which its history does not know, as the original wrote it.
fn asked_before() -> Lead {
    Lead { callback: Some(now() + minutes(60)), ..with_status(Status::Rescheduled) }
}

#[test]
fn a_request_of_the_original_is_kept_until_its_time() {
    let lead = settle_all(Some(asked_before()), &[result("c1", "BUSY")], &policy());
    assert_eq!((lead.status, lead.next_redial), (Status::Rescheduled, now() + minutes(60)));
}

#[test]
fn every_later_call_can_replace_a_request_of_the_original() {
    let asks = asking(result("c1", "CALLBACK"), now() + minutes(30));
    let lead = settle_all(Some(asked_before()), &[asks], &policy());
    assert_eq!((lead.status, lead.callback), (Status::Rescheduled, Some(now() + minutes(30))));
    let lead = settle_all(Some(asked_before()), &[result("c1", "SALE")], &policy());
    assert_eq!((lead.status, lead.callback), (Status::Completed, None));
}

#[test]
fn a_completed_record_waits_for_no_callback() {
    let asks = asking(result("c1", "CALLBACK"), now() + minutes(60));
    let lead = changed(settle(Some(&with_status(Status::Pending)), &asks, true, now(), &policy()));
    assert_eq!((lead.status, lead.callback), (Status::Completed, None));
}

#[test]
fn a_call_that_asked_and_now_counts_as_a_success_ends_its_own_request() {
    let asks = asking(result("c1", "NOT_INTERESTED"), now() + minutes(60));
    let completed = Lead { status: Status::Completed, ..after(&[asks]) };
    let policy = policy_with(&[("terminal_outcomes", "NOT_INTERESTED")]);
    assert_eq!(settle_all(Some(completed), &[result("c2", "BUSY")], &policy).status, Status::Completed);
}

#[test]
fn a_setting_that_changed_does_not_complete_a_record_by_an_older_call() {
    let lead = after(&[ended(result("c1", "NOT_INTERESTED"), 60)]);
    let policy = policy_with(&[("terminal_outcomes", "NOT_INTERESTED")]);
    assert_eq!(settle_all(Some(lead), &[result("c2", "BUSY")], &policy).status, Status::Pending);
}

#[test]
fn a_record_knows_the_calls_of_its_history_and_its_last_call() {
    let call = |id: &str| CallId::parse(id).unwrap();
    let lead = Lead { last_call_id: Some(call("c9")), ..after(&[result("c1", "BUSY"), result("c2", "BUSY")]) };
    assert_eq!(["c1", "c2", "c9", "c3"].map(|id| lead.knows(&call(id))), [true, true, true, false]);
}

#[rstest]
#[case("exhausted", true)]
#[case("opted_out", true)]
#[case("on-hold now", true)]
#[case("", false)]
#[case("status 7", false)]
#[case("an_extremely_long_word_of_a_status", false)]
fn a_record_keeps_the_status_of_another_system_if_it_is_a_word(#[case] text: &str, #[case] is_kept: bool) {
    let status = Status::of_record(text);
    assert_eq!(status.map(Status::as_str), is_kept.then_some(text));
    assert!(status.is_none_or(|status| matches!(status, Status::Foreign(_))));
    assert_eq!(Status::parse(text), status, "once a record had it, a filter can name it");
}

#[test]
fn an_entry_of_the_original_is_replaced_by_the_result_of_its_call_only() {
    let other = |id: &str| OtherCall { call: CallId::parse(id).ok(), at: now() - minutes(5), outcome: None };
    let without_id = OtherCall { call: None, ..other("c1") };
    let lead = Lead {
        other_calls: vec![other("c1"), other("c2"), without_id.clone()],
        ..admit(None, &person(), false, now()).unwrap()
    };
    let lead = settle_all(Some(lead), &[result("c1", "BUSY")], &policy());
    assert_eq!(lead.other_calls, [other("c2"), without_id]);
}

#[rstest]
#[case::none_was_known(None, Some(0), Some(0))]
#[case::none_is_told(Some(0), None, Some(0))]
#[case::a_newer_one(Some(60), Some(30), Some(30))]
#[case::an_older_one(Some(30), Some(60), Some(30))]
#[case::none_at_all(None, None, None)]
fn of_two_consents_the_newer_counts(
    #[case] known: Option<i64>,
    #[case] told: Option<i64>,
    #[case] expected: Option<i64>,
) {
    let given = |ago: i64| ConsentEvidence::of("written", Some(now() - minutes(ago)), "form", "").unwrap();
    let profile = |ago: Option<i64>| Profile { consent: ago.map(given), ..Profile::default() };
    let lead = admit(None, &NewLead { profile: profile(known), ..person() }, false, now());
    let lead = settle_all(lead, &[CallResult { profile: profile(told), ..result("c1", "BUSY") }], &policy());
    assert_eq!(lead.profile.consent, expected.map(given));
}

#[test]
fn of_two_consents_of_one_time_the_first_stays() {
    let given = |level| ConsentEvidence::of(level, Some(now()), "form", "");
    let profile = |level| Profile { consent: given(level), ..Profile::default() };
    let lead = admit(None, &NewLead { profile: profile("written"), ..person() }, false, now());
    let lead = settle_all(lead, &[CallResult { profile: profile("express"), ..result("c1", "BUSY") }], &policy());
    assert_eq!(lead.profile.consent, given("written"));
}
