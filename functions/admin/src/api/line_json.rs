//! The line of a number, as JSON.

use super::iso::iso;
use super::suppression_json::SuppressionJson;
use chrono::{DateTime, Utc};
use redial_domain::line::{AgentCall, KnownCall};
use redial_domain::{CallId, Hold, Line, Phone, Review};
use serde::Serialize;
use utoipa::ToSchema;

/// What is known about a number, whatever leads have it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LineJson {
    /// Attempt whose call may be in progress. No other attempt can be made until it is over. `null` if there is none.
    held_by: Option<HoldJson>,
    /// Calls of the dialer in which the person talks with an agent.
    agent_calls: Vec<AgentCallJson>,
    /// Number of results that wait to be stored in their records. The next run stores them.
    waiting_results: usize,
    /// Calls of the last 24 hours, oldest first, also those that the queue did not make.
    calls_24h: Vec<KnownCallJson>,
    /// Present if the number must never be called again.
    suppressed: Option<SuppressionJson>,
    /// Present if a possible do-not-call waits for a decision.
    possible_do_not_call: Option<DoubtJson>,
    /// Time at which the last call ended that connected the person with an agent.
    transferred_at: Option<DateTime<Utc>>,
}

/// Attempt that holds a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct HoldJson {
    /// Id of the attempt.
    attempt_id: String,
    /// Lead id of the record from which it was dialed.
    #[schema(example = "123456")]
    lead_id: String,
    /// System that was asked for the call.
    #[schema(example = "bland")]
    provider: &'static str,
    /// Time of the attempt.
    since: DateTime<Utc>,
    /// Time at which the provider is asked what became of it.
    until: DateTime<Utc>,
    /// The provider's id of the call, once it is known.
    call_id: Option<String>,
}

/// Call in which the person talks with an agent.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct AgentCallJson {
    /// System that reported it.
    #[schema(example = "convoso")]
    source: &'static str,
    /// The provider's id of the call, if it named one.
    call_id: Option<String>,
    /// Time of the report.
    since: DateTime<Utc>,
    /// Time at which the call is taken to be over if no result comes.
    until: DateTime<Utc>,
}

/// Call to or from a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct KnownCallJson {
    /// Time at which it was dialed. If the queue did not dial it, the time at which it ended.
    at: DateTime<Utc>,
    /// Id of our attempt. `null` if the queue did not dial it.
    attempt_id: Option<String>,
    /// The provider's id of the call, once it is known.
    call_id: Option<String>,
    /// Whether its result is in a record.
    recorded: bool,
}

/// Possible do-not-call that waits for a decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DoubtJson {
    /// The provider's id of the call in which it was said.
    call_id: String,
    /// What was said.
    #[schema(example = "do not ring me at work")]
    words: String,
    /// Time at which it became known.
    since: DateTime<Utc>,
}

impl LineJson {
    /// Renders the line of a number as it was at `at`.
    pub(super) fn new(phone: &Phone, line: &Line, at: DateTime<Utc>) -> Self {
        Self {
            held_by: line.hold.as_ref().map(HoldJson::new),
            agent_calls: line.agent_calls.iter().filter(|held| held.until > at).map(AgentCallJson::new).collect(),
            waiting_results: line.inbox.len(),
            calls_24h: line.calls_of_window(at).into_iter().map(KnownCallJson::new).collect(),
            suppressed: line.suppressed.as_ref().map(|suppression| SuppressionJson::new(phone, suppression)),
            possible_do_not_call: line.review.as_ref().map(DoubtJson::new),
            transferred_at: line.transferred_at.map(iso),
        }
    }
}

impl HoldJson {
    fn new(hold: &Hold) -> Self {
        Self {
            attempt_id: hold.attempt.to_string(),
            lead_id: hold.lead.id.as_str().to_owned(),
            provider: hold.provider.as_str(),
            since: iso(hold.since),
            until: iso(hold.until),
            call_id: hold.call.as_ref().map(text),
        }
    }
}

impl AgentCallJson {
    fn new(held: &AgentCall) -> Self {
        Self {
            source: held.source.as_str(),
            call_id: held.call.as_ref().map(text),
            since: iso(held.since),
            until: iso(held.until),
        }
    }
}

impl KnownCallJson {
    fn new(known: &KnownCall) -> Self {
        Self {
            at: iso(known.at),
            attempt_id: known.attempt.map(|attempt| attempt.to_string()),
            call_id: known.call.as_ref().map(text),
            recorded: known.recorded,
        }
    }
}

impl DoubtJson {
    pub(super) fn new(review: &Review) -> Self {
        Self { call_id: text(&review.call), words: review.words.clone(), since: iso(review.since) }
    }
}

fn text(call: &CallId) -> String {
    call.as_str().to_owned()
}
