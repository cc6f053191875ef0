//! The one place that dials: line, record again, verdict, claim, one request, call id on the line.

use super::Run;
use super::budget::Budget;
use super::pace::Pace;
use super::tally::Tally;
use super::write_back::LeadChange;
use crate::ports::{DIAL_TIMEOUT, DialError, Expect, Put, StoreError, error_chain};
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::DialOrder;
use redial_domain::breaker::{Circuit, Persist};
use redial_domain::verdict::{Facts, GateName, verdict};
use redial_domain::{AttemptId, Breaker, Hold, Lead, LeadRef, Month, Policy, hours};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A claim older than this is not dialed: something is slow, and the line may look different by now.
const CLAIM_IS_FRESH: TimeDelta = TimeDelta::seconds(5);
/// What "slow down" means when the provider does not say for how long.
const SLOW_DOWN: Duration = Duration::from_secs(10);

/// The dialing part of one run.
pub(super) struct Dialing<'a> {
    pub(super) run: &'a Run,
    pub(super) deadline: DateTime<Utc>,
    pub(super) pace: Pace,
    pub(super) concurrent: usize,
    pub(super) budget: Budget<'a>,
    tally: Mutex<Tally>,
}

/// Whether a phone may ring after a dial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rings {
    Perhaps,
    Never,
}

/// The right to dial one lead. Only taking the hold of its line makes one, and only a claim can be dialed.
struct Claim {
    attempt: AttemptId,
    location: LeadRef,
    lead: Lead,
    sent_at: DateTime<Utc>,
}

/// What came of trying to claim a line.
enum Claiming {
    Claimed(Box<Claim>),
    Closed(GateName),
    /// The record is gone, or somebody else was faster.
    Overtaken,
}

/// The last moment at which the provider is asked for a call that is decided now.
pub(super) fn last_asked(now: DateTime<Utc>) -> DateTime<Utc> {
    now + CLAIM_IS_FRESH + DIAL_TIMEOUT
}

fn is_open(month: Month, now: DateTime<Utc>, policy: &Policy) -> bool {
    month.is_open(now, policy.business_hours.zone, policy.retention_days)
}

impl<'a> Dialing<'a> {
    pub(super) fn new(
        run: &'a Run,
        deadline: DateTime<Utc>,
        policy: &Policy,
        budget: Budget<'a>,
        circuit: Circuit,
    ) -> Self {
        let concurrent = usize::try_from(policy.max_concurrent).unwrap_or(1);
        let pace = Pace::new(&run.stores.clock, policy);
        Self { run, deadline, pace, concurrent, budget, tally: Mutex::new(Tally::new(circuit)) }
    }

    /// Dials one lead if its line can be taken.
    pub(super) async fn claim_and_dial(&self, location: &LeadRef, policy: &Policy) -> Rings {
        match self.claim(location, policy).await {
            Ok(Claiming::Claimed(claim)) => self.dial(*claim, policy).await,
            Ok(Claiming::Closed(gate)) => self.give_back(|tally| {
                tally.skipped += 1;
                tally.write_back.closed(location, gate);
            }),
            Ok(Claiming::Overtaken) => self.give_back(|tally| tally.skipped += 1),
            Err(error @ StoreError::Unavailable(_)) => {
                tracing::warn!(error = error_chain(&error), "a lead is left for the next run");
                self.give_back(|tally| tally.errors += 1)
            }
            Err(error @ StoreError::Unusable(_)) => {
                tracing::error!(error = error_chain(&error), "a lead cannot be dialed");
                self.give_back(|tally| tally.errors += 1)
            }
        }
    }

    /// Line, then record, then verdict, then the hold under the version of the line: a record that changes after the line
    /// was read changes the line too, and the hold fails. Hours must be open until the last moment at which the provider may
    /// be asked.
    async fn claim(&self, location: &LeadRef, policy: &Policy) -> Result<Claiming, StoreError> {
        let stores = &self.run.stores;
        let read = stores.lines.read(&location.phone).await?;
        let Some(lead) = stores.records.read(location).await? else { return Ok(Claiming::Overtaken) };
        let expect = Expect::unchanged(read.as_ref());
        let mut line = read.map(|read| read.value).unwrap_or_default();
        let now = stores.clock.now();
        let is_newer = |known: &&LeadRef| known.month > location.month && is_open(known.month, now, policy);
        if line.record_location(&location.key()).filter(is_newer).is_some() {
            // Its newest record, which counts, cannot be read.
            return Ok(Claiming::Overtaken);
        }
        let facts = Facts { lead: &lead, line: Some(&line), now, policy };
        let closed = verdict(&facts).first_closed().map(|gate| gate.name);
        if let Some(gate) = closed.or_else(|| Facts { now: last_asked(now), ..facts }.hours_closed()) {
            return Ok(Claiming::Closed(gate));
        }
        let attempt = AttemptId::new(now, stores.clock.chance());
        line.take(Hold {
            provider: self.run.dialer.provider(),
            attempt,
            lead: location.clone(),
            since: now,
            until: now + policy.unknown_hold,
            call: None,
            missing_since: None,
        });
        match stores.lines.put(&location.phone, &line, &expect).await {
            Ok(Put::Stored(_)) => {
                let claim = Claim { attempt, location: location.clone(), lead, sent_at: now };
                Ok(Claiming::Claimed(Box::new(claim)))
            }
            Ok(Put::Conflict) => {
                // Somebody was faster, or an earlier try of ours landed and its answer was lost.
                self.release(location, attempt).await;
                Ok(Claiming::Overtaken)
            }
            Err(error) => {
                // The hold may be there. Nothing was dialed, so it can go; if that fails too, a later run asks the provider.
                self.release(location, attempt).await;
                Err(error)
            }
        }
    }

