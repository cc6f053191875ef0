//! The OpenAPI document and the deployed API agree: Schemathesis asks what the document allows, and what it does not.

use crate::emulator;
use crate::stack::Stack;
use reqwest::Method;
use std::path::Path;
use std::process::Stdio;
use std::{env, fs};
use tokio::process::Command;
use uuid::Uuid;

/// Requests for each route. More would find more, and take minutes.
const EXAMPLES: &str = "25";

#[tokio::test]
async fn every_route_does_what_the_document_says_and_nothing_else() {
    let stack = Stack::alone().await;
    let mut settings = stack.get("/config").await["config"].clone();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemathesis");
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    let base = stack.at.admin_url.strip_suffix("/api/admin/redial-queue").unwrap();
    let mut command = Command::new(emulator::schemathesis());
    command.arg("--config-file").arg(folder.join("schemathesis.toml")).arg("run").arg(document);
    command.args(["--url", base, "--max-examples", EXAMPLES, "--no-color"]);
    command.env("REDIAL_ADMIN_KEY", &stack.at.admin_key).env("SCHEMATHESIS_HOOKS", folder.join("hooks.py"));
    command.env("REDIAL_WEBHOOK_SECRET", &stack.at.webhook_secret);
    command.env("REDIAL_CONVOSO_SECRET", &stack.at.convoso_secret);
    // It leaves its examples where it is started.
    let place = env::temp_dir().join(format!("schemathesis-{}", Uuid::new_v4()));
    fs::create_dir(&place).unwrap();
    command.env("NO_PROXY", "127.0.0.1").current_dir(&place).stdin(Stdio::null());
    let output = command.output().await.unwrap();
    fs::remove_dir_all(&place).unwrap();

    // The next story finds the stack as this one did.
    settings.as_object_mut().unwrap().remove("redial_interval_minutes");
    stack.configure(&settings).await;
    for decision in stack.get("/rules/decisions").await["decisions"].as_array().unwrap() {
        let path = format!("/rules/decisions/{}?why=over", decision["id"].as_str().unwrap());
        stack.ask(Method::DELETE, &path, Some(&stack.at.admin_key), None).await.with(200);
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
