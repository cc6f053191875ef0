//! Mistakes that the simulation must find. Each is made by a simulated port or actor; the use cases are as they are.

/// A planted mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    PostRetried,
    UnknownTakenForRefused,
    UnknownTakenForUnreachable,
    ConflictTakenForStored,
    UnansweredClaimTakenForStored,
    UnconditionalLines,
    StaleLineStored,
    UnconditionalRecords,
    NoLine,
    HoldsExpire,
    NoSweep,
    NobodyAsks,
    AlwaysAbsent,
    SuppressionForgotten,
    CapForgotten,
    LawForgotten,
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
    DayForgotten,
    SecondPayloadIgnored,
    DoubtIgnored,
    QuietTimeForgotten,
    UploadUnseen,
    RetiringForgotten,
    CorrectionIgnored,
    AgentCallForgotten,
    RemovalLasts,
    LedgerNotAwaited,
    LedgerFailureIgnored,
}

/// A planted mistake.
#[derive(Debug)]
pub struct Planted {
    /// The mistake.
    pub defect: Defect,
    /// What it is.
    pub says: &'static str,
    /// The first seed that found it.
    pub found_by: u64,
}

const fn planted(defect: Defect, says: &'static str, seed: u64) -> Planted {
    Planted { defect, says, found_by: seed }
}

pub const PLANTED: &[Planted] = &[
    planted(Defect::PostRetried, "the dialer sends an unanswered request a second time", 0),
    planted(Defect::UnknownTakenForRefused, "an unanswered dial counts as refused", 0),
    planted(Defect::UnknownTakenForUnreachable, "an unanswered dial counts as never sent", 0),
    planted(Defect::ConflictTakenForStored, "a conflict on a line is reported as stored", 153),
    planted(Defect::UnansweredClaimTakenForStored, "an unanswered write of a line is reported as stored", 44),
    planted(Defect::UnconditionalLines, "lines are written whatever is there", 1),
    planted(Defect::StaleLineStored, "what a process wrote on a line is taken for what is there", 42),
    planted(Defect::UnconditionalRecords, "objects are written whatever is there", 3),
    planted(Defect::NoLine, "holds are never seen", 0),
    planted(Defect::HoldsExpire, "a hold that ran out is taken for a free line", 0),
    planted(Defect::NoSweep, "the index of open lines is empty", 0),
    planted(Defect::NobodyAsks, "no question to the provider is ever answered", 0),
    planted(Defect::AlwaysAbsent, "the provider never knows of a call", 0),
    planted(Defect::SuppressionForgotten, "the suppression is lost when a line is read", 11),
    planted(Defect::CapForgotten, "a number may be called 50 times in 24 hours, whatever is set", 5),
    planted(Defect::LawForgotten, "the caps of states are not looked at", 4),
    planted(Defect::HomesForgotten, "the months of records are lost when a line is read", 29),
    planted(Defect::LineFreedFirst, "the line is freed before the record is stored", 0),
    planted(Defect::InboxNotStored, "results are not made durable on the line", 0),
    planted(Defect::FailureAnsweredOk, "a webhook that failed is answered with 200", 3),
    planted(Defect::StaleRecords, "runs read records as they were some seconds ago", 50),
    planted(Defect::SteeringLeavesTheLine, "pause and removal do not touch the line", 506),
    planted(Defect::CallIdsRewritten, "a repeated webhook looks like another call", 0),
    planted(Defect::HoldShorterThanADial, "an unanswered dial is held for one minute", 1042),
    planted(Defect::ClockStopsWhenFrozen, "a frozen process does not notice that time has passed", 8),
    planted(Defect::BrokenTakenForAbsent, "an object that does not parse is taken for none", 8),
    planted(Defect::LeaseIgnored, "the lease is never seen", 8),
    planted(Defect::DayForgotten, "the calls of the day are lost when the state of runs is read", 12),
    planted(Defect::SecondPayloadIgnored, "a refusal in a second payload is not heard", 25),
    planted(Defect::DoubtIgnored, "a possible do-not-call in a second payload is not heard", 166),
    planted(Defect::QuietTimeForgotten, "a number is dialed again right after a transfer", 6),
    planted(Defect::UploadUnseen, "runs do not see the calls that only an uploaded month has", 50),
    planted(Defect::RetiringForgotten, "a suppression does not ask for its records to be completed", 0),
    planted(Defect::CorrectionIgnored, "a corrected disposition is taken for a repeat", 0),
    planted(Defect::AgentCallForgotten, "the call with an agent is lost when a line is read", 0),
    planted(Defect::LedgerNotAwaited, "a call is requested before its entry is in the ledger", 1),
    planted(Defect::LedgerFailureIgnored, "entries are lost when an object of the ledger is not stored", 1),
    planted(Defect::RemovalLasts, "a removal of a suppression holds against a later do-not-call", 9),
];
