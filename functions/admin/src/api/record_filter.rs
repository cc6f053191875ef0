//! Which records a request means. Lists and commands take the same parameters.

use super::invalid::Invalid;
use super::query::Parameters;
use super::record_json::StatusWord;
use redial_domain::Status;
use redial_queue::usecase::admin::Filter;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// The parameters of a filter.
pub(super) const FILTER: [&str; 6] = ["status", "ready", "review", "phone", "lead_id", "q"];
/// The word that selects records that cannot be understood.
pub(super) const UNREADABLE: &str = "unreadable";

/// Filter of records.
#[derive(Debug, Clone, Serialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordFilterJson {
    /// Status of the records.
    #[schema(value_type = Option<StatusWord>)]
    #[param(value_type = Option<StatusWord>)]
    status: Option<&'static str>,
    /// Whether to return only leads that may be dialed now.
    #[param(required = false)]
    ready: bool,
    /// Whether to return only records with a possible do-not-call that waits for a decision.
    #[param(required = false)]
    review: bool,
    /// Phone number, in any common spelling.
    phone: Option<String>,
    /// The call center's lead id.
    lead_id: Option<String>,
    /// Text that the lead id, number, name, list, state or last outcome contains, in upper or lower case.
    q: Option<String>,
}

impl RecordFilterJson {
    pub(super) fn new(filter: &Filter) -> Self {
        Self {
            status: filter.status.map(Status::as_str).or_else(|| filter.unreadable.then_some(UNREADABLE)),
            ready: filter.ready,
            review: filter.review,
            phone: filter.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            lead_id: filter.lead_id.clone(),
            q: filter.text.clone(),
        }
    }
}

/// Reads the parameters in [`FILTER`]. An empty value counts as absent.
///
/// # Errors
/// [`Invalid`] names the parameter, its value and what is allowed.
pub(super) fn parse_filter(parameters: &Parameters) -> Result<Filter, Invalid> {
    let status = parameters.parsed("status", &statuses(), |word| match word {
        UNREADABLE => Some(None),
        word => Status::parse(word).map(Some),
    })?;
    Ok(Filter {
        unreadable: status == Some(None),
        status: status.flatten(),
        ready: parameters.flag("ready")?,
        review: parameters.flag("review")?,
        phone: parameters.phone()?,
        lead_id: parameters.text("lead_id")?,
        text: parameters.text("q")?,
    })
}

fn statuses() -> String {
    [Status::ALL.map(Status::as_str).join(", ").as_str(), UNREADABLE].join(", ")
}
