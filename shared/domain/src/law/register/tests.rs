use super::*;
use crate::builders::at;
use crate::law::samples::{self, florida, hours, texas};
use rstest::rstest;

const NOON: &str = "2026-03-10T12:00:00Z";

fn noon() -> DateTime<Utc> {
    at(NOON)
}

/// An entry that counts from noon on for two hours.
fn entry(id: &str, what: Recorded) -> Entry {
    samples::entry(id, what, noon())
}

fn ended(by: &str, at: DateTime<Utc>) -> Ended {
    Ended { by: by.to_owned(), at, why: "over".to_owned() }
}

fn attestation(list: Option<&str>, level: Consent) -> Recorded {
    Recorded::Attestation { list_id: list.map(str::to_owned), level, text_sha256: String::new() }
}

fn register(entries: impl IntoIterator<Item = Recorded>) -> Register {
    let mut register = Register::default();
    for (n, what) in entries.into_iter().enumerate() {
        register.add(entry(&n.to_string(), what));
    }
    register
}

#[rstest]
#[case::a_suspension(Recorded::Suspension(florida()), false)]
#[case::a_rule_that_is_off(Recorded::RuleOff("FL-hours".into()), true)]
#[case::a_voice(Recorded::VoiceAllowed(florida()), true)]
#[case::federal_only(Recorded::FederalOnly, true)]
#[case::an_attestation(attestation(None, Consent::Express), true)]
fn everything_but_a_suspension_opens_something(#[case] what: Recorded, #[case] opens: bool) {
    assert_eq!(what.opens(), opens);
}

#[rstest]
#[case::before_it("2026-03-10T11:59:59Z", false)]
#[case::its_first_instant(NOON, true)]
#[case::its_last_second("2026-03-10T13:59:59Z", true)]
#[case::its_end("2026-03-10T14:00:00Z", false)]
fn an_entry_counts_from_its_first_instant_until_its_end(#[case] time: &str, #[case] counts: bool) {
    let entries = [
        Recorded::RuleOff("FL-hours".into()),
        Recorded::VoiceAllowed(florida()),
        Recorded::FederalOnly,
        attestation(None, Consent::Written),
    ];
    let (register, time) = (register(entries), at(time));
    assert_eq!(register.is_off("FL-hours", time), counts, "rule off");
    assert_eq!(register.decided(time).contains(&florida()), counts, "voice");
    assert_eq!(register.is_federal_only(time), counts, "federal only");
    assert_eq!(register.attested("7", time).is_some(), counts, "attestation");
}

#[test]
fn an_entry_that_is_ended_early_counts_no_longer() {
    let until = noon() + hours(2);
    let early = Entry { ended: Some(ended("ops", noon() + hours(1))), ..entry("a", Recorded::FederalOnly) };
    assert_eq!(early.end(), Some(noon() + hours(1)));
    assert_eq!([early.counts(noon()), early.counts(noon() + hours(1))], [true, false]);
    let late = Entry { ended: Some(ended("ops", noon() + hours(3))), ..early };
    assert_eq!((late.end(), late.counts(until)), (Some(until), false), "ended after its time");
}

#[test]
fn a_suspension_without_an_end_counts_until_somebody_ends_it() {
    let mut open = Entry { until: None, ..entry("a", Recorded::Suspension(florida())) };
    assert_eq!((open.end(), open.counts(noon() + TimeDelta::days(9999))), (None, true));
    open.ended = Some(ended("ops", noon() + hours(5)));
    assert_eq!((open.end(), open.counts(noon() + hours(5))), (Some(noon() + hours(5)), false));
}

#[test]
fn a_rule_is_off_only_if_an_entry_names_it() {
    let register = register([Recorded::RuleOff("FL-hours".into()), Recorded::Suspension(florida())]);
    assert!(register.is_off("FL-hours", noon()) && !register.is_off("FL-cap", noon()));
}

#[test]
fn only_the_decision_itself_leaves_the_federal_hours_alone() {
    let others = [
        Recorded::Suspension(florida()),
        Recorded::RuleOff("US-hours".into()),
        Recorded::VoiceAllowed(florida()),
        attestation(None, Consent::Written),
    ];
    assert!(!register(others).is_federal_only(noon()));
    assert!(register([Recorded::FederalOnly]).is_federal_only(noon()));
}

#[test]
fn a_voice_may_call_where_somebody_decided_so() {
    let decisions = [Recorded::VoiceAllowed(florida()), Recorded::Suspension(texas())];
    assert_eq!(register(decisions).decided(noon()), BTreeSet::from([florida()]));
}

