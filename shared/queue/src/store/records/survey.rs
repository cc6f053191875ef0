//! What every leaf of some months has, without reading the leaves that are unchanged.
//!
//! A list gives the version of each object. A digest that was made of that version counts, wherever it comes from: this
//! process, or the index that a run has stored. Everything else is read.

use super::scan::Collected;
use super::tree::Node;
use super::walk::{Object, Readable, Walk, replaced};
use super::{Found, Large, PREFIX, Records, Scan, index};
use crate::ports::{BoxError, Entry, StoreError, Version, Versioned};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use redial_domain::{Forbidden, Month, Phone, Status};
use redial_formats::month_v1::{Branch, Digest, Leaf, Row};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Objects read at once.
const READERS: usize = 16;
/// What is due so soon is read after the survey.
const SOON: TimeDelta = TimeDelta::minutes(5);

/// A leaf with its digest, or why it cannot be understood.
pub(super) type Digested = Result<(Arc<Leaf>, Arc<Digest>), BoxError>;

/// The digests of all leaves of some months, newest month first.
#[derive(Debug, Default)]
pub struct Survey {
    leaves: Vec<Surveyed>,
    /// Objects that could not be read. Their leads wait.
    pub unreadable_objects: Vec<String>,
    pub(super) unreadable_places: Vec<(Month, Branch)>,
    /// Objects that are larger than the limit. A run divides them.
    pub overgrown: Vec<Node>,
    /// Objects that are too large to be read at once. Their leads wait until runs have divided them.
    pub large: Vec<Large>,
}

#[derive(Debug)]
struct Surveyed {
    node: Node,
    version: Version,
    digest: Arc<Digest>,
}

/// What is at the place of an object, with the digest of a leaf.
enum Seen {
    Nothing,
    Replaced,
    Divided(Vec<Node>),
    Leaf(Version, Arc<Digest>),
    TooLarge(Version, u64),
}

/// Returns whether a record with this status waits for a dial.
fn waits(status: Option<Status>) -> bool {
    matches!(status, Some(Status::Pending | Status::Rescheduled))
}

impl Survey {
    fn add(&mut self, older: Self) {
        self.leaves.extend(older.leaves);
        self.unreadable_objects.extend(older.unreadable_objects);
        self.unreadable_places.extend(older.unreadable_places);
        self.overgrown.extend(older.overgrown);
        self.large.extend(older.large);
    }

    /// Returns every row with its digest, newest month first.
    fn rows(&self) -> impl Iterator<Item = (&Row, &Digest)> {
        self.leaves.iter().flat_map(|leaf| leaf.digest.rows().iter().map(|row| (row, &*leaf.digest)))
    }

    /// Returns the rows that count, as of all records of a lead only the newest does. `None` is the status of a record that
    /// cannot be read.
    pub fn counting(&self) -> impl Iterator<Item = (&Row, Option<Status>)> {
        let mut seen = HashSet::new();
        self.rows().filter_map(move |(row, digest)| {
            let status = digest.status(row);
            (seen.insert((row.key, row.number)) || status.is_none()).then_some((row, status))
        })
    }

    /// Returns the numbers of records that cannot be read.
    #[must_use]
    pub fn unreadable(&self) -> HashSet<u32> {
        self.rows().filter(|(row, digest)| digest.status(row).is_none()).map(|(row, _)| row.number).collect()
    }

    /// Returns the number of records that cannot be read.
    #[must_use]
    pub fn unreadable_records(&self) -> usize {
        self.rows().filter(|(row, digest)| digest.status(row).is_none()).count()
    }

    /// Returns the number of records, also of those that do not count.
    #[must_use]
    pub fn len(&self) -> usize {
        self.leaves.iter().map(|leaf| leaf.digest.rows().len()).sum()
    }

    /// Returns whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the numbers with a record that waits for a dial not later than this.
    #[must_use]
    pub fn due(&self, until: DateTime<Utc>) -> HashSet<u32> {
        let due = self.rows().filter(|(row, digest)| row.next_redial <= until && waits(digest.status(row)));
        due.map(|(row, _)| row.number).collect()
    }

    /// Returns the rows that count and wait for a dial not later than this.
    #[must_use]
    pub fn waiting(&self, until: DateTime<Utc>) -> Vec<&Row> {
        let waiting = self.counting().filter(|(row, status)| row.next_redial <= until && waits(*status));
        waiting.map(|(row, _)| row).collect()
    }

