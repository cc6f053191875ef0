//! The JSON of a forecast, and what it says in words.

use super::iso::iso;
use chrono::{DateTime, SecondsFormat, Utc};
use redial_domain::forecast::{CALL_TAKES, Hour};
use redial_domain::{Breaker, BusinessHours, Policy, Stop};
use redial_queue::usecase::admin::{Forecasted, Sample, Unseen};
use serde::Serialize;
use utoipa::ToSchema;

/// Dials expected for each hour.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ForecastJson {
    /// Dials of all hours.
    #[schema(example = 1240)]
    total: u32,
    /// Dials of a run that begins now.
    #[schema(example = 12)]
    first_run: usize,
    /// Hours, the first one from now on.
    hours: Vec<ForecastHourJson>,
    /// Dials of all hours by the number of the attempt.
    by_attempt: Vec<AttemptJson>,
    /// How many leads were played forward.
    sample: ForecastSampleJson,
    /// Everything that is assumed.
    assumptions: Vec<String>,
    /// What keeps leads from being dialed or counted now, and what to do about it.
    notes: Vec<String>,
}

/// Dials of one hour.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ForecastHourJson {
    /// Time at which it begins.
    from: DateTime<Utc>,
    /// The same in the business time zone: date, time and zone.
    #[schema(example = "Wed 2025-12-17 14:00 EST")]
    local: String,
    /// Dials.
    #[schema(example = 120)]
    dials: u32,
    /// Runs that begin in it.
    #[schema(example = 12)]
    runs: u32,
    /// Why runs of this hour dialed no lead, or not every one, in the words of `stopped_by`.
    #[schema(example = json!(["max_calls_per_run"]))]
    limited_by: Vec<&'static str>,
    /// How often runs of this hour came to a lead that a gate held back. It waits until the gate opens.
    held_back: Vec<HeldBackJson>,
    /// Leads that were due at the end of its last run, and to which that run did not come. Other gates may hold them back.
    #[schema(example = 300)]
    left: u32,
}

/// How often one gate held a lead back.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct HeldBackJson {
    /// Name of the first closed gate.
    #[schema(example = "calling_hours")]
    gate: &'static str,
    /// How often.
    #[schema(example = 40)]
    count: u32,
}

/// Dials that are the same attempt of their leads.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct AttemptJson {
    /// Number of the attempt. The first call of a lead is 1.
    #[schema(example = 2)]
    attempt: u32,
    /// Dials.
    #[schema(example = 310)]
    dials: u32,
}

/// How many leads a forecast was made of.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ForecastSampleJson {
    /// Leads with the status `pending` or `rescheduled` and a due time in these hours.
    #[schema(example = 100_000)]
    leads: usize,
    /// One of this many leads was played. 1 if all were.
    #[schema(example = 4)]
    one_in: u32,
    /// Leads that were played.
    #[schema(example = 25_000)]
    played: usize,
}

impl ForecastJson {
    pub(super) fn new(forecasted: &Forecasted) -> Self {
        let Forecasted { forecast, policy, sample, .. } = forecasted;
        let one_in = usize::try_from(sample.one_in).unwrap_or(1);
        let by_attempt =
            forecast.by_attempt.iter().map(|(attempt, dials)| AttemptJson { attempt: *attempt, dials: *dials });
        Self {
            total: forecast.total(),
            first_run: forecast.first_run.len().saturating_mul(one_in),
            hours: forecast.hours.iter().map(|hour| ForecastHourJson::new(hour, &policy.business_hours)).collect(),
            by_attempt: by_attempt.collect(),
            sample: ForecastSampleJson { leads: sample.leads, one_in: sample.one_in, played: sample.played },
            assumptions: assumptions(forecasted),
            notes: notes(forecasted),
        }
    }
}

