//! The stand-ins fail as told, and repeatably.

use chrono::TimeDelta;
use redial_domain::Outcome;
use redial_domain::builders::{at, attempt, lead_ref, phone, profile, report, result};
use redial_domain::{CallState, DialOrder};
use redial_queue::ports::{BlobStore, Clock, DialError, Dialer, Expect, Put, StoreError, Wanted};
use redial_queue::testing::{FakeDialer, Fault, Faulty, MemoryBlobs, Operation, Reply, TestClock};
use rstest::rstest;
use std::sync::Arc;
use std::time::Duration;

#[rstest]
#[case(Fault::None, "stored", true)]
#[case(Fault::Lost, "unavailable", false)]
#[case(Fault::AnswerLost, "unavailable", true)]
#[case(Fault::Unusable, "unusable", false)]
#[case(Fault::Conflict, "conflict", false)]
#[tokio::test]
async fn a_write_fails_as_scripted_and_only_then(#[case] fault: Fault, #[case] said: &str, #[case] is_written: bool) {
    let blobs = Faulty::new(Arc::new(MemoryBlobs::default()));
    blobs.script(Operation::Put, [fault]);
    let word = match blobs.put("key", "one".into(), &Expect::Absent).await {
        Ok(Put::Stored(_)) => "stored",
        Ok(Put::Conflict) => "conflict",
        Err(StoreError::Unavailable(_)) => "unavailable",
        Err(StoreError::Unusable(_)) => "unusable",
        Err(StoreError::TooLarge(_)) => "too large",
    };
    assert_eq!((word, blobs.inner().all().contains_key("key")), (said, is_written));
    assert!(matches!(blobs.put("other", "one".into(), &Expect::Absent).await, Ok(Put::Stored(_))));
    assert_eq!(blobs.log(), [(Operation::Put, "key".to_owned()), (Operation::Put, "other".to_owned())]);
}

#[tokio::test]
async fn an_outage_lasts_until_it_is_healed() {
    let blobs = Faulty::new(Arc::new(MemoryBlobs::default()));
    blobs.otherwise(|operation, key| match (operation, key) {
        (Operation::Get, "broken") => Fault::Lost,
        _ => Fault::None,
    });
    assert!(blobs.get("broken").await.is_err() && blobs.get_if("broken", &Wanted::default()).await.is_err());
    assert!(blobs.get("whole").await.is_ok());
    blobs.heal();
    assert!(blobs.get("broken").await.is_ok());
}

#[tokio::test]
async fn simulated_time_passes_by_sleeping_and_chance_repeats() {
    let clock = TestClock::at("2025-12-03T17:00:00Z");
    clock.sleep(Duration::from_secs(90)).await;
    clock.advance(TimeDelta::seconds(30));
    assert_eq!(clock.now(), at("2025-12-03T17:02:00Z"));
    let again = TestClock::at("2025-12-03T17:00:00Z");
    assert_eq!([clock.chance(), clock.chance()], [again.chance(), again.chance()]);
    assert_ne!(clock.chance(), TestClock::seeded(clock.now(), 1).chance());
}

fn order(n: u32) -> DialOrder {
    let zone = chrono_tz::America::New_York;
    DialOrder { attempt: attempt(n), lead: lead_ref(1, "2025-12"), profile: profile(), zone, max_minutes: 30 }
}

#[tokio::test]
async fn a_call_whose_answer_was_lost_can_be_found_and_one_whose_request_was_lost_cannot() {
    let dialer = FakeDialer::default();
    let now = at("2025-12-03T17:00:00Z");
    dialer.script(&phone(1), [Reply::AnswerLost, Reply::RequestLost]);
    for n in [1, 2] {
        assert!(matches!(dialer.dial(&order(n)).await, Err(DialError::Unknown(_))));
    }
    let call = dialer.call_of(attempt(1)).unwrap();
    let find = async |n| dialer.find(attempt(n), &phone(1), now).await.unwrap();
    assert_eq!(find(1).await, CallState::InProgress(call.clone()));
    assert_eq!(find(2).await, CallState::Absent);
    let ended = result(1, call.as_str(), Outcome::BUSY, now);
    dialer.finish(&ended.clone());
    assert_eq!(find(1).await, CallState::Finished(Box::new(report(&ended))));
    dialer.set_deaf(true);
    assert!(dialer.call(&call).await.is_err());
    assert_eq!(dialer.orders(), [order(1), order(2)]);
}
