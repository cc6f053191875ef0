//! What a forecast says beside what the queue then really dials.

use super::world::World;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::builders::{self, held_line, hold};
use redial_domain::{
    AttemptId, CallId, CallResult, Lead, LeadId, LeadKey, LeadRef, Line, Month, Outcome, PastCall, Phone, Profile,
    Retire, Source, Status, Suppression,
};
use redial_queue::ports::Clock;
use redial_queue::store::records::{PREFIX, RecordLimits};
use redial_queue::usecase::admin::Forecasted;
use rstest::rstest;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Area codes in different zones, with the states of the leads. A lead without a state may be anywhere.
const PLACES: [(u16, &str); 12] = [
    (212, "NY"),
    (213, "CA"),
    (305, "FL"),
    (312, "IL"),
    (303, "CO"),
    (808, "HI"),
    (907, "AK"),
    (602, "AZ"),
    (214, "TX"),
    (206, "WA"),
    (404, "GA"),
    (617, ""),
];
const HOURS: u32 = 24;
/// Minutes between two runs.
const INTERVAL: i64 = 5;

/// How the calls of a lead end.
#[derive(Debug, Clone)]
struct Habit {
    outcome: Outcome,
    takes: TimeDelta,
}

/// Repeatable chance.
struct Dice<'a>(&'a World);

impl Dice<'_> {
    fn below(&self, most: u32) -> u32 {
        u32::try_from(self.0.clock.chance() >> 64 & 0xffff_ffff).unwrap() % most
    }

    fn between(&self, least: i64, most: i64) -> i64 {
        least + i64::from(self.below(u32::try_from(most - least).unwrap()))
    }

    fn one_of<T: Copy>(&self, weighed: &[(u32, T)]) -> T {
        let mut left = self.below(weighed.iter().map(|(weight, _)| weight).sum());
        weighed.iter().find(|(weight, _)| left.checked_sub(*weight).map(|rest| left = rest).is_none()).unwrap().1
    }
}

fn phone(n: u32) -> (Phone, &'static str) {
    let (area, state) = PLACES[n as usize % PLACES.len()];
    // Two exchanges of a hundred fictitious numbers in each area.
    let local = n / PLACES.len() as u32;
    (Phone::parse(&format!("+1{area}{}01{:02}", 555 + local / 100, local % 100)).unwrap(), state)
}

/// A queue in the middle of its work.
struct Grown {
    world: World,
    habits: HashMap<LeadKey, Habit>,
    /// Calls in progress by their end.
    calls: BinaryHeap<Reverse<(DateTime<Utc>, u32)>>,
    results: Vec<CallResult>,
}

