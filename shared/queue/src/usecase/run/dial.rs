//! The only place that dials: line once more, one request, call id on the line.

use super::Run;
use super::budget::Budget;
use super::claim::{Claim, Recorded};
use super::pace::Pace;
use super::tally::Tally;
use super::write_back::LeadChange;
use crate::ports::{DIAL_TIMEOUT, DialError, error_chain};
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::DialOrder;
use redial_domain::breaker::{Circuit, Persist};
use redial_domain::ledger::{Entry, WhyNot};
use redial_domain::verdict::queue_closed;
use redial_domain::zones::Zones;
use redial_domain::{AttemptId, Breaker, LeadRef, NumberFacts, Phone, Policy};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A claim older than this is not dialed. Something is slow, and calling hours were checked only for this time and the time of
/// the request. It also bounds how long after a claim the phone can ring, on which `unknown_hold_minutes` relies.
pub(super) const CLAIM_IS_FRESH: TimeDelta = TimeDelta::seconds(5);
/// The pause after "slow down" if the provider names none.
const SLOW_DOWN: Duration = Duration::from_secs(10);

/// The dialing part of one run.
pub(super) struct Dialing<'a> {
    pub(super) run: &'a Run,
    pub(super) deadline: DateTime<Utc>,
    pub(super) pace: Pace,
    pub(super) concurrent: usize,
    /// Dials in a second.
    pub(super) rate: usize,
    pub(super) budget: Budget<'a>,
    /// What records say about numbers, as the run has read them. A claim learns it before it is decided.
    pub(super) facts: HashMap<Phone, NumberFacts>,
    /// Entries about attempts that became no call. The next object of the ledger takes them with it.
    pub(super) not_called: Mutex<Vec<Entry>>,
    tally: Mutex<Tally>,
}

/// Whether a phone may ring after a dial. Only a dial that never rings gives its call of the day back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rings {
    Perhaps,
    Never,
}

/// Returns the latest time at which the request for a call that is decided now can leave: 20 seconds later.
pub(in crate::usecase) fn last_asked(now: DateTime<Utc>) -> DateTime<Utc> {
    now + CLAIM_IS_FRESH + DIAL_TIMEOUT
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
        let rate = usize::try_from(policy.calls_per_second).unwrap_or(1);
        let pace = Pace::new(&run.stores.clock, policy);
        Self {
            run,
            deadline,
            pace,
            concurrent,
            rate,
            budget,
            facts,
            not_called: Mutex::default(),
            tally: Mutex::new(Tally::new(circuit)),
        }
    }

    /// Requests the call of a claim whose entry is durable, unless something forbids it by now.
    pub(super) async fn request(&self, recorded: Recorded) {
        let claim = recorded.into_claim();
        let rings = match self.forbidden(&claim).await {
            Some(why) => self.give_up(&claim, why).await,
            None => self.dial(&claim).await,
        };
        if rings == Rings::Never {
            self.budget.give_back(&claim.turn.slot);
        }
    }

    /// Reads the line once more, and returns why the call must not be requested. Storing the entry took time, in which the
    /// number may have been suppressed, or an operator may have touched the line.
    async fn forbidden(&self, claim: &Claim) -> Option<WhyNot> {
        if self.tally().circuit.stop().is_some() || self.is_switched_off().await {
            return Some(WhyNot::Stopped);
        }
        if self.is_late(claim) {
            return Some(WhyNot::Late);
        }
        let line = match self.run.stores.lines.read(&claim.location.phone).await {
            Ok(Some(line)) => line,
            Ok(None) => return Some(WhyNot::LineChanged),
            Err(error) => {
                tracing::warn!(attempt.id = %claim.attempt, error = error_chain(&error), "a lead is not dialed: its line cannot be read again");
                return Some(WhyNot::LineUnreadable);
            }
        };
        let changed = (line.version != claim.version).then_some(WhyNot::LineChanged);
        let suppressed = line.value.suppressed.map(|_| WhyNot::Suppressed);
        let in_doubt = line.value.review.map(|_| WhyNot::PossibleDoNotCall);
        suppressed.or(in_doubt).or(changed).or(self.is_late(claim).then_some(WhyNot::Late))
    }

    /// Returns whether an operator has stopped dialing since the claim. Settings that cannot be read stop it too.
    async fn is_switched_off(&self) -> bool {
        match self.run.stores.settings.policy().await {
            Ok(policy) => queue_closed(self.run.stores.clock.now(), &policy).is_some(),
            Err(error) => {
                self.stop_for(&error);
                true
            }
        }
    }

    /// Returns whether the claim is not fresh, the day has turned and the call would count on the day before, the provider
    /// wants to be left alone, or the process could end during the request and would never know the answer.
    fn is_late(&self, claim: &Claim) -> bool {
        let now = self.run.stores.clock.now();
        now - claim.sent_at > CLAIM_IS_FRESH
            || now + DIAL_TIMEOUT > self.deadline
            || !claim.turn.slot.is_of(now, &claim.turn.policy)
            || self.tally().quiet_until.is_some_and(|until| until > now)
    }

    /// Frees the line of a claim that is not dialed.
    pub(super) async fn give_up(&self, claim: &Claim, why: WhyNot) -> Rings {
        tracing::warn!(attempt.id = %claim.attempt, why = why.as_str(), "a claim is given up: the lead is left for later");
        self.note_not_called(claim, why, String::new());
        self.release(&claim.location, claim.attempt).await;
        self.give_back(|tally| match why {
            WhyNot::LedgerUnavailable | WhyNot::LineUnreadable => tally.errors += 1,
            // It is dialed at the end of this run if there is time.
            WhyNot::Late if tally.may_try_again() => tally.again(claim.found()),
            // As the leads that the run does not get to.
            WhyNot::Stopped => {}
            WhyNot::Late
            | WhyNot::Suppressed
            | WhyNot::PossibleDoNotCall
            | WhyNot::LineChanged
            | WhyNot::Refused
            | WhyNot::Blocked
            | WhyNot::SlowDown
            | WhyNot::Unreachable => tally.skipped += 1,
        })
    }

    /// Requests the call, once. Nothing retries it, because a second request can ring a second time.
    async fn dial(&self, claim: &Claim) -> Rings {
        let (stores, policy) = (&self.run.stores, &claim.turn.policy);
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
    async fn not_placed(&self, claim: &Claim, error: DialError) -> Rings {
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
                self.note_not_called(claim, WhyNot::Refused, message.clone());
                self.tally().write_back.push(claim.location.clone(), LeadChange::Refuse(claim.attempt));
                self.heard(|circuit| circuit.refused(claim.attempt, &message, now)).await;
                return Rings::Never;
            }
            // The phone may be ringing, so this is not a refusal. The hold stays until the provider has been asked.
            DialError::Unknown(_) => {
                self.heard(|circuit| circuit.silent(now)).await;
                return Rings::Perhaps;
            }
            DialError::Blocked { .. } => {
                self.note_not_called(claim, WhyNot::Blocked, String::new());
                self.heard(|circuit| circuit.blocked(now)).await;
            }
            DialError::Unreachable(_) => {
                self.note_not_called(claim, WhyNot::Unreachable, String::new());
                self.heard(|circuit| circuit.silent(now)).await;
            }
            DialError::SlowDown { retry_after } => {
                self.note_not_called(claim, WhyNot::SlowDown, String::new());
                self.slow_down(retry_after.unwrap_or(SLOW_DOWN), now).await;
            }
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
    pub(super) async fn release(&self, location: &LeadRef, attempt: AttemptId) {
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
