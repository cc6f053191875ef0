//! What each function may do, and that it may do nothing beside it.

use super::policy::decide;
use crate::cloudformation::{Deployment, Template};
use iam_rs::Decision;
use serde_json::Value;

const MONTH: &str = "arn:aws:s3:::bucket/redial-queue/redial-queue_2025-12/0001.json";
const SETTINGS: &str = "arn:aws:s3:::bucket/redial-queue/settings.json";
const LIST: &str = "arn:aws:s3:::bucket/imports/list.csv";
const LEADS: &str = "arn:aws:s3:::bucket/leads/list.csv";
const EXPORT: &str = "arn:aws:s3:::bucket/exports/suppressions.csv";
const EXPORTED_MONTH: &str = "arn:aws:s3:::bucket/exports/months/1/redial-queue_2025-12.json";
const ELSEWHERE: &str = "arn:aws:s3:::bucket/elsewhere.json";
const BUCKET: &str = "arn:aws:s3:::bucket";
const LEDGER: &str = "arn:aws:s3:::ledgerbucket/ledger/2026-12-01/130000000-w-1.jsonl";
const LEDGER_ELSEWHERE: &str = "arn:aws:s3:::ledgerbucket/elsewhere.json";
const LEDGER_BUCKET: &str = "arn:aws:s3:::ledgerbucket";
const LINES: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/Lines";
const OPEN: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/Lines/index/open";
const SUPPRESSED: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/Lines/index/suppressed";
const BLAND_KEY: &str = "arn:aws:ssm:us-east-1:123456789012:parameter/redial-queue/bland-api-key";
const BLAND_SECRETS: &str = "arn:aws:ssm:us-east-1:123456789012:parameter/redial-queue/bland-webhook-secrets";
const CONVOSO_SECRETS: &str = "arn:aws:ssm:us-east-1:123456789012:parameter/redial-queue/convoso-webhook-secrets";
const ADMIN_KEYS: &str = "arn:aws:ssm:us-east-1:123456789012:parameter/redial-queue/admin-api-keys";
const OTHER_SECRET: &str = "arn:aws:ssm:us-east-1:123456789012:parameter/redial-queue/bland-api-key/other";
const PROCESSOR: &str = "arn:aws:lambda:us-east-1:123456789012:function:redial-queue-processor";
const WEBHOOK: &str = "arn:aws:lambda:us-east-1:123456789012:function:redial-queue-webhook";
const FAILED_RUNS: &str = "arn:aws:sqs:us-east-1:123456789012:FailedRuns";

