//! The only place that dials: line, record again, verdict, claim, one request, call id on the line.

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
use redial_domain::zones::Zones;
use redial_domain::{AttemptId, Breaker, Hold, Lead, LeadRef, Month, NumberFacts, Phone, Policy};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A claim older than this is not dialed. Something is slow, and calling hours were checked only for this time and the time of
/// the request. It also bounds how long after a claim the phone can ring, on which `unknown_hold_minutes` relies.
const CLAIM_IS_FRESH: TimeDelta = TimeDelta::seconds(5);
/// The pause after "slow down" if the provider names none.
const SLOW_DOWN: Duration = Duration::from_secs(10);

/// The dialing part of one run.
pub(super) struct Dialing<'a> {
    pub(super) run: &'a Run,
    pub(super) deadline: DateTime<Utc>,
    pub(super) pace: Pace,
    pub(super) concurrent: usize,
    pub(super) budget: Budget<'a>,
    /// What records say about numbers, as the run has read them. A claim learns it before it is decided.
    facts: HashMap<Phone, NumberFacts>,
    tally: Mutex<Tally>,
}

/// Whether a phone may ring after a dial. Only a dial that never rings gives its call of the day back.
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

/// The outcome of trying to claim a line.
enum Claiming {
    Claimed(Box<Claim>),
    Closed(GateName),
    /// The record is gone, or another process was faster.
    Overtaken,
}

