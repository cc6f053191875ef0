//! What an event makes of a record: the status machine of `PRODUCT.md` §3 and §4.
//!
//! Every function here gives the same record when it is applied twice, and results may come in any order.

use super::lead::{CALLS_KEPT, OUTCOMES_KEPT};
use super::{AttemptId, CallResult, CallbackTime, Lead, NewLead, Outcome, PastCall, Policy, Profile, Status, hours};
use chrono::{DateTime, TimeDelta, Utc};

/// A callback further ahead than this is a misunderstanding.
const FURTHEST_CALLBACK: TimeDelta = TimeDelta::days(90);

/// What came of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The record as it is now.
    Changed(Box<Lead>),
    /// It was counted before; nothing changes.
    Repeat,
    /// The record from which the call was dialed was removed or has expired.
    Gone,
}

/// Applies the result of a call to the record of its lead.
#[must_use]
pub fn settle(
    lead: Option<&Lead>,
    result: &CallResult,
    suppressed: bool,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Settled {
    let mut next = match (lead, &result.lead) {
        (Some(lead), _) => lead.clone(),
        (None, Some(id)) if result.month.is_none() => {
            blank(id.clone(), result.phone.clone(), result.profile.clone(), now)
        }
        (None, _) => return Settled::Gone,
    };
    let place = match place_of(&next, result) {
        Place::Known => return Settled::Repeat,
        Place::InsteadOfLost(index) => Some(index),
        Place::New => None,
    };
    let callback = callback_of(result, &next, policy);
    let past = PastCall {
        call: result.call.clone(),
        outcome: result.outcome.clone(),
        at: result.ended_at,
        source: Some(result.source),
        attempt: result.attempt,
        rule: Some(result.rule.clone()),
        callback,
    };
    let earlier_outcomes = next.outcomes.len().saturating_sub(next.history.len());
    match place {
        Some(index) => next.history[index] = past,
        None => {
            next.history.push(past);
            next.attempts += u32::from(!result.inbound);
        }
    }
    next.history.sort_by(|a, b| (a.at, &a.call).cmp(&(b.at, &b.call)));
    next.outcomes.truncate(earlier_outcomes);
    next.outcomes.extend(next.history.iter().map(|past| past.outcome.clone()));
    keep_last(&mut next.outcomes, OUTCOMES_KEPT);
    keep_last(&mut next.history, CALLS_KEPT);
    note_last_call(&mut next);
    fill_profile(&mut next.profile, &result.profile);
    next.refusals = 0;
    next.refused_attempt = None;
    move_on(&mut next, lead, result, suppressed, now, policy);
    next.updated_at = now;
    Settled::Changed(Box::new(next))
}

/// The record of a lead that was never called: due at once. `None` when there is a record already.
#[must_use]
pub fn admit(lead: Option<&Lead>, new: &NewLead, suppressed: bool, now: DateTime<Utc>) -> Option<Lead> {
    if lead.is_some() {
        return None;
    }
    let mut lead = blank(new.lead.clone(), new.phone.clone(), new.profile.clone(), now);
    if suppressed {
        lead.status = Status::Completed;
    }
    Some(lead)
}

/// The provider answered and did not place the call: the lead waits as after one more attempt, and longer each time.
/// `None` when this attempt was noted before, or the lead no longer waits for a dial.
#[must_use]
pub fn refuse(lead: &Lead, attempt: AttemptId, now: DateTime<Utc>, policy: &Policy) -> Option<Lead> {
    if lead.refused_attempt == Some(attempt) || !waits_for_a_dial(lead) {
        return None;
    }
    let refusals = lead.refusals + 1;
    let wait = policy.cadence.next(now, lead.attempts + refusals, &attempt.to_string());
    Some(Lead {
        refusals,
        refused_attempt: Some(attempt),
        next_redial: lead.next_redial.max(wait),
        updated_at: now,
        ..lead.clone()
    })
}

/// The line is held by another attempt: the lead waits a little. `None` when it is not due any more.
#[must_use]
pub fn defer(lead: &Lead, now: DateTime<Utc>, policy: &Policy) -> Option<Lead> {
    let due = waits_for_a_dial(lead) && lead.next_redial <= now;
    due.then(|| Lead { next_redial: now + policy.defer, updated_at: now, ..lead.clone() })
}

/// The number is suppressed: the lead is never dialed again. `None` when it is completed already.
#[must_use]
pub fn retire(lead: &Lead, now: DateTime<Utc>) -> Option<Lead> {
    (lead.status != Status::Completed).then(|| Lead { status: Status::Completed, updated_at: now, ..lead.clone() })
}

fn waits_for_a_dial(lead: &Lead) -> bool {
    matches!(lead.status, Status::Pending | Status::Rescheduled)
}

fn blank(id: super::LeadId, phone: super::Phone, profile: Profile, now: DateTime<Utc>) -> Lead {
    Lead {
        id,
        phone,
        profile,
        attempts: 0,
        last_call: None,
        next_redial: now,
        callback: None,
        outcomes: Vec::new(),
        last_outcome: None,
        last_call_id: None,
        created_at: now,
        updated_at: now,
        status: Status::Pending,
        history: Vec::new(),
        refusals: 0,
        refused_attempt: None,
    }
}

enum Place {
    New,
    Known,
    InsteadOfLost(usize),
}

/// Where a result belongs in the history. An attempt that was given up and turns up after all takes the place of its loss.
fn place_of(lead: &Lead, result: &CallResult) -> Place {
    let known =
        lead.last_call_id.as_ref() == Some(&result.call) || lead.history.iter().any(|past| past.call == result.call);
    if known {
        return Place::Known;
    }
    let same_attempt = |past: &PastCall| past.attempt.is_some() && past.attempt == result.attempt;
    match lead.history.iter().position(same_attempt) {
        Some(_) if result.outcome == Outcome::LOST => Place::Known,
        Some(index) if lead.history[index].outcome == Outcome::LOST => Place::InsteadOfLost(index),
        _ => Place::New,
    }
}

/// The instant at which the person asked to be called back, if it makes sense: after the call, within 90 days.
fn callback_of(result: &CallResult, lead: &Lead, policy: &Policy) -> Option<DateTime<Utc>> {
    let at = match result.callback? {
        CallbackTime::At(at) => at,
        CallbackTime::Local(local) => {
            let state = if lead.profile.state.is_empty() { &result.profile.state } else { &lead.profile.state };
            let zone = super::zones::zones_of_state(state).map_or(policy.business_hours.zone, |zones| zones[0]);
            hours::instant(local, zone)
        }
    };
    let sensible = at > result.ended_at && at <= result.ended_at + FURTHEST_CALLBACK;
    (sensible && !policy.completes(&result.outcome, true)).then_some(at)
}

fn note_last_call(lead: &mut Lead) {
    let Some(newest) = lead.history.last() else { return };
    if lead.last_call.is_none_or(|last| newest.at >= last) {
        lead.last_call = Some(newest.at);
        lead.last_outcome = Some(newest.outcome.clone());
        lead.last_call_id = Some(newest.call.clone());
    }
}

fn fill_profile(known: &mut Profile, told: &Profile) {
    for (known, told) in [
        (&mut known.list_id, &told.list_id),
        (&mut known.first_name, &told.first_name),
        (&mut known.last_name, &told.last_name),
        (&mut known.state, &told.state),
    ] {
        if known.is_empty() {
            known.clone_from(told);
        }
    }
}

/// Status and next dial, from everything that is known of the calls; not from the order in which it became known.
fn move_on(
    next: &mut Lead,
    before: Option<&Lead>,
    result: &CallResult,
    suppressed: bool,
    now: DateTime<Utc>,
    policy: &Policy,
) {
    let asked = last_request(next, before);
    let completed_at = completion(next, before, result, policy);
    next.callback = asked.map(|(_, at)| at).filter(|at| !is_kept(next, *at));
    let superseded = |done: DateTime<Utc>| asked.is_some_and(|(asked_at, _)| asked_at > done);
    let paused = next.status == Status::Paused;
    let done = completed_at.is_some_and(|done| !superseded(done));
    next.status = match (next.status, next.callback) {
        _ if suppressed || next.history.iter().any(|past| past.outcome.suppresses()) => Status::Completed,
        _ if done => Status::Completed,
        (Status::Paused, _) => Status::Paused,
        (_, Some(_)) => Status::Rescheduled,
        (Status::MaxAttempts, None) => Status::MaxAttempts,
        (Status::Pending | Status::Rescheduled | Status::Completed, None) if next.attempts >= policy.max_attempts => {
            Status::MaxAttempts
        }
        (Status::Pending | Status::Rescheduled | Status::Completed, None) => Status::Pending,
    };
    if next.status == Status::Completed {
        next.callback = None;
    }
    let identity = next.last_call_id.as_ref().map_or("", |call| call.as_str());
    let wait = policy.cadence.next(now, next.attempts, identity);
    match next.status {
        Status::Rescheduled | Status::Pending => next.next_redial = next.callback.unwrap_or(wait),
        Status::Paused if paused => next.next_redial = next.callback.unwrap_or(wait),
        Status::Paused | Status::Completed | Status::MaxAttempts => {}
    }
}

/// The last time that the person asked to be called back: when it was said, and for when.
fn last_request(next: &Lead, before: Option<&Lead>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let told = next.history.iter().filter_map(|past| past.callback.map(|at| (past.at, at)));
    let of_the_original = before.and_then(|lead| {
        let at = lead.callback.filter(|at| !lead.history.iter().any(|past| past.callback == Some(*at)))?;
        Some((lead.last_call.unwrap_or(lead.created_at), at))
    });
    told.chain(of_the_original).max()
}

/// A request is kept once a call ended after its time.
fn is_kept(lead: &Lead, at: DateTime<Utc>) -> bool {
    lead.history.iter().any(|past| past.at >= at)
}

/// When the last call that completed the record ended.
fn completion(next: &Lead, before: Option<&Lead>, result: &CallResult, policy: &Policy) -> Option<DateTime<Utc>> {
    let completes = |past: &&PastCall| policy.completes(&past.outcome, past.callback.is_some());
    let earlier = before.filter(|lead| lead.status == Status::Completed).map(|lead| {
        let success = lead.history.iter().filter(completes).map(|past| past.at).max();
        success.or(lead.last_call).unwrap_or(lead.updated_at)
    });
    let this = next.history.iter().filter(completes).find(|past| past.call == result.call).map(|past| past.at);
    earlier.max(this)
}

fn keep_last<T>(list: &mut Vec<T>, count: usize) {
    list.drain(..list.len().saturating_sub(count));
}
