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
    Runs Count: "Runs that took the lease and worked; a second run at the same time is none."
    RunDuration Milliseconds: "How long a run took."
    RunErrors Count: "Dials that failed or whose answer is unknown, and what could not be read or written."
    LeadsReady Count: "Leads that were due and whose gates up to the line's were open."
    CallsPlaced Count: "Calls that the provider placed."
    LeadsSkipped Count: "Ready leads that were not dialed: line held, suppressed or at its cap, record changed meanwhile."
    LeadsDeferred Count: "Leads put off because their line is held."
    DueUndialed Count: "Leads that could have been dialed in a run that dialed nobody, inside business hours; a day whose calls are spent does not count."
    OldestDueLead Seconds: "How long the most overdue lead that could be dialed has waited, at the start of a run."
    DailyLimitReached Count: "1 when a run stopped because the calls of the day are spent."
    ResultsReconciled Count: "Results found by asking the provider, and results that a webhook had left on a line."
    AttemptsLost Count: "Attempts of which nobody knows."
    OpenLines Count: "Lines that needed a look: a result waits, or a hold ran out."
    OldestOpenLine Seconds: "How long the oldest of them has been held or has had a result."
    ResultsWaiting Count: "Results that waited on their lines when the run began."
    OldestWaitingResult Seconds: "How long the oldest of them had waited."
    UnusableObjects Count: "Objects of records that cannot be read; their leads wait."
    UnreadableRecords Count: "Records that cannot be understood; they are kept and not dialed."
    BreakerOpen Count: "1 when the circuit breaker was open at the end of a run."
    DialLatency Milliseconds: "How long the provider took to answer a request for a call."
    DialsRefused Count: "Requests for a call that the provider refused for this lead."
    DialsBlocked Count: "Requests for a call that the provider refused for the account: key or balance."
    DialsSlowedDown Count: "Requests for a call to which the provider said that it is asked too often."
    DialsUnreachable Count: "Requests for a call that never left: no connection."
    DialsUnknown Count: "Requests for a call without a clear answer; the phone may have rung."
    Results Count by "Outcome": "Results that a webhook brought, by outcome; outcomes of the account's own are OTHER."
    NewLeads Count: "New leads that a webhook brought."
    RepeatedWebhooks Count: "Webhooks whose result or lead was there before."
    ResultsLeft Count: "Results and leads that a webhook made durable and left for a run."
    IgnoredWebhooks Count by "Reason": "Webhooks that change nothing, by reason."
    ResultsNotStored Count: "Webhooks answered with 503: the result could not be made durable."
    UnverifiedWebhooks Count: "Webhooks without a valid signature or secret."
    MalformedWebhooks Count: "Webhooks whose body cannot be read."
    RecordWrites Count: "Rounds of compare and swap on objects of records."
    RecordConflicts Count: "Rounds among them that met another writer."
    LineWrites Count: "Rounds of compare and swap on lines."
    LineConflicts Count: "Rounds among them that met another writer."
    StateWrites Count: "Rounds of compare and swap on settings and on the state of runs."
    StateConflicts Count: "Rounds among them that met another writer."
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
