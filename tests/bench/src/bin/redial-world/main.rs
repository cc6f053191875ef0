//! Stand-ins on loopback for S3, DynamoDB and the Lambda runtime API, with months of any size, modelled latencies and a load.
//!
//! `infra/bench` starts `redial-world PORT WEBHOOK PROCESSOR ADMIN` and functions with its addresses: each function asks for its
//! events at its own port. The CPU time of the functions is measured, so
//! only throughput depends on the speed of this process.
#![expect(clippy::unwrap_used, reason = "a program for measurements, where a panic ends one request")]

mod dynamodb;
mod latency;
mod load;
mod months;
mod requests;
mod runtime;
mod s3;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use dynamodb::Table;
use futures_util::future::join_all;
use latency::Latency;
use redial_queue::testing::MemoryBlobs;
use requests::Requests;
use runtime::Queue;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;

/// What the functions believe to be AWS.
pub(crate) struct World {
    pub(crate) blobs: Arc<MemoryBlobs>,
    pub(crate) table: Mutex<Table>,
    pub(crate) requests: Requests,
    pub(crate) latency: Latency,
    pub(crate) queues: BTreeMap<&'static str, Queue>,
    /// How many results were made so far, so that each is of another lead than the last.
    pub(crate) results: Mutex<usize>,
}

/// The functions with their timeouts in seconds.
const FUNCTIONS: [(&str, u64); 3] = [("webhook", 10), ("processor", 240), ("admin", 15)];

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::main]
async fn main() {
    let ports: Vec<u16> = std::env::args().skip(1).map(|port| port.parse().unwrap()).collect();
    let world = Arc::new(World {
        blobs: Arc::default(),
        table: Mutex::default(),
        requests: Requests::default(),
        latency: Latency::default(),
        queues: FUNCTIONS.into_iter().map(|(name, seconds)| (name, Queue::new(name, seconds))).collect(),
        results: Mutex::default(),
    });
    let functions = FUNCTIONS.iter().map(|(name, _)| runtime::router(Arc::clone(&world), name));
    let routers: Vec<_> = functions.collect();
    let all = std::iter::once(stores(world)).chain(routers).zip(ports).map(|(router, port)| async move {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        axum::serve(listener, router).await.unwrap();
    });
    join_all(all).await;
}

fn stores(world: Arc<World>) -> Router {
    Router::new()
        .route("/control/month", post(months::make))
        .route("/control/webhooks", post(load::webhooks))
        .route("/control/event/{function}", post(load::one))
        .route("/control/ready/{function}", post(runtime::ready))
        .route("/control/latency/{model}", post(latency::set))
        .route("/control/requests", get(requests::counted).delete(requests::forget))
        .route("/", post(dynamodb::answer))
        .route("/{bucket}/", get(s3::list))
        .route("/{bucket}", get(s3::list))
        .route("/{bucket}/{*key}", any(s3::answer))
        .layer(DefaultBodyLimit::disable())
        .with_state(world)
}
