//! The names of the schemas in the OpenAPI document. utoipa keeps one schema of each name and drops the others without a word,
//! so the names are read from the sources.

use admin::document;
use regex_lite::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Where types have schemas.
const PLACES: [&str; 2] = ["functions", "shared"];

/// Every source file below a place, with its text.
fn sources(place: &Path) -> Vec<(String, String)> {
    if !place.is_dir() {
        let is_rust = place.extension().is_some_and(|end| end == "rs");
        return is_rust
            .then(|| (place.display().to_string(), fs::read_to_string(place).unwrap()))
            .into_iter()
            .collect();
    }
    fs::read_dir(place).unwrap().flat_map(|entry| sources(&entry.unwrap().path())).collect()
}

/// Returns the names of the schemas that a source file defines, by `derive` and by hand.
fn names(source: &str) -> Vec<String> {
    if !source.contains("ToSchema") {
        return Vec::new();
    }
    let derived = Regex::new(r"#\[derive\([^)]*\bToSchema\b[^)]*\)\]").unwrap();
    let named = Regex::new(r"^([\s\S]*?)\b(?:struct|enum) +(\w+)").unwrap();
    let renamed = Regex::new(r"#\[schema\([^\]]*\bas *= *([\w:]+)").unwrap();
    let by_hand = Regex::new(r"impl(?:<[^>]*>)? (?:utoipa::)?ToSchema for (\w+)([\s\S]*?)\n\}").unwrap();
    let told = Regex::new(r#"fn name\(\)[\s\S]*?"(\w+)""#).unwrap();
    let code: Vec<_> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let of_derive = derived.find_iter(&code).map(|derive| {
        let after = named.captures(&code[derive.end()..]).unwrap();
        let renamed = renamed.captures(&after[1]).map(|renamed| renamed[1].replace("::", "."));
        renamed.unwrap_or_else(|| after[2].to_owned())
    });
    let of_hand = by_hand.captures_iter(&code).map(|written| {
        let told = told.captures(&written[2]).map(|told| told[1].to_owned());
        told.unwrap_or_else(|| written[1].to_owned())
    });
    of_derive.chain(of_hand).collect()
}

#[test]
fn no_two_schemas_of_the_document_have_one_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, source) in PLACES.iter().flat_map(|place| sources(&root.join(place))) {
        for name in names(&source) {
            found.entry(name).or_default().push(path.clone());
        }
    }
    for (name, paths) in &found {
        assert!(paths.len() == 1, "{name} is the name of several schemas, of which the document has one: {paths:?}");
    }
    // Otherwise a schema is defined in a way that is not read here, and could have the name of another one.
    let document: Value = serde_json::from_str(&document()).unwrap();
    let described: BTreeSet<_> = document["components"]["schemas"].as_object().unwrap().keys().collect();
    let unread: Vec<_> = described.into_iter().filter(|name| !found.contains_key(*name)).collect();
    assert!(unread.is_empty(), "no source defines them: {unread:?}");
}

#[test]
fn a_name_is_read_however_it_is_given() {
    let source = r#"
        #[derive(Debug, ToSchema)]
        #[schema(rename_all = "snake_case")]
        pub(crate) struct Plain<'a>(&'a str);
        #[derive(Debug, ToSchema)]
        #[schema(as = other::Name, example = "a")]
        enum Renamed { One }
        #[derive(Debug)]
        struct Without;
        #[derive(ToSchema)]
        // Not a struct Comment.
        struct Last;
impl ToSchema for ByHand {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Told")
    }
}
impl ToSchema for Untold {
}
"#;
    assert_eq!(names(source), ["Plain", "other.Name", "Last", "Told", "Untold"]);
}
