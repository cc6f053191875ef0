//! Whose turn it is to be dialed, and when nobody's is any more.

use super::budget::CallSlot;
use super::claim::{Claim, Recorded};
use super::dial::{CLAIM_IS_FRESH, Dialing, Rings, last_asked};
use super::tally::Tally;
use super::write_back::WriteBack;
use crate::ports::{DIAL_TIMEOUT, StoreError, error_chain};
use crate::store::records::Found;
use chrono::{DateTime, Utc};
use futures_util::future::ready as ready_now;
use futures_util::{StreamExt, stream};
use redial_domain::verdict::queue_closed;
use redial_domain::{Policy, RunEnd, Stop};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// What a dial needs beside the provider's answer: reads, the claim, the call id, and the write-back of the run.
const BESIDE_THE_DIAL: Duration = Duration::from_secs(5);

/// The most leads that are claimed at once.
const GROUP: usize = 50;
/// So much of the time for which a claim is fresh may pass until the last of a group is dialed, in seconds.
const GROUP_TAKES: usize = 2;

/// Returns when the last dial of a run may begin that ends at `deadline`.
pub(in crate::usecase) fn last_dial(deadline: DateTime<Utc>) -> DateTime<Utc> {
    deadline - DIAL_TIMEOUT - BESIDE_THE_DIAL
}

/// The right to go on to one more lead.
#[derive(Clone)]
pub(super) struct Turn {
    pub(super) policy: Arc<Policy>,
    pub(super) slot: CallSlot,
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
        let mut ready = VecDeque::from(ready);
        // One after the other until one was dialed: a lead whose line is taken is no probe.
        while self.tally().circuit.probes() && self.may_go_on() {
            let Some(found) = ready.pop_front() else { break };
            for claim in self.prepare(vec![found]).await {
                self.request(self.turn_of(claim).await).await;
            }
        }
        self.dial_in_groups(ready).await;
        let again = self.tally().take_again();
        self.dial_in_groups(again.into()).await;
        self.record_rest().await;
        end.calls = self.budget.spent();
        let tally = self.into_tally();
        end.breaker = Some(tally.circuit.breaker().clone()).filter(|breaker| *breaker != before);
        tally.close(&mut end.summary, write_back);
    }

    /// Claims a group of leads, stores their entries in one object of the ledger, and dials them in turn. The next group
    /// follows when the last of this one is being dialed, so that no claim waits for long.
    async fn dial_in_groups(&self, ready: VecDeque<Found>) {
        stream::iter(self.groups(ready))
            .take_while(|_| ready_now(self.may_go_on()))
            .then(|group| self.prepare(group))
            .flat_map(stream::iter)
            .then(|claim| self.turn_of(claim))
            .for_each_concurrent(self.concurrent, |claim| self.request(claim))
            .await;
    }

    /// Divides leads into groups without two leads of one number: the second one would find its line taken while the first
    /// one is being claimed, and free it.
    fn groups(&self, ready: VecDeque<Found>) -> Vec<Vec<Found>> {
        let most = (self.rate * GROUP_TAKES).min(self.concurrent * 2).clamp(1, GROUP);
        let mut groups: Vec<Vec<Found>> = Vec::new();
        for found in ready {
            let fits = |group: &&mut Vec<Found>| {
                group.len() < most && group.iter().all(|other| other.location.phone != found.location.phone)
            };
            match groups.last_mut().filter(fits) {
                Some(group) => group.push(found),
                None => groups.push(vec![found]),
            }
        }
        groups
    }

    /// Claims the lines of these leads, and stores their entries.
    async fn prepare(&self, group: Vec<Found>) -> Vec<Recorded> {
        self.quiet().await;
        let mut turns = Vec::new();
        for found in group {
            match self.turn().await {
                Ok(Some(turn)) => turns.push((found, turn)),
                Ok(None) => break,
                Err(error) => {
                    self.stop_for(&error);
                    break;
                }
            }
        }
        let claims = turns.into_iter().map(|(found, turn)| self.claim_in_turn(found, turn));
        let claims: Vec<Option<Claim>> = stream::iter(claims).buffered(self.concurrent).collect().await;
        self.record(claims.into_iter().flatten().collect()).await
    }

    fn may_go_on(&self) -> bool {
        self.tally().stopped().is_none()
    }

    /// Waits for the claim's turn, one after the other, so that their order is kept.
    async fn turn_of(&self, claim: Recorded) -> Recorded {
        let until = self.tally().quiet_until;
        // A claim would not be fresh after that time, and is given up at once.
        if until.is_none_or(|until| until - self.run.stores.clock.now() < CLAIM_IS_FRESH) {
            self.quiet().await;
            self.pace.turn().await;
        }
        claim
    }

    /// Whether another dial fits, by the rules in force now; reserves it.
    async fn turn(&self) -> Result<Option<Turn>, StoreError> {
        if !self.may_go_on() {
            return Ok(None);
        }
        let policy = self.run.stores.settings.policy().await?;
        // A list that came in since the run began may have the number of any lead.
        if self.run.stores.imports.is_waiting().await? {
            self.tally().stop(Stop::ImportUnfinished);
            return Ok(None);
        }
        // So may the leads of a bulk command that was confirmed since.
        if self.run.stores.bulk.forbids_dialing().await? {
            self.tally().stop(Stop::BulkUnfinished);
            return Ok(None);
        }
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
        last_dial(self.deadline)
    }

    /// Waits while the provider wants to be left alone.
    async fn quiet(&self) {
        let clock = &self.run.stores.clock;
        let until = self.tally().quiet_until;
        if let Some(wait) = until.and_then(|until| (until - clock.now()).to_std().ok()) {
            clock.sleep(wait).await;
        }
    }

    pub(super) fn stop_for(&self, error: &StoreError) {
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
