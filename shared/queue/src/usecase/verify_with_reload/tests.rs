//! A secret is replaced, in simulated time.

use super::*;
use crate::store::secret::{GivenSecret, NamedSecret};
use crate::testing::{MemorySecrets, TestClock};
use chrono::TimeDelta;
use rstest::rstest;
use secrecy::ExposeSecret;
use std::sync::Arc;

const NAME: &str = "/redial-queue/secrets";
const FIVE_SECONDS: TimeDelta = TimeDelta::seconds(5);
const A_MINUTE: TimeDelta = TimeDelta::minutes(1);
const FIVE_MINUTES: TimeDelta = TimeDelta::minutes(5);
const AN_HOUR: TimeDelta = TimeDelta::hours(1);

struct World {
    clock: Arc<TestClock>,
    secrets: Arc<MemorySecrets>,
    secret: NamedSecret,
}

impl World {
    fn with(value: &str) -> Self {
        let clock = Arc::new(TestClock::at("2025-12-17T19:00:00Z"));
        let secrets = Arc::new(MemorySecrets::default());
        secrets.set(NAME, value);
        let secret = NamedSecret::new(NAME, Arc::clone(&secrets) as _, Arc::clone(&clock) as _);
        Self { clock, secrets, secret }
    }

    fn passes(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Verifies `proof`: yes, no, or unknown because the secret cannot be read.
    async fn accepts(&self, proof: &str) -> &'static str {
        let is_one_of =
            |list: &SecretString| Ok(list.expose_secret().split(',').any(|secret| secret == proof).then_some(()));
        match verify_with_reload(&self.secret, is_one_of).await {
            Ok(Some(())) => "yes",
            Ok(None) => "no",
            Err(_) => "unknown",
        }
    }
}

#[tokio::test]
async fn a_secret_is_read_once_in_five_minutes() {
    let world = World::with("one");
    for _ in 0..100 {
        assert_eq!(world.accepts("one").await, "yes");
        world.passes(TimeDelta::seconds(2));
    }
    assert_eq!(world.secrets.reads(), 1);
    world.passes(TimeDelta::seconds(100));
    assert_eq!(world.accepts("one").await, "yes");
    assert_eq!(world.secrets.reads(), 2);
}

#[tokio::test]
async fn the_old_and_the_new_secret_are_valid_while_both_are_listed() {
    let world = World::with("old");
    assert_eq!(world.accepts("old").await, "yes");
    world.secrets.set(NAME, "new,old");
    world.passes(A_MINUTE);
    assert_eq!((world.accepts("new").await, world.accepts("old").await), ("yes", "yes"));
    assert_eq!(world.secrets.reads(), 2);
}

#[tokio::test]
async fn a_removed_secret_is_rejected_after_five_minutes() {
    let world = World::with("new,old");
    assert_eq!(world.accepts("old").await, "yes");
    world.secrets.set(NAME, "new");
    world.passes(FIVE_MINUTES - TimeDelta::seconds(1));
    assert_eq!(world.accepts("old").await, "yes");
    world.passes(TimeDelta::seconds(1));
    assert_eq!(world.accepts("old").await, "no");
}

#[tokio::test]
async fn a_removed_secret_is_rejected_as_soon_as_a_mismatch_reloads_the_list() {
    let world = World::with("old");
    assert_eq!(world.accepts("old").await, "yes");
    world.secrets.set(NAME, "new");
    world.passes(A_MINUTE);
    assert_eq!((world.accepts("new").await, world.accepts("old").await), ("yes", "no"));
}

#[tokio::test]
async fn a_flood_of_forged_requests_reads_the_secret_once_a_minute() {
    let world = World::with("one");
    for _ in 0..600 {
        assert_eq!(world.accepts("forged").await, "no");
        world.passes(TimeDelta::milliseconds(300));
    }
    assert_eq!(world.secrets.reads(), 3, "at 0, 1 and 2 minutes");
}

#[tokio::test]
async fn a_cached_secret_is_accepted_for_an_hour_while_the_store_is_down() {
    let world = World::with("one");
    assert_eq!(world.accepts("one").await, "yes");
    world.secrets.set_down(true);
    world.passes(AN_HOUR - TimeDelta::seconds(1));
    assert_eq!(world.accepts("one").await, "yes");
    world.passes(TimeDelta::seconds(1));
    assert_eq!(world.accepts("one").await, "unknown");
    world.secrets.set_down(false);
    world.passes(FIVE_SECONDS);
    assert_eq!(world.accepts("one").await, "yes");
}

#[tokio::test]
async fn a_mismatch_is_unknown_while_the_store_is_down() {
    let world = World::with("old");
    assert_eq!(world.accepts("old").await, "yes");
    world.secrets.set_down(true);
    world.passes(A_MINUTE);
    assert_eq!((world.accepts("new").await, world.accepts("old").await), ("unknown", "yes"));
}

#[tokio::test]
async fn a_store_that_is_down_is_read_once_in_five_seconds() {
    let world = World::with("one");
    world.secrets.set_down(true);
    for _ in 0..100 {
        assert_eq!(world.accepts("one").await, "unknown");
        world.passes(TimeDelta::milliseconds(100));
    }
    assert_eq!(world.secrets.reads(), 2, "at 0 and 5 seconds");
}

#[tokio::test]
async fn a_deleted_secret_accepts_no_request() {
    let world = World::with("one");
    assert_eq!(world.accepts("one").await, "yes");
    world.secrets.remove(NAME);
    world.passes(FIVE_MINUTES);
    assert_eq!(world.accepts("one").await, "unknown");
    world.secrets.set_down(true);
    world.passes(FIVE_SECONDS);
    assert_eq!(world.accepts("one").await, "unknown", "its old value is forgotten");
}

#[tokio::test]
async fn a_secret_is_read_again_after_the_clock_was_set_back() {
    let world = World::with("one");
    assert_eq!(world.accepts("one").await, "yes");
    world.passes(-TimeDelta::hours(1));
    assert_eq!(world.accepts("one").await, "yes");
    assert_eq!(world.secrets.reads(), 2);
}

/// A typing error in the list is corrected within a minute of its repair.
#[rstest]
#[case::at_once(TimeDelta::zero(), "unknown")]
#[case::after_a_minute(A_MINUTE, "yes")]
#[tokio::test]
async fn an_invalid_list_is_read_again_within_a_minute(#[case] later: TimeDelta, #[case] expected: &str) {
    let world = World::with("broken");
    let check = |list: &SecretString| match list.expose_secret() {
        "broken" => Err(StoreError::unusable("no list")),
        _ => Ok(Some(())),
    };
    assert!(verify_with_reload(&world.secret, check).await.is_err());
    world.secrets.set(NAME, "one");
    world.passes(later);
    let found = verify_with_reload(&world.secret, check).await;
    assert_eq!(if found.is_ok() { "yes" } else { "unknown" }, expected);
}

#[tokio::test]
async fn a_secret_from_the_environment_never_changes() {
    let given = GivenSecret("one".into());
    assert_eq!(given.current().await.unwrap().expose_secret(), "one");
    assert!(given.reload_after_mismatch().await.unwrap().is_none());
}

#[test]
fn a_secret_is_hidden_in_debug_output() {
    let world = World::with("hidden");
    let shown = format!("{:?} {:?}", world.secret, GivenSecret("hidden".into()));
    assert!(shown.contains(NAME) && !shown.contains("hidden"), "{shown}");
}
