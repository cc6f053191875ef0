//! Who may be dialed now: the ordered gates of `PRODUCT.md` §6. The run obeys them, counts count by them, `explain` prints them.

mod gate;

use super::{Lead, LeadWindow, Line, Policy, Status};
use chrono::{DateTime, TimeDelta, Utc};
pub use gate::{Gate, GateName, Opens, Shown};

/// Every gate, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The gates.
    pub gates: Vec<Gate>,
}

impl Verdict {
    /// Whether the lead may be dialed.
    #[must_use]
    pub fn may_dial(&self) -> bool {
        self.gates.iter().all(Gate::is_open)
    }

    /// The first gate that is closed.
    #[must_use]
    pub fn first_closed(&self) -> Option<&Gate> {
        self.gates.iter().find(|gate| !gate.is_open())
    }
}

/// Whether `lead` may be dialed at `now`, gate by gate. `line` is that of its number.
#[must_use]
pub fn verdict(lead: &Lead, line: &Line, now: DateTime<Utc>, policy: &Policy) -> Verdict {
    let queue = QUEUE_GATES.iter().map(|gate| gate(now, policy));
    let record = RECORD_GATES.iter().map(|gate| gate(lead, now, policy));
    let line = LINE_GATES.iter().map(|gate| gate(line, now, policy));
    Verdict { gates: queue.chain(record).chain(line).collect() }
}

/// The first closed gate that concerns the queue as a whole, if any: then no lead is dialed.
#[must_use]
pub fn queue_closed(now: DateTime<Utc>, policy: &Policy) -> Option<Gate> {
    QUEUE_GATES.iter().map(|gate| gate(now, policy)).find(|gate| !gate.is_open())
}

/// The gate of hours that is closed at `at`, if any.
#[must_use]
pub fn hours_closed(lead: &Lead, at: DateTime<Utc>, policy: &Policy) -> Option<GateName> {
    let hours = [business_hours(at, policy), calling_hours(lead, at, policy)];
    hours.iter().find(|gate| !gate.is_open()).map(|gate| gate.name)
}

/// Whether every gate before the line's is open: the lead is a candidate, and its line must be read.
#[must_use]
pub fn is_candidate(lead: &Lead, now: DateTime<Utc>, policy: &Policy) -> bool {
    queue_closed(now, policy).is_none() && is_candidate_in_open_queue(lead, now, policy)
}

/// As [`is_candidate`], where the queue's own gates are known to be open.
#[must_use]
pub fn is_candidate_in_open_queue(lead: &Lead, now: DateTime<Utc>, policy: &Policy) -> bool {
    // The cheap gates first: most of a month is not due.
    [status, due, attempts, lead_window, calling_hours].iter().all(|gate| gate(lead, now, policy).is_open())
}

/// How many of these leads are left after the gates for the window, the status and the attempts, one after the other.
#[must_use]
pub fn left_after_filters(mut leads: Vec<&Lead>, now: DateTime<Utc>, policy: &Policy) -> [usize; 3] {
    [lead_window, status, attempts].map(|gate| {
        leads.retain(|lead| gate(lead, now, policy).is_open());
        leads.len()
    })
}

/// The next instant at which the lead can be dialed if nothing else happens; `None` when time alone does not open every gate.
#[must_use]
pub fn next_dial(lead: &Lead, line: &Line, now: DateTime<Utc>, policy: &Policy) -> Option<DateTime<Utc>> {
    let mut at = now;
    let mut line = line.clone();
    for _ in 0..400 {
        if at > now {
            // What is held or waiting now is expected to be settled by then.
            line.hold.take_if(|hold| hold.until <= at);
            line.inbox.clear();
        }
        let gates = verdict(lead, &line, at, policy).gates;
        if gates.iter().all(Gate::is_open) {
            return Some(at);
        }
        for gate in gates {
            match gate.opens {
                Opens::Now => {}
                Opens::At(later) => at = at.max(later),
                Opens::Never => return None,
            }
        }
    }
    None
}

/// Callbacks first, then the most overdue; the key decides between equals, so that the order is always the same.
#[must_use]
pub fn dial_order(lead: &Lead) -> (bool, DateTime<Utc>, super::LeadKey) {
    (lead.status != Status::Rescheduled, lead.next_redial, lead.key())
}

