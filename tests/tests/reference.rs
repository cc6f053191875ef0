//! README's tables, the template and the code say the same.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use redial::domain::settings::SETTINGS;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(name)).unwrap()
}

/// The variables that the code reads by name, beside those of the settings.
fn named_in_code() -> BTreeSet<String> {
    let code = text("shared/src/config.rs") + &text("shared/src/config/reader.rs");
    let names =
        code.split('"').filter(|word| word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    names.map(ToOwned::to_owned).collect()
}

#[test]
fn readme_lists_every_setting_with_its_variable_default_and_range() {
    let readme = text("README.md");
    for setting in SETTINGS {
        let default = if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        let row = format!("| `{}` | `{}` | {default} | {} |", setting.key, setting.variable, setting.allowed);
        assert!(readme.lines().any(|line| line.trim_end() == row), "README.md lacks the row\n{row}");
    }
}

#[test]
fn readme_lists_every_other_variable() {
    let readme = text("README.md");
    let names = named_in_code();
    assert!(names.len() > 14, "{names:?}");
    for name in names {
        assert!(readme.contains(&format!("| `{name}` |")), "README.md lacks {name}");
    }
}

#[test]
fn the_template_passes_every_variable() {
    let template = text("template.yaml");
    let settings = SETTINGS.iter().map(|setting| setting.variable.to_owned());
    // The plain key of the replaced system is for its own environment: a deployment has digests. An emulator gives its address.
    let ours = |name: &String| !["ADMIN_API_KEY", "AWS_ENDPOINT_URL"].contains(&name.as_str());
    for name in settings.chain(named_in_code()).filter(ours) {
        assert!(template.contains(&format!(" {name}: ")), "template.yaml does not pass {name}");
    }
}

#[test]
fn the_template_passes_no_variable_that_nobody_reads() {
    let known: BTreeSet<_> =
        SETTINGS.iter().map(|setting| setting.variable.to_owned()).chain(named_in_code()).collect();
    let template = text("template.yaml");
    let passed = template.lines().filter_map(|line| line.trim().split_once(": ")).map(|(name, _)| name);
    let is_variable = |name: &&str| {
        name.contains('_') && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    for name in passed.filter(is_variable).filter(|name| *name != "AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH") {
        assert!(known.contains(name), "template.yaml passes {name}, which the code does not read");
    }
}
