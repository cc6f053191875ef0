//! The direction of dependencies, which no compiler checks.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use rstest::rstest;
use std::fs;
use std::path::{Path, PathBuf};

const LAYERS: [&str; 11] =
    ["adapters", "config", "domain", "ports", "store", "system", "telemetry", "testing", "usecase", "wire", "lib"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every source file below a place, with its text.
fn sources(place: &Path) -> Vec<(PathBuf, String)> {
    if place.is_file() {
        return vec![(place.to_owned(), fs::read_to_string(place).unwrap())];
    }
    let Ok(entries) = fs::read_dir(place) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"))
        .flat_map(|path| sources(&path))
        .collect()
}

/// The files of one layer of the library, without those that are only tests.
fn layer(name: &str) -> Vec<(PathBuf, String)> {
    let source = root().join("shared/src");
    let mut files = sources(&source.join(format!("{name}.rs")));
    files.extend(sources(&source.join(name)));
    files.retain(|(path, _)| !is_test(path));
    assert!(!files.is_empty(), "there is no layer {name}");
    files.into_iter().map(|(path, text)| (path, code_without_tests(&text))).collect()
}

fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
}

/// Tests inside a file may use what they like.
fn code_without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn none_says(files: &[(PathBuf, String)], forbidden: &[&str]) {
    for (path, text) in files {
        for word in forbidden {
            assert!(!text.contains(word), "{} must not say {word}", path.strip_prefix(root()).unwrap().display());
        }
    }
}

#[rstest]
#[case("domain", &["domain"])]
#[case("ports", &["ports", "domain"])]
#[case("wire", &["wire", "domain", "ports"])]
#[case("store", &["store", "wire", "ports", "domain"])]
#[case("usecase", &["usecase", "store", "ports", "domain"])]
#[case("adapters", &["adapters", "wire", "ports", "domain"])]
#[case("config", &["config", "store", "wire", "domain"])]
#[case("telemetry", &["telemetry", "config", "ports", "wire"])]
fn a_layer_uses_only_those_below_it(#[case] name: &str, #[case] allowed: &[&str]) {
    let forbidden: Vec<_> =
        LAYERS.iter().filter(|layer| !allowed.contains(layer)).map(|layer| format!("crate::{layer}")).collect();
    let forbidden: Vec<&str> = forbidden.iter().map(String::as_str).collect();
    none_says(&layer(name), &forbidden);
}

#[test]
fn the_domain_is_pure() {
    none_says(&layer("domain"), &["async ", ".await", "serde", "tokio", "tracing", "aws_", "reqwest", "Utc::now"]);
}

#[test]
fn use_cases_name_no_aws_no_http_and_no_json() {
    none_says(&layer("usecase"), &["aws_", "reqwest", "serde", "json", "http"]);
}

#[test]
fn of_the_ports_the_wire_uses_values_only() {
    for (path, text) in layer("wire") {
        for line in text.lines().filter(|line| line.contains("crate::ports")) {
            let values = ["CallState", "DialOrder", "Expect", "Metric", "Reading", "Unit", "Version"];
            let names = line.split(['{', '}', ',', ';', ':', ' ']).filter(|word| word.starts_with(char::is_uppercase));
            for name in names {
                assert!(values.contains(&name), "{} uses the port {name}", path.display());
            }
        }
    }
}

#[test]
fn only_adapters_and_their_wiring_know_an_sdk() {
    for name in ["domain", "ports", "wire", "store", "usecase", "telemetry", "config"] {
        none_says(&layer(name), &["aws_sdk", "aws_config", "aws_smithy"]);
    }
}

#[test]
fn functions_use_use_cases_and_no_stores() {
    let mut files = sources(&root().join("functions"));
    files.retain(|(path, _)| path.components().any(|part| part.as_os_str() == "src") && !is_test(path));
    let files: Vec<_> = files.into_iter().map(|(path, text)| (path, code_without_tests(&text))).collect();
    assert!(files.len() > 5);
    none_says(
        &files,
        &["aws_sdk", "redial::adapters", "redial::store::records", "redial::store::lines", "cas::update"],
    );
}

/// One place that dials, one loop that compares and swaps, one verdict.
#[rstest]
#[case(".dial(&", &["shared/src/usecase/run/dial.rs"])]
#[case(".write(&value, &expect)", &["shared/src/store/cas.rs"])]
#[case("pub fn verdict(", &["shared/src/domain/verdict.rs"])]
#[case(".take(Hold", &["shared/src/usecase/run/dial.rs"])]
#[case("std::env::var", &["shared/src/config.rs"])]
#[case("Utc::now()", &["shared/src/adapters/system_clock.rs"])]
fn there_is_one_place_that(#[case] says: &str, #[case] places: &[&str]) {
    let source = root().join("shared/src");
    let mut found: Vec<_> = sources(&source)
        .into_iter()
        .filter(|(path, _)| !path.starts_with(source.join("testing")) && !is_test(path))
        .filter(|(_, text)| code_without_tests(text).contains(says))
        .map(|(path, _)| path.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    found.sort();
    assert_eq!(found, places, "{says}");
}

#[test]
fn files_and_functions_stay_small() {
    for (path, text) in sources(&root().join("shared/src")).into_iter().chain(sources(&root().join("functions"))) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        if name.contains("tests") || name.contains("/testing/") {
            continue;
        }
        let lines = code_without_tests(&text).lines().count();
        let most = if name.ends_with("main.rs") {
            40
        } else if name.ends_with("handler.rs") {
            130
        } else {
            420
        };
        assert!(lines <= most, "{name} has {lines} lines of code; {most} are allowed");
    }
}