impl ForecastHourJson {
    fn new(hour: &Hour, business: &BusinessHours) -> Self {
        let held_back = hour.held_back.iter();
        Self {
            from: iso(hour.from),
            local: hour.from.with_timezone(&business.zone).format("%a %Y-%m-%d %H:%M %Z").to_string(),
            dials: hour.dials,
            runs: hour.runs,
            limited_by: hour.limits.iter().copied().map(Stop::as_str).collect(),
            held_back: held_back.map(|(gate, count)| HeldBackJson { gate: gate.as_str(), count: *count }).collect(),
            left: hour.left,
        }
    }
}

fn assumptions(forecasted: &Forecasted) -> Vec<String> {
    let Forecasted { policy, sample, dialing, .. } = forecasted;
    let Policy { process_interval, calls_per_second, max_concurrent, max_calls_per_run, .. } = &**policy;
    let Sample { leads, one_in, played, without_outcome } = sample;
    let mut said = vec![
        "Each dial ends as the last call of its lead did: with the same outcome, after the same time, and without a new \
         callback time."
            .to_owned(),
        format!(
            "{without_outcome} of the leads have no outcome yet. Nobody answers them (NO_ANSWER). A call whose length is not \
             known takes {} s.",
            CALL_TAKES.num_seconds()
        ),
        "No new lead, no call of another system, no command and no change of settings comes in. The provider places every \
         call."
            .to_owned(),
        format!("A run begins now, and then every {process_interval} minutes (process_interval_minutes)."),
        format!(
            "A run makes at most {max_calls_per_run} calls (max_calls_per_run), and dials for at most {} s. It dials at most \
             {} leads a second: calls_per_second is {calls_per_second}, and of max_concurrent_calls, which is \
             {max_concurrent}, each takes a second.",
            dialing.num_seconds(),
            calls_per_second.min(max_concurrent)
        ),
    ];
    if *one_in > 1 {
        said.push(format!(
            "{played} of {leads} leads were played, and each stands for {one_in}. Limits are divided by {one_in}. The fewer \
             dials an hour has, the less certain it is."
        ));
    }
    said
}

fn notes(forecasted: &Forecasted) -> Vec<String> {
    let Forecasted { policy, breaker, unseen, .. } = forecasted;
    let Unseen { objects, large, records, beside_unreadable, import_unfinished } = *unseen;
    let mut said = Vec::new();
    let mut say = |is_true: bool, text: String| said.extend(is_true.then_some(text));
    say(!policy.enabled, "The queue is disabled, so no lead is dialed. POST /enable lets it dial.".to_owned());
    say(!policy.running, "The processor is stopped, so no lead is dialed. POST /start lets it dial.".to_owned());
    if let Breaker::Open(trip) = breaker {
        let until = trip.until.to_rfc3339_opts(SecondsFormat::Secs, true);
        let cause = trip.cause.as_str();
        say(
            true,
            format!(
                "The circuit breaker is open ({cause}). The first run after {until} tries one dial, and the forecast assumes \
                 that it is placed. GET /status shows the breaker."
            ),
        );
    }
    say(
        import_unfinished,
        "A list of numbers to suppress is not imported to its end. No run dials before it is, and the forecast assumes that \
         the first run finishes it. Its numbers are counted until then."
            .to_owned(),
    );
    say(
        large > 0,
        format!(
            "{large} large objects of records are being divided. No run dials before that is done, and the forecast is \
             without their leads. GET /status has the progress in dividing."
        ),
    );
    say(
        objects > 0,
        format!("{objects} objects of records cannot be read. Their leads are not dialed and not counted."),
    );
    say(records > 0, format!("{records} records cannot be understood. They are not dialed and not counted."));
    say(
        beside_unreadable > 0,
        format!(
            "{beside_unreadable} leads wait because an object of an older month cannot be read. They are not counted."
        ),
    );
    said
}

/// Dials expected before and after a change of settings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ForecastChangeJson {
    /// Under the settings in force.
    before: ForecastJson,
    /// Under the settings as they would be.
    after: ForecastJson,
}

impl ForecastChangeJson {
    pub(super) fn new([before, after]: &[Forecasted; 2]) -> Self {
        Self { before: ForecastJson::new(before), after: ForecastJson::new(after) }
    }
}
