//! A blind overwrite is refused by the bucket. No emulator knows the condition keys `s3:if-match` and `s3:if-none-match`,
//! so the policy itself is evaluated, with the context that AWS gives each kind of request.

use super::policy::decide;
use crate::cloudformation::Template;
use iam_rs::Decision;
use rstest::rstest;
use serde_json::{Value, json};

const MONTH: &str = "arn:aws:s3:::bucket/redial-queue/redial-queue_2025-12.json";
const ENCRYPTED: (&str, &str) = ("aws:SecureTransport", "true");
const IF_MATCH: (&str, &str) = ("s3:if-match", "\"9b2cf535f27731c974343645a3985328\"");
const IF_NONE_MATCH: (&str, &str) = ("s3:if-none-match", "*");
/// True where an object comes to be, false for the steps of an upload in parts before its completion.
const CREATES: (&str, &str) = ("s3:ObjectCreationOperation", "true");
const PREPARES: (&str, &str) = ("s3:ObjectCreationOperation", "false");

/// A kind of write, its context, and whether it gets through.
type Write = (&'static str, &'static [(&'static str, &'static str)], bool);

/// Writes of an object. All need the one right `s3:PutObject`, also copies and every step of an upload in parts.
const WRITES: [Write; 8] = [
    ("a put without a condition", &[ENCRYPTED, CREATES], false),
    ("a put with If-Match", &[ENCRYPTED, CREATES, IF_MATCH], true),
    ("a put with If-None-Match", &[ENCRYPTED, CREATES, IF_NONE_MATCH], true),
    ("a copy", &[ENCRYPTED, CREATES, ("s3:x-amz-copy-source", "bucket/other")], false),
    ("the begin of an upload in parts", &[ENCRYPTED, PREPARES], false),
    ("a part of an upload", &[ENCRYPTED, PREPARES], false),
    ("the end of an upload in parts", &[ENCRYPTED, CREATES], false),
    ("a put with If-Match in the clear", &[("aws:SecureTransport", "false"), CREATES, IF_MATCH], false),
];

fn bucket_policy() -> Value {
    Template::read().deployed_with(&[]).resource("BucketPolicy")["PolicyDocument"].clone()
}

/// The first write that a bucket policy treats otherwise than it should, for a role that may put anything.
fn mistake(bucket_policy: &Value) -> Option<&'static str> {
    let role = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
    let policies = [role, bucket_policy.clone()];
    let wrong = |(_, context, allowed): &Write| {
        (decide(&policies, "s3:PutObject", MONTH, context) == Decision::Allow) != *allowed
    };
    WRITES.into_iter().find(wrong).map(|(write, ..)| write)
}

#[test]
fn only_a_put_with_a_condition_gets_through() {
    assert_eq!(mistake(&bucket_policy()), None);
}

#[test]
fn the_policy_is_the_bucket_s_own() {
    let template = Template::read();
    let deployed = template.deployed_with(&[]);
    assert_eq!(deployed.resource("BucketPolicy")["Bucket"], "Bucket");
    assert_eq!(deployed.resources("AWS::S3::Bucket").keys().collect::<Vec<_>>(), [&"Bucket", &"LedgerBucket"]);
}

#[test]
fn reading_and_deleting_need_no_condition() {
    let role = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
    for action in ["s3:GetObject", "s3:DeleteObject"] {
        assert_eq!(decide(&[role.clone(), bucket_policy()], action, MONTH, &[ENCRYPTED]), Decision::Allow, "{action}");
    }
}

/// What shows that the check above sees a policy that was weakened.
#[rstest]
#[case::removed("", json!(null))]
#[case::allowing("/Effect", json!("Allow"))]
#[case::for_another_right("/Action", json!("s3:PutObjectAcl"))]
#[case::for_another_place("/Resource", json!("arn:aws:s3:::bucket/elsewhere/*"))]
#[case::for_somebody_else("/Principal", json!({"AWS": "arn:aws:iam::123456789012:role/another"}))]
#[case::without_condition("/Condition", json!({}))]
#[case::with_one_key("/Condition/Null", json!({"s3:if-match": "true"}))]
#[case::with_the_other_key("/Condition/Null", json!({"s3:if-none-match": "true"}))]
#[case::turned_round("/Condition/Null", json!({"s3:if-match": "false", "s3:if-none-match": "false"}))]
#[case::but_for_parts(
    "/Condition",
    json!({"Null": {"s3:if-match": "true", "s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}})
)]
fn a_weaker_policy_is_noticed(#[case] place: &str, #[case] weaker: Value) {
    let mut policy = bucket_policy();
    let statements = policy["Statement"].as_array_mut().unwrap();
    let index = statements.iter().position(|statement| statement["Sid"] == "NoBlindOverwrite").unwrap();
    if place.is_empty() {
        statements.remove(index);
    } else {
        *statements[index].pointer_mut(place).unwrap() = weaker;
    }
    assert!(mistake(&policy).is_some());
}

#[test]
fn an_object_of_the_ledger_is_written_once() {
    let deployed = Template::read();
    let policy = deployed.deployed_with(&[]).resource("LedgerBucketPolicy")["PolicyDocument"].clone();
    let role = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
    let object = "arn:aws:s3:::ledgerbucket/ledger/2026-12-01/x.jsonl";
    for (context, allowed) in [
        (&[ENCRYPTED, CREATES, IF_NONE_MATCH][..], true),
        (&[ENCRYPTED, CREATES, IF_MATCH], false),
        (&[ENCRYPTED, CREATES], false),
    ] {
        let decision = decide(&[role.clone(), policy.clone()], "s3:PutObject", object, context);
        assert_eq!(decision == Decision::Allow, allowed, "{context:?}");
    }
}

#[rstest]
#[case("none", json!(null))]
#[case("governance", json!({"Mode": "GOVERNANCE", "Days": 1827}))]
#[case("compliance", json!({"Mode": "COMPLIANCE", "Days": 1827}))]
fn the_ledger_is_locked_if_the_operator_wants_it(#[case] lock: &str, #[case] retention: Value) {
    let template = Template::read();
    let deployed = template.deployed_with(&[("LedgerObjectLock", lock)]);
    let bucket = deployed.resource("LedgerBucket");
    assert_eq!(bucket.pointer("/ObjectLockConfiguration/Rule/DefaultRetention").unwrap_or(&Value::Null), &retention);
    assert_eq!(bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"], 1827);
    assert!(deployed.resource("Bucket")["ObjectLockConfiguration"].is_null(), "records are changed all the time");
}
