//! What was dialed and what came of it.

use super::{Admin, MOST_OBJECTS};
use crate::ports::{Entry, StoreError};
use crate::store::ledger::written_at;
use crate::store::records::{NotShown, Shown};
use bytes::Bytes;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use futures_util::TryStreamExt;
use redial_domain::activity::{Activity, Count, Dials, Span};
use redial_domain::hours;
use redial_formats::ledger_v1::Told;

/// The longest range: 31 days, of which one may have an hour more.
const LONGEST: TimeDelta = TimeDelta::hours(31 * 24 + 1);
/// The range that is counted if no other is asked for.
const USUAL: TimeDelta = TimeDelta::hours(24);
/// A run stores within this time what became of its attempts. In this time a callback is also kept in time.
const AFTERWARDS: TimeDelta = TimeDelta::minutes(30);
/// The most bytes of the ledger that are read for one answer. Reading more takes longer than a request may.
pub const MOST_BYTES: u64 = 200_000_000;

/// Where a range begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A day of the business time zone. A range ends with the end of its last day.
    Day(NaiveDate),
    /// An instant. A range ends before it.
    At(DateTime<Utc>),
}

/// What was dialed in a range, and what came of it.
#[derive(Debug, Clone)]
pub struct ActivityView {
    /// The range.
    pub span: Span,
    /// What was counted.
    pub activity: Activity,
    /// Objects and lines of the ledger that cannot be read. Their dials are not counted.
    pub unread_ledger: usize,
    /// Records and objects of records that cannot be read. Their calls are not counted.
    pub unread: NotShown,
    /// When it was counted.
    pub at: DateTime<Utc>,
}

/// Why nothing was counted.
#[derive(Debug, thiserror::Error)]
pub enum NotCounted {
    /// The range has no time.
    #[error("from is not before to")]
    Empty,
    /// The range is too long.
    #[error("the range is longer than 31 days")]
    TooLong,
    /// The ledger has so many objects, and so many bytes, of this time.
    #[error("the ledger has {objects} objects with {bytes} bytes of this time")]
    TooMuch {
        /// Objects.
        objects: usize,
        /// Bytes of all objects.
        bytes: u64,
    },
    /// Something cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Admin {
    /// Counts what was dialed in a range, at most 31 days, and what came of it. Without `to` the range ends now, and without
    /// `from` it has 24 hours. Dials are those of the ledger, calls are those of the records of the open months.
    ///
    /// # Errors
    /// [`NotCounted`]: also if the ledger has more than one request can read, because then the numbers would be wrong.
    pub async fn activity(&self, from: Option<Bound>, to: Option<Bound>) -> Result<ActivityView, NotCounted> {
        let policy = self.stores.settings.load().await?.policy;
        let at = self.stores.clock.now();
        let span = span(from, to, policy.business_hours.zone, at)?;
        let (dials, unread_ledger) = self.dials(span).await?;
        let mut count = Count::new(span, at, dials);
        let records = &self.stores.records;
        let survey = records.survey(&self.open_months(&policy)).await?;
        let unread = records.visit(&survey, |shown| match shown {
            Shown::Newest(found) => {
                count.calls_of(&found.lead);
                count.callbacks_of(&found.lead);
            }
            Shown::Older(found) => count.calls_of(&found.lead),
        });
        let unread = unread.await?;
        Ok(ActivityView { span, activity: count.finish(), unread_ledger, unread, at })
    }

    /// Returns the attempts of a range and of some minutes after it, and how many objects and lines cannot be read.
    async fn dials(&self, span: Span) -> Result<(Dials, usize), NotCounted> {
        let ledger = &self.stores.ledger;
        let end = span.to + AFTERWARDS;
        let (first, last) = (span.from.date_naive(), end.date_naive());
        let mut objects: Vec<Entry> = Vec::new();
        for day in first.iter_days().take_while(|day| *day <= last) {
            objects.extend(ledger.entries(day).await?);
        }
        // An object has nothing that happened after it was written.
        objects.retain(|object| written_at(&object.key).is_none_or(|written| span.from <= written && written <= end));
        let bytes = objects.iter().map(|object| object.bytes).sum();
        if objects.len() > MOST_OBJECTS || bytes > MOST_BYTES {
            return Err(NotCounted::TooMuch { objects: objects.len(), bytes });
        }
        let (mut dials, mut unread) = (Dials::default(), 0);
        let mut reads = ledger.read(objects.into_iter().map(|object| object.key).collect());
        while let Some((_, object)) = reads.try_next().await? {
            unread += add_object(&mut dials, object.as_ref());
        }
        Ok((dials, unread))
    }
}

