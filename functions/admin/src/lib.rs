//! The admin API (`PRODUCT.md` §10): requests become calls of the use case, its answers become JSON.

mod auth;
mod failure;
mod openapi;
mod routes;

pub use openapi::document;
pub use routes::{BASE, router};

use redial::usecase::admin::Admin;
use redial::wire::api_key::Keyring;

/// What the API needs.
#[derive(Debug, Clone)]
pub struct Api {
    /// Shows and steers the queue.
    pub admin: Admin,
    /// The valid keys.
    pub keys: Keyring,
    /// `?api_key=` works for GET.
    pub allow_key_in_query: bool,
}