    /// Returns the do-not-calls of all records. A number may be in it more than once.
    pub fn refusals(&self) -> impl Iterator<Item = (&Phone, &Forbidden)> {
        self.leaves.iter().flat_map(|leaf| leaf.digest.refusals()).map(|(phone, forbidden)| (phone, forbidden))
    }

    /// Returns the numbers that a record forbids to call while another record is not completed.
    #[must_use]
    pub fn forbidden_and_waiting(&self) -> HashSet<u32> {
        let forbidden: HashSet<u32> = self.refusals().map(|(phone, _)| Row::number_of(phone)).collect();
        let waits = |status: Option<Status>| status.is_some_and(|status| status != Status::Completed);
        let waiting = self.rows().filter(|(row, digest)| forbidden.contains(&row.number) && waits(digest.status(row)));
        waiting.map(|(row, _)| row.number).collect()
    }
}

impl Records {
    /// Returns the digests of all leaves of these months, which are given newest first. Reads the leaves that changed since
    /// their digests were made.
    ///
    /// # Errors
    /// When the store is unavailable. What cannot be understood is noted instead.
    pub async fn survey(&self, months: &[Month]) -> Result<Survey, StoreError> {
        let mut survey = Survey::default();
        for month in months {
            // The second time begins without a marker.
            let of_month = match self.survey_month(*month).await? {
                Some(of_month) => Some(of_month),
                None => self.survey_month(*month).await?,
            };
            survey.add(of_month.ok_or_else(|| replaced(*month))?);
        }
        Ok(survey)
    }

    /// Returns `None` if the month was replaced meanwhile.
    async fn survey_month(&self, month: Month) -> Result<Option<Survey>, StoreError> {
        let listed = self.blobs.entries(&format!("{PREFIX}{month}")).await?;
        let mut listed: HashMap<String, Entry> = listed.into_iter().map(|entry| (entry.key.clone(), entry)).collect();
        let index = listed.remove(&index::key_of(month)).map(|entry| entry.version);
        if index.is_some() && self.digests.is_new(month) {
            self.load_index(month).await;
        }
        let root = Node::root(month);
        if !listed.contains_key(root.key()) {
            self.cache.markers.forget(month);
        }
        let mut survey = Survey::default();
        let mut level = vec![root];
        while !level.is_empty() {
            let listed = &listed;
            let looks = level.into_iter().map(|node| async move {
                let seen = self.look(&node, listed.get(node.key())).await;
                (node, seen)
            });
            let seen: Vec<_> = stream::iter(looks).buffered(READERS).collect().await;
            level = Vec::new();
            for (node, seen) in seen {
                match seen {
                    Ok(Seen::Nothing) => {}
                    Ok(Seen::Replaced) => return Ok(None),
                    Ok(Seen::Divided(children)) => level.extend(children),
                    Ok(Seen::Leaf(version, digest)) => {
                        if self.limits.children_of(&digest, node.branch).is_some() {
                            survey.overgrown.push(node.clone());
                        }
                        survey.leaves.push(Surveyed { node, version, digest });
                    }
                    Ok(Seen::TooLarge(version, bytes)) => {
                        let written = self.progress(&node, &version, |key| listed.contains_key(key)).await?;
                        tracing::warn!(%month, key = node.key(), bytes, "a month object is too large to be read at once; its leads wait");
                        survey.unreadable_places.push((month, node.branch));
                        survey.large.push(Large { node, version, bytes, written });
                    }
                    Err(StoreError::Unusable(error)) => {
                        tracing::error!(%month, key = node.key(), %error, "a month object cannot be read; its leads wait");
                        survey.unreadable_places.push((month, node.branch));
                        survey.unreadable_objects.push(node.key);
                    }
                    Err(unavailable) => return Err(unavailable),
                }
            }
        }
        self.digests.keep(month, index, survey.leaves.iter().map(|leaf| (&leaf.node, &leaf.version, &leaf.digest)));
        Ok(Some(survey))
    }

    /// Looks at an object as it was `listed`. Reads it only if its digest is not known.
    async fn look(&self, node: &Node, listed: Option<&Entry>) -> Result<Seen, StoreError> {
        match listed {
            Some(Entry { version, .. }) if let Some(digest) = self.digests.of(node, version) => {
                return Ok(Seen::Leaf(version.clone(), digest));
            }
            Some(Entry { version, bytes, .. }) if *bytes > self.limits.whole_bytes => {
                return Ok(Seen::TooLarge(version.clone(), *bytes));
            }
            None if node.is_root() => return Ok(Seen::Nothing),
            // It may have been made since the list. If it is missing, that is an error.
            Some(_) | None => {}
        }
        let was_kept = self.cache.leaf(node).is_some();
        Ok(match self.object(node).await? {
            Object::Nothing => Seen::Nothing,
            Object::Replaced => Seen::Replaced,
            Object::Divided(children) => Seen::Divided(children),
            Object::Leaf(Versioned { value, version }) => {
                let digest = Arc::new(Digest::of(&value));
                if !(was_kept || self.will_be_read(node, &digest)) {
                    self.cache.keep(node, None);
                }
                Seen::Leaf(version, digest)
            }
        })
    }

