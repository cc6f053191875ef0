use super::iso::iso;
use chrono::{DateTime, Utc};
use redial_domain::{Bulk, BulkState, Effects};
use redial_queue::usecase::admin::{BulkPreview, Chosen};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a command for many leads would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BulkPreviewAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// The command: `pause`, `resume` or `remove`.
    #[schema(example = "pause")]
    command: &'static str,
    /// The filter as it was understood. Empty for all leads.
    #[schema(example = json!({"status": "pending", "q": "smith"}))]
    filter: BTreeMap<String, String>,
    /// Number of leads that match.
    #[schema(example = 120)]
    count: u64,
    /// Leads that the command would change.
    #[schema(example = 110)]
    changed: u64,
    /// Leads that are so already.
    #[schema(example = 4)]
    unchanged: u64,
    /// Leads for which the command is not possible, by reason.
    #[schema(example = json!({"completed": 6}))]
    impossible: BTreeMap<&'static str, u64>,
    /// Objects that cannot be read, or that runs are dividing. Their leads are not in `count`.
    #[schema(example = 0)]
    unread_objects: usize,
    /// At most ten of the leads, those that are due first.
    sample: Vec<ChosenLeadJson>,
    /// Token that confirms the command for exactly these leads. `null` if there are none.
    #[schema(example = "019b2de3-7a80-7000-8000-000000000001")]
    confirm: Option<String>,
    /// Time at which the token ends.
    expires_at: DateTime<Utc>,
}

/// Lead of a preview.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ChosenLeadJson {
    /// The call center's lead id.
    #[schema(example = "123456")]
    lead_id: String,
    /// Phone number, in E.164.
    #[schema(example = "+15555550123")]
    phone_number: String,
    /// Month of the record.
    #[schema(example = "2024-12")]
    month: String,
    /// Status of the record.
    #[schema(example = "pending")]
    status: &'static str,
    /// Time at which the next attempt is due.
    next_redial_iso: DateTime<Utc>,
}

/// How far a command for many leads is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BulkAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Id of the command. `GET /leads/bulk/{id}` shows how far it is.
    #[schema(example = "019b2de3-7a80-7000-8000-000000000001")]
    id: String,
    /// The command: `pause`, `resume` or `remove`.
    #[schema(example = "pause")]
    command: &'static str,
    /// The filter of the preview. Empty for all leads.
    #[schema(example = json!({"status": "pending", "q": "smith"}))]
    filter: BTreeMap<String, String>,
    /// `running`: leads are left, and the next run goes on. `done`: every lead got the command or cannot get it. `failed`: the stored selection was deleted.
    #[schema(example = "done")]
    state: &'static str,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// Name of the key that confirmed it.
    #[schema(example = "ops")]
    by: String,
    /// Person who confirmed it, as the header `X-User` named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user: Option<String>,
    /// Time of the confirmation.
    confirmed_at: DateTime<Utc>,
    /// Time of the last progress.
    updated_at: DateTime<Utc>,
    /// Number of leads.
    #[schema(example = 120)]
    total: u64,
    /// Leads that were tried.
    #[schema(example = 120)]
    done: u64,
    /// Leads that the command has changed.
    #[schema(example = 110)]
    changed: u64,
    /// Leads that were so before. Leads that are tried again after an interruption count here too.
    #[schema(example = 4)]
    unchanged: u64,
    /// Leads for which the command is not possible, by reason. `gone`: there is no record any more. `changed_since_preview`: the record has changed, so that the command may be against the will of another operator.
    #[schema(example = json!({"completed": 6}))]
    impossible: BTreeMap<&'static str, u64>,
    /// Leads whose record or line cannot be read. Runs try them again, and do not dial them if the command is `pause` or `remove`.
    #[schema(example = 0)]
    unreadable: usize,
}

fn impossible(effects: &Effects) -> BTreeMap<&'static str, u64> {
    effects.impossible.iter().map(|(why, count)| (why.as_str(), *count)).collect()
}

impl BulkPreviewAnswer {
    pub(super) fn new(preview: &BulkPreview) -> Self {
        let BulkPreview { id, selection, effects, sample, unread_objects } = preview;
        Self {
            success: true,
            command: selection.command.as_str(),
            filter: selection.filter.clone(),
            count: selection.leads,
            changed: effects.changed,
            unchanged: effects.unchanged,
            impossible: impossible(effects),
            unread_objects: *unread_objects,
            sample: sample.iter().map(ChosenLeadJson::new).collect(),
            confirm: id.clone(),
            expires_at: iso(selection.expires_at()),
        }
    }
}

impl ChosenLeadJson {
    fn new(chosen: &Chosen) -> Self {
        Self {
            lead_id: chosen.lead.id.as_str().to_owned(),
            phone_number: chosen.lead.phone.as_str().to_owned(),
            month: chosen.month.to_string(),
            status: chosen.status.as_str(),
            next_redial_iso: iso(chosen.next_redial),
        }
    }
}

impl BulkAnswer {
    pub(super) fn new(id: String, bulk: &Bulk) -> Self {
        let (state, reason) = match &bulk.state {
            BulkState::Running => ("running", None),
            BulkState::Done => ("done", None),
            BulkState::Failed(reason) => ("failed", Some(reason.clone())),
        };
        Self {
            success: true,
            id,
            command: bulk.selection.command.as_str(),
            filter: bulk.selection.filter.clone(),
            state,
            reason,
            by: bulk.selection.by.clone(),
            user: bulk.user.clone(),
            confirmed_at: iso(bulk.confirmed_at),
            updated_at: iso(bulk.updated_at),
            total: bulk.selection.leads,
            done: bulk.tried,
            changed: bulk.effects.changed,
            unchanged: bulk.effects.unchanged,
            impossible: impossible(&bulk.effects),
            unreadable: bulk.unreadable.len(),
        }
    }
}
