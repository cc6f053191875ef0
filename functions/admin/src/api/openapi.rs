//! `GET /openapi.json`

use super::responses::ReadErrors;
use axum::http::header;
use axum::response::IntoResponse;

/// The committed document. A test holds it equal to the code. Building it in every process would take as much code as all
/// routes together.
const COMMITTED: &str = include_str!("../../../../openapi.json");

/// OpenAPI document of this API
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "queue",
    responses((status = 200, description = "OpenAPI 3.1 document."), ReadErrors)
)]
pub(crate) async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], COMMITTED)
}
