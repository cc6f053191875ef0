use super::{config, is_unavailable, is_unusable};
use redial_aws::adapters::SsmSecrets;
use redial_queue::ports::Secrets;
use rstest::rstest;
use secrecy::ExposeSecret;
use serde_json::json;
use std::time::{Duration, Instant};
use wiremock::matchers::{body_json, header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn a_parameter_is_read_decrypted() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(header("x-amz-target", "AmazonSSM.GetParameter"))
        .and(body_json(json!({"Name": "/one", "WithDecryption": true})))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"Parameter": {"Name": "/one", "Value": "secret"}})),
        )
        .mount(&server)
        .await;
    let secret = SsmSecrets::new(&config(&server).await).read("/one").await.unwrap();
    assert_eq!(secret.expose_secret(), "secret");
}

#[rstest]
#[case::absent(400, "ParameterNotFound", true)]
#[case::forbidden(400, "AccessDeniedException", true)]
#[case::not_decrypted(400, "InvalidKeyId", true)]
#[case::throttled(400, "ThrottlingException", false)]
#[case::broken(500, "InternalServerError", false)]
#[tokio::test]
async fn later_may_help_or_not(#[case] status: u16, #[case] code: &str, #[case] in_vain: bool) {
    let server = MockServer::start().await;
    let refusal = ResponseTemplate::new(status).set_body_json(json!({"__type": code, "message": "no"}));
    Mock::given(method("POST")).respond_with(refusal).mount(&server).await;
    let read = SsmSecrets::new(&config(&server).await).read("/one").await;
    assert_eq!((is_unusable(&read), is_unavailable(&read)), (in_vain, !in_vain), "{code}");
}

/// A webhook has ten seconds, and its stores need most of them.
#[tokio::test]
async fn a_store_of_secrets_that_is_silent_is_not_waited_for_long() {
    let server = MockServer::start().await;
    let silent = ResponseTemplate::new(200).set_delay(Duration::from_secs(30));
    Mock::given(method("POST")).respond_with(silent).mount(&server).await;
    let started = Instant::now();
    assert!(is_unavailable(&SsmSecrets::new(&config(&server).await).read("/one").await));
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
}