/// Everything that any function may do to anything, and much that none may.
const REQUESTS: &[(&str, &[&str])] = &[
    ("s3:GetObject", &[MONTH, SETTINGS, LIST, LEADS, EXPORT, EXPORTED_MONTH, ELSEWHERE, LEDGER, LEDGER_ELSEWHERE]),
    ("s3:PutObject", &[MONTH, SETTINGS, LIST, LEADS, EXPORT, EXPORTED_MONTH, ELSEWHERE, LEDGER, LEDGER_ELSEWHERE]),
    ("s3:DeleteObject", &[MONTH, SETTINGS, LIST, LEADS, EXPORT, EXPORTED_MONTH, ELSEWHERE, LEDGER]),
    ("s3:AbortMultipartUpload", &[MONTH, EXPORT, EXPORTED_MONTH]),
    ("s3:DeleteObjectVersion", &[MONTH, LEDGER]),
    ("s3:BypassGovernanceRetention", &[MONTH, LEDGER]),
    ("s3:PutObjectRetention", &[LEDGER]),
    ("s3:PutBucketObjectLockConfiguration", &[LEDGER_BUCKET]),
    ("s3:ListBucket", &[BUCKET, LEDGER_BUCKET]),
    ("s3:PutBucketPolicy", &[BUCKET, LEDGER_BUCKET]),
    ("s3:DeleteBucketPolicy", &[BUCKET]),
    ("s3:PutBucketVersioning", &[BUCKET]),
    ("s3:PutLifecycleConfiguration", &[BUCKET, LEDGER_BUCKET]),
    ("dynamodb:GetItem", &[LINES]),
    ("dynamodb:PutItem", &[LINES]),
    ("dynamodb:BatchGetItem", &[LINES]),
    ("dynamodb:Query", &[LINES, OPEN, SUPPRESSED]),
    ("dynamodb:UpdateItem", &[LINES]),
    ("dynamodb:DeleteItem", &[LINES]),
    ("dynamodb:BatchWriteItem", &[LINES]),
    ("dynamodb:Scan", &[LINES, OPEN, SUPPRESSED]),
    ("dynamodb:DeleteTable", &[LINES]),
    ("ssm:GetParameter", &[BLAND_KEY, BLAND_SECRETS, CONVOSO_SECRETS, ADMIN_KEYS, OTHER_SECRET]),
    ("ssm:GetParametersByPath", &[BLAND_KEY, BLAND_SECRETS, CONVOSO_SECRETS, ADMIN_KEYS]),
    ("ssm:PutParameter", &[BLAND_KEY, BLAND_SECRETS, CONVOSO_SECRETS, ADMIN_KEYS]),
    ("ssm:DeleteParameter", &[BLAND_KEY, BLAND_SECRETS, CONVOSO_SECRETS, ADMIN_KEYS]),
    ("lambda:InvokeFunction", &[PROCESSOR, WEBHOOK]),
    ("lambda:UpdateFunctionCode", &[PROCESSOR, WEBHOOK]),
    ("sqs:SendMessage", &[FAILED_RUNS]),
    ("sqs:ReceiveMessage", &[FAILED_RUNS]),
    ("sqs:DeleteMessage", &[FAILED_RUNS]),
];

/// The policies of a function's role.
fn policies(deployed: &Deployment<'_>, role: &str) -> Vec<Value> {
    let role = deployed.resource(role);
    let managed = role["ManagedPolicyArns"].as_array().unwrap().iter();
    let managed = managed.map(|id| deployed.resource(id.as_str().unwrap())["PolicyDocument"].clone());
    let own = role["Policies"].as_array().unwrap().iter().map(|policy| policy["PolicyDocument"].clone());
    managed.chain(own).collect()
}

fn what_may(deployed: &Deployment<'_>, role: &str) -> Vec<(&'static str, &'static str)> {
    let policies = policies(deployed, role);
    let all =
        REQUESTS.iter().flat_map(|(action, resources)| resources.iter().map(move |resource| (*action, *resource)));
    all.filter(|(action, resource)| decide(&policies, action, resource, &[]) == Decision::Allow).collect()
}

/// What all three may do.
const SHARED: [(&str, &str); 8] = [
    ("s3:GetObject", MONTH),
    ("s3:GetObject", SETTINGS),
    ("s3:PutObject", MONTH),
    ("s3:PutObject", SETTINGS),
    ("s3:ListBucket", BUCKET),
    ("dynamodb:GetItem", LINES),
    ("dynamodb:PutItem", LINES),
    ("dynamodb:Query", OPEN),
];

#[track_caller]
fn check(role: &str, own: &[(&'static str, &'static str)]) {
    let template = Template::read();
    let mut expected = [SHARED.as_slice(), own].concat();
    let mut found = what_may(&template.deployed_with(&[]), role);
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "{role}");
}

#[test]
fn the_webhook_writes_and_knows_whom_to_believe() {
    check("WebhookRole", &[("ssm:GetParameter", BLAND_SECRETS), ("ssm:GetParameter", CONVOSO_SECRETS)]);
}

