//! `POST /outcome/test`

use super::error_answer::ErrorAnswer;
use super::invalid::Invalid;
use super::outcome_json::OutcomeAnswer;
use super::query::Parameters;
use super::responses::ReadErrors;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::body::to_bytes;
use axum::extract::{RawQuery, Request, State};
use redial_domain::Judged;
use redial_providers::{Parsed, bland, convoso};
use redial_queue::usecase::ingest::{Preview, Received};
use std::sync::Arc;
use utoipa::{IntoParams, IntoResponses, ToSchema};

/// The most bytes of a payload. The transcript of an hour has a fifth of that.
const BODY_BYTES: usize = 1024 * 1024;

/// Test what a payload would do
///
/// The payload is judged by the settings in force, as the webhook of its provider would judge it now. Nothing is stored, and
/// nothing of the payload is logged. It needs no signature.
#[utoipa::path(
    post,
    path = "/outcome/test",
    tag = "queue",
    params(OutcomeQuery),
    request_body(
        description = "The payload as the provider posts it, at most 1 MB. Its format is detected from the body, and `Content-Type` is ignored. Bland's is a JSON object. Convoso's may also be a form.",
        content(
            (serde_json::Map<String, serde_json::Value> = "application/json", example = json!({
                "call_id": "c-1",
                "to": "+15555550123",
                "status": "completed",
                "completed": true,
                "answered_by": "human",
                "transcripts": [{"user": "user", "text": "Please stop calling me."}],
                "metadata": {"lead_id": "123456"}
            })),
            (String = "application/x-www-form-urlencoded", example = "lead_id=123456&phone_number=5555550123&status=NI&call_log_id=77")
        )
    ),
    responses((status = 200, description = "What the payload would do.", body = OutcomeAnswer), ReadErrors, PayloadErrors)
)]
pub(crate) async fn test_outcome(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<OutcomeAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["provider"])?;
    let provider = parameters.parsed("provider", "bland or convoso", Provider::parse)?;
    let provider = provider
        .ok_or_else(|| Invalid::field("provider", "provider is missing; add ?provider=bland or ?provider=convoso"))?;
    let body = to_bytes(request.into_body(), BODY_BYTES).await.map_err(|_| Failure::PayloadTooLarge)?;
    let now = api.admin.stores.clock.now();
    let parsed = match provider {
        Provider::Bland => bland::parse(&body, now),
        Provider::Convoso => convoso::parse(&body, now),
    };
    let preview = match parsed {
        Ok(Parsed::Report(report)) => api.admin.preview(*report).await?,
        Ok(Parsed::NotAResult(reason)) => {
            Preview::of_nothing(Judged::NotAResult(reason), Received::NotAResult(reason), now)
        }
        Ok(Parsed::Unattached(reason)) => {
            Preview::of_nothing(Judged::Unattached(reason), Received::Unattached(reason), now)
        }
        Err(malformed) => {
            let text = format!("{malformed}; send the payload as the provider posts it to the webhook");
            return Err(Invalid::field("body", text).into());
        }
    };
    Ok(Json(OutcomeAnswer::new(&preview)))
}

/// Whose payload it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
enum Provider {
    Bland,
    Convoso,
}

impl Provider {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "bland" => Some(Self::Bland),
            "convoso" => Some(Self::Convoso),
            _ => None,
        }
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct OutcomeQuery {
    /// Provider whose payload it is.
    #[param(example = "bland", inline)]
    provider: Provider,
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum PayloadErrors {
    /// The body is larger than 1 MB.
    #[response(status = 413)]
    TooLarge(ErrorAnswer),
}
