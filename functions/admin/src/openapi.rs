//! The OpenAPI document, made from the code.

mod webhooks;

use crate::api::{self, texts};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// Returns the OpenAPI document of the admin API and of the webhooks, as JSON.
#[must_use]
pub fn document() -> String {
    Document::openapi().to_pretty_json().unwrap_or_default() + "\n"
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Redial Queue", description = "Redials leads. Operators use the admin API. Bland and Convoso call the webhooks."),
    nest((path = "/api/admin/redial-queue", api = api::Paths)),
    paths(webhooks::bland, webhooks::convoso, webhooks::convoso_with_token),
    // Response enums and parameters name these, and utoipa collects schemas from bodies only.
    components(schemas(
        api::ErrorAnswer,
        webhooks::WebhookAnswer,
        texts::CursorText,
        texts::DecisionIdText,
        texts::EtagsText,
        texts::EventKind,
        texts::LeadIdInPath,
        texts::LeadIdText,
        texts::ListFormatWord,
        texts::MonthText,
        texts::PhoneText,
        texts::SearchText,
    )),
    modifiers(&Keys, &NoOtherFields),
    tags(
        (name = "queue", description = "The whole queue."),
        (name = "records", description = "Lists of records."),
        (name = "leads", description = "One lead, or many."),
        (name = "numbers", description = "One phone number."),
        (name = "rules", description = "When, where and how often a person may be called."),
        (name = "suppressions", description = "Numbers that must never be called again."),
        (name = "settings", description = "Settings that can be changed at run time."),
        (name = "webhooks", description = "Call results and new leads. For Bland and Convoso, not for operators."),
    )
)]
struct Document;

/// Says of each kind of decision that it has no other fields. utoipa says it of structs only.
struct NoOtherFields;

impl Modify for NoOtherFields {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let schemas = openapi.components.iter_mut().flat_map(|components| &mut components.schemas);
        for (_, schema) in schemas.filter(|(name, _)| *name == "DecisionBody") {
            let RefOr::T(Schema::OneOf(kinds)) = schema else { continue };
            for kind in &mut kinds.items {
                if let RefOr::T(Schema::Object(kind)) = kind {
                    kind.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
                }
            }
        }
    }
}

struct Keys;

impl Modify for Keys {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let header = |name, text| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, text)));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme(
            "key",
            header("X-API-Key", "Key of the admin API. A key with the role `read` may use what changes nothing: GET, and `POST /outcome/test`."),
        );
        components.add_security_scheme(
            "signature",
            header("X-Webhook-Signature", "HMAC-SHA256 of the body with the webhook secret, in hexadecimal."),
        );
        components.add_security_scheme("secret", header("X-Webhook-Token", "The webhook secret."));
    }
}
