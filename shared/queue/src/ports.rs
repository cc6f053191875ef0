//! The traits through which use cases reach the outside. Each has an adapter in `shared/aws` and a stand-in in `testing`.

mod blob_store;
mod clock;
mod dialer;
mod line_store;
mod meter;
mod run_trigger;
mod secrets;
mod uploads;
mod version;

pub use blob_store::{BlobStore, Entry, Fetched, Part, Wanted};
pub use clock::Clock;
pub use dialer::{AskError, DIAL_TIMEOUT, DialError, Dialer};
pub use line_store::{LIST_SHARDS, LineStore, Suppressed, Unlisted, list_shard};
pub use meter::{Meter, Metric, MetricUnit, Reading};
pub use run_trigger::RunTrigger;
pub use secrets::{Secret, Secrets};
pub use uploads::{Completed, PutPart, Uploads};
pub use version::{BoxError, Expect, Put, StoreError, Version, Versioned, error_chain};
