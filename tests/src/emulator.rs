//! The emulator on which tests try the real stores: its address, its clients, and a bucket and a table for each test.
#![expect(clippy::unwrap_used, clippy::panic, reason = "without the emulator a test fails")]

use aws_config::SdkConfig;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType,
};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use redial::adapters::aws::{self, AwsAddress};
use std::path::PathBuf;
use uuid::Uuid;

/// Where the emulator is. A test that needs it fails without it: a test that is left out would look like one that passed.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where tests read the environment")]
pub fn endpoint() -> String {
    std::env::var("REDIAL_TEST_ENDPOINT").unwrap_or_else(|_| {
        panic!("REDIAL_TEST_ENDPOINT is not set: this test needs the emulator; run `./test`, which starts it")
    })
}

/// Where the description of the deployed stack is. As with [`endpoint`], a test that needs it fails without it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where tests read the environment")]
pub fn stack() -> PathBuf {
    std::env::var("REDIAL_TEST_STACK").map(PathBuf::from).unwrap_or_else(|_| {
        panic!("REDIAL_TEST_STACK is not set: this test needs the deployed stack; run `./test`, which deploys it")
    })
}

/// The AWS CLI. As with [`endpoint`], a test that needs it fails without it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where tests read the environment")]
pub fn aws_cli() -> PathBuf {
    std::env::var("REDIAL_TEST_AWS").map(PathBuf::from).unwrap_or_else(|_| {
        panic!("REDIAL_TEST_AWS is not set: this test needs the AWS CLI; run `./test`, which installs it")
    })
}

/// The settings of production with another endpoint, the emulator's or a scripted server's, and made-up credentials.
pub async fn config(endpoint: &str) -> SdkConfig {
    let address = AwsAddress { region: Some("us-east-1".to_owned()), endpoint: Some(endpoint.to_owned()) };
    let credentials = SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test"));
    aws::sdk_config(&address).await.into_builder().credentials_provider(credentials).build()
}

/// Makes an empty bucket.
pub async fn new_bucket(client: &aws_sdk_s3::Client) -> String {
    let name = format!("conformance-{}", Uuid::new_v4());
    client.create_bucket().bucket(&name).send().await.unwrap();
    name
}

/// Makes an empty table for lines, shaped as the template shapes it.
pub async fn new_lines_table(client: &aws_sdk_dynamodb::Client) -> String {
    let name = format!("conformance-{}", Uuid::new_v4());
    let index = GlobalSecondaryIndex::builder()
        .index_name("open")
        .key_schema(key("open", KeyType::Hash))
        .key_schema(key("until", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build());
    let request = client.create_table().table_name(&name).billing_mode(BillingMode::PayPerRequest);
    let request = request
        .attribute_definitions(attribute("phone", ScalarAttributeType::S))
        .attribute_definitions(attribute("open", ScalarAttributeType::S))
        .attribute_definitions(attribute("until", ScalarAttributeType::N))
        .key_schema(key("phone", KeyType::Hash))
        .global_secondary_indexes(index.build().unwrap());
    request.send().await.unwrap();
    name
}

/// Keeps a secret under a name, encrypted under the account's default key, whatever was there.
pub async fn put_secret(client: &aws_sdk_ssm::Client, name: &str, value: &str) {
    let request = client.put_parameter().name(name).value(value).overwrite(true);
    request.r#type(aws_sdk_ssm::types::ParameterType::SecureString).send().await.unwrap();
}

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
}

fn attribute(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
}
