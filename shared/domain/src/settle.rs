//! Applies a result to a record: the status machine of `docs/CONTRACT.md`, "Status" and "Next dial".
//!
//! Every function here gives the same record when it is applied twice, and results may come in any order.

use super::lead::{CALLS_KEPT, OUTCOMES_KEPT};
use super::{AttemptId, CallResult, CallbackTime, Lead, NewLead, Outcome, PastCall, Policy, Profile, Status, hours};
use chrono::{DateTime, TimeDelta, Utc};

/// A callback further ahead than this is a misunderstanding.
const FURTHEST_CALLBACK: TimeDelta = TimeDelta::days(90);
/// A request that became known so late, because its result was found late, is still kept at once.
const LATEST_CALLBACK: TimeDelta = TimeDelta::days(1);

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
    let callback = callback_of(result, &next, now, policy);
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
        Some(index) => {
            let lost = std::mem::replace(&mut next.history[index], past);
            if next.last_call_id == Some(lost.call) {
                next.last_call = None;
            }
        }
        None => {
            next.history.push(past);
            next.attempts = next.attempts.saturating_add(u32::from(!result.inbound));
        }
    }
    // Stable: of calls that ended at the same time the one that became known later counts as the later one.
    next.history.sort_by_key(|past| past.at);
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
    let refusals = lead.refusals.saturating_add(1);
    let wait = policy.cadence.next(now, lead.attempts.saturating_add(refusals), &attempt.to_string());
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

/// The instant at which the person asked to be called back, if it makes sense: after the call, not long past, and within
/// 90 days.
fn callback_of(result: &CallResult, lead: &Lead, now: DateTime<Utc>, policy: &Policy) -> Option<DateTime<Utc>> {
    let at = match result.callback? {
        CallbackTime::At(at) => at,
        CallbackTime::Local(local) => {
            let state = if lead.profile.state.is_empty() { &result.profile.state } else { &lead.profile.state };
            let zone = super::zones::zones_of_state(state).map_or(policy.business_hours.zone, |zones| zones[0]);
            hours::instant(local, zone)
        }
    };
    let sensible = at > result.ended_at && at >= now - LATEST_CALLBACK && at <= now + FURTHEST_CALLBACK;
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
    next.callback = asked.map(|(_, at)| at).filter(|at| !is_kept(next, *at));
    let completed = completion(next, before, result, policy);
    let done = completed.is_some_and(|done| asked.is_none_or(|(asked, _)| asked <= done));
    let paused = next.status == Status::Paused;
    next.status = match (next.status, next.callback) {
        _ if suppressed || next.forbidden_by().is_some() => Status::Completed,
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

/// The last time that the person asked to be called back: where in the history, counted from 1, and for when. A request in
/// a record of the original, which does not say in which call it was made, stands before the history: 0.
fn last_request(next: &Lead, before: Option<&Lead>) -> Option<(usize, DateTime<Utc>)> {
    let told = next.history.iter().enumerate().filter_map(|(index, past)| Some((index + 1, past.callback?)));
    let of_the_original = before.and_then(|lead| {
        let at = lead.callback.filter(|at| !lead.history.iter().any(|past| past.callback == Some(*at)))?;
        Some((0, at))
    });
    told.chain(of_the_original).max_by_key(|(place, _)| *place)
}

/// A request is kept once a call was made or ended after its time.
fn is_kept(lead: &Lead, at: DateTime<Utc>) -> bool {
    let made = |past: &PastCall| past.attempt.and_then(|attempt| attempt.made_at()).is_some_and(|made| made >= at);
    lead.history.iter().any(|past| past.at >= at || made(past))
}

/// Where in the history, counted from 1, the last call stands that completed the record; 0 for a record that was completed
/// without a call that is known.
fn completion(next: &Lead, before: Option<&Lead>, result: &CallResult, policy: &Policy) -> Option<usize> {
    let was_completed = before.is_some_and(|lead| lead.status == Status::Completed);
    let completes = |past: &PastCall| policy.completes(&past.outcome, past.callback.is_some());
    let calls = next.history.iter().enumerate().filter(|(_, past)| completes(past));
    let counted = calls.filter(|(_, past)| was_completed || past.call == result.call);
    counted.map(|(index, _)| index + 1).max().or(was_completed.then_some(0))
}

fn keep_last<T>(list: &mut Vec<T>, count: usize) {
    list.drain(..list.len().saturating_sub(count));
}
