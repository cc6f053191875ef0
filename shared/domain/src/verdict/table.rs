//! The one table of gates. Candidates, filters, the check of hours before a dial, counts and `explain` are selections from it.

use super::{Facts, Gate, GateName, Opens, Shown};
use crate::law::{Consent, Mode, Standing};
use crate::line::CAP_WINDOW;
use crate::{LeadWindow, Line, Policy, Status, Stop};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// One gate of the table.
pub(super) struct Row {
    pub(super) name: GateName,
    pub(super) judge: Judge,
    cost: Cost,
    pub(super) check: Check,
}

/// How a gate is decided, and by what: that is its scope.
#[derive(Clone, Copy)]
pub(super) enum Judge {
    /// By the settings and the time alone: closed for every lead. A run stops for this reason.
    Queue(fn(DateTime<Utc>, &Policy) -> Gate, Stop),
    /// By the record.
    Record(fn(&Facts<'_>) -> Gate),
    /// By the line of the number, which must be read for it.
    Number(fn(&Facts<'_>, &Line) -> Gate),
}

/// What deciding a gate of a record costs: most of a month is not due, so cheap gates are asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    /// A comparison.
    Cheap,
    /// Calendars and zones.
    Dear,
}

/// Where a gate is looked at on its own, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// Nowhere.
    Verdict,
    /// In the log of a run, which counts the leads that this filter leaves, in this order.
    Filter(u8),
    /// Before a dial, for the last moment at which it may be sent.
    Hours,
}

/// Every gate, in the order in which `explain` shows them.
pub(super) const TABLE: &[Row] = &[
    row(GateName::Enabled, Judge::Queue(enabled, Stop::Disabled), Cost::Cheap, Check::Verdict),
    row(GateName::Running, Judge::Queue(running, Stop::Stopped), Cost::Cheap, Check::Verdict),
    row(GateName::BusinessHours, Judge::Queue(business_hours, Stop::OutsideBusinessHours), Cost::Dear, Check::Hours),
    row(GateName::CallingHours, Judge::Record(calling_hours), Cost::Dear, Check::Hours),
    row(GateName::Consent, Judge::Record(consent), Cost::Dear, Check::Verdict),
    row(GateName::Status, Judge::Record(status), Cost::Cheap, Check::Filter(2)),
    row(GateName::Due, Judge::Record(due), Cost::Cheap, Check::Verdict),
    row(GateName::Attempts, Judge::Record(attempts), Cost::Cheap, Check::Filter(3)),
    row(GateName::LeadWindow, Judge::Record(lead_window), Cost::Cheap, Check::Filter(1)),
    row(GateName::NotSuppressed, Judge::Number(not_suppressed), Cost::Cheap, Check::Verdict),
    row(GateName::PossibleDoNotCall, Judge::Number(possible_do_not_call), Cost::Cheap, Check::Verdict),
    row(GateName::CallsPerNumber, Judge::Number(calls_per_number), Cost::Cheap, Check::Verdict),
    row(GateName::TransferQuiet, Judge::Number(transfer_quiet), Cost::Cheap, Check::Verdict),
    row(GateName::LineFree, Judge::Number(line_free), Cost::Cheap, Check::Verdict),
];

const fn row(name: GateName, judge: Judge, cost: Cost, check: Check) -> Row {
    Row { name, judge, cost, check }
}

impl Row {
    /// Decides the gate. What was not read closes it.
    pub(super) fn gate(&self, facts: &Facts<'_>) -> Gate {
        match (self.judge, facts.line) {
            (Judge::Queue(judge, _), _) => judge(facts.now, facts.policy),
            (Judge::Record(judge), _) => judge(facts),
            (Judge::Number(judge), Some(line)) => judge(facts, line),
            (Judge::Number(_), None) => gate(self.name, Shown::Word("not read"), Shown::Word("read"), Opens::Never),
        }
    }

    pub(super) fn is_open(&self, facts: &Facts<'_>) -> bool {
        self.gate(facts).is_open()
    }
}

/// Returns whether a gate is decided by the line of the number.
pub(super) fn needs_line(name: GateName) -> bool {
    TABLE.iter().any(|row| row.name == name && matches!(row.judge, Judge::Number(_)))
}

/// The gates of a record, cheap ones first.
pub(super) fn record_rows_by_cost() -> impl Iterator<Item = &'static Row> {
    let of_cost = |cost| TABLE.iter().filter(move |row| matches!(row.judge, Judge::Record(_)) && row.cost == cost);
    of_cost(Cost::Cheap).chain(of_cost(Cost::Dear))
}

/// The filters that a run logs, in their order.
pub(super) fn filters() -> impl Iterator<Item = &'static Row> {
    (1..=3).filter_map(|place| TABLE.iter().find(|row| row.check == Check::Filter(place)))
}

