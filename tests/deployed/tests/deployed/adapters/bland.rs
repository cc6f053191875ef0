use chrono::TimeDelta;
use redial_aws::adapters::BlandDialer;
use redial_domain::CallId;
use redial_domain::builders::{at, attempt, call_id, lead_ref, phone, profile};
use redial_domain::{CallState, DialOrder};
use redial_fakes::fake_bland::{FakeBland, Settings};
use redial_providers::bland::Account;
use redial_queue::ports::{AskError, DialError, Dialer, Secret};
use redial_queue::store::secret::{GivenSecret, NamedSecret};
use redial_queue::testing::{MemorySecrets, TestClock};
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use wiremock::matchers::{any, header, method, path, query_param};
use wiremock::{Mock, MockServer, Respond, ResponseTemplate};

const KEY: &str = "test-api-key";
const SINCE: &str = "2025-12-03T17:00:00Z";

fn dialer(base: &str) -> BlandDialer {
    dialer_with(base, Arc::new(GivenSecret(KEY.into())))
}

fn dialer_with(base: &str, key: Arc<dyn Secret>) -> BlandDialer {
    let account =
        Account { webhook: "http://127.0.0.1:9/".to_owned(), pathway_id: Some("p".to_owned()), ..Account::default() };
    BlandDialer::new(base, key, account, Arc::new(TestClock::at("2025-12-03T17:10:00Z"))).unwrap()
}

fn order() -> DialOrder {
    DialOrder {
        attempt: attempt(1),
        lead: lead_ref(1, "2025-12"),
        profile: profile(),
        zone: chrono_tz::America::New_York,
        max_minutes: 30,
    }
}

async fn server_answering(answer: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// The answer to one dial, in one word, and how many requests it took.
async fn dialed(answer: ResponseTemplate) -> (String, usize) {
    let server = server_answering(answer).await;
    let said = match dialer(&server.uri()).dial(&order()).await {
        Ok(call) => format!("placed {}", call.as_str()),
        Err(DialError::Refused(message)) => format!("refused: {message}"),
        Err(DialError::Blocked { status }) => format!("blocked {status}"),
        Err(DialError::SlowDown { retry_after }) => format!("slow down {:?}", retry_after.map(|wait| wait.as_secs())),
        Err(DialError::Unreachable(_)) => "unreachable".to_owned(),
        Err(DialError::Unknown(_)) => "unknown".to_owned(),
    };
    (said, server.received_requests().await.unwrap().len())
}

fn success() -> Value {
    json!({"status": "success", "message": "Call successfully queued.", "call_id": "c-1", "batch_id": null})
}

fn refusal(message: &str) -> Value {
    json!({"status": "error", "message": message})
}

#[rstest]
#[case::placed(200, success(), "placed c-1")]
#[case::placed_as_created(201, success(), "placed c-1")]
#[case::refused_with_200(200, refusal("No pathway."), "refused: No pathway.")]
#[case::no_call_id(200, json!({"status": "success"}), "unknown")]
#[case::no_status(200, json!({"call_id": "c-1"}), "unknown")]
#[case::no_object(200, json!([]), "unknown")]
#[case::refused(400, refusal("No pathway."), "refused: No pathway.")]
#[case::refused_without_a_word(404, json!({}), "refused: HTTP 404")]
#[case::not_processable(422, refusal("No pathway."), "refused: No pathway.")]
#[case::teapot(418, Value::Null, "refused: HTTP 418")]
#[case::bad_key(401, refusal("key"), "blocked 401")]
#[case::no_balance(402, refusal("balance"), "blocked 402")]
#[case::forbidden(403, refusal("forbidden"), "blocked 403")]
#[case::too_often(429, refusal("slow down"), "slow down None")]
#[case::request_timed_out(408, refusal("late"), "unknown")]
#[case::broken(500, refusal("broken"), "unknown")]
#[case::broken_behind_a_proxy(502, Value::Null, "unknown")]
#[case::busy(503, refusal("busy"), "unknown")]
#[tokio::test]
async fn an_answer_to_a_dial_has_one_meaning(#[case] status: u16, #[case] body: Value, #[case] meaning: &str) {
    let answer = ResponseTemplate::new(status).set_body_json(body);
    assert_eq!(dialed(answer).await, (meaning.to_owned(), 1));
}

#[rstest]
#[case::html(ResponseTemplate::new(200).set_body_string("<html>"))]
#[case::redirect(ResponseTemplate::new(307).insert_header("location", "/elsewhere"))]
#[case::redirect_that_would_become_a_get(ResponseTemplate::new(303).insert_header("location", "/v1/calls"))]
#[tokio::test]
async fn an_unclear_answer_to_a_dial_is_unknown(#[case] answer: ResponseTemplate) {
    assert_eq!(dialed(answer).await, ("unknown".to_owned(), 1));
}

#[rstest]
#[case::seconds("7", "slow down Some(7)")]
#[case::date("Wed, 03 Dec 2025 17:01:30 GMT", "slow down Some(90)")]
#[case::past("Wed, 03 Dec 2025 16:00:00 GMT", "slow down Some(0)")]
#[case::nonsense("soon", "slow down None")]
#[tokio::test]
async fn the_provider_may_say_for_how_long_it_is_busy(#[case] retry_after: &str, #[case] meaning: &str) {
    let answer = ResponseTemplate::new(429).insert_header("date", "Wed, 03 Dec 2025 17:00:00 GMT");
    assert_eq!(dialed(answer.insert_header("retry-after", retry_after)).await, (meaning.to_owned(), 1));
}

#[tokio::test]
async fn a_provider_that_does_not_listen_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let answer = dialer(&base).dial(&order()).await;
    assert!(matches!(answer, Err(DialError::Unreachable(_))), "{answer:?}");
}

