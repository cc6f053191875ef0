//! A complete environment, and the mistakes in others.

use super::reader::BLAND_BASE_URL;
use super::*;
use redial_providers::api_key::Keyring;
use rstest::rstest;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;

fn read<T>(config: fn(Variables<'_>) -> Result<T, ConfigError>, changes: &[(&str, &str)]) -> Result<T, ConfigError> {
    let good = [
        ("BUCKET_NAME", "records"),
        ("LEDGER_BUCKET_NAME", "ledger"),
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
    assert!(matches!(webhook.bland_secrets, Some(SecretSource::Given(_))) && webhook.convoso_secrets.is_none());
    let processor = read(ProcessorConfig::read, &[("REDIAL_MAX_ATTEMPTS", "4")]).unwrap();
    assert_eq!(processor.bland_base_url, BLAND_BASE_URL);
    assert_eq!(processor.common.environment.policy.max_attempts, 4);
    let admin = read(AdminConfig::read, &[]).unwrap();
    assert!(!admin.allow_key_in_query && !admin.provider_is_loopback);
    let SecretSource::Given(keys) = admin.keys else { panic!("a plain key is given") };
    assert!(Keyring::parse(keys.expose_secret()).unwrap().recognise("admin").is_some());
}

#[rstest]
#[case(&[("BUCKET_NAME", "")], "BUCKET_NAME")]
#[case(&[("BLAND_BASE_URL", "http://api.bland.ai")], "BLAND_BASE_URL")]
#[case(&[("BLAND_WEBHOOK_URL", "http://example.com")], "BLAND_WEBHOOK_URL")]
#[case(&[("BLAND_PATHWAY_ID", "")], "BLAND_PATHWAY_ID and BLAND_TASK")]
#[case(&[("BLAND_CALL_PARAMETERS", "[]")], "BLAND_CALL_PARAMETERS")]
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

/// Each secret of each function.
const SECRETS: [(Reads, &str); 4] = [
    (|changes| Ok(read(WebhookConfig::read, changes)?.bland_secrets), "BLAND_WEBHOOK_SECRET"),
    (|changes| Ok(read(WebhookConfig::read, changes)?.convoso_secrets), "CONVOSO_WEBHOOK_SECRET"),
    (|changes| Ok(Some(read(ProcessorConfig::read, changes)?.bland_api_key)), "BLAND_API_KEY"),
    (|changes| Ok(Some(read(AdminConfig::read, changes)?.keys)), "ADMIN_API_KEYS"),
];

type Reads = fn(&[(&str, &str)]) -> Result<Option<SecretSource>, ConfigError>;

/// None of the secrets in the good environment.
fn without_secrets(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let none = ["BLAND_WEBHOOK_SECRET", "BLAND_API_KEY", "ADMIN_API_KEY"].map(|variable| (variable, ""));
    none.into_iter().chain(changes.iter().copied()).collect()
}

#[test]
fn a_secret_is_found_under_its_name() {
    for (reads, variable) in SECRETS {
        let naming: &'static str = format!("{variable}_PARAMETER").leak();
        let secret = reads(&without_secrets(&[(naming, "/redial-queue/one")])).unwrap();
        assert!(matches!(&secret, Some(SecretSource::Named(name)) if name == "/redial-queue/one"), "{secret:?}");
    }
}

#[test]
fn a_secret_that_is_both_given_and_named_is_a_mistake() {
    let key = format!("ops:admin:{}", "0".repeat(64));
    for (reads, variable) in SECRETS {
        let error = reads(&[(&format!("{variable}_PARAMETER"), "/one"), (variable, &key)]).unwrap_err();
        assert_eq!(error.0, [format!("{variable}_PARAMETER and {variable} are both set; allowed: one of them")]);
    }
    assert!(read(AdminConfig::read, &[("ADMIN_API_KEYS_PARAMETER", "/one")]).is_err(), "beside ADMIN_API_KEY");
}

#[rstest]
#[case("redial-queue")]
#[case("/")]
#[case("/a b")]
#[case("/ä")]
#[case("arn:aws:ssm:us-east-1:000000000000:parameter/one")]
fn an_invalid_parameter_name_is_a_mistake(#[case] name: &str) {
    let changes = [("BLAND_API_KEY", ""), ("BLAND_API_KEY_PARAMETER", name)];
    let error = read(ProcessorConfig::read, &changes).unwrap_err();
    assert!(error.0[0].starts_with(&format!("BLAND_API_KEY_PARAMETER is {name:?}; allowed: /")), "{error}");
}

#[test]
fn a_function_without_its_secrets_does_not_start() {
    let none = without_secrets(&[]);
    for (error, variable) in [
        (read(WebhookConfig::read, &none).unwrap_err(), "BLAND_WEBHOOK_SECRET_PARAMETER and CONVOSO_WEBHOOK_SECRET"),
        (read(ProcessorConfig::read, &none).unwrap_err(), "BLAND_API_KEY_PARAMETER is not set"),
        (read(AdminConfig::read, &none).unwrap_err(), "ADMIN_API_KEYS_PARAMETER is not set"),
    ] {
        assert!(error.0.len() == 1 && error.0[0].starts_with(variable), "{error}");
    }
}

#[test]
fn a_secret_is_hidden_in_debug_output_and_errors() {
    let secret = "hidden-hidden";
    let webhook = read(WebhookConfig::read, &[("BLAND_WEBHOOK_SECRET", secret)]).unwrap();
    let processor = read(ProcessorConfig::read, &[("BLAND_API_KEY", secret)]).unwrap();
    assert!(!format!("{webhook:?} {processor:?}").contains(secret));
    let error = read(AdminConfig::read, &[("ADMIN_API_KEYS", secret)]).unwrap_err();
    assert!(!error.to_string().contains(secret), "{error}");
}
