//! What the calling rules cost a run over 100,000 leads, beside the federal hours alone, which were the only rule before.
//!
//! The rounds take turns, so that a slow moment of the machine meets both. Prints medians and their ratio:
//! cargo bench -p redial-properties --bench verdicts
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and a panic here is a failed benchmark"
)]

use redial_domain::builders;
use redial_domain::settings::{Limits, Settings};
use redial_domain::verdict::{Facts, verdict};
use redial_domain::zones::Zones;
use redial_domain::{CallingHours, Lead, Line, Phone, Profile};
use redial_formats::law_v1;
use std::hint::black_box;
use std::time::Instant;

const LEADS: u32 = 100_000;
const ROUNDS: usize = 15;
const STATES: [&str; 12] = ["NY", "CA", "FL", "TX", "OH", "PA", "IL", "KY", "TN", "LA", "", "WA"];
const AREAS: [u32; 10] = [212, 415, 305, 214, 614, 215, 312, 502, 615, 504];

fn main() {
    let limits = Limits { law: law_v1::embedded().unwrap(), ..Limits::default() };
    let policy = Settings::default().policy(limits).unwrap();
    let now = builders::at("2026-12-01T19:00:00Z");
    let lead = |n: u32| {
        let pick = |of: usize, by: u32| usize::try_from(n / by).unwrap() % of;
        let number = format!("+1{}555{:04}", AREAS[pick(AREAS.len(), 1)], 100 + n % 100);
        let postal_code = if n.is_multiple_of(3) { format!("{:05}", 10_000 + n % 40_000) } else { String::new() };
        let state = STATES[pick(STATES.len(), 7)].to_owned();
        let profile = Profile { state, postal_code, ..builders::profile() };
        Lead { phone: Phone::parse(&number).unwrap(), profile, ..builders::lead(1, now) }
    };
    let leads: Vec<Lead> = (0..LEADS).map(lead).collect();
    let line = Line::default();
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        times[0]
            .push(each(&leads, |lead| verdict(&Facts { lead, line: Some(&line), now, policy: &policy }).may_dial()));
        times[1].push(each(&leads, |lead| {
            let facts = Facts { lead, line: Some(&line), now, policy: &policy };
            policy.law.hours_of(&facts.place(), facts.mode(), policy.ring_guard, now).closed.is_empty()
        }));
        times[2].push(each(&leads, |lead| {
            let zones = Zones::of(&lead.profile.state, Some(&lead.phone));
            CallingHours::FEDERAL.opens_at(zones, now).is_some()
        }));
    }
    let [all, rules, federal] = times.map(median);
    println!("a verdict {all:.0} ns, of it the calling rules {rules:.0} ns; the federal hours alone {federal:.0} ns");
    println!("ratio with the calling rules to the federal hours alone: {:.2}", all / (all - rules + federal));
}

/// Nanoseconds for each lead.
fn each(leads: &[Lead], decide: impl Fn(&Lead) -> bool) -> f64 {
    let began = Instant::now();
    for lead in leads {
        black_box(decide(black_box(lead)));
    }
    began.elapsed().as_secs_f64() * 1e9 / f64::from(LEADS)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
