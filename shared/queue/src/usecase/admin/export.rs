//! Exports of whole months.
//!
//! A month is too large for one answer, and often for one request. So a request writes parts of an upload for some seconds, and the
//! next one goes on where it stopped. The object is in the format of the original. It is no snapshot: a record that changes during
//! the export is in it as it was before or after the change.

use super::Admin;
use crate::ports::{BoxError, Completed, PutPart, StoreError, error_chain};
use crate::store::cas::UpdateError;
use crate::store::exports::{Claimed, Kept};
use crate::store::records::{LeafWalk, Step, WalkError};
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::{Actor, AttemptId, Export, ExportState, Month, Writing};
use redial_formats::month_v1::{Joined, Leaf};
use std::time::Duration;

/// How long one request reads and uploads. It leaves time for the last part within the timeout of the function.
const WORKS: TimeDelta = TimeDelta::seconds(16);
/// When another request may go on. The function has ended by then.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How long a link is valid.
const LINK: Duration = Duration::from_mins(15);

/// What came of a request for a whole month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportedMonth {
    /// It is one object.
    Done {
        /// The number of records.
        records: u64,
        /// The length of the object in bytes.
        bytes: u64,
        /// Where anybody can download it.
        url: String,
        /// When the address ends.
        expires_at: DateTime<Utc>,
    },
    /// The next request goes on.
    Unfinished {
        /// The number of leaves that are uploaded.
        leaves_done: u64,
        /// About the number of leaves of the month. `None` before the first part.
        leaves: Option<u64>,
        /// Whether another request is at work.
        by_another: bool,
    },
}

/// Why a month is not exported.
#[derive(Debug, thiserror::Error)]
pub enum NotExported {
    /// The month has no objects.
    #[error("the month has no objects")]
    NoMonth,
    /// The month is so large that runs must divide it first.
    #[error("the month is one object that is too large to be read")]
    Undivided,
    /// An object is missing or cannot be understood. Its records would be missing in the export.
    #[error("{key} cannot be read")]
    Unreadable {
        /// The object.
        key: String,
        /// What is wrong with it.
        #[source]
        cause: BoxError,
    },
    /// The progress cannot be stored.
    #[error(transparent)]
    Progress(#[from] UpdateError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<WalkError> for NotExported {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Unreadable { key, cause } => Self::Unreadable { key, cause },
            WalkError::Store(error) => Self::Store(error),
        }
    }
}

impl Admin {
    /// Writes a month into one object, or goes on with it for some seconds. Returns a link to the object once it is whole. Of
    /// several requests one works, and the others learn how far it is.
    ///
    /// # Errors
    /// [`NotExported`]. What is uploaded by then stays, and the next request goes on with it.
    pub async fn export_month(&self, by: &Actor, month: Month) -> Result<ExportedMonth, NotExported> {
        let now = self.stores.clock.now();
        if self.stores.records.must_be_divided(month).await?.ok_or(NotExported::NoMonth)? {
            return Err(NotExported::Undivided);
        }
        let holder = AttemptId::new(now, self.stores.clock.chance()).to_string();
        let mut export = match self.stores.exports.claim(month, &holder, now + LEASE).await? {
            Claimed::Done(export) => return self.link(by, month, &export).await,
            Claimed::Others(export) => return Ok(unfinished(&export, true)),
            Claimed::Ours { export, given_up } => {
                if let Some(given_up) = given_up {
                    self.abort(&given_up).await;
                }
                export
            }
        };
        // Whatever fails, the progress is stored and the lease ends, so that the next request can go on.
        let written = self.write(month, &mut export, now + WORKS).await;
        let kept = self.stores.exports.keep(month, &holder, &export).await;
        written?;
        match (kept?, &export.state) {
            (Kept::Others(export), _) => Ok(unfinished(&export, true)),
            (Kept::Ours, ExportState::Writing(_)) => Ok(unfinished(&export, false)),
            (Kept::Ours, ExportState::Done(_)) => self.link(by, month, &export).await,
        }
    }

    async fn link(&self, by: &Actor, month: Month, export: &Export) -> Result<ExportedMonth, NotExported> {
        let expires_at = self.stores.clock.now() + LINK;
        let url = self.uploads.link(&export.key, LINK).await?;
        let (records, bytes) = (export.records, export.bytes);
        // Never the address: whoever has it can download the month.
        tracing::info!(actor = by.name(), %month, records, bytes, "a month was exported");
        Ok(ExportedMonth::Done { records, bytes, url, expires_at })
    }

