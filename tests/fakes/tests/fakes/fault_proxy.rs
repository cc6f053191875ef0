//! The proxy does what its tally says, and nothing else.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::{Router, body::Bytes};
use futures_util::future::join_all;
use redial_aws::adapters::tls;
use redial_fakes::fault_proxy::{Api, Fault, FaultProxy};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const REQUESTS: u32 = 1000;

/// A service that counts what reaches it and tells what it was sent.
async fn service() -> (String, Arc<AtomicU32>, JoinSet<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let reached = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&reached);
    let router = Router::new().fallback(async move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        count.fetch_add(1, Ordering::SeqCst);
        let sent = format!("{method} {uri} {} {body:?}", headers["if-match"].to_str().unwrap());
        (StatusCode::CREATED, [("etag", "\"new\"")], sent)
    });
    let mut serving = JoinSet::new();
    serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, reached, serving)
}

fn put(http: &reqwest::Client, proxy: &FaultProxy) -> reqwest::RequestBuilder {
    http.put(format!("{}/bucket/a%2Fkey?x=1", proxy.base_url())).header("if-match", "\"old\"").body("{}")
}

#[tokio::test]
async fn a_request_without_a_fault_passes_through_unchanged() {
    let (address, _, _serving) = service().await;
    let proxy = FaultProxy::start(&address, Api::of_aws, 0).await.unwrap();
    proxy.calm();
    let answer = put(&tls::http().build().unwrap(), &proxy).send().await.unwrap();
    assert_eq!((answer.status(), &answer.headers()["etag"]), (StatusCode::CREATED, &"\"new\"".parse().unwrap()));
    assert_eq!(answer.text().await.unwrap(), "PUT /bucket/a%2Fkey?x=1 \"old\" b\"{}\"");
}

#[tokio::test]
async fn a_request_can_be_carried_out_without_an_answer() {
    let (address, reached, _serving) = service().await;
    let proxy = FaultProxy::start(&address, Api::of_aws, 0).await.unwrap();
    let http = tls::http().retry(reqwest::retry::never()).build().unwrap();
    let answers = join_all((0..REQUESTS).map(|_| put(&http, &proxy).send())).await;

    let tally = proxy.tally();
    assert_eq!((tally.requests(Api::S3Put), tally.unmet().next()), (REQUESTS, None));
    let met = |faults: &[Fault]| faults.iter().map(|fault| tally.faults(Api::S3Put, *fault)).sum::<u32>();
    let answered = |status: Option<u16>| {
        let is = |answer: &&reqwest::Result<reqwest::Response>| {
            answer.as_ref().ok().map(|it| it.status().as_u16()) == status
        };
        u32::try_from(answers.iter().filter(is).count()).unwrap()
    };
    let refused = [Fault::Refused, Fault::Reset, Fault::ConditionFailed, Fault::OtherConditionFailed];
    assert_eq!(reached.load(Ordering::SeqCst), REQUESTS - met(&refused));
    assert_eq!(answered(Some(503)), met(&[Fault::Refused, Fault::CarriedOutAndRefused]));
    assert_eq!(answered(Some(412)), met(&[Fault::ConditionFailed]));
    assert_eq!(answered(Some(409)), met(&[Fault::OtherConditionFailed]));
    assert_eq!(answered(None), met(&[Fault::Reset, Fault::CarriedOutAndReset]));
}