fn gate(name: GateName, value: Shown, limit: Shown, opens: Opens) -> Gate {
    Gate { name, value, limit, opens }
}

fn open_if(open: bool, otherwise: Opens) -> Opens {
    if open { Opens::Now } else { otherwise }
}

fn from(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Opens {
    match at {
        Some(at) if at <= now => Opens::Now,
        Some(at) => Opens::At(at),
        None => Opens::Never,
    }
}

fn enabled(_: DateTime<Utc>, policy: &Policy) -> Gate {
    gate(GateName::Enabled, Shown::Flag(policy.enabled), Shown::Flag(true), open_if(policy.enabled, Opens::Never))
}

fn running(_: DateTime<Utc>, policy: &Policy) -> Gate {
    gate(GateName::Running, Shown::Flag(policy.running), Shown::Flag(true), open_if(policy.running, Opens::Never))
}

fn business_hours(now: DateTime<Utc>, policy: &Policy) -> Gate {
    let hours = &policy.business_hours;
    let opens = if policy.ignore_hours { Opens::Now } else { from(hours.opens_at(now), now) };
    let limit = Shown::Hours(hours.start, hours.end, Some(hours.zone));
    gate(GateName::BusinessHours, Shown::Wall(now, hours.zone), limit, opens)
}

fn calling_hours(facts: &Facts<'_>) -> Gate {
    let Facts { now, policy, .. } = *facts;
    let known = facts.place();
    let zones = Shown::Walls(now, known.place.zones().collect());
    if policy.ignore_hours {
        return gate(GateName::CallingHours, zones, Shown::Word("ignored"), Opens::Now);
    }
    let hours = policy.law.hours_of(&known, facts.mode(), policy.ring_guard, now);
    let limit = match hours.closed.is_empty() {
        true => Shown::Word("every rule open"),
        false => Shown::Rules(hours.closed.iter().map(|closed| Arc::clone(&closed.rule)).collect()),
    };
    gate(GateName::CallingHours, zones, limit, from(hours.opens, now))
}

fn consent(facts: &Facts<'_>) -> Gate {
    if facts.mode() != Mode::Full {
        return gate(GateName::Consent, Shown::Word("not asked for"), Shown::Word("none"), Opens::Now);
    }
    let value = Shown::Word(facts.standing().consent.map_or("none", Consent::as_str));
    let rules = facts.not_permitted();
    match rules.is_empty() {
        true => gate(GateName::Consent, value, Shown::Word("every rule open"), Opens::Now),
        false => gate(GateName::Consent, value, Shown::Rules(rules), Opens::Never),
    }
}

fn status(&Facts { lead, .. }: &Facts<'_>) -> Gate {
    let open = match lead.status {
        Status::Pending | Status::Rescheduled => true,
        Status::Paused | Status::Completed | Status::MaxAttempts | Status::Foreign(_) => false,
    };
    let (value, open) = match lead.forbidden_by() {
        Some(outcome) => (Shown::Text(format!("{} after {outcome}", lead.status.as_str())), false),
        None => (Shown::Word(lead.status.as_str()), open),
    };
    gate(GateName::Status, value, Shown::Word("pending or rescheduled"), open_if(open, Opens::Never))
}

fn due(&Facts { lead, now, .. }: &Facts<'_>) -> Gate {
    gate(GateName::Due, Shown::Time(lead.next_redial), Shown::Time(now), from(Some(lead.next_redial), now))
}

fn attempts(&Facts { lead, policy, .. }: &Facts<'_>) -> Gate {
    let open = lead.status == Status::Rescheduled || lead.attempts < policy.max_attempts;
    let (value, limit) = (Shown::Count(lead.attempts), Shown::Count(policy.max_attempts));
    gate(GateName::Attempts, value, limit, open_if(open, Opens::Never))
}

fn lead_window(&Facts { lead, now, policy, .. }: &Facts<'_>) -> Gate {
    let oldest = now - TimeDelta::days(policy.retention_days.into());
    let day = |at: DateTime<Utc>| at.with_timezone(&policy.business_hours.zone).date_naive();
    let (open, limit) = match policy.lead_window {
        LeadWindow::Retention => (lead.created_at >= oldest, Shown::Time(oldest)),
        LeadWindow::Today => {
            (lead.status == Status::Rescheduled || day(lead.created_at) == day(now), Shown::Word("created today"))
        }
    };
    gate(GateName::LeadWindow, Shown::Time(lead.created_at), limit, open_if(open, Opens::Never))
}

fn not_suppressed(_: &Facts<'_>, line: &Line) -> Gate {
    let value = line.suppressed.as_ref().map_or(Shown::Flag(false), |s| Shown::Text(s.reason.to_string()));
    gate(GateName::NotSuppressed, value, Shown::Flag(false), open_if(line.suppressed.is_none(), Opens::Never))
}

fn possible_do_not_call(_: &Facts<'_>, line: &Line) -> Gate {
    let value = if line.review.is_some() { "waits for review" } else { "none" };
    let opens = open_if(line.review.is_none(), Opens::Never);
    gate(GateName::PossibleDoNotCall, Shown::Word(value), Shown::Word("none"), opens)
}

fn calls_per_number(facts: &Facts<'_>, line: &Line) -> Gate {
    let Facts { now, policy, .. } = *facts;
    let calls = line.recent_calls(now);
    let of_law = match policy.ignore_hours || calls.is_empty() {
        true => Vec::new(),
        false => {
            let (known, standing) = (facts.place(), Standing::default());
            // The clock of the process that made a call may be ahead. The call counts all the same.
            let calls: Vec<_> = calls.iter().map(|at| *at.min(&now)).collect();
            policy.law.caps_reached(&facts.question(&known.place, &calls, &standing), now)
        }
    };
    let count = u32::try_from(calls.len()).unwrap_or(u32::MAX);
    let opens = match count.checked_sub(policy.max_calls_per_number) {
        None => Opens::Now,
        Some(over) => {
            let last_too_many = calls.get(usize::try_from(over).unwrap_or(usize::MAX));
            last_too_many.map_or(Opens::Never, |at| Opens::At(*at + CAP_WINDOW))
        }
    };
    if of_law.is_empty() {
        return gate(GateName::CallsPerNumber, Shown::Count(count), Shown::Count(policy.max_calls_per_number), opens);
    }
    // The lowest cap wins.
    let opens = of_law.iter().map(|closed| closed.opens.map_or(Opens::Never, Opens::At)).fold(opens, later);
    let rules = Shown::Rules(of_law.into_iter().map(|closed| closed.rule).collect());
    gate(GateName::CallsPerNumber, Shown::Count(count), rules, opens)
}

fn later(a: Opens, b: Opens) -> Opens {
    match (a, b) {
        (Opens::Never, _) | (_, Opens::Never) => Opens::Never,
        (Opens::At(a), Opens::At(b)) => Opens::At(a.max(b)),
        (Opens::At(at), Opens::Now) | (Opens::Now, Opens::At(at)) => Opens::At(at),
        (Opens::Now, Opens::Now) => Opens::Now,
    }
}

fn transfer_quiet(&Facts { now, policy, .. }: &Facts<'_>, line: &Line) -> Gate {
    let opens = line.transferred_at.map_or(Opens::Now, |at| from(Some(at + policy.transfer_quiet), now));
    let value = line.transferred_at.map_or(Shown::Word("no transfer"), Shown::Time);
    gate(GateName::TransferQuiet, value, Shown::Time(now - policy.transfer_quiet), opens)
}

fn line_free(&Facts { now, .. }: &Facts<'_>, line: &Line) -> Gate {
    let soon = now + TimeDelta::minutes(1);
    let attempt = line.hold.as_ref().map(|hold| {
        let until = if hold.until > now { hold.until } else { soon };
        ("held by an attempt", until)
    });
    // A call with an agent ends by itself: nobody can be asked about it.
    let agent = line.on_call_until(now).map(|until| ("on a call with an agent", until));
    let waiting = (!line.inbox.is_empty()).then_some(("a result waits to be stored", soon));
    let closed: Vec<_> = [attempt, agent, waiting].into_iter().flatten().collect();
    let value = closed.first().map_or("free", |(value, _)| value);
    let opens = closed.iter().map(|(_, until)| *until).max().map_or(Opens::Now, Opens::At);
    gate(GateName::LineFree, Shown::Word(value), Shown::Word("free"), opens)
}
