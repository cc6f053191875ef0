//! Sections 4 and 6 of the contract: when the next dial is due, and who may be dialed.

use crate::calendar::{CONTIGUOUS, wall, zones_of};
use crate::reference::{Attempt, Hold, Name, Record, Reference, waits};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use redial_domain::Status;
use redial_domain::verdict::GateName;

impl Reference {
    /// Section 4: the next dial after so many attempts.
    pub(crate) fn after(&self, attempts: u32) -> (DateTime<Utc>, DateTime<Utc>) {
        let cadence = &self.rules.cadence;
        let entry = usize::try_from(attempts.max(1)).unwrap().min(cadence.progressive.len());
        let minutes = if entry == 0 { cadence.fixed } else { cadence.progressive[entry - 1] };
        let earliest = self.now + TimeDelta::minutes(minutes.max(cadence.least));
        (earliest, earliest + TimeDelta::minutes(cadence.jitter))
    }

    /// A run comes to a lead.
    pub(crate) fn run(&mut self, lead: usize, answered: bool) {
        let Some(record) = self.records[lead].clone() else { return };
        match self.gates(&record, self.now).into_iter().find(|(_, open)| !*open).map(|(name, _)| name) {
            None => self.dial(lead, record.month, answered),
            Some(GateName::LineFree) => {
                let until = self.now + TimeDelta::minutes(5);
                self.records[lead] = Some(Record { due: (until, until), ..record });
            }
            Some(GateName::NotSuppressed) => {
                self.records[lead] = Some(Record { status: Status::Completed, ..record });
            }
            Some(_) => {}
        }
    }

    fn dial(&mut self, lead: usize, month: NaiveDate, placed: bool) {
        let attempt = self.attempts.len();
        let minutes = if placed { 35 } else { 10 };
        self.attempts.push(Attempt { lead, made: self.now, month, placed });
        self.number.calls.push((Name::Ours(attempt), self.now));
        self.number.held = Some(Hold { attempt, until: self.now + TimeDelta::minutes(minutes), placed });
    }

    /// The provider answers that it does not place the call.
    pub(crate) fn refused(&mut self) {
        let Some(hold) = self.number.held.take() else { return };
        self.number.calls.retain(|(name, _)| *name != Name::Ours(hold.attempt));
        let Some(mut record) = self.records[self.attempts[hold.attempt].lead].clone() else { return };
        if waits(&record) && record.month == self.attempts[hold.attempt].month {
            record.refusals += 1;
            let after = self.after(record.attempts + record.refusals);
            record.due = (record.due.0.max(after.0), record.due.1.max(after.1));
            self.records[self.attempts[hold.attempt].lead] = Some(record);
        }
    }

    /// Section 6: the gates in order, and whether each is open at `at` if nothing happens until then.
    pub(crate) fn gates(&self, record: &Record, at: DateTime<Utc>) -> [(GateName, bool); 14] {
        let rules = &self.rules;
        let callback = record.status == Status::Rescheduled;
        let today = |at| wall(at, rules.zone.1).date();
        let young = record.created >= at - TimeDelta::days(rules.retention_days.into());
        let last_day = self.number.calls.iter().filter(|(_, call)| at - *call < TimeDelta::hours(24));
        [
            (GateName::Enabled, rules.enabled),
            (GateName::Running, rules.running),
            (GateName::BusinessHours, rules.any_hour || self.business_is_open(at)),
            (GateName::CallingHours, rules.any_hour || person_may_be_called(record, at)),
            (GateName::Consent, true),
            (GateName::Status, waits(record)),
            (GateName::Due, record.due.0 <= at),
            (GateName::Attempts, callback || record.attempts < rules.limit),
            (
                GateName::LeadWindow,
                if rules.only_today { callback || today(record.created) == today(at) } else { young },
            ),
            (GateName::NotSuppressed, !self.number.suppressed),
            (GateName::PossibleDoNotCall, true),
            (GateName::CallsPerNumber, last_day.count() < rules.cap),
            (GateName::TransferQuiet, self.number.transferred.is_none_or(|ended| at >= ended + TimeDelta::minutes(30))),
            (GateName::LineFree, self.number.held.is_none_or(|hold| at > self.now && at >= self.asked_about(hold))),
        ]
    }

    /// Jitter leaves open whether a dial is due.
    pub(crate) fn knows_if_due(&self, record: &Record) -> bool {
        self.now < record.due.0 || self.now >= record.due.1
    }

    /// When the provider is asked about a hold; a minute from now where that is overdue.
    fn asked_about(&self, hold: Hold) -> DateTime<Utc> {
        if hold.until > self.now { hold.until } else { self.now + TimeDelta::minutes(1) }
    }

    pub(crate) fn business_is_open(&self, at: DateTime<Utc>) -> bool {
        let local = wall(at, self.rules.zone.1);
        let minute = local.hour() * 60 + local.minute();
        Some(local.weekday()) != self.rules.closed_on
            && local.date() != self.rules.blackout
            && (self.rules.hours.0..self.rules.hours.1).contains(&minute)
    }
}

/// The federal rule, in every zone where the person may live.
pub(crate) fn person_may_be_called(record: &Record, at: DateTime<Utc>) -> bool {
    let zones = zones_of(record.state).unwrap_or(CONTIGUOUS);
    zones.iter().all(|zone| (8..21).contains(&wall(at, *zone).hour()))
}
