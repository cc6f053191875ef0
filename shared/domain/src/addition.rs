//! Leads that operators add, by hand or from a list.

use super::{Lead, LeadWindow, NewLead, Policy, admit};
use chrono::{DateTime, TimeDelta, Utc};

/// A first dial further ahead than 90 days is taken for a mistake.
const FURTHEST: TimeDelta = TimeDelta::days(90);
/// A time that has passed still counts for a day, because a list may be imported late and a request may be sent again.
const LATEST: TimeDelta = TimeDelta::days(1);

/// A lead that an operator adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The lead.
    pub new: NewLead,
    /// When it is due. `None` if it is due at once.
    pub at: Option<DateTime<Utc>>,
}

/// Why a lead cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdditionError {
    /// The time of its first dial is long over.
    #[error("at is more than a day in the past; send a later time, or none to dial at once")]
    Past,
    /// The time of its first dial is further ahead than leads are dialed.
    #[error("at is more than {0} days ahead; send an earlier time")]
    TooFar(i64),
    /// It would no longer be dialed on the day of its first dial.
    #[error("at is not today, and with lead_window=today a lead is dialed only on the day on which it is added")]
    NotToday,
    /// The consent was given in the future.
    #[error("consent_at is in the future; send the time at which the person agreed")]
    ConsentAhead,
}

impl AdditionError {
    /// Returns the field that is wrong.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Past | Self::TooFar(_) | Self::NotToday => "at",
            Self::ConsentAhead => "consent_at",
        }
    }
}

impl Addition {
    /// Checks the times of the lead: under this policy a run dials it at its time.
    ///
    /// # Errors
    /// [`AdditionError`] says which time is wrong.
    pub fn check(&self, now: DateTime<Utc>, policy: &Policy) -> Result<(), AdditionError> {
        // Clocks differ.
        if self.new.profile.consent.as_ref().is_some_and(|consent| consent.at > now + LATEST) {
            return Err(AdditionError::ConsentAhead);
        }
        let Some(at) = self.at else { return Ok(()) };
        // A lead is called within the retention time after its creation.
        let furthest = FURTHEST.min(TimeDelta::days(policy.retention_days.into()));
        let day = |at: DateTime<Utc>| at.with_timezone(&policy.business_hours.zone).date_naive();
        match policy.lead_window {
            _ if at < now - LATEST => Err(AdditionError::Past),
            _ if at > now + furthest => Err(AdditionError::TooFar(furthest.num_days())),
            LeadWindow::Today if day(at) > day(now) => Err(AdditionError::NotToday),
            LeadWindow::Today | LeadWindow::Retention => Ok(()),
        }
    }
}

/// Makes the record of an added lead: never called, and due at its time. `None` if there is a record already, which stays as it
/// is.
#[must_use]
pub fn add(lead: Option<&Lead>, addition: &Addition, now: DateTime<Utc>) -> Option<Lead> {
    let lead = admit(lead, &addition.new, false, now)?;
    // A time that has passed must not take the turn of leads that have waited longer.
    let next_redial = addition.at.map_or(now, |at| at.max(now));
    Some(Lead { next_redial, ..lead })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use crate::builders::{at, lead, lead_id, phone, policy_with, profile};
    use crate::law::ConsentEvidence;
    use rstest::rstest;

    /// A Wednesday, 14:00 in New York.
    const NOON: &str = "2025-12-17T19:00:00Z";

    fn addition(time: Option<&str>) -> Addition {
        let new = NewLead { lead: lead_id("1"), phone: phone(1), profile: profile() };
        Addition { new, at: time.map(at) }
    }

    #[rstest]
    #[case::at_once(None, NOON)]
    #[case::later(Some("2025-12-18T15:00:00Z"), "2025-12-18T15:00:00Z")]
    #[case::a_time_that_has_passed(Some("2025-12-17T15:00:00Z"), NOON)]
    fn an_added_lead_is_a_record_without_calls(#[case] time: Option<&str>, #[case] due: &str) {
        let added = add(None, &addition(time), at(NOON)).unwrap();
        assert_eq!(added, Lead { next_redial: at(due), ..lead(1, at(NOON)) });
        assert_eq!((added.status, added.attempts, added.history.len()), (Status::Pending, 0, 0));
    }

    #[test]
    fn a_record_that_is_there_stays_as_it_is() {
        let known = Lead { status: Status::Completed, ..lead(1, at("2025-12-01T19:00:00Z")) };
        assert_eq!(add(Some(&known), &addition(None), at(NOON)), None);
    }

    #[rstest]
    #[case::a_day_ago("2025-12-16T19:00:00Z", Ok(()))]
    #[case::longer_ago("2025-12-16T18:59:59Z", Err(AdditionError::Past))]
    #[case::the_last_day("2026-03-17T19:00:00Z", Ok(()))]
    #[case::later_than_that("2026-03-17T19:00:01Z", Err(AdditionError::TooFar(90)))]
    fn the_first_dial_is_soon(#[case] time: &str, #[case] expected: Result<(), AdditionError>) {
        assert_eq!(addition(Some(time)).check(at(NOON), &policy_with(&[("retention_days", "120")])), expected);
    }

    #[test]
    fn a_lead_is_not_added_for_a_time_at_which_it_is_no_longer_called() {
        let later = addition(Some("2025-12-25T19:00:00Z"));
        let policy = policy_with(&[("retention_days", "7")]);
        assert_eq!(later.check(at(NOON), &policy), Err(AdditionError::TooFar(7)));
        let policy = policy_with(&[("lead_window", "today")]);
        // In New York it is still the same day.
        assert_eq!(addition(Some("2025-12-18T04:59:59Z")).check(at(NOON), &policy), Ok(()));
        assert_eq!(addition(Some("2025-12-18T05:00:00Z")).check(at(NOON), &policy), Err(AdditionError::NotToday));
        assert_eq!(addition(None).check(at(NOON), &policy), Ok(()));
    }

    #[test]
    fn nobody_has_agreed_tomorrow() {
        let mut ahead = addition(None);
        ahead.new.profile.consent = ConsentEvidence::of("written", Some(at("2025-12-18T19:00:01Z")), "form", "");
        let error = ahead.check(at(NOON), &policy_with(&[])).unwrap_err();
        assert_eq!((error, error.field()), (AdditionError::ConsentAhead, "consent_at"));
    }
}