#[tokio::test]
async fn a_connection_lost_after_the_request_may_be_a_call() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        std::io::Read::read(&mut connection, &mut [0; 8192]).unwrap()
    });
    let answer = dialer(&base).dial(&order()).await;
    assert!(matches!(answer, Err(DialError::Unknown(_))), "{answer:?}");
    assert!(server.join().unwrap() > 0);
}

#[tokio::test]
async fn a_refusal_does_not_repeat_the_number() {
    let message = "Invalid phone_number: +12125550101";
    let (said, _) = dialed(ResponseTemplate::new(400).set_body_json(refusal(message))).await;
    assert!(said.starts_with("refused: Invalid phone_number") && !said.contains("5550101"), "{said}");
}

/// A provider that lists calls, each of them a call id and what `GET /v1/calls/{id}` answers.
async fn provider(total: Option<u64>, calls: &[(&str, ResponseTemplate)]) -> MockServer {
    let server = MockServer::start().await;
    let listed: Vec<Value> = calls.iter().map(|(id, _)| json!({"call_id": id, "to": phone(1).as_str()})).collect();
    let list = json!({"total_count": total, "count": listed.len(), "calls": listed});
    Mock::given(path("/v1/calls"))
        .and(method("GET"))
        .and(header("authorization", KEY))
        .and(query_param("to_number", "+12125550101"))
        .and(query_param("start_date", "2025-12-02"))
        .and(query_param("limit", "100"))
        .respond_with(ResponseTemplate::new(200).set_body_json(list))
        .mount(&server)
        .await;
    for (id, answer) in calls {
        Mock::given(path(format!("/v1/calls/{id}"))).respond_with(answer.clone()).mount(&server).await;
    }
    server
}

fn call(id: &str, n: u32) -> ResponseTemplate {
    let metadata = json!({"attempt_id": attempt(n).to_string(), "lead_id": "1", "month": "2025-12"});
    let body = json!({"call_id": id, "to": phone(1).as_str(), "completed": false, "metadata": metadata});
    ResponseTemplate::new(200).set_body_json(body)
}

async fn found(server: &MockServer) -> Result<CallState, AskError> {
    dialer(&server.uri()).find(attempt(1), &phone(1), at(SINCE)).await
}

async fn asked(server: &MockServer, path: &str) -> usize {
    let requests = server.received_requests().await.unwrap();
    requests.iter().filter(|request| request.url.path() == path).count()
}

