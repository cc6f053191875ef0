//! The tables of the READMEs, the template, the code and its tests say the same.
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
    // The plain key of the replaced system is for its own environment: a deployment has digests.
    for name in settings.chain(named_in_code()).filter(|name| name != "ADMIN_API_KEY") {
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

#[test]
fn the_tests_that_the_table_of_losses_names_are_there() {
    let readme = text("tests/README.md");
    let named: Vec<Vec<&str>> =
        readme.split('`').filter(|word| word.contains("::")).map(|word| word.split("::").collect()).collect();
    let named: Vec<_> = named.into_iter().filter(|name| name[1] != "").collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        let (test, place) = name.split_last().unwrap();
        let file = match place {
            ["stories", module] => format!("tests/tests/stories/{module}.rs"),
            ["shared", modules @ ..] => format!("shared/src/{}.rs", modules.join("/")),
            modules => format!("tests/tests/deployed/{}.rs", modules.join("/")),
        };
        assert!(text(&file).contains(&format!("fn {test}(")), "{file} has no test {test}");
    }
}
