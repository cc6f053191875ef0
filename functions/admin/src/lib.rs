//! The admin API (`docs/CONTRACT.md`, "Admin API"): calls the use cases and answers with JSON.

mod auth;
mod failure;
pub mod json;
mod openapi;
mod routes;

pub use openapi::document;
pub use routes::{BASE, router};

use redial_queue::ports::Secret;
use redial_queue::usecase::admin::Admin;
use std::sync::Arc;

/// What the API needs.
#[derive(Debug, Clone)]
pub struct Api {
    /// Shows and steers the queue.
    pub admin: Admin,
    /// The valid keys, as `name:role:digest` separated by commas.
    pub keys: Arc<dyn Secret>,
    /// `?api_key=` works for GET.
    pub allow_key_in_query: bool,
}
