use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use redial_aws::adapters::tls;
use rstest::rstest;
use serde_json::Value;

#[rstest]
#[case("TERM")]
#[case("INT")]
#[tokio::test]
async fn the_process_says_where_it_listens_and_leaves_when_asked(#[case] signal: &str) {
    let (mut child, url) = start(&["--listen", "127.0.0.1:0", "--outcomes", "VOICEMAIL=2,SALE=1", "--ring-ms", "5"]);
    let http = tls::http().build().unwrap();
    let health: Value = http.get(format!("{url}/_fake/health")).send().await.unwrap().json().await.unwrap();
    assert_eq!(health["status"], "ok");
    let told = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert!(child.wait().unwrap().success());
}

#[rstest]
#[case::unknown(&["--answer-after", "5"])]
#[case::without_value(&["--seed"])]
#[case::bad_mix(&["--outcomes", "LOTTERY=1"])]
fn arguments_that_make_no_sense_are_refused(#[case] arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_fake-bland")).args(arguments).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}

fn start(arguments: &[&str]) -> (Child, String) {
    let binary = env!("CARGO_BIN_EXE_fake-bland");
    let mut child = Command::new(binary).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim_end().to_owned())
}
