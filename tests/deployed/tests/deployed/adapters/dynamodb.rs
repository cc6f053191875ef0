use super::{TRY, config, is_unavailable, is_unusable, requests};
use redial_aws::adapters::DynamoLines;
use redial_domain::Line;
use redial_domain::builders::phone;
use redial_formats::line_v1;
use redial_queue::ports::{Expect, LineStore, Put, Version};
use redial_queue::testing::TestClock;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

struct Stage {
    server: MockServer,
    lines: DynamoLines,
}

impl Stage {
    async fn answering(answer: impl Respond + 'static) -> Self {
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&server).await;
        let client = aws_sdk_dynamodb::Client::new(&config(&server).await);
        let lines = DynamoLines::new(client, "lines", Arc::new(TestClock::at("2025-12-03T17:00:00Z")));
        Self { server, lines }
    }

    async fn put(&self, expect: &Expect) -> Result<Put, redial_queue::ports::StoreError> {
        self.lines.put(&phone(1), &Line::default(), expect).await
    }
}

/// What the first request is answered, and then each request after it.
struct FirstThen<A, B>(AtomicUsize, A, B);

impl<A: Fn(&Request) -> ResponseTemplate + Send + Sync, B: Fn(&Request) -> ResponseTemplate + Send + Sync> Respond
    for FirstThen<A, B>
{
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if self.0.fetch_add(1, Ordering::SeqCst) == 0 { self.1(request) } else { self.2(request) }
    }
}

fn error(code: &str, item: &Value) -> ResponseTemplate {
    let body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "told", "Item": item });
    ResponseTemplate::new(400).set_body_json(body)
}

fn item_of(request: &Request) -> Value {
    request.body_json::<Value>().unwrap()["Item"].clone()
}

fn at(version: &str) -> Expect {
    Expect::At(Version(version.to_owned()))
}

#[rstest]
#[case::failed(ResponseTemplate::new(500))]
#[case::lost(ResponseTemplate::new(200).set_delay(TRY * 2))]
#[tokio::test]
async fn a_second_try_recognises_what_the_first_one_wrote(#[case] first: ResponseTemplate) {
    let second = |request: &Request| error("ConditionalCheckFailedException", &item_of(request));
    let stage = Stage::answering(FirstThen(AtomicUsize::new(0), move |_: &Request| first.clone(), second)).await;
    let put = stage.put(&at("before")).await.unwrap();
    let sent = stage.server.received_requests().await.unwrap();
    let version = item_of(&sent[0])["version"]["S"].as_str().unwrap().to_owned();
    assert_eq!(put, Put::Stored(Version(version)));
    assert_eq!(sent.len(), 2);
}

#[rstest]
#[case::of_another_writer(json!({"phone": {"S": "+12125550101"}, "version": {"S": "of another"}, "line": {"S": "{}"}}))]
#[case::of_nobody(Value::Null)]
#[tokio::test]
async fn a_version_of_another_is_a_conflict(#[case] item: Value) {
    let stage = Stage::answering(error("ConditionalCheckFailedException", &item)).await;
    assert_eq!(stage.put(&Expect::Absent).await.unwrap(), Put::Conflict);
    assert_eq!(stage.put(&at("before")).await.unwrap(), Put::Conflict);
    assert_eq!(requests(&stage.server).await, 2);
}

