use super::*;
use redial_domain::activity::Dialed;
use redial_domain::builders::{at, attempt, lead_ref, operator, phone, profile};
use redial_domain::law::{self, ConsentEvidence, Jurisdiction, Place, Presence};
use redial_domain::ledger::{Attempt, Event, NotCalled, SettingChange, Steering, WhyNot};
use redial_domain::verdict::{Gate, GateName, Opens, Shown};
use redial_domain::{
    Actor, Addition, Allowed, BulkCommand, Command, Import, ImportState, NewLead, Outcome, Profile, Selection, Source,
    Suppression,
};
use rstest::rstest;

const GOLDEN: &str = include_str!("../../tests/golden/ledger_v1.jsonl");

/// One entry of each kind.
fn entries() -> Vec<Entry> {
    let now = at("2025-12-17T19:00:00.250Z");
    let lead_ref = lead_ref(1, "2025-12");
    let gate = |name, value, limit| Gate { name, value, limit, opens: Opens::Now };
    let given = Some(at("2025-12-01T10:00:00Z"));
    let consent = ConsentEvidence::of("written", given, "example.com/quote", &"ab".repeat(32));
    let profile = Profile { consent, ..profile() };
    let zones = vec![chrono_tz::America::Chicago, chrono_tz::America::New_York];
    let asked = Attempt {
        attempt: attempt(1),
        lead: lead_ref.clone(),
        provider: Source::Bland,
        rules: "2026-11-27.1".to_owned(),
        rules_digest: "cd".repeat(32),
        time_zones: "2025b".to_owned(),
        place: Place::In(vec![Presence { jurisdiction: Jurisdiction::parse("FL").unwrap(), zones: zones.clone() }]),
        gates: vec![
            gate(GateName::CallingHours, Shown::Walls(now, zones), Shown::Word("every rule open")),
            gate(GateName::CallsPerNumber, Shown::Count(1), Shown::Count(8)),
        ],
        calls: vec![at("2025-12-17T15:00:00Z")],
        consent: profile.consent.clone(),
    };
    let asked = Entry { id: attempt(1).to_string(), at: now, by: Actor::Run, event: Event::Attempt(Box::new(asked)) };
    let refused = NotCalled {
        attempt: attempt(1),
        lead: lead_ref.clone(),
        reason: WhyNot::Refused,
        message: "Pathway not found".to_owned(),
    };
    let change = |key, old: &str, new: &str| SettingChange { key, old: old.to_owned(), new: new.to_owned() };
    let steering = |command| Steering { lead: lead_ref.id.clone(), phone: phone(1), command, outcome: "done" };
    let suppression = Suppression::new(Outcome::DNC, Source::Bland, now);
    let note = "asked to be called again".to_owned();
    let allowed = Allowed { at: now, by: "ops".to_owned(), note, reason: Outcome::DNC };
    let decision = law::Entry {
        id: "d1".into(),
        what: law::Recorded::VoiceAllowed(Jurisdiction::parse("FL").unwrap()),
        by: "ops".to_owned(),
        at: now,
        why: "counsel was asked".to_owned(),
        from: now,
        until: Some(at("2026-06-01T00:00:00Z")),
        ended: None,
    };
    let ended = law::Ended { by: "ops".to_owned(), at: now, why: "counsel was asked again".to_owned() };
    let import = Import { added: 2, known: 1, ..Import::new("v1".to_owned(), "upload", now) };
    let import = Import { state: ImportState::Done, ..import };
    let leads = Import { added: 2, ..Import::new("v2".to_owned(), "upload", now) };
    let new = NewLead { lead: lead_ref.id.clone(), phone: phone(1), profile: profile.clone() };
    let addition = Addition { new, at: Some(at("2025-12-18T15:00:00Z")) };
    let by = Actor::Operator { key: "ops".to_owned(), user: Some("user-1".to_owned()) };
    let filter = [("q", "Smith"), ("status", "paused")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (command, filter) = (BulkCommand::Remove, filter.into());
    let selection = Selection { command, filter, by: "ops".to_owned(), user: None, at: now, leads: 12_000 };
    vec![
        asked,
        Entry::not_called(refused, now),
        Entry::steered(&by, steering(Command::Pause), now, 1 << 100),
        Entry::changed(&operator(), vec![change("calls_per_second", "5", "2")], now, 2 << 100),
        Entry::changed(&operator(), vec![change("running", "true", "false")], now, 3 << 100),
        Entry::suppressed(&phone(1), &suppression),
        Entry::suppressed(&phone(2), &Suppression::by(Outcome::DNC, Source::Redial, now, "ops", "wrote a letter")),
        Entry::allowed(&by, &phone(2), allowed, 4 << 100),
        Entry::decided(&operator(), &decision),
        Entry::decided(&operator(), &law::Entry { ended: Some(ended), ..decision }),
        Entry::imported("list.csv", &import),
        Entry::steered(&by, steering(Command::CallBack(at("2025-12-18T15:00:00Z"))), now, 5 << 100),
        Entry::added(&by, &addition, now, 6 << 100),
        Entry::added_from("leads/list.csv", &leads),
        Entry::imported("leads/list.csv", &Import { refused_lines: 3, state: ImportState::Done, ..leads.clone() }),
        Entry::bulk(&by, "0198c0de-7000-7000-8000-000000000001", &selection, now),
        Entry::steered_in_bulk(&by, "0198c0de-7000-7000-8000-000000000001", 7, steering(Command::Remove), now),
    ]
}

fn lines() -> Vec<String> {
    let mut chain = Chain::new("7b1f0c52a4d84f2f9d0e1a2b3c4d5e6f".to_owned());
    entries().iter().map(|entry| chain.append(entry)).collect()
}

fn kinds(lines: &[String]) -> Vec<(u64, FaultKind)> {
    verify(lines.iter().map(String::as_str)).into_iter().map(|fault| (fault.seq, fault.kind)).collect()
}

#[test]
fn entries_are_stored_as_before() {
    assert_eq!(lines().join("\n"), GOLDEN.trim_end(), "the stored bytes have changed");
}

#[test]
fn stored_entries_have_no_fault() {
    assert_eq!(verify(GOLDEN.lines()), []);
}

#[test]
fn every_changed_byte_is_found() {
    let lines = lines();
    for (number, line) in lines.iter().enumerate() {
        for place in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[place] ^= 1;
            let Ok(changed) = String::from_utf8(changed) else { continue };
            let mut all = lines.clone();
            all[number] = changed;
            assert_ne!(kinds(&all), [], "byte {place} of line {number}");
        }
    }
}