#[tokio::test]
async fn an_attempt_is_found_among_several_calls() {
    let server = provider(Some(3), &[("c-3", call("c-3", 3)), ("c-1", call("c-1", 1)), ("c-2", call("c-2", 2))]).await;
    assert_eq!(found(&server).await.unwrap(), CallState::InProgress(call_id("c-1")));
    assert_eq!(asked(&server, "/v1/calls/c-2").await, 0, "nobody is asked once it is found");
}

#[rstest]
#[case::no_calls(Some(0), &[])]
#[case::calls_of_others(Some(1), &[("c-2", call("c-2", 2))])]
#[case::a_call_of_another_system(None, &[("c-2", ResponseTemplate::new(200).set_body_json(json!({"call_id": "c-2"})))])]
#[tokio::test]
async fn an_attempt_that_no_call_is_of_is_absent(
    #[case] total: Option<u64>,
    #[case] calls: &[(&str, ResponseTemplate)],
) {
    assert_eq!(found(&provider(total, calls).await).await.unwrap(), CallState::Absent);
}

#[rstest]
#[case::broken(ResponseTemplate::new(500))]
#[case::gone(ResponseTemplate::new(404))]
#[case::unreadable(ResponseTemplate::new(200).set_body_string("<html>"))]
#[case::no_call(ResponseTemplate::new(200).set_body_json(json!({})))]
#[tokio::test]
async fn a_call_that_cannot_be_read_may_be_the_one(#[case] unreadable: ResponseTemplate) {
    let others = provider(Some(2), &[("c-3", unreadable.clone()), ("c-2", call("c-2", 2))]).await;
    assert!(found(&others).await.is_err(), "it may be the one that could not be read");
    let ours = provider(Some(2), &[("c-3", unreadable), ("c-1", call("c-1", 1))]).await;
    assert_eq!(found(&ours).await.unwrap(), CallState::InProgress(call_id("c-1")));
}

#[tokio::test]
async fn a_list_that_is_not_whole_says_nothing() {
    assert!(found(&provider(Some(2), &[("c-2", call("c-2", 2))]).await).await.is_err());
    let ids: Vec<String> = (0..100).map(|number| format!("other-{number}")).collect();
    let calls: Vec<(&str, ResponseTemplate)> = ids.iter().map(|id| (id.as_str(), call(id, 2))).collect();
    assert!(found(&provider(None, &calls).await).await.is_err());
}

#[rstest]
#[case::refused(400, 1)]
#[case::bad_key(401, 1)]
#[case::broken(500, 3)]
#[case::too_often(429, 3)]
#[tokio::test]
async fn a_question_is_asked_again_where_that_may_help(#[case] status: u16, #[case] requests: usize) {
    let server = server_answering(ResponseTemplate::new(status)).await;
    assert!(dialer(&server.uri()).call(&call_id("c-1")).await.is_err());
    assert_eq!(asked(&server, "/v1/calls/c-1").await, requests);
}

#[tokio::test]
async fn a_call_that_the_provider_does_not_know_is_absent() {
    let server = server_answering(ResponseTemplate::new(404)).await;
    let state = dialer(&server.uri()).call(&call_id("c-1")).await.unwrap();
    assert_eq!(state, CallState::Absent);
}

#[tokio::test]
async fn an_id_of_the_provider_is_one_segment_of_a_path() {
    let server = server_answering(ResponseTemplate::new(404)).await;
    dialer(&server.uri()).call(&call_id("../a/b?c")).await.unwrap();
    assert_eq!(asked(&server, "/v1/calls/..%2Fa%2Fb%3Fc").await, 1);
}

