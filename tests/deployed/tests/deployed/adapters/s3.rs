mod uploads;

use super::{TRY, config, is_unavailable, is_unusable, requests};
use redial_aws::adapters::{S3Blobs, aws};
use redial_queue::ports::{BlobStore, Expect, Put, Version, Wanted};
use rstest::rstest;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "redial-queue/redial-queue_2025-12.json";

struct Stage {
    server: MockServer,
    blobs: S3Blobs,
}

impl Stage {
    async fn answering(answer: ResponseTemplate) -> Self {
        let server = MockServer::start().await;
        Mock::given(path(format!("/bucket/{KEY}"))).respond_with(answer).mount(&server).await;
        let blobs = S3Blobs::new(aws::s3(&config(&server).await), "bucket");
        Self { server, blobs }
    }
}

fn error(status: u16, code: &str) -> ResponseTemplate {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>told</Message></Error>");
    ResponseTemplate::new(status).set_body_raw(body, "application/xml")
}

fn some_version() -> Expect {
    Expect::At(Version("\"etag\"".to_owned()))
}

#[rstest]
#[case::other_version(412, "PreconditionFailed", some_version())]
#[case::other_creator(412, "PreconditionFailed", Expect::Absent)]
#[case::write_under_way(409, "ConditionalRequestConflict", some_version())]
#[case::creation_under_way(409, "ConditionalRequestConflict", Expect::Absent)]
#[case::gone(404, "NoSuchKey", some_version())]
#[tokio::test]
async fn a_write_that_met_another_is_a_conflict(#[case] status: u16, #[case] code: &str, #[case] expect: Expect) {
    let stage = Stage::answering(error(status, code)).await;
    assert_eq!(stage.blobs.put(KEY, "{}".into(), &expect).await.unwrap(), Put::Conflict);
    assert_eq!(requests(&stage.server).await, 1);
}

#[rstest]
#[case(500, "InternalError")]
#[case(503, "SlowDown")]
#[case(503, "ServiceUnavailable")]
#[case(429, "TooManyRequests")]
#[case(400, "RequestTimeout")]
#[tokio::test]
async fn a_passing_error_is_unavailable_and_only_a_write_is_sent_once(#[case] status: u16, #[case] code: &str) {
    let stage = Stage::answering(error(status, code)).await;
    assert!(is_unavailable(&stage.blobs.put(KEY, "{}".into(), &Expect::Absent).await));
    assert!(is_unavailable(&stage.blobs.put(KEY, "{}".into(), &some_version()).await));
    assert_eq!(requests(&stage.server).await, 2);
    assert!(is_unavailable(&stage.blobs.get(KEY).await));
}

#[tokio::test]
async fn a_read_is_tried_again() {
    let stage = Stage::answering(error(503, "SlowDown")).await;
    assert!(is_unavailable(&stage.blobs.get(KEY).await));
    assert!(is_unavailable(&stage.blobs.delete(KEY).await));
    assert_eq!(requests(&stage.server).await, 6);
}

#[rstest]
#[case(403, "AccessDenied")]
#[case(404, "NoSuchBucket")]
#[case(400, "InvalidRequest")]
#[case(301, "PermanentRedirect")]
#[tokio::test]
async fn a_lasting_error_is_unusable(#[case] status: u16, #[case] code: &str) {
    let stage = Stage::answering(error(status, code)).await;
    assert!(is_unusable(&stage.blobs.get(KEY).await));
    assert!(is_unusable(&stage.blobs.get_if(KEY, &Wanted::default()).await));
    assert!(is_unusable(&stage.blobs.put(KEY, "{}".into(), &some_version()).await));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_unavailable_and_sent_once() {
    let stage = Stage::answering(ResponseTemplate::new(200).set_delay(TRY * 2)).await;
    assert!(is_unavailable(&stage.blobs.put(KEY, "{}".into(), &Expect::Absent).await));
    assert_eq!(requests(&stage.server).await, 1);
}

#[tokio::test]
async fn a_write_without_a_version_in_its_answer_is_no_success() {
    let stage = Stage::answering(ResponseTemplate::new(200)).await;
    assert!(is_unusable(&stage.blobs.put(KEY, "{}".into(), &Expect::Absent).await));
}

#[tokio::test]
async fn a_write_says_what_it_expects_and_what_it_is() {
    let server = MockServer::start().await;
    let stored = ResponseTemplate::new(200).insert_header("etag", "\"new\"");
    let put = || Mock::given(method("PUT")).and(header("content-type", "application/json"));
    put().and(header("if-none-match", "*")).respond_with(stored.clone()).expect(1).mount(&server).await;
    put().and(header("if-match", "\"etag\"")).respond_with(stored).expect(1).mount(&server).await;
    let blobs = S3Blobs::new(aws::s3(&config(&server).await), "bucket");
    for expect in [Expect::Absent, some_version()] {
        let stored = Put::Stored(Version("\"new\"".to_owned()));
        assert_eq!(blobs.put(KEY, "{}".into(), &expect).await.unwrap(), stored);
    }
}

#[tokio::test]
async fn an_error_names_the_operation_and_the_code() {
    let stage = Stage::answering(error(403, "AccessDenied")).await;
    let error = stage.blobs.get(KEY).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "S3 GetObject failed (HTTP 403, AccessDenied): told");
}
