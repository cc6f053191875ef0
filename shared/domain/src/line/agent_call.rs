//! Calls of a dialer, which hold their numbers.

use super::{KnownCall, Line};
use crate::{CallId, CallResult, InCall, Source};
use chrono::{DateTime, Utc};

/// A call of a dialer that is in progress. It ends by itself, because its result may never come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentCall {
    /// Who reported it.
    pub source: Source,
    /// The provider's id of the call, if it is known.
    pub call: Option<CallId>,
    /// When it was reported first.
    pub since: DateTime<Utc>,
    /// When the number is free again, unless the result of the call comes before.
    pub until: DateTime<Utc>,
}

impl AgentCall {
    fn is_of(&self, in_call: &InCall) -> bool {
        self.source == in_call.source && self.call == in_call.call
    }
}

impl Line {
    /// Holds the number for a call in which the person is on the phone with an agent now, until `until` or until that call's
    /// result. Returns whether it is held: a report that is older than the call's result changes nothing.
    ///
    /// Reports of several calls may overlap, and each holds the number on its own. The call counts against the cap from now
    /// on, because its result may never come.
    pub fn hold_for_agent(&mut self, in_call: &InCall, until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        if in_call.call.as_ref().is_some_and(|call| self.is_over(call)) {
            return false;
        }
        self.agent_calls.retain(|held| held.until > now);
        match self.agent_calls.iter_mut().find(|held| held.is_of(in_call)) {
            Some(held) => held.until = held.until.max(until),
            None => {
                let InCall { source, call, since, .. } = in_call.clone();
                self.agent_calls.push(AgentCall { source, call, since, until });
            }
        }
        if let Some(call) = in_call.call.as_ref().filter(|call| self.known(call).is_none()) {
            let (at, call) = (in_call.since, Some(call.clone()));
            self.calls.push(KnownCall { at, attempt: None, call, recorded: false, told: None });
        }
        self.forget_old_calls(now);
        true
    }

    /// Returns when the last of the calls with an agent that are in progress frees the number.
    #[must_use]
    pub fn on_call_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.agent_calls.iter().map(|held| held.until).filter(|until| *until > now).max()
    }

    /// Ends the call with an agent of which this is the result. A call without an id is ended by any new result of its
    /// provider.
    pub(super) fn end_agent_call(&mut self, result: &CallResult) {
        let is_new = self.known(&result.call).is_none();
        self.agent_calls.retain(|held| {
            held.source != result.source || held.call.as_ref().map_or(!is_new, |call| *call != result.call)
        });
    }

    /// Returns whether a result of this call came before.
    fn is_over(&self, call: &CallId) -> bool {
        self.is_waiting(call) || self.known(call).is_some_and(|known| known.recorded || known.told.is_some())
    }
}
