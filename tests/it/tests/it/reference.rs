//! README's tables, the template, the code and its tests say the same: names, defaults, and what is allowed.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use crate::cloudformation::{Template, scalar};
use redial_aws::config::{AdminConfig, Config, ConfigError, ProcessorConfig, Variables, WebhookConfig};
use redial_domain::settings::{Kind, Limits, SETTINGS, Settings};
use regex::Regex;
use rstest::rstest;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join(name)).unwrap()
}

/// What a function makes of variables: its configuration in words, or its mistakes.
type Reads = fn(Variables<'_>) -> Result<String, ConfigError>;

const FUNCTIONS: [(&str, Reads); 3] = [
    ("WebhookFunction", |variables| Ok(format!("{:?}", WebhookConfig::read(variables)?))),
    ("ProcessorFunction", |variables| Ok(format!("{:?}", ProcessorConfig::read(variables)?))),
    ("AdminFunction", |variables| Ok(format!("{:?}", AdminConfig::read(variables)?))),
];

/// Read before and beside the configuration: by the log, and by the library that turns events into requests.
const BESIDE: [&str; 2] = ["LOG_LEVEL", "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH"];
/// Secrets as they are, for whoever runs the functions elsewhere. A deployment has names of secrets.
const PLAIN_SECRETS: [&str; 5] =
    ["ADMIN_API_KEY", "ADMIN_API_KEYS", "BLAND_API_KEY", "BLAND_WEBHOOK_SECRET", "CONVOSO_WEBHOOK_SECRET"];

/// The variables for which a function asks.
fn asked_by(reads: Reads) -> BTreeSet<String> {
    let asked = RefCell::new(BTreeSet::new());
    let _ = reads(&|name| {
        asked.borrow_mut().insert(name.to_owned());
        None
    });
    asked.into_inner()
}

fn asked_by_any() -> BTreeSet<String> {
    FUNCTIONS
        .into_iter()
        .flat_map(|(_, reads)| asked_by(reads))
        .chain(["AWS_ENDPOINT_URL", "LOG_LEVEL"].map(ToOwned::to_owned))
        .collect()
}

/// The rows of README's tables whose cells begin with code, as their cells without the quotes.
fn readme_rows(cells: usize) -> Vec<Vec<String>> {
    let readme = text("README.md");
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect());
    rows.filter(|row: &Vec<String>| row.len() == cells).collect()
}

/// README's table of variables that are no settings: their defaults by name.
fn readme_variables() -> BTreeMap<String, String> {
    let is_variable =
        |name: &str| name.contains('_') && name.chars().all(|c| c.is_ascii_uppercase() || "_".contains(c));
    let rows = readme_rows(3).into_iter().filter(|row| is_variable(&row[0]));
    rows.map(|row| (row[0].clone(), row[1].clone())).collect()
}

#[test]
fn readme_lists_every_setting_with_its_variable_default_and_range() {
    let expected: Vec<_> = SETTINGS
        .iter()
        .map(|setting| [setting.key, setting.variable, setting.default, setting.allowed].map(str::to_owned).to_vec())
        .collect();
    assert_eq!(readme_rows(4), expected);
}

#[test]
fn readme_lists_every_other_variable_and_no_more() {
    let settings: BTreeSet<_> = SETTINGS.iter().map(|setting| setting.variable.to_owned()).collect();
    let others: Vec<_> = asked_by_any().difference(&settings).cloned().collect();
    assert_eq!(readme_variables().into_keys().collect::<Vec<_>>(), others);
}

#[rstest]
#[case(0)]
#[case(1)]
#[case(2)]
fn a_function_gets_every_variable_for_which_it_asks_and_no_more(#[case] index: usize) {
    let (function, reads) = FUNCTIONS[index];
    let template = Template::read();
    let mut given: BTreeSet<_> = template.deployed_with(&[]).variables(function).into_keys().collect();
    given.retain(|name| !BESIDE.contains(&name.as_str()));
    let mut asked = asked_by(reads);
    asked.retain(|name| !PLAIN_SECRETS.contains(&name.as_str()));
    assert_eq!(given, asked, "{function}");
}

#[rstest]
#[case(0)]
#[case(1)]
#[case(2)]
fn a_function_starts_with_the_defaults_of_the_template(#[case] index: usize) {
    let (function, reads) = FUNCTIONS[index];
    let template = Template::read();
    let variables = template.deployed_with(&[("BlandPathwayId", "pathway")]).variables(function);
    reads(&|name| variables.get(name).cloned()).unwrap_or_else(|error| panic!("{function}: {error}"));
}

