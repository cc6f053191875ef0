//! Mistakes that the simulation must find. Each is made by a simulated port or actor; the use cases are as they are.

/// A planted mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    PostRetried,
    UnknownTakenForRefused,
    UnknownTakenForUnreachable,
    ConflictTakenForStored,
    UnansweredClaimTakenForStored,
    UnconditionalLines,
    UnconditionalRecords,
    NoLine,
    HoldsExpire,
    NoSweep,
    NobodyAsks,
    AlwaysAbsent,
    SuppressionForgotten,
    CapForgotten,
    HomesForgotten,
    LineFreedFirst,
    InboxNotStored,
    FailureAnsweredOk,
    StaleRecords,
    SteeringLeavesTheLine,
    CallIdsRewritten,
    HoldShorterThanADial,
    ClockStopsWhenFrozen,
    BrokenTakenForAbsent,
    LeaseIgnored,
}

/// A planted mistake, what it is, and the first seed that found it; none when it breaks no promise.
pub(crate) struct Planted {
    pub(crate) defect: Defect,
    pub(crate) says: &'static str,
    pub(crate) found_by: Option<u64>,
}

const fn harmful(defect: Defect, says: &'static str, seed: u64) -> Planted {
    Planted { defect, says, found_by: Some(seed) }
}

pub(crate) const PLANTED: &[Planted] = &[
    harmful(Defect::PostRetried, "the dialer sends an unanswered request a second time", 0),
    harmful(Defect::UnknownTakenForRefused, "an unanswered dial counts as refused", 3),
    harmful(Defect::UnknownTakenForUnreachable, "an unanswered dial counts as never sent", 0),
    harmful(Defect::ConflictTakenForStored, "a conflict on a line is reported as stored", 25),
    harmful(Defect::UnansweredClaimTakenForStored, "an unanswered write of a line is reported as stored", 4),
    harmful(Defect::UnconditionalLines, "lines are written whatever is there", 22),
    harmful(Defect::UnconditionalRecords, "objects are written whatever is there", 2),
    harmful(Defect::NoLine, "holds are never seen", 0),
    harmful(Defect::HoldsExpire, "a hold that ran out is taken for a free line", 0),
    harmful(Defect::NoSweep, "the index of open lines is empty", 0),
    harmful(Defect::NobodyAsks, "no question to the provider is ever answered", 0),
    harmful(Defect::AlwaysAbsent, "the provider never knows of a call", 0),
    harmful(Defect::SuppressionForgotten, "the suppression is lost when a line is read", 121),
    harmful(Defect::CapForgotten, "the calls of the last 24 hours are lost when a line is read", 4),
    harmful(Defect::HomesForgotten, "the months of records are lost when a line is read", 45),
    harmful(Defect::LineFreedFirst, "the line is freed before the record is stored", 0),
    harmful(Defect::InboxNotStored, "results are not made durable on the line", 10),
    harmful(Defect::FailureAnsweredOk, "a webhook that failed is answered with 200", 4),
    harmful(Defect::StaleRecords, "runs read records as they were some seconds ago", 71),
    harmful(Defect::SteeringLeavesTheLine, "pause and removal do not touch the line", 4316),
    harmful(Defect::CallIdsRewritten, "a repeated webhook looks like another call", 0),
    harmful(Defect::HoldShorterThanADial, "an unanswered dial is held for one minute", 133),
    harmful(Defect::ClockStopsWhenFrozen, "a frozen process does not notice that time has passed", 6417),
    harmful(Defect::BrokenTakenForAbsent, "an object that does not parse is taken for none", 2),
    Planted {
        defect: Defect::LeaseIgnored,
        says: "the lease is never seen: a courtesy, the lines protect",
        found_by: None,
    },
];
