//! Changes the records of leads that get a command, with one write for each object.

use super::{Steer, Steered};
use crate::store::cas::UpdateError;
use crate::store::records::{Node, RecordChange, Updated, again};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use redial_domain::{Command, Commanded, Lead, LeadRef, Seen, command};

/// Objects written at once.
const WRITERS: usize = 8;

/// A record that is to be changed.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// The number of its lead.
    pub(super) number: usize,
    pub(super) location: LeadRef,
    /// The version for which the operator has decided.
    pub(super) seen: Option<Seen>,
    /// Whether a do-not-call of the number was confirmed before.
    pub(super) is_confirmed: bool,
}

/// Notes what came of the command for some leads, by their numbers. A lead that was removed stays so if it has no further record.
pub(super) fn note(
    all: &mut [Result<Steered, UpdateError>],
    some: impl IntoIterator<Item = (usize, Result<Steered, UpdateError>)>,
) {
    for (number, steered) in some {
        let Some(known) = all.get_mut(number) else { continue };
        let is_removed = matches!(known, Ok(Steered::Done));
        if !(is_removed && matches!(steered, Ok(Steered::UnknownLead | Steered::Overtaken))) {
            *known = steered;
        }
    }
}

impl Steer<'_> {
    /// Changes these records. Returns what came of each, with the number of its lead.
    pub(super) async fn change_records(&self, changes: Vec<Change>) -> Vec<(usize, Result<Steered, UpdateError>)> {
        let mut done = Vec::with_capacity(changes.len());
        let mut left = changes;
        while !left.is_empty() {
            let groups = self.stores.records.by_leaf(left, |change| &change.location);
            let writes = groups.into_iter().map(|(leaf, changes)| async move {
                let written = self.change_leaf(&leaf, &changes).await;
                (changes, written)
            });
            left = Vec::new();
            let mut writes = stream::iter(writes).buffered(WRITERS);
            while let Some((changes, written)) = writes.next().await {
                match written {
                    Ok(Updated::Done(all)) => {
                        done.extend(changes.iter().zip(all).map(|(change, steered)| (change.number, steered)));
                    }
                    Ok(Updated::Divided) => left.extend(changes),
                    Err(error) => {
                        done.extend(changes.iter().map(|change| (change.number, Err(once_more(&error)))));
                    }
                }
            }
        }
        done
    }

    async fn change_leaf(
        &self,
        leaf: &Node,
        changes: &[Change],
    ) -> Result<Updated<Vec<Result<Steered, UpdateError>>>, UpdateError> {
        let now = self.stores.clock.now();
        self.stores
            .records
            .update_leaf(leaf, |edit| {
                let changed = changes.iter().map(|change| {
                    let steered = edit.change(&change.location.key(), |lead| decide(lead, change, self.what, now))?;
                    // The possible do-not-call was on the line only. The next run completes the record.
                    let is_done = change.is_confirmed && matches!(steered, Steered::Impossible(_));
                    Ok(if is_done { Steered::Done } else { steered })
                });
                changed.collect()
            })
            .await
    }
}

fn decide(lead: Option<&Lead>, change: &Change, what: Command, now: DateTime<Utc>) -> RecordChange<Steered> {
    let Some(lead) = lead else { return RecordChange::Keep(Steered::UnknownLead) };
    if change.seen.is_some_and(|seen| seen.is_overtaken(lead, what)) {
        return RecordChange::Keep(Steered::Overtaken);
    }
    let commanded = command(lead, what, now);
    let steered = Steered::from(&commanded);
    match commanded {
        Commanded::Changed(lead) | Commanded::Repeated(lead) => RecordChange::Put(lead, steered),
        Commanded::Removed => RecordChange::Remove(steered),
        Commanded::Unchanged | Commanded::Impossible(_) | Commanded::Forbidden | Commanded::Undecided => {
            RecordChange::Keep(steered)
        }
    }
}

/// Returns the error once more, for another lead of the same object.
fn once_more(error: &UpdateError) -> UpdateError {
    match error {
        UpdateError::Store(error) => UpdateError::Store(again(error)),
        UpdateError::Contended(rounds) => UpdateError::Contended(*rounds),
    }
}