#[rstest]
#[case::of_every_lead(&[(None, Consent::Express)], Some(Consent::Express))]
#[case::of_the_list(&[(Some("7"), Consent::Express)], Some(Consent::Express))]
#[case::of_another_list(&[(Some("8"), Consent::Written)], None)]
#[case::the_surest(&[(None, Consent::Express), (Some("7"), Consent::Written), (None, Consent::Express)], Some(Consent::Written))]
#[case::none(&[], None)]
fn the_surest_attestation_of_a_list_or_of_all_leads_counts(
    #[case] recorded: &[(Option<&str>, Consent)],
    #[case] expected: Option<Consent>,
) {
    let register = register(recorded.iter().map(|(list, level)| attestation(*list, *level)));
    assert_eq!(register.attested("7", noon()), expected);
}

#[test]
fn suspensions_are_told_with_their_jurisdictions_whenever_they_are() {
    let recorded = [Recorded::FederalOnly, Recorded::Suspension(texas()), Recorded::Suspension(florida())];
    let register = register(recorded);
    let told: Vec<_> = register.suspensions().map(|(jurisdiction, entry)| (jurisdiction, &*entry.id)).collect();
    assert_eq!(told, [(texas(), "1"), (florida(), "2")]);
}

#[test]
fn a_repeated_write_adds_an_entry_once() {
    let mut register = Register::default();
    register.add(entry("a", Recorded::FederalOnly));
    register.add(entry("b", Recorded::Suspension(texas())));
    register.add(entry("a", Recorded::Suspension(florida())));
    let kept = [entry("a", Recorded::FederalOnly), entry("b", Recorded::Suspension(texas()))];
    assert_eq!(register.entries, kept);
}

/// As many entries as are kept. The one at `first_over` ended an hour before noon, the one at `second_over` at noon, and
/// no other.
fn full(first_over: usize, second_over: usize) -> Register {
    let entries = (0..KEPT).map(|n| {
        let until = match n {
            n if n == first_over => Some(noon() - hours(1)),
            n if n == second_over => Some(noon()),
            n if n % 2 == 0 => None,
            _ => Some(noon() + hours(1)),
        };
        Entry { until, from: noon() - hours(9), ..entry(&n.to_string(), Recorded::Suspension(florida())) }
    });
    Register { entries: entries.collect() }
}

fn has(register: &Register, id: &str) -> bool {
    register.entries.iter().any(|entry| *entry.id == *id)
}

#[test]
fn of_too_many_entries_those_that_ended_first_go_first_and_others_stay() {
    let mut register = full(20, 10);
    register.add(entry("one more", Recorded::FederalOnly));
    assert_eq!((register.entries.len(), has(&register, "20"), has(&register, "10")), (KEPT, false, true));
    register.add(entry("two more", Recorded::FederalOnly));
    assert_eq!((register.entries.len(), has(&register, "10")), (KEPT, false));
    register.add(entry("three more", Recorded::FederalOnly));
    assert_eq!(register.entries.len(), KEPT + 1, "what has not ended is not forgotten");
}

#[test]
fn an_entry_that_ended_stays_while_there_is_room() {
    let mut register = full(20, 10);
    register.entries.pop();
    register.add(entry("one more", Recorded::FederalOnly));
    assert!(has(&register, "20") && has(&register, "10"));
}

#[test]
fn entries_beyond_the_bound_go_together_once_they_have_ended() {
    let mut register = full(KEPT, KEPT);
    for id in ["one more", "two more"] {
        register.add(entry(id, Recorded::FederalOnly));
    }
    assert_eq!(register.entries.len(), KEPT + 2);
    register.add(Entry { at: noon() + hours(1), ..entry("three more", Recorded::FederalOnly) });
    assert_eq!(register.entries.len(), KEPT);
}

#[test]
fn an_entry_is_ended_by_its_id() {
    let mut register = register([Recorded::FederalOnly, Recorded::VoiceAllowed(florida())]);
    let end = ended("ops", noon() + hours(1));
    let expected = Entry { ended: Some(end.clone()), ..entry("1", Recorded::VoiceAllowed(florida())) };
    assert_eq!(register.end("1", end.clone()), Some(&expected));
    assert_eq!(register.entries, [entry("0", Recorded::FederalOnly), expected]);
    assert_eq!(register.end("2", end), None);
}

#[rstest]
#[case::at_the_same_instant(1)]
#[case::later(2)]
fn an_entry_that_was_ended_stays_as_it_is(#[case] later: i64) {
    let mut register = register([Recorded::FederalOnly]);
    register.end("0", ended("first", noon() + hours(1)));
    let again = register.end("0", ended("second", noon() + hours(later)));
    assert_eq!(again.and_then(|entry| entry.ended.as_ref()), Some(&ended("first", noon() + hours(1))));
}

#[test]
fn an_entry_whose_time_is_over_cannot_be_ended() {
    let mut register = register([Recorded::FederalOnly]);
    let over = register.end("0", ended("late", noon() + hours(2)));
    assert_eq!(over, Some(&entry("0", Recorded::FederalOnly)));
}
