//! Which call completed a record.

use crate::{CallResult, Lead, PastCall, Policy, Status};

/// Returns the position in the history, counted from 1, of the last call that completed the record. 0 if the record was
/// completed without a known call, and `None` if it is not completed.
///
/// If the call that completed the record was corrected, only the other calls are left to complete it.
pub(super) fn completion(
    next: &Lead,
    before: Option<&Lead>,
    result: &CallResult,
    replaced: Option<&PastCall>,
    policy: &Policy,
) -> Option<usize> {
    let was_completed = before.is_some_and(|lead| lead.status == Status::Completed);
    let completes = |past: &PastCall| policy.completes(&past.outcome, past.callback.is_some());
    let calls = next.history.iter().enumerate().filter(|(_, past)| completes(past));
    // Settings change. A call that did not complete the record when it came in does not complete it now, so of a record that
    // was not completed only the new result counts.
    let counted = calls.filter(|(_, past)| was_completed || past.call == result.call);
    let without_a_known_call = was_completed && (!replaced.is_some_and(completes) || earlier_success(next, policy));
    counted.map(|(index, _)| index + 1).max().or(without_a_known_call.then_some(0))
}

/// Returns whether a call of the original that the history does not have completed the record.
fn earlier_success(lead: &Lead, policy: &Policy) -> bool {
    let earlier = lead.outcomes.len().saturating_sub(lead.history.len());
    lead.outcomes[..earlier].iter().any(|outcome| policy.completes(outcome, false))
}
