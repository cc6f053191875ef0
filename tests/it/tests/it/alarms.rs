//! The alarms and the dashboard of the template watch metrics that exist.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use redial_aws::emf::{FUNCTION, NAMESPACE};
use redial_queue::ports::Metric;
use rstest::rstest;
use std::collections::BTreeMap;
use std::path::Path;

fn template() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml")).unwrap()
}

/// The resources of a type, each with its lines.
fn resources(kind: &str) -> BTreeMap<String, String> {
    let template = template();
    let body = template.split("\nResources:\n").nth(1).unwrap().split("\nOutputs:\n").next().unwrap();
    let mut all: Vec<(String, String)> = Vec::new();
    for line in body.lines() {
        let name = line.strip_prefix("  ").and_then(|line| line.strip_suffix(':'));
        match name.filter(|name| name.chars().all(char::is_alphanumeric)) {
            Some(name) => all.push((name.to_owned(), String::new())),
            None => all.iter_mut().last().into_iter().for_each(|(_, text)| *text += &format!("{line}\n")),
        }
    }
    let of_kind = |(_, text): &(String, String)| text.contains(&format!("    Type: {kind}\n"));
    all.into_iter().filter(of_kind).collect()
}

fn alarms() -> BTreeMap<String, String> {
    resources("AWS::CloudWatch::Alarm")
}

fn property<'a>(resource: &'a str, name: &str) -> &'a str {
    let start = format!("      {name}: ");
    let line = resource.lines().find_map(|line| line.strip_prefix(&start));
    line.unwrap_or_default()
}

fn is_metric(name: &str) -> bool {
    Metric::ALL.iter().any(|metric| metric.name() == name)
}

#[rstest]
#[case("RunsMissing", NAMESPACE, "Runs", "ProcessorFunction")]
#[case("DueLeadsUndialed", NAMESPACE, "DueUndialed", "ProcessorFunction")]
#[case("ResultsWaitTooLong", NAMESPACE, "OldestWaitingResult", "ProcessorFunction")]
#[case("UnusableObject", NAMESPACE, "UnusableObjects", "ProcessorFunction")]
#[case("ProviderBlocked", NAMESPACE, "DialsBlocked", "ProcessorFunction")]
#[case("BreakerOpen", NAMESPACE, "BreakerOpen", "ProcessorFunction")]
#[case("RunErrorsMany", NAMESPACE, "RunErrors", "ProcessorFunction")]
#[case("ResultsNotStored", NAMESPACE, "ResultsNotStored", "WebhookFunction")]
#[case("WebhookErrors", "AWS/Lambda", "Errors", "WebhookFunction")]
#[case("ProcessorErrors", "AWS/Lambda", "Errors", "ProcessorFunction")]
fn an_alarm_watches(#[case] name: &str, #[case] namespace: &str, #[case] metric: &str, #[case] function: &str) {
    let alarms = alarms();
    let alarm = &alarms[name];
    assert_eq!((property(alarm, "Namespace"), property(alarm, "MetricName")), (namespace, metric));
    assert_eq!(property(alarm, "Dimensions"), format!("[{{ Name: {FUNCTION}, Value: !Ref {function} }}]"));
}

