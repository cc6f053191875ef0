//! The calling rules decide who is dialed when.

use super::world::{NOON, World};
use bytes::Bytes;
use chrono::TimeDelta;
use redial_domain::builders::{self, at};
use redial_domain::law::{Consent, ConsentEvidence, Jurisdiction, Recorded};
use redial_domain::{CallResult, KnownCall, Lead, Line, Phone, Profile, Source, Stop};
use redial_queue::ports::{BlobStore, Expect};
use redial_queue::store::law;
use redial_queue::usecase::admin::{NewEntry, NotRecorded};
use rstest::rstest;

/// The rules of this release, as an operator would upload them.
const FILE: &str = include_str!("../../../../../shared/formats/data/calling-rules.json");

async fn has(world: &World, n: u32, state: &str, phone: &str) {
    let profile = Profile { state: state.to_owned(), ..builders::profile() };
    let phone = Phone::parse(phone).unwrap();
    let lead = Lead { phone, profile, ..builders::lead(n, world.now()) };
    world.imported(lead, &world.month()).await;
}

fn suspension(state: &str) -> NewEntry {
    entry(Recorded::Suspension(Jurisdiction::parse(state).unwrap()))
}

fn entry(what: Recorded) -> NewEntry {
    NewEntry { what, why: "storm".to_owned(), from: None, until: None }
}

