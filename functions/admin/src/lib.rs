//! The admin API (`docs/CONTRACT.md`, *Admin API*): requests become calls of use cases, and their answers become JSON.
//! Beside it is the page with which operators use it.

pub mod api;
mod auth;
mod failure;
mod openapi;
mod page;

pub use api::{BASE, ROUTES, Route, gateway_uri, router};
pub use auth::Access;
pub use openapi::document;
pub use page::PAGE;

use redial_queue::ports::Secret;
use redial_queue::usecase::admin::Admin;
use std::sync::Arc;

/// What the API needs.
#[derive(Debug, Clone)]
pub struct Api {
    /// The operators' use cases.
    pub admin: Admin,
    /// The valid keys, as `name:role:digest` separated by commas.
    pub keys: Arc<dyn Secret>,
    /// Whether `?api_key=` is accepted for GET.
    pub allow_key_in_query: bool,
}