/// Fifteen minutes of due leads and no dial, ten minutes of a waiting result, four intervals without a run.
#[rstest]
#[case("RunsMissing", "Sum", "240", "!Ref ProcessIntervalMinutes", "LessThanThreshold 1", "breaching")]
#[case("DueLeadsUndialed", "Minimum", "900", "1", "GreaterThanOrEqualToThreshold 1", "notBreaching")]
#[case("ResultsWaitTooLong", "Maximum", "300", "1", "GreaterThanOrEqualToThreshold 600", "notBreaching")]
#[case("UnusableObject", "Maximum", "300", "1", "GreaterThanOrEqualToThreshold 1", "notBreaching")]
#[case("ProviderBlocked", "Sum", "300", "1", "GreaterThanOrEqualToThreshold 1", "notBreaching")]
#[case("BreakerOpen", "Maximum", "300", "1", "GreaterThanOrEqualToThreshold 1", "notBreaching")]
#[case("RunErrorsMany", "Sum", "900", "1", "GreaterThanOrEqualToThreshold 10", "notBreaching")]
#[case("ResultsNotStored", "Sum", "300", "1", "GreaterThanOrEqualToThreshold 1", "notBreaching")]
#[case("WebhookErrors", "Sum", "300", "1", "GreaterThanOrEqualToThreshold 1", "notBreaching")]
#[case("ProcessorErrors", "Sum", "300", "1", "GreaterThanOrEqualToThreshold 1", "notBreaching")]
#[case("RunsNotStarted", "Maximum", "300", "1", "GreaterThanOrEqualToThreshold 1", "notBreaching")]
fn an_alarm_rings(
    #[case] name: &str,
    #[case] statistic: &str,
    #[case] seconds: &str,
    #[case] periods: &str,
    #[case] limit: &str,
    #[case] without_data: &str,
) {
    let alarms = alarms();
    let rule = |name_of_property| property(&alarms[name], name_of_property);
    assert_eq!((rule("Statistic"), rule("Period"), rule("EvaluationPeriods")), (statistic, seconds, periods));
    assert_eq!(format!("{} {}", rule("ComparisonOperator"), rule("Threshold")), limit);
    assert_eq!(rule("TreatMissingData"), without_data);
}

#[test]
fn an_alarm_watches_the_dead_letters() {
    let alarm = &alarms()["RunsNotStarted"];
    assert_eq!(property(alarm, "MetricName"), "ApproximateNumberOfMessagesVisible");
    assert!(property(alarm, "Dimensions").contains("FailedRuns.QueueName"));
}

#[test]
fn every_alarm_on_our_metrics_names_one_that_exists_and_says_where_to_read_on() {
    let alarms = alarms();
    assert!(alarms.len() >= 11, "{:?}", alarms.keys());
    for (name, alarm) in alarms {
        let metric = property(&alarm, "MetricName");
        assert!(property(&alarm, "Namespace") != NAMESPACE || is_metric(metric), "{name} watches {metric}");
        let text = alarm.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("First ") && text.contains(&format!("See RUNBOOK.md, {name}.")), "{name}");
        assert!(text.contains("HasAlarmTopic"), "{name} tells nobody");
    }
}

#[test]
fn the_dashboard_is_json_and_shows_every_metric_of_runs_and_webhooks() {
    let dashboards = resources("AWS::CloudWatch::Dashboard");
    let dashboard = dashboards["Dashboard"].split("DashboardBody: !Sub |-\n").nth(1).unwrap();
    let body: serde_json::Value = serde_json::from_str(dashboard).unwrap();
    let mut shown = Vec::new();
    for widget in body["widgets"].as_array().unwrap() {
        for metric in widget["properties"]["metrics"].as_array().unwrap() {
            let Some(parts) = metric.as_array().filter(|parts| parts[0].is_string()) else { continue };
            assert_eq!((&parts[0], &parts[2]), (&NAMESPACE.into(), &FUNCTION.into()));
            assert!(["${ProcessorFunction}", "${WebhookFunction}"].contains(&parts[3].as_str().unwrap()));
            let name = parts[1].as_str().unwrap();
            assert!(is_metric(name), "the dashboard shows {name}");
            shown.push(name.to_owned());
        }
    }
    for metric in Metric::ALL {
        assert!(shown.iter().any(|name| name == metric.name()), "the dashboard does not show {}", metric.name());
    }
}

#[test]
fn the_runbook_says_of_each_alarm_what_to_do_first() {
    let runbook = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/RUNBOOK.md")).unwrap();
    for name in alarms().keys() {
        assert!(runbook.contains(&format!("\n### {name}\n")), "docs/RUNBOOK.md does not say what {name} asks for");
    }
}
