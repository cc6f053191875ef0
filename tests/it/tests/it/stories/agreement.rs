//! Everything that says whether a lead is dialed says the same: `explain`, `blocked`, `status`, `records`, `forecast` and the
//! run.

use super::world::World;
use chrono::TimeDelta;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use redial_domain::builders::{self, attempt, call_id, held_line, hold, lead_ref};
use redial_domain::line::KnownCall;
use redial_domain::verdict::GateName;
use redial_domain::{
    Arrival, CallResult, Lead, LeadId, LeadRef, Line, Outcome, Profile, Retire, Review, Source, Status, Suppression,
};
use redial_queue::usecase::admin::{Explanation, Filter, Query};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers of a world: some leads share one.
const NUMBERS: u32 = 5;
/// The gates that are decided by the line of the number.
const OF_THE_NUMBER: [GateName; 5] = [
    GateName::NotSuppressed,
    GateName::PossibleDoNotCall,
    GateName::CallsPerNumber,
    GateName::TransferQuiet,
    GateName::LineFree,
];

#[derive(Debug, Clone)]
struct Drawn {
    number: u32,
    status: Status,
    /// Minutes until it is due.
    due: i64,
    attempts: u32,
    state: &'static str,
    last_outcome: Option<Outcome>,
}

#[derive(Debug, Clone)]
enum Kind {
    Free,
    Held,
    Suppressed,
    Doubtful,
    CalledOften,
    Transferred,
    /// A result waits on the line.
    Told(Outcome),
    /// The provider must be asked about the attempt that holds it.
    Overdue,
}

fn leads() -> impl Strategy<Value = Vec<Drawn>> {
    let statuses = vec![
        Status::Pending,
        Status::Pending,
        Status::Rescheduled,
        Status::Paused,
        Status::Completed,
        Status::MaxAttempts,
    ];
    let outcomes = vec![None, None, Some(Outcome::BUSY), Some(Outcome::DNC)];
    let lead = (
        0..NUMBERS,
        select(statuses),
        -90_i64..60,
        0_u32..10,
        select(vec!["NY", "CA", "FL", "HI", ""]),
        select(outcomes),
    );
    let drawn = lead.prop_map(|(number, status, due, attempts, state, last_outcome)| Drawn {
        number,
        status,
        due,
        attempts,
        state,
        last_outcome,
    });
    vec(drawn, 1..10)
}

fn kinds() -> impl Strategy<Value = Vec<Kind>> {
    let all = vec![
        Kind::Free,
        Kind::Free,
        Kind::Free,
        Kind::Held,
        Kind::Suppressed,
        Kind::Doubtful,
        Kind::CalledOften,
        Kind::Transferred,
    ];
    vec(select(all), NUMBERS as usize)
}

/// Lines that the first step of a run changes too.
fn open_kinds() -> impl Strategy<Value = Vec<Kind>> {
    let open = select(vec![
        Kind::Told(Outcome::BUSY),
        Kind::Told(Outcome::BUSY),
        Kind::Told(Outcome::BUSY),
        Kind::Told(Outcome::SALE),
        Kind::Told(Outcome::DNC),
        Kind::Overdue,
    ]);
    let others = kinds().prop_map(|kinds| kinds.into_iter().next().unwrap_or(Kind::Free));
    vec(prop_oneof![others, open], NUMBERS as usize)
}

fn id(n: usize) -> LeadId {
    builders::lead_id(&format!("lead{n}"))
}

