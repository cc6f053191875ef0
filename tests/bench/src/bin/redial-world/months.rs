//! Months as our own code stores and divides them.

use crate::World;
use crate::load::now_ms;
use axum::Json;
use axum::extract::{Query, State};
use chrono::DateTime;
use redial_bench::month::{lead_id, object, phone};
use redial_domain::{LeadId, LeadRef, Month, Phone};
use redial_queue::ports::BlobStore;
use redial_queue::store::records::{PREFIX, RecordLimits, Records};
use redial_queue::testing::{MemoryBlobs, TestClock};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The leads of the first batch.
const FIRST: usize = 400;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    month: String,
    leads: usize,
    shape: Shape,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Shape {
    /// As it is after the webhooks and runs of a month.
    Divided,
    /// One object, as after an upload.
    One,
}

/// Makes a month. Says how many objects it has and how large they are.
pub(crate) async fn make(State(world): State<Arc<World>>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let month = Month::parse(&wanted.month).unwrap();
    match wanted.shape {
        Shape::One => {
            world.blobs.set(&format!("{PREFIX}{month}.json"), object(0..wanted.leads, now_ms()));
        }
        Shape::Divided => grow(&world.blobs, month, wanted.leads).await,
    }
    let entries = world.blobs.entries(&format!("{PREFIX}{month}")).await.unwrap();
    let bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
    Json(json!({"objects": entries.len(), "bytes": bytes}))
}

/// Makes a month of batches that double it, and divides the objects that are too large after each batch, as a run does.
async fn grow(blobs: &Arc<MemoryBlobs>, month: Month, leads: usize) {
    let (now, mut done) = (now_ms(), 0);
    let clock = TestClock::seeded(DateTime::from_timestamp_millis(now).unwrap(), 0);
    let records = Records::new(Arc::clone(blobs) as _, Arc::new(clock), RecordLimits::default());
    while done < leads {
        let next = (2 * done).clamp(FIRST, leads.max(FIRST)).min(leads);
        let places = (done..next).map(|n| (place(month, n), n)).collect();
        for (leaf, group) in records.by_leaf(places, |(place, _)| place) {
            let before = blobs.get(leaf.key()).await.unwrap().map(|before| before.value);
            let group = group.into_iter().map(|(_, n)| n);
            blobs.set(leaf.key(), with(before.as_deref().unwrap_or_default(), group, now));
            records.divide(&leaf).await.unwrap();
        }
        done = next;
    }
}

fn place(month: Month, n: usize) -> LeadRef {
    LeadRef { month, id: LeadId::parse(&lead_id(n)).unwrap(), phone: Phone::stored(&phone(n)).unwrap() }
}

/// Returns an object with further records, printed as it was.
fn with(before: &[u8], records: impl Iterator<Item = usize>, now: i64) -> Vec<u8> {
    let end = "\n}\n";
    let more = object(records, now);
    match before.strip_suffix(end.as_bytes()) {
        Some(open) => [open, b",", &more[1..]].concat(),
        None => more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_month_has_all_leads_in_objects_that_are_not_too_large() {
        let blobs = Arc::new(MemoryBlobs::default());
        let month = Month::parse("2025-12").unwrap();
        grow(&blobs, month, 3000).await;
        let clock = Arc::new(TestClock::at("2025-12-17T19:00:00Z"));
        let records = Records::new(blobs, clock, RecordLimits::default());
        let survey = records.survey(&[month]).await.unwrap();
        assert_eq!((survey.len(), survey.overgrown.len()), (3000, 0));
    }
}