    /// Returns whether a run dials from a leaf or divides it. A process without an index looks at all leaves, and keeping the
    /// others would take the memory of all records.
    fn will_be_read(&self, node: &Node, digest: &Digest) -> bool {
        let soon = self.clock.now() + SOON;
        let is_due = |row: &Row| row.next_redial <= soon && waits(digest.status(row));
        self.limits.children_of(digest, node.branch).is_some() || digest.rows().iter().any(is_due)
    }

    /// Reads the records of these numbers, as [`Records::scan`] reads all. What comes in after the survey may be missing.
    ///
    /// # Errors
    /// When the store is unavailable. What cannot be understood is counted instead, as in the survey.
    pub async fn scan_numbers(&self, survey: &Survey, numbers: &HashSet<u32>) -> Result<Scan, StoreError> {
        self.scan_rows(survey, |row| numbers.contains(&row.number), |_| true).await
    }

    /// Does as [`Records::scan_numbers`] for the wanted rows, which must be all of a number or none, and keeps only some of the
    /// records.
    ///
    /// # Errors
    /// As [`Records::scan_numbers`].
    pub async fn scan_rows(
        &self,
        survey: &Survey,
        is_wanted: impl Fn(&Row) -> bool + Sync,
        keep: impl Fn(&Found) -> bool + Sync,
    ) -> Result<Scan, StoreError> {
        let mut collected = Collected::new(self.clock.now(), keep);
        collected.scan.overgrown.clone_from(&survey.overgrown);
        collected.scan.unreadable_objects.clone_from(&survey.unreadable_objects);
        collected.scan.unreadable_places.clone_from(&survey.unreadable_places);
        collected.scan.large.clone_from(&survey.large);
        let mut leaves = self.leaves_with_rows(survey, &is_wanted);
        while let Some(read) = leaves.try_next().await? {
            for (node, leaf) in read {
                match leaf {
                    Ok((leaf, digest)) => {
                        collected.add(node.month, &leaf, |place| digest.rows().get(place).is_none_or(&is_wanted));
                    }
                    Err(error) => collected.cannot_read(node, &error),
                }
            }
        }
        let mut scan = collected.scan;
        scan.unreadable_records = u32::try_from(survey.unreadable_records()).unwrap_or(u32::MAX);
        for (phone, forbidden) in survey.refusals() {
            scan.facts.entry(phone.clone()).or_default().forbid(forbidden.clone());
        }
        Ok(scan)
    }

    /// Reads the leaves that have such a row. One that cannot be understood comes with the reason.
    pub(super) fn leaves_with_rows<'a>(
        &'a self,
        survey: &'a Survey,
        is_wanted: impl Fn(&Row) -> bool + Send + 'a,
    ) -> impl Stream<Item = Result<Vec<(Node, Digested)>, StoreError>> + Unpin + 'a {
        let wanted = survey.leaves.iter().filter(move |leaf| leaf.digest.rows().iter().any(&is_wanted));
        Box::pin(stream::iter(wanted.map(|leaf| self.read_again(leaf))).buffered(READERS))
    }

    /// Reads a leaf of a survey, or the leaves into which it was divided since. Makes no request for one that is kept.
    async fn read_again(&self, surveyed: &Surveyed) -> Result<Vec<(Node, Digested)>, StoreError> {
        let node = &surveyed.node;
        if let Some(kept) = self.cache.leaf(node).filter(|kept| kept.version == surveyed.version) {
            return Ok(vec![(node.clone(), Ok((kept.value, Arc::clone(&surveyed.digest))))]);
        }
        let Walk::Leaves(leaves) = self.leaves_below(node.clone()).await? else { return Err(replaced(node.month)) };
        let digested = |(node, leaf): (Node, Readable)| {
            let leaf = leaf.map(|Versioned { value, version }| {
                let same = node.key == surveyed.node.key && version == surveyed.version;
                let digest = if same { Arc::clone(&surveyed.digest) } else { Arc::new(Digest::of(&value)) };
                (value, digest)
            });
            (node, leaf)
        };
        Ok(leaves.into_iter().map(digested).collect())
    }
}

#[cfg(test)]
mod tests;