#[tokio::test]
async fn nobody_is_called_on_a_sunday_in_louisiana() {
    // 15:00 in Louisiana.
    let world = World::at("2026-12-06T21:00:00Z");
    has(&world, 1, "LA", "+15045550100").await;
    World::dialed(&world.runs().await, 0);
    world.set("2026-12-07T21:00:00Z");
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_moved_number_obeys_both_states() {
    let world = World::at("2026-12-01T16:30:00Z");
    // New York is open since 8:00, and California opens at 9:00 for an artificial voice.
    has(&world, 1, "NY", "+14155550100").await;
    World::dialed(&world.runs().await, 0);
    world.set("2026-12-01T17:00:00Z");
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn the_fourth_call_in_florida_within_a_day_is_not_made_whoever_made_the_others() {
    let world = World::with("2026-12-01T15:00:00Z", &[("business_hours", "08:00-21:00")]);
    has(&world, 1, "FL", "+13055550100").await;
    let phone = Phone::parse("+13055550100").unwrap();
    for (hour, source) in [("15", Source::Bland), ("18", Source::Convoso), ("21", Source::Bland)] {
        world.set(&format!("2026-12-01T{hour}:00:00Z"));
        let result = CallResult { source, phone: phone.clone(), ..world.call(1, hour, "NO_ANSWER") };
        world.take_in(result).await;
    }
    world.set("2026-12-02T14:30:00Z");
    World::dialed(&world.runs().await, 0);
    world.set("2026-12-02T15:00:00Z");
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_call_whose_clock_is_ahead_counts_against_the_cap_of_a_state() {
    let world = World::with("2026-12-01T19:00:00Z", &[("ring_guard_minutes", "0")]);
    let phone = Phone::parse("+13055550100").unwrap();
    has(&world, 1, "FL", phone.as_str()).await;
    let at = world.now() + TimeDelta::seconds(40);
    let call = |id| KnownCall { at, attempt: None, call: Some(builders::call_id(id)), recorded: true, told: None };
    let line = Line { calls: ["a", "b", "c"].map(call).to_vec(), ..Line::default() };
    world.run.stores.lines.put(&phone, &line, &Expect::Absent).await.unwrap();
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn a_suspension_that_is_recorded_during_a_run_stops_its_dials() {
    let world = World::with("2026-12-01T19:00:00Z", &[("calls_per_second", "1")]);
    for n in 10..70 {
        has(&world, n, "LA", &format!("+150455501{n}")).await;
    }
    let start = world.now();
    let recorded = async {
        while world.now() < start + TimeDelta::seconds(10) {
            tokio::task::yield_now().await;
        }
        world.admin.record(&builders::operator(), suspension("LA")).await.unwrap();
    };
    let (summary, ()) = tokio::join!(world.runs(), recorded);
    // The rules are read again after five seconds at the latest.
    assert!((9..=18).contains(&summary.calls_made), "{summary:?}");
}

#[tokio::test]
async fn a_suspension_closes_until_it_is_ended() {
    let world = World::at("2026-12-01T19:00:00Z");
    has(&world, 1, "LA", "+15045550101").await;
    has(&world, 2, "NY", "+12125550101").await;
    let recorded = world.admin.record(&builders::operator(), suspension("LA")).await.unwrap();
    World::dialed(&world.runs().await, 1);
    assert!(world.dials(1).is_empty());
    world.wait(60);
    let ended = world.admin.end_decision(&builders::operator(), &recorded.id, "the emergency is over").await.unwrap();
    assert!(!ended.counts(world.now()));
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_newer_file_counts_only_if_it_is_valid_as_a_whole() {
    let world = World::at("2026-12-01T19:00:00Z");
    has(&world, 1, "NY", "+12125550101").await;
    let put = async |name: &str, text: String| {
        let key = format!("{}{name}.json", law::FILES);
        world.blobs.put(&key, Bytes::from(text), &Expect::Absent).await.unwrap();
        // The list of files is read once a minute.
        world.wait(2);
    };
    // Closes New York for good.
    let closing = FILE.replacen("2026-11-27.1", "2026-12-01.1", 1).replacen(
        r#""suspensions": []"#,
        r#""suspensions": [{"id": "NY-storm", "jurisdiction": "NY", "from": "2026-12-01T00:00:00Z"}]"#,
        1,
    );
    put("2026-12-01.1", closing).await;
    World::dialed(&world.runs().await, 0);
    let in_force = world.admin.law().await.unwrap();
    assert_eq!((in_force.policy.law.version.as_str(), in_force.files.refused.len()), ("2026-12-01.1", 0));
    // A broken file changes nothing: the one before it stays in force, also in a new process.
    put("2026-12-02.1", FILE.replacen("\"hours\"", "\"wishes\"", 1)).await;
    World::dialed(&world.second_instance(&[]).execute(world.now() + TimeDelta::minutes(4)).await, 0);
    World::dialed(&world.runs().await, 0);
    let in_force = world.admin.law().await.unwrap();
    assert_eq!((in_force.policy.law.version.as_str(), in_force.files.refused.len()), ("2026-12-01.1", 1));
    put("2026-12-03.1", FILE.to_owned()).await;
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn a_register_that_cannot_be_read_stops_the_dials() {
    let world = World::at(NOON);
    has(&world, 1, "NY", "+12125550101").await;
    world.blobs.put(law::REGISTER, Bytes::from_static(b"{}"), &Expect::Absent).await.unwrap();
    assert_eq!(world.runs().await.stopped_by, Some(Stop::StoreUnavailable));
    assert!(world.dialer.orders().is_empty());
}

fn attested(list_id: Option<&str>) -> Recorded {
    let list_id = list_id.map(str::to_owned);
    Recorded::Attestation { list_id, level: Consent::Written, text_sha256: "ab".repeat(32) }
}

#[tokio::test]
async fn under_every_rule_a_lead_waits_for_consent_until_somebody_attests_it() {
    let world = World::with("2026-12-01T19:00:00Z", &[("calling_rules", "full")]);
    has(&world, 1, "NY", "+12125550101").await;
    World::dialed(&world.runs().await, 0);
    assert_eq!(world.admin.overview().await.unwrap().not_permitted.get("US-consent"), Some(&1));
    let until = Some(world.now() + TimeDelta::days(90));
    let attest = async |list| {
        world.admin.record(&builders::operator(), NewEntry { until, ..entry(attested(list)) }).await.unwrap()
    };
    attest(Some("another list")).await;
    World::dialed(&world.runs().await, 0);
    let of_list = attest(Some(&builders::profile().list_id)).await;
    World::dialed(&world.runs().await, 1);
    world.answered(1, "NO_ANSWER").await;
    world.wait(60);
    world.admin.end_decision(&builders::operator(), &of_list.id, "the list was bought").await.unwrap();
    World::dialed(&world.runs().await, 0);
}

#[tokio::test]
async fn under_every_rule_a_jurisdiction_waits_for_a_decision() {
    let world = World::with("2026-12-01T19:00:00Z", &[("calling_rules", "full")]);
    let consent = ConsentEvidence::of("written", Some(world.now()), "form", "");
    let profile = Profile { state: "CA".to_owned(), consent, ..builders::profile() };
    let phone = Phone::parse("+14155550101").unwrap();
    world.imported(Lead { phone, profile, ..builders::lead(1, world.now()) }, &world.month()).await;
    World::dialed(&world.runs().await, 0);
    let allowed = entry(Recorded::VoiceAllowed(Jurisdiction::parse("CA").unwrap()));
    let until = Some(world.now() + TimeDelta::days(90));
    world.admin.record(&builders::operator(), NewEntry { until, ..allowed }).await.unwrap();
    World::dialed(&world.runs().await, 1);
}

#[tokio::test]
async fn the_federal_hours_alone_need_a_decision_beside_the_setting() {
    // A Sunday in Louisiana again.
    let world = World::with("2026-12-06T21:00:00Z", &[("calling_rules", "federal")]);
    has(&world, 1, "LA", "+15045550100").await;
    World::dialed(&world.runs().await, 0);
    let until = Some(world.now() + TimeDelta::hours(1));
    world.admin.record(&builders::operator(), NewEntry { until, ..entry(Recorded::FederalOnly) }).await.unwrap();
    World::dialed(&world.runs().await, 1);
    world.answered(1, "NO_ANSWER").await;
    world.wait(90);
    World::dialed(&world.runs().await, 0);
}

#[rstest]
#[case::nowhere(suspension("ZZ"), "jurisdiction")]
#[case::no_rule(entry(Recorded::RuleOff("XX-hours".into())), "rule")]
#[case::no_end(entry(Recorded::FederalOnly), "until")]
#[case::over(NewEntry { until: Some(at("2025-12-17T18:00:00Z")), ..suspension("LA") }, "until")]
#[case::too_long(NewEntry { until: Some(at("2027-12-17T18:00:00Z")), ..entry(attested(None)) }, "until")]
#[case::later(
    NewEntry { from: Some(at("2025-12-18T00:00:00Z")), until: Some(at("2025-12-19T00:00:00Z")), ..entry(attested(None)) },
    "from"
)]
#[tokio::test]
async fn a_decision_that_is_not_allowed_changes_nothing(#[case] new: NewEntry, #[case] field: &str) {
    let world = World::at(NOON);
    match world.admin.record(&builders::operator(), new).await {
        Err(NotRecorded::Wrong { field: wrong, .. }) => assert_eq!(wrong, field),
        other => panic!("{other:?}"),
    }
    assert!(world.admin.law().await.unwrap().policy.law.register.entries.is_empty());
}
