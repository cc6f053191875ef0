//! The objects of a month and the ways to them.

use super::PREFIX;
use redial_domain::Month;
use redial_formats::month_v1::{Branch, Split};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One object of a month, and the branch whose records it has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    pub(super) month: Month,
    pub(super) branch: Branch,
    pub(super) key: String,
}

impl Node {
    /// Returns the first object of a month, which has the file name of the original.
    #[must_use]
    pub fn root(month: Month) -> Self {
        Self { month, branch: Branch::ROOT, key: format!("{PREFIX}{month}.json") }
    }

    /// Returns its key in the store.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the month.
    #[must_use]
    pub fn month(&self) -> Month {
        self.month
    }

    pub(super) fn is_root(&self) -> bool {
        self.branch == Branch::ROOT
    }

    /// Returns the child of a division. The id of a division is new each time, so its children are found through its marker
    /// only.
    pub(super) fn child(&self, number: u32, split: &Split) -> Option<Self> {
        let key = format!("{PREFIX}{}/{}/{number:04}.json", self.month, split.id());
        Some(Self { month: self.month, branch: self.branch.child(number, split)?, key })
    }

    pub(super) fn children(&self, split: &Split) -> Vec<Self> {
        (0..split.children()).filter_map(|number| self.child(number, split)).collect()
    }
}

/// The markers that were read, by the key of their object. A marker never changes while its month exists, so it is kept until
/// its month is deleted.
#[derive(Debug, Default)]
pub(super) struct Markers(Mutex<HashMap<String, Arc<Split>>>);

impl Markers {
    pub(super) fn get(&self, node: &Node) -> Option<Arc<Split>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&node.key).cloned()
    }

    pub(super) fn learn(&self, node: &Node, split: &Arc<Split>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(node.key.clone(), Arc::clone(split));
    }

    pub(super) fn forget(&self, month: Month) {
        let prefix = format!("{PREFIX}{month}");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|key, _| !key.starts_with(&prefix));
    }

    /// Walks from the root to the object in which a record with this hash is, as far as the divisions are known.
    pub(super) fn walk(&self, month: Month, hash: u32) -> Node {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut node = Node::root(month);
        while let Some(split) = known.get(&node.key)
            && let Some(child) = node.child(node.branch.child_of(hash, split), split)
        {
            node = child;
        }
        node
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_that_is_not_divided_has_the_file_name_of_the_original() {
        let root = Node::root(Month::parse("2025-12").unwrap());
        assert_eq!(root.key(), "redial-queue/redial-queue_2025-12.json");
        let split = Split::new("a-1", 16).unwrap();
        assert_eq!(root.child(3, &split).unwrap().key(), "redial-queue/redial-queue_2025-12/a-1/0003.json");
    }

    #[test]
    fn a_walk_ends_where_no_division_is_known() {
        let (markers, month) = (Markers::default(), Month::parse("2025-12").unwrap());
        let (first, second) = (Arc::new(Split::new("a", 4).unwrap()), Arc::new(Split::new("b", 2).unwrap()));
        let root = Node::root(month);
        assert_eq!(markers.walk(month, 0b111), root);
        markers.learn(&root, &first);
        let child = markers.walk(month, 0b111);
        assert_eq!(child.key(), "redial-queue/redial-queue_2025-12/a/0003.json");
        markers.learn(&child, &second);
        assert_eq!(markers.walk(month, 0b111).key(), "redial-queue/redial-queue_2025-12/b/0001.json");
        assert_eq!(markers.walk(month, 0b110).key(), "redial-queue/redial-queue_2025-12/a/0002.json");
        markers.forget(month);
        assert_eq!(markers.walk(month, 0b111), root);
    }
}
