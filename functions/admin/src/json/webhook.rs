//! What a webhook is answered, for the description.

use serde::Serialize;
use utoipa::ToSchema;

/// What became of a webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookAnswer {
    /// It need not be sent again.
    #[schema(example = true)]
    pub success: bool,
    /// `applied`, `repeat`, or `stored` when it reaches the record a little later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub result: Option<String>,
    /// Why it changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ignored: Option<String>,
}
