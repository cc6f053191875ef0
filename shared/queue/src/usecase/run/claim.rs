//! Takes the lines of leads, and stores why in the ledger: line, record again, verdict, hold, entry.

use super::dial::{Dialing, last_asked};
use super::turns::Turn;
use crate::ports::{Expect, Put, StoreError, Version, error_chain};
use crate::store::records::Found;
use chrono::{DateTime, Utc};
use redial_domain::ledger::{Entry, NotCalled, WhyNot};
use redial_domain::verdict::{Facts, GateName, verdict};
use redial_domain::{AttemptId, Hold, Lead, LeadRef, Month, Policy, Stop};
use std::sync::PoisonError;

/// The right to record one attempt. Only taking the hold of its line makes one.
pub(super) struct Claim {
    pub(super) attempt: AttemptId,
    pub(super) location: LeadRef,
    pub(super) lead: Lead,
    pub(super) sent_at: DateTime<Utc>,
    /// The version of the line with the hold.
    pub(super) version: Version,
    pub(super) turn: Turn,
    entry: Entry,
}

/// The right to dial one lead. Only a claim whose entry is durable is one.
pub(super) struct Recorded(Claim);

/// The outcome of trying to claim a line.
enum Claiming {
    Claimed(Box<Claim>),
    Closed(GateName),
    /// The record is gone, or another process was faster.
    Overtaken,
}

impl Claim {
    /// Returns the lead as the run has found it.
    pub(super) fn found(&self) -> Found {
        Found { location: self.location.clone(), lead: self.lead.clone() }
    }
}

impl Recorded {
    pub(super) fn into_claim(self) -> Claim {
        self.0
    }
}

fn is_open(month: Month, now: DateTime<Utc>, policy: &Policy) -> bool {
    month.is_open(now, policy.business_hours.zone, policy.retention_days)
}

impl Dialing<'_> {
    /// Claims the line of a lead whose turn it is. `None` if it cannot be taken, which is counted.
    pub(super) async fn claim_in_turn(&self, found: Found, turn: Turn) -> Option<Claim> {
        let location = &found.location;
        match self.claim(location, &turn).await {
            Ok(Claiming::Claimed(claim)) => return Some(*claim),
            Ok(Claiming::Closed(gate)) => self.give_back(|tally| {
                tally.skipped += 1;
                tally.write_back.closed(location, gate, None);
            }),
            Ok(Claiming::Overtaken) => self.give_back(|tally| tally.skipped += 1),
            Err(error @ (StoreError::Unavailable(_) | StoreError::TooLarge(_))) => {
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
        };
        self.budget.give_back(&turn.slot);
        None
    }

    /// Reads the line, then the record, decides, then writes the hold if the line is unchanged. Pause and remove bump the
    /// line's version after they change the record, so a claim on stale data fails. The other order would miss a change
    /// between the two reads.
    async fn claim(&self, location: &LeadRef, turn: &Turn) -> Result<Claiming, StoreError> {
        let (stores, policy) = (&self.run.stores, &*turn.policy);
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
        let judged = verdict(&facts);
        let closed = judged.first_closed().map(|gate| gate.name);
        // The law looks at when the phone rings, so hours must still be open at the end of the slowest request.
        if let Some(gate) = closed.or_else(|| Facts { now: last_asked(now), ..facts }.hours_closed()) {
            return Ok(Claiming::Closed(gate));
        }
        let attempt = AttemptId::new(now, stores.clock.chance());
        let hold = Hold {
            provider: self.run.dialer.provider(),
            attempt,
            lead: location.clone(),
            since: now,
            until: now + policy.unknown_hold,
            call: None,
            missing_since: None,
        };
        let entry = Entry::attempt(&hold, &facts, judged);
        line.take(hold);
        // No loop of retries: after a conflict the decision is stale, and the next run decides again.
        match stores.lines.put(&location.phone, &line, &expect).await {
            Ok(Put::Stored(version)) => {
                let (location, turn) = (location.clone(), turn.clone());
                let claim = Claim { attempt, location, lead, sent_at: now, version, turn, entry };
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

    /// Stores the entries of these claims in one object of the ledger. A call must be provable before it is asked for, so
    /// without their entries the claims are given up, and the run dials nobody else.
    pub(super) async fn record(&self, claims: Vec<Claim>) -> Vec<Recorded> {
        if claims.is_empty() {
            return Vec::new();
        }
        let mut entries = self.take_not_called();
        let before = entries.len();
        entries.extend(claims.iter().map(|claim| claim.entry.clone()));
        let Err(error) = self.run.stores.ledger.append(&entries).await else {
            return claims.into_iter().map(Recorded).collect();
        };
        tracing::error!(
            error = error_chain(&error),
            count = claims.len(),
            "nobody is dialed: the ledger cannot be written"
        );
        self.tally().stop(Stop::StoreUnavailable);
        entries.truncate(before);
        self.put_back_not_called(entries);
        for claim in &claims {
            self.give_up(claim, WhyNot::LedgerUnavailable).await;
            self.budget.give_back(&claim.turn.slot);
        }
        Vec::new()
    }

    /// Notes for the ledger that an attempt became no call.
    pub(super) fn note_not_called(&self, claim: &Claim, reason: WhyNot, message: String) {
        let not_called = NotCalled { attempt: claim.attempt, lead: claim.location.clone(), reason, message };
        let entry = Entry::not_called(not_called, self.run.stores.clock.now());
        self.not_called.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    /// Stores what no claim after it took along.
    pub(super) async fn record_rest(&self) {
        let entries = self.take_not_called();
        if let Err(error) = self.run.stores.ledger.append(&entries).await {
            tracing::error!(
                error = error_chain(&error),
                count = entries.len(),
                "the ledger does not say that attempts became no call"
            );
            self.tally().errors += 1;
        }
    }

    fn take_not_called(&self) -> Vec<Entry> {
        std::mem::take(&mut *self.not_called.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put_back_not_called(&self, entries: Vec<Entry>) {
        self.not_called.lock().unwrap_or_else(PoisonError::into_inner).splice(0..0, entries);
    }
}
