//! What operators have recorded about the law: suspensions, and everything that opens a rule, with who, when, why and until when.

use super::{Consent, Jurisdiction};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest time for which something that opens a rule is recorded. Then somebody must look at it again.
pub const LONGEST: TimeDelta = TimeDelta::days(400);
/// The most entries that are kept. Those that ended first go first. One that has not ended stays, whatever their number.
pub const KEPT: usize = 500;

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Lets nobody be called in a jurisdiction, such as in a declared emergency.
    Suspension(Jurisdiction),
    /// Switches a rule off.
    RuleOff(Arc<str>),
    /// Says that an artificial voice may call in a jurisdiction, after counsel was asked.
    VoiceAllowed(Jurisdiction),
    /// Obeys the federal hours only, where the setting `calling_rules` says so.
    FederalOnly,
    /// Attests that the leads of a list, or all leads, have agreed to be called. It counts for leads without evidence of their
    /// own.
    Attestation {
        /// The list. `None` for every lead.
        list_id: Option<String>,
        /// What they have agreed to.
        level: Consent,
        /// SHA-256 of the text that they agreed to, in hex.
        text_sha256: String,
    },
}

impl Recorded {
    /// Returns whether it opens something that would be closed without it. Then it has an end.
    #[must_use]
    pub fn opens(&self) -> bool {
        !matches!(self, Self::Suspension(_))
    }
}

/// How an entry was ended before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Who ended it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: String,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: Arc<str>,
    /// What it does.
    pub what: Recorded,
    /// Who recorded it.
    pub by: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: String,
    /// The first instant at which it counts.
    pub from: DateTime<Utc>,
    /// The first instant after it. `None` if no end is known, which only a suspension may have.
    pub until: Option<DateTime<Utc>>,
    /// How it was ended before its time.
    pub ended: Option<Ended>,
}

impl Entry {
    /// Returns the first instant at which it counts no longer. `None` if no end is known.
    #[must_use]
    pub fn end(&self) -> Option<DateTime<Utc>> {
        let ended = self.ended.as_ref().map(|ended| ended.at);
        self.until.into_iter().chain(ended).min()
    }

    /// Returns whether it counts at an instant.
    #[must_use]
    pub fn counts(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.end().is_none_or(|end| at < end)
    }
}

/// Every entry, in the order in which they were recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    /// The entries.
    pub entries: Vec<Entry>,
}

impl Register {
    /// Returns whether a rule is switched off at an instant.
    #[must_use]
    pub fn is_off(&self, rule: &str, at: DateTime<Utc>) -> bool {
        self.counting(at).any(|entry| matches!(&entry.what, Recorded::RuleOff(id) if **id == *rule))
    }

    /// Returns where an artificial voice may call at an instant.
    #[must_use]
    pub fn decided(&self, at: DateTime<Utc>) -> BTreeSet<Jurisdiction> {
        let decided = self.counting(at).filter_map(|entry| match entry.what {
            Recorded::VoiceAllowed(jurisdiction) => Some(jurisdiction),
            _ => None,
        });
        decided.collect()
    }

    /// Returns whether only the federal hours bind at an instant, where the setting says so.
    #[must_use]
    pub fn is_federal_only(&self, at: DateTime<Utc>) -> bool {
        self.counting(at).any(|entry| entry.what == Recorded::FederalOnly)
    }

    /// Returns what is attested of the leads of a list at an instant.
    #[must_use]
    pub fn attested(&self, list: &str, at: DateTime<Utc>) -> Option<Consent> {
        let attested = self.counting(at).filter_map(|entry| match &entry.what {
            Recorded::Attestation { list_id, level, .. } => {
                list_id.as_ref().is_none_or(|known| known == list).then_some(*level)
            }
            _ => None,
        });
        attested.max()
    }

    /// Returns the suspensions.
    pub fn suspensions(&self) -> impl Iterator<Item = (Jurisdiction, &Entry)> {
        self.entries.iter().filter_map(|entry| match entry.what {
            Recorded::Suspension(jurisdiction) => Some((jurisdiction, entry)),
            _ => None,
        })
    }

    /// Adds an entry. An entry with this id is there already if the write of it was repeated.
    pub fn add(&mut self, entry: Entry) {
        if self.entries.iter().all(|known| known.id != entry.id) {
            let now = entry.at;
            self.entries.push(entry);
            while self.entries.len() > KEPT {
                let ends = self.entries.iter().enumerate().filter_map(|(index, entry)| Some((entry.end()?, index)));
                let Some((_, over)) = ends.filter(|(end, _)| *end <= now).min() else { break };
                self.entries.remove(over);
            }
        }
    }

    /// Ends an entry. Returns it, or `None` if there is none with this id. One that was ended before stays as it is.
    pub fn end(&mut self, id: &str, ended: Ended) -> Option<&Entry> {
        let entry = self.entries.iter_mut().find(|entry| *entry.id == *id)?;
        if entry.end().is_none_or(|end| ended.at < end) {
            entry.ended = Some(ended);
        }
        Some(entry)
    }

    fn counting(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.counts(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builders::at;
    use rstest::rstest;

    const NOON: &str = "2026-03-10T12:00:00Z";

    fn noon() -> DateTime<Utc> {
        at(NOON)
    }

    fn hours(count: i64) -> TimeDelta {
        TimeDelta::hours(count)
    }

    fn florida() -> Jurisdiction {
        Jurisdiction::parse("FL").unwrap()
    }

    fn texas() -> Jurisdiction {
        Jurisdiction::parse("TX").unwrap()
    }

    /// An entry that counts from noon on for two hours.
    fn entry(id: &str, what: Recorded) -> Entry {
        Entry {
            id: id.into(),
            what,
            by: "ops".to_owned(),
            at: noon(),
            why: "test".to_owned(),
            from: noon(),
            until: Some(noon() + hours(2)),
            ended: None,
        }
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
}
