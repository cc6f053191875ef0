use super::*;
use crate::builders::at;
use crate::law::samples::{self, florida, hours, texas};
use crate::law::{
    Calendar, Clock, Day, Ended, Entry, Files, Holiday, Hours, Presence, Recorded, Register, Suspension, Window,
};
use chrono::NaiveTime;
use chrono_tz::America::New_York;
use rstest::rstest;

/// A Wednesday, noon in New York.
const NOON: &str = "2026-03-11T16:00:00Z";
/// The same day, 20:00 in New York.
const EVENING: &str = "2026-03-12T00:00:00Z";
/// The next day, 8:00 in New York.
const MORNING: &str = "2026-03-12T12:00:00Z";

fn noon() -> DateTime<Utc> {
    at(NOON)
}

fn in_florida() -> Place {
    Place::In(vec![Presence { jurisdiction: florida(), zones: vec![New_York] }])
}

/// Every day from 8:00 to 20:00.
fn day() -> Demand {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let window = Window { start: hour(8), end: hour(20) };
    Demand::Hours(Hours { clock: Clock::Zones, days: std::array::from_fn(|_| vec![window]), holidays: None })
}

fn cap(count: usize) -> Demand {
    Demand::Cap { count, window: hours(24) }
}

fn rule(id: &str, jurisdiction: Jurisdiction, demand: Demand) -> Rule {
    Rule {
        id: id.into(),
        jurisdiction,
        demand,
        from: None,
        to: None,
        citation: String::new(),
        confidence: String::new(),
        note: String::new(),
    }
}

fn rules(rules: Vec<Rule>) -> Rules {
    Rules::from(Files { rules, ..Files::default() })
}

/// A rule of Florida with this demand.
fn of_florida(demand: Demand) -> Rules {
    rules(vec![rule("FL", florida(), demand)])
}

fn suspended(suspensions: Vec<Suspension>) -> Rules {
    Rules::from(Files { suspensions, ..Files::default() })
}

/// An entry that counts from noon on for two hours.
fn entry(id: &str, what: Recorded) -> Entry {
    samples::entry(id, what, noon())
}

fn recorded(entries: Vec<Entry>) -> Register {
    Register { entries }
}

/// What a question has beside the rules, with everything in favor of nobody.
struct Asked {
    place: Place,
    calls: Vec<DateTime<Utc>>,
    standing: Standing,
    mode: Mode,
    guard: TimeDelta,
}

impl Default for Asked {
    fn default() -> Self {
        let (calls, standing) = Default::default();
        Self { place: in_florida(), calls, standing, mode: Mode::Full, guard: TimeDelta::zero() }
    }
}

impl Asked {
    fn question(&self) -> Question<'_> {
        let Self { place, calls, standing, mode, guard } = self;
        Question { place, calls, standing, mode: *mode, guard: *guard }
    }

    /// What forbids a call at a time.
    fn closed(&self, rules: &Rules, time: &str) -> Vec<(String, Option<DateTime<Utc>>)> {
        shown(rules.decide(&self.question(), at(time)).closed)
    }

    fn is_allowed(&self, rules: &Rules, time: &str) -> bool {
        rules.decide(&self.question(), at(time)).is_allowed()
    }
}

fn shown(closed: Vec<Closed>) -> Vec<(String, Option<DateTime<Utc>>)> {
    closed.into_iter().map(|closed| (closed.rule.to_string(), closed.opens)).collect()
}

fn until(rule: &str, opens: &str) -> Vec<(String, Option<DateTime<Utc>>)> {
    vec![(rule.to_owned(), Some(at(opens)))]
}

fn for_ever(rule: &str) -> Vec<(String, Option<DateTime<Utc>>)> {
    vec![(rule.to_owned(), None)]
}

#[rstest]
#[case::federal_hours(Mode::Federal, Jurisdiction::US, day(), true)]
#[case::hours_of_a_state(Mode::Federal, florida(), day(), false)]
#[case::a_federal_cap(Mode::Federal, Jurisdiction::US, cap(3), false)]
#[case::a_federal_consent(Mode::Federal, Jurisdiction::US, Demand::Consent(Consent::Express), false)]
#[case::federal_hours(Mode::HoursAndCaps, Jurisdiction::US, day(), true)]
#[case::hours_of_a_state(Mode::HoursAndCaps, florida(), day(), true)]
#[case::a_cap(Mode::HoursAndCaps, florida(), cap(3), true)]
#[case::a_consent(Mode::HoursAndCaps, florida(), Demand::Consent(Consent::Express), false)]
#[case::a_decision(Mode::HoursAndCaps, florida(), Demand::Decision, false)]
#[case::no_second_call(Mode::HoursAndCaps, florida(), Demand::NoSecondCall, false)]
#[case::hours_of_a_state(Mode::Full, florida(), day(), true)]
#[case::a_cap(Mode::Full, florida(), cap(3), true)]
#[case::a_consent(Mode::Full, Jurisdiction::US, Demand::Consent(Consent::Express), true)]
#[case::a_decision(Mode::Full, florida(), Demand::Decision, true)]
#[case::no_second_call(Mode::Full, florida(), Demand::NoSecondCall, true)]
fn each_mode_obeys_its_rules(
    #[case] mode: Mode,
    #[case] jurisdiction: Jurisdiction,
    #[case] demand: Demand,
    #[case] is_obeyed: bool,
) {
    assert_eq!(mode.enforces(&rule("a", jurisdiction, demand)), is_obeyed);
}

