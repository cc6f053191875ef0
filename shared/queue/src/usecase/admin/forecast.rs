//! Whom the runs of the next hours dial.

use super::Admin;
use crate::ports::StoreError;
use crate::store::records::Survey;
use crate::usecase::run::{last_asked, last_dial};
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::forecast::{Forecast, Queue, Queued, Runs, forecast};
use redial_domain::settings::Settings;
use redial_domain::{Breaker, Policy};
use redial_formats::month_v1::Row;
use std::collections::HashSet;
use std::sync::Arc;

/// The most leads that are played forward. Of a larger queue a sample is played. An hour with 1 in 50 of their dials is then
/// certain to about 4 %.
const LEADS: usize = 25_000;
/// The most records that wait for a dial and are read for them: leads that share a number are played together. Twice as many
/// took 490 of the 512 MB that the admin function has, where a hundred leads share each number.
const RECORDS: usize = 50_000;

/// A forecast, and from what it was made.
#[derive(Debug, Clone)]
pub struct Forecasted {
    /// What runs do.
    pub forecast: Forecast,
    /// The settings under which they do it.
    pub policy: Arc<Policy>,
    /// Whether the provider is asked for calls at the beginning.
    pub breaker: Breaker,
    /// How many leads were played.
    pub sample: Sample,
    /// What could not be played.
    pub unseen: Unseen,
    /// For how long a run may dial.
    pub dialing: TimeDelta,
    /// When it begins.
    pub at: DateTime<Utc>,
}

/// How many leads a forecast was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Leads that wait for a dial in these hours, before any gate is asked.
    pub leads: usize,
    /// One of this many leads was played. 1 if all were.
    pub one_in: u32,
    /// Leads that were played and count.
    pub played: usize,
    /// Those of them whose last outcome is not known, mostly because they were never called.
    pub without_outcome: usize,
}

/// What a forecast does not know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unseen {
    /// Objects that cannot be read.
    pub objects: usize,
    /// Objects that runs divide before they dial anybody.
    pub large: usize,
    /// Records that cannot be understood.
    pub records: u32,
    /// Played leads that wait because an object of an older month cannot be read, and may have a record of them.
    pub beside_unreadable: usize,
    /// Whether a list of numbers to suppress is not imported to its end. No run dials before it is.
    pub import_unfinished: bool,
}

/// The queue as it is now, to be played under any settings.
struct Gathered {
    queue: Queue,
    sample: Sample,
    unseen: Unseen,
    run_timeout: TimeDelta,
    hours: u32,
    at: DateTime<Utc>,
}

impl Gathered {
    fn play(&self, policy: &Arc<Policy>) -> Forecasted {
        let at = self.at;
        let (dialing, one_in) = (last_dial(at + self.run_timeout) - at, self.sample.one_in);
        let runs = Runs { dialing, asked_within: last_asked(at) - at, one_in };
        Forecasted {
            forecast: forecast(&self.queue, policy, runs, at, self.hours),
            policy: Arc::clone(policy),
            breaker: self.queue.breaker.clone(),
            sample: self.sample,
            unseen: self.unseen,
            dialing,
            at,
        }
    }
}

impl Admin {
    /// Returns what the runs of the next hours do under the settings in force, by the verdict of a run. Reads the records and
    /// the lines of the leads that wait for a dial in these hours, or of a sample of them. Writes nothing.
    ///
    /// # Errors
    /// When records, lines, settings or the state of runs cannot be read.
    pub async fn forecast(&self, hours: u32) -> Result<Forecasted, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        Ok(self.gather(&policy, hours).await?.play(&policy))
    }

    /// Returns what they do under the settings in force, and under others.
    ///
    /// # Errors
    /// As [`Admin::forecast`], and if the other settings make no valid policy.
    pub async fn forecast_change(&self, to: &Settings, hours: u32) -> Result<[Forecasted; 2], StoreError> {
        let before = self.stores.settings.load().await?.policy;
        let after = Arc::new(self.stores.settings.policy_of(to, Arc::clone(&before.law))?);
        let longer = if after.retention_days > before.retention_days { &after } else { &before };
        let gathered = self.gather(longer, hours).await?;
        Ok([gathered.play(&before), gathered.play(&after)])
    }

    async fn gather(&self, policy: &Policy, hours: u32) -> Result<Gathered, StoreError> {
        let stores = &self.stores;
        let runs = stores.runs.state().await?;
        let import_unfinished = stores.imports.is_waiting().await?;
        let survey = stores.records.survey(&self.open_months(policy)).await?;
        let at = stores.clock.now();
        let waiting = survey.waiting(at + TimeDelta::hours(hours.into()));
        let (leads, (one_in, numbers)) = (waiting.len(), sample(&waiting, LEADS, RECORDS));
        drop(waiting);
        let is_wanted = |row: &Row| numbers.contains(&row.number);
        let mut scan = stores.records.scan_rows(&survey, is_wanted, |found| found.lead.waits_for_a_dial()).await?;
        let unread = unread(&survey);
        drop(survey);
        let all = std::mem::take(&mut scan.found);
        let (beside, found): (Vec<_>, Vec<_>) = all.into_iter().partition(|found| scan.may_have_older_record(found));
        let lines = self.lines_of(&found.iter().collect::<Vec<_>>(), &scan.facts, at).await?;
        let queued = found.into_iter().map(|found| {
            let counts = Row::is_in_sample(found.lead.key().stable_hash(), one_in);
            Queued { location: found.location, lead: found.lead, counts }
        });
        let queued: Vec<_> = queued.collect();
        let counting = || queued.iter().filter(|queued| queued.counts);
        let sample = Sample {
            leads,
            one_in,
            played: counting().count(),
            without_outcome: counting().filter(|queued| queued.lead.last_outcome.is_none()).count(),
        };
        Ok(Gathered {
            sample,
            unseen: Unseen { beside_unreadable: beside.len(), import_unfinished, ..unread },
            queue: Queue { leads: queued, lines, breaker: runs.breaker, calls: runs.calls },
            run_timeout: stores.settings.limits().run_timeout,
            hours,
            at,
        })
    }
}

