//! Makes a line of the stored shape, through the constructors of the domain.

use super::stored::{
    StoredAgentCall, StoredAllowed, StoredArrival, StoredCall, StoredCallback, StoredHold, StoredHome, StoredLine,
    StoredProfile, StoredReview, StoredSuppression, StoredTold, StoredWaiting,
};
use crate::Unreadable;
use redial_domain::law::ConsentEvidence;
use redial_domain::{
    AgentCall, Allowed, Arrival, AttemptId, CallId, CallResult, CallbackTime, Hold, KnownCall, LeadId, LeadRef, Line,
    Month, NewLead, Outcome, Phone, Profile, Review, Source, Suppression, Told, UnknownFields, Waiting,
};

// Every value goes through its constructor, as if it came from outside: an item may have been edited by hand, and a phone
// number in another spelling would be another number.
impl TryFrom<StoredLine> for Line {
    type Error = Unreadable;

    fn try_from(stored: StoredLine) -> Result<Self, Unreadable> {
        let hold = |hold: StoredHold| -> Result<Hold, Unreadable> {
            Ok(Hold {
                provider: hold.provider.map_or(Ok(Source::Bland), |word| source(&word))?,
                attempt: attempt(&hold.attempt)?,
                lead: LeadRef { month: month(&hold.month)?, id: lead(&hold.lead)?, phone: phone(&hold.phone)? },
                since: hold.since,
                until: hold.until,
                call: optional(hold.call, call)?,
                missing_since: hold.missing_since,
            })
        };
        let agent_call = |held: StoredAgentCall| -> Result<AgentCall, Unreadable> {
            Ok(AgentCall {
                source: source(&held.source)?,
                call: optional(held.call, call)?,
                since: held.since,
                until: held.until,
            })
        };
        let waiting = |waiting: StoredWaiting| -> Result<Waiting, Unreadable> {
            Ok(Waiting { arrival: waiting.arrival.try_into()?, since: waiting.since })
        };
        let told = |told: StoredTold| -> Result<Told, Unreadable> {
            Ok(Told { outcome: told.outcome.as_deref().map(outcome).transpose()?, at: told.at })
        };
        let known = |known: StoredCall| -> Result<KnownCall, Unreadable> {
            Ok(KnownCall {
                at: known.at,
                attempt: optional(known.attempt, attempt)?,
                call: optional(known.call, call)?,
                recorded: known.settled,
                told: known.told.map(told).transpose()?,
            })
        };
        let suppression = |suppression: StoredSuppression| -> Result<Suppression, Unreadable> {
            Ok(Suppression {
                reason: outcome(&suppression.reason)?,
                source: source(&suppression.source)?,
                at: suppression.at,
                by: suppression.by,
                note: suppression.note,
            })
        };
        let allowed = |allowed: StoredAllowed| -> Result<Allowed, Unreadable> {
            let StoredAllowed { at, by, note, reason } = allowed;
            Ok(Allowed { at, by, note, reason: outcome(&reason)? })
        };
        let review = |review: StoredReview| -> Result<Review, Unreadable> {
            Ok(Review { call: call(&review.call)?, words: review.words, since: review.since })
        };
        Ok(Self {
            hold: stored.hold.map(hold).transpose()?,
            agent_calls: (stored.agent_call.into_iter().chain(stored.more_agent_calls))
                .map(agent_call)
                .collect::<Result<_, _>>()?,
            inbox: stored.inbox.into_iter().map(waiting).collect::<Result<_, _>>()?,
            calls: stored.calls.into_iter().map(known).collect::<Result<_, _>>()?,
            suppressed: stored.suppressed.map(suppression).transpose()?,
            allowed: stored.allowed.map(allowed).transpose()?,
            retiring: stored.retiring,
            transferred_at: stored.transferred_at,
            review: stored.review.map(review).transpose()?,
            record_locations: stored.homes.into_iter().map(LeadRef::try_from).collect::<Result<_, _>>()?,
            unknown: UnknownFields::default(),
        })
    }
}

impl TryFrom<StoredHome> for LeadRef {
    type Error = Unreadable;

    fn try_from(stored: StoredHome) -> Result<Self, Unreadable> {
        Ok(Self { month: month(&stored.month)?, id: lead(&stored.lead)?, phone: phone(&stored.phone)? })
    }
}

impl TryFrom<StoredArrival> for Arrival {
    type Error = Unreadable;

    fn try_from(stored: StoredArrival) -> Result<Self, Unreadable> {
        Ok(match stored {
            StoredArrival::Result(result) => Self::Result(CallResult {
                call: call(&result.call)?,
                attempt: optional(result.attempt, attempt)?,
                source: source(&result.source)?,
                lead: optional(result.lead, lead)?,
                phone: phone(&result.phone)?,
                month: optional(result.month, month)?,
                outcome: outcome(&result.outcome)?,
                rule: result.rule,
                callback: result.callback.map(|callback| match callback {
                    StoredCallback::At(at) => CallbackTime::At(at),
                    StoredCallback::Local(local) => CallbackTime::Local(local),
                    StoredCallback::Unusable => CallbackTime::Unusable,
                }),
                inbound: result.inbound,
                ended_at: result.ended_at,
                profile: result.profile.into(),
                possible_refusal: result.possible_refusal,
                connected: false,
            }),
            StoredArrival::NewLead { lead: id, phone: number, profile } => {
                Self::NewLead(NewLead { lead: lead(&id)?, phone: phone(&number)?, profile: profile.into() })
            }
        })
    }
}

impl From<StoredProfile> for Profile {
    fn from(stored: StoredProfile) -> Self {
        let StoredProfile { list_id, first_name, last_name, state, postal_code, consent } = stored;
        let consent = consent.and_then(|c| ConsentEvidence::of(&c.level, Some(c.at), &c.source, &c.text_sha256));
        Self { list_id, first_name, last_name, state, postal_code, consent }
    }
}

fn optional<T>(text: Option<String>, read: fn(&str) -> Result<T, Unreadable>) -> Result<Option<T>, Unreadable> {
    text.map(|text| read(&text)).transpose()
}

fn no(what: &str) -> Unreadable {
    Unreadable(format!("the line has a {what} that is not valid"))
}

fn call(text: &str) -> Result<CallId, Unreadable> {
    CallId::parse(text).map_err(|_| no("call id"))
}

fn lead(text: &str) -> Result<LeadId, Unreadable> {
    LeadId::parse(text).map_err(|_| no("lead id"))
}

fn phone(text: &str) -> Result<Phone, Unreadable> {
    Phone::stored(text).ok_or_else(|| no("phone number"))
}

fn attempt(text: &str) -> Result<AttemptId, Unreadable> {
    AttemptId::parse(text).ok_or_else(|| no("attempt id"))
}

fn month(text: &str) -> Result<Month, Unreadable> {
    Month::parse(text).ok_or_else(|| no("month"))
}

fn outcome(text: &str) -> Result<Outcome, Unreadable> {
    Outcome::parse(text).ok_or_else(|| no("outcome"))
}

fn source(text: &str) -> Result<Source, Unreadable> {
    Source::parse(text).ok_or_else(|| no("source"))
}
