//! The one place that dials: line, record again, verdict, claim, one request, call id on the line.

use super::pace::Pace;
use super::write_back::{Note, Notes};
use super::{Run, stop_of};
use crate::domain::verdict::{GateName, queue_closed, verdict};
use crate::domain::{AttemptId, Hold, Lead, LeadRef, Policy, RunSummary, Stop, hours};
use crate::ports::{DIAL_TIMEOUT, DialError, DialOrder, Expect, Put, StoreError};
use crate::store::lines;
use crate::store::records::Found;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::ready as ready_now;
use futures_util::{StreamExt, stream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A claim older than this is not dialed: something is slow, and the line may look different by now.
const CLAIM_IS_FRESH: TimeDelta = TimeDelta::seconds(5);
/// What a dial needs beside the provider's answer: reads, the claim, the call id, and the write-back of the run.
const BESIDE_THE_DIAL: Duration = Duration::from_secs(5);
/// What "slow down" means when the provider does not say for how long.
const SLOW_DOWN: Duration = Duration::from_secs(10);
/// A longer wait than any run: what the provider says beyond it makes no difference.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// So many dials without a clear answer, and more than half of all, open the circuit breaker for the rest of the run.
const BREAKER_FAILURES: u32 = 5;
/// So many refusals one after the other mean that the request is wrong, and not the leads.
const BREAKER_REFUSALS: u32 = 20;

/// The dialing part of one run.
pub(super) struct Dialing<'a> {
    run: &'a Run,
    deadline: DateTime<Utc>,
    pace: Pace,
    concurrent: usize,
    tally: Mutex<Tally>,
}

#[derive(Default)]
struct Tally {
    stop: Option<Stop>,
    quiet_until: Option<DateTime<Utc>>,
    /// Dial requests sent or about to be sent.
    claimed: u32,
    placed: u32,
    failed: u32,
    refused: u32,
    refused_in_a_row: u32,
    unsure: u32,
    skipped: u32,
    notes: Notes,
}

/// The right to dial one lead. Only taking the hold of its line makes one, and only a claim can be dialed.
struct Claim {
    attempt: AttemptId,
    home: LeadRef,
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

impl<'a> Dialing<'a> {
    pub(super) fn new(run: &'a Run, deadline: DateTime<Utc>, policy: &Policy) -> Self {
        let concurrent = usize::try_from(policy.max_concurrent).unwrap_or(1);
        Self { run, deadline, pace: Pace::new(&run.ingest.clock, policy), concurrent, tally: Mutex::default() }
    }

    /// Dials as many as time and limits allow, in order. Notes what must be written into records.
    pub(super) async fn dial_all(self, ready: Vec<Found>, summary: &mut RunSummary, notes: &mut Notes) {
        stream::iter(ready)
            .take_while(|_| ready_now(self.tally().stop.is_none()))
            .then(|found| self.turn_of(found))
            .for_each_concurrent(self.concurrent, |found| self.one(found))
            .await;
        let tally = self.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        summary.calls_made = tally.placed;
        summary.skipped += tally.skipped;
        summary.errors += tally.failed + tally.refused + tally.unsure;
        summary.stopped_by = tally.stop;
        notes.append(tally.notes);
    }

    /// Waits for the lead's turn, one lead after the other, so that their order is kept.
    async fn turn_of(&self, found: Found) -> Found {
        self.quiet().await;
        self.pace.turn().await;
        found
    }

    async fn one(&self, found: Found) {
        let policy = match self.may_go_on().await {
            Ok(Some(policy)) => policy,
            Ok(None) => return,
            Err(error) => return self.stop_for(&error),
        };
        match self.claim(&found.home, &policy).await {
            Ok(Claiming::Claimed(claim)) => self.dial(*claim, &policy).await,
            Ok(Claiming::Closed(gate)) => self.give_back(|tally| {
                tally.skipped += 1;
                tally.notes.closed(&found.home, gate);
            }),
            Ok(Claiming::Overtaken) => self.give_back(|tally| tally.skipped += 1),
            Err(error @ StoreError::Unavailable(_)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a lead is left for the next run");
                self.give_back(|tally| tally.unsure += 1);
            }
            Err(error @ StoreError::Unusable(_)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a lead cannot be dialed");
                self.give_back(|tally| tally.unsure += 1);
            }
        }
    }

