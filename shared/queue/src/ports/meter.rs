//! The port to which use cases report metrics, and the table of all metrics.

use std::borrow::Cow;

/// Records readings. Never fails and never blocks, so that measuring cannot disturb what is measured.
pub trait Meter: Send + Sync {
    /// Records one reading.
    fn record(&self, reading: Reading);
}

/// One measured value.
///
/// A label is a word of the program or a code of an account, so a reading does not hold personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The metric that was measured.
    pub metric: Metric,
    /// The value, in the unit of the metric.
    pub value: u64,
    /// The value of the metric's further dimension, if it has one.
    pub label: Option<Cow<'static, str>>,
}

/// The unit of a metric's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricUnit {
    /// A number of things.
    Count,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl MetricUnit {
    /// Returns CloudWatch's name of the unit.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Seconds => "Seconds",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

macro_rules! metrics {
    ($($name:ident $unit:ident $(by $dimension:literal)? : $about:literal)*) => {
        /// All metrics. This is the only table of names, units, dimensions and meanings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Metric {
            $(#[doc = $about] $name,)*
        }

        impl Metric {
            /// Every metric.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the name, as CloudWatch shows it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// Returns the unit of its values.
            #[must_use]
            pub fn unit(self) -> MetricUnit {
                match self { $(Self::$name => MetricUnit::$unit,)* }
            }

            /// Returns the dimension that it has beside the function's name, if any.
            #[must_use]
            pub fn dimension(self) -> Option<&'static str> {
                match self { $(Self::$name => [$($dimension)?].first().copied(),)* }
            }

            /// Returns what it measures, as docs/METRICS.md says it.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)* }
            }
        }
    };
}

metrics! {
    Runs Count: "Runs that took the lease. Overlapping invocations are not counted."
    RunDuration Milliseconds: "Duration of a run."
    RunErrors Count: "Failed or unknown dials, and failed reads and writes."
    LeadsReady Count: "Candidates: due leads whose gates before the line's are open."
    CallsPlaced Count: "Calls that the provider placed."
    LeadsSkipped Count: "Ready leads that were not dialed: the line was held, the number was suppressed or at its cap, or the record had changed."
    LeadsDeferred Count: "Leads whose due time was moved because their line is held."
    DueUndialed Count: "Leads that could have been dialed inside business hours in a run without a dial. Not counted when the calls of the day are used up."
    OldestDueLead Seconds: "How long the most overdue lead that can be dialed has been due, at the start of a run."
    DailyLimitReached Count: "1 if a run stopped because the calls of the day are used up."
    ResultsReconciled Count: "Results that a run applied: found by asking the provider, or waiting on a line."
    AttemptsLost Count: "Attempts given up: the provider has no call for them."
    OpenLines Count: "Lines with a waiting result, an overdue hold, or a new suppression whose records are not completed."
    OldestOpenLine Seconds: "Age of the oldest waiting result or overdue hold."
    ResultsWaiting Count: "Results that waited on their lines at the start of a run."
    OldestWaitingResult Seconds: "Age of the oldest waiting result."
    ImportsUnfinished Count: "1 if a run dialed nobody because a list of numbers to suppress is not imported to its end."
    ImportsFailed Count: "Lists that could not be imported. None of their numbers is suppressed, and none of their leads is added."
    BulkUnfinished Count: "1 if a run dialed nobody because a command that pauses or removes many leads is not finished."
    DivisionsUnfinished Count: "1 if a run dialed nobody because a large object of a month was not divided when it began."
    UnusableObjects Count: "Objects of records that cannot be read. Their leads are not dialed."
    UnreadableRecords Count: "Records that cannot be understood. They are kept and not dialed."
    BreakerOpen Count: "1 if the circuit breaker was open at the end of a run."
    DialLatency Milliseconds: "Time until the provider answered a dial request."
    DialsRefused Count: "Dial requests that the provider refused for this lead."
    DialsBlocked Count: "Dial requests that the provider refused for the account (401, 402 or 403: key or balance)."
    DialsSlowedDown Count: "Dial requests that the provider answered with 429."
    DialsUnreachable Count: "Dial requests that were never sent because there was no connection."
    DialsUnknown Count: "Dial requests without a clear answer. The phone may have rung."
    Results Count by "Outcome": "Results received by webhook, by outcome. An outcome that only the account knows is OTHER."
    UnknownDispositions Count by "Code": "Dispositions that are in no table and no family of codes, by code. A text that is not a code is OTHER."
    PossibleDoNotCalls Count: "Results in which the person may have refused further calls. Nobody dials the number until a person decides."
    CallbackFallbacks Count: "Requests for a callback at a time that cannot be used. The lead is called after `callback_fallback_minutes`."
    NewLeads Count: "New leads received by webhook."
    RepeatedWebhooks Count: "Webhooks whose result or lead was already known."
    ResultsDeferred Count: "Results and leads that a webhook stored durably and deferred to a run."
    IgnoredWebhooks Count by "Reason": "Webhooks that change nothing, by reason."
    DoNotCallsHeard Count: "Do-not-calls outside a result: in a second payload, or without a usable number or call id."
    DoNotCallsUnattached Count: "Do-not-calls without a usable number whose lead and call are in no record."
    ResultsNotStored Count: "Webhooks answered with 503 because the result could not be stored."
    UnverifiedWebhooks Count: "Webhooks without a valid signature or secret, answered with 401."
    MalformedWebhooks Count: "Webhooks whose body cannot be parsed, answered with 400."
    RecordWrites Count: "Compare-and-swap writes of record objects."
    RecordConflicts Count: "Compare-and-swap writes of record objects that met a concurrent change."
    LineWrites Count: "Compare-and-swap writes of lines."
    LineConflicts Count: "Compare-and-swap writes of lines that met a concurrent change."
    LedgerWrites Count: "Writes of objects of the ledger."
    LedgerFailures Count: "Groups of entries that could not be stored in the ledger. Their calls were not made, or their commands were answered with 503."
    StateWrites Count: "Compare-and-swap writes of settings, of the run state and of imports."
    StateConflicts Count: "Compare-and-swap writes of settings, of the run state and of imports that met a concurrent change."
}

impl Metric {
    /// Returns a reading of a metric that has no further dimension. A value that does not fit counts as 0.
    #[must_use]
    pub fn of(self, value: impl TryInto<u64>) -> Reading {
        Reading { metric: self, value: value.try_into().unwrap_or_default(), label: None }
    }

    /// Returns a reading of 1 or 0.
    #[must_use]
    pub fn flag(self, is_so: bool) -> Reading {
        self.of(u8::from(is_so))
    }

    /// Returns a reading of 1 under this value of the metric's further dimension.
    #[must_use]
    pub fn one(self, label: impl Into<Cow<'static, str>>) -> Reading {
        Reading { metric: self, value: 1, label: Some(label.into()) }
    }
}
