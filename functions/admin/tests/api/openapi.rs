//! The description of the API.

use crate::world::{ADMIN, World};
use admin::{BASE, document};
use serde_json::{Value, json};
use std::path::Path;

/// Run with `UPDATE_OPENAPI=1` to write the file anew.
#[test]
fn the_committed_description_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, document()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let help = "openapi.json differs from the code; write it anew with: UPDATE_OPENAPI=1 cargo test -p admin openapi";
    assert!(committed == document(), "{help}");
}

fn described() -> Value {
    serde_json::from_str(&document()).unwrap()
}

#[tokio::test]
async fn every_path_that_is_described_is_served() {
    let world = World::new();
    let description = described();
    for (path, methods) in description["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix(BASE) else { continue };
        for method in methods.as_object().unwrap().keys() {
            let answer = world.ask(&method.to_uppercase(), &path.replace("{lead_id}", "1"), Some(ADMIN)).await;
            assert!(![404, 405].contains(&answer.status.as_u16()), "{method} {path}: {}", answer.text);
        }
    }
}

#[test]
fn every_path_of_the_contract_is_described() {
    let description = described();
    let mut all: Vec<_> = description["paths"].as_object().unwrap().iter().collect();
    all.sort_by_key(|(path, _)| path.len());
    let methods =
        |path: &str| description["paths"][path].as_object().map(|methods| methods.keys().cloned().collect::<Vec<_>>());
    for (path, expected) in [
        ("/status", vec!["get"]),
        ("/records", vec!["get"]),
        ("/config", vec!["get", "put"]),
        ("/enable", vec!["post"]),
        ("/disable", vec!["post"]),
        ("/start", vec!["post"]),
        ("/stop", vec!["post"]),
        ("/process", vec!["post"]),
        ("/lead/{lead_id}/pause", vec!["post"]),
        ("/lead/{lead_id}/resume", vec!["post"]),
        ("/lead/{lead_id}", vec!["delete"]),
        ("/lead/{lead_id}/explain", vec!["get"]),
        ("/cleanup", vec!["post"]),
        ("/openapi.json", vec!["get"]),
    ] {
        assert_eq!(
            methods(&format!("{BASE}{path}")),
            Some(expected.into_iter().map(str::to_owned).collect()),
            "{path}"
        );
    }
    for webhook in ["/webhooks/bland-callback", "/webhooks/convoso", "/webhooks/convoso/{token}"] {
        assert!(methods(webhook).is_some(), "{webhook}");
    }
}

#[tokio::test]
async fn the_description_is_served() {
    let answer = World::new().get("/openapi.json").await;
    answer.check(200, json!({"info": {"title": "Redial Queue"}}));
    assert_eq!(answer.text, document());
}

/// The fields of an answer, and of the schema that describes it, are the same.
#[track_caller]
fn check_schema(description: &Value, schema: &str, found: &Value) {
    let schema = &description["components"]["schemas"][schema];
    let known = schema["properties"].as_object().unwrap();
    for field in found.as_object().unwrap().keys() {
        assert!(known.contains_key(field), "{field} is not described");
    }
    for field in schema["required"].as_array().into_iter().flatten() {
        assert!(found.get(field.as_str().unwrap()).is_some(), "{field} is described as required");
    }
}

#[tokio::test]
async fn answers_have_the_fields_that_are_described() {
    let world = World::new();
    world.has(world.due(1)).await;
    let description = described();
    let records = world.get("/records").await.body;
    check_schema(&description, "RecordsPage", &records);
    check_schema(&description, "RecordJson", &records["records"][0]);
    let status = world.get("/status").await.body;
    check_schema(&description, "StatusAnswer", &status);
    check_schema(&description, "StatusJson", &status["status"]);
    check_schema(&description, "StatsJson", &status["stats"]);
    check_schema(&description, "ConfigAnswer", &world.get("/config").await.body);
    check_schema(&description, "Config", &world.get("/config").await.body["config"]);
    check_schema(&description, "ConfiguredAnswer", &world.post("/enable").await.body);
    check_schema(&description, "ExplainAnswer", &world.get("/lead/1/explain?phone=2125550101").await.body);
}
