//! A call of a dialer that is in progress holds its number.

use super::{Ingest, NotStored};
use redial_domain::{CallId, InCall, Line, Policy};

/// What came of a report that the person is on the phone with an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The number is held for the call.
    Yes,
    /// The call is over: its result came before.
    CallIsOver,
}

impl Ingest {
    /// Holds the number for a call of an agent that is in progress. It ends by itself, so no run has to look at the line.
    ///
    /// # Errors
    /// [`NotStored`] when it is not durable.
    pub async fn hold_for_agent(&self, in_call: &InCall, policy: &Policy) -> Result<Held, NotStored> {
        let hold = |line: &mut Line| {
            let now = self.stores.clock.now();
            line.hold_for_agent(in_call, now + policy.convoso_call_hold, now)
        };
        let held = self.stores.lines.update(&in_call.phone, hold).await.map_err(NotStored)?;
        tracing::info!(
            call.id = in_call.call.as_ref().map(CallId::as_str),
            held,
            "the person is on a call with an agent"
        );
        Ok(if held { Held::Yes } else { Held::CallIsOver })
    }
}