    /// Writes until the object is whole or the time is over.
    async fn write(&self, month: Month, export: &mut Export, deadline: DateTime<Utc>) -> Result<(), NotExported> {
        let ExportState::Writing(writing) = &mut export.state else { return Ok(()) };
        let mut walk = self.stores.records.walk_in_order(month, writing.next).await?.ok_or(NotExported::NoMonth)?;
        let division = walk.division().map(ToOwned::to_owned);
        if writing.next == 0 {
            writing.division = division;
        } else if writing.next < Export::END && writing.division != division {
            // Another month is in its place.
            return self.begin_anew(month, export).await;
        }
        match self.upload(&mut walk, export, deadline).await? {
            Uploaded::Part => Ok(()),
            Uploaded::Gone => self.begin_anew(month, export).await,
            Uploaded::Whole if self.stores.clock.now() >= deadline => Ok(()),
            Uploaded::Whole => self.complete(month, export).await,
        }
    }

    /// Uploads the leaves of a walk.
    async fn upload(
        &self,
        walk: &mut LeafWalk<'_>,
        export: &mut Export,
        deadline: DateTime<Utc>,
    ) -> Result<Uploaded, NotExported> {
        let mut next = NextPart::after(export);
        loop {
            if self.stores.clock.now() >= deadline {
                // The leaves since the last part are read again by the next request.
                return Ok(Uploaded::Part);
            }
            let (leaf, place) = match walk.step().await? {
                Step::Leaf(leaf, place) => (leaf, place),
                Step::End => return Ok(Uploaded::Whole),
                Step::Replaced => return Ok(Uploaded::Gone),
            };
            next.add(&leaf, place);
            let is_last = place == Export::END;
            if !is_last && next.text.len() < self.uploads.part_bytes() {
                continue;
            }
            if is_last {
                // In the same part as the last leaf, so that a walk that is at its end has nothing left to upload.
                next.text.close();
            }
            if !self.store(&mut next, export).await? {
                return Ok(Uploaded::Gone);
            }
        }
    }

    /// Uploads a part, and notes it in the progress. Returns whether the upload is still there.
    async fn store(&self, next: &mut NextPart, export: &mut Export) -> Result<bool, StoreError> {
        let ExportState::Writing(writing) = &mut export.state else { return Ok(false) };
        let upload = match &writing.upload {
            Some(upload) => upload,
            None => writing.upload.insert(self.uploads.begin(&export.key).await?),
        };
        let text = next.text.take();
        let bytes = length(text.len());
        let number = writing.parts.len() + 1;
        let PutPart::Stored(tag) = self.uploads.part(&export.key, upload, number, text).await? else {
            return Ok(false);
        };
        writing.parts.push(tag);
        writing.next = next.place;
        export.leaves += std::mem::take(&mut next.leaves);
        export.records += std::mem::take(&mut next.records);
        export.bytes += bytes;
        Ok(true)
    }

    /// Makes one object of the parts.
    async fn complete(&self, month: Month, export: &mut Export) -> Result<(), NotExported> {
        let ExportState::Writing(Writing { upload: Some(upload), parts, .. }) = &export.state else {
            return self.begin_anew(month, export).await;
        };
        let is_there = match self.uploads.complete(&export.key, upload, parts).await? {
            Completed::Stored => true,
            // Perhaps the answer to an earlier completion was lost.
            Completed::Gone => self.stores.exports.has(&export.key, export.bytes).await?,
        };
        if !is_there {
            return self.begin_anew(month, export).await;
        }
        export.state = ExportState::Done(self.stores.clock.now());
        Ok(())
    }

    /// Gives an export up that cannot go on. The next request begins with the new one.
    async fn begin_anew(&self, month: Month, export: &mut Export) -> Result<(), NotExported> {
        tracing::warn!(%month, key = export.key, "the export of a month cannot go on, so it begins anew");
        self.abort(export).await;
        *export = self.stores.exports.begin(month);
        Ok(())
    }

    /// Deletes the parts of an export that is given up. The bucket deletes what stays after an error.
    async fn abort(&self, export: &Export) {
        let ExportState::Writing(Writing { upload: Some(upload), .. }) = &export.state else { return };
        if let Err(error) = self.uploads.abort(&export.key, upload).await {
            tracing::warn!(key = export.key, error = error_chain(&error), "the parts of an export stay for a day");
        }
    }
}

/// How far an upload came.
enum Uploaded {
    /// The time is over.
    Part,
    /// All leaves are in its parts.
    Whole,
    /// The upload or its month is gone.
    Gone,
}

/// The leaves since the last part.
struct NextPart {
    text: Joined,
    leaves: u64,
    records: u64,
    /// The place behind them.
    place: u64,
}

impl NextPart {
    fn after(export: &Export) -> Self {
        Self { text: Joined::after(export.records, export.bytes), leaves: 0, records: 0, place: 0 }
    }

    fn add(&mut self, leaf: &Leaf, place: u64) {
        self.text.add(leaf);
        self.leaves += 1;
        self.records += length(leaf.len());
        self.place = place;
    }
}

fn unfinished(export: &Export, by_another: bool) -> ExportedMonth {
    ExportedMonth::Unfinished { leaves_done: export.leaves, leaves: export.expected_leaves(), by_another }
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