#[tokio::test]
async fn the_fake_takes_our_dials_and_answers_our_questions() {
    let bland = FakeBland::start(Settings { ring: Duration::from_secs(60), ..Settings::default() }).await.unwrap();
    let dialer = dialer(bland.base_url());
    let call: CallId = dialer.dial(&order()).await.unwrap();
    let ringing = CallState::InProgress(call.clone());
    assert_eq!(dialer.call(&call).await.unwrap(), ringing);
    // The fake lives in real time: any day up to now is early enough.
    assert_eq!(dialer.find(attempt(1), &phone(1), at(SINCE)).await.unwrap(), ringing);
    assert_eq!(dialer.find(attempt(2), &phone(1), at(SINCE)).await.unwrap(), CallState::Absent);
    assert_eq!(dialer.call(&call_id("another")).await.unwrap(), CallState::Absent);
}

/// A dialer whose key stands in a store, under the name `/key`.
fn dialer_with_named_key(server: &MockServer, clock: &Arc<TestClock>) -> (BlandDialer, Arc<MemorySecrets>) {
    let secrets = Arc::new(MemorySecrets::default());
    secrets.set("/key", "old");
    let key = NamedSecret::new("/key", Arc::clone(&secrets) as _, Arc::clone(clock) as _);
    (dialer_with(&server.uri(), Arc::new(key)), secrets)
}

/// A server that knows one key.
async fn server_that_knows(key: &str) -> MockServer {
    let server = MockServer::start().await;
    let known = Mock::given(header("authorization", key));
    known.respond_with(ResponseTemplate::new(200).set_body_json(success())).mount(&server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(401)).with_priority(9).mount(&server).await;
    server
}

#[tokio::test]
async fn after_a_refused_key_the_next_dial_has_the_one_that_replaced_it() {
    let server = server_that_knows("new").await;
    let clock = Arc::new(TestClock::at(SINCE));
    let (dialer, secrets) = dialer_with_named_key(&server, &clock);
    assert!(matches!(dialer.dial(&order()).await, Err(DialError::Blocked { status: 401 })));
    secrets.set("/key", "new");
    clock.advance(TimeDelta::minutes(1));
    assert!(
        matches!(dialer.dial(&order()).await, Err(DialError::Blocked { status: 401 })),
        "asked once, whatever is known"
    );
    assert_eq!(dialer.dial(&order()).await.unwrap(), CallId::parse("c-1").unwrap());
    assert_eq!((server.received_requests().await.unwrap().len(), secrets.reads()), (3, 2));
}

#[tokio::test]
async fn a_key_that_is_refused_again_and_again_is_read_once_a_minute() {
    let server = server_that_knows("another").await;
    let clock = Arc::new(TestClock::at(SINCE));
    let (dialer, secrets) = dialer_with_named_key(&server, &clock);
    for _ in 0..20 {
        assert!(matches!(dialer.dial(&order()).await, Err(DialError::Blocked { status: 401 })));
        clock.advance(TimeDelta::seconds(5));
    }
    assert_eq!(secrets.reads(), 2, "at 0 and 60 seconds");
}

#[tokio::test]
async fn a_question_is_asked_again_with_the_key_that_replaced_a_refused_one() {
    let server = MockServer::start().await;
    let body = json!({"call_id": "c-1", "completed": false, "queue_status": "started"});
    let known = Mock::given(header("authorization", "new"));
    known.respond_with(ResponseTemplate::new(200).set_body_json(body)).mount(&server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(401)).with_priority(9).mount(&server).await;
    let clock = Arc::new(TestClock::at(SINCE));
    let (dialer, secrets) = dialer_with_named_key(&server, &clock);
    let call = CallId::parse("c-1").unwrap();
    assert!(dialer.call(&call).await.is_err());
    secrets.set("/key", "new");
    clock.advance(TimeDelta::minutes(1));
    assert_eq!(dialer.call(&call).await.unwrap(), CallState::InProgress(call));
}

#[tokio::test]
async fn without_a_key_nothing_is_sent() {
    let server = server_that_knows("old").await;
    let (dialer, secrets) = dialer_with_named_key(&server, &Arc::new(TestClock::at(SINCE)));
    secrets.remove("/key");
    assert!(matches!(dialer.dial(&order()).await, Err(DialError::Unreachable(_))));
    assert!(dialer.call(&CallId::parse("c-1").unwrap()).await.is_err());
    assert_eq!(server.received_requests().await.unwrap().len(), 0);
}