fn line(world: &World, number: u32, kind: &Kind, leads: &[Drawn]) -> Line {
    let now = world.now();
    let mut line = Line::default();
    match kind {
        Kind::Free => {}
        Kind::Held => {
            // Not overdue, so the run does not ask the provider about it.
            line = held_line(hold(attempt(number), lead_ref(number, "2025-12"), now, now + TimeDelta::minutes(30)));
        }
        Kind::Suppressed => {
            line.forbid(&Suppression::new(Outcome::DNC, Source::Convoso, now), Retire::Soon);
        }
        Kind::Doubtful => {
            line.review = Some(Review { call: call_id("c"), words: "not at work".to_owned(), since: now })
        }
        Kind::CalledOften => {
            let call = |n: i64| KnownCall {
                at: now - TimeDelta::minutes(n),
                attempt: None,
                call: Some(call_id(&format!("c{n}"))),
                recorded: true,
                told: None,
            };
            line.calls = (1..20).map(call).collect();
        }
        Kind::Transferred => line.transferred_at = Some(now),
        Kind::Told(outcome) => {
            let told = builders::result(number, &format!("told{number}"), outcome.clone(), now);
            let told =
                leads.iter().position(|drawn| drawn.number == number).map(|n| CallResult { lead: Some(id(n)), ..told });
            told.into_iter().for_each(|told| line.accept(Arrival::Result(told), now));
        }
        Kind::Overdue => {
            let since = now - TimeDelta::minutes(40);
            let until = now - TimeDelta::minutes(5);
            line = held_line(hold(attempt(number), lead_ref(number, "2025-12"), since, until));
        }
    }
    line
}

