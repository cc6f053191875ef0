//! A secret that is replaced, in time that the test moves.

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

    /// Whether somebody who presents `proof` is recognised: yes, no, or nobody can say.
    async fn knows(&self, proof: &str) -> &'static str {
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
        assert_eq!(world.knows("one").await, "yes");
        world.passes(TimeDelta::seconds(2));
    }
    assert_eq!(world.secrets.reads(), 1);
    world.passes(TimeDelta::seconds(100));
    assert_eq!(world.knows("one").await, "yes");
    assert_eq!(world.secrets.reads(), 2);
}

#[tokio::test]
async fn old_and_new_are_valid_at_once_while_both_are_listed() {
    let world = World::with("old");
    assert_eq!(world.knows("old").await, "yes");
    world.secrets.set(NAME, "new,old");
    world.passes(A_MINUTE);
    assert_eq!((world.knows("new").await, world.knows("old").await), ("yes", "yes"));
    assert_eq!(world.secrets.reads(), 2);
}

#[tokio::test]
async fn one_that_was_removed_is_refused_after_five_minutes() {
    let world = World::with("new,old");
    assert_eq!(world.knows("old").await, "yes");
    world.secrets.set(NAME, "new");
    world.passes(FIVE_MINUTES - TimeDelta::seconds(1));
    assert_eq!(world.knows("old").await, "yes");
    world.passes(TimeDelta::seconds(1));
    assert_eq!(world.knows("old").await, "no");
}

#[tokio::test]
async fn one_that_was_removed_is_refused_as_soon_as_another_proof_makes_us_look() {
    let world = World::with("old");
    assert_eq!(world.knows("old").await, "yes");
    world.secrets.set(NAME, "new");
    world.passes(A_MINUTE);
    assert_eq!((world.knows("new").await, world.knows("old").await), ("yes", "no"));
}

#[tokio::test]
async fn a_flood_of_forged_proofs_reads_once_a_minute() {
    let world = World::with("one");
    for _ in 0..600 {
        assert_eq!(world.knows("forged").await, "no");
        world.passes(TimeDelta::milliseconds(300));
    }
    assert_eq!(world.secrets.reads(), 3, "at 0, 1 and 2 minutes");
}

#[tokio::test]
async fn while_the_store_is_down_those_who_are_known_are_recognised_for_an_hour() {
    let world = World::with("one");
    assert_eq!(world.knows("one").await, "yes");
    world.secrets.set_down(true);
    world.passes(AN_HOUR - TimeDelta::seconds(1));
    assert_eq!(world.knows("one").await, "yes");
    world.passes(TimeDelta::seconds(1));
    assert_eq!(world.knows("one").await, "unknown");
    world.secrets.set_down(false);
    world.passes(FIVE_SECONDS);
    assert_eq!(world.knows("one").await, "yes");
}

#[tokio::test]
async fn whom_a_store_that_is_down_might_know_is_not_sent_away() {
    let world = World::with("old");
    assert_eq!(world.knows("old").await, "yes");
    world.secrets.set_down(true);
    world.passes(A_MINUTE);
    assert_eq!((world.knows("new").await, world.knows("old").await), ("unknown", "yes"));
}

#[tokio::test]
async fn a_store_that_is_down_is_asked_once_in_five_seconds() {
    let world = World::with("one");
    world.secrets.set_down(true);
    for _ in 0..100 {
        assert_eq!(world.knows("one").await, "unknown");
        world.passes(TimeDelta::milliseconds(100));
    }
    assert_eq!(world.secrets.reads(), 2, "at 0 and 5 seconds");
}

#[tokio::test]
async fn a_secret_that_is_gone_recognises_nobody() {
    let world = World::with("one");
    assert_eq!(world.knows("one").await, "yes");
    world.secrets.remove(NAME);
    world.passes(FIVE_MINUTES);
    assert_eq!(world.knows("one").await, "unknown");
    world.secrets.set_down(true);
    world.passes(FIVE_SECONDS);
    assert_eq!(world.knows("one").await, "unknown", "what it was before is forgotten");
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_us_read_again() {
    let world = World::with("one");
    assert_eq!(world.knows("one").await, "yes");
    world.passes(-TimeDelta::hours(1));
    assert_eq!(world.knows("one").await, "yes");
    assert_eq!(world.secrets.reads(), 2);
}

/// A typing error in the list does not last longer than its repair takes to be seen.
#[rstest]
#[case::at_once(TimeDelta::zero(), "unknown")]
#[case::after_a_minute(A_MINUTE, "yes")]
#[tokio::test]
async fn a_list_that_cannot_be_read_is_read_again_within_a_minute(#[case] later: TimeDelta, #[case] expected: &str) {
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
async fn a_secret_that_was_given_stays_as_it_is() {
    let given = GivenSecret("one".into());
    assert_eq!(given.current().await.unwrap().expose_secret(), "one");
    assert!(given.newer().await.unwrap().is_none());
}

#[test]
fn a_secret_does_not_show() {
    let world = World::with("hidden");
    let shown = format!("{:?} {:?}", world.secret, GivenSecret("hidden".into()));
    assert!(shown.contains(NAME) && !shown.contains("hidden"), "{shown}");
}
