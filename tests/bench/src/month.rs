//! Made-up records of a month.

use redial_domain::Phone;
use std::fmt::Write;
use std::sync::LazyLock;

/// The records of a full leaf.
pub const FULL: usize = 500;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// The time from one lead to the next in milliseconds, a prime number.
const SPREAD: i64 = 7_919_777;

/// All area codes with the fictional numbers 555-01xx.
static AREAS: LazyLock<Vec<u16>> =
    LazyLock::new(|| (200..1000).filter(|area| Phone::parse(&format!("+1{area}5550100")).is_ok()).collect());

/// Returns the number of a record. Some 40,000 records have fictional numbers, the others numbers of the same exchange.
#[must_use]
pub fn phone(n: usize) -> String {
    let last = 100 + n / AREAS.len();
    // 555-1212 is directory assistance, which is no number of a person.
    format!("+1{}555{:04}", AREAS[n % AREAS.len()], last + usize::from(last >= 1212))
}

/// Returns the lead id of a record.
#[must_use]
pub fn lead_id(n: usize) -> String {
    (1_000_000 + n).to_string()
}

/// Returns an object of these records as our own code prints it, about 1,070 bytes for each. `now` is in milliseconds.
///
/// Every lead waits, and none is due within 20 days.
#[must_use]
pub fn object(records: impl IntoIterator<Item = usize>, now: i64) -> Vec<u8> {
    let mut text = String::from("{\n");
    for (place, n) in records.into_iter().enumerate() {
        text.push_str(if place == 0 { "" } else { ",\n" });
        add(&mut text, n, now);
    }
    text.push_str("\n}\n");
    text.into_bytes()
}

fn add(text: &mut String, n: usize, now: i64) {
    // Each lead came at another time of the last days. A page of records is cheaper to find if its times differ.
    let now = now - n as i64 * SPREAD % (20 * DAY);
    let (lead, phone, attempts) = (lead_id(n), phone(n), 1 + n % 5);
    let call = |attempt: usize| format!("5d1c3f0e-6a42-4b7e-{attempt:04x}-{n:012x}");
    let history: Vec<_> = (0..attempts)
        .map(|attempt| {
            format!(
                r#"{{"call_id":"{}","outcome":"VOICEMAIL","at":{},"source":"bland","attempt_id":"019ac000-0000-7000-{:04x}-{n:012x}","rule":"answered_by_voicemail"}}"#,
                call(attempt),
                now - DAY + 67 * MINUTE * attempt as i64,
                0x8000 + attempt
            )
        })
        .collect();
    let outcomes = vec![r#""VOICEMAIL""#; attempts].join(",");
    let last = now - DAY + 67 * MINUTE * (attempts - 1) as i64;
    write!(
        text,
        r#""{lead}_{national}":{{"lead_id":"{lead}","phone_number":"{phone}","list_id":"list-1","first_name":"First{n}","last_name":"Last{n}","state":"NY","attempts":{attempts},"last_call_timestamp":{last},"next_redial_timestamp":{next},"scheduled_callback_time":null,"outcomes":[{outcomes}],"last_outcome":"VOICEMAIL","last_call_id":"{call}","created_at":{created},"updated_at":{last},"status":"pending","call_history":[{history}]}}"#,
        national = &phone[2..],
        next = now + 41 * DAY,
        call = call(attempts - 1),
        created = now - 2 * DAY,
        history = history.join(","),
    )
    .unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_formats::month_v1::Leaf;
    use std::collections::HashSet;

    #[test]
    fn every_record_can_be_read_and_waits() {
        let object = object(0..FULL, 1_766_000_000_000);
        let leaf = Leaf::parse(&object).unwrap();
        let leads: Vec<_> = leaf.leads().map(|(_, lead)| lead.unwrap()).collect();
        assert_eq!(leads.len(), FULL);
        assert!(leads.iter().all(|lead| lead.next_redial.timestamp_millis() > 1_766_000_000_000));
        assert!((1000..1100).contains(&(object.len() / FULL)), "{} bytes for each record", object.len() / FULL);
    }

    #[test]
    fn a_million_records_have_a_million_numbers() {
        let sample = (0..1_000_000).step_by(997);
        assert!(sample.clone().all(|n| Phone::parse(&phone(n)).is_ok()));
        assert_eq!((0..1_000_000).map(phone).collect::<HashSet<_>>().len(), 1_000_000);
    }
}