/// The variable's parameter, as the template declares it.
fn parameter(template: &Template, variable: &str) -> Value {
    let name = template.parameters_of_variables()[variable].to_owned();
    template.parameters()[&name].clone()
}

#[test]
fn a_setting_s_parameter_has_its_default_and_allows_what_the_code_allows() {
    let template = Template::read();
    for setting in SETTINGS {
        let parameter = parameter(&template, setting.variable);
        assert_eq!(scalar(&parameter["Default"]), setting.default, "{}", setting.variable);
        let allowed: Vec<_> =
            ["MinValue", "MaxValue", "AllowedValues"].map(|limit| parameter[limit].clone()).into_iter().collect();
        match setting.kind {
            Kind::Number(least, most) => {
                assert_eq!(allowed, [json!(least), json!(most), Value::Null], "{}", setting.variable);
                assert_eq!(parameter["Type"], "Number", "{}", setting.variable);
            }
            Kind::Flag => assert_eq!(allowed[2], json!(["true", "false"]), "{}", setting.variable),
            Kind::Numbers(..) | Kind::Text | Kind::Words => assert_eq!(
                parameter["ConstraintDescription"].as_str().unwrap().trim_end_matches(" for the fixed interval"),
                setting.allowed.trim_end_matches(" for the fixed interval"),
                "{}",
                setting.variable
            ),
        }
    }
}

/// What the template's parameter says of a value.
fn template_allows(parameter: &Value, value: &str) -> bool {
    let within = |limit: &str, holds: fn(i64, i64) -> bool| {
        parameter[limit].as_i64().is_none_or(|limit| value.parse().is_ok_and(|value| holds(value, limit)))
    };
    let values = parameter["AllowedValues"].as_array();
    let is_listed = values.is_none_or(|values| values.iter().any(|allowed| scalar(allowed) == value));
    let pattern = parameter["AllowedPattern"].as_str().unwrap_or("(?s:.*)");
    let matches = Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(value);
    let most = parameter["MaxLength"].as_u64().unwrap_or(u64::MAX);
    is_listed
        && matches
        && value.chars().count() as u64 <= most
        && within("MinValue", |value, least| value >= least)
        && within("MaxValue", |value, most| value <= most)
}

/// What the code says of a value of a setting by itself.
fn code_allows(variable: &str, value: &str) -> bool {
    let setting = SETTINGS.iter().find(|setting| setting.variable == variable).unwrap();
    let settings = Settings { environment: [(setting.key, value.to_owned())].into(), ..Settings::default() };
    let limits = Limits { provider_is_loopback: true, ..Limits::default() };
    settings.policy(limits).is_ok()
}

#[rstest]
#[case("REDIAL_PROGRESSIVE_INTERVALS", &["0", "0,10080", "5, 10", "none", ""], &["soon", "5;10", "-1"])]
#[case("REDIAL_SUCCESS_OUTCOMES", &["SALE", "sale, ACA", "NO ANSWER"], &["", " "])]
#[case("REDIAL_TERMINAL_OUTCOMES", &["", "NOT_INTERESTED", "a,b"], &[])]
#[case("REDIAL_BUSINESS_TIMEZONE", &["America/New_York", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"], &["New York", "", "-05:00"])]
#[case("REDIAL_BUSINESS_DAYS", &["mon", "mon,fri", "sat, sun"], &["", "mo", "mon;fri"])]
#[case("REDIAL_BUSINESS_HOURS", &["11:00-20:00", "09:30-24:00", "00:00-23:59"], &["11-20", "11:00", "25:00-26:00", ""])]
#[case("REDIAL_BLACKOUT_DATES", &["", "2025-12-25", "2025-12-25, 2026-01-01"], &["25.12.2025", "christmas"])]
#[case("REDIAL_LEAD_WINDOW", &["retention", "today"], &["", "month"])]
#[case("REDIAL_TRANSFER_RULE", &["merged", "transferred_to"], &["", "tag"])]
#[case("REDIAL_CALLBACK_VARIABLES", &["callback_time", "a,b"], &[])]
#[case("REDIAL_NATIONAL_LIST_SCRUBBED_ON", &["", "2025-12-25"], &["25.12.2025", "soon"])]
#[case("REDIAL_CONVOSO_DISPOSITIONS", &["", "XA=SALE", "XA=SALE,XB=NO ANSWER"], &["XA", "=SALE", "XA="])]
fn the_template_and_the_code_agree_on(#[case] variable: &str, #[case] good: &[&str], #[case] bad: &[&str]) {
    let parameter = parameter(&Template::read(), variable);
    for value in good {
        assert!(code_allows(variable, value), "the code refuses {variable}={value:?}");
        assert!(template_allows(&parameter, value), "the template refuses {variable}={value:?}");
    }
    for value in bad {
        assert!(!code_allows(variable, value), "the code takes {variable}={value:?}");
        assert!(!template_allows(&parameter, value), "the template takes {variable}={value:?}");
    }
}

