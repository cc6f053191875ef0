//! Whose turn it is to be dialed, and when nobody's is any more.

use super::budget::CallSlot;
use super::dial::{Dialing, Rings, last_asked};
use super::tally::Tally;
use super::write_back::WriteBack;
use crate::ports::{DIAL_TIMEOUT, StoreError, error_chain};
use crate::store::records::Found;
use chrono::{DateTime, Utc};
use futures_util::future::ready as ready_now;
use futures_util::{StreamExt, stream};
use redial_domain::verdict::queue_closed;
use redial_domain::{Policy, RunEnd, Stop};
use std::sync::Arc;
use std::time::Duration;

/// What a dial needs beside the provider's answer: reads, the claim, the call id, and the write-back of the run.
const BESIDE_THE_DIAL: Duration = Duration::from_secs(5);

/// The right to go on to one more lead.
struct Turn {
    policy: Arc<Policy>,
    slot: CallSlot,
}

impl Dialing<'_> {
    /// Dials as many as time and limits allow, in order. Notes what must be written into records.
    pub(super) async fn dial_all(self, mut ready: Vec<Found>, end: &mut RunEnd, write_back: &mut WriteBack) {
        let before = self.tally().circuit.breaker().clone();
        let probed = self.tally().circuit.probed(ready.len());
        if let Some(upto) = ready.get_mut(..=probed) {
            // The probe goes first, and the others keep their order.
            upto.rotate_right(1);
        }
        let mut ready = ready.into_iter();
        // One after the other until one was dialed: a lead whose line is taken is no probe.
        while self.tally().circuit.probes() && self.may_go_on() {
            let Some(found) = ready.next() else { break };
            let found = self.turn_of(found).await;
            self.one(found).await;
        }
        stream::iter(ready)
            .take_while(|_| ready_now(self.may_go_on()))
            .then(|found| self.turn_of(found))
            .for_each_concurrent(self.concurrent, |found| self.one(found))
            .await;
        end.calls = self.budget.spent();
        let tally = self.into_tally();
        end.breaker = Some(tally.circuit.breaker().clone()).filter(|breaker| *breaker != before);
        tally.close(&mut end.summary, write_back);
    }

    fn may_go_on(&self) -> bool {
        self.tally().stopped().is_none()
    }

    /// Waits for the lead's turn, one lead after the other, so that their order is kept.
    async fn turn_of(&self, found: Found) -> Found {
        self.quiet().await;
        self.pace.turn().await;
        found
    }

    async fn one(&self, found: Found) {
        let turn = match self.turn().await {
            Ok(Some(turn)) => turn,
            Ok(None) => return,
            Err(error) => return self.stop_for(&error),
        };
        if self.claim_and_dial(&found.location, &turn.policy).await == Rings::Never {
            self.budget.give_back(&turn.slot);
        }
    }

    /// Whether another dial fits, by the rules in force now; reserves it.
    async fn turn(&self) -> Result<Option<Turn>, StoreError> {
        if !self.may_go_on() {
            return Ok(None);
        }
        let policy = self.run.stores.settings.policy().await?;
        let now = self.run.stores.clock.now();
        if !self.reserve(now, &policy) {
            return Ok(None);
        }
        let slot = self.budget.take(now, &policy).await;
        if !matches!(slot, Ok(Some(_))) {
            self.give_back(|tally| {
                if slot.is_ok() {
                    tally.stop(Stop::MaxCallsPerDay);
                }
            });
        }
        Ok(slot?.map(|slot| Turn { policy, slot }))
    }

    fn reserve(&self, now: DateTime<Utc>, policy: &Policy) -> bool {
        let mut tally = self.tally();
        let stop = if now > self.latest() {
            Some(Stop::Deadline)
        } else if tally.claimed >= policy.max_calls_per_run {
            Some(Stop::MaxCallsPerRun)
        } else {
            queue_closed(last_asked(now), policy)
        };
        if let Some(stop) = stop {
            tally.stop(stop);
        }
        if tally.stopped().is_some() {
            return false;
        }
        tally.claimed += 1;
        true
    }

    /// When the last dial may begin.
    pub(super) fn latest(&self) -> DateTime<Utc> {
        self.deadline - DIAL_TIMEOUT - BESIDE_THE_DIAL
    }

    /// Waits while the provider wants to be left alone.
    async fn quiet(&self) {
        let clock = &self.run.stores.clock;
        let until = self.tally().quiet_until;
        if let Some(wait) = until.and_then(|until| (until - clock.now()).to_std().ok()) {
            clock.sleep(wait).await;
        }
    }

    fn stop_for(&self, error: &StoreError) {
        tracing::error!(error = error_chain(error), "the run stops dialing: what decides it cannot be read");
        let mut tally = self.tally();
        tally.errors += 1;
        tally.stop(Stop::StoreUnavailable);
    }

    /// The reserved dial was not used.
    pub(super) fn give_back(&self, count: impl FnOnce(&mut Tally)) -> Rings {
        let mut tally = self.tally();
        tally.claimed -= 1;
        count(&mut tally);
        Rings::Never
    }
}
