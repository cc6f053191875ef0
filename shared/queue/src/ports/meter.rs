//! Numbers for those who watch.

/// Takes readings. Never fails and never waits: what is measured must not suffer from it.
pub trait Meter: Send + Sync {
    /// Takes one reading.
    fn record(&self, reading: Reading);
}

/// One measured value. It has no room for personal data: a label is a word of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What was measured.
    pub metric: Metric,
    /// How much, in the unit of the metric.
    pub value: u64,
    /// The value of the metric's dimension, for those that have one.
    pub label: Option<&'static str>,
}

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl Unit {
    /// The word that CloudWatch knows.
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
        /// Everything that is measured: the one table of names, units, dimensions and meanings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Metric {
            $(#[doc = $about] $name,)*
        }

        impl Metric {
            /// Every metric.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// What its values count.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self { $(Self::$name => Unit::$unit,)* }
            }

            /// The dimension by which it is also told apart, beside the function.
            #[must_use]
            pub fn dimension(self) -> Option<&'static str> {
                match self { $(Self::$name => [$($dimension)?].first().copied(),)* }
            }

            /// What it says.
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
    OpenLines Count: "Lines with a waiting result or an overdue hold."
    OldestOpenLine Seconds: "Age of the oldest waiting result or overdue hold."
    ResultsWaiting Count: "Results that waited on their lines at the start of a run."
    OldestWaitingResult Seconds: "Age of the oldest waiting result."
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
    NewLeads Count: "New leads received by webhook."
    RepeatedWebhooks Count: "Webhooks whose result or lead was already known."
    ResultsDeferred Count: "Results and leads that a webhook stored durably and deferred to a run."
    IgnoredWebhooks Count by "Reason": "Webhooks that change nothing, by reason."
    ResultsNotStored Count: "Webhooks answered with 503 because the result could not be stored."
    UnverifiedWebhooks Count: "Webhooks without a valid signature or secret, answered with 401."
    MalformedWebhooks Count: "Webhooks whose body cannot be parsed, answered with 400."
    RecordWrites Count: "Compare-and-swap writes of record objects."
    RecordConflicts Count: "Compare-and-swap writes of record objects that met a concurrent change."
    LineWrites Count: "Compare-and-swap writes of lines."
    LineConflicts Count: "Compare-and-swap writes of lines that met a concurrent change."
    StateWrites Count: "Compare-and-swap writes of settings and of the run state."
    StateConflicts Count: "Compare-and-swap writes of settings and of the run state that met a concurrent change."
}

impl Metric {
    /// A reading of a metric without a dimension of its own.
    #[must_use]
    pub fn of(self, value: impl TryInto<u64>) -> Reading {
        Reading { metric: self, value: value.try_into().unwrap_or_default(), label: None }
    }

    /// 1 or 0.
    #[must_use]
    pub fn flag(self, is_so: bool) -> Reading {
        self.of(u8::from(is_so))
    }

    /// One more, under this value of the metric's dimension.
    #[must_use]
    pub fn one(self, label: &'static str) -> Reading {
        Reading { metric: self, value: 1, label: Some(label) }
    }
}