#[test]
fn a_rule_that_no_mode_enforces_is_told_as_one_that_would_close() {
    let rules = rules(vec![rule("hours", florida(), day()), rule("consent", florida(), Demand::Decision)]);
    for (mode, closed, would_close) in [
        (Mode::Full, vec!["hours", "consent"], vec![]),
        (Mode::HoursAndCaps, vec!["hours"], vec!["consent"]),
        (Mode::Federal, vec![], vec!["hours", "consent"]),
    ] {
        let decision = rules.decide(&Asked { mode, ..Asked::default() }.question(), at(EVENING));
        let names = |closed: Vec<Closed>| closed.into_iter().map(|closed| closed.rule.to_string()).collect::<Vec<_>>();
        assert_eq!((names(decision.closed), names(decision.would_close)), (names_of(&closed), names_of(&would_close)));
    }
}

fn names_of(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_rule_binds_in_its_own_jurisdiction_and_a_federal_one_everywhere() {
    let rules = rules(vec![
        rule("US-hours", Jurisdiction::US, day()),
        rule("FL-hours", florida(), day()),
        rule("TX-hours", texas(), day()),
    ]);
    let closed = Asked::default().closed(&rules, EVENING);
    assert_eq!(closed, [until("US-hours", MORNING), until("FL-hours", MORNING)].concat());
}

#[test]
fn a_rule_that_an_operator_has_switched_off_forbids_nothing_while_it_is_off() {
    let off = Entry { until: Some(at(EVENING) + hours(1)), ..entry("a", Recorded::RuleOff("FL".into())) };
    let rules = of_florida(day()).with(recorded(vec![off]));
    assert!(Asked::default().is_allowed(&rules, EVENING));
    assert_eq!(Asked::default().closed(&rules, "2026-03-12T01:00:00Z"), until("FL", MORNING));
    let another = of_florida(day()).with(recorded(vec![entry("a", Recorded::RuleOff("TX".into()))]));
    assert_eq!(Asked::default().closed(&another, EVENING), until("FL", MORNING));
}

#[rstest]
#[case::an_instant_before("2026-03-11T23:59:59Z", true)]
#[case::the_end(EVENING, false)]
#[case::a_second_before_the_start("2026-03-12T11:59:59Z", false)]
#[case::the_start(MORNING, true)]
fn hours_are_open_from_their_start_until_their_end(#[case] time: &str, #[case] is_allowed: bool) {
    assert_eq!(Asked::default().is_allowed(&of_florida(day()), time), is_allowed);
}

#[test]
fn nobody_is_called_outside_the_united_states_in_any_mode() {
    for mode in [Mode::Full, Mode::HoursAndCaps, Mode::Federal] {
        let asked = Asked { place: Place::Outside, mode, ..Asked::default() };
        assert_eq!(asked.closed(&of_florida(cap(1)), NOON), for_ever(OUTSIDE));
        assert_eq!(of_florida(cap(1)).next_allowed(&asked.question(), noon()), None);
    }
}

#[rstest]
#[case::before_it("2026-03-11T15:59:59Z", false)]
#[case::its_first_instant(NOON, true)]
#[case::its_last_second("2026-03-11T17:59:59Z", true)]
#[case::its_end("2026-03-11T18:00:00Z", false)]
fn a_suspension_closes_its_jurisdiction_from_its_beginning_until_its_end(#[case] time: &str, #[case] is_closed: bool) {
    let end = noon() + hours(2);
    let of_a_file =
        suspended(vec![Suspension { id: "a".into(), jurisdiction: florida(), from: noon(), until: Some(end) }]);
    let of_a_person = rules(vec![]).with(recorded(vec![entry("a", Recorded::Suspension(florida()))]));
    let expected = if is_closed { until("a", "2026-03-11T18:00:00Z") } else { vec![] };
    for rules in [of_a_file, of_a_person] {
        assert_eq!(Asked::default().closed(&rules, time), expected);
        let federal = Asked { mode: Mode::Federal, ..Asked::default() };
        assert_eq!(federal.closed(&rules, time), []);
        assert_eq!(shown(rules.decide(&federal.question(), at(time)).would_close), expected);
    }
}

#[test]
fn a_suspension_of_one_state_closes_no_other_and_a_federal_one_closes_all() {
    let of_a_file = |jurisdiction| {
        suspended(vec![Suspension { id: "a".into(), jurisdiction, from: noon() - hours(1), until: None }])
    };
    let of_a_person = |jurisdiction| {
        let open = Entry { until: None, ..entry("a", Recorded::Suspension(jurisdiction)) };
        rules(vec![]).with(recorded(vec![open]))
    };
    for (jurisdiction, closed) in [(texas(), vec![]), (florida(), for_ever("a")), (Jurisdiction::US, for_ever("a"))] {
        assert_eq!(Asked::default().closed(&of_a_file(jurisdiction), NOON), closed, "{jurisdiction} in a file");
        assert_eq!(Asked::default().closed(&of_a_person(jurisdiction), NOON), closed, "{jurisdiction} recorded");
    }
}

#[test]
fn a_suspension_that_was_ended_closes_nothing_any_more() {
    let ended = Ended { by: "ops".to_owned(), at: noon() + hours(1), why: "over".to_owned() };
    let entry = Entry { ended: Some(ended), ..entry("a", Recorded::Suspension(florida())) };
    let rules = rules(vec![]).with(recorded(vec![entry]));
    assert_eq!(Asked::default().closed(&rules, NOON), until("a", "2026-03-11T17:00:00Z"));
    assert!(Asked::default().is_allowed(&rules, "2026-03-11T17:00:00Z"));
}

#[test]
fn a_voice_calls_only_where_the_operator_has_decided_so() {
    let decided = |decided: &[Jurisdiction]| Asked {
        standing: Standing { decided: decided.iter().copied().collect(), ..Standing::default() },
        ..Asked::default()
    };
    let rules = of_florida(Demand::Decision);
    assert_eq!(decided(&[]).closed(&rules, NOON), for_ever("FL"));
    assert_eq!(decided(&[texas()]).closed(&rules, NOON), for_ever("FL"));
    assert!(decided(&[texas(), florida()]).is_allowed(&rules, NOON));
}

#[rstest]
#[case(Consent::Express, None, false)]
#[case(Consent::Express, Some(Consent::Express), true)]
#[case(Consent::Express, Some(Consent::Written), true)]
#[case(Consent::Written, None, false)]
#[case(Consent::Written, Some(Consent::Express), false)]
#[case(Consent::Written, Some(Consent::Written), true)]
fn a_rule_is_content_with_the_consent_that_it_asks_for_or_a_surer_one(
    #[case] asked_for: Consent,
    #[case] consent: Option<Consent>,
    #[case] is_allowed: bool,
) {
    let asked = Asked { standing: Standing { consent, ..Standing::default() }, ..Asked::default() };
    let closed = asked.closed(&of_florida(Demand::Consent(asked_for)), NOON);
    assert_eq!(closed, if is_allowed { vec![] } else { for_ever("FL") });
}

#[test]
fn nobody_who_ended_an_automated_call_gets_a_second_one() {
    let ended = |ended_a_call| Asked { standing: Standing { ended_a_call, ..Standing::default() }, ..Asked::default() };
    let rules = of_florida(Demand::NoSecondCall);
    assert_eq!(ended(true).closed(&rules, NOON), for_ever("FL"));
    assert!(ended(false).is_allowed(&rules, NOON));
}

#[rstest]
#[case::not_reached(2, &[1], None)]
#[case::reached(2, &[1, 2], Some(22))]
#[case::reached_in_any_order(2, &[2, 1], Some(22))]
#[case::more_calls_than_allowed(2, &[1, 2, 3], Some(22))]
#[case::a_call_now(1, &[0], Some(24))]
#[case::a_call_at_the_end_of_the_window(1, &[23], Some(1))]
#[case::a_call_that_left_the_window(1, &[24], None)]
#[case::one_of_two_left_the_window(2, &[1, 24], None)]
#[case::a_call_that_is_still_ahead(1, &[-1], None)]
#[case::no_call(1, &[], None)]
fn a_cap_opens_when_the_call_leaves_its_window_that_reached_it(
    #[case] count: usize,
    #[case] hours_ago: &[i64],
    #[case] opens_in: Option<i64>,
) {
    let calls = hours_ago.iter().map(|ago| noon() - hours(*ago)).collect();
    let asked = Asked { calls, ..Asked::default() };
    let expected: Vec<_> = opens_in.map(|ahead| ("FL".to_owned(), Some(noon() + hours(ahead)))).into_iter().collect();
    assert_eq!(asked.closed(&of_florida(cap(count)), NOON), expected);
    let next = of_florida(cap(count)).next_allowed(&asked.question(), noon());
    assert_eq!(next, Some(noon() + hours(opens_in.unwrap_or(0))));
}

#[test]
fn caps_permissions_and_hours_are_told_apart() {
    let rules = rules(vec![
        rule("hours", florida(), day()),
        rule("cap", florida(), cap(1)),
        rule("decision", florida(), Demand::Decision),
        rule("consent", florida(), Demand::Consent(Consent::Express)),
        rule("second", florida(), Demand::NoSecondCall),
    ]);
    let standing = Standing { ended_a_call: true, ..Standing::default() };
    let asked = Asked { calls: vec![at(EVENING)], standing, ..Asked::default() };
    let names = |closed: Vec<Closed>| closed.into_iter().map(|closed| closed.rule.to_string()).collect::<Vec<_>>();
    assert_eq!(names(rules.caps_reached(&asked.question(), at(EVENING))), ["cap"]);
    assert_eq!(names(rules.not_permitted(&asked.question(), at(EVENING))), ["decision", "consent", "second"]);
    let without = Asked { mode: Mode::HoursAndCaps, ..asked };
    assert!(rules.not_permitted(&without.question(), at(EVENING)).is_empty());
}

#[test]
fn a_call_that_may_ring_later_needs_hours_that_are_open_then_too() {
    let guarded = Asked { guard: TimeDelta::minutes(2), ..Asked::default() };
    let rules = of_florida(day());
    assert!(guarded.is_allowed(&rules, "2026-03-11T23:57:59Z"));
    // It rings from 8:00 on, but it is placed then too.
    assert_eq!(guarded.closed(&rules, "2026-03-11T23:58:00Z"), until("FL", "2026-03-12T11:58:00Z"));
    assert_eq!(guarded.closed(&rules, EVENING), until("FL", MORNING));
    assert_eq!(rules.next_allowed(&guarded.question(), at("2026-03-11T23:58:00Z")), Some(at(MORNING)));
}

#[test]
fn the_next_call_waits_for_the_last_rule_that_opens() {
    let rules = rules(vec![rule("hours", florida(), day()), rule("cap", florida(), cap(1))]);
    let after = |hours_ago| Asked { calls: vec![at(EVENING) - hours(hours_ago)], ..Asked::default() };
    assert_eq!(rules.next_allowed(&after(20).question(), at(EVENING)), Some(at(MORNING)));
    assert_eq!(rules.next_allowed(&after(8).question(), at(EVENING)), Some(noon() + hours(24)));
    // The cap opens at night, and the hours in the morning after it.
    assert_eq!(rules.next_allowed(&after(-1).question(), at(EVENING) + hours(1)), Some(at(MORNING) + hours(24)));
}

#[test]
fn time_alone_does_not_open_a_rule_that_asks_for_a_person() {
    let rules = rules(vec![rule("hours", florida(), day()), rule("decision", florida(), Demand::Decision)]);
    assert_eq!(rules.next_allowed(&Asked::default().question(), noon()), None);
}

#[test]
fn a_rule_that_is_not_in_force_on_the_date_of_the_person_forbids_nothing() {
    let from = "2026-03-12".parse().ok();
    let later = |demand| rules(vec![Rule { from, ..rule("FL", florida(), demand) }]);
    assert!(Asked::default().is_allowed(&later(Demand::Decision), "2026-03-12T03:59:59Z"));
    assert_eq!(Asked::default().closed(&later(Demand::Decision), "2026-03-12T04:00:00Z"), for_ever("FL"));
}

#[test]
fn a_holiday_has_its_own_hours() {
    let Demand::Hours(hours) = day() else { panic!("not hours") };
    let date = "2026-03-11".parse().unwrap();
    let calendar = Calendar { holidays: vec![Holiday { day: Day::Dates(vec![date]), observed: Vec::new() }] };
    let closed = Hours { holidays: Some((calendar.into(), Vec::new())), ..hours };
    let rules = of_florida(Demand::Hours(closed));
    assert_eq!(Asked::default().closed(&rules, NOON), until("FL", MORNING));
    assert!(Asked::default().is_allowed(&rules, MORNING));
}

#[test]
fn the_word_of_a_mode_is_the_one_of_the_setting() {
    for mode in [Mode::HoursAndCaps, Mode::Full, Mode::Federal] {
        assert_eq!(crate::builders::policy_with(&[("calling_rules", mode.as_str())]).mode, mode);
    }
}
