//! Eight clients at one object: what each was told must fit into one order in which every change happened at one instant
//! between its call and its answer. See `tests/README.md`.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod history;
mod line;
mod shard;
mod wayward;

use crate::emulator;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use futures_util::{StreamExt, stream};
use redial_aws::adapters::{DynamoLines, S3Blobs, SystemClock, aws};
use redial_fakes::fault_proxy::{Api, FaultProxy};
use redial_queue::ports::{BlobStore, Clock, LineStore};
use redial_queue::testing::{Fault, Faulty, MemoryBlobs, MemoryLines, TestClock};
use rstest::rstest;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wayward::{Defect, Wayward};

/// Clients, each with its own connections and its own memory of what it has read.
const CLIENTS: usize = 8;
/// Histories of a store in memory.
const MANY: u64 = 10;
/// Histories of a store behind the network.
const FEW: u64 = 4;
/// A defect that is not found in so many histories is not found.
const ENOUGH: u64 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_in_memory_is_linearizable() {
    for seed in 0..MANY {
        assert!(shard::fits(&blobs_in_memory(None), &test_clock(), shard::EVERYTHING, seed).await, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_in_memory_is_linearizable_though_answers_are_lost() {
    for seed in 0..MANY {
        let faulty = Faulty::new(Arc::new(MemoryBlobs::default()));
        faulty.otherwise(now_and_then());
        let clients = same_for_all(Arc::new(Wayward::new(Arc::new(faulty), None)) as Arc<dyn BlobStore>);
        assert!(shard::fits(&clients, &test_clock(), shard::REPEATABLE, seed).await, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_in_s3_is_linearizable() {
    for seed in 0..FEW {
        let clients = s3(&emulator::emulated()).await;
        assert!(shard::fits(&clients, &system_clock(), shard::EVERYTHING, seed).await, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_in_s3_is_linearizable_though_answers_are_lost() {
    for seed in 0..FEW {
        let proxy = FaultProxy::start(&emulator::emulated(), Api::of_aws, seed).await.unwrap();
        let clients = s3(proxy.base_url()).await;
        assert!(shard::fits(&clients, &system_clock(), shard::REPEATABLE, seed).await, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_in_memory_is_linearizable() {
    for seed in 0..MANY {
        assert!(line::fits(&lines_in_memory(None), &test_clock(), true, seed).await, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_in_dynamodb_is_linearizable() {
    for seed in 0..FEW {
        let clients = dynamodb(&emulator::emulated()).await;
        assert!(line::fits(&clients, &system_clock(), true, seed).await, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_in_dynamodb_is_linearizable_though_answers_are_lost() {
    for seed in 0..FEW {
        let proxy = FaultProxy::start(&emulator::emulated(), Api::of_aws, seed).await.unwrap();
        let clients = dynamodb(proxy.base_url()).await;
        assert!(line::fits(&clients, &system_clock(), false, seed).await, "seed {seed}");
    }
}

#[rstest]
#[case::blind_writes(Defect::BlindWrites)]
#[case::stale_reads(Defect::StaleReads)]
#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_objects_that_breaks_its_promise_is_found_out(#[case] defect: Defect) {
    for mix in [shard::EVERYTHING, shard::REPEATABLE] {
        let histories = stream::iter(0..ENOUGH)
            .then(async |seed| shard::fits(&blobs_in_memory(Some(defect)), &test_clock(), mix, seed).await);
        assert!(pin!(histories).any(async |fits| !fits).await, "{defect:?} fits with {mix:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_lines_that_breaks_its_promise_is_found_out() {
    for changes_tell in [true, false] {
        let histories = stream::iter(0..ENOUGH).then(async |seed| {
            line::fits(&lines_in_memory(Some(Defect::BlindWrites)), &test_clock(), changes_tell, seed).await
        });
        assert!(pin!(histories).any(async |fits| !fits).await, "blind writes fit");
    }
}

fn blobs_in_memory(defect: Option<Defect>) -> Vec<Arc<dyn BlobStore>> {
    same_for_all(Arc::new(Wayward::new(Arc::new(MemoryBlobs::default()), defect)))
}

fn lines_in_memory(defect: Option<Defect>) -> Vec<Arc<dyn LineStore>> {
    same_for_all(Arc::new(Wayward::new(Arc::new(MemoryLines::default()), defect)))
}

fn same_for_all<T: ?Sized>(store: Arc<T>) -> Vec<Arc<T>> {
    vec![store; CLIENTS]
}

/// One bucket, and a client of its own for each.
async fn s3(endpoint: &str) -> Vec<Arc<dyn BlobStore>> {
    let bucket = emulator::new_bucket(&aws::s3(&emulator::config(&emulator::emulated()).await)).await;
    let mut clients: Vec<Arc<dyn BlobStore>> = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(Arc::new(S3Blobs::new(aws::s3(&patient(endpoint).await), &bucket)));
    }
    clients
}

/// One table, and a client of its own for each.
async fn dynamodb(endpoint: &str) -> Vec<Arc<dyn LineStore>> {
    let table = emulator::new_lines_table(&Client::new(&emulator::config(&emulator::emulated()).await)).await;
    let mut clients: Vec<Arc<dyn LineStore>> = Vec::new();
    for _ in 0..CLIENTS {
        let client = Client::new(&patient(endpoint).await);
        clients.push(Arc::new(DynamoLines::new(client, &table, system_clock())));
    }
    clients
}

/// On a busy machine an answer may be late; without faults none may be lost.
async fn patient(endpoint: &str) -> SdkConfig {
    let patience = TimeoutConfig::builder().operation_timeout(Duration::from_secs(60)).build();
    emulator::config(endpoint).await.into_builder().timeout_config(patience).build()
}

fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

fn test_clock() -> Arc<dyn Clock> {
    Arc::new(TestClock::at("2025-12-17T19:00:00Z"))
}

/// Four of thirteen operations fail.
fn now_and_then() -> impl Fn(redial_queue::testing::Operation, &str) -> Fault + Send + Sync {
    let operations = AtomicUsize::new(0);
    move |_, _| match operations.fetch_add(1, Ordering::SeqCst) % 13 {
        3 => Fault::Lost,
        5 | 9 => Fault::AnswerLost,
        11 => Fault::Conflict,
        _ => Fault::None,
    }
}
