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

impl Line {
    /// Holds the number for a call in which the person is on the phone with an agent now, until `until` or until that call's
    /// result. Returns whether it is held: a report that is older than the call's result changes nothing.
    ///
    /// The call counts against the cap from now on, because its result may never come.
    pub fn hold_for_agent(&mut self, in_call: &InCall, until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let same = self.agent_call.take_if(|held| held.call == in_call.call && held.source == in_call.source);
        if let Some(call) = &in_call.call {
            if same.is_none() && self.known(call).is_some() {
                return false;
            }
            if self.known(call).is_none() {
                let at = in_call.since;
                let known = KnownCall { at, attempt: None, call: Some(call.clone()), recorded: false, told: None };
                self.calls.push(known);
            }
        }
        // The newest call counts: a person has one telephone.
        self.agent_call = Some(AgentCall {
            source: in_call.source,
            call: in_call.call.clone(),
            since: same.as_ref().map_or(in_call.since, |held| held.since),
            until: same.map_or(until, |held| held.until.max(until)),
        });
        self.forget_old_calls(now);
        true
    }

    /// Ends the call with an agent if this is its result. A call without an id is ended by any new result of its
    /// provider.
    pub(super) fn end_agent_call(&mut self, result: &CallResult) {
        let is_new = self.known(&result.call).is_none();
        self.agent_call.take_if(|held| {
            held.source == result.source && held.call.as_ref().map_or(is_new, |call| *call == result.call)
        });
    }
}
