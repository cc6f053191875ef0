//! The stand-ins and the real stores pass the same suites.

use crate::emulator;
use redial_aws::adapters::{DynamoLines, S3Blobs, S3Uploads, SsmSecrets, SystemClock, aws};
use redial_queue::testing::{Faulty, MemoryBlobs, MemoryLines, MemorySecrets, conformance};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn memory_blobs_are_a_blob_store() {
    conformance::blobs(Arc::new(MemoryBlobs::default())).await;
}

#[tokio::test]
async fn memory_blobs_take_uploads() {
    let store = MemoryBlobs::default();
    conformance::uploads(&store, &store).await;
    let store = Faulty::new(Arc::new(MemoryBlobs::default()));
    conformance::uploads(&store, &store).await;
}

#[tokio::test]
async fn s3_takes_uploads() {
    let client = aws::s3(&emulator::aws().await);
    let bucket = emulator::new_bucket(&client).await;
    let (uploads, blobs) = (S3Uploads::new(client.clone(), &bucket), S3Blobs::new(client.clone(), &bucket));
    conformance::uploads(&uploads, &blobs).await;
    emulator::remove_bucket(&client, &bucket).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_lines_are_a_line_store() {
    conformance::lines(Arc::new(MemoryLines::default())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faulty_stores_without_faults_are_stores() {
    conformance::blobs(Arc::new(Faulty::new(Arc::new(MemoryBlobs::default())))).await;
    conformance::lines(Arc::new(Faulty::new(Arc::new(MemoryLines::default())))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_blobs_are_a_blob_store() {
    let client = aws::s3(&emulator::aws().await);
    let bucket = emulator::new_bucket(&client).await;
    conformance::blobs(Arc::new(S3Blobs::new(client.clone(), &bucket))).await;
    emulator::remove_bucket(&client, &bucket).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dynamo_lines_are_a_line_store() {
    let client = aws_sdk_dynamodb::Client::new(&emulator::aws().await);
    let table = emulator::new_lines_table(&client).await;
    conformance::lines(Arc::new(DynamoLines::new(client.clone(), &table, Arc::new(SystemClock)))).await;
    client.delete_table().table_name(table).send().await.unwrap();
}

#[tokio::test]
async fn memory_secrets_are_a_store_of_secrets() {
    let store = MemorySecrets::default();
    conformance::secrets(&store, async |name, value| store.set(name, value), async |name| store.remove(name)).await;
}

#[tokio::test]
async fn ssm_secrets_are_a_store_of_secrets() {
    let config = emulator::aws().await;
    let keeper = emulator::SecretKeeper::new(&config);
    let put = async |name: &str, value: &str| keeper.put(name, value).await;
    let remove = async |name: &str| keeper.delete(name).await;
    conformance::secrets(&SsmSecrets::new(&config), put, remove).await;
}
