//! Counts the requests to the stores, with what they cost.

use crate::{World, locked};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Requests of one kind.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Count {
    requests: u64,
    /// DynamoDB's units, those of its indexes too.
    units: f64,
    /// The bytes of the bodies that S3 sent or stored.
    bytes: usize,
    /// The bytes of versions that are old from then on.
    replaced: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<BTreeMap<String, Count>>);

impl Requests {
    pub(crate) fn add(&self, name: &str, units: f64, bytes: usize, replaced: usize) {
        let mut counts = locked(&self.0);
        let count = counts.entry(name.to_owned()).or_default();
        count.requests += 1;
        count.units += units;
        count.bytes += bytes;
        count.replaced += replaced;
    }
}

pub(crate) async fn counted(State(world): State<Arc<World>>) -> Json<BTreeMap<String, Count>> {
    Json(locked(&world.requests.0).clone())
}

pub(crate) async fn forget(State(world): State<Arc<World>>) {
    locked(&world.requests.0).clear();
}