    /// Asks the provider, once.
    async fn dial(&self, claim: Claim, policy: &Policy) -> Rings {
        let stores = &self.run.stores;
        let now = stores.clock.now();
        if now - claim.sent_at > CLAIM_IS_FRESH || now + DIAL_TIMEOUT > self.deadline {
            tracing::warn!(attempt.id = %claim.attempt, "the claim took too long; the lead is left for the next run");
            self.release(&claim.location, claim.attempt).await;
            return self.give_back(|tally| tally.skipped += 1);
        }
        let order = DialOrder {
            attempt: claim.attempt,
            lead: claim.location.clone(),
            profile: claim.lead.profile.clone(),
            zone: hours::zones(&claim.lead.profile.state)[0],
            max_minutes: u32::try_from(policy.max_call.num_minutes()).unwrap_or(30),
        };
        tracing::info!(attempt.id = %claim.attempt, month = %claim.location.month, "CALLING: All safety checks passed");
        let asked_at = stores.clock.now();
        let answer = self.run.dialer.dial(&order).await;
        self.run.measure_dial(stores.clock.now() - asked_at, answer.as_ref().err());
        match answer {
            Ok(call) => {
                tracing::info!(attempt.id = %claim.attempt, call.id = call.as_str(), "CALL INITIATED: Redial successful");
                self.tally().placed += 1;
                let until = stores.clock.now() + policy.call_hold();
                let bound = stores.lines.update(&claim.location.phone, |line| {
                    line.bind(claim.attempt, &call, until);
                });
                if let Err(error) = bound.await {
                    tracing::warn!(attempt.id = %claim.attempt, error = error_chain(&error), "the call id is not on its line; a later run asks for it");
                }
                self.heard(Circuit::placed).await;
                Rings::Perhaps
            }
            Err(error) => self.not_placed(claim, error).await,
        }
    }

    async fn not_placed(&self, claim: Claim, error: DialError) -> Rings {
        tracing::warn!(attempt.id = %claim.attempt, error = claim.lead.profile.taken_out_of(&error_chain(&error)), "no call id for a dial");
        let now = self.run.stores.clock.now();
        match &error {
            DialError::SlowDown { .. } => self.tally().skipped += 1,
            DialError::Refused(_) | DialError::Blocked { .. } | DialError::Unreachable(_) | DialError::Unknown(_) => {
                self.tally().errors += 1;
            }
        }
        match error {
            DialError::Refused(_) => {
                self.tally().write_back.push(claim.location, LeadChange::Refuse(claim.attempt));
                self.heard(|circuit| circuit.refused(now)).await;
                return Rings::Never;
            }
            // The phone may be ringing: the hold stays until the provider has been asked.
            DialError::Unknown(_) => {
                self.heard(|circuit| circuit.silent(now)).await;
                return Rings::Perhaps;
            }
            DialError::Blocked { .. } => self.heard(|circuit| circuit.blocked(now)).await,
            DialError::Unreachable(_) => self.heard(|circuit| circuit.silent(now)).await,
            DialError::SlowDown { retry_after } => self.slow_down(retry_after.unwrap_or(SLOW_DOWN), now).await,
        }
        self.release(&claim.location, claim.attempt).await;
        Rings::Never
    }

    async fn slow_down(&self, wait: Duration, now: DateTime<Utc>) {
        let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        self.heard(|circuit| circuit.slow_down(wait, now, self.latest())).await;
        let mut tally = self.tally();
        if let Some(until) = now.checked_add_signed(wait).filter(|_| tally.stopped().is_none()) {
            tally.quiet_until = tally.quiet_until.max(Some(until));
        }
    }

    /// Tells the circuit what came of a dial, and stores the breaker when that opened or closed it.
    async fn heard(&self, tell: impl FnOnce(&mut Circuit) -> Persist + Send) {
        let breaker = {
            let mut tally = self.tally();
            match tell(&mut tally.circuit) {
                Persist::Yes => {}
                Persist::No => return,
            }
            tally.circuit.breaker().clone()
        };
        match &breaker {
            Breaker::Closed => tracing::info!("the circuit breaker is closed: the probe was answered"),
            Breaker::Open(trip) => {
                tracing::error!(cause = trip.cause.as_str(), until = %trip.until, failures = trip.failures, "the circuit breaker opens");
            }
        }
        if let Err(error) = self.run.stores.runs.set_breaker(&breaker).await {
            tracing::warn!(error = error_chain(&error), "the circuit breaker is stored at the end of the run");
        }
    }

    /// Frees the line of an attempt that was certainly not dialed. The line gets a new version in any case, so that a claim
    /// that is still on its way cannot arrive.
    async fn release(&self, location: &LeadRef, attempt: AttemptId) {
        let stores = &self.run.stores;
        let freed = stores.lines.touch(&location.phone, |line| line.release(attempt));
        if let Err(error) = freed.await {
            tracing::warn!(attempt.id = %attempt, error = error_chain(&error), "a line stays held; a later run asks the provider");
        }
    }

    pub(super) fn into_tally(self) -> Tally {
        self.tally.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
