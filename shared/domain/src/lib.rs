//! The rules, as pure functions of values: no clock, no storage, no JSON.

pub mod activity;
mod actor;
mod addition;
pub mod breaker;
#[cfg(any(test, feature = "testing"))]
pub mod builders;
mod bulk;
mod cadence;
mod calls_of_day;
pub mod clock_shift;
mod command;
mod dial;
mod do_not_call;
mod export;
pub mod forecast;
mod ground;
pub mod hours;
mod id;
mod import;
pub mod law;
mod lead;
pub mod ledger;
pub mod line;
mod month;
mod number_facts;
mod outcome;
mod phone;
mod policy;
mod reason;
pub mod refusal;
mod report;
mod result;
mod review;
mod rules;
mod run;
mod selection;
pub mod settings;
mod settle;
mod unknown_fields;
pub mod verdict;
pub mod zones;

pub use actor::Actor;
pub use addition::{Addition, AdditionError, add};
pub use breaker::Breaker;
pub use bulk::{Bulk, BulkState, Effect, Effects, Impossible};
pub use cadence::Cadence;
pub use calls_of_day::CallsOfDay;
pub use command::{Command, Commanded, command};
pub use dial::{CallState, DialOrder};
pub use export::{Export, ExportState, Turn, Writing};
pub use ground::{Field, Ground};
pub use hours::{BusinessHours, CallingHours};
pub use id::{AttemptId, CallId, IdError, LeadId, LeadKey, LeadRef};
pub use import::{BAD_LINES_KEPT, BadLine, Import, ImportState};
pub use lead::{CALLS_KEPT, Lead, OUTCOMES_KEPT, OperatorCallback, OtherCall, PastCall, Status};
pub use line::{AgentCall, Allowed, Closed, Hold, KnownCall, Line, Retire, Suppression, Told, Waiting};
pub use month::Month;
pub use number_facts::{Forbidden, NumberFacts, RecordedCall};
pub use outcome::Outcome;
pub use phone::{Phone, PhoneError};
pub use policy::{LeadWindow, Policy};
pub use reason::{NotAResult, Unattached};
pub use report::{Afterthought, Conversation, Evidence, Report};
pub use result::{Arrival, CallResult, CallbackTime, InCall, NewLead, Profile, Source};
pub use review::{POSSIBLE_DO_NOT_CALL, Review, doubt};
pub use rules::{
    Decided, DoNotCall, Judged, Judgment, KnownFrom, Refused, TransferRule, is_do_not_call, judge, judgment, logged,
    unknown_code,
};
pub use run::{Lease, RUNS_KEPT, RunEnd, RunState, RunSummary, Stop};
pub use selection::{BulkCommand, MOST_SELECTED, NotConfirmable, Seen, Selected, Selection};
pub use settle::{CallbackError, Settled, admit, callback_ahead, defer, fell_back, refuse, retire, settle};
pub use unknown_fields::UnknownFields;
pub use verdict::{Facts, Verdict, verdict};

#[cfg(test)]
mod tests;
