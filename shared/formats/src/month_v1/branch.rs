//! The place of a record in the tree of a month.

use super::Split;
use std::ops::Range;

/// The records of a month whose hashes end in the same bits: those that one object holds, or that the objects below it hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Branch {
    bits: u32,
    ending: u32,
}

impl Default for Branch {
    fn default() -> Self {
        Self::ROOT
    }
}

impl Branch {
    /// The whole month.
    pub const ROOT: Self = Self { bits: 0, ending: 0 };

    /// Returns whether a record with this hash has its place here.
    #[must_use]
    pub fn holds(self, hash: u32) -> bool {
        hash & mask(self.bits) == self.ending
    }

    /// Returns the hash of a record that has its place here.
    #[must_use]
    pub fn some_hash(self) -> u32 {
        self.ending
    }

    /// Returns the places of its records in the order of a walk, from 0 to 2^32. A place is a hash read from its last bit to its
    /// first, so the branches of an object share its places without a gap, however often each of them is divided.
    #[must_use]
    pub fn places(self) -> Range<u64> {
        let first = u64::from(self.ending.reverse_bits());
        first..first + (1 << self.bits_left())
    }

    /// Returns the number of the child to which a record with this hash belongs, once the object is divided.
    #[must_use]
    pub fn child_of(self, hash: u32, split: &Split) -> u32 {
        hash.checked_shr(self.bits).unwrap_or_default() & mask(split.children_bits())
    }

    /// Returns the branch of a child. `None` if the hash has no further bits for it, or the object has no such child.
    #[must_use]
    pub fn child(self, number: u32, split: &Split) -> Option<Self> {
        let bits = self.bits + split.children_bits();
        let below = number.checked_shl(self.bits)?;
        (bits <= u32::BITS && number < split.children()).then_some(Self { bits, ending: self.ending | below })
    }

    /// Returns whether the hash has bits for this many children.
    #[must_use]
    pub fn has_room_for(self, split: &Split) -> bool {
        self.bits + split.children_bits() <= u32::BITS
    }

    /// Returns the number of bits that are left to divide by.
    #[must_use]
    pub fn bits_left(self) -> u32 {
        u32::BITS - self.bits
    }
}

/// Returns a number whose last `bits` bits are set.
fn mask(bits: u32) -> u32 {
    1_u32.checked_shl(bits).map_or(u32::MAX, |next| next - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use redial_domain::{LeadId, LeadKey, Phone};

    fn split(children: u32) -> Split {
        Split::new("1", children).unwrap()
    }

    #[test]
    fn the_place_of_a_lead_never_changes() {
        let key = |id: &str| LeadKey::new(&LeadId::parse(id).unwrap(), &Phone::parse("5551234567").unwrap());
        let sixteen = split(16);
        let place = |id: &str| {
            let hash = key(id).stable_hash();
            let first = Branch::ROOT.child_of(hash, &sixteen);
            (first, Branch::ROOT.child(first, &sixteen).unwrap().child_of(hash, &split(4)))
        };
        assert_eq!(["1", "2", "3", "4", "123456"].map(place), [(12, 3), (12, 0), (15, 0), (15, 1), (0, 1)]);
    }

    #[test]
    fn keys_spread_evenly_over_children() {
        let phone = Phone::parse("5551234567").unwrap();
        let mut counts = [0_u32; 16];
        for id in 0..16_000 {
            let key = LeadKey::new(&LeadId::parse(&id.to_string()).unwrap(), &phone);
            counts[usize::try_from(Branch::ROOT.child_of(key.stable_hash(), &split(16))).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_branch_without_further_bits_has_no_children() {
        let mut branch = Branch::ROOT;
        for _ in 0..4 {
            branch = branch.child(255, &split(256)).unwrap();
        }
        assert_eq!((branch.bits_left(), branch.child(0, &split(2)), branch.has_room_for(&split(2))), (0, None, false));
        assert!(branch.holds(u32::MAX) && !branch.holds(u32::MAX - 1));
    }

    proptest! {
        #[test]
        fn every_hash_has_a_place_in_exactly_one_child(hash: u32, path in proptest::collection::vec(1..9_u32, 0..8)) {
            let mut branch = Branch::ROOT;
            for bits in path {
                let split = split(1 << bits);
                if !branch.has_room_for(&split) {
                    break;
                }
                let holding: Vec<_> = (0..split.children())
                    .filter(|number| branch.child(*number, &split).unwrap().holds(hash))
                    .collect();
                prop_assert_eq!(holding, [branch.child_of(hash, &split)]);
                branch = branch.child(branch.child_of(hash, &split), &split).unwrap();
            }
            prop_assert!(branch.holds(hash));
            prop_assert!(branch.holds(branch.some_hash()));
        }

        #[test]
        fn children_share_the_places_of_their_branch_without_a_gap(hash: u32, path in proptest::collection::vec(1..9_u32, 1..5)) {
            let mut branch = Branch::ROOT;
            prop_assert_eq!(branch.places(), 0..1 << 32);
            for bits in path {
                let split = split(1 << bits);
                if !branch.has_room_for(&split) {
                    break;
                }
                let mut places: Vec<_> =
                    (0..split.children()).map(|number| branch.child(number, &split).unwrap().places()).collect();
                places.sort_by_key(|places| places.start);
                prop_assert_eq!((places[0].start, places[places.len() - 1].end), (branch.places().start, branch.places().end));
                prop_assert!(places.windows(2).all(|two| two[0].end == two[1].start));
                branch = branch.child(branch.child_of(hash, &split), &split).unwrap();
                prop_assert!(branch.places().contains(&u64::from(hash.reverse_bits())));
            }
        }
    }
}
