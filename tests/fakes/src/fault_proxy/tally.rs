//! What a proxy has seen and done.

use super::{Api, Fault};
use std::collections::BTreeMap;
use std::fmt;

/// Requests, faults and conflicts, by what was asked for.
#[derive(Debug, Clone, Default)]
pub struct Tally(BTreeMap<Api, Row>);

#[derive(Debug, Clone, Default)]
struct Row {
    requests: u32,
    faults: BTreeMap<Fault, u32>,
    conflicts: u32,
}

impl Tally {
    /// How many requests of this kind met this fault.
    #[must_use]
    pub fn faults(&self, api: Api, fault: Fault) -> u32 {
        self.0.get(&api).and_then(|row| row.faults.get(&fault)).copied().unwrap_or_default()
    }

    /// How many requests of this kind came.
    #[must_use]
    pub fn requests(&self, api: Api) -> u32 {
        self.0.get(&api).map_or(0, |row| row.requests)
    }

    /// The faults that ten requests or more should have met and none did: something is wrong with the chance.
    pub fn unmet(&self) -> impl Iterator<Item = (Api, Fault)> {
        let expected = self.0.iter().flat_map(|(api, row)| {
            let odds = api.odds().iter().filter(|(share, _)| row.requests * share >= 10 * 1000);
            odds.map(|(_, fault)| (*api, *fault))
        });
        expected.filter(|(api, fault)| self.faults(*api, *fault) == 0)
    }

    pub(super) fn request(&mut self, api: Api, fault: Option<Fault>) {
        let row = self.0.entry(api).or_default();
        row.requests += 1;
        if let Some(fault) = fault {
            *row.faults.entry(fault).or_default() += 1;
        }
    }

    /// The service itself has said that the condition of a write does not hold.
    pub(super) fn conflict(&mut self, api: Api) {
        self.0.entry(api).or_default().conflicts += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (api, row) in &self.0 {
            let faults: Vec<_> = row.faults.iter().map(|(fault, count)| format!("{count} {fault:?}")).collect();
            let faults = faults.join(", ");
            writeln!(f, "{api:?}: {} requests, {} true conflicts; faults: {faults}", row.requests, row.conflicts)?;
        }
        Ok(())
    }
}
