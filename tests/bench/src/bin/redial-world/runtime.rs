//! The Lambda runtime API: each process of a function asks for an event, answers it and asks again.

use crate::load::now_ms;
use crate::{World, locked};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// The most time of a start.
const START: Duration = Duration::from_secs(20);
/// The most time until an event is answered.
const ANSWER: Duration = Duration::from_secs(250);

/// The events of one function.
pub(crate) struct Queue {
    function: &'static str,
    timeout: Duration,
    sender: mpsc::UnboundedSender<Job>,
    receiver: tokio::sync::Mutex<mpsc::UnboundedReceiver<Job>>,
    answers: Mutex<HashMap<u64, oneshot::Sender<Bytes>>>,
    /// How many processes wait for an event.
    waiting: watch::Sender<usize>,
}

struct Job {
    event: Bytes,
    answer: oneshot::Sender<Bytes>,
}

impl Queue {
    pub(crate) fn new(function: &'static str, timeout_seconds: u64) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        Self {
            function,
            timeout: Duration::from_secs(timeout_seconds),
            sender,
            receiver: receiver.into(),
            answers: Mutex::default(),
            waiting: watch::Sender::new(0),
        }
    }

    /// Gives an event to the next process that is free, and returns its answer.
    pub(crate) async fn invoke(&self, event: Bytes) -> Option<Bytes> {
        let (answer, answered) = oneshot::channel();
        self.sender.send(Job { event, answer }).ok()?;
        tokio::time::timeout(ANSWER, answered).await.ok()?.ok()
    }
}

/// Counts one waiting process, also when it goes away.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Returns what the processes of a function see of Lambda.
pub(crate) fn router(world: Arc<World>, function: &'static str) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/{end}", post(answered))
        .layer(DefaultBodyLimit::disable())
        .with_state(Lambda { world, function })
}

/// One function.
#[derive(Clone)]
struct Lambda {
    world: Arc<World>,
    function: &'static str,
}

impl Lambda {
    fn queue(&self) -> &Queue {
        &self.world.queues[self.function]
    }
}

/// Waits for the next event.
async fn next(State(lambda): State<Lambda>) -> Response {
    let queue = lambda.queue();
    let waiting = Waiting::new(&queue.waiting);
    let job = queue.receiver.lock().await.recv().await;
    drop(waiting);
    let Some(Job { event, answer }) = job else { return StatusCode::GONE.into_response() };
    let id = rand::random::<u64>();
    locked(&queue.answers).insert(id, answer);
    let deadline = now_ms() + i64::try_from(queue.timeout.as_millis()).unwrap();
    let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:{}", queue.function);
    let headers = [
        ("Lambda-Runtime-Aws-Request-Id", id.to_string()),
        ("Lambda-Runtime-Deadline-Ms", deadline.to_string()),
        ("Lambda-Runtime-Invoked-Function-Arn", arn),
    ];
    (headers, event).into_response()
}

/// Takes an answer, or an error in its place.
async fn answered(
    State(lambda): State<Lambda>,
    Path((id, _)): Path<(u64, String)>,
    answer: Bytes,
) -> (StatusCode, &'static str) {
    // The sender may have stopped waiting.
    drop(locked(&lambda.queue().answers).remove(&id).map(|waits| waits.send(answer)));
    (StatusCode::ACCEPTED, "{}")
}

#[derive(Deserialize)]
pub(crate) struct Processes {
    processes: usize,
}

/// Waits until exactly this number of processes of a function wait for an event.
pub(crate) async fn ready(
    State(world): State<Arc<World>>,
    Path(function): Path<String>,
    Query(wanted): Query<Processes>,
) -> Response {
    let Some(queue) = world.queues.get(function.as_str()) else { return StatusCode::NOT_FOUND.into_response() };
    let mut count = queue.waiting.subscribe();
    let waits = count.wait_for(|waiting| *waiting == wanted.processes);
    match tokio::time::timeout(START, waits).await {
        Ok(_) => Json(json!({})).into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}
