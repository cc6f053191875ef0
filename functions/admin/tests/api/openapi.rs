//! The OpenAPI document.

use crate::routes;
use crate::world::{ADMIN, World};
use admin::{Access, BASE, ROUTES, document};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Writes the file if `UPDATE_OPENAPI` is set.
#[test]
fn the_committed_document_matches_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, document()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let help = "openapi.json differs from the code. Update it: UPDATE_OPENAPI=1 cargo test -p admin openapi";
    assert!(committed == document(), "{help}");
}

fn parsed() -> Value {
    serde_json::from_str(&document()).unwrap()
}

#[test]
fn the_document_describes_every_route_with_its_access() {
    let document = parsed();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix(BASE) else { continue };
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["security"].is_null(), "{method} {path} needs a key, as the whole document says");
            let needs_admin = !operation["responses"]["403"].is_null();
            described.insert((method.to_uppercase(), path.to_owned(), needs_admin));
        }
    }
    let routes =
        ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned(), route.access == Access::Admin));
    assert_eq!(described, routes.collect());
}

#[tokio::test]
async fn every_route_is_served() {
    for route in ROUTES {
        let answer = routes::ask(&World::new(), route, Some(ADMIN)).await;
        assert_eq!(answer.status, routes::status(route), "{route:?}: {}", answer.text);
    }
}

#[test]
fn the_document_describes_every_webhook() {
    for webhook in ["/webhooks/bland-callback", "/webhooks/convoso", "/webhooks/convoso/{token}"] {
        assert!(parsed()["paths"][webhook]["post"].is_object(), "{webhook}");
    }
}

/// Collects the names of the schemas that a part of the document refers to.
fn references(part: &Value, found: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_document_contains_every_schema_it_refers_to_and_no_other() {
    let document = parsed();
    let mut referenced = BTreeSet::new();
    references(&document, &mut referenced);
    let schemas = document["components"]["schemas"].as_object().unwrap().keys();
    assert_eq!(schemas.map(|name| format!("#/components/schemas/{name}")).collect::<BTreeSet<_>>(), referenced);
}

#[tokio::test]
async fn the_document_is_served() {
    let answer = World::new().get("/openapi.json").await;
    answer.check(200, json!({"info": {"title": "Redial Queue"}}));
    assert!(answer.text == document(), "the served document differs from the code: {} bytes", answer.text.len());
}

/// Checks that an answer has the fields of its schema and no others.
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

/// An answer without the fields that its own schema adds to that of another.
fn without(answer: &Value, own: &[&str]) -> Value {
    let mut fields = answer.as_object().unwrap().clone();
    fields.retain(|name, _| !own.contains(&name.as_str()));
    Value::Object(fields)
}

#[tokio::test]
async fn answers_match_their_schemas() {
    let world = World::new();
    world.has(world.due(1)).await;
    let description = parsed();
    let records = world.get("/records").await.body;
    check_schema(&description, "RecordsPage", &records);
    check_schema(&description, "RecordJson", &records["records"][0]);
    let status = world.get("/status").await.body;
    check_schema(&description, "StatusAnswer", &status);
    check_schema(&description, "OperatorJson", &status["operator"]);
    check_schema(&description, "StatusJson", &status["status"]);
    check_schema(&description, "StatsJson", &status["stats"]);
    check_schema(&description, "ConfigAnswer", &world.get("/config").await.body);
    check_schema(&description, "Config", &world.get("/config").await.body["config"]);
    check_schema(&description, "ConfiguredAnswer", &world.post("/enable").await.body);
    let suppressed = world.post("/suppressions/2125550102").await.body;
    check_schema(&description, "SuppressionAnswer", &suppressed);
    check_schema(&description, "SuppressionJson", &suppressed["suppression"]);
    check_schema(&description, "SuppressionsPage", &world.get("/suppressions").await.body);
    let imported = world.import("text/csv", "2125550103\n911\n").await.body;
    check_schema(&description, "ImportAnswer", &imported);
    check_schema(&description, "BadLineJson", &imported["bad"][0]);
    let added = world.adds(&json!({"lead_id": "5", "phone_number": "2125550105"})).await.body;
    check_schema(&description, "ExplainAnswer", &without(&added, &["result", "line", "timeline"]));
    let leads = world.adds_all("text/csv", "lead_id,phone_number\n1,2125550101\n2,2125550103\n").await.body;
    check_schema(&description, "ImportAnswer", &without(&leads, &["refused_lines", "refused"]));
    check_schema(&description, "BadLineJson", &leads["refused"][0]);
    let proof = world.get("/numbers/2125550101/proof?from=2025-12-17&to=2025-12-17").await.body;
    check_schema(&description, "ProofAnswer", &proof);
    check_schema(&description, "CheckedJson", &proof["checked"]);
    let preview = world.post("/leads/pause?all=true").await.body;
    check_schema(&description, "BulkPreviewAnswer", &preview);
    check_schema(&description, "ChosenLeadJson", &preview["sample"][0]);
    let token = preview["confirm"].as_str().unwrap();
    let confirmed = world.post(&format!("/leads/pause?confirm={token}")).await.body;
    check_schema(&description, "BulkAnswer", &confirmed);
    let refusal = json!({"lead_id": "1", "phone_number": "2125550101", "status": "DNC", "call_log_id": "7"});
    let tested = world.tests_outcome("convoso", refusal.to_string()).await.body;
    check_schema(&description, "OutcomeAnswer", &tested);
    check_schema(&description, "DecidedJson", &tested["decided"]);
    check_schema(&description, "LeadJson", &tested["lead"]);
    check_schema(&description, "StateJson", &tested["lead"]["after"]);
    check_schema(&description, "NumberJson", &tested["numbers"][0]);
    let activity = world.get("/activity").await.body;
    check_schema(&description, "ActivityAnswer", &activity);
    check_schema(&description, "CallbacksJson", &activity["callbacks"]);
    check_schema(&description, "ExplainAnswer", &world.get("/lead/1/explain?phone=2125550101").await.body);
}