impl Grown {
    async fn new(now: &str, leads: u32, settings: &[(&'static str, &str)]) -> Self {
        let limits = RecordLimits { records: 60, ..RecordLimits::default() };
        let world = World::divided_above(limits, now, settings);
        let mut grown = Self { world, habits: HashMap::new(), calls: BinaryHeap::new(), results: Vec::new() };
        for n in 0..leads {
            grown.add(n, leads).await;
        }
        grown
    }

    async fn add(&mut self, n: u32, leads: u32) {
        let (now, dice) = (self.world.now(), Dice(&self.world));
        // One in ten shares its number with another lead.
        let (phone, state) = phone(if dice.below(10) == 0 { dice.below(leads) } else { n });
        let habit = Habit {
            outcome: dice
                .one_of(
                    &[
                        (45, Outcome::NO_ANSWER),
                        (30, Outcome::VOICEMAIL),
                        (10, Outcome::BUSY),
                        (5, Outcome::NOT_INTERESTED),
                        (5, Outcome::CALLBACK),
                        (1, Outcome::LOST),
                    ]
                    .each_ref()
                    .map(|(weight, outcome)| (*weight, outcome)),
                )
                .clone(),
            takes: TimeDelta::seconds(dice.between(15, 240)),
        };
        let attempts = dice.one_of(&[(12, 0), (20, 1), (20, 2), (15, 3), (10, 4), (8, 5), (8, 6), (7, 7)]);
        let status = dice.one_of(&[
            (88, Status::Pending),
            (4, Status::Rescheduled),
            (3, Status::Paused),
            (3, Status::Completed),
            (2, Status::MaxAttempts),
        ]);
        let created_at = now - TimeDelta::hours(dice.between(30, 20 * 24));
        let id = builders::lead_id(&format!("lead{n}"));
        let month = Month::of(created_at, chrono_tz::America::New_York);
        let location = LeadRef { month, id: id.clone(), phone: phone.clone() };
        let last_ended = now - TimeDelta::minutes(dice.between(5, 28 * 60));
        let history: Vec<_> = (0..attempts)
            .map(|call| {
                let ended = (last_ended - TimeDelta::minutes(i64::from(attempts - 1 - call) * 90)).max(created_at);
                self.past(&id, call, &habit, ended)
            })
            .collect();
        let due = if dice.below(3) == 0 { dice.between(-120, 0) } else { dice.between(0, 30 * 60) };
        let lead = Lead {
            id,
            phone: phone.clone(),
            status,
            attempts,
            created_at,
            updated_at: now,
            next_redial: now + TimeDelta::minutes(due),
            callback: (status == Status::Rescheduled).then_some(now + TimeDelta::minutes(due)),
            outcomes: history.iter().map(|past| past.outcome.clone()).collect(),
            last_outcome: history.last().map(|past| past.outcome.clone()),
            last_call_id: history.last().map(|past| past.call.clone()),
            last_call: history.last().map(|past| past.at),
            history,
            profile: Profile { state: state.to_owned(), ..builders::profile() },
            ..builders::lead(0, now)
        };
        // Nobody answers who was never called.
        let habit = if attempts == 0 { Habit { outcome: Outcome::NO_ANSWER, ..habit } } else { habit };
        let waits = lead.waits_for_a_dial() && due < 0;
        self.habits.insert(lead.key(), habit.clone());
        let special = dice.below(100);
        self.world.imported(lead, &month.to_string()).await;
        match special {
            0..2 => {
                let suppression = Suppression::new(Outcome::DNC, Source::Convoso, now);
                self.change_line(&phone, |line| {
                    line.forbid(&suppression, Retire::Soon);
                })
                .await;
            }
            2..12 if waits && habit.outcome != Outcome::LOST => {
                let since = now - TimeDelta::seconds(10);
                let attempt = AttemptId::new(since, self.world.clock.chance());
                let held = held_line(hold(attempt, location.clone(), since, since + TimeDelta::minutes(35)));
                self.change_line(&phone, |line| held.clone_into(line)).await;
                self.ends(&location, attempt, builders::call_id(&format!("rings{n}")), habit.outcome);
            }
            _ => {}
        }
    }

    async fn change_line(&self, phone: &Phone, change: impl Fn(&mut Line) + Send + Sync) {
        self.world.run.stores.lines.update(phone, |line| change(line)).await.unwrap();
    }

    fn past(&self, id: &LeadId, call: u32, habit: &Habit, ended: DateTime<Utc>) -> PastCall {
        PastCall {
            call: builders::call_id(&format!("{}-{call}", id.as_str())),
            outcome: habit.outcome.clone(),
            at: ended,
            source: Some(Source::Bland),
            attempt: Some(AttemptId::new(ended - habit.takes, self.world.clock.chance())),
            rule: None,
            callback: None,
            corrected_at: None,
        }
    }

    /// Lets the call of an attempt end after about the time that the calls of its lead take.
    fn ends(&mut self, location: &LeadRef, attempt: AttemptId, call: CallId, outcome: Outcome) {
        let takes = self.habits[&location.key()].takes.num_milliseconds();
        let percent = Dice(&self.world).between(80, 120);
        let ended_at = attempt.made_at().unwrap() + TimeDelta::milliseconds(takes * percent / 100);
        self.calls.push(Reverse((ended_at, u32::try_from(self.results.len()).unwrap())));
        self.results.push(CallResult {
            call,
            attempt: Some(attempt),
            lead: Some(location.id.clone()),
            phone: location.phone.clone(),
            month: Some(location.month),
            profile: Profile::default(),
            ..builders::result(0, "c", outcome, ended_at)
        });
    }

    /// Runs for a day. Returns when leads were dialed. `outcome` says how a call ends whose lead has this habit.
    async fn a_day(&mut self, outcome: impl Fn(&Dice<'_>, &Outcome) -> Outcome) -> Vec<DateTime<Utc>> {
        let begin = self.world.now();
        let (mut dials, mut seen) = (Vec::new(), 0);
        for run in 0..i64::from(HOURS) * 60 / INTERVAL {
            let starts = begin + TimeDelta::minutes(run * INTERVAL);
            while let Some(Reverse((ended_at, result))) = self.calls.peek().copied().filter(|call| call.0.0 <= starts) {
                self.calls.pop();
                self.world.clock.set(ended_at);
                self.world.take_in(self.results[result as usize].clone()).await;
            }
            self.world.clock.set(starts);
            let summary = self.world.runs().await;
            assert_eq!(summary.errors, 0, "{summary:?}");
            let orders = self.world.dialer.orders();
            for order in &orders[seen..] {
                dials.push(order.attempt.made_at().unwrap());
                let call = self.world.dialer.call_of(order.attempt).unwrap();
                let outcome = outcome(&Dice(&self.world), &self.habits[&order.lead.key()].outcome);
                match outcome == Outcome::LOST {
                    // The provider forgets the call, and a later run gives it up.
                    true => self.world.dialer.forget(&call),
                    false => self.ends(&order.lead, order.attempt, call, outcome),
                }
            }
            seen = orders.len();
        }
        dials
    }
}

/// Prints the hours side by side. Returns those that differ by more than a fifth and by more than `few` dials.
#[expect(clippy::print_stdout, reason = "people compare the hours")]
fn compare(forecast: &Forecasted, dials: &[DateTime<Utc>], few: u32) -> Vec<(String, u32, u32)> {
    let mut far = Vec::new();
    for hour in &forecast.forecast.hours {
        let end = hour.from + TimeDelta::hours(1);
        let really = u32::try_from(dials.iter().filter(|at| (hour.from..end).contains(at)).count()).unwrap();
        println!("{} forecast {:4} really {really:4} {:?}", hour.from, hour.dials, hour.limits);
        let apart = hour.dials.abs_diff(really);
        if apart > few && apart * 5 > really.max(hour.dials) {
            far.push((hour.from.to_string(), hour.dials, really));
        }
    }
    println!("in all: forecast {} really {}", forecast.forecast.total(), dials.len());
    far
}

#[track_caller]
fn is_within_a_tenth(forecast: &Forecasted, dials: &[DateTime<Utc>]) {
    let (said, really) = (forecast.forecast.total(), u32::try_from(dials.len()).unwrap());
    assert!(said.abs_diff(really) * 10 <= really, "{said} were forecast, and {really} were dialed");
}

#[rstest]
#[case::from_the_morning_on("2025-12-17T14:30:00Z", &[])]
#[case::in_the_afternoon_with_tight_limits("2025-12-17T20:10:00Z", &[
    ("max_calls_per_run", "25"), ("max_calls_per_day", "1000"), ("max_calls_per_number_24h", "4"),
    ("progressive_intervals", "10,30,90"), ("redial_jitter_minutes", "20"),
])]
#[tokio::test]
async fn a_day_is_dialed_as_it_was_forecast_if_each_call_ends_as_the_last_one_did(
    #[case] now: &str,
    #[case] settings: &[(&'static str, &str)],
) {
    let mut grown = Grown::new(now, 2000, settings).await;
    let forecast = grown.world.admin.forecast(HOURS).await.unwrap();
    assert_eq!(forecast.sample.one_in, 1);
    let dials = grown.a_day(|_, usual| usual.clone()).await;
    assert!(dials.len() > 1500, "{} dials compare nothing", dials.len());
    let far = compare(&forecast, &dials, 6);
    is_within_a_tenth(&forecast, &dials);
    assert!(far.is_empty(), "{far:?}");
}

