//! The settings of one history: as the reference reads them, and as the queue is told them.

use crate::calendar::{ARIZONA, CENTRAL, EASTERN, PACIFIC, Zone};
use chrono::{NaiveDate, Weekday};
use proptest::prelude::*;
use proptest::sample::select;
use redial_domain::Policy;
use redial_domain::builders::policy_with;

#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) enabled: bool,
    pub(crate) running: bool,
    pub(crate) cadence: Cadence,
    pub(crate) limit: u32,
    pub(crate) cap: usize,
    pub(crate) success: &'static str,
    pub(crate) terminal: &'static str,
    pub(crate) retention_days: u32,
    pub(crate) only_today: bool,
    pub(crate) zone: (&'static str, Zone),
    /// Minutes of the day.
    pub(crate) hours: (u32, u32),
    pub(crate) closed_on: Option<Weekday>,
    pub(crate) blackout: NaiveDate,
    pub(crate) any_hour: bool,
    /// What is told of the two leads.
    pub(crate) states: [&'static str; 2],
}

/// Minutes.
#[derive(Debug, Clone)]
pub(crate) struct Cadence {
    pub(crate) progressive: Vec<i64>,
    pub(crate) fixed: i64,
    pub(crate) least: i64,
    pub(crate) jitter: i64,
}

const DAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Rules {
    pub(crate) fn policy(&self) -> Policy {
        let minutes: Vec<String> = self.cadence.progressive.iter().map(i64::to_string).collect();
        let intervals = if minutes.is_empty() { "none".to_owned() } else { minutes.join(",") };
        let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let days = DAYS.iter().filter(|day| Some(**day) != self.closed_on).map(Weekday::to_string);
        policy_with(&[
            ("enabled", &self.enabled.to_string()),
            ("running", &self.running.to_string()),
            ("progressive_intervals", &intervals),
            ("redial_interval_minutes", &self.cadence.fixed.to_string()),
            ("min_redial_minutes", &self.cadence.least.to_string()),
            ("redial_jitter_minutes", &self.cadence.jitter.to_string()),
            ("max_redial_attempts", &self.limit.to_string()),
            ("max_calls_per_number_24h", &self.cap.to_string()),
            ("success_outcomes", self.success),
            ("terminal_outcomes", self.terminal),
            ("retention_days", &self.retention_days.to_string()),
            ("lead_window", if self.only_today { "today" } else { "retention" }),
            ("business_timezone", self.zone.0),
            ("business_hours", &format!("{}-{}", time(self.hours.0), time(self.hours.1))),
            ("business_days", &days.collect::<Vec<_>>().join(",")),
            ("blackout_dates", &self.blackout.to_string()),
            // The rules of states are tried against stepping by minutes, in the tests of their file.
            ("ring_guard_minutes", "0"),
            ("ignore_calling_hours", &self.any_hour.to_string()),
        ])
    }
}

pub(crate) fn any_rules() -> impl Strategy<Value = Rules> {
    let rarely = || prop::bool::weighted(0.05);
    let zones = [
        ("America/New_York", EASTERN),
        ("America/Chicago", CENTRAL),
        ("America/Phoenix", ARIZONA),
        ("America/Los_Angeles", PACIFIC),
    ];
    let state = || select(vec!["NY", "FL", "Florida", "TX", "AZ", " ca ", "AK", "HI", "PR", "", "ON"]);
    let limits = (1..10_u32, 1..10_usize, select(vec![1_u32, 30, 40]));
    let outcomes =
        (select(vec!["TRANSFERRED,SALE,ACA,CALLBACK", "TRANSFERRED,SALE"]), select(vec!["", "NOT_INTERESTED"]));
    let hours = (
        select(zones.to_vec()),
        // Around the clock, by day, and in the hours that spring skips and autumn repeats.
        select(vec![(0, 1440), (0, 1440), (660, 1200), (570, 1065), (120, 180), (90, 150)]),
        proptest::option::weighted(0.3, select(DAYS.to_vec())),
        select(vec!["2025-12-25", "2025-11-02", "2026-03-09"]).prop_map(|day| day.parse().unwrap()),
        prop::bool::weighted(0.4),
    );
    (rarely(), rarely(), cadence(), limits, outcomes, prop::bool::weighted(0.1), hours, [state(), state()]).prop_map(
        |(disabled, stopped, cadence, limits, outcomes, only_today, hours, states)| Rules {
            enabled: !disabled,
            running: !stopped,
            cadence,
            limit: limits.0,
            cap: limits.1,
            success: outcomes.0,
            terminal: outcomes.1,
            retention_days: limits.2,
            only_today,
            zone: hours.0,
            hours: hours.1,
            closed_on: hours.2,
            blackout: hours.3,
            any_hour: hours.4,
            states,
        },
    )
}

fn cadence() -> impl Strategy<Value = Cadence> {
    let progressive = select(vec![vec![0, 0, 5, 10, 30, 60, 120], vec![], vec![7], vec![0, 1, 600]]);
    (progressive, select(vec![0, 30, 45]), select(vec![2, 0, 15]), prop_oneof![3 => Just(0), 1 => 1..60_i64])
        .prop_map(|(progressive, fixed, least, jitter)| Cadence { progressive, fixed, least, jitter })
}