async fn world(now: &str, settings: &[(&'static str, &str)], leads: &[Drawn], kinds: &[Kind]) -> World {
    let world = World::with(now, settings);
    for (number, kind) in (0..NUMBERS).zip(kinds) {
        let line = line(&world, number, kind, leads);
        world.run.stores.lines.update(&builders::phone(number), |there| line.clone_into(there)).await.unwrap();
    }
    for (n, drawn) in leads.iter().enumerate() {
        let base = builders::lead(drawn.number, world.now());
        let lead = Lead {
            id: id(n),
            status: drawn.status,
            next_redial: world.now() + TimeDelta::minutes(drawn.due),
            attempts: drawn.attempts,
            last_outcome: drawn.last_outcome.clone(),
            outcomes: drawn.last_outcome.iter().cloned().collect(),
            profile: Profile { state: drawn.state.to_owned(), ..base.profile.clone() },
            ..base
        };
        world.imported(lead, &world.month()).await;
    }
    world
}

async fn agree(world: &World, leads: &[Drawn]) {
    let mut explained: Vec<Explanation> = Vec::new();
    for (n, drawn) in leads.iter().enumerate() {
        explained.push(world.admin.explain(&id(n), &builders::phone(drawn.number)).await.unwrap().unwrap());
    }
    let is_waiting =
        |found: &&Explanation| matches!(found.lead.status, Status::Pending | Status::Rescheduled | Status::Paused);
    let waiting: Vec<_> = explained.iter().filter(is_waiting).collect();
    let ready: BTreeSet<_> =
        waiting.iter().filter(|found| found.verdict.may_dial()).map(|found| found.lead.key()).collect();
    let closed = |found: &Explanation| -> BTreeSet<GateName> {
        found.verdict.gates.iter().filter(|gate| !gate.is_open()).map(|gate| gate.name).collect()
    };

    let blocked = world.admin.blocked().await.unwrap();
    assert_eq!((blocked.waiting, blocked.ready), (waiting.len(), ready.len()));
    assert_eq!(blocked.finished, leads.len() - waiting.len());
    let mut first: BTreeMap<GateName, usize> = BTreeMap::new();
    for gate in waiting.iter().filter_map(|found| found.verdict.first_closed()) {
        *first.entry(gate.name).or_default() += 1;
    }
    let of_the_queue = [GateName::Enabled, GateName::Running, GateName::BusinessHours];
    for by in &blocked.gates {
        assert_eq!(by.first, first.get(&by.name).copied().unwrap_or_default(), "{:?}", by.name);
        // A gate of the number is asked only for leads whose own gates are open.
        let is_asked = |found: &&&Explanation| {
            let own = |name: &GateName| !OF_THE_NUMBER.contains(name) && !of_the_queue.contains(name);
            !OF_THE_NUMBER.contains(&by.name) || !closed(found).iter().any(own)
        };
        let at_all = waiting.iter().filter(is_asked).filter(|found| closed(found).contains(&by.name)).count();
        assert_eq!(by.at_all, at_all, "{:?}", by.name);
        assert!(by.examples.len() <= 3.min(by.first), "{:?}", by.name);
        for example in &by.examples {
            let found = waiting.iter().find(|found| found.location == example.location).unwrap();
            assert_eq!(found.verdict.first_closed().unwrap().name, by.name);
        }
    }

    for by in &blocked.gates {
        let filter = Filter { gate: Some(by.name), ..Filter::default() };
        let selected = world.admin.select(&filter, |found| found.lead.key()).await.unwrap().picked;
        let held = waiting.iter().filter(|found| found.verdict.first_closed().is_some_and(|gate| gate.name == by.name));
        let held: BTreeSet<_> = held.map(|found| found.lead.key()).collect();
        assert_eq!(selected.into_iter().collect::<BTreeSet<_>>(), held, "{:?}", by.name);
        let page = world.admin.browse(&Query { filter, limit: 2, ..Query::default() }).await.unwrap();
        assert_eq!((page.filtered, page.records.len(), page.more), (held.len(), held.len().min(2), held.len() > 2));
    }

    assert_eq!(world.admin.overview().await.unwrap().ready, ready.len());
    let listed = world
        .admin
        .browse(&Query { filter: Filter { ready: true, ..Filter::default() }, limit: 100, ..Query::default() })
        .await
        .unwrap();
    let listed: BTreeSet<_> = listed.records.iter().map(|view| view.found.lead.key()).collect();
    assert_eq!(listed, ready);

    let forecast = world.admin.forecast(1).await.unwrap();
    assert_eq!(forecast.sample.one_in, 1);

    // Leads that share a number are dialed one after the other.
    let numbers: BTreeSet<_> =
        waiting.iter().filter(|found| ready.contains(&found.lead.key())).map(|found| &found.lead.phone).collect();
    world.runs().await;
    let orders = world.dialer.orders();
    assert_eq!(dialed(world), forecast.forecast.first_run, "the run dials whom the forecast names, in that order");
    assert!(orders.iter().all(|order| ready.contains(&order.lead.key())), "only who is ready is dialed");
    let called: BTreeSet<_> = orders.iter().map(|order| &order.lead.phone).collect();
    assert_eq!(called, numbers, "everybody who is ready is dialed");
    assert_eq!(orders.len(), called.len());
}

/// The leads that were dialed, in order.
fn dialed(world: &World) -> Vec<LeadRef> {
    world.dialer.orders().into_iter().map(|order| order.lead).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_view_of_a_lead_agrees_with_the_run(
        leads in leads(), kinds in kinds(),
        // In the night, in the early morning of New York, at noon, and in the evening.
        now in select(vec!["2025-12-17T08:00:00Z", "2025-12-17T14:30:00Z", "2025-12-17T19:00:00Z", "2025-12-17T23:30:00Z"]),
        running in select(vec!["true", "true", "true", "false"]), rules in select(vec!["hours_and_caps", "full"]),
    ) {
        let settings = [("running", running), ("calling_rules", rules)];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world(now, &settings, &leads, &kinds).await;
            agree(&world, &leads).await;
        });
    }

    #[test]
    fn the_first_run_of_a_forecast_is_what_a_run_dials_under_its_limits(
        leads in leads(), kinds in open_kinds(),
        // 40 seconds before the business closes, and 20: then no request would leave in time.
        now in select(vec!["2025-12-17T14:30:00Z", "2025-12-17T19:00:00Z", "2025-12-18T00:59:20Z", "2025-12-18T00:59:40Z"]),
        most in select(vec!["1", "2", "500"]), of_the_day in select(vec!["0", "1", "3"]),
        in_24_hours in select(vec!["1", "8"]), pause in select(vec!["0", "2"]),
    ) {
        let settings = [
            ("max_calls_per_run", most), ("max_calls_per_day", of_the_day), ("max_calls_per_number_24h", in_24_hours),
            ("min_redial_minutes", pause), ("progressive_intervals", "0"), ("calls_per_second", "1"),
        ];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // A run that reaches a limit while it claims may stop although a lead that shares its number gives its turn back.
        let mut leads = leads;
        leads.sort_by_key(|drawn| drawn.number);
        leads.dedup_by_key(|drawn| drawn.number);
        runtime.block_on(async {
            let world = world(now, &settings, &leads, &kinds).await;
            let forecast = world.admin.forecast(1).await.unwrap().forecast;
            world.runs().await;
            assert_eq!(dialed(&world), forecast.first_run);
        });
    }
}