type QueueGate = fn(DateTime<Utc>, &Policy) -> Gate;
type RecordGate = fn(&Lead, DateTime<Utc>, &Policy) -> Gate;
type LineGate = fn(&Line, DateTime<Utc>, &Policy) -> Gate;

const QUEUE_GATES: &[QueueGate] = &[enabled, running, business_hours];
const RECORD_GATES: &[RecordGate] = &[calling_hours, status, due, attempts, lead_window];
const LINE_GATES: &[LineGate] = &[not_suppressed, calls_per_number, line_free];

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

fn calling_hours(lead: &Lead, now: DateTime<Utc>, policy: &Policy) -> Gate {
    let hours = &policy.calling_hours;
    let opens = if policy.ignore_hours { Opens::Now } else { from(hours.opens_at(&lead.profile.state, now), now) };
    let zones = super::hours::zones(&lead.profile.state);
    gate(GateName::CallingHours, Shown::Walls(now, zones), Shown::Hours(hours.start, hours.end, None), opens)
}

fn status(lead: &Lead, _: DateTime<Utc>, _: &Policy) -> Gate {
    let open = match lead.status {
        Status::Pending | Status::Rescheduled => true,
        Status::Paused | Status::Completed | Status::MaxAttempts => false,
    };
    let (value, open) = match lead.forbidden_by() {
        Some(outcome) => (Shown::Text(format!("{} after {outcome}", lead.status.as_str())), false),
        None => (Shown::Word(lead.status.as_str()), open),
    };
    gate(GateName::Status, value, Shown::Word("pending or rescheduled"), open_if(open, Opens::Never))
}

fn due(lead: &Lead, now: DateTime<Utc>, _: &Policy) -> Gate {
    gate(GateName::Due, Shown::Time(lead.next_redial), Shown::Time(now), from(Some(lead.next_redial), now))
}

fn attempts(lead: &Lead, _: DateTime<Utc>, policy: &Policy) -> Gate {
    let open = lead.status == Status::Rescheduled || lead.attempts < policy.max_attempts;
    let (value, limit) = (Shown::Count(lead.attempts), Shown::Count(policy.max_attempts));
    gate(GateName::Attempts, value, limit, open_if(open, Opens::Never))
}

fn lead_window(lead: &Lead, now: DateTime<Utc>, policy: &Policy) -> Gate {
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

fn not_suppressed(line: &Line, _: DateTime<Utc>, _: &Policy) -> Gate {
    let value = line.suppressed.as_ref().map_or(Shown::Flag(false), |s| Shown::Text(s.reason.to_string()));
    gate(GateName::NotSuppressed, value, Shown::Flag(false), open_if(line.suppressed.is_none(), Opens::Never))
}

fn calls_per_number(line: &Line, now: DateTime<Utc>, policy: &Policy) -> Gate {
    let calls = line.recent_calls(now);
    let count = u32::try_from(calls.len()).unwrap_or(u32::MAX);
    let opens = match count.checked_sub(policy.max_calls_per_number) {
        None => Opens::Now,
        Some(over) => {
            let last_too_many = calls.get(usize::try_from(over).unwrap_or(usize::MAX));
            last_too_many.map_or(Opens::Never, |at| Opens::At(*at + super::line::CAP_WINDOW))
        }
    };
    gate(GateName::CallsPerNumber, Shown::Count(count), Shown::Count(policy.max_calls_per_number), opens)
}

fn line_free(line: &Line, now: DateTime<Utc>, _: &Policy) -> Gate {
    let soon = Opens::At(now + TimeDelta::minutes(1));
    let (value, opens) = match (&line.hold, line.inbox.is_empty()) {
        (Some(hold), _) => {
            (Shown::Word("held by an attempt"), if hold.until > now { Opens::At(hold.until) } else { soon })
        }
        (None, false) => (Shown::Word("a result waits to be stored"), soon),
        (None, true) => (Shown::Word("free"), Opens::Now),
    };
    gate(GateName::LineFree, value, Shown::Word("free"), opens)
}
