//! Chance that follows from a seed.

use super::Fault;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A fault, and how many of a thousand requests meet it.
pub(super) type Odds = &'static [(u32, Fault)];

#[derive(Debug)]
pub(super) struct Chance(StdRng);

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    pub(super) fn fault(&mut self, odds: Odds) -> Option<Fault> {
        let mut left: u32 = self.0.random_range(0..1000);
        for (share, fault) in odds {
            match left.checked_sub(*share) {
                Some(rest) => left = rest,
                None => return Some(*fault),
            }
        }
        None
    }
}
