//! Whole months that are taken out again.

mod failures;

use super::world::{NOON, World};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use redial_domain::{LeadKey, Month, builders};
use redial_formats::month_v1::Leaf;
use redial_queue::ports::{Completed, PutPart, StoreError, Uploads};
use redial_queue::store::Stores;
use redial_queue::store::records::RecordLimits;
use redial_queue::testing::{Fault, MemoryBlobs, Operation, environment};
use redial_queue::usecase::admin::{Admin, ExportedMonth, NotExported};
use redial_queue::usecase::run::Run;
use rstest::rstest;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

const ROOT: &str = "redial-queue/redial-queue_2025-12.json";
/// More than enough requests for any of these months.
const REQUESTS: usize = 40;

/// The text of each record by its key.
type Texts = BTreeMap<String, Box<RawValue>>;

fn texts(object: &[u8]) -> BTreeMap<String, String> {
    let texts: Texts = serde_json::from_slice(object).unwrap();
    texts.into_iter().map(|(key, text)| (key, text.get().to_owned())).collect()
}

fn month() -> Month {
    builders::month("2025-12")
}

/// A world whose runs dial nobody and divide objects of more records than this.
fn world(records: usize) -> World {
    World::divided_above(RecordLimits { records, ..RecordLimits::default() }, NOON, &[("running", "false")])
}

/// A month as the original and its operators left it: in lines of two spaces, with fields that nobody knows, keys of another form,
/// and records that cannot be read.
fn original(leads: u32) -> String {
    let mut records = serde_json::Map::new();
    for n in 0..leads {
        let key = LeadKey::new(&builders::lead_id(&n.to_string()), &builders::phone(n)).as_str().to_owned();
        let key = if n % 7 == 0 { builders::phone(n).as_str().to_owned() } else { key };
        let at = builders::at(NOON).timestamp_millis();
        let record = json!({
            "lead_id": n.to_string(), "phone_number": builders::phone(n).as_str(), "status": "pending", "attempts": 1,
            "created_at": at, "next_redial_timestamp": at, "crm_note": {"by": "Zoë \"Z\"", "score": "SCORE", "tags": [null, n]},
        });
        records.insert(key, record);
    }
    records.insert("unreadable".to_owned(), json!({"lead_id": "x"}));
    records.insert("12_2125550199".to_owned(), json!(["no record"]));
    records.insert("no \"record\"\n".to_owned(), Value::Null);
    // A number that no parser of numbers gives back.
    serde_json::to_string_pretty(&records).unwrap().replace("\"SCORE\"", "12345678901234567890.10E+05")
}

fn upload(world: &World, leads: u32) -> BTreeMap<String, String> {
    let text = original(leads);
    let before = texts(text.as_bytes());
    world.blobs.inner().set(ROOT, text);
    before
}

async fn ask(admin: &Admin) -> Result<ExportedMonth, NotExported> {
    admin.export_month(&builders::operator(), month()).await
}

/// The object of a link.
fn exported(world: &World, answer: &ExportedMonth) -> Bytes {
    let ExportedMonth::Done { records, bytes, url, .. } = answer else { unreachable!("{answer:?}") };
    let key = url.strip_prefix("https://memory.invalid/").unwrap().split_once('?').unwrap().0;
    assert!(key.starts_with("exports/months/") && key.ends_with("/redial-queue_2025-12.json"), "{key}");
    let object = world.blobs.inner().all()[key].clone();
    let counted = (u64::try_from(texts(&object).len()).unwrap(), u64::try_from(object.len()).unwrap());
    assert_eq!(counted, (*records, *bytes));
    object
}

/// Asks until the month is whole. Returns its records, and how many requests it took.
async fn export(world: &World) -> (BTreeMap<String, String>, usize) {
    for request in 1..REQUESTS {
        let answer = ask(&world.admin).await.unwrap();
        if let ExportedMonth::Done { .. } = answer {
            return (texts(&exported(world, &answer)), request);
        }
    }
    unreachable!("the month is not whole after {REQUESTS} requests");
}

/// Time passes while a part is stored, so that a request stores only some of them.
fn slow(world: &World, seconds: i64) {
    let clock = Arc::clone(&world.clock);
    world.blobs.otherwise(move |operation, _| {
        if operation == Operation::Part {
            clock.advance(TimeDelta::seconds(seconds));
        }
        Fault::None
    });
}

