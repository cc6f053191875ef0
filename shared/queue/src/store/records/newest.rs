//! Finds the records of many leads, and reads each object once.

use super::leaf_cell::Stored;
use super::tree::Node;
use super::{Found, Records};
use crate::ports::{StoreError, error_chain};
use futures_util::{StreamExt, stream};
use redial_domain::{Lead, LeadId, LeadKey, LeadRef, Month, Phone};
use redial_formats::month_v1::Leaf;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Objects read at once.
const READERS: usize = 16;

/// A lead, and the months in which its record is looked for, newest first.
#[derive(Debug, Clone)]
pub struct Sought {
    /// The call center's lead id.
    pub id: LeadId,
    /// Its number.
    pub phone: Phone,
    /// The months.
    pub months: Vec<Month>,
}

/// The record of a lead in the newest month that has one.
#[derive(Debug)]
pub struct Newest {
    /// Its place.
    pub location: LeadRef,
    /// The record, or why it cannot be understood.
    pub lead: Result<Lead, StoreError>,
}

impl Newest {
    /// Returns the record with its place.
    ///
    /// # Errors
    /// When it cannot be understood.
    pub fn readable(self) -> Result<Found, StoreError> {
        Ok(Found { location: self.location, lead: self.lead? })
    }
}

/// A lead in one of its months. Both are numbers.
#[derive(Debug, Clone, Copy)]
struct Place {
    lead: usize,
    month: usize,
    hash: u32,
}

/// What was found of one lead so far.
#[derive(Default)]
struct Search {
    newest: Option<(usize, Arc<Leaf>)>,
    /// The first month that cannot be understood, and why.
    unusable: Option<(usize, StoreError)>,
}

impl Search {
    fn note(&mut self, month: usize, leaf: &Arc<Leaf>, key: &LeadKey) {
        let is_newer = self.newest.as_ref().is_none_or(|(known, _)| month < *known);
        if is_newer && !matches!(leaf.get(key), Ok(None)) {
            self.newest = Some((month, Arc::clone(leaf)));
        }
    }

    fn note_unusable(&mut self, month: usize, error: &StoreError) {
        if self.unusable.as_ref().is_none_or(|(known, _)| month < *known) {
            self.unusable = Some((month, again(error)));
        }
    }
}

/// Returns the error once more, for another lead of the same object.
#[must_use]
pub fn again(error: &StoreError) -> StoreError {
    let said = error_chain(error);
    match error {
        StoreError::Unavailable(_) => StoreError::Unavailable(said.into()),
        StoreError::Unusable(_) => StoreError::Unusable(said.into()),
        StoreError::TooLarge(_) => StoreError::TooLarge(said.into()),
    }
}

impl Records {
    /// Returns for each lead the record in the first of its months that has one. `None` if none has one. It is an error of one lead
    /// if no month has a record of it, and one of them cannot be understood: the record may be there.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn newest(&self, sought: &[Sought]) -> Result<Vec<Result<Option<Newest>, StoreError>>, StoreError> {
        let keys: Vec<LeadKey> = sought.iter().map(|lead| LeadKey::new(&lead.id, &lead.phone)).collect();
        let mut found: Vec<Search> = sought.iter().map(|_| Search::default()).collect();
        let mut left = Vec::new();
        for (lead, (sought, key)) in sought.iter().zip(&keys).enumerate() {
            left.extend((0..sought.months.len()).map(|month| Place { lead, month, hash: key.stable_hash() }));
        }
        while !left.is_empty() {
            let mut groups: BTreeMap<Node, Vec<Place>> = BTreeMap::new();
            for place in left.drain(..) {
                if let Some(month) = sought.get(place.lead).and_then(|lead| lead.months.get(place.month)) {
                    groups.entry(self.cache.markers.walk(*month, place.hash)).or_default().push(place);
                }
            }
            let reads = groups.into_iter().map(|(node, places)| async move { (self.look_at(&node).await, places) });
            let mut reads = stream::iter(reads).buffered(READERS);
            while let Some((looked, places)) = reads.next().await {
                match looked {
                    Ok(Looked::Leaf(leaf)) => {
                        for place in places {
                            if let (Some(search), Some(key)) = (found.get_mut(place.lead), keys.get(place.lead)) {
                                search.note(place.month, &leaf, key);
                            }
                        }
                    }
                    Ok(Looked::Nothing) => {}
                    Ok(Looked::Elsewhere) => left.extend(places),
                    Err(unavailable @ StoreError::Unavailable(_)) => return Err(unavailable),
                    Err(error @ (StoreError::Unusable(_) | StoreError::TooLarge(_))) => {
                        for place in places {
                            if let Some(search) = found.get_mut(place.lead) {
                                search.note_unusable(place.month, &error);
                            }
                        }
                    }
                }
            }
        }
        let newest = sought.iter().zip(keys).zip(found);
        Ok(newest.map(|((sought, key), search)| search.end(sought, &key)).collect())
    }

    async fn look_at(&self, node: &Node) -> Result<Looked, StoreError> {
        match self.cell(node).fetch().await?.map(|stored| stored.value) {
            Some(Stored::Leaf(leaf)) => Ok(Looked::Leaf(leaf)),
            // The next walk goes on from here.
            Some(Stored::Split(_)) => Ok(Looked::Elsewhere),
            None if node.is_root() => Ok(Looked::Nothing),
            None => self.find_again(node).await.map(|()| Looked::Elsewhere),
        }
    }
}

/// What is at the place of an object.
enum Looked {
    Leaf(Arc<Leaf>),
    Nothing,
    /// The records are in other objects, which are known from now on.
    Elsewhere,
}

impl Search {
    fn end(self, sought: &Sought, key: &LeadKey) -> Result<Option<Newest>, StoreError> {
        let Some((number, leaf)) = self.newest else {
            return self.unusable.map_or(Ok(None), |(_, error)| Err(error));
        };
        let Some(month) = sought.months.get(number) else { return Ok(None) };
        let location = LeadRef { month: *month, id: sought.id.clone(), phone: sought.phone.clone() };
        let lead = leaf.get(key).map_err(StoreError::unusable).transpose();
        Ok(lead.map(|lead| Newest { location, lead }))
    }
}