fn unread(survey: &Survey) -> Unseen {
    Unseen {
        objects: survey.unreadable_objects.len(),
        large: survey.large.len(),
        records: u32::try_from(survey.unreadable_records()).unwrap_or(u32::MAX),
        ..Unseen::default()
    }
}

/// Chooses the leads that are played: one in so many, that about `leads` are, and all leads of their numbers, because these share
/// lines and caps. Fewer are chosen if that makes more than `records` records.
fn sample(waiting: &[&Row], leads: usize, records: usize) -> (u32, HashSet<u32>) {
    let mut one_in = u32::try_from(waiting.len().div_ceil(leads)).unwrap_or(u32::MAX).max(1);
    loop {
        let chosen = waiting.iter().filter(|row| Row::is_in_sample(row.key, one_in));
        let numbers: HashSet<u32> = chosen.map(|row| row.number).collect();
        let together = waiting.iter().filter(|row| numbers.contains(&row.number)).count();
        if together <= records || numbers.len() <= 1 {
            return (one_in, numbers);
        }
        one_in = one_in.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders::{at, lead, lead_id, phone};
    use redial_formats::month_v1::{Digest, Leaf};

    /// The digest of 900 leads with so many numbers.
    fn digest(numbers: u32) -> Digest {
        let mut leaf = Leaf::default();
        for n in 0..900 {
            let of_number = lead(n % numbers, at("2025-12-17T19:00:00Z"));
            let (id, phone) = (lead_id(&format!("lead{n}")), phone(n % numbers));
            leaf.replace_readable(&redial_domain::Lead { id, phone, ..of_number }).unwrap();
        }
        Digest::of(&leaf)
    }

    fn sampled(digest: &Digest, leads: usize, records: usize) -> (u32, usize) {
        let rows: Vec<&Row> = digest.rows().iter().collect();
        let (one_in, numbers) = sample(&rows, leads, records);
        assert!(rows.iter().all(|row| !Row::is_in_sample(row.key, one_in) || numbers.contains(&row.number)));
        (one_in, rows.iter().filter(|row| numbers.contains(&row.number)).count())
    }

    #[test]
    fn as_many_leads_are_played_as_fit() {
        let own_numbers = digest(900);
        assert_eq!(sampled(&own_numbers, 900, 900), (1, 900));
        let (one_in, together) = sampled(&own_numbers, 899, 900);
        assert_eq!((one_in, (405..495).contains(&together)), (2, true), "{together}");
        let (one_in, together) = sampled(&own_numbers, 90, 900);
        assert_eq!((one_in, (60..120).contains(&together)), (10, true), "{together}");
    }

    #[test]
    fn leads_of_one_number_are_played_together_and_fewer_of_them_if_these_are_too_many() {
        let shared = digest(90);
        let (one_in, together) = sampled(&shared, 450, 900);
        assert_eq!((one_in, (880..=900).contains(&together)), (2, true), "{together}");
        let (one_in, together) = sampled(&shared, 450, 270);
        assert!(one_in > 10 && (10..=270).contains(&together) && together % 10 == 0, "{one_in}: {together}");
        // One number is played, however many leads it has.
        assert_eq!(sampled(&digest(1), 450, 270), (2, 900));
    }
}
