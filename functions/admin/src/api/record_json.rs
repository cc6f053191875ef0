use super::iso::iso;
use chrono::{DateTime, Utc};
use redial_domain::{CallId, Lead, Month, Outcome, POSSIBLE_DO_NOT_CALL, PastCall, Source};
use serde::Serialize;
use utoipa::ToSchema;

/// Status of a record. `pending`: waits for the next attempt. `rescheduled`: waits for a requested callback. `completed`: a
/// success, or a number that must not be called. `max_attempts`: no attempts are left. `paused`: paused by an operator,
/// or a possible do-not-call waits for a decision. `unreadable`: the record cannot be understood. Records of another
/// system may have another status. Leads with `unreadable` or another status are not dialed.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used")]
pub(super) enum StatusWord {
    Pending,
    Rescheduled,
    Completed,
    MaxAttempts,
    Paused,
    Unreadable,
}

/// Record of a lead, as stored, with computed fields. Timestamps are epoch milliseconds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RecordJson {
    /// Key of the record, `{lead_id}_{national number}`.
    #[schema(example = "123456_5555550123")]
    key: String,
    /// Month of the record.
    #[schema(example = "2024-12")]
    month: String,
    /// The call center's lead id.
    #[schema(example = "123456")]
    lead_id: String,
    /// Phone number, in E.164.
    #[schema(example = "+15555550123")]
    phone_number: String,
    /// The call center's list.
    list_id: String,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Two-letter state.
    state: String,
    /// Postal code. Absent if it is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    postal_code: String,
    /// What the person has agreed to: `express` or `written`. Absent without evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    consent_level: Option<&'static str>,
    /// When the person agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    consent_at: Option<DateTime<Utc>>,
    /// Where the person agreed, such as the address of a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    consent_source: Option<String>,
    /// SHA-256 of the text that the person agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    consent_text_sha256: Option<String>,
    /// Number of counted results.
    attempts: u32,
    /// End of the last call.
    last_call_timestamp: Option<i64>,
    /// Time at which the next attempt is due.
    next_redial_timestamp: i64,
    /// Time of the requested callback.
    scheduled_callback_time: Option<i64>,
    /// Outcomes of the last 20 calls, oldest first.
    outcomes: Vec<String>,
    /// Outcome of the last call.
    last_outcome: Option<String>,
    /// The provider's id of the last call.
    last_call_id: Option<String>,
    /// Creation time of the record.
    created_at: i64,
    /// Time of the last change.
    updated_at: i64,
    /// Status of the record.
    #[schema(value_type = StatusWord)]
    status: &'static str,
    /// The last 50 calls, by end time.
    call_history: Vec<CallJson>,
    /// Number of refused dial requests since the last result.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refused_dials: Option<u32>,
    /// Id of the last refused attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_refused_attempt: Option<String>,
    /// Reason of a pause that no operator made: `possible_do_not_call`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, example = "possible_do_not_call")]
    pause_reason: Option<&'static str>,
    /// Call in which the person may have refused further calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    possible_do_not_call_id: Option<String>,
    /// What the person said in that call, at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    possible_do_not_call_words: Option<String>,
    /// Time at which the possible do-not-call became known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    possible_do_not_call_since: Option<i64>,
    /// Call whose possible do-not-call was dismissed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    dismissed_do_not_call_id: Option<String>,
    /// Time of the callback that an operator was asked for last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    operator_callback_time: Option<i64>,
    /// Time at which the operator said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    operator_callback_set_at: Option<i64>,
    /// Older month that could not be read when the record was created. It may have a record of the same lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2024-11")]
    beside_unreadable_month: Option<String>,
    /// `last_call_timestamp` in RFC 3339.
    last_call_iso: Option<DateTime<Utc>>,
    /// `next_redial_timestamp` in RFC 3339.
    next_redial_iso: DateTime<Utc>,
    /// `created_at` in RFC 3339.
    created_at_iso: DateTime<Utc>,
    /// Minutes until the next attempt is due, rounded up. 0 if it is due now.
    #[schema(minimum = 0)]
    minutes_until_next_redial: i64,
    /// Whether the lead may be dialed now: every gate is open.
    is_ready: bool,
}