#[tokio::test]
async fn each_write_has_a_version_of_its_own() {
    let stage = Stage::answering(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    let first = stage.put(&Expect::Absent).await.unwrap();
    assert_ne!(first, stage.put(&Expect::Absent).await.unwrap());
}

#[rstest]
#[case("ProvisionedThroughputExceededException")]
#[case("ThrottlingException")]
#[case("RequestLimitExceeded")]
#[case("InternalServerError")]
#[tokio::test]
async fn a_passing_error_is_unavailable(#[case] code: &str) {
    let stage = Stage::answering(error(code, &Value::Null)).await;
    assert!(is_unavailable(&stage.put(&Expect::Absent).await));
    assert!(is_unavailable(&stage.lines.get(&phone(1)).await));
}

#[rstest]
#[case("AccessDeniedException")]
#[case("ResourceNotFoundException")]
#[case("ValidationException")]
#[tokio::test]
async fn a_lasting_error_is_unusable(#[case] code: &str) {
    let stage = Stage::answering(error(code, &Value::Null)).await;
    assert!(is_unusable(&stage.put(&Expect::Absent).await));
    assert!(is_unusable(&stage.lines.get(&phone(1)).await));
    assert_eq!(requests(&stage.server).await, 2);
}

#[tokio::test]
async fn a_line_is_read_as_it_is_now() {
    let stage = Stage::answering(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    assert_eq!(stage.lines.get(&phone(1)).await.unwrap(), None);
    let sent = stage.server.received_requests().await.unwrap();
    assert_eq!(sent[0].body_json::<Value>().unwrap()["ConsistentRead"], true);
}

fn left_out(request: &Request) -> ResponseTemplate {
    let asked = request.body_json::<Value>().unwrap()["RequestItems"].clone();
    ResponseTemplate::new(200).set_body_json(json!({ "Responses": {}, "UnprocessedKeys": asked }))
}

#[tokio::test]
async fn keys_that_a_batch_left_out_are_asked_for_again() {
    let rest = |_: &Request| ResponseTemplate::new(200).set_body_json(json!({"Responses": {}, "UnprocessedKeys": {}}));
    let stage = Stage::answering(FirstThen(AtomicUsize::new(0), left_out, rest)).await;
    assert!(stage.lines.get_many(&[phone(1), phone(1)]).await.unwrap().is_empty());
    let sent = stage.server.received_requests().await.unwrap();
    let keys = |request: &Request| request.body_json::<Value>().unwrap()["RequestItems"]["lines"]["Keys"].clone();
    assert_eq!(keys(&sent[0]), json!([{"phone": {"S": phone(1).as_str()}}]));
    assert_eq!(keys(&sent[0]), keys(&sent[1]));
}

#[tokio::test]
async fn a_line_that_cannot_be_understood_holds_up_its_own_number_only() {
    let item = |number, line: &str| {
        let text = |text: &str| json!({"S": text});
        json!({"phone": text(phone(number).as_str()), "line": text(line), "version": text("1")})
    };
    let items = json!([item(1, r#"{"v": 99}"#), item(2, &line_v1::to_text(&Line::default()))]);
    let body = json!({"Responses": {"lines": items}, "UnprocessedKeys": {}});
    let stage = Stage::answering(ResponseTemplate::new(200).set_body_json(body)).await;
    let lines = stage.lines.get_many(&[phone(1), phone(2)]).await.unwrap();
    assert_eq!(lines.into_keys().collect::<Vec<_>>(), [phone(2)]);
}

#[tokio::test]
async fn a_batch_that_leaves_out_keys_for_ever_is_unavailable() {
    let stage = Stage::answering(left_out).await;
    assert!(is_unavailable(&stage.lines.get_many(&[phone(1)]).await));
    assert_eq!(requests(&stage.server).await, 6);
}

#[tokio::test]
async fn open_lines_are_asked_for_until_there_are_enough() {
    let page = |number: u32| {
        let key = json!({"phone": {"S": phone(number).as_str()}, "open": {"S": "1"}, "until": {"N": "1"}});
        ResponseTemplate::new(200).set_body_json(json!({"Items": [key.clone()], "LastEvaluatedKey": key}))
    };
    let pages = FirstThen(AtomicUsize::new(0), move |_: &Request| page(1), move |_: &Request| page(2));
    let stage = Stage::answering(pages).await;
    let due = redial_domain::builders::at("2025-12-03T17:00:00.007Z");
    assert_eq!(stage.lines.open(due, 2).await.unwrap(), [phone(1), phone(2)]);
    let sent = stage.server.received_requests().await.unwrap();
    let bodies: Vec<Value> = sent.iter().map(|request| request.body_json().unwrap()).collect();
    assert_eq!((&bodies[0]["Limit"], &bodies[1]["Limit"]), (&json!(2), &json!(1)));
    assert_eq!(bodies[0]["ExpressionAttributeValues"][":due"]["N"], "1764781200007");
    assert_eq!(bodies[1]["ExclusiveStartKey"]["phone"]["S"], phone(1).as_str());
    assert_eq!(sent[0].headers["x-amz-target"], "DynamoDB_20120810.Query");
}
