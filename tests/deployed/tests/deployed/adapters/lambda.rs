use super::{config, is_unavailable, is_unusable};
use redial_aws::adapters::LambdaTrigger;
use redial_queue::ports::RunTrigger;
use serde_json::json;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn a_run_is_asked_for_and_not_waited_for() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/2015-03-31/functions/processor/invocations"))
        .and(header("x-amz-invocation-type", "Event"))
        .and(body_json(json!({"source": "admin"})))
        .respond_with(ResponseTemplate::new(202))
        .expect(1)
        .mount(&server)
        .await;
    let config = config(&server).await;
    LambdaTrigger::new(&config, "processor").trigger().await.unwrap();
    assert!(is_unusable(&LambdaTrigger::new(&config, "another").trigger().await));
}

#[tokio::test]
async fn a_function_that_is_too_busy_is_unavailable() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("x-amzn-errortype", "TooManyRequestsException");
    Mock::given(method("POST")).respond_with(busy.set_body_json(json!({}))).mount(&server).await;
    assert!(is_unavailable(&LambdaTrigger::new(&config(&server).await, "processor").trigger().await));
}
