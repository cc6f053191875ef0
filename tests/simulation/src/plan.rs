//! What one seed decides before anything happens.

use crate::chance::Chance;
use crate::defect::Defect;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::builders;
use redial_domain::law::{Demand, Rules};
use redial_domain::settings::{Limits, Settings};
use redial_domain::{LeadId, Outcome, Phone, Profile};
use redial_formats::law_v1;
use redial_queue::store::records::RecordLimits;
use redial_queue::store::settings::Environment;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

pub(crate) struct Plan {
    pub(crate) start: DateTime<Utc>,
    /// Faults and steering last so long.
    pub(crate) storm: TimeDelta,
    /// Between storm and calm nothing runs for so long, and idle lines expire.
    pub(crate) outage: TimeDelta,
    /// Seconds between scheduled runs in the storm.
    pub(crate) interval: u64,
    /// The month turns in New York in the storm, at this instant.
    pub(crate) turn: Option<DateTime<Utc>>,
    pub(crate) leads: Vec<(LeadId, Phone)>,
    /// Faults of stores, of the provider, and of processes, in a thousand.
    pub(crate) store_faults: u64,
    pub(crate) dial_faults: u64,
    pub(crate) webhook_faults: u64,
    pub(crate) kills: u64,
    pub(crate) freezes: u64,
    /// Somebody acts, and a process stands still, just when a run has read a line or claimed one, in a thousand.
    pub(crate) ambushes: u64,
    /// Answers of stores are slow in so many of a thousand cases.
    pub(crate) slowness: u64,
    pub(crate) removals: bool,
    /// Operators suppress numbers, and allow them again.
    pub(crate) suppressions: bool,
    /// Operators give one command to many leads.
    pub(crate) bulk: bool,
    /// Operators add leads, known ones and new ones.
    pub(crate) additions: bool,
    pub(crate) broken_objects: bool,
    /// Calls are over at once more often than not.
    pub(crate) short_calls: bool,
    /// How long the calls of a lead last and how they end, where that is not left to chance.
    pub(crate) script: Option<Script>,
    /// When an object of a month is divided.
    pub(crate) limit: RecordLimits,
    pub(crate) environment: Environment,
    pub(crate) cap: u32,
    /// All leads live in Florida, where the law allows three calls a day.
    pub(crate) in_florida: bool,
    /// How long nobody dials a number after a transfer.
    pub(crate) quiet: TimeDelta,
    /// Calls of the last day that only an uploaded month knows, for each of some numbers.
    pub(crate) uploaded: Vec<(LeadId, Phone, u64)>,
    /// A do-not-call comes in the last minutes of the calm, through another lead.
    pub(crate) late_refusal: bool,
    /// Second payloads with a refusal, in a thousand calls.
    pub(crate) second_thoughts: u64,
    /// Calls of the account on one day, where they are limited.
    pub(crate) daily: Option<u32>,
}

/// How long a lead's calls last, and how they end.
pub(crate) type Script = fn(&LeadId) -> (Duration, Outcome);

/// The state of every lead of some worlds, as records have it.
pub(crate) const FLORIDA: &str = "FL";

/// The calling rules of this release without their hours: a storm is at any time of the day.
static CAPS: LazyLock<Arc<Rules>> = LazyLock::new(|| {
    let mut law = Rules::clone(&law_v1::embedded().unwrap());
    law.rules.retain(|rule| matches!(rule.demand, Demand::Cap { .. }));
    Arc::new(law)
});

/// Enough for the longest record, and less than an uploaded month.
pub(crate) const WHOLE_BYTES: u64 = 16_000;

/// When a storm begins, and when the month turns in it.
const STARTS: [(&str, Option<&str>); 5] = [
    ("2025-12-17T17:00:00Z", None),
    ("2025-12-01T04:30:00Z", Some("2025-12-01T05:00:00Z")),
    ("2025-11-01T03:10:00Z", Some("2025-11-01T04:00:00Z")),
    // The hour that New York has twice.
    ("2025-11-02T04:50:00Z", None),
    ("2026-02-10T15:00:00Z", None),
];

