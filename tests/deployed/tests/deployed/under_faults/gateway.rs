//! The address to which the fake Bland posts: each webhook goes to one of the processes.

use super::process::{Answer, Process};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use redial_fakes::fake_bland::SIGNATURE_HEADER;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

#[derive(Debug)]
struct Gateway {
    processes: Arc<[Process]>,
    next: AtomicUsize,
}

/// Serves until the set is dropped.
pub(crate) fn serve(listener: TcpListener, processes: Arc<[Process]>) -> JoinSet<()> {
    let gateway = Arc::new(Gateway { processes, next: AtomicUsize::new(0) });
    let router = Router::new().fallback(forward).with_state(gateway);
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        // Accept errors are retried inside; nothing makes it return.
        let _ = axum::serve(listener, router).await;
    });
    serving
}

async fn forward(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let turn = gateway.next.fetch_add(1, Ordering::SeqCst) % gateway.processes.len();
    let signature = headers[SIGNATURE_HEADER].to_str().unwrap();
    let Answer { status, body } = gateway.processes[turn].post(body, signature).await;
    (StatusCode::from_u16(status).unwrap(), body)
}