/// Returns the latest time at which the request for a call that is decided now can leave: 20 seconds later.
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
        facts: HashMap<Phone, NumberFacts>,
    ) -> Self {
        let concurrent = usize::try_from(policy.max_concurrent).unwrap_or(1);
        let pace = Pace::new(&run.stores.clock, policy);
        Self { run, deadline, pace, concurrent, budget, facts, tally: Mutex::new(Tally::new(circuit)) }
    }

    /// Dials one lead if its line can be taken.
    pub(super) async fn claim_and_dial(&self, location: &LeadRef, policy: &Policy) -> Rings {
        match self.claim(location, policy).await {
            Ok(Claiming::Claimed(claim)) => self.dial(*claim, policy).await,
            Ok(Claiming::Closed(gate)) => self.give_back(|tally| {
                tally.skipped += 1;
                tally.write_back.closed(location, gate, None);
            }),
            Ok(Claiming::Overtaken) => self.give_back(|tally| tally.skipped += 1),
            Err(error @ StoreError::Unavailable(_)) => {
                tracing::warn!(
                    error = error_chain(&error),
                    "a lead is not dialed: its line or record cannot be read or written now"
                );
                self.give_back(|tally| tally.errors += 1)
            }
            Err(error @ StoreError::Unusable(_)) => {
                tracing::error!(error = error_chain(&error), "a lead is not dialed: its line or record is unreadable");
                self.give_back(|tally| tally.errors += 1)
            }
        }
    }

    /// Reads the line, then the record, decides, then writes the hold if the line is unchanged. Pause and remove bump the
    /// line's version after they change the record, so a claim on stale data fails. The other order would miss a change
    /// between the two reads.
    async fn claim(&self, location: &LeadRef, policy: &Policy) -> Result<Claiming, StoreError> {
        let stores = &self.run.stores;
        let read = stores.lines.read(&location.phone).await?;
        // Read again, because the records of the scan may be minutes old.
        let Some(lead) = stores.records.read(location).await? else { return Ok(Claiming::Overtaken) };
        let expect = Expect::unchanged(read.as_ref());
        let mut line = read.map(|read| read.value).unwrap_or_default();
        let now = stores.clock.now();
        let is_newer = |known: &&LeadRef| known.month > location.month && is_open(known.month, now, policy);
        if line.record_location(&location.key()).filter(is_newer).is_some() {
            // The line knows a newer record, and only the newest counts. This one is read because that one was unreadable
            // or did not exist when the run read its months.
            return Ok(Claiming::Overtaken);
        }
        // It becomes durable with the claim.
        if let Some(facts) = self.facts.get(&location.phone) {
            line.learn(facts, now);
        }
        let facts = Facts { lead: &lead, line: Some(&line), now, policy };
        let closed = verdict(&facts).first_closed().map(|gate| gate.name);
        // The law looks at when the phone rings, so hours must still be open at the end of the slowest request.
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
        // No loop of retries: after a conflict the decision is stale, and the next run decides again.
        match stores.lines.put(&location.phone, &line, &expect).await {
            Ok(Put::Stored(_)) => {
                let claim = Claim { attempt, location: location.clone(), lead, sent_at: now };
                Ok(Claiming::Claimed(Box::new(claim)))
            }
            Ok(Put::Conflict) => {
                // Another process was faster, or the SDK sent our write twice and the first one was stored. Then the hold is
                // ours and must go.
                self.release(location, attempt).await;
                Ok(Claiming::Overtaken)
            }
            Err(error) => {
                // The hold may be stored. Nothing was dialed, so it can go. If that fails too, a later run asks the provider.
                self.release(location, attempt).await;
                Err(error)
            }
        }
    }

    /// Requests the call, once. Nothing retries it, because a second request can ring a second time.
    async fn dial(&self, claim: Claim, policy: &Policy) -> Rings {
        let stores = &self.run.stores;
        let now = stores.clock.now();
        // A process that ends during the request would never know the answer.
        if now - claim.sent_at > CLAIM_IS_FRESH || now + DIAL_TIMEOUT > self.deadline {
            tracing::warn!(attempt.id = %claim.attempt, "a claim took too long: the lead is left for the next run");
            self.release(&claim.location, claim.attempt).await;
            return self.give_back(|tally| tally.skipped += 1);
        }
        let order = DialOrder {
            attempt: claim.attempt,
            lead: claim.location.clone(),
            profile: claim.lead.profile.clone(),
            zone: Zones::of(&claim.lead.profile.state, Some(&claim.location.phone)).main(),
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
                // A result is due when the longest call has ended. Then the provider is asked about it.
                let until = stores.clock.now() + policy.call_hold();
                let bound = stores.lines.update(&claim.location.phone, |line| {
                    line.bind(claim.attempt, &call, until);
                });
                // The call was placed in any case. Without its id a later run asks by number and attempt id.
                if let Err(error) = bound.await {
                    tracing::warn!(attempt.id = %claim.attempt, error = error_chain(&error), "the call id is not on its line: a later run asks the provider");
                }
                self.heard(Circuit::placed).await;
                Rings::Perhaps
            }
            Err(error) => self.not_placed(claim, error).await,
        }
    }

    /// Acts on a dial without a call id.
    async fn not_placed(&self, claim: Claim, error: DialError) -> Rings {
        tracing::warn!(attempt.id = %claim.attempt, error = claim.lead.profile.taken_out_of(&error_chain(&error)), "a dial returned no call id");
        let now = self.run.stores.clock.now();
        match &error {
            DialError::SlowDown { .. } => self.tally().skipped += 1,
            DialError::Refused(_) | DialError::Blocked { .. } | DialError::Unreachable(_) | DialError::Unknown(_) => {
                self.tally().errors += 1;
            }
        }
        match error {
            // The line is freed by the write-back, after the record counts the attempt. A line that were freed first could be
            // dialed again at once.
            DialError::Refused(message) => {
                // The message is stored and shown, so it must not name the person.
                let id = claim.location.id.as_str();
                let is_id = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()) == id;
                let words = message.split_whitespace().map(|word| if is_id(word) { "…" } else { word });
                let message = claim.lead.profile.taken_out_of(&words.collect::<Vec<_>>().join(" "));
                self.tally().write_back.push(claim.location, LeadChange::Refuse(claim.attempt));
                self.heard(|circuit| circuit.refused(claim.attempt, &message, now)).await;
                return Rings::Never;
            }
            // The phone may be ringing, so this is not a refusal. The hold stays until the provider has been asked.
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

    /// Pauses the run, or opens the breaker if the run would end during the pause.
    async fn slow_down(&self, wait: Duration, now: DateTime<Utc>) {
        let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        self.heard(|circuit| circuit.slow_down(wait, now, self.latest())).await;
        let mut tally = self.tally();
        if let Some(until) = now.checked_add_signed(wait).filter(|_| tally.stopped().is_none()) {
            tally.quiet_until = tally.quiet_until.max(Some(until));
        }
    }

    /// Tells the circuit what came of a dial. Stores the breaker at once if that opened or closed it, because it holds for
    /// every process and this one may crash.
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
                tracing::error!(cause = trip.cause.as_str(), until = %trip.until, failures = trip.failures, refusal = trip.message.as_deref().unwrap_or_default(), "the circuit breaker opens");
            }
        }
        if let Err(error) = self.run.stores.runs.set_breaker(&breaker).await {
            tracing::warn!(
                error = error_chain(&error),
                "the circuit breaker cannot be stored now: it is stored at the end of the run"
            );
        }
    }

    /// Frees the line of an attempt that was certainly not dialed. Writes a new version even if the hold is not there, so that
    /// a put of the hold that is still under way fails.
    async fn release(&self, location: &LeadRef, attempt: AttemptId) {
        let stores = &self.run.stores;
        let freed = stores.lines.touch(&location.phone, |line| line.release(attempt));
        if let Err(error) = freed.await {
            tracing::warn!(attempt.id = %attempt, error = error_chain(&error), "a line stays held: a later run asks the provider");
        }
    }

    pub(super) fn into_tally(self) -> Tally {
        self.tally.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
