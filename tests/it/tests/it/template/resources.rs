//! How functions, stores, queues and logs are set up.

use crate::cloudformation::Template;
use rstest::rstest;
use serde_json::{Value, json};

#[track_caller]
fn check(resource: &str, expected: &[(&str, Value)]) {
    let properties = Template::read().deployed_with(&[]).resource(resource);
    for (place, value) in expected {
        assert_eq!(properties.pointer(place), Some(value), "{resource}{place}");
    }
}

#[rstest]
#[case("WebhookFunction", json!(10))]
#[case("ProcessorFunction", json!("240"))]
#[case("AdminFunction", json!(28))]
fn a_function_ends_in_time(#[case] function: &str, #[case] seconds: Value) {
    check(function, &[("/Timeout", seconds)]);
}

#[test]
fn runs_come_one_at_a_time_and_those_that_fail_are_kept() {
    let queue = json!("arn:aws:sqs:us-east-1:123456789012:FailedRuns");
    let expected = [
        ("/ReservedConcurrentExecutions", json!("1")),
        ("/EventInvokeConfig/MaximumRetryAttempts", json!(0)),
        ("/EventInvokeConfig/MaximumEventAgeInSeconds", json!(3600)),
        ("/EventInvokeConfig/DestinationConfig/OnFailure/Destination", queue.clone()),
        ("/Events/Schedule/Type", json!("Schedule")),
        ("/Events/Schedule/Properties/Schedule", json!("rate(5 minutes)")),
        (
            "/Events/Schedule/Properties/RetryPolicy",
            json!({"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 300}),
        ),
        ("/Events/Schedule/Properties/DeadLetterConfig/Arn", queue),
    ];
    check("ProcessorFunction", &expected);
}

#[rstest]
#[case("1", "rate(1 minute)")]
#[case("60", "rate(60 minutes)")]
fn the_schedule_follows_its_parameter(#[case] minutes: &str, #[case] schedule: &str) {
    let template = Template::read();
    let processor = template.deployed_with(&[("ProcessIntervalMinutes", minutes)]).resource("ProcessorFunction");
    assert_eq!(processor["Events"]["Schedule"]["Properties"]["Schedule"], schedule);
}

#[test]
fn the_bucket_keeps_versions_encrypts_and_is_closed() {
    let closed = json!({
        "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
    });
    let rules = "/LifecycleConfiguration/Rules";
    let encrypted = "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";
    let expected = [
        ("/VersioningConfiguration/Status", json!("Enabled")),
        (encrypted, json!("AES256")),
        ("/PublicAccessBlockConfiguration", closed),
        (&format!("{rules}/0/NoncurrentVersionExpiration/NoncurrentDays"), json!(14)),
        (&format!("{rules}/1/AbortIncompleteMultipartUpload/DaysAfterInitiation"), json!(1)),
    ];
    check("Bucket", &expected);
}

#[test]
fn the_table_is_paid_by_use_and_can_be_restored() {
    let expected = [
        ("/BillingMode", json!("PAY_PER_REQUEST")),
        ("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", json!(true)),
        ("/TimeToLiveSpecification", json!({"AttributeName": "expires", "Enabled": true})),
    ];
    check("Lines", &expected);
}

#[test]
fn every_log_ends() {
    let template = Template::read();
    let deployed = template.deployed_with(&[("LogRetentionDays", "14")]);
    let logs = deployed.resources("AWS::Logs::LogGroup");
    assert!(logs.len() >= 4 && logs.values().all(|log| log["RetentionInDays"] == "14"), "{logs:?}");
    for function in deployed.resources("AWS::Serverless::Function").values() {
        let group = function["LoggingConfig"]["LogGroup"].as_str().unwrap();
        assert!(logs.values().any(|log| log["LogGroupName"] == group), "{group}");
    }
}

#[test]
fn both_architectures_can_be_deployed() {
    let template = Template::read();
    assert_eq!(template.parameters()["Architecture"]["AllowedValues"], json!(["arm64", "x86_64"]));
}
