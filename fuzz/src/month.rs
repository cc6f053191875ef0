//! Objects of a month.

use bytes::Bytes;
use indexmap::IndexMap;
use redial_domain::{Lead, Outcome};
use redial_formats::month_v1::{Branch, Leaf, MonthObject, Split};
use serde_json::value::RawValue;

/// The number of records of an object that are changed, one after the other.
const CHANGED: usize = 3;

const OUR_FIELDS: [&str; 28] = [
    "lead_id",
    "phone_number",
    "list_id",
    "first_name",
    "last_name",
    "state",
    "postal_code",
    "attempts",
    "last_call_timestamp",
    "next_redial_timestamp",
    "scheduled_callback_time",
    "outcomes",
    "last_outcome",
    "last_call_id",
    "created_at",
    "updated_at",
    "status",
    "call_history",
    "refused_dials",
    "last_refused_attempt",
    "pause_reason",
    "possible_do_not_call_id",
    "possible_do_not_call_words",
    "possible_do_not_call_since",
    "dismissed_do_not_call_id",
    "operator_callback_time",
    "operator_callback_set_at",
    "beside_unreadable_month",
];

/// Changing a record keeps what is not known of it, and every other record, to the letter.
///
/// # Panics
/// When anything is lost.
pub fn month_object(body: &[u8]) {
    let leaf = match MonthObject::parse(&Bytes::copy_from_slice(body), Branch::ROOT) {
        Err(_) => return,
        Ok(MonthObject::Split(split)) => {
            let again = MonthObject::parse(&split.to_bytes(), Branch::ROOT);
            return assert!(matches!(again, Ok(MonthObject::Split(again)) if again == split));
        }
        Ok(MonthObject::Leaf(leaf)) => leaf,
    };
    divided(&leaf);
    let before = texts(&leaf.to_bytes());
    // A byte order mark, and half of a surrogate pair in a key, are read and not written.
    if let Ok(plain) = serde_json::from_slice::<IndexMap<String, Box<RawValue>>>(body)
        && !plain.keys().any(|place| place.contains(char::REPLACEMENT_CHARACTER))
    {
        assert_eq!(plain.len(), before.len());
        assert!(plain.iter().all(|(place, raw)| before[place].as_str() == raw.get()));
    }
    let readable = leaf.leads().filter_map(|(place, lead)| Some((place, lead.ok()?)));
    for (place, lead) in readable.take(CHANGED) {
        let changed = changed(lead);
        let mut leaf = leaf.clone();
        leaf.insert_or_update(&changed).unwrap();
        let body = leaf.to_bytes();
        for ((place_before, before), (place_after, after)) in before.iter().zip(&texts(&body)) {
            assert_eq!(place_before, place_after);
            if place_before == place {
                // Half of a surrogate pair in the name of a field is read and not written.
                assert!(unknown(before).is_none_or(|before| unknown(after) == Some(before)));
            } else {
                assert_eq!(after, before);
            }
        }
        let mut stored = Leaf::parse(&body).unwrap();
        assert_eq!((stored.len(), stored.get(&changed.key())), (before.len(), Ok(Some(changed.clone()))));
        assert_eq!(stored.remove(&changed.key()), Ok(true));
        assert_eq!(stored.get(&changed.key()), Ok(None));
    }
}

/// Every record is in one child, to the letter.
fn divided(leaf: &Leaf) {
    let children = leaf.divide(&Split::new("fuzz", 4).unwrap()).unwrap();
    let mut left = texts(&leaf.to_bytes());
    for child in children {
        for (place, text) in texts(&child.to_bytes()) {
            assert_eq!(left.swap_remove(&place), Some(text));
        }
    }
    assert!(left.is_empty());
}

fn changed(lead: Lead) -> Lead {
    let mut outcomes = lead.outcomes.clone();
    outcomes.push(Outcome::BUSY);
    Lead { attempts: lead.attempts.wrapping_add(1), outcomes, last_outcome: Some(Outcome::BUSY), ..lead }
}

fn texts(body: &[u8]) -> IndexMap<String, String> {
    let records: IndexMap<String, Box<RawValue>> = serde_json::from_slice(body).unwrap();
    records.into_iter().map(|(place, raw)| (place, raw.get().to_owned())).collect()
}

fn unknown(record: &str) -> Option<IndexMap<String, String>> {
    let fields: IndexMap<String, Box<RawValue>> = serde_json::from_str(record).ok()?;
    let mut fields: IndexMap<_, _> = fields.into_iter().map(|(name, raw)| (name, raw.get().to_owned())).collect();
    fields.retain(|name, _| !OUR_FIELDS.contains(&name.as_str()));
    Some(fields)
}
