//! The alarms and the dashboard of the template watch metrics that exist.

use crate::cloudformation::Template;
use redial_aws::emf::{FUNCTION, NAMESPACE};
use redial_queue::ports::Metric;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:alarms";
const PROCESSOR: &str = "redial-queue-processor";
const WEBHOOK: &str = "redial-queue-webhook";

/// The resources of a type, as a deployment that hears of alarms has them.
fn resources(kind: &str) -> BTreeMap<String, Value> {
    let template = Template::read();
    let deployed = template.deployed_with(&[("AlarmTopicArn", TOPIC)]);
    deployed.resources(kind).into_iter().map(|(name, properties)| (name.to_owned(), properties)).collect()
}

fn alarms() -> BTreeMap<String, Value> {
    resources("AWS::CloudWatch::Alarm")
}

fn is_metric(name: &Value) -> bool {
    Metric::ALL.iter().any(|metric| metric.name() == name)
}

#[rstest]
#[case("RunsMissing", NAMESPACE, "Runs", FUNCTION, PROCESSOR)]
#[case("DueLeadsUndialed", NAMESPACE, "DueUndialed", FUNCTION, PROCESSOR)]
#[case("ResultsWaitTooLong", NAMESPACE, "OldestWaitingResult", FUNCTION, PROCESSOR)]
#[case("UnusableObject", NAMESPACE, "UnusableObjects", FUNCTION, PROCESSOR)]
#[case("ProviderBlocked", NAMESPACE, "DialsBlocked", FUNCTION, PROCESSOR)]
#[case("BreakerOpen", NAMESPACE, "BreakerOpen", FUNCTION, PROCESSOR)]
#[case("RunErrorsMany", NAMESPACE, "RunErrors", FUNCTION, PROCESSOR)]
#[case("DoNotCallsUnattached", NAMESPACE, "DoNotCallsUnattached", FUNCTION, WEBHOOK)]
#[case("ImportUnfinished", NAMESPACE, "ImportsUnfinished", FUNCTION, PROCESSOR)]
#[case("BulkUnfinished", NAMESPACE, "BulkUnfinished", FUNCTION, PROCESSOR)]
#[case("DivisionUnfinished", NAMESPACE, "DivisionsUnfinished", FUNCTION, PROCESSOR)]
#[case("ImportFailed", NAMESPACE, "ImportsFailed", FUNCTION, PROCESSOR)]
#[case("LedgerNotWritten", NAMESPACE, "LedgerFailures", FUNCTION, PROCESSOR)]
#[case("ResultsNotStored", NAMESPACE, "ResultsNotStored", FUNCTION, WEBHOOK)]
#[case("WebhookErrors", "AWS/Lambda", "Errors", FUNCTION, WEBHOOK)]
#[case("ProcessorErrors", "AWS/Lambda", "Errors", FUNCTION, PROCESSOR)]
#[case("RunsNotStarted", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "FailedRuns.QueueName")]
fn an_alarm_watches(
    #[case] name: &str,
    #[case] namespace: &str,
    #[case] metric: &str,
    #[case] dimension: &str,
    #[case] of: &str,
) {
    let alarm = &alarms()[name];
    assert_eq!((&alarm["Namespace"], &alarm["MetricName"]), (&json!(namespace), &json!(metric)));
    assert_eq!(alarm["Dimensions"], json!([{"Name": dimension, "Value": of}]));
}

#[test]
fn every_alarm_on_our_metrics_names_one_that_exists_and_says_where_to_read_on() {
    let runbook = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/RUNBOOK.md")).unwrap();
    let alarms = alarms();
    assert!(alarms.len() >= 15, "{:?}", alarms.keys());
    for (name, alarm) in alarms {
        assert!(alarm["Namespace"] != NAMESPACE || is_metric(&alarm["MetricName"]), "{name} watches {alarm}");
        let text = alarm["AlarmDescription"].as_str().unwrap();
        assert!(text.contains("First ") && text.contains(&format!("See RUNBOOK.md, {name}.")), "{name}");
        assert!(runbook.contains(&format!("\n### {name}\n")), "docs/RUNBOOK.md does not say what {name} asks for");
        assert_eq!(alarm["AlarmActions"], json!([TOPIC]), "{name} tells nobody");
    }
}

#[test]
fn the_dashboard_is_json_and_shows_every_metric_of_runs_and_webhooks() {
    let dashboard = &resources("AWS::CloudWatch::Dashboard")["Dashboard"];
    let body: Value = serde_json::from_str(dashboard["DashboardBody"].as_str().unwrap()).unwrap();
    let mut shown = Vec::new();
    for widget in body["widgets"].as_array().unwrap() {
        for metric in widget["properties"]["metrics"].as_array().unwrap() {
            let Some(parts) = metric.as_array().filter(|parts| parts[0].is_string()) else { continue };
            assert_eq!((&parts[0], &parts[2]), (&json!(NAMESPACE), &json!(FUNCTION)));
            assert!(parts[3] == PROCESSOR || parts[3] == WEBHOOK, "{metric}");
            assert!(is_metric(&parts[1]), "the dashboard shows {metric}");
            shown.push(parts[1].clone());
        }
    }
    for metric in Metric::ALL {
        assert!(shown.iter().any(|name| name == metric.name()), "the dashboard does not show {}", metric.name());
    }
}