#[test]
fn the_processor_dials_imports_lists_reports_failure_and_deletes_months() {
    let own = [
        ("ssm:GetParameter", BLAND_KEY),
        ("dynamodb:BatchGetItem", LINES),
        ("dynamodb:Scan", LINES),
        ("s3:GetObject", LIST),
        ("s3:GetObject", LEADS),
        ("s3:DeleteObject", MONTH),
        ("sqs:SendMessage", FAILED_RUNS),
        ("s3:GetObject", LEDGER),
        ("s3:PutObject", LEDGER),
        ("s3:ListBucket", LEDGER_BUCKET),
    ];
    check("ProcessorRole", &own);
}

#[test]
fn the_admin_api_knows_its_keys_keeps_lists_exports_starts_runs_and_deletes_months() {
    let own = [
        ("ssm:GetParameter", ADMIN_KEYS),
        ("dynamodb:BatchGetItem", LINES),
        ("dynamodb:Query", SUPPRESSED),
        ("s3:GetObject", LIST),
        ("s3:PutObject", LIST),
        ("s3:GetObject", LEADS),
        ("s3:PutObject", LEADS),
        ("s3:PutObject", EXPORT),
        ("s3:PutObject", EXPORTED_MONTH),
        ("s3:GetObject", EXPORTED_MONTH),
        ("s3:AbortMultipartUpload", EXPORTED_MONTH),
        ("s3:DeleteObject", MONTH),
        ("lambda:InvokeFunction", PROCESSOR),
        ("s3:GetObject", LEDGER),
        ("s3:PutObject", LEDGER),
        ("s3:ListBucket", LEDGER_BUCKET),
    ];
    check("AdminRole", &own);
}

#[test]
fn a_sender_that_is_refused_has_no_secret_to_read() {
    let template = Template::read();
    let deployed = template.deployed_with(&[("ConvosoWebhookSecretParameter", "")]);
    let secrets: Vec<_> = what_may(&deployed, "WebhookRole");
    let secrets: Vec<_> = secrets.into_iter().filter(|(action, _)| action.starts_with("ssm:")).collect();
    assert_eq!(secrets, [("ssm:GetParameter", BLAND_SECRETS)]);
}

#[test]
fn each_function_has_the_role_of_its_own_and_no_other_rights() {
    let template = Template::read();
    let deployed = template.deployed_with(&[]);
    for (function, role) in
        [("WebhookFunction", "WebhookRole"), ("ProcessorFunction", "ProcessorRole"), ("AdminFunction", "AdminRole")]
    {
        let function = deployed.resource(function);
        assert!(function["Role"].as_str().unwrap().ends_with(&format!(":{role}")), "{function}");
        assert!(function["Policies"].is_null(), "{function}");
    }
}

#[test]
fn no_right_is_for_everything() {
    let template = Template::read();
    let deployed = template.deployed_with(&[]);
    for role in ["WebhookRole", "ProcessorRole", "AdminRole"] {
        for policy in policies(&deployed, role) {
            for statement in policy["Statement"].as_array().unwrap() {
                assert!(!statement["Action"].to_string().contains('*'), "{role}: {statement}");
                let resource = statement["Resource"].as_str().unwrap();
                let id = resource.splitn(6, ':').last().unwrap();
                assert!(resource.starts_with("arn:") && !id.starts_with('*'), "{role}: {statement}");
            }
        }
    }
}

#[test]
fn each_function_writes_to_its_own_log_only() {
    let template = Template::read();
    let deployed = template.deployed_with(&[]);
    let names = ["webhook", "processor", "admin"];
    for (role, own) in [("WebhookRole", "webhook"), ("ProcessorRole", "processor"), ("AdminRole", "admin")] {
        let policies = policies(&deployed, role);
        for name in names {
            let stream =
                format!("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/redial-queue-{name}:log-stream:x");
            for action in ["logs:CreateLogStream", "logs:PutLogEvents"] {
                let allowed = decide(&policies, action, &stream, &[]) == Decision::Allow;
                assert_eq!(allowed, name == own, "{role} {action} {stream}");
            }
        }
    }
}
