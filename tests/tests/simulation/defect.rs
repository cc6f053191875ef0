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

/// A planted mistake, what it is, and whether it can break an invariant at all.
pub(crate) struct Planted {
    pub(crate) defect: Defect,
    pub(crate) says: &'static str,
    pub(crate) is_harmful: bool,
}

const fn harmful(defect: Defect, says: &'static str) -> Planted {
    Planted { defect, says, is_harmful: true }
}

pub(crate) const PLANTED: &[Planted] = &[
    harmful(Defect::PostRetried, "the dialer sends an unanswered request a second time"),
    harmful(Defect::UnknownTakenForRefused, "an unanswered dial counts as refused"),
    harmful(Defect::UnknownTakenForUnreachable, "an unanswered dial counts as never sent"),
    harmful(Defect::ConflictTakenForStored, "a conflict on a line is reported as stored"),
    harmful(Defect::UnansweredClaimTakenForStored, "an unanswered write of a line is reported as stored"),
    harmful(Defect::UnconditionalLines, "lines are written whatever is there"),
    harmful(Defect::UnconditionalRecords, "objects are written whatever is there"),
    harmful(Defect::NoLine, "holds are never seen"),
    harmful(Defect::HoldsExpire, "a hold that ran out is taken for a free line"),
    harmful(Defect::NoSweep, "the index of open lines is empty"),
    harmful(Defect::NobodyAsks, "no question to the provider is ever answered"),
    harmful(Defect::AlwaysAbsent, "the provider never knows of a call"),
    harmful(Defect::SuppressionForgotten, "the suppression is lost when a line is read"),
    harmful(Defect::CapForgotten, "the calls of the last 24 hours are lost when a line is read"),
    harmful(Defect::HomesForgotten, "the months of records are lost when a line is read"),
    harmful(Defect::LineFreedFirst, "the line is freed before the record is stored"),
    harmful(Defect::InboxNotStored, "results are not made durable on the line"),
    harmful(Defect::FailureAnsweredOk, "a webhook that failed is answered with 200"),
    harmful(Defect::StaleRecords, "runs read records as they were some seconds ago"),
    harmful(Defect::SteeringLeavesTheLine, "pause and removal do not touch the line"),
    harmful(Defect::CallIdsRewritten, "a repeated webhook looks like another call"),
    harmful(Defect::HoldShorterThanADial, "an unanswered dial is held for one minute"),
    harmful(Defect::ClockStopsWhenFrozen, "a frozen process does not notice that time has passed"),
    harmful(Defect::BrokenTakenForAbsent, "an object that does not parse is taken for none"),
    Planted {
        defect: Defect::LeaseIgnored,
        says: "the lease is never seen: a courtesy, the lines protect",
        is_harmful: false,
    },
];
