use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use redial_domain::Phone;
use redial_domain::law::{Evidence, Mode, Place, Question, Standing};
use rstest::rstest;
use serde_json::{Value, json};

fn law() -> Arc<Rules> {
    embedded().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn place(state: &str, phone: &str, postal_code: &str) -> Place {
    law().place(&Evidence { state, phone: Some(&Phone::parse(phone).unwrap()), postal_code })
}

/// Whoever has signed, where every decision is taken.
fn in_good_standing() -> Standing {
    Standing { consent: Some(Consent::Written), decided: law().lands.keys().copied().collect(), ended_a_call: false }
}

/// Decides in full mode.
fn decide(place: &Place, now: DateTime<Utc>, calls: &[DateTime<Utc>]) -> (Vec<String>, Option<DateTime<Utc>>) {
    let standing = in_good_standing();
    let question = Question { place, calls, standing: &standing, mode: Mode::Full, guard: TimeDelta::zero() };
    let decision = law().decide(&question, now);
    let closed = decision.closed.iter().map(|closed| closed.rule.to_string()).collect();
    (closed, law().next_allowed(&question, now))
}

#[test]
fn the_worked_examples_are_decided_as_by_hand() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../../../tests/fixtures/law/examples.json")).unwrap();
    assert_eq!(cases.len(), 25);
    for case in cases {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let lead = &case["lead"];
        let place = place(&text(&lead["state"]), &text(&lead["phone"]), &text(&lead["postal_code"]));
        let calls: Vec<_> = case["calls"].as_array().into_iter().flatten().map(|call| at(&text(call))).collect();
        let (mut closed, next) = decide(&place, at(&text(&case["at"])), &calls);
        let mut expected: Vec<String> = case["expected"]["closed_by"].as_array().unwrap().iter().map(text).collect();
        closed.sort();
        expected.sort();
        assert_eq!(closed, expected, "{}", case["title"]);
        assert_eq!(next, Some(at(&text(&case["expected"]["next"]))), "{}", case["title"]);
        assert_eq!(closed.is_empty(), case["expected"]["allowed"].as_bool().unwrap(), "{}", case["title"]);
    }
}

#[test]
fn the_law_of_this_release_is_whole() {
    let law = law();
    assert_eq!((law.version.as_str(), law.rules.len(), law.lands.len()), ("2026-11-27.1", 65, 57));
    assert!(law.areas.len() > 470 && law.postal_codes.prefixes.len() > 880, "{}", law.postal_codes.prefixes.len());
}

#[rstest]
#[case::toronto("", "+14165550100", "")]
#[case::toronto_with_a_state("NY", "+14165550100", "")]
#[case::jamaica("", "+18765550100", "")]
#[case::london("", "+442079460100", "")]
fn nobody_outside_the_united_states_is_called(#[case] state: &str, #[case] phone: &str, #[case] postal_code: &str) {
    let (closed, next) = decide(&place(state, phone, postal_code), at("2026-12-02T17:00:00Z"), &[]);
    assert_eq!((closed, next), (vec!["outside_the_united_states".to_owned()], None));
}

#[rstest]
#[case::state("HI", "+12125550100", "")]
#[case::state_by_name("Hawaii", "+12125550100", "")]
#[case::number("NY", "+18085550100", "")]
#[case::postal_code("NY", "+12125550100", "96801")]
#[case::postal_code_with_more_digits("NY", "+12125550100", "96801-1234")]
fn every_evidence_counts(#[case] state: &str, #[case] phone: &str, #[case] postal_code: &str) {
    // 12:00 in New York is 7:00 in Honolulu.
    let (closed, next) = decide(&place(state, phone, postal_code), at("2026-12-02T17:00:00Z"), &[]);
    assert_eq!((closed, next), (vec!["US-hours".to_owned()], Some(at("2026-12-02T18:00:00Z"))));
}

#[rstest]
#[case(json!({"format": 2}))]
#[case(json!({"rules": []}))]
#[case(json!({"jurisdictions": {}}))]
#[case(json!({"data_version": null}))]
fn a_file_that_is_wrong_as_a_whole_is_refused(#[case] changes: Value) {
    let mut file: Value = serde_json::from_str(RULES).unwrap();
    file.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    assert!(rules(file.to_string().as_bytes()).is_err());
}

#[rstest]
#[case::jurisdiction(json!({"jurisdiction": "XX"}))]
#[case::kind(json!({"type": "wish"}))]
#[case::source(json!({"sources": ["hearsay"]}))]
#[case::clock(json!({"clock": "Europe/Atlantis"}))]
#[case::calendar(json!({"holidays": {"calendar": "XX", "days": []}}))]
#[case::window(json!({"days": {"mon": [["21:00", "08:00"]], "tue": [], "wed": [], "thu": [], "fri": [], "sat": [], "sun": []}}))]
#[case::minutes(json!({"days": {"mon": [["8:00", "21:00"]], "tue": [], "wed": [], "thu": [], "fri": [], "sat": [], "sun": []}}))]
#[case::week(json!({"days": {"mon": []}}))]
#[case::dates(json!({"effective_from": "2026-02-02", "effective_to": "2026-02-01"}))]
#[case::cap(json!({"type": "cap", "count": 3, "window_minutes": 1441}))]
#[case::twice(json!({"id": "FL-hours"}))]
fn one_wrong_rule_refuses_the_whole_file(#[case] changes: Value) {
    let mut file: Value = serde_json::from_str(RULES).unwrap();
    file["rules"][1].as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    assert!(rules(RULES.as_bytes()).is_ok() && rules(file.to_string().as_bytes()).is_err());
}