impl RecordJson {
    /// Renders a record of `month`. Computed fields are those at `at`.
    pub(super) fn new(lead: &Lead, month: Month, is_ready: bool, at: DateTime<Utc>) -> Self {
        let consent = lead.profile.consent.as_ref();
        let millis_left = (lead.next_redial - at).num_milliseconds().max(0);
        Self {
            key: lead.key().as_str().to_owned(),
            month: month.to_string(),
            lead_id: lead.id.as_str().to_owned(),
            phone_number: lead.phone.as_str().to_owned(),
            list_id: lead.profile.list_id.clone(),
            first_name: lead.profile.first_name.clone(),
            last_name: lead.profile.last_name.clone(),
            state: lead.profile.state.clone(),
            postal_code: lead.profile.postal_code.clone(),
            consent_level: consent.map(|consent| consent.level.as_str()),
            consent_at: consent.map(|consent| iso(consent.at)),
            consent_source: consent.map(|consent| consent.source.clone()),
            consent_text_sha256: consent.map(|consent| consent.text_sha256.clone()),
            attempts: lead.attempts,
            last_call_timestamp: millis(lead.last_call),
            next_redial_timestamp: lead.next_redial.timestamp_millis(),
            scheduled_callback_time: millis(lead.callback),
            outcomes: lead.outcomes.iter().map(ToString::to_string).collect(),
            last_outcome: lead.last_outcome.as_ref().map(Outcome::to_string),
            last_call_id: lead.last_call_id.as_ref().map(text),
            created_at: lead.created_at.timestamp_millis(),
            updated_at: lead.updated_at.timestamp_millis(),
            status: lead.status.as_str(),
            call_history: lead.history.iter().map(CallJson::from).collect(),
            refused_dials: (lead.refusals > 0).then_some(lead.refusals),
            last_refused_attempt: lead.refused_attempt.map(|attempt| attempt.to_string()),
            pause_reason: lead.review.as_ref().map(|_| POSSIBLE_DO_NOT_CALL),
            possible_do_not_call_id: lead.review.as_ref().map(|review| text(&review.call)),
            possible_do_not_call_words: lead.review.as_ref().map(|review| review.words.clone()),
            possible_do_not_call_since: millis(lead.review.as_ref().map(|review| review.since)),
            dismissed_do_not_call_id: lead.dismissed.as_ref().map(text),
            operator_callback_time: millis(lead.operator_callback.map(|asked| asked.at)),
            operator_callback_set_at: millis(lead.operator_callback.map(|asked| asked.since)),
            beside_unreadable_month: lead.beside_unreadable.map(|month| month.to_string()),
            last_call_iso: lead.last_call.map(iso),
            next_redial_iso: iso(lead.next_redial),
            created_at_iso: iso(lead.created_at),
            minutes_until_next_redial: millis_left.saturating_add(59_999) / 60_000,
            is_ready,
        }
    }
}

/// Call in the history of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CallJson {
    /// The provider's id of the call.
    call_id: String,
    /// Outcome of the call.
    #[schema(example = "NO_ANSWER")]
    outcome: String,
    /// End of the call.
    at: i64,
    /// System that reported the call: `bland`, `convoso`, or `redial` for an attempt that the provider does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    source: Option<&'static str>,
    /// Id of our attempt, if we placed the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attempt_id: Option<String>,
    /// Rule that gave the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rule: Option<String>,
    /// Time of the callback that was requested in this call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    callback_time: Option<i64>,
    /// Time of the last correction of the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    corrected_at: Option<i64>,
}

