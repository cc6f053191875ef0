//! Whatever a record holds, it comes back.

use super::*;
use crate::domain::{AttemptId, OUTCOMES_KEPT, Profile};
use chrono::Utc;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::sample::select;

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
    let source = select(vec![Source::Bland, Source::Convoso, Source::Redial]);
    (call(), outcome(), time(), of(source), of(attempt()), of("[a-z]{0,4}"), of(time())).prop_map(
        |(call, outcome, at, source, attempt, rule, callback)| PastCall {
            call,
            outcome,
            at,
            source,
            attempt,
            rule,
            callback,
        },
    )
}

/// Always the same lead, in any state.
fn lead() -> impl Strategy<Value = Lead> {
    let profile = (".{0,6}", ".{0,6}", ".{0,6}", ".{0,2}")
        .prop_map(|(list_id, first_name, last_name, state)| Profile { list_id, first_name, last_name, state });
    let times = (of(time()), time(), of(time()), time(), time());
    let counts = (any::<u32>(), any::<u32>(), of(attempt()), select(Status::ALL.to_vec()));
    let past = (vec(outcome(), 0..OUTCOMES_KEPT), of(outcome()), of(call()), vec(past_call(), 0..6));
    (profile, times, counts, past).prop_map(|(profile, times, counts, past)| {
        let (last_call, next_redial, callback, created_at, updated_at) = times;
        let (attempts, refusals, refused_attempt, status) = counts;
        let (outcomes, last_outcome, last_call_id, history) = past;
        Lead {
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
        }
    })
}

/// JSON text that a parser into floats would not give back.
fn unknown() -> impl Strategy<Value = String> {
    prop_oneof![
        "[1-9][0-9]{18,40}",
        "[1-9]\\.[0-9]{1,30}",
        "[1-9]e[1-9]{3}",
        ".{0,12}".prop_map(|text| json!(text).to_string()),
        ".{0,12}".prop_map(|text| json!({"inner": [text, null, {"ж": []}]}).to_string()),
    ]
}

proptest! {
    #[test]
    fn a_record_and_what_we_do_not_know_of_it_come_back(
        first in lead(), second in lead(), place in "1_6285550107|[+a-z]{1,4}", unknown in btree_map("x_[a-zé]{1,4}", unknown(), 0..6),
    ) {
        let mut shard = Shard::empty();
        shard.put(&first).unwrap();
        let record = shard.records.values().next().unwrap().get().to_owned();
        let extra: String = unknown.iter().map(|(name, text)| format!(", {}: {text}", json!(name))).collect();
        let text = format!("{{{}:{}{extra}}}}}", json!(place), &record[..record.len() - 1]);

        let mut shard = Shard::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(shard.get(&first.key()), Ok(Some(first)));
        shard.put(&second).unwrap();
        let shard = Shard::parse(&shard.to_bytes()).unwrap();
        prop_assert_eq!(shard.len(), 1);
        prop_assert_eq!(shard.get(&second.key()), Ok(Some(second)));
        let fields: IndexMap<String, Box<RawValue>> = serde_json::from_str(shard.records[&place].get()).unwrap();
        for (name, text) in &unknown {
            prop_assert_eq!(fields[name].get(), text);
        }
    }
}
