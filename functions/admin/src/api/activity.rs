//! `GET /activity`

use super::invalid::Invalid;
use super::iso::iso;
use super::query::Parameters;
use super::responses::ReadErrors;
use crate::Api;
use crate::failure::Failure;
use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, FixedOffset, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;
use redial_domain::Outcome;
use redial_domain::activity::{Callbacks, Conversion, Hour, Lag};
use redial_queue::usecase::admin::{ActivityView, Bound, MOST_BYTES, MOST_OBJECTS, NotCounted};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

const ALLOWED: &str = "a day such as 2026-12-01, or an instant such as 2026-12-01T15:00:00Z";

/// What was dialed and what came of it
///
/// Dials and results by hour, conversion by the number of the call, how long leads were due before they were dialed, and whether
/// callbacks were made. Dials are counted from the ledger and calls from the records, each once. Reads every record and the ledger
/// of the range, which takes some seconds at 100,000 leads.
#[utoipa::path(
    get,
    path = "/activity",
    tag = "queue",
    params(ActivityParameters),
    responses((status = 200, description = "Counts of the range.", body = ActivityAnswer), ReadErrors)
)]
pub(crate) async fn activity(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<ActivityAnswer>, Failure> {
    let parameters = Parameters::parse(&query.unwrap_or_default(), &["from", "to"])?;
    let bound = |name| parameters.parsed(name, ALLOWED, parse_bound);
    let view = api.admin.activity(bound("from")?, bound("to")?).await?;
    Ok(Json(ActivityAnswer::new(&view)))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct ActivityParameters {
    /// First day in the business time zone, or first instant (default: 24 hours before `to`).
    #[param(
        example = "2026-12-01",
        pattern = r"^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$"
    )]
    from: Option<String>,
    /// Last day in the business time zone, or the instant before which the range ends (default: now). At most 31 days after `from`.
    #[param(
        example = "2026-12-01T15:00:00Z",
        pattern = r"^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$"
    )]
    to: Option<String>,
}

fn parse_bound(text: &str) -> Option<Bound> {
    let day = || text.parse::<NaiveDate>().ok().map(Bound::Day);
    // A plus that was not escaped in the URL is a space.
    let instant = || DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok();
    day().or_else(|| instant().map(|at| Bound::At(at.to_utc())))
}

impl From<NotCounted> for Failure {
    fn from(error: NotCounted) -> Self {
        let said = match error {
            NotCounted::Store(error) => return error.into(),
            NotCounted::Empty => "from must be before to; send an earlier from".to_owned(),
            NotCounted::TooLong => "from must be at most 31 days before to; ask for fewer days".to_owned(),
            NotCounted::TooMuch { objects, bytes } => format!(
                "the ledger has {objects} objects with {} MB of this time, and at most {MOST_OBJECTS} with {} MB are read; ask for fewer days or hours",
                bytes / 1_000_000,
                MOST_BYTES / 1_000_000
            ),
        };
        Invalid::field("from", said).into()
    }
}

/// What was dialed in a range, and what came of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ActivityAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Time at which this was counted.
    timestamp: DateTime<Utc>,
    /// First instant of the range.
    from: DateTime<Utc>,
    /// First instant after the range.
    to: DateTime<Utc>,
    /// Business time zone.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// Counts of the whole range.
    total: CountsJson,
    /// Every hour of the range that has begun. The first and the last may be in the range only in part.
    hours: Vec<ActivityHourJson>,
    /// What came of the dials of the range by now, by the number of the call.
    conversion: Vec<ConversionJson>,
    /// How long leads were due before they were dialed, with the time in which gates were closed. `null` if none was dialed.
    due_to_dial: Option<LagJson>,
    /// Callbacks whose time is in the range.
    callbacks: CallbacksJson,
    /// Objects and lines of the ledger that cannot be read. Their dials are not counted.
    unread_ledger: usize,
    /// Objects of records that cannot be read, or that runs are dividing. Their calls are not counted.
    unread_objects: usize,
    /// Records that cannot be understood. Their calls are not counted.
    unreadable_records: usize,
}

/// Dials and results.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CountsJson {
    /// Calls that runs requested. An attempt whose request is not known to have failed counts.
    dials: usize,
    /// Calls that ended, by outcome: those of runs, of agents, and of persons who called.
    #[schema(value_type = BTreeMap<String, usize>)]
    results: BTreeMap<String, usize>,
    /// Calls that ended with `TRANSFERRED`.
    transferred: usize,
    /// Calls that ended with `SALE`.
    sold: usize,
}

/// Dials and results of one hour.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ActivityHourJson {
    /// Begin of the hour, on the clocks of the business time zone.
    #[schema(example = "2026-12-01T14:00:00-05:00")]
    start: DateTime<FixedOffset>,
    #[serde(flatten)]
    counts: CountsJson,
}