    /// Whether another dial fits, by the rules in force now; reserves it.
    async fn may_go_on(&self) -> Result<Option<std::sync::Arc<Policy>>, StoreError> {
        if self.tally().stop.is_some() {
            return Ok(None);
        }
        let policy = self.run.ingest.settings.policy().await?;
        let now = self.run.ingest.clock.now();
        let mut tally = self.tally();
        let stop = if now + DIAL_TIMEOUT + BESIDE_THE_DIAL > self.deadline {
            Some(Stop::Deadline)
        } else if tally.claimed >= policy.max_calls_per_run {
            Some(Stop::MaxCallsPerRun)
        } else {
            queue_closed(now, &policy).map(|gate| stop_of(gate.name))
        };
        tally.stop = tally.stop.or(stop);
        if tally.stop.is_some() {
            return Ok(None);
        }
        tally.claimed += 1;
        Ok(Some(policy))
    }

    /// Line, then record, then verdict, then the hold under the version of the line: a record that changes after the line
    /// was read changes the line too, and the hold fails.
    async fn claim(&self, home: &LeadRef, policy: &Policy) -> Result<Claiming, StoreError> {
        let ingest = &self.run.ingest;
        let read = ingest.lines.get(&home.phone).await?;
        let Some(lead) = ingest.records.read(home).await? else { return Ok(Claiming::Overtaken) };
        let expect = Expect::unchanged(read.as_ref());
        let mut line = read.map(|read| read.value).unwrap_or_default();
        let now = ingest.clock.now();
        if let Some(gate) = verdict(&lead, &line, now, policy).first_closed() {
            return Ok(Claiming::Closed(gate.name));
        }
        let attempt = AttemptId::new(now, ingest.clock.chance());
        line.take(Hold {
            attempt,
            lead: home.clone(),
            since: now,
            until: now + policy.unknown_hold,
            call: None,
            missing_since: None,
        });
        match ingest.lines.put(&home.phone, &line, &expect).await {
            Ok(Put::Stored(_)) => {
                let claim = Claim { attempt, home: home.clone(), lead, sent_at: now };
                Ok(Claiming::Claimed(Box::new(claim)))
            }
            Ok(Put::Conflict) => {
                // Somebody was faster, or an earlier try of ours landed and its answer was lost.
                self.release(home, attempt).await;
                Ok(Claiming::Overtaken)
            }
            Err(error) => {
                // The hold may be there. Nothing was dialed, so it can go; if that fails too, a later run asks the provider.
                self.release(home, attempt).await;
                Err(error)
            }
        }
    }

    /// Asks the provider, once.
    async fn dial(&self, claim: Claim, policy: &Policy) {
        let ingest = &self.run.ingest;
        let now = ingest.clock.now();
        if now - claim.sent_at > CLAIM_IS_FRESH || now + DIAL_TIMEOUT > self.deadline {
            tracing::warn!(attempt.id = %claim.attempt, "the claim took too long; the lead is left for the next run");
            self.release(&claim.home, claim.attempt).await;
            return self.give_back(|tally| tally.skipped += 1);
        }
        let order = DialOrder {
            attempt: claim.attempt,
            lead: claim.home.clone(),
            profile: claim.lead.profile.clone(),
            zone: hours::zones(&claim.lead.profile.state)[0],
            max_minutes: u32::try_from(policy.max_call.num_minutes()).unwrap_or(30),
        };
        tracing::info!(attempt.id = %claim.attempt, month = %claim.home.month, "CALLING: All safety checks passed");
        match self.run.dialer.dial(&order).await {
            Ok(call) => {
                tracing::info!(attempt.id = %claim.attempt, call.id = call.as_str(), "CALL INITIATED: Redial successful");
                let until = ingest.clock.now() + policy.call_hold();
                let bound = lines::update(&*ingest.lines, &*ingest.clock, &claim.home.phone, |line| {
                    line.bind(claim.attempt, &call, until);
                });
                if let Err(error) = bound.await {
                    tracing::warn!(attempt.id = %claim.attempt, error = &error as &dyn std::error::Error, "the call id is not on its line; a later run asks for it");
                }
                let mut tally = self.tally();
                tally.placed += 1;
                tally.refused_in_a_row = 0;
            }
            Err(error) => self.not_placed(claim, error).await,
        }
    }

