//! What an operator does by hand where the API has no word for it: a month object or a line is read, changed, and written
//! under the version that was read, so that no result that comes in meanwhile is lost.

use crate::people::{Person, now};
use crate::stack::Stack;
use bytes::Bytes;
use chrono::TimeDelta;
use redial_domain::Month;
use redial_queue::ports::{BlobStore, Expect, LineStore, Put, Version};
use redial_queue::store::records::PREFIX;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A month object: every record as the text that stands there.
pub(crate) type Texts = BTreeMap<String, Box<RawValue>>;

const ROUNDS: usize = 50;

/// So many months back is the month whose object no story leaves behind, because others would stumble over it.
pub(crate) const SCRATCH: u32 = 3;

impl Stack {
    /// The object of a month that has one.
    pub(crate) async fn object(&self, month: Month) -> Option<(Bytes, Version)> {
        let stored = self.blobs.get(&key(month)).await.unwrap();
        stored.map(|stored| (stored.value, stored.version))
    }

    /// The records of a month.
    pub(crate) async fn texts(&self, month: Month) -> Texts {
        serde_json::from_slice(&self.object(month).await.unwrap().0).unwrap()
    }

    /// Uploads a month that is not there yet.
    pub(crate) async fn upload(&self, month: Month, body: impl Into<Bytes>) {
        let put = self.uploads.put(&key(month), body.into(), &Expect::Absent).await.unwrap();
        assert!(matches!(put, Put::Stored(_)), "{month} is there already");
    }

    /// Uploads a month over the one of that version.
    pub(crate) async fn upload_over(&self, month: Month, body: impl Into<Bytes>, version: Version) -> Put {
        self.blobs.put(&key(month), body.into(), &Expect::At(version)).await.unwrap()
    }

    pub(crate) async fn delete_object(&self, month: Month) {
        self.blobs.delete(&key(month)).await.unwrap();
    }

    /// Makes people due who have one record each.
    pub(crate) async fn make_due(&self, people: &[&Person]) {
        let mut months: BTreeMap<Month, Vec<String>> = BTreeMap::new();
        for person in people {
            let record = self.record(person).await;
            let month = Month::parse(record["month"].as_str().unwrap()).unwrap();
            months.entry(month).or_default().push(record["key"].as_str().unwrap().to_owned());
        }
        for (month, keys) in months {
            // A month with many leads is divided, and any of its objects can have the record.
            for object in self.blobs.list(&format!("{PREFIX}{month}")).await.unwrap() {
                self.make_due_in(&object, &keys).await;
            }
        }
    }

    /// Makes those of the records due that an object has.
    async fn make_due_in(&self, object: &str, keys: &[String]) {
        for _ in 0..ROUNDS {
            let Some(stored) = self.blobs.get(object).await.unwrap() else { return };
            // The index and the marker of a division have no records.
            let Ok(mut records) = serde_json::from_slice::<Texts>(&stored.value) else { return };
            let mut changed = false;
            for key in keys {
                let Some(text) = records.get(key) else { continue };
                let mut record: Map<String, Value> = serde_json::from_str(text.get()).unwrap();
                record["next_redial_timestamp"] = json!((now() - TimeDelta::minutes(1)).timestamp_millis());
                records.insert(key.clone(), serde_json::value::to_raw_value(&record).unwrap());
                changed = true;
            }
            if !changed {
                return;
            }
            let body = serde_json::to_vec(&records).unwrap();
            if let Put::Stored(_) = self.blobs.put(object, body.into(), &Expect::At(stored.version)).await.unwrap() {
                return;
            }
        }
        panic!("{object} changes all the time");
    }

    /// Makes the hold of a person's number overdue.
    pub(crate) async fn make_overdue(&self, person: &Person) {
        for _ in 0..ROUNDS {
            let mut line = self.lines.get(&person.number()).await.unwrap().unwrap();
            line.value.hold.as_mut().expect("the line is held").until = now() - TimeDelta::seconds(1);
            let put = self.lines.put(&person.number(), &line.value, &Expect::At(line.version)).await.unwrap();
            if let Put::Stored(_) = put {
                return;
            }
        }
        panic!("the line changes all the time");
    }
}

/// Where a month stands that fits into one object.
pub(crate) fn key(month: Month) -> String {
    format!("{PREFIX}{month}.json")
}

/// A record as an import brings it: called once, due a minute ago.
pub(crate) fn waiting(person: &Person, created_at: chrono::DateTime<chrono::Utc>) -> Value {
    let created = created_at.timestamp_millis();
    json!({
        "lead_id": person.id, "phone_number": person.phone, "list_id": "16529",
        "first_name": "Ana", "last_name": "Ruiz", "state": "FL",
        "attempts": 1, "last_call_timestamp": created,
        "next_redial_timestamp": (now() - TimeDelta::minutes(1)).timestamp_millis(),
        "scheduled_callback_time": null,
        "outcomes": ["BUSY"], "last_outcome": "BUSY", "last_call_id": format!("import-{}", person.id),
        "created_at": created, "updated_at": created, "status": "pending",
    })
}