/// Adds what an object tells of dials. Returns how much of it cannot be read.
fn add_object(dials: &mut Dials, object: Option<&Bytes>) -> usize {
    let Some(text) = object.and_then(|object| std::str::from_utf8(object).ok()) else { return 1 };
    let mut unread = 0;
    for line in text.lines() {
        match Told::read(line) {
            Some(Told::Dialed(dialed)) => dials.add(dialed),
            Some(Told::NotCalled(attempt)) => dials.not_called(attempt),
            Some(Told::Other) => {}
            None => unread += 1,
        }
    }
    unread
}

/// Returns the range that is meant.
fn span(from: Option<Bound>, to: Option<Bound>, zone: Tz, now: DateTime<Utc>) -> Result<Span, NotCounted> {
    let start_of = |day: NaiveDate| hours::instant(day.and_time(NaiveTime::MIN), zone);
    let to = match to {
        None => now,
        Some(Bound::At(at)) => at,
        Some(Bound::Day(day)) => start_of(day.checked_add_days(Days::new(1)).ok_or(NotCounted::TooLong)?),
    };
    let from = match from {
        None => to.checked_sub_signed(USUAL).ok_or(NotCounted::TooLong)?,
        Some(Bound::At(at)) => at,
        Some(Bound::Day(day)) => start_of(day),
    };
    match to - from {
        length if length <= TimeDelta::zero() => Err(NotCounted::Empty),
        length if length > LONGEST => Err(NotCounted::TooLong),
        _ => Ok(Span { from, to, zone }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders::at;
    use rstest::rstest;

    const NOW: &str = "2025-12-17T19:00:00Z";

    fn day(text: &str) -> Option<Bound> {
        Some(Bound::Day(text.parse().unwrap()))
    }

    fn instant(text: &str) -> Option<Bound> {
        Some(Bound::At(at(text)))
    }

    #[rstest]
    #[case(None, None, "2025-12-16T19:00:00Z", NOW)]
    #[case(day("2025-12-15"), None, "2025-12-15T05:00:00Z", NOW)]
    #[case(day("2025-12-15"), day("2025-12-15"), "2025-12-15T05:00:00Z", "2025-12-16T05:00:00Z")]
    #[case(None, day("2025-12-15"), "2025-12-15T05:00:00Z", "2025-12-16T05:00:00Z")]
    #[case(instant("2025-12-15T12:00:00Z"), day("2025-12-15"), "2025-12-15T12:00:00Z", "2025-12-16T05:00:00Z")]
    // The clocks change on the second of November.
    #[case(day("2025-11-01"), day("2025-12-01"), "2025-11-01T04:00:00Z", "2025-12-02T05:00:00Z")]
    fn a_range_is_of_days_or_instants(
        #[case] from: Option<Bound>,
        #[case] to: Option<Bound>,
        #[case] first: &str,
        #[case] end: &str,
    ) {
        let zone = chrono_tz::America::New_York;
        assert_eq!(span(from, to, zone, at(NOW)).unwrap(), Span { from: at(first), to: at(end), zone });
    }

    #[rstest]
    #[case(day("2025-12-16"), day("2025-12-15"), "from is not before to")]
    #[case(instant(NOW), None, "from is not before to")]
    #[case(day("2025-11-01"), day("2025-12-02"), "longer than 31 days")]
    #[case(None, Some(Bound::Day(NaiveDate::MAX)), "longer than 31 days")]
    #[case(Some(Bound::Day(NaiveDate::MIN)), None, "longer than 31 days")]
    fn another_range_is_rejected(#[case] from: Option<Bound>, #[case] to: Option<Bound>, #[case] said: &str) {
        let error = span(from, to, chrono_tz::America::New_York, at(NOW)).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}
