//! Every record comes back as it was written.

use super::*;
use chrono::Utc;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::sample::select;
use redial_domain::law::ConsentEvidence;
use redial_domain::{AttemptId, Month, OUTCOMES_KEPT, OperatorCallback, Profile, Review};
use std::collections::BTreeMap;

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (1..8_000_000_000_000_i64).prop_map(|millis| DateTime::from_timestamp_millis(millis).unwrap())
}

fn attempt() -> impl Strategy<Value = AttemptId> {
    (time(), any::<u128>()).prop_map(|(at, chance)| AttemptId::new(at, chance))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    "[A-Z_éЖ\"]{1,12}".prop_map(|word| Outcome::parse(&word).unwrap())
}

fn call() -> impl Strategy<Value = CallId> {
    "[a-d]".prop_map(|text| CallId::parse(&text).unwrap())
}

fn past_call() -> impl Strategy<Value = PastCall> {
    let source = select(Source::ALL.to_vec());
    (call(), outcome(), time(), of(source), of(attempt()), of("[a-z]{0,4}"), of(time()), of(time())).prop_map(
        |(call, outcome, at, source, attempt, rule, callback, corrected_at)| PastCall {
            call,
            outcome,
            at,
            source,
            attempt,
            rule,
            callback,
            corrected_at,
        },
    )
}

/// The same lead, in any state.
fn lead() -> impl Strategy<Value = Lead> {
    let consent = (select(vec!["express", "written"]), time(), "[a-z.]{0,9}", "[0-9a-f]{64}|");
    let consent =
        consent.prop_map(|(level, at, source, hash)| ConsentEvidence::of(level, Some(at), &source, &hash).unwrap());
    let profile = (".{0,6}", ".{0,6}", ".{0,6}", ".{0,2}", "[0-9]{5}", of(consent)).prop_map(
        |(list_id, first_name, last_name, state, postal_code, consent)| Profile {
            list_id,
            first_name,
            last_name,
            state,
            postal_code,
            consent,
        },
    );
    let times = (of(time()), time(), of(time()), time(), time());
    let review = (call(), ".{0,6}", time()).prop_map(|(call, words, since)| Review { call, words, since });
    let review = (of(call()), of(review));
    let counts = (any::<u32>(), any::<u32>(), of(attempt()), select(Status::ALL.to_vec()), review);
    let past = (vec(outcome(), 0..OUTCOMES_KEPT), of(outcome()), of(call()), vec(past_call(), 0..6));
    (profile, times, counts, past).prop_map(|(profile, times, counts, past)| {
        let (last_call, next_redial, callback, created_at, updated_at) = times;
        let (attempts, refusals, refused_attempt, status, (dismissed, review)) = counts;
        let (outcomes, last_outcome, last_call_id, history) = past;
        Lead {
            other_calls: Vec::new(),
            id: LeadId::parse("1").unwrap(),
            phone: Phone::parse("+16285550107").unwrap(),
            profile,
            attempts,
            last_call,
            next_redial,
            callback,
            outcomes,
            last_outcome,
            last_call_id,
            created_at,
            updated_at,
            status,
            history,
            refusals,
            refused_attempt,
            dismissed,
            review,
            operator_callback: callback.map(|at| OperatorCallback { at, since: at }),
            beside_unreadable: Month::parse("2025-11").filter(|_| refusals % 2 == 0),
        }
    })
}

/// JSON text that a parser into numbers of any type would not give back.
fn unknown() -> impl Strategy<Value = String> {
    let literals = [
        "null",
        "-0",
        "1E+5",
        "1.10",
        "9007199254740993",
        "18446744073709551615",
        "-9223372036854775808",
        "1e400",
        "-1e-400",
        "\"\\u0041\\ud83d\\ude00\\/\"",
        "{\"a\": 1, \"a\":2 }",
    ];
    let plain = prop_oneof![
        select(literals.map(str::to_owned).to_vec()),
        "-?[1-9][0-9]{18,40}",
        "-?[1-9]\\.[0-9]{1,30}",
        "[1-9][eE]-?[1-9]{3}",
        ".{0,12}".prop_map(|text| json!(text).to_string()),
    ];
    plain.prop_recursive(3, 12, 3, |inner| {
        let fields = btree_map(".{0,4}", inner.clone(), 0..3);
        prop_oneof![
            vec(inner, 0..3).prop_map(|list| format!("[{}]", list.join(" , "))),
            fields.prop_map(|some| object(&some))
        ]
    })
}

/// The name of a field that is not ours: one of the original, or any other.
fn unknown_name() -> impl Strategy<Value = String> {
    let of_the_original = ["attempts_today", "last_attempt_date", "batch_timestamp", "daily_max_reached_at"];
    prop_oneof![select(of_the_original.map(str::to_owned).to_vec()), "x_[a-zéЖ\"\\\\]{1,4}"]
}

fn object(fields: &BTreeMap<String, String>) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, text)| format!("{}: {text}", json!(name))).collect();
    format!("{{{}}}", fields.join(", "))
}

proptest! {
    #[test]
    fn a_record_comes_back_with_its_unknown_fields_and_others_stay_as_they_were(
        first in lead(), second in lead(), place in "1_6285550107|[+a-z]{1,4}",
        unknown_fields in btree_map(unknown_name(), unknown(), 0..6),
        others in btree_map("o_[a-zéЖ\"]{1,4}|2_6285550107", btree_map(unknown_name(), unknown(), 0..4), 0..4),
    ) {
        let mut leaf = Leaf::default();
        leaf.insert_or_update(&first).unwrap();
        let own = leaf.records.iter().next().unwrap().1.to_owned();
        let extra: String = unknown_fields.iter().map(|(name, text)| format!(", {}: {text}", json!(name))).collect();
        let mut records: BTreeMap<String, String> =
            others.iter().map(|(place, fields)| (place.clone(), object(fields))).collect();
        records.insert(place.clone(), format!("{}{extra}}}", &own[..own.len() - 1]));

        let mut leaf = Leaf::parse(object(&records).as_bytes()).unwrap();
        prop_assert_eq!(leaf.get(&first.key()), Ok(Some(first)));
        leaf.insert_or_update(&second).unwrap();
        let mut leaf = Leaf::parse(&leaf.to_bytes()).unwrap();
        prop_assert_eq!(leaf.get(&second.key()), Ok(Some(second.clone())));
        let fields: IndexMap<String, Box<RawValue>> = serde_json::from_str(leaf.records.get(&place).unwrap()).unwrap();
        for (name, text) in &unknown_fields {
            prop_assert_eq!(fields[name].get(), text);
        }

        leaf.remove(&second.key()).unwrap();
        let left: Vec<_> =
            leaf.records.iter().map(|(place, record)| (place.to_owned(), record.to_owned())).collect();
        records.remove(&place);
        prop_assert_eq!(left, records.into_iter().collect::<Vec<_>>());
    }
}
