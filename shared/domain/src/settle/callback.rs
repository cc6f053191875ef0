//! When a person asked to be called back.

use crate::lead::OperatorCallback;
use crate::zones::Zones;
use crate::{CallResult, CallbackTime, Lead, Outcome, PastCall, Policy, Status, hours};
use chrono::{DateTime, TimeDelta, Utc};

/// A callback further ahead than 90 days is taken for a mistake of the transcript or the agent, and ignored.
const FURTHEST_CALLBACK: TimeDelta = TimeDelta::days(90);
/// A callback time that has passed still counts for a day, because a result may be found late: the lead is then dialed at once.
const LATEST_CALLBACK: TimeDelta = TimeDelta::days(1);

/// Why a time cannot be that of a callback which an operator was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// It has come already.
    #[error("it is not in the future; send a later time")]
    NotAhead,
    /// It is further ahead than callbacks lie.
    #[error("it is more than {} days ahead; send an earlier time", FURTHEST_CALLBACK.num_days())]
    TooFar,
}

/// Returns the time of a callback that an operator was asked for, if it is in the future and at most 90 days
/// ahead.
///
/// # Errors
/// [`CallbackError`] for any other time.
pub fn callback_ahead(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, CallbackError> {
    match at {
        _ if at <= now => Err(CallbackError::NotAhead),
        _ if is_too_far(at, now) => Err(CallbackError::TooFar),
        _ => Ok(at),
    }
}

fn is_too_far(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at > now + FURTHEST_CALLBACK
}

/// Lets a lead be called back at a time that an operator was asked for. It ends a pause, and reopens a lead that has no
/// attempts left. Whether the lead may be called at all is for the caller to decide.
pub(crate) fn call_back(lead: &Lead, at: DateTime<Utc>, now: DateTime<Utc>) -> Lead {
    let asked = OperatorCallback { at, since: now };
    let mut next = Lead { operator_callback: Some(asked), callback: Some(at), updated_at: now, ..lead.clone() };
    reschedule(&mut next, at);
    next
}

/// Lets a lead wait for the time that the person asked for.
pub(super) fn reschedule(lead: &mut Lead, at: DateTime<Utc>) {
    lead.status = Status::Rescheduled;
    lead.next_redial = at;
}

/// Returns the instant at which the person asked to be called back, if it is plausible: after the call, at most
/// [`LATEST_CALLBACK`] ago, and at most 90 days ahead. A success needs no callback.
///
/// A person who asked for a callback at a time that cannot be used is called after `callback_fallback_minutes`: to call at once
/// would disturb, and never to call would break a promise.
pub(super) fn callback_of(
    result: &CallResult,
    lead: &Lead,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Option<DateTime<Utc>> {
    let given = result.callback?;
    if policy.completes(&result.outcome, true) {
        return None;
    }
    let at = match given {
        CallbackTime::At(at) => Some(at),
        CallbackTime::Local(local) => {
            let state = if lead.profile.state.is_empty() { &result.profile.state } else { &lead.profile.state };
            // The first zone is the one where most people live.
            let zone = Zones::known(state, Some(&lead.phone)).map_or(policy.business_hours.zone, Zones::main);
            Some(hours::instant(local, zone))
        }
        CallbackTime::Unusable => None,
    };
    let plausible = |at: &DateTime<Utc>| *at > result.ended_at && *at >= now - LATEST_CALLBACK && !is_too_far(*at, now);
    at.filter(plausible).or_else(|| (result.outcome == Outcome::CALLBACK).then(|| fallback(result, policy)))
}

/// Returns when a person is called who asked for it at a time that cannot be used. It depends on the call alone, so a replay
/// gives the same.
fn fallback(result: &CallResult, policy: &Policy) -> DateTime<Utc> {
    result.ended_at + policy.callback_fallback
}

/// Returns whether a record has the fallback in place of the time that was given with a result.
#[must_use]
pub fn fell_back(lead: &Lead, result: &CallResult, policy: &Policy) -> bool {
    let past = lead.history.iter().find(|past| past.call == result.call);
    let is_given = |at| result.callback == Some(CallbackTime::At(at));
    past.and_then(|past| past.callback).is_some_and(|at| at == fallback(result, policy) && !is_given(at))
}

/// Returns the last request for a callback: its position in the history, counted from 1, and its time. Of the request of a call
/// and that of an operator, the later counts.
///
/// The request of an operator is in no call. It has position 0, so that every success that becomes known after it ends the
/// record. So has the request of a record of the original, which does not say in which call it was made. It counts as
/// made before the history, so that every request that is known replaces it.
pub(super) fn last_request(next: &Lead, before: Option<&Lead>) -> Option<(usize, DateTime<Utc>)> {
    let told = next.history.iter().enumerate().filter_map(|(index, past)| Some((index + 1, past.at, past.callback?)));
    let told = told.max_by_key(|(place, ..)| *place);
    let is_newer = |asked: &OperatorCallback| told.is_none_or(|(_, ended_at, _)| asked.since >= ended_at);
    if let Some(asked) = next.operator_callback.filter(is_newer) {
        return Some((0, asked.at));
    }
    let of_the_original = before.and_then(|lead| {
        let at = lead.callback.filter(|at| !lead.history.iter().any(|past| past.callback == Some(*at)))?;
        Some((0, at))
    });
    told.map(|(place, _, at)| (place, at)).or(of_the_original)
}

/// Returns whether a request has been kept: a call was made or ended after its time. The attempt id tells when a call was
/// made, because the provider's clock may say that it ended earlier than it was dialed.
pub(super) fn is_kept(lead: &Lead, at: DateTime<Utc>) -> bool {
    let made = |past: &PastCall| past.attempt.and_then(|attempt| attempt.made_at()).is_some_and(|made| made >= at);
    lead.history.iter().any(|past| past.at >= at || made(past))
}
