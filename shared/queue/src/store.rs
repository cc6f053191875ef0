//! What is stored, under conditional writes, and the one place where the stores are wired.
//! Reads and writes of stored values, and the only loop that changes them.

pub mod bulk;
pub mod cas;
pub mod exports;
pub mod imports;
pub mod law;
pub mod ledger;
pub mod lines;
pub mod metered;
pub mod records;
pub mod run_state;
pub mod secret;
pub mod settings;

use crate::ports::{BlobStore, Clock, LineStore, Meter};
use bulk::BulkStore;
use exports::ExportStore;
use imports::ImportStore;
use law::LawStore;
use ledger::Ledger;
use lines::Lines;
use metered::Metered;
use records::{RecordLimits, Records};
use run_state::RunStateStore;
use settings::{Environment, SettingsStore};
use std::sync::Arc;

/// The ports that the stores are made on.
#[derive(Clone)]
pub struct Ports {
    /// Objects: records, settings, the state of runs.
    pub blobs: Arc<dyn BlobStore>,
    /// Objects of the ledger, which are never changed. They may be in a bucket of their own.
    pub ledger: Arc<dyn BlobStore>,
    /// Lines.
    pub lines: Arc<dyn LineStore>,
    /// Time and chance.
    pub clock: Arc<dyn Clock>,
    /// Receives what is measured, each conditional write among it.
    pub meter: Arc<dyn Meter>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ports")
    }
}

/// Everything that a process stores and reads, once for each process. Use cases share it.
pub struct Stores {
    /// The records of every month.
    pub records: Records,
    /// One line for each phone number.
    pub lines: Lines,
    /// The state of runs: lease, breaker, calls of the day, last run.
    pub runs: RunStateStore,
    /// The settings in force.
    pub settings: SettingsStore,
    /// The calling rules in force.
    pub law: Arc<LawStore>,
    /// Lists of numbers to suppress, and how far they are imported.
    pub imports: ImportStore,
    /// Lists of leads to add, and how far they are imported.
    pub lead_lists: ImportStore,
    /// Commands for many leads, and how far they have come.
    pub bulk: BulkStore,
    /// How far exports of months are.
    pub exports: ExportStore,
    /// What was done and why.
    pub ledger: Ledger,
    /// Time and chance.
    pub clock: Arc<dyn Clock>,
    /// Receives what is measured.
    pub meter: Arc<dyn Meter>,
}

impl std::fmt::Debug for Stores {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stores")
            .field("records", &self.records)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Stores {
    /// Wires the stores; makes no request. `limits` is how large an object of a month may become and how many are kept, `environment`
    /// the settings that were checked at start.
    #[must_use]
    pub fn new(ports: Ports, limits: RecordLimits, environment: Environment) -> Arc<Self> {
        let Ports { blobs, ledger, lines, clock, meter } = ports;
        let blobs: Arc<dyn BlobStore> = Arc::new(Metered::new(blobs, &meter));
        let ledger: Arc<dyn BlobStore> = Arc::new(Metered::new(ledger, &meter));
        let lines: Arc<dyn LineStore> = Arc::new(Metered::new(lines, &meter));
        let embedded = Arc::clone(&environment.limits.law);
        let law = Arc::new(LawStore::new(Arc::clone(&blobs), Arc::clone(&clock), embedded));
        Arc::new(Self {
            records: Records::new(Arc::clone(&blobs), Arc::clone(&clock), limits),
            lines: Lines::new(lines, Arc::clone(&clock)),
            runs: RunStateStore::new(Arc::clone(&blobs), Arc::clone(&clock)),
            settings: SettingsStore::new(Arc::clone(&blobs), Arc::clone(&clock), environment, Arc::clone(&law)),
            law,
            imports: ImportStore::new(Arc::clone(&blobs), Arc::clone(&clock), imports::NUMBERS),
            lead_lists: ImportStore::new(Arc::clone(&blobs), Arc::clone(&clock), imports::LEADS),
            bulk: BulkStore::new(Arc::clone(&blobs), Arc::clone(&clock)),
            exports: ExportStore::new(blobs, Arc::clone(&clock)),
            ledger: Ledger::new(ledger, Arc::clone(&clock), Arc::clone(&meter)),
            clock,
            meter,
        })
    }
}