#[rstest]
#[case(0, &[(1, FaultKind::Missing)])]
#[case(2, &[(3, FaultKind::Missing)])]
fn a_line_that_is_gone_is_found(#[case] gone: usize, #[case] faults: &[(u64, FaultKind)]) {
    let mut lines = lines();
    lines.remove(gone);
    assert_eq!(kinds(&lines), faults);
}

#[test]
fn a_line_that_was_put_in_is_found() {
    let mut lines = lines();
    let mut other = Chain::new("7b1f0c52a4d84f2f9d0e1a2b3c4d5e6f".to_owned());
    let forged = other.append(&entries()[5]);
    lines[0] = forged.clone();
    assert_eq!(kinds(&lines), [(2, FaultKind::WrongChain)]);
    lines.push(forged);
    assert_eq!(kinds(&lines), [(1, FaultKind::Doubled), (2, FaultKind::WrongChain)]);
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let mut lines = lines();
    lines.reverse();
    assert_eq!(kinds(&lines), []);
}

#[test]
fn lines_tell_of_dials() {
    let told: Vec<_> = lines().iter().map(|line| Told::read(line).unwrap()).collect();
    let lead = lead_ref(1, "2025-12").key();
    let now = at("2025-12-17T19:00:00.250Z");
    // This attempt has neither of the gates.
    let dialed = Dialed { attempt: attempt(1), lead, at: now, number: None, due: None };
    assert_eq!(told[..2], [Told::Dialed(dialed.clone()), Told::NotCalled(attempt(1))]);
    assert!(told[2..].iter().all(|told| *told == Told::Other));
    let with_gates = lines()[0].replace(
        "{\"name\":\"calls_per_number_24h\"",
        "{\"name\":\"due\",\"value\":\"2025-12-17T18:58:00Z\"},{\"name\":\"attempts\",\"value\":\"2\"},{\"name\":\"x\"",
    );
    let expected = Dialed { number: Some(3), due: Some(at("2025-12-17T18:58:00Z")), ..dialed };
    assert_eq!(Told::read(&with_gates), Some(Told::Dialed(expected)));
    for broken in ["", "{}", "{\"kind\":\"attempt\"}", "{\"kind\":\"not_called\",\"attempt\":\"x\"}"] {
        assert_eq!(Told::read(broken), None, "{broken}");
    }
}