/// A run of another process, which divides objects of more records than this.
async fn divide(world: &World, records: usize) {
    let limit = RecordLimits { records, ..RecordLimits::default() };
    let stores = Stores::new(world.ports(), limit, environment(&[("running", "false")]));
    let run = Run { stores, dialer: Arc::clone(&world.dialer) as _ };
    run.execute(world.now() + TimeDelta::minutes(4)).await;
}

fn objects(world: &World) -> usize {
    let prefix = ROOT.strip_suffix(".json").unwrap();
    world.blobs.inner().all().keys().filter(|key| key.starts_with(prefix) && key.ends_with(".json")).count()
}

#[tokio::test]
async fn an_uploaded_month_comes_out_to_the_letter_before_and_after_its_divisions() {
    let world = world(8);
    let before = upload(&world, 80);
    assert_eq!(export(&world).await, (before.clone(), 1));
    for _ in 0..4 {
        world.runs().await;
        world.wait(11);
    }
    assert!(objects(&world) > 16);
    assert_eq!(export(&world).await, (before, 1));
    assert_eq!(world.blobs.inner().unfinished_uploads(), Vec::<String>::new());
}

#[rstest]
#[case::as_it_was(None)]
#[case::divided_further(Some(2))]
#[tokio::test]
async fn a_request_goes_on_where_the_one_before_it_stopped(#[case] divided_between: Option<usize>) {
    let world = world(10);
    let before = upload(&world, 80);
    world.runs().await;
    let parts = objects(&world);
    slow(&world, 9);
    let mut done = Vec::new();
    while let ExportedMonth::Unfinished { leaves_done, leaves, by_another } = ask(&world.admin).await.unwrap() {
        assert!(!by_another && leaves.unwrap_or(leaves_done) >= leaves_done);
        assert!(done.last() < Some(&leaves_done) && done.len() < REQUESTS, "{done:?} {leaves_done}");
        done.push(leaves_done);
        if let Some(records) = divided_between {
            divide(&world, records).await;
        }
    }
    assert!(done.len() > 2, "{done:?}");
    assert_eq!(objects(&world) > parts, divided_between.is_some());
    assert_eq!(export(&world).await.0, before);
}

#[tokio::test]
async fn a_month_without_records_is_an_empty_object() {
    let world = world(8);
    world.blobs.inner().set(ROOT, "{}");
    let answer = ask(&world.admin).await.unwrap();
    assert_eq!(exported(&world, &answer), "{\n\n}\n");
}

#[tokio::test]
async fn a_finished_export_is_answered_again_for_ten_minutes() {
    let world = world(100);
    upload(&world, 3);
    let url = |answer: ExportedMonth| match answer {
        ExportedMonth::Done { url, expires_at, .. } => (url, expires_at),
        ExportedMonth::Unfinished { .. } => panic!("a small month is done at once"),
    };
    let (first, expires_at) = url(ask(&world.admin).await.unwrap());
    assert_eq!(expires_at, builders::at("2025-12-17T19:15:00Z"));
    let lead = builders::lead(50, world.now());
    world.imported(lead, "2025-12").await;
    world.wait(9);
    let (again, expires_at) = url(ask(&world.admin).await.unwrap());
    assert_eq!((&again, expires_at), (&first, builders::at("2025-12-17T19:24:00Z")));
    world.wait(1);
    let answer = ask(&world.admin).await.unwrap();
    assert_eq!(texts(&exported(&world, &answer)).len(), 7);
    assert_ne!(url(answer).0, first);
}

/// Uploads that wait at one part until they may go on.
struct Ambush {
    inner: Arc<MemoryBlobs>,
    part: usize,
    reached: Notify,
    free: Notify,
}

#[async_trait]
impl Uploads for Ambush {
    fn part_bytes(&self) -> usize {
        self.inner.part_bytes()
    }

    async fn begin(&self, key: &str) -> Result<String, StoreError> {
        self.inner.begin(key).await
    }

    async fn part(&self, key: &str, upload: &str, number: usize, body: Bytes) -> Result<PutPart, StoreError> {
        if number == self.part {
            self.reached.notify_one();
            self.free.notified().await;
        }
        self.inner.part(key, upload, number, body).await
    }

    async fn complete(&self, key: &str, upload: &str, parts: &[String]) -> Result<Completed, StoreError> {
        self.inner.complete(key, upload, parts).await
    }