impl Plan {
    pub(crate) fn of(chance: &mut Chance, defect: Option<Defect>) -> Self {
        // Drawn aside, so that the seeds without a limit keep their histories.
        let daily =
            *Chance::of(chance.clone().bits()).pick(&[None, None, None, None, None, Some(4), Some(8), Some(30)]);
        let suppressions = Chance::of(chance.clone().bits() ^ 1).permille(300);
        let in_florida = Chance::of(chance.clone().bits() ^ 2).permille(250);
        let additions = Chance::of(chance.clone().bits() ^ 5).permille(300);
        let whole_bytes = *Chance::of(chance.clone().bits() ^ 3).pick(&[4_000_000, 4_000_000, WHOLE_BYTES]);
        let bulk = Chance::of(chance.clone().bits() ^ 4).permille(400);
        let leads = leads(chance);
        let cap = *chance.pick(&[3, 8, 20, 50]);
        let quiet = *chance.pick(&[10, 30]);
        let uploaded = uploaded(chance, &leads, cap);
        let rates = [0, 0, 10, 40, 120];
        let (start, turn) = *chance.pick(&STARTS);
        Self {
            start: builders::at(start),
            turn: turn.map(builders::at),
            interval: *chance.pick(&[60, 180, 300, 300]),
            storm: TimeDelta::minutes(i64::try_from(chance.between(25, 80)).unwrap()),
            outage: TimeDelta::days(if chance.permille(80) { 5 } else { 0 }),
            leads,
            store_faults: *chance.pick(&rates),
            dial_faults: *chance.pick(&[0, 100, 300, 600]),
            webhook_faults: *chance.pick(&[0, 100, 300, 700]),
            kills: *chance.pick(&[0, 30, 150, 400]),
            freezes: *chance.pick(&[0, 30, 150]),
            ambushes: *chance.pick(&[0, 0, 30, 150]),
            slowness: *chance.pick(&[0, 20, 200]),
            removals: chance.permille(250),
            suppressions,
            bulk,
            additions,
            broken_objects: chance.permille(150),
            short_calls: chance.permille(400),
            script: None,
            limit: limit(*chance.pick(&[1, 2, 4, 4, 500]), whole_bytes),
            environment: environment(chance, cap, daily, quiet, in_florida, defect),
            cap,
            in_florida,
            quiet: TimeDelta::minutes(quiet),
            uploaded,
            late_refusal: chance.permille(300),
            second_thoughts: *chance.pick(&[0, 20, 100]),
            daily,
        }
    }
}

impl Plan {
    /// What is known of each lead.
    pub(crate) fn profile(&self) -> Profile {
        let state = if self.in_florida { FLORIDA.to_owned() } else { String::new() };
        Profile { state, ..Profile::default() }
    }

    /// Nothing goes wrong by itself: four leads, of whom two share a number.
    pub(crate) fn quiet(script: Script) -> Self {
        let mut chance = Chance::of(0);
        let leads = [("ann", 0), ("bob", 0), ("cid", 1), ("dot", 2)];
        Self {
            start: builders::at(STARTS[0].0),
            turn: None,
            outage: TimeDelta::zero(),
            leads: leads.map(|(lead, number)| (builders::lead_id(lead), builders::phone(number))).into(),
            store_faults: 0,
            dial_faults: 0,
            webhook_faults: 0,
            kills: 0,
            freezes: 0,
            ambushes: 0,
            slowness: 0,
            removals: false,
            suppressions: false,
            bulk: false,
            additions: false,
            broken_objects: false,
            script: Some(script),
            limit: limit(2, 4_000_000),
            environment: environment(&mut chance, 20, None, 30, false, None),
            cap: 20,
            in_florida: false,
            quiet: TimeDelta::minutes(30),
            uploaded: Vec::new(),
            late_refusal: false,
            second_thoughts: 0,
            daily: None,
            ..Self::of(&mut chance, None)
        }
    }
}