    async fn not_placed(&self, claim: Claim, error: DialError) {
        tracing::warn!(attempt.id = %claim.attempt, error = &error as &dyn std::error::Error, "no call id for a dial");
        match error {
            DialError::Refused(_) => {
                self.refused();
                self.tally().notes.push(claim.home, Note::Refused(claim.attempt));
            }
            DialError::Blocked { .. } => {
                self.stop(Stop::ProviderBlocked);
                self.tally().failed += 1;
                self.release(&claim.home, claim.attempt).await;
            }
            DialError::SlowDown { retry_after } => {
                self.slow_down(retry_after.unwrap_or(SLOW_DOWN));
                self.release(&claim.home, claim.attempt).await;
            }
            DialError::Unreachable(_) => {
                self.failed();
                self.release(&claim.home, claim.attempt).await;
            }
            // The phone may be ringing: the hold stays until the provider has been asked.
            DialError::Unknown(_) => self.failed(),
        }
    }

    /// Frees the line of an attempt that was certainly not dialed. The line gets a new version in any case, so that a claim
    /// that is still on its way cannot arrive.
    async fn release(&self, home: &LeadRef, attempt: AttemptId) {
        let ingest = &self.run.ingest;
        let freed = lines::touch(&*ingest.lines, &*ingest.clock, &home.phone, |line| line.release(attempt));
        if let Err(error) = freed.await {
            tracing::warn!(attempt.id = %attempt, error = &error as &dyn std::error::Error, "a line stays held; a later run asks the provider");
        }
    }

    /// Waits while the provider wants to be left alone.
    async fn quiet(&self) {
        let clock = &self.run.ingest.clock;
        let until = self.tally().quiet_until;
        if let Some(wait) = until.and_then(|until| (until - clock.now()).to_std().ok()) {
            clock.sleep(wait).await;
        }
    }

    fn slow_down(&self, wait: Duration) {
        let until = self.run.ingest.clock.now() + wait.min(LONGEST_WAIT);
        let mut tally = self.tally();
        tally.quiet_until = tally.quiet_until.max(Some(until));
        tally.skipped += 1;
        if until + DIAL_TIMEOUT + BESIDE_THE_DIAL > self.deadline {
            tally.stop.get_or_insert(Stop::ProviderSlowDown);
        }
    }

    fn failed(&self) {
        let mut tally = self.tally();
        tally.failed += 1;
        if tally.failed >= BREAKER_FAILURES && tally.failed > tally.placed {
            tally.stop.get_or_insert(Stop::ProviderFailing);
        }
    }

    fn refused(&self) {
        let mut tally = self.tally();
        tally.refused += 1;
        tally.refused_in_a_row += 1;
        if tally.refused_in_a_row >= BREAKER_REFUSALS {
            tally.stop.get_or_insert(Stop::ProviderFailing);
        }
    }

    fn stop(&self, reason: Stop) {
        self.tally().stop.get_or_insert(reason);
    }

    fn stop_for(&self, error: &StoreError) {
        tracing::error!(error = error as &dyn std::error::Error, "the run stops dialing: the settings cannot be read");
        self.tally().unsure += 1;
        self.stop(Stop::StoreUnavailable);
    }

    /// The reserved dial was not used.
    fn give_back(&self, count: impl FnOnce(&mut Tally)) {
        let mut tally = self.tally();
        tally.claimed -= 1;
        count(&mut tally);
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
