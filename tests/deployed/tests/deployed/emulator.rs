//! The AWS on which tests try the real stores, an emulator or an account: its address, and a bucket and a table for each test.
#![expect(clippy::unwrap_used, clippy::panic, reason = "without AWS a test fails")]

use aws_config::{Region, SdkConfig};
use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType,
};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_s3::types::CreateBucketConfiguration;
use redial_aws::adapters::aws::{self, AwsAddress};
use redial_aws::adapters::aws_operation::{AwsOperation, Request};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// DynamoDB itself takes some seconds, an emulator none.
const MAKING_A_TABLE: Duration = Duration::from_secs(120);

/// The descriptions of the deployed stacks: several, or one as `infra/describe` prints it. A test that needs them fails without
/// them: a test that is left out would look like one that passed.
#[must_use]
pub(crate) fn stacks() -> Vec<Value> {
    let place = variable("REDIAL_TEST_STACK").unwrap_or_else(|| {
        panic!("REDIAL_TEST_STACK is not set: this test needs a deployed stack; run `./test`, which deploys some")
    });
    let described: Value = serde_json::from_slice(&fs::read(place).unwrap()).unwrap();
    described["stacks"].as_array().cloned().unwrap_or_else(|| vec![described])
}

/// The AWS of the tests: the emulator at `REDIAL_TEST_ENDPOINT`, else the one of the first deployed stack's description; when
/// that names no endpoint, the account that the environment has credentials for.
pub(crate) async fn aws() -> SdkConfig {
    aws_at(endpoint().as_deref()).await
}

/// An emulator at an address, or else the account that the environment has credentials for.
pub(crate) async fn aws_at(endpoint: Option<&str>) -> SdkConfig {
    match endpoint {
        Some(endpoint) => config(endpoint).await,
        None => aws::sdk_config(&AwsAddress::default()).await,
    }
}

/// The address of the emulator, for a test that puts something in front of it. On AWS itself it fails.
#[must_use]
pub(crate) fn emulated() -> String {
    endpoint().unwrap_or_else(|| panic!("this test needs an emulator: AWS is not made to fail"))
}

fn endpoint() -> Option<String> {
    variable("REDIAL_TEST_ENDPOINT").or_else(|| stacks()[0]["endpoint"].as_str().map(ToOwned::to_owned))
}

/// The AWS CLI. A test that needs it fails without it.
#[must_use]
pub(crate) fn aws_cli() -> PathBuf {
    variable("REDIAL_TEST_AWS").map(PathBuf::from).unwrap_or_else(|| {
        panic!("REDIAL_TEST_AWS is not set: this test needs the AWS CLI; run `./test`, which installs it")
    })
}

/// An interpreter with `DuckDB`.
#[must_use]
pub(crate) fn duckdb() -> PathBuf {
    variable("REDIAL_TEST_DUCKDB").map(PathBuf::from).unwrap_or_else(|| {
        panic!("REDIAL_TEST_DUCKDB is not set: this test needs DuckDB; run `./test`, which installs it")
    })
}

/// The executable of Schemathesis.
#[must_use]
pub(crate) fn schemathesis() -> PathBuf {
    variable("REDIAL_TEST_SCHEMATHESIS").map(PathBuf::from).unwrap_or_else(|| {
        panic!("REDIAL_TEST_SCHEMATHESIS is not set: this test needs Schemathesis; run `./test`, which installs it")
    })
}

/// The executable of Node, which tells the stories of the operators' page.
#[must_use]
pub(crate) fn node() -> PathBuf {
    variable("REDIAL_TEST_NODE")
        .map(PathBuf::from)
        .unwrap_or_else(|| panic!("REDIAL_TEST_NODE is not set: this test needs Node; run `./test`, which installs it"))
}

/// The folder with a browser, its libraries and its fonts.
#[must_use]
pub(crate) fn browser() -> PathBuf {
    variable("REDIAL_TEST_BROWSER").map(PathBuf::from).unwrap_or_else(|| {
        panic!("REDIAL_TEST_BROWSER is not set: this test needs a browser; run `./test`, which installs it")
    })
}

