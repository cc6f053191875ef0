//! What must be true in the end, whatever went wrong.

use super::process::MOST_CALLS;
use super::sender::Call;
use super::world::{PEOPLE, World};
use redial_domain::builders::phone;
use redial_domain::{Lead, PastCall};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Every result is in exactly one record exactly once, and nothing else is there.
pub(crate) async fn everything_is_in_its_place(world: &World, calls: &[Call]) {
    let records = world.witness.records().await;
    let mut places: HashMap<&str, Vec<(&Lead, &PastCall)>> = HashMap::new();
    for lead in &records {
        for past in &lead.history {
            places.entry(past.call.as_str()).or_default().push((lead, past));
        }
        assert!(lead.history.len() <= MOST_CALLS, "a record that forgets cannot be judged");
        assert_eq!(lead.history.len(), lead.attempts as usize, "lead {}: attempts are results", lead.id.as_str());
    }
    let ids: BTreeSet<_> = records.iter().map(|lead| lead.id.as_str()).collect();
    assert_eq!(ids.len(), records.len(), "a lead has one record");

    let mut place = |call: &str| match places.remove(call).as_deref() {
        Some([place]) => *place,
        found => panic!("{call} is in {} places", found.map_or(0, <[_]>::len)),
    };
    for call in calls {
        assert_eq!(place(&call.id).0.id.as_str(), call.person.to_string());
    }
    for call in world.bland.calls() {
        let (lead, past) = place(&call.call_id.to_string());
        assert_eq!(call.request["metadata"]["lead_id"], lead.id.as_str());
        assert_eq!(call.request["metadata"]["attempt_id"].as_str(), past.attempt.map(|it| it.to_string()).as_deref());
    }
    let rung = attempts(world);
    for (call, of) in places {
        let attempt = call.strip_prefix("lost:").unwrap_or_else(|| panic!("nobody made the call {call}: {of:?}"));
        assert!(!rung.contains_key(attempt), "{attempt} became a call and counts as lost");
        assert_eq!(of.len(), 1, "{call}");
    }

    let phones: Vec<_> = (0..PEOPLE).map(phone).collect();
    for (phone, line) in world.witness.system.stores.lines.get_many(&phones).await.unwrap() {
        assert_eq!((line.hold, line.inbox), (None, Vec::new()), "{}", phone.as_str());
    }
}

/// No attempt became two calls, and no two calls rang at one number at once.
pub(crate) fn nobody_was_called_twice(world: &World) {
    for (attempt, calls) in attempts(world) {
        assert_eq!(calls, 1, "attempt {attempt} was dialed so often");
    }
    for (number, most) in world.bland.concurrency() {
        assert_eq!(most, 1, "so many calls rang at {number} at once");
    }
}

/// How many calls each attempt became, as the provider knows it.
fn attempts(world: &World) -> BTreeMap<String, usize> {
    let mut attempts = BTreeMap::new();
    for request in world.bland.requests() {
        let attempt = request.body["metadata"]["attempt_id"].as_str().unwrap().to_owned();
        *attempts.entry(attempt).or_default() += 1;
    }
    attempts
}
