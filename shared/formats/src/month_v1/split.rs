//! The marker that an object of a month becomes when it is divided.

use super::Branch;
use super::fields::Fields;
use crate::Unreadable;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

/// The name of the only field of a marker beside its version.
pub(super) const FIELD: &str = "split";
/// The longest id of a division.
const LONGEST_ID: usize = 64;

/// The marker of a divided object: its records are in the children. A marker is written once and never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    id: String,
    children: u32,
}

impl Split {
    /// The most children of one division. An uploaded month of 1.2 GB has so many.
    pub const MOST_CHILDREN: u32 = 4096;

    /// Makes a marker. `id` is new for each division, and part of the keys of the children.
    ///
    /// # Errors
    /// [`Unreadable`] if the id is no part of a key, or `children` is not a power of two from 2 to 4096.
    pub fn new(id: &str, children: u32) -> Result<Self, Unreadable> {
        let is_part = !id.is_empty() && id.len() <= LONGEST_ID;
        if !is_part || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(Unreadable("the id of the division is not valid".to_owned()));
        }
        if !children.is_power_of_two() || !(2..=Self::MOST_CHILDREN).contains(&children) {
            return Err(Unreadable(format!("{children} children. A power of two from 2 to 4096 is allowed")));
        }
        Ok(Self { id: id.to_owned(), children })
    }

    /// Returns the id of the division.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the number of children, a power of two.
    #[must_use]
    pub fn children(&self) -> u32 {
        self.children
    }

    pub(super) fn children_bits(&self) -> u32 {
        self.children.trailing_zeros()
    }

    /// Writes the object.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        format!("{}\n", json!({"v": 1, FIELD: {"id": self.id, "children": self.children}})).into_bytes().into()
    }

    /// Reads a marker from its two fields. `others` says whether the object has further ones.
    pub(super) fn of(v: Option<&str>, split: &str, others: bool, branch: Branch) -> Result<Self, Unreadable> {
        if v != Some("1") || others {
            return Err(Unreadable("the marker of a division has an unknown version".to_owned()));
        }
        let Stored { id, children } = serde_json::from_str(split)?;
        let split = Self::new(&id, children)?;
        if !branch.has_room_for(&split) {
            return Err(Unreadable("the object is divided more often than hashes have bits".to_owned()));
        }
        Ok(split)
    }
}

/// Unknown fields are ignored. They are not lost, because a marker is written once.
#[derive(Deserialize)]
struct Stored {
    id: String,
    children: u32,
}

/// Returns whether a value is what a marker has, perhaps one that this release cannot read.
pub(super) fn is_meant(value: &str) -> bool {
    Fields::of(value).is_ok_and(|fields| fields.get("children").is_some())
}