/// What came of all first calls of leads, all second calls, and so on.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ConversionJson {
    /// Number of the call: one more than the results that the record had counted.
    #[schema(minimum = 1)]
    attempt: u32,
    /// Dials in the range.
    dials: usize,
    /// Dials with a result.
    results: usize,
    /// Dials that the provider does not know.
    lost: usize,
    /// Dials that ended with `TRANSFERRED`.
    transferred: usize,
    /// Dials that ended with `SALE`.
    sold: usize,
}

/// Times in seconds. A percentile is a time that was measured.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LagJson {
    /// Number of dials.
    count: usize,
    /// Median.
    #[schema(minimum = 0)]
    p50_seconds: i64,
    /// 90th percentile.
    #[schema(minimum = 0)]
    p90_seconds: i64,
    /// Longest time.
    #[schema(minimum = 0)]
    max_seconds: i64,
}

/// Callbacks that persons or operators asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CallbacksJson {
    /// All of them. A request that was replaced before its time does not count.
    promised: usize,
    /// Called within 15 minutes after the time.
    kept_in_time: usize,
    /// Called later.
    kept_late: usize,
    /// Not called, and not 15 minutes late.
    not_yet: usize,
    /// Not called, although the lead waits for a call.
    missed: usize,
    /// Not called, because the lead is completed, paused, or has used all attempts.
    withdrawn: usize,
}

impl ActivityAnswer {
    fn new(view: &ActivityView) -> Self {
        let ActivityView { span, activity, unread_ledger, unread, at } = view;
        let mut total = Hour::default();
        for hour in activity.hours.values() {
            total.dials += hour.dials;
            for (outcome, count) in &hour.results {
                *total.results.entry(outcome.clone()).or_default() += count;
            }
        }
        Self {
            success: true,
            timestamp: iso(*at),
            from: iso(span.from),
            to: iso(span.to),
            timezone: span.zone.name().to_owned(),
            total: CountsJson::new(&total),
            hours: activity.hours.iter().map(|(start, hour)| ActivityHourJson::new(*start, span.zone, hour)).collect(),
            conversion: activity.by_number.iter().map(|(number, of)| ConversionJson::new(*number, of)).collect(),
            due_to_dial: activity.lag.as_ref().map(LagJson::new),
            callbacks: CallbacksJson::new(&activity.callbacks),
            unread_ledger: *unread_ledger,
            unread_objects: unread.objects,
            unreadable_records: unread.records,
        }
    }
}

impl CountsJson {
    fn new(hour: &Hour) -> Self {
        let of = |outcome: &Outcome| hour.results.get(outcome).copied().unwrap_or_default();
        Self {
            dials: hour.dials,
            results: hour.results.iter().map(|(outcome, count)| (outcome.to_string(), *count)).collect(),
            transferred: of(&Outcome::TRANSFERRED),
            sold: of(&Outcome::SALE),
        }
    }
}

impl ActivityHourJson {
    fn new(start: DateTime<Utc>, zone: Tz, hour: &Hour) -> Self {
        Self { start: start.with_timezone(&zone).fixed_offset().trunc_subsecs(0), counts: CountsJson::new(hour) }
    }
}

impl ConversionJson {
    fn new(attempt: u32, conversion: &Conversion) -> Self {
        let Conversion { dials, results, lost, transferred, sold } = *conversion;
        Self { attempt, dials, results, lost, transferred, sold }
    }
}

impl LagJson {
    fn new(lag: &Lag) -> Self {
        Self {
            count: lag.count,
            p50_seconds: lag.p50.num_seconds(),
            p90_seconds: lag.p90.num_seconds(),
            max_seconds: lag.max.num_seconds(),
        }
    }
}

impl CallbacksJson {
    fn new(callbacks: &Callbacks) -> Self {
        let Callbacks { promised, kept_in_time, kept_late, not_yet, missed, withdrawn } = *callbacks;
        Self { promised, kept_in_time, kept_late, not_yet, missed, withdrawn }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders::at;
    use rstest::rstest;

    #[rstest]
    #[case("2026-12-01T15:00:00Z", "2026-12-01T15:00:00Z")]
    #[case("2026-12-01T15:00:00.5+02:00", "2026-12-01T13:00:00.5Z")]
    #[case("2026-12-01T15:00:00 02:00", "2026-12-01T13:00:00Z")]
    fn an_instant_has_its_offset(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(parse_bound(text), Some(Bound::At(at(expected))));
    }

    #[rstest]
    #[case("today")]
    #[case("2026-12-01T15:00:00")]
    #[case("2026-12-01 15:00")]
    #[case("2026-02-29")]
    fn any_other_text_is_neither_day_nor_instant(#[case] text: &str) {
        assert_eq!(parse_bound(text), None);
    }
}
