//! One pass over an object that is too large to be read whole, for the records of some children of its division.

use super::members::Members;
use super::record;
use super::split::{self, Split};
use super::{Branch, Leaf, Printed, is_canonical};
use crate::Unreadable;
use bytes::Bytes;
use redial_domain::LeadKey;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

/// Reads a large leaf piece by piece, and keeps the records of some children. The other records are read and forgotten, so
/// that an object which is not readable as a whole gives no child.
///
/// It gives the children that [`Leaf::divide`] gives. Two foreign keys that are equal are an error here, because their records
/// can belong into two children.
pub struct Pass {
    members: Members,
    branch: Branch,
    split: Split,
    first: u32,
    /// The text of the records of each child, with the braces and commas of an object.
    kept: Vec<Vec<u8>>,
    kept_bytes: usize,
    most_bytes: usize,
    /// The hashes of the foreign keys. A million keys would not fit.
    foreign: HashSet<u64>,
    hasher: RandomState,
    has_records: bool,
    has_others: bool,
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pass({} children from {})", self.kept.len(), self.first)
    }
}

impl Pass {
    /// Begins a pass over the leaf of a branch for the `wanted` children. If they have more than `most_bytes`, the last of them
    /// are left for another pass, but for the first. A record with more than `longest` bytes is an error.
    #[must_use]
    pub fn new(branch: Branch, split: &Split, wanted: Range<u32>, most_bytes: usize, longest: usize) -> Self {
        let first = wanted.start;
        Self {
            members: Members::new(longest),
            branch,
            split: split.clone(),
            first,
            kept: wanted.map(|_| vec![b'{']).collect(),
            kept_bytes: 0,
            most_bytes,
            foreign: HashSet::new(),
            hasher: RandomState::new(),
            has_records: false,
            has_others: false,
        }
    }