/// Objects are divided when they have more records than that, and piece by piece when they are longer than that.
fn limit(records: usize, whole_bytes: u64) -> RecordLimits {
    RecordLimits { records, bytes: 6_000, whole_bytes, pass_bytes: 8_000, index_after: 1, ..RecordLimits::default() }
}

/// Two to five leads on fewer numbers, so that some share one.
fn leads(chance: &mut Chance) -> Vec<(LeadId, Phone)> {
    let count = u32::try_from(chance.between(2, 5)).unwrap();
    let phones = chance.between(1, u64::from(count) - 1);
    let mut leads = Vec::new();
    for n in 0..count {
        let phone = builders::phone(u32::try_from(chance.below(phones)).unwrap());
        leads.push((builders::lead_id(&format!("lead{n}")), phone));
    }
    leads
}

/// In some worlds a month of the original is uploaded, whose records have calls of the last day.
fn uploaded(chance: &mut Chance, leads: &[(LeadId, Phone)], cap: u32) -> Vec<(LeadId, Phone, u64)> {
    if !chance.permille(300) {
        return Vec::new();
    }
    let most = u64::from(cap.min(8));
    let (_, phone) = chance.pick(leads).clone();
    let first = (builders::lead_id("uploaded"), phone, chance.between(1, most));
    // Enough that the month is divided.
    let others = 1..=u32::try_from(chance.between(2, 8)).unwrap();
    let others = others.map(|n| (builders::lead_id(&format!("uploaded{n}")), builders::phone(50 + n), 1));
    std::iter::once(first).chain(others).collect()
}

fn environment(
    chance: &mut Chance,
    cap: u32,
    daily: Option<u32>,
    quiet: i64,
    in_florida: bool,
    defect: Option<Defect>,
) -> Environment {
    // What lines forget of these two is still in records, so the rules themselves are wrong.
    let cap = if defect == Some(Defect::CapForgotten) { 50 } else { cap };
    let quiet = if defect == Some(Defect::QuietTimeForgotten) { 0 } else { quiet };
    let mut values = BTreeMap::from([
        ("ignore_calling_hours", "true".to_owned()),
        ("max_calls_per_number_24h", cap.to_string()),
        ("transfer_quiet_minutes", quiet.to_string()),
        ("max_redial_attempts", (*chance.pick(&["4", "8", "25", "25"])).to_owned()),
        ("progressive_intervals", (*chance.pick(&["0", "0", "0,0,5,10,30,60,120", "none"])).to_owned()),
        ("redial_interval_minutes", "6".to_owned()),
        ("min_redial_minutes", (*chance.pick(&["0", "2"])).to_owned()),
        ("redial_jitter_minutes", (*chance.pick(&["0", "0", "3"])).to_owned()),
        ("max_concurrent_calls", (*chance.pick(&["1", "10"])).to_owned()),
        ("active_call_defer_minutes", (*chance.pick(&["1", "5"])).to_owned()),
    ]);
    values.extend(daily.map(|most| ("max_calls_per_day", most.to_string())));
    let mut limits = Limits { provider_is_loopback: true, run_timeout: TimeDelta::minutes(4), ..Limits::default() };
    if in_florida {
        // Hours that are ignored leave the caps of states out too.
        values.insert("ignore_calling_hours", "false".to_owned());
        values.insert("business_hours", "00:00-23:59".to_owned());
        values.insert("business_days", "mon,tue,wed,thu,fri,sat,sun".to_owned());
        limits.law = Arc::clone(&CAPS);
        if defect == Some(Defect::LawForgotten) {
            Arc::make_mut(&mut limits.law).rules.clear();
        }
    }
    if defect == Some(Defect::HoldShorterThanADial) {
        limits.run_timeout = TimeDelta::seconds(-75);
        values.insert("unknown_hold_minutes", "1".to_owned());
    }
    let policy = Settings { environment: values.clone(), ..Settings::default() }.policy(limits.clone()).unwrap();
    Environment { values, limits, policy: Arc::new(policy) }
}