impl From<&PastCall> for CallJson {
    fn from(past: &PastCall) -> Self {
        Self {
            call_id: text(&past.call),
            outcome: past.outcome.to_string(),
            at: past.at.timestamp_millis(),
            source: past.source.map(Source::as_str),
            attempt_id: past.attempt.map(|attempt| attempt.to_string()),
            rule: past.rule.clone(),
            callback_time: millis(past.callback),
            corrected_at: millis(past.corrected_at),
        }
    }
}

fn millis(at: Option<DateTime<Utc>>) -> Option<i64> {
    at.map(|at| at.timestamp_millis())
}

fn text(call: &CallId) -> String {
    call.as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders::{self, at, attempt, call_id, month};
    use redial_domain::law::ConsentEvidence;
    use redial_domain::{OperatorCallback, Profile, Review};
    use redial_formats::month_v1::Leaf;
    use rstest::rstest;
    use serde_json::{Value, json};

    const NOW: &str = "2025-12-17T19:00:00Z";

    fn full_lead() -> Lead {
        let now = at(NOW);
        let past = PastCall {
            call: call_id("call-1"),
            outcome: Outcome::NO_ANSWER,
            at: now,
            source: Some(Source::Convoso),
            attempt: Some(attempt(1)),
            rule: Some("no_answer".to_owned()),
            callback: Some(now),
            corrected_at: Some(now),
        };
        Lead {
            attempts: 2,
            last_call: Some(now),
            callback: Some(now),
            outcomes: vec![Outcome::VOICEMAIL, Outcome::NO_ANSWER],
            last_outcome: Some(Outcome::NO_ANSWER),
            last_call_id: Some(call_id("call-1")),
            history: vec![past],
            refusals: 1,
            refused_attempt: Some(attempt(2)),
            review: Some(Review { call: call_id("call-1"), words: "not at work".to_owned(), since: now }),
            dismissed: Some(call_id("call-0")),
            operator_callback: Some(OperatorCallback { at: now, since: now }),
            beside_unreadable: Some(month("2025-11")),
            profile: Profile {
                postal_code: "10001".to_owned(),
                consent: ConsentEvidence::of("written", Some(now), "form", &"ab".repeat(32)),
                ..builders::lead(1, now).profile
            },
            ..builders::lead(1, now)
        }
    }

    #[rstest]
    #[case(full_lead())]
    #[case(builders::lead(1, at(NOW)))]
    fn a_record_has_every_stored_field(#[case] lead: Lead) {
        let mut leaf = Leaf::default();
        leaf.insert_or_update(&lead).unwrap();
        let stored: Value = serde_json::from_slice(&leaf.to_bytes()).unwrap();
        let shown = json!(RecordJson::new(&lead, month("2025-12"), true, at(NOW)));
        assert_eq!(stored.as_object().unwrap().keys().next().unwrap(), &shown["key"]);
        let stored = stored[shown["key"].as_str().unwrap()].as_object().unwrap();
        for (field, value) in stored {
            assert_eq!(&shown[field], value, "{field}");
        }
        let ours = [
            "key",
            "month",
            "last_call_iso",
            "next_redial_iso",
            "created_at_iso",
            "minutes_until_next_redial",
            "is_ready",
        ];
        for field in shown.as_object().unwrap().keys() {
            assert!(stored.contains_key(field) || ours.contains(&field.as_str()), "{field} is not stored");
        }
    }

    #[rstest]
    #[case("2025-12-17T18:00:00Z", 0)]
    #[case("2025-12-17T19:00:00Z", 0)]
    #[case("2025-12-17T19:00:00.001Z", 1)]
    #[case("2025-12-17T19:01:00Z", 1)]
    #[case("2025-12-17T19:01:00.001Z", 2)]
    fn minutes_until_the_next_dial_are_rounded_up(#[case] next: &str, #[case] minutes: i64) {
        let lead = Lead { next_redial: at(next), ..full_lead() };
        assert_eq!(RecordJson::new(&lead, month("2025-12"), false, at(NOW)).minutes_until_next_redial, minutes);
    }
}
