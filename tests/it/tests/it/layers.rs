//! What crate boundaries do not say: one place dials, one loop compares and swaps, one verdict decides.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use rstest::rstest;
use std::fs;
use std::path::{Path, PathBuf};

const CRATES: [&str; 5] = ["domain", "formats", "providers", "queue", "aws"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file())
        .unwrap()
        .to_owned()
}

/// Every source file below a place, with its text.
fn sources(place: &Path) -> Vec<(PathBuf, String)> {
    let Ok(entries) = fs::read_dir(place) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                return sources(&path);
            }
            let is_rust = path.extension().is_some_and(|end| end == "rs");
            is_rust.then(|| (path.clone(), fs::read_to_string(&path).unwrap())).into_iter().collect()
        })
        .collect()
}

/// The code below a place, without tests and stand-ins.
fn code(place: &str) -> Vec<(PathBuf, String)> {
    let mut files = sources(&root().join(place));
    files.retain(|(path, _)| !is_test(path.strip_prefix(root()).unwrap()));
    assert!(!files.is_empty(), "there is no code in {place}");
    files.into_iter().map(|(path, text)| (path, code_without_tests(&text))).collect()
}

fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs")
        || path.ends_with("builders.rs")
        || path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "testing")
}

/// Tests inside a file may use what they like.
fn code_without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
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

#[test]
fn the_domain_is_pure() {
    none_says(&code("shared/domain/src"), &["async ", ".await", "Utc::now"]);
}

#[test]
fn providers_and_formats_ask_nobody() {
    for place in ["shared/formats/src", "shared/providers/src"] {
        none_says(&code(place), &["async ", ".await", "Utc::now", "tracing"]);
    }
}

#[test]
fn ports_know_no_store_and_stores_know_no_use_case() {
    none_says(&code("shared/queue/src/ports"), &["crate::store", "crate::usecase"]);
    none_says(&code("shared/queue/src/store"), &["crate::usecase"]);
}

#[test]
fn functions_use_use_cases_and_no_stores() {
    none_says(
        &code("functions"),
        &[
            "aws_sdk",
            "redial_aws::adapters",
            "redial_queue::store::records",
            "redial_queue::store::lines",
            "cas::update",
        ],
    );
}

#[rstest]
#[case(".dial(&", &["shared/queue/src/usecase/run/dial.rs"])]
#[case(".write(&next, &expect)", &["shared/queue/src/store/cas.rs"])]
#[case("pub fn verdict(", &["shared/domain/src/verdict.rs"])]
#[case("pub fn judgment(", &["shared/domain/src/rules.rs"])]
// The forecast does so on a copy of the line, which nobody stores.
#[case(".take(hold)", &["shared/domain/src/forecast/seat.rs", "shared/queue/src/usecase/run/claim.rs"])]
#[case("std::env::var", &["shared/aws/src/config.rs"])]
#[case("Utc::now()", &["shared/aws/src/adapters/system_clock.rs"])]
fn there_is_one_place_that(#[case] says: &str, #[case] places: &[&str]) {
    let files = CRATES.iter().flat_map(|name| code(&format!("shared/{name}/src")));
    let mut found: Vec<_> = files
        .filter(|(_, text)| text.contains(says))
        .map(|(path, _)| path.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    found.sort();
    assert_eq!(found, places, "{says}");
}

#[test]
fn files_stay_small() {
    for (path, text) in code("shared").into_iter().chain(code("functions")) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let lines = text.lines().count();
        let most = if name.ends_with("main.rs") {
            40
        } else if name.ends_with("handler.rs") {
            130
        } else {
            330
        };
        assert!(lines <= most, "{name} has {lines} lines of code; {most} are allowed");
    }
}
