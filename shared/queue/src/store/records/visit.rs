//! Shows all records one after the other.

use super::{Found, Records, Survey, location_of};
use crate::ports::StoreError;
use futures_util::TryStreamExt;
use redial_domain::LeadKey;
use std::collections::HashSet;

/// A record, and whether it counts as that of its lead.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// The newest record of its lead.
    Newest(&'a Found),
    /// The lead has a newer record.
    Older(&'a Found),
}

/// What could not be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotShown {
    /// Records that cannot be understood.
    pub records: usize,
    /// Objects that cannot be read, or that runs are dividing.
    pub objects: usize,
}

impl Records {
    /// Shows every record of a survey, also those that do not count. Holds some objects at a time.
    ///
    /// # Errors
    /// When the store is unavailable. What cannot be understood is counted instead.
    pub async fn visit(&self, survey: &Survey, mut show: impl FnMut(Shown<'_>)) -> Result<NotShown, StoreError> {
        let objects = survey.unreadable_objects.len() + survey.large.len();
        let mut not_shown = NotShown { records: 0, objects };
        let mut seen: HashSet<LeadKey> = HashSet::new();
        // Those of the newest month come first.
        let mut leaves = self.leaves_with_rows(survey, |_| true);
        while let Some(read) = leaves.try_next().await? {
            for (node, leaf) in read {
                let Ok((leaf, _)) = leaf else {
                    not_shown.objects += 1;
                    continue;
                };
                for (place, lead) in leaf.leads_where(|_| true) {
                    let Ok(lead) = lead else {
                        not_shown.records += 1;
                        seen.insert(LeadKey::of_place(place));
                        continue;
                    };
                    let is_newest = seen.insert(lead.key());
                    let found = Found { location: location_of(node.month, &lead), lead };
                    show(if is_newest { Shown::Newest(&found) } else { Shown::Older(&found) });
                }
            }
        }
        Ok(not_shown)
    }
}