    async fn abort(&self, key: &str, upload: &str) -> Result<(), StoreError> {
        self.inner.abort(key, upload).await
    }

    async fn link(&self, key: &str, lifetime: Duration) -> Result<String, StoreError> {
        self.inner.link(key, lifetime).await
    }
}

/// Begins a request that waits at its third part.
async fn waiting_request(world: &World) -> (Arc<Ambush>, JoinSet<Result<ExportedMonth, NotExported>>) {
    let inner = Arc::clone(world.blobs.inner());
    let ambush = Arc::new(Ambush { inner, part: 3, reached: Notify::new(), free: Notify::new() });
    let admin = Admin { uploads: Arc::clone(&ambush) as _, ..world.admin.clone() };
    let mut requests = JoinSet::new();
    requests.spawn(async move { ask(&admin).await });
    ambush.reached.notified().await;
    (ambush, requests)
}

#[tokio::test]
async fn of_two_operators_who_ask_at_once_one_works_and_both_get_the_month() {
    let world = world(10);
    let before = upload(&world, 80);
    world.runs().await;
    let (ambush, mut first) = waiting_request(&world).await;
    let second = ask(&world.admin).await.unwrap();
    assert_eq!(second, ExportedMonth::Unfinished { leaves_done: 0, leaves: None, by_another: true });
    ambush.free.notify_one();
    let first = first.join_next().await.unwrap().unwrap().unwrap();
    assert_eq!(texts(&exported(&world, &first)), before);
    assert_eq!(ask(&world.admin).await.unwrap(), first);
}

#[tokio::test]
async fn a_request_that_dies_blocks_the_others_for_half_a_minute() {
    let world = world(10);
    let before = upload(&world, 80);
    world.runs().await;
    let (_, mut first) = waiting_request(&world).await;
    first.shutdown().await;
    world.clock.advance(TimeDelta::seconds(29));
    assert!(matches!(ask(&world.admin).await.unwrap(), ExportedMonth::Unfinished { by_another: true, .. }));
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(export(&world).await, (before, 1));
}

#[tokio::test]
async fn a_request_that_comes_back_after_its_lease_does_not_spoil_the_export() {
    let world = world(10);
    let before = upload(&world, 80);
    world.runs().await;
    let (ambush, mut first) = waiting_request(&world).await;
    world.clock.advance(TimeDelta::seconds(30));
    let second = ask(&world.admin).await.unwrap();
    ambush.free.notify_one();
    assert!(matches!(
        first.join_next().await.unwrap().unwrap().unwrap(),
        ExportedMonth::Unfinished { by_another: true, .. }
    ));
    assert_eq!(texts(&exported(&world, &second)), before);
    assert_eq!(ask(&world.admin).await.unwrap(), second);
}

/// Each record has a field that we do not know, with spaces and numbers that only its text keeps.
#[tokio::test]
async fn a_month_of_100_000_leads_comes_out_line_by_line() {
    const LEADS: u32 = 100_000;
    // It is too large to be read at once, so a run divides it in passes.
    let world = world(500);
    let mut month_text = String::from("{");
    for n in 0..LEADS {
        let phone = format!("+1{}55501{:02}", 201 + n / 100 % 700, n % 100);
        let comma = if n == 0 { "" } else { "," };
        write!(
            month_text,
            "{comma}\n\"{n}_{}\":{{\"lead_id\":\"{n}\",\"phone_number\":\"{phone}\",\"status\":\"paused\",\"crm\": {{\"n\":{n}.10}}}}",
            &phone[2..]
        )
        .unwrap();
    }
    month_text.push_str("\n}\n");
    assert_eq!(Leaf::parse(month_text.as_bytes()).unwrap().len(), usize::try_from(LEADS).unwrap());
    world.blobs.inner().set(ROOT, month_text.clone());
    assert!(matches!(ask(&world.admin).await, Err(NotExported::Undivided)));
    world.runs().await;
    assert!(objects(&world) > 60);
    let answer = ask(&world.admin).await.unwrap();
    let ExportedMonth::Done { url, .. } = &answer else { panic!("{answer:?}") };
    let key = url.strip_prefix("https://memory.invalid/").unwrap().split_once('?').unwrap().0;
    let object = world.blobs.inner().all()[key].clone();
    assert_eq!(object.len(), month_text.len());
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect();
        lines.sort_unstable();
        lines
    };
    assert!(sorted(std::str::from_utf8(&object).unwrap()) == sorted(&month_text));
}
