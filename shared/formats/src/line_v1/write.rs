//! Makes the stored shape of a line.

use super::stored::{
    StoredAgentCall, StoredAllowed, StoredArrival, StoredCall, StoredCallback, StoredConsent, StoredHold, StoredHome,
    StoredLine, StoredProfile, StoredResult, StoredReview, StoredSuppression, StoredTold, StoredWaiting,
};
use redial_domain::law::ConsentEvidence;
use redial_domain::{Arrival, CallId, CallbackTime, KnownCall, LeadRef, Line, Profile, Source, Waiting};

impl From<&Line> for StoredLine {
    fn from(line: &Line) -> Self {
        let mut agent_calls = line.agent_calls.iter().map(|held| StoredAgentCall {
            source: held.source.as_str().to_owned(),
            call: held.call.as_ref().map(call_text),
            since: held.since,
            until: held.until,
        });
        Self {
            v: 1,
            hold: line.hold.as_ref().map(|hold| StoredHold {
                provider: (hold.provider != Source::Bland).then(|| hold.provider.as_str().to_owned()),
                attempt: hold.attempt.to_string(),
                month: hold.lead.month.to_string(),
                lead: hold.lead.id.as_str().to_owned(),
                phone: hold.lead.phone.as_str().to_owned(),
                since: hold.since,
                until: hold.until,
                call: hold.call.as_ref().map(call_text),
                missing_since: hold.missing_since,
            }),
            agent_call: agent_calls.next(),
            more_agent_calls: agent_calls.collect(),
            inbox: line.inbox.iter().map(StoredWaiting::from).collect(),
            calls: line.calls.iter().map(StoredCall::from).collect(),
            suppressed: line.suppressed.as_ref().map(|suppression| StoredSuppression {
                reason: suppression.reason.to_string(),
                source: suppression.source.as_str().to_owned(),
                at: suppression.at,
                by: suppression.by.clone(),
                note: suppression.note.clone(),
            }),
            allowed: line.allowed.as_ref().map(|allowed| StoredAllowed {
                at: allowed.at,
                by: allowed.by.clone(),
                note: allowed.note.clone(),
                reason: allowed.reason.to_string(),
            }),
            homes: line.record_locations.iter().map(StoredHome::from).collect(),
            retiring: line.retiring,
            transferred_at: line.transferred_at,
            review: line.review.as_ref().map(|review| StoredReview {
                call: call_text(&review.call),
                words: review.words.clone(),
                since: review.since,
            }),
        }
    }
}

impl From<&LeadRef> for StoredHome {
    fn from(home: &LeadRef) -> Self {
        Self { month: home.month.to_string(), lead: home.id.as_str().to_owned(), phone: home.phone.as_str().to_owned() }
    }
}

impl From<&Waiting> for StoredWaiting {
    fn from(waiting: &Waiting) -> Self {
        let arrival = match &waiting.arrival {
            Arrival::Result(result) => StoredArrival::Result(StoredResult {
                call: call_text(&result.call),
                attempt: result.attempt.map(|attempt| attempt.to_string()),
                source: result.source.as_str().to_owned(),
                lead: result.lead.as_ref().map(|lead| lead.as_str().to_owned()),
                phone: result.phone.as_str().to_owned(),
                month: result.month.map(|month| month.to_string()),
                outcome: result.outcome.to_string(),
                rule: result.rule.clone(),
                callback: result.callback.map(|callback| match callback {
                    CallbackTime::At(at) => StoredCallback::At(at),
                    CallbackTime::Local(local) => StoredCallback::Local(local),
                    CallbackTime::Unusable => StoredCallback::Unusable,
                }),
                inbound: result.inbound,
                ended_at: result.ended_at,
                profile: (&result.profile).into(),
                possible_refusal: result.possible_refusal.clone(),
            }),
            Arrival::NewLead(new) => StoredArrival::NewLead {
                lead: new.lead.as_str().to_owned(),
                phone: new.phone.as_str().to_owned(),
                profile: (&new.profile).into(),
            },
        };
        Self { arrival, since: waiting.since }
    }
}

impl From<&KnownCall> for StoredCall {
    fn from(known: &KnownCall) -> Self {
        Self {
            at: known.at,
            attempt: known.attempt.map(|attempt| attempt.to_string()),
            call: known.call.as_ref().map(call_text),
            settled: known.recorded,
            told: known.told.as_ref().map(|told| {
                let outcome = told.outcome.as_ref().map(ToString::to_string);
                StoredTold { outcome, at: told.at }
            }),
        }
    }
}

impl From<&Profile> for StoredProfile {
    fn from(profile: &Profile) -> Self {
        let Profile { list_id, first_name, last_name, state, postal_code, consent } = profile.clone();
        let consent = consent.map(|ConsentEvidence { level, at, source, text_sha256 }| StoredConsent {
            level: level.as_str().to_owned(),
            at,
            source,
            text_sha256,
        });
        Self { list_id, first_name, last_name, state, postal_code, consent }
    }
}

fn call_text(call: &CallId) -> String {
    call.as_str().to_owned()
}
