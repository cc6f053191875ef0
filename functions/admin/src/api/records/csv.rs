//! Records as a table.

use super::super::iso::iso;
use super::super::record_filter::UNREADABLE;
use chrono::{DateTime, SecondsFormat, Utc};
use redial_domain::{Outcome, POSSIBLE_DO_NOT_CALL};
use redial_formats::csv_row::row;
use redial_queue::usecase::admin::{RecordView, Unreadable};

/// The columns, in order. New ones come last.
const COLUMNS: [&str; 20] = [
    "key",
    "month",
    "status",
    "lead_id",
    "phone_number",
    "list_id",
    "first_name",
    "last_name",
    "state",
    "postal_code",
    "attempts",
    "last_outcome",
    "last_call_iso",
    "next_redial_iso",
    "scheduled_callback_iso",
    "created_at_iso",
    "updated_at_iso",
    "is_ready",
    "pause_reason",
    "unreadable_reason",
];

pub(super) fn header() -> String {
    COLUMNS.join(",") + "\r\n"
}

pub(super) fn record(view: &RecordView) -> String {
    let lead = &view.found.lead;
    let (key, profile) = (lead.key(), &lead.profile);
    let optional = |at: Option<DateTime<Utc>>| at.map(instant).unwrap_or_default();
    let fields: [&str; COLUMNS.len()] = [
        key.as_str(),
        &view.month().to_string(),
        lead.status.as_str(),
        lead.id.as_str(),
        lead.phone.as_str(),
        &profile.list_id,
        &profile.first_name,
        &profile.last_name,
        &profile.state,
        &profile.postal_code,
        &lead.attempts.to_string(),
        lead.last_outcome.as_ref().map_or("", Outcome::as_str),
        &optional(lead.last_call),
        &instant(lead.next_redial),
        &optional(lead.callback),
        &instant(lead.created_at),
        &instant(lead.updated_at),
        if view.is_ready { "true" } else { "false" },
        if lead.review.is_some() { POSSIBLE_DO_NOT_CALL } else { "" },
        "",
    ];
    row(fields)
}

/// A record that cannot be understood has its key, its month and the reason.
pub(super) fn unreadable(unreadable: &Unreadable) -> String {
    let month = unreadable.month.to_string();
    let known = [unreadable.key.as_str(), &month, UNREADABLE];
    let unknown = COLUMNS.len() - known.len() - 1;
    row(known.into_iter().chain(std::iter::repeat_n("", unknown)).chain([unreadable.reason.as_str()]))
}

fn instant(at: DateTime<Utc>) -> String {
    iso(at).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