#[expect(clippy::disallowed_methods, reason = "the one place where tests read the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The settings of production with another endpoint, the emulator's or a scripted server's, and made-up credentials.
pub(crate) async fn config(endpoint: &str) -> SdkConfig {
    let address = AwsAddress { region: Some("us-east-1".to_owned()), endpoint: Some(endpoint.to_owned()) };
    let credentials = SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test"));
    aws::sdk_config(&address).await.into_builder().credentials_provider(credentials).build()
}

/// Makes an empty bucket.
pub(crate) async fn new_bucket(client: &aws_sdk_s3::Client) -> String {
    let name = format!("conformance-{}", Uuid::new_v4());
    // The region in which S3 began has no name here.
    let elsewhere = client.config().region().map(Region::as_ref).filter(|region| *region != "us-east-1");
    let place = elsewhere.map(|region| CreateBucketConfiguration::builder().location_constraint(region.into()).build());
    client.create_bucket().bucket(&name).set_create_bucket_configuration(place).send().await.unwrap();
    name
}

/// Removes a bucket with all that is in it.
pub(crate) async fn remove_bucket(client: &aws_sdk_s3::Client, name: &str) {
    let mut pages = client.list_objects_v2().bucket(name).into_paginator().send();
    while let Some(page) = pages.next().await {
        for object in page.unwrap().contents() {
            client.delete_object().bucket(name).key(object.key().unwrap()).send().await.unwrap();
        }
    }
    client.delete_bucket().bucket(name).send().await.unwrap();
}

/// Makes an empty table for lines, shaped as the template shapes it.
pub(crate) async fn new_lines_table(client: &aws_sdk_dynamodb::Client) -> String {
    let name = format!("conformance-{}", Uuid::new_v4());
    let index = GlobalSecondaryIndex::builder()
        .index_name("open")
        .key_schema(key("open", KeyType::Hash))
        .key_schema(key("until", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build());
    let with_line = Projection::builder().projection_type(ProjectionType::Include).non_key_attributes("line");
    let suppressed = GlobalSecondaryIndex::builder()
        .index_name("suppressed")
        .key_schema(key("suppressed", KeyType::Hash))
        .key_schema(key("phone", KeyType::Range))
        .projection(with_line.build());
    let request = client.create_table().table_name(&name).billing_mode(BillingMode::PayPerRequest);
    let request = request
        .attribute_definitions(attribute("phone", ScalarAttributeType::S))
        .attribute_definitions(attribute("open", ScalarAttributeType::S))
        .attribute_definitions(attribute("until", ScalarAttributeType::N))
        .attribute_definitions(attribute("suppressed", ScalarAttributeType::S))
        .key_schema(key("phone", KeyType::Hash))
        .global_secondary_indexes(index.build().unwrap())
        .global_secondary_indexes(suppressed.build().unwrap());
    request.send().await.unwrap();
    client.wait_until_table_exists().table_name(&name).wait(MAKING_A_TABLE).await.unwrap();
    name
}

/// What an operator does with secrets in Parameter Store.
pub(crate) struct SecretKeeper(AwsOperation);

impl SecretKeeper {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        Self(AwsOperation::new(config, "ssm", "SSM"))
    }

    /// Keeps a secret under a name, encrypted under the account's default key, whatever was there.
    pub(crate) async fn put(&self, name: &str, value: &str) {
        let secret = json!({"Name": name, "Value": value, "Type": "SecureString", "Overwrite": true});
        self.send("AmazonSSM.PutParameter", &secret).await;
    }

    pub(crate) async fn get(&self, name: &str) -> String {
        let found = self.send("AmazonSSM.GetParameter", &json!({"Name": name, "WithDecryption": true})).await;
        found["Parameter"]["Value"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn delete(&self, name: &str) {
        self.send("AmazonSSM.DeleteParameter", &json!({"Name": name})).await;
    }

    async fn send(&self, target: &'static str, body: &Value) -> Value {
        let headers = vec![("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
        let request = Request { method: "POST", path: "/".to_owned(), headers, body: body.to_string() };
        serde_json::from_slice(&self.0.send(request).await.unwrap().body).unwrap()
    }
}

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
}

fn attribute(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
}
