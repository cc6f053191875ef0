//! Whom the stories are about, and what providers tell of them.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::America::New_York;
use redial_aws::adapters::SystemClock;
use redial_domain::{LeadId, LeadKey, Month, Phone};
use redial_queue::ports::Clock;
use serde_json::{Value, json};
use std::fs;
use uuid::Uuid;

/// Somebody with a number that nobody has. Every story has area codes of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) phone: String,
}

impl Person {
    pub(crate) fn new(area: u16, n: u16) -> Self {
        assert!(n < 100, "only 555-0100 to 555-0199 are nobody's");
        Self { id: format!("7{area}{n:02}"), phone: format!("+1{area}55501{n:02}") }
    }

    pub(crate) fn key(&self) -> String {
        let key = LeadKey::new(&LeadId::parse(&self.id).unwrap(), &self.number());
        key.as_str().to_owned()
    }

    pub(crate) fn number(&self) -> Phone {
        Phone::parse(&self.phone).unwrap()
    }
}

pub(crate) fn phone_query(person: &Person) -> String {
    format!("phone={}", person.phone.replace('+', "%2B"))
}

pub(crate) fn now() -> DateTime<Utc> {
    SystemClock.now()
}

/// So many months before this one, in the business's zone.
pub(crate) fn month_back(months: u32) -> Month {
    (0..months).fold(Month::of(now(), New_York), |month, _| month.previous())
}

pub(crate) fn fixture(path: &str) -> String {
    fs::read_to_string(format!("{}/../fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// What Bland posts of a call to a person that ended just now and that we did not place: a recorded payload with another
/// person, another call and another time.
pub(crate) fn ended(person: &Person, recorded: &str) -> Value {
    let mut payload: Value = serde_json::from_str(&fixture(&format!("bland/{recorded}.json"))).unwrap();
    let call = Uuid::new_v4().to_string();
    let time = |ago| (now() - TimeDelta::seconds(ago)).to_rfc3339_opts(SecondsFormat::Millis, true);
    payload["call_id"] = json!(call);
    payload["c_id"] = json!(call);
    payload["to"] = json!(person.phone);
    payload["created_at"] = json!(time(90));
    payload["started_at"] = json!(time(80));
    payload["end_at"] = json!(time(0));
    payload["metadata"] = json!({"lead_id": person.id, "list_id": "16529", "state": "FL", "source": "batch"});
    payload["request_data"]["lead_id"] = json!(person.id);
    payload["request_data"]["phone_number"] = json!(person.phone);
    payload
}

pub(crate) fn ended_ago(person: &Person, recorded: &str, seconds: i64) -> Value {
    let mut payload = ended(person, recorded);
    payload["end_at"] = json!((now() - TimeDelta::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Millis, true));
    payload
}

/// What Convoso posts of a person.
pub(crate) fn convoso(person: &Person, recorded: &str) -> Value {
    let mut payload: Value = serde_json::from_str(&fixture(&format!("convoso/{recorded}.json"))).unwrap();
    let id = if payload.get("id").is_some() { "id" } else { "lead_id" };
    payload[id] = json!(person.id);
    payload["phone_number"] = json!(person.phone.trim_start_matches("+1"));
    if payload.get("call_log_id").is_some() {
        payload["call_log_id"] = json!(Uuid::new_v4().to_string());
    }
    payload
}
