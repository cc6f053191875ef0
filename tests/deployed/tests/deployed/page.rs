//! The operators' page in a real browser, served and answered by a deployed stack.
//!
//! The stories themselves are in `functions/admin/page/tests`, one file for each case here.

use crate::emulator;
use crate::stack::Stack;
use rstest::rstest;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// Milliseconds for a file of stories, on a machine that has much else to do.
const PATIENCE: &str = "180000";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions/admin/page")
}

#[rstest]
#[case::guards("guards")]
#[case::answers_questions("questions")]
#[case::keeps_a_key("keys")]
#[case::steers_leads("leads")]
#[case::keeps_lists("lists")]
#[case::uses_every_view("frame")]
#[case::opens("opens")]
#[tokio::test]
async fn an_operator(#[case] stories: &str) {
    let stack = Stack::alone().await;
    let at = &stack.at;
    let mut node = Command::new(emulator::node());
    node.args(["--test", "--test-timeout", PATIENCE, "--test-reporter", "spec"]);
    node.arg(format!("tests/{stories}.story.ts")).current_dir(folder());
    node.env("REDIAL_TEST_BROWSER", emulator::browser());
    node.env("REDIAL_PAGE_URL", &at.page_url).env("REDIAL_ADMIN_URL", &at.admin_url);
    node.env("REDIAL_ADMIN_KEY", &at.admin_key).env("REDIAL_READ_KEY", &at.read_key);
    node.env("REDIAL_WEBHOOK_URL", &at.webhook_url).env("REDIAL_WEBHOOK_SECRET", &at.webhook_secret);
    node.env("REDIAL_CONVOSO_URL", &at.convoso_url).env("REDIAL_CONVOSO_SECRET", &at.convoso_secret);
    node.env("REDIAL_FAKE_BLAND_URL", &at.fake_bland_url).env("NO_PROXY", "127.0.0.1");
    let output = node.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("pass ") && !said.contains("tests 0"), "no story was told:\n{said}");
}

#[test]
fn every_file_of_stories_is_told() {
    let files = fs::read_dir(folder().join("tests")).unwrap().map(|file| file.unwrap().file_name());
    let names = files.filter_map(|name| name.to_str().unwrap().strip_suffix(".story.ts").map(str::to_owned));
    let told = include_str!("page.rs").lines().filter_map(|line| line.strip_prefix("#[case::"));
    let told = told.map(|case| case.split('"').nth(1).unwrap().to_owned());
    assert_eq!(told.collect::<BTreeSet<_>>(), names.collect());
}