    /// Goes on with the next bytes of the object.
    ///
    /// # Errors
    /// [`Unreadable`] if the object is no leaf.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        let mut members = std::mem::replace(&mut self.members, Members::new(0));
        let pushed = members.push(bytes, &mut |key, value, member| self.take(key, value, member));
        self.members = members;
        pushed
    }

    fn take(&mut self, key: &str, value: &str, member: &[u8]) -> Result<(), Unreadable> {
        let is_meant = record::is_meant(value);
        if key == split::FIELD && !is_meant && split::is_meant(value) {
            return Err(Unreadable("it has records beside a marker".to_owned()));
        }
        self.has_records |= is_meant || is_canonical(key);
        self.has_others |= value.starts_with(['{', '[']);
        let own = if is_canonical(key) { None } else { record::identity(value) };
        if own.is_some() && !self.foreign.insert(self.hasher.hash_one(key)) {
            return Err(Unreadable("two of its records have the same key: remove one".to_owned()));
        }
        let hash = own.map_or_else(|| LeadKey::of_place(key).stable_hash(), |own| own.stable_hash());
        let child = self.branch.child_of(hash, &self.split).checked_sub(self.first);
        let Some(kept) = child.and_then(|child| self.kept.get_mut(usize::try_from(child).ok()?)) else { return Ok(()) };
        let before = kept.len();
        if before > 1 {
            kept.push(b',');
        }
        kept.extend_from_slice(member);
        self.kept_bytes += kept.len() - before;
        while self.kept_bytes > self.most_bytes && self.kept.len() > 1 {
            self.kept_bytes -= self.kept.pop().map_or(0, |left| left.len() - 1);
        }
        Ok(())
    }

    /// Ends the pass after the last byte of the object. Returns the children with their numbers, at least the first.
    ///
    /// # Errors
    /// [`Unreadable`] if the object is no leaf, or not whole.
    pub fn finish(self) -> Result<impl Iterator<Item = (u32, Result<Leaf, Unreadable>)>, Unreadable> {
        self.members.finish()?;
        if self.branch == Branch::ROOT && self.has_others && !self.has_records {
            return Err(super::of_another_schema());
        }
        let (branch, split) = (self.branch, self.split);
        // Each child is printed when it is asked for, so that they are not in memory twice.
        Ok((self.first..).zip(self.kept).map(move |(number, mut text)| {
            text.push(b'}');
            let branch = branch.child(number, &split);
            let branch = branch.ok_or_else(|| Unreadable("the hash of its records has no further bits".to_owned()));
            let leaf = branch.and_then(|branch| Leaf::of(Printed::parse(&Bytes::from(text))?, branch));
            (number, leaf)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::month_v1::{Leaf, MonthObject};
    use proptest::prelude::*;

    fn split(children: u32) -> Split {
        Split::new("1", children).unwrap()
    }

    /// Divides a body in passes, each over pieces of this length, for at most so many bytes of children.
    fn passes(body: &str, split: &Split, length: usize, most_bytes: usize) -> Result<Vec<Bytes>, Unreadable> {
        let mut children = Vec::new();
        while let next = u32::try_from(children.len()).unwrap()
            && next < split.children()
        {
            let mut pass = Pass::new(Branch::ROOT, split, next..split.children(), most_bytes, 10_000);
            for piece in body.as_bytes().chunks(length) {
                pass.push(piece)?;
            }
            for (number, leaf) in pass.finish()? {
                assert_eq!(usize::try_from(number).unwrap(), children.len());
                children.push(leaf?.to_bytes());
            }
        }
        Ok(children)
    }

    fn whole(body: &str, split: &Split) -> Result<Vec<Bytes>, Unreadable> {
        let MonthObject::Leaf(leaf) = MonthObject::parse(&Bytes::copy_from_slice(body.as_bytes()), Branch::ROOT)?
        else {
            return Err(Unreadable("a marker".to_owned()));
        };
        Ok(leaf.divide(split)?.iter().map(Leaf::to_bytes).collect())
    }

    fn record(id: u32, note: &str) -> String {
        format!(r#"{{ "lead_id":"{id}","phone_number":"+1555555{:04}", "note":{note} }}"#, id % 10_000)
    }

    #[test]
    fn an_object_of_another_schema_or_beside_a_marker_is_unreadable() {
        let bodies = [
            r#"{"schema":2,"leads":{"1":{}}}"#.to_owned(),
            format!(r#"{{"split":{{"id":"a","children":2}},"1_5555550001":{}}}"#, record(1, "1")),
            format!(r#"{{"1_5555550001":{}"#, record(1, "1")),
        ];
        for body in bodies {
            assert!(whole(&body, &split(2)).is_err(), "{body}");
            assert!(passes(&body, &split(2), 5, 1000).is_err(), "{body}");
        }
        // Values that hold no records are kept.
        assert!(passes(r#"{"note":1}"#, &split(2), 5, 1000).is_ok());
    }

    #[test]
    fn equal_foreign_keys_are_an_error() {
        let body = format!(r#"{{"a":{},"a":{}}}"#, record(1, "1"), record(2, "2"));
        assert!(passes(&body, &split(2), 100, 1000).unwrap_err().0.contains("the same key"));
        let body = format!(r#"{{"a":{},"b":{}}}"#, record(1, "1"), record(1, "2"));
        assert_eq!(passes(&body, &split(2), 100, 1000).unwrap(), whole(&body, &split(2)).unwrap());
    }

    proptest! {
        /// Of equal canonical keys the last counts. A foreign key is a bare number, and what is no record is kept.
        #[test]
        fn passes_give_the_children_of_the_whole(
            ids in proptest::collection::vec((0_u32..60, 0..4_u8, "[a-z ]{0,20}"), 0..40),
            length in 1_usize..200, bits in 1_u32..5, most_bytes in 1_usize..4000,
        ) {
            let mut foreign = HashSet::new();
            let members = ids.iter().filter_map(|(id, kind, note)| {
                let note = format!("{note:?}");
                match kind {
                    0 if foreign.insert(*id) => Some(format!("\"555555{id:04}\":{}", record(*id, &note))),
                    0 => None,
                    1 => Some(format!("\"note{id}\" :{note}")),
                    _ => Some(format!("\"{id}_555555{id:04}\": {}", record(*id, &note))),
                }
            });
            let body = format!("{{{}}}", members.collect::<Vec<_>>().join(" ,\n"));
            let split = split(1 << bits);
            prop_assert_eq!(passes(&body, &split, length, most_bytes).ok(), whole(&body, &split).ok());
        }
    }
}