#[test]
fn a_suspension_closes_its_jurisdiction_while_it_lasts() {
    let mut file: Value = serde_json::from_str(RULES).unwrap();
    file["suspensions"] = json!([{"id": "LA-storm", "jurisdiction": "LA", "from": "2026-12-01T00:00:00Z",
                                  "until": "2026-12-03T18:00:00Z"}]);
    let law = rules(file.to_string().as_bytes()).unwrap();
    let place =
        law.place(&Evidence { state: "LA", phone: Some(&Phone::parse("+15045550100").unwrap()), postal_code: "" });
    let standing = Standing::default();
    let question = |mode| Question { place: &place, calls: &[], standing: &standing, mode, guard: TimeDelta::zero() };
    let now = at("2026-12-02T17:00:00Z");
    let decision = law.decide(&question(Mode::HoursAndCaps), now);
    assert_eq!(&*decision.closed[0].rule, "LA-storm");
    assert_eq!(law.next_allowed(&question(Mode::HoursAndCaps), now), Some(at("2026-12-03T18:00:00Z")));
    assert!(law.decide(&question(Mode::Federal), now).is_allowed());
}

#[test]
fn what_full_would_close_is_told_in_every_mode() {
    let (place, standing) = (place("CA", "+14155550100", ""), Standing::default());
    let now = at("2026-12-02T18:00:00Z");
    let decide = |mode| {
        law().decide(&Question { place: &place, calls: &[], standing: &standing, mode, guard: TimeDelta::zero() }, now)
    };
    let ids = |closed: &[redial_domain::law::Closed]| closed.iter().map(|c| c.rule.to_string()).collect::<Vec<_>>();
    let usual = decide(Mode::HoursAndCaps);
    assert_eq!(
        (ids(&usual.closed), ids(&usual.would_close)),
        (vec![], vec!["US-consent".into(), "CA-automated".into()])
    );
    assert_eq!(ids(&decide(Mode::Full).closed), ["US-consent", "CA-automated"]);
}

#[test]
fn a_call_must_be_allowed_when_it_may_ring() {
    let (place, standing) = (place("NY", "+12125550100", ""), Standing::default());
    let guard = TimeDelta::minutes(3);
    let question = Question { place: &place, calls: &[], standing: &standing, mode: Mode::HoursAndCaps, guard };
    let closes = |now: &str| !law().decide(&question, at(now)).is_allowed();
    // 21:00 in New York.
    assert_eq!(["2026-12-03T01:56:59Z", "2026-12-03T01:57:00Z"].map(closes), [false, true]);
    assert_eq!(law().next_allowed(&question, at("2026-12-03T01:57:00Z")), Some(at("2026-12-03T13:00:00Z")));
}

/// A place, as evidence of any kind gives it.
fn places() -> impl Strategy<Value = Place> {
    let states: Vec<String> = law().lands.keys().map(ToString::to_string).filter(|state| state != "US").collect();
    let areas: Vec<u16> = law().areas.keys().copied().collect();
    let state = prop_oneof![3 => proptest::sample::select(states), 1 => Just(String::new())];
    (state, proptest::sample::select(areas), 0_u32..1000).prop_map(|(state, area, postal)| {
        let phone = Phone::stored(&format!("+1{area}5550100")).unwrap();
        let postal_code = if postal % 3 == 0 { format!("{postal:03}01") } else { String::new() };
        law().place(&Evidence { state: &state, phone: Some(&phone), postal_code: &postal_code })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Two years, both changes of the clocks, calls at any time: the next allowed instant is the first allowed minute.
    #[test]
    fn the_next_allowed_instant_is_the_first_allowed_minute(
        place in places(),
        minutes in 0_i64..2 * 365 * 24 * 60,
        ago in prop::collection::vec(0_i64..2000, 0..6),
        guard in prop::sample::select(vec![0, 3]),
    ) {
        let now = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
        let calls: Vec<_> = ago.iter().map(|ago| now - TimeDelta::minutes(*ago)).collect();
        let standing = in_good_standing();
        let law = law();
        let question =
            Question { place: &place, calls: &calls, standing: &standing, mode: Mode::Full, guard: TimeDelta::minutes(guard) };
        let next = law.next_allowed(&question, now);
        let is_allowed = |minute| law.decide(&question, minute).is_allowed();
        let mut stepped = (0..8 * 24 * 60).map(|minute| now + TimeDelta::minutes(minute));
        let stepped = stepped.find(|minute| is_allowed(*minute));
        match (stepped, next) {
            (None, None) => prop_assert_eq!(&place, &Place::Outside),
            // Saipan and Rhode Island have no common hour in summer.
            (None, Some(next)) => {
                prop_assert!(next >= now + TimeDelta::days(8), "{next}");
                prop_assert!(is_allowed(next) && !is_allowed(next - TimeDelta::minutes(1)), "{next}");
            }
            _ => prop_assert_eq!(next, stepped),
        }
    }
}

#[test]
fn the_digest_is_that_of_the_files() {
    assert_eq!(embedded().unwrap().digest, digest(RULES.as_bytes()));
    assert_eq!(rules(RULES.as_bytes()).unwrap().digest, law().digest);
}