/// A month of 30,000 leads that are due, ten of them with each number.
fn large_month(world: &World) -> String {
    let at = (world.now() - TimeDelta::hours(1)).timestamp_millis();
    let areas: Vec<u16> =
        (201..1000).filter(|area| Phone::parse(&format!("+1{area}5550100")).is_ok()).take(30).collect();
    let record = |n: usize| {
        let phone = format!("+1{}55501{:02}", areas[n % 30], n / 30 % 100);
        let text = json!({
            "lead_id": n.to_string(), "phone_number": phone, "status": "pending", "attempts": 0, "state": "NY",
            "created_at": at, "next_redial_timestamp": at, "outcomes": [], "call_history": [],
        });
        format!("\"{n}_{}\":{text}", &phone[2..])
    };
    format!("{{{}}}", (0..30_000).map(record).collect::<Vec<_>>().join(",\n"))
}

#[rstest]
#[case::without_limits(&[("max_calls_per_run", "100000"), ("calls_per_second", "100"), ("max_concurrent_calls", "100")], 30_000)]
#[case::under_a_limit(&[("max_calls_per_run", "100")], 12 * 3 * 100)]
#[tokio::test]
async fn of_a_large_queue_a_sample_is_played(#[case] limits: &[(&'static str, &str)], #[case] expected: u32) {
    let once = [("max_redial_attempts", "1"), ("max_calls_per_number_24h", "50"), ("ignore_calling_hours", "true")];
    let read_whole = RecordLimits { whole_bytes: 100_000_000, ..RecordLimits::default() };
    let world = World::divided_above(read_whole, super::world::NOON, &[once.as_slice(), limits].concat());
    let key = format!("{PREFIX}{}.json", world.month());
    world.blobs.inner().set(&key, large_month(&world));
    let forecast = world.admin.forecast(3).await.unwrap();
    assert_eq!((forecast.sample.leads, forecast.sample.one_in), (30_000, 2));
    assert!((14_500..15_500).contains(&forecast.sample.played), "{:?}", forecast.sample);
    let total = forecast.forecast.total();
    assert!(total.abs_diff(expected) * 50 <= expected, "{total} instead of {expected}");
}

/// How far off the forecast is when calls end otherwise: for people to read.
#[tokio::test]
async fn a_day_of_other_outcomes_is_shown_beside_its_forecast() {
    let mut grown = Grown::new("2025-12-17T14:30:00Z", 500, &[]).await;
    let forecast = grown.world.admin.forecast(HOURS).await.unwrap();
    let other = [(8, Outcome::SALE), (2, Outcome::DNC), (40, Outcome::NO_ANSWER), (30, Outcome::VOICEMAIL)];
    let dials = grown.a_day(|dice, _| dice.one_of(&other.each_ref().map(|(weight, it)| (*weight, it))).clone()).await;
    compare(&forecast, &dials, 6);
    assert!(forecast.forecast.total() > 0 && !dials.is_empty());
}
