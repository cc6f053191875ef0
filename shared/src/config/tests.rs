//! A complete environment, and every mistake in one.

use super::reader::BLAND_BASE_URL;
use super::*;
use rstest::rstest;
use std::collections::BTreeMap;

fn read<T>(config: fn(Variables<'_>) -> Result<T, ConfigError>, changes: &[(&str, &str)]) -> Result<T, ConfigError> {
    let good = [
        ("BUCKET_NAME", "records"),
        ("LINES_TABLE", "lines"),
        ("BLAND_API_KEY", "key"),
        ("BLAND_PATHWAY_ID", "pathway"),
        ("BLAND_WEBHOOK_URL", "https://example.com/webhooks/bland-callback"),
        ("BLAND_WEBHOOK_SECRET", "one, two"),
        ("PROCESSOR_FUNCTION", "processor"),
        ("ADMIN_API_KEY", "admin"),
    ];
    let mut all: BTreeMap<&str, &str> = good.into();
    all.extend(changes.iter().copied());
    config(&|name| all.get(name).map(|value| (*value).to_owned()))
}

#[test]
fn a_complete_environment_is_read() {
    let webhook = read(WebhookConfig::read, &[]).unwrap();
    assert_eq!((webhook.bland_secrets.len(), webhook.convoso_secrets.len()), (2, 0));
    let processor = read(ProcessorConfig::read, &[("REDIAL_MAX_ATTEMPTS", "4")]).unwrap();
    assert_eq!(processor.bland_base_url, BLAND_BASE_URL);
    assert_eq!(processor.common.environment.policy.max_attempts, 4);
    let admin = read(AdminConfig::read, &[]).unwrap();
    assert!(!admin.allow_key_in_query && !admin.provider_is_loopback);
    assert!(admin.keys.recognise("admin").is_some());
}

#[rstest]
#[case(&[("BUCKET_NAME", "")], "BUCKET_NAME")]
#[case(&[("BLAND_BASE_URL", "http://api.bland.ai")], "BLAND_BASE_URL")]
#[case(&[("BLAND_WEBHOOK_URL", "http://example.com")], "BLAND_WEBHOOK_URL")]
#[case(&[("BLAND_PATHWAY_ID", "")], "BLAND_PATHWAY_ID and BLAND_TASK")]
#[case(&[("BLAND_CALL_PARAMETERS", "[]")], "BLAND_CALL_PARAMETERS")]
#[case(&[("REDIAL_SHARDS", "3")], "REDIAL_SHARDS")]
#[case(&[("REDIAL_IGNORE_CALLING_HOURS", "true")], "REDIAL_IGNORE_CALLING_HOURS")]
#[case(&[("REDIAL_IGNORE_CALLING_HOURS", "true"), ("BLAND_BASE_URL", "https://127.0.0.1.example.com")], "REDIAL_IGNORE_CALLING_HOURS")]
#[case(&[("PROCESSOR_TIMEOUT_SECONDS", "900")], "REDIAL_UNKNOWN_HOLD_MINUTES")]
#[case(&[("PROCESSOR_TIMEOUT_SECONDS", "x")], "PROCESSOR_TIMEOUT_SECONDS")]
#[case::too_short_to_ask_what_became_of_a_call(&[("PROCESSOR_TIMEOUT_SECONDS", "44")], "PROCESSOR_TIMEOUT_SECONDS")]
#[case(&[("REDIAL_INTERVAL_MINUTES", "soon")], "REDIAL_INTERVAL_MINUTES")]
fn a_mistake_names_the_variable(#[case] changes: &[(&str, &str)], #[case] variable: &str) {
    let error = read(ProcessorConfig::read, changes).unwrap_err();
    assert!(error.0.iter().any(|line| line.starts_with(variable)), "{error}");
}

#[test]
fn every_mistake_is_reported_together_and_once() {
    let error =
        read(AdminConfig::read, &[("BUCKET_NAME", ""), ("BLAND_BASE_URL", "x"), ("ADMIN_API_KEYS", "x")]).unwrap_err();
    assert_eq!(error.0.len(), 3, "{error}");
}

#[rstest]
#[case("http://127.0.0.1:4000")]
#[case("http://localhost:4000")]
#[case("http://[::1]:4000")]
fn hours_may_be_ignored_for_a_provider_on_this_machine(#[case] url: &str) {
    let config =
        read(ProcessorConfig::read, &[("REDIAL_IGNORE_CALLING_HOURS", "true"), ("BLAND_BASE_URL", url)]).unwrap();
    assert!(config.common.environment.policy.ignore_hours);
}

#[test]
fn an_empty_list_of_intervals_means_the_fixed_interval() {
    let changes = [("REDIAL_PROGRESSIVE_INTERVALS", ""), ("REDIAL_INTERVAL_MINUTES", "45")];
    let config = read(ProcessorConfig::read, &changes).unwrap();
    assert_eq!(config.common.environment.policy.cadence.interval(3), 45);
}

#[test]
fn without_any_webhook_secret_nothing_starts() {
    assert!(read(WebhookConfig::read, &[("BLAND_WEBHOOK_SECRET", "")]).is_err());
}

#[test]
fn without_any_key_the_admin_api_does_not_start() {
    assert!(read(AdminConfig::read, &[("ADMIN_API_KEY", "")]).is_err());
}
