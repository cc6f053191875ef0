//! `/_fake`: what tests ask and arrange when the fake runs as a process of its own. No key is needed.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    call::{Call, Received},
    fault::FaultRule,
    script::Script,
    server::{Server, Shared},
};

pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/health", get(health))
        .route("/calls", get(calls))
        .route("/requests", get(requests))
        .route("/concurrency", get(concurrency))
        .route("/reset", post(reset))
        .route("/script", put(script))
        .route("/faults", put(faults).delete(clear_faults))
}

#[derive(Debug, Deserialize)]
struct Whom {
    to: Option<String>,
}

impl Whom {
    /// By hand one types `?to=+1…`, where the plus sign means a space.
    fn is(&self, number: &str) -> bool {
        self.to.as_ref().is_none_or(|to| to.trim_start_matches([' ', '+']) == number.trim_start_matches('+'))
    }
}

async fn health(State(server): Shared) -> Json<Value> {
    let live = server.book().calls().filter(|call| call.is_live()).count();
    Json(json!({ "status": "ok", "live": live, "under_way": server.under_way() }))
}

async fn calls(State(server): Shared, Query(whom): Query<Whom>) -> Json<Vec<Call>> {
    Json(server.book().calls().filter(|call| whom.is(&call.to)).cloned().collect())
}

async fn requests(State(server): Shared, Query(whom): Query<Whom>) -> Json<Vec<Received>> {
    let is_for = |request: &&Received| whom.is(request.to.as_deref().unwrap_or_default());
    Json(server.book().requests().iter().filter(is_for).cloned().collect())
}

async fn concurrency(State(server): Shared) -> Json<BTreeMap<String, usize>> {
    Json(server.book().concurrency())
}

async fn reset(State(server): Shared) -> StatusCode {
    server.reset();
    StatusCode::NO_CONTENT
}

async fn script(State(server): Shared, Json(script): Json<Script>) -> StatusCode {
    server.book().put_script(script);
    StatusCode::NO_CONTENT
}

async fn faults(State(server): Shared, Json(rule): Json<FaultRule>) -> StatusCode {
    server.book().faults.put(rule);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(server): Shared) -> StatusCode {
    server.book().faults.clear();
    StatusCode::NO_CONTENT
}