#[rstest]
#[case("BLAND_BASE_URL", &["https://api.bland.ai", "http://127.0.0.1:4000", "http://localhost", "http://[::1]:9"], &["http://api.bland.ai", "api.bland.ai", "http://127.0.0.1.example.com"])]
#[case("BLAND_FROM", &["", "+12125550100"], &["2", "+0", "somebody"])]
#[case("BLAND_CALL_PARAMETERS", &["{}", "{\"voice\":\"maya\"}"], &["[]", "voice"])]
#[case("BLAND_API_KEY_PARAMETER", &["/one", "/redial-queue/dev/bland-api.key_1"], &["one", "/", "/a b"])]
#[case("PROCESSOR_TIMEOUT_SECONDS", &["45", "240", "500"], &["44", "901", "soon"])]
fn the_template_and_the_processor_agree_on(#[case] variable: &str, #[case] good: &[&str], #[case] bad: &[&str]) {
    let template = Template::read();
    let parameter = parameter(&template, variable);
    let usual = template.deployed_with(&[("BlandPathwayId", "pathway")]).variables("ProcessorFunction");
    let starts = |value: &str| {
        let variables = |name: &str| if name == variable { Some(value.to_owned()) } else { usual.get(name).cloned() };
        ProcessorConfig::read(&variables).is_ok()
    };
    for value in good {
        assert_eq!((starts(value), template_allows(&parameter, value)), (true, true), "{variable}={value:?}");
    }
    for value in bad {
        assert_eq!((starts(value), template_allows(&parameter, value)), (false, false), "{variable}={value:?}");
    }
}

#[test]
fn a_default_in_readme_is_what_the_code_does_without_the_variable() {
    let template = Template::read();
    for (variable, default) in readme_variables().into_iter().filter(|(_, default)| !default.is_empty()) {
        for (function, reads) in FUNCTIONS {
            let usual = template.deployed_with(&[("BlandPathwayId", "pathway")]).variables(function);
            let with = |value: Option<&String>| {
                let value = value.cloned();
                reads(&|name| if name == variable { value.clone() } else { usual.get(name).cloned() }).unwrap()
            };
            assert_eq!(with(Some(&default)), with(None), "{function} with {variable}={default}");
        }
        let name = template.parameters_of_variables()[variable.as_str()];
        assert_eq!(scalar(&template.parameters()[name]["Default"]), default, "{name}");
    }
}

#[test]
fn every_parameter_says_what_it_is_and_what_is_allowed_and_allows_its_default() {
    for (name, parameter) in Template::read().parameters() {
        let limits = ["AllowedPattern", "AllowedValues", "MinValue", "MaxLength"];
        assert!(limits.iter().any(|limit| !parameter[limit].is_null()), "{name} allows everything");
        assert_eq!(parameter["MinValue"].is_null(), parameter["MaxValue"].is_null(), "{name}");
        for said in ["Description", "ConstraintDescription"] {
            assert!(parameter[said].as_str().is_some_and(|text| !text.is_empty()), "{name} has no {said}");
        }
        assert!(template_allows(parameter, &scalar(&parameter["Default"])), "{name} refuses its default");
    }
}

#[test]
fn every_parameter_is_used() {
    let template = text("template.yaml");
    for name in Template::read().parameters().keys() {
        let used = [format!("!Ref {name}"), format!("${{{name}}}")];
        assert!(used.iter().any(|used| template.contains(used)), "{name} is not used");
    }
}

#[test]
fn the_tests_that_the_table_of_losses_names_are_there() {
    let readme = text("tests/README.md");
    let table = readme.split("\n## ").find(|section| section.starts_with("What the replaced system lost")).unwrap();
    let named: Vec<Vec<&str>> =
        table.split('`').filter(|word| word.contains("::")).map(|word| word.split("::").collect()).collect();
    let named: Vec<_> = named.into_iter().filter(|name| !name[1].is_empty()).collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        let (test, place) = name.split_last().unwrap();
        let file = match place {
            ["stories", module] => format!("tests/it/tests/it/stories/{module}.rs"),
            ["domain", modules @ ..] => format!("shared/domain/src/{}.rs", modules.join("/")),
            modules => format!("tests/deployed/tests/deployed/{}.rs", modules.join("/")),
        };
        assert!(text(&file).contains(&format!("fn {test}(")), "{file} has no test {test}");
    }
}
