//! Decides whether a lead may be dialed now: the ordered gates of `docs/CONTRACT.md`, "Gates". Used by runs, by `status`
//! counts and by `explain`.

mod gate;
mod table;

use super::law::{Evidence, Known, Mode, Place, Question, Standing};
use super::{Lead, LeadKey, Line, Policy, Status, Stop};
use chrono::{DateTime, Utc};
pub use gate::{Gate, GateName, Opens, Shown};
use std::sync::Arc;
use table::{Check, Judge, TABLE};

/// What the gates of one lead are decided on.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The lead.
    pub lead: &'a Lead,
    /// The line of its number; `None` while it was not read, which closes every gate that needs it.
    pub line: Option<&'a Line>,
    /// The instant in question.
    pub now: DateTime<Utc>,
    /// The settings in force.
    pub policy: &'a Policy,
}

/// Every gate, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The gates.
    pub gates: Vec<Gate>,
}

impl Verdict {
    /// Returns whether the lead may be dialed.
    #[must_use]
    pub fn may_dial(&self) -> bool {
        self.gates.iter().all(Gate::is_open)
    }

    /// Returns the first gate that is closed.
    #[must_use]
    pub fn first_closed(&self) -> Option<&Gate> {
        self.gates.iter().find(|gate| !gate.is_open())
    }
}

/// Decides whether a lead may be dialed, gate by gate.
#[must_use]
pub fn verdict(facts: &Facts<'_>) -> Verdict {
    Verdict { gates: TABLE.iter().map(|row| row.gate(facts)).collect() }
}

/// Returns why no lead at all is dialed at `now`, if a gate of the queue as a whole is closed.
#[must_use]
pub fn queue_closed(now: DateTime<Utc>, policy: &Policy) -> Option<Stop> {
    TABLE.iter().find_map(|row| match row.judge {
        Judge::Queue(judge, stop) => (!judge(now, policy).is_open()).then_some(stop),
        Judge::Record(_) | Judge::Number(_) => None,
    })
}

impl Facts<'_> {
    /// Returns where the person may be, by all evidence.
    #[must_use]
    pub fn place(&self) -> Arc<Known> {
        let Lead { phone, profile, .. } = self.lead;
        self.policy.law.known_place(&Evidence {
            state: &profile.state,
            phone: Some(phone),
            postal_code: &profile.postal_code,
        })
    }

    /// Returns which calling rules are in force. Obeying the federal ones only is a decision that somebody has recorded and
    /// that ends. Without it the setting alone opens nothing.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.policy.calling_rules(self.now)
    }

    /// Returns what the lead and the operator's decisions say beside time and place.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let (Lead { profile, .. }, register) = (self.lead, &self.policy.law.register);
        let own = profile.consent.as_ref().map(|consent| consent.level);
        Standing {
            consent: own.or_else(|| register.attested(&profile.list_id, self.now)),
            decided: register.decided(self.now),
            ended_a_call: self.lead.was_answered_by_a_voice(),
        }
    }

    /// Returns the question whether the law allows a call to this lead after these calls.
    #[must_use]
    pub fn question<'q>(
        &'q self,
        place: &'q Place,
        calls: &'q [DateTime<Utc>],
        standing: &'q Standing,
    ) -> Question<'q> {
        Question { place, calls, standing, mode: self.mode(), guard: self.policy.ring_guard }
    }

    /// Returns the rules in force that ask for a consent, a decision or a first call, and do not have it.
    #[must_use]
    pub fn not_permitted(&self) -> Vec<Arc<str>> {
        if self.mode() != Mode::Full {
            return Vec::new();
        }
        let (known, standing) = (self.place(), self.standing());
        let closed = self.policy.law.not_permitted(&self.question(&known.place, &[], &standing), self.now);
        closed.into_iter().map(|closed| closed.rule).collect()
    }

    /// Returns the first gate about the time of day that is closed: the dial that is decided now is sent a little later.
    #[must_use]
    pub fn hours_closed(&self) -> Option<GateName> {
        TABLE.iter().filter(|row| row.check == Check::Hours).find(|row| !row.is_open(self)).map(|row| row.name)
    }

    /// Returns the gates that are closed, in order. Those of the number are left out while its line was not read.
    #[must_use]
    pub fn closed(&self) -> Vec<Gate> {
        let rows = TABLE.iter().filter(|row| self.line.is_some() || !matches!(row.judge, Judge::Number(_)));
        rows.map(|row| row.gate(self)).filter(|gate| !gate.is_open()).collect()
    }

    /// Returns whether every gate before the line's is open, so that the line must be read.
    #[must_use]
    pub fn is_candidate(&self) -> bool {
        queue_closed(self.now, self.policy).is_none() && self.is_candidate_in_open_queue()
    }

    /// As [`Facts::is_candidate`], where the queue's own gates are known to be open.
    #[must_use]
    pub fn is_candidate_in_open_queue(&self) -> bool {
        table::record_rows_by_cost().all(|row| row.is_open(self))
    }

    /// Returns the next instant at which the lead can be dialed if nothing else happens. `None` if time alone does not open
    /// every gate.
    #[must_use]
    pub fn next_dial(&self) -> Option<DateTime<Utc>> {
        let mut at = self.now;
        let mut line = self.line.cloned();
        // Each round moves to the latest instant that a closed gate names. A gate may close again by then (calling hours while
        // the business opens), but a year has fewer openings than this, and no gate looks further ahead.
        for _ in 0..400 {
            if at > self.now
                && let Some(line) = &mut line
            {
                // What is held or waiting now is expected to be resolved by then.
                line.hold.take_if(|hold| hold.until <= at);
                line.inbox.clear();
            }
            let gates = verdict(&Facts { line: line.as_ref(), now: at, ..*self }).gates;
            if gates.iter().all(Gate::is_open) {
                return Some(at);
            }
            at = open_from(&gates, at)?;
        }
        None
    }
}

/// Returns the latest instant that a closed gate of these names, and `now` if none is closed. `None` if time alone does not open
/// each of them. Another gate may be closed by then.
#[must_use]
pub fn open_from(gates: &[Gate], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    gates.iter().try_fold(now, |at, gate| match gate.opens {
        Opens::Now => Some(at),
        Opens::At(later) => Some(at.max(later)),
        Opens::Never => None,
    })
}

/// Returns how many of these leads are left after each filter that a run logs: window, status, attempts, one after the other.
#[must_use]
pub fn left_after_filters(leads: Vec<&Lead>, now: DateTime<Utc>, policy: &Policy) -> Vec<(GateName, usize)> {
    let mut leads = leads;
    let left = table::filters().map(|row| {
        leads.retain(|lead| row.is_open(&Facts { lead, line: None, now, policy }));
        (row.name, leads.len())
    });
    left.collect()
}

/// Returns the order of dialing: callbacks first, then the most overdue. The key decides between equals, so that the order is
/// always the same.
#[must_use]
pub fn dial_order(lead: &Lead) -> (bool, DateTime<Utc>, LeadKey) {
    (lead.status != Status::Rescheduled, lead.next_redial, lead.key())
}
