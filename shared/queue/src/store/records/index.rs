//! The index of a month: the digests of its leaves, stored by runs for processes that start. A cache, so that nothing is lost
//! when it is deleted, and a digest counts only with the version of its leaf.

use super::tree::Node;
use super::{PREFIX, RecordLimits, Records};
use crate::ports::{Expect, Put, StoreError, Version, error_chain};
use redial_domain::Month;
use redial_formats::index_v1::{self, Indexed};
use redial_formats::month_v1::Digest;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An index is stored again when one of so many leaves has changed.
const PART: usize = 32;

type ByKey = HashMap<String, (Version, Arc<Digest>)>;

/// The digests that this process knows, by month and key of the leaf.
#[derive(Debug, Default)]
pub(super) struct Digests(Mutex<BTreeMap<Month, Known>>);

#[derive(Debug, Default)]
struct Known {
    digests: ByKey,
    /// How many digests the stored index lacks.
    changed: usize,
    /// The version of the stored index, as it was listed last.
    stored: Option<Version>,
}

impl Digests {
    /// Returns the digest of a leaf of this version.
    pub(super) fn of(&self, node: &Node, version: &Version) -> Option<Arc<Digest>> {
        let known = self.known();
        let (of, digest) = known.get(&node.month)?.digests.get(&node.key)?;
        (of == version).then(|| Arc::clone(digest))
    }

    pub(super) fn is_new(&self, month: Month) -> bool {
        !self.known().contains_key(&month)
    }

    /// Keeps the digests of all leaves of a month, and no others. `stored` is the version of its stored index.
    pub(super) fn keep<'a>(
        &self,
        month: Month,
        stored: Option<Version>,
        all: impl Iterator<Item = (&'a Node, &'a Version, &'a Arc<Digest>)>,
    ) {
        let mut months = self.known();
        let known = months.entry(month).or_default();
        known.stored = stored;
        let before = std::mem::take(&mut known.digests);
        for (node, version, digest) in all {
            let is_known = before.get(&node.key).is_some_and(|(of, _)| of == version);
            known.changed += usize::from(!is_known);
            known.digests.insert(node.key.clone(), (version.clone(), Arc::clone(digest)));
        }
    }

    pub(super) fn forget(&self, month: Month) {
        self.known().remove(&month);
    }

    /// Returns the index of a month as bytes, and the version that it replaces, if enough has changed to store it.
    fn to_store(&self, month: Month, limits: &RecordLimits) -> Option<(Vec<u8>, Option<Version>)> {
        let months = self.known();
        let known = months.get(&month)?;
        let enough = limits.index_after.max(known.digests.len() / PART);
        if known.changed < enough {
            return None;
        }
        let leaves = known.digests.iter().map(|(key, (version, digest))| (key.as_str(), version.0.as_str(), &**digest));
        Some((index_v1::to_bytes(leaves), known.stored.clone()))
    }

    fn stored(&self, month: Month) {
        if let Some(known) = self.known().get_mut(&month) {
            known.changed = 0;
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Month, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    /// Reads the stored index of a month. Without one the leaves are read.
    pub(super) async fn load_index(&self, month: Month) {
        let stored = match self.blobs.get(&key_of(month)).await {
            Ok(Some(stored)) => stored,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%month, error = error_chain(&error), "the index of a month cannot be read");
                return;
            }
        };
        let digests = index_v1::parse(&stored.value).unwrap_or_else(|error| {
            tracing::info!(%month, %error, "the index of a month is made anew");
            Vec::new()
        });
        let digest = |Indexed { key, version, digest }| (key, (Version(version), Arc::new(digest)));
        let known = Known { digests: digests.into_iter().map(digest).collect(), ..Known::default() };
        self.digests.known().insert(month, known);
    }

    /// Stores the indexes of these months again in which enough has changed since.
    ///
    /// # Errors
    /// When the store is unavailable. A process that starts reads more leaves then.
    pub async fn store_indexes(&self, months: &[Month]) -> Result<(), StoreError> {
        for month in months {
            let Some((body, replaces)) = self.digests.to_store(*month, &self.limits) else { continue };
            let expect = replaces.map_or(Expect::Absent, Expect::At);
            let key = key_of(*month);
            // After a conflict the next run replaces what is there then.
            if let Put::Stored(_) = self.blobs.put(&key, body.into(), &expect).await? {
                self.digests.stored(*month);
            }
        }
        Ok(())
    }
}

/// Returns the key of the index of a month. It is no object of the tree, and goes with the month.
pub(super) fn key_of(month: Month) -> String {
    format!("{PREFIX}{month}/index")
}
