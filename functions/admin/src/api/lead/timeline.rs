//! What happened to a lead, in the order of time.

use crate::api::iso::iso;
use chrono::{DateTime, Utc};
use redial_domain::{Lead, Line, PastCall, Source};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that happened to a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EventJson {
    /// Time of the event.
    at: DateTime<Utc>,
    /// `created`, `dialing`, `call`, `corrected`, `possible_do_not_call` or `suppressed`.
    #[schema(example = "call")]
    event: &'static str,
    /// The event in words.
    #[schema(example = "The call ended: NO_ANSWER. Reported by bland, by the rule no_answer.")]
    text: String,
    /// Outcome of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "NO_ANSWER")]
    outcome: Option<String>,
    /// The provider's id of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    call_id: Option<String>,
    /// Id of our attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attempt_id: Option<String>,
    /// Time of the callback that was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    callback_at: Option<DateTime<Utc>>,
}

impl EventJson {
    fn new(at: DateTime<Utc>, event: &'static str, text: String) -> Self {
        Self { at: iso(at), event, text, outcome: None, call_id: None, attempt_id: None, callback_at: None }
    }

    fn of_call(past: &PastCall) -> Self {
        let source = past.source.map_or(String::new(), |source| format!(" Reported by {}", source.as_str()));
        let rule = match (&past.rule, past.source) {
            (Some(rule), Some(_)) => format!(", by the rule {rule}."),
            (Some(rule), None) => format!(" By the rule {rule}."),
            (None, Some(_)) => ".".to_owned(),
            (None, None) => String::new(),
        };
        let end = match past.source {
            // Nobody reported it.
            Some(Source::Redial) => ".".to_owned(),
            _ => format!(".{source}{rule}"),
        };
        let callback = past.callback.map_or(String::new(), |at| format!(" A callback was requested for {}.", iso(at)));
        Self {
            outcome: Some(past.outcome.to_string()),
            call_id: Some(past.call.as_str().to_owned()),
            attempt_id: past.attempt.map(|attempt| attempt.to_string()),
            callback_at: past.callback.map(iso),
            ..Self::new(past.at, "call", format!("The call ended: {}{end}{callback}", past.outcome))
        }
    }
}

/// Returns what the record and the line of its number know, oldest first.
pub(super) fn timeline(lead: &Lead, line: &Line) -> Vec<EventJson> {
    let mut events = vec![EventJson::new(lead.created_at, "created", "The lead came into the queue.".to_owned())];
    for past in &lead.history {
        events.push(EventJson::of_call(past));
        if let Some(at) = past.corrected_at {
            let text = format!("The outcome was corrected to {}.", past.outcome);
            let call_id = Some(past.call.as_str().to_owned());
            events.push(EventJson { call_id, ..EventJson::new(at, "corrected", text) });
        }
    }
    if let Some(hold) = line.hold.as_ref().filter(|hold| hold.lead.key() == lead.key()) {
        let text = format!("{} was asked for a call, which is not over.", hold.provider.as_str());
        let attempt_id = Some(hold.attempt.to_string());
        let call_id = hold.call.as_ref().map(|call| call.as_str().to_owned());
        events.push(EventJson { attempt_id, call_id, ..EventJson::new(hold.since, "dialing", text) });
    }
    if let Some(review) = lead.review.as_ref().or(line.review.as_ref()) {
        let text = "The person may have refused further calls. A decision is needed.".to_owned();
        let call_id = Some(review.call.as_str().to_owned());
        events.push(EventJson { call_id, ..EventJson::new(review.since, "possible_do_not_call", text) });
    }
    if let Some(suppression) = &line.suppressed {
        let by = match suppression.by.as_str() {
            "" => String::new(),
            by => format!(" by {by}"),
        };
        let text = format!("The number was suppressed{by}: {}.", suppression.reason);
        events.push(EventJson::new(suppression.at, "suppressed", text));
    }
    events.sort_by_key(|event| event.at);
    events
}
