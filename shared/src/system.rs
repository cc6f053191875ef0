//! The parts put together on real services, once for each process.

use crate::adapters::aws::{self, AwsAddress};
use crate::adapters::{BlandDialer, DynamoLines, LambdaTrigger, S3Blobs, SystemClock};
use crate::config::{self, AdminConfig, Common, ProcessorConfig};
use crate::ports::{BlobStore, BoxError, Clock, LineStore};
use crate::store::records::Records;
use crate::store::run_lease::RunLease;
use crate::store::settings::SettingsStore;
use crate::usecase::admin::Admin;
use crate::usecase::ingest::Ingest;
use crate::usecase::run::Run;
use std::sync::Arc;

/// The stores and the use case that every function shares.
#[derive(Debug, Clone)]
pub struct System {
    /// Brings results into records.
    pub ingest: Ingest,
    /// The state of runs.
    pub lease: Arc<RunLease>,
    sdk: aws_config::SdkConfig,
}

impl System {
    /// Builds the clients, once, and opens their connections, so that the first event finds them open.
    pub async fn connect(common: &Common) -> Self {
        let sdk = aws::sdk_config(&AwsAddress { region: None, endpoint: config::aws_endpoint() }).await;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let blobs: Arc<dyn BlobStore> = Arc::new(S3Blobs::new(aws::s3(&sdk), &common.bucket));
        let lines: Arc<dyn LineStore> =
            Arc::new(DynamoLines::new(aws_sdk_dynamodb::Client::new(&sdk), &common.lines_table, Arc::clone(&clock)));
        let settings = SettingsStore::new(Arc::clone(&blobs), Arc::clone(&clock), common.environment.clone());
        let records = Records::new(Arc::clone(&blobs), Arc::clone(&clock), common.shards);
        let lease = Arc::new(RunLease::new(blobs, Arc::clone(&clock)));
        let ingest = Ingest { records: Arc::new(records), lines, settings: Arc::new(settings), clock };
        let system = Self { ingest, lease, sdk };
        system.warm_up().await;
        system
    }

    /// The run, dialing through Bland.
    ///
    /// # Errors
    /// When the key of the provider cannot be sent in a header.
    pub fn run(&self, config: ProcessorConfig) -> Result<Run, BoxError> {
        let clock = Arc::clone(&self.ingest.clock);
        let dialer = BlandDialer::new(&config.bland_base_url, &config.bland_api_key, config.account, clock)?;
        Ok(Run { ingest: self.ingest.clone(), dialer: Arc::new(dialer), lease: Arc::clone(&self.lease) })
    }

    /// The admin use case, starting runs by invoking the processor.
    #[must_use]
    pub fn admin(&self, config: &AdminConfig) -> Admin {
        Admin {
            records: Arc::clone(&self.ingest.records),
            lines: Arc::clone(&self.ingest.lines),
            settings: Arc::clone(&self.ingest.settings),
            lease: Arc::clone(&self.lease),
            trigger: Arc::new(LambdaTrigger::new(aws_sdk_lambda::Client::new(&self.sdk), &config.processor_function)),
            clock: Arc::clone(&self.ingest.clock),
        }
    }

    async fn warm_up(&self) {
        let (settings, lines) =
            tokio::join!(self.ingest.settings.load(), self.ingest.lines.open(self.ingest.clock.now(), 1));
        for error in [settings.err(), lines.err()].into_iter().flatten() {
            tracing::warn!(error = &error as &dyn std::error::Error, "a store does not answer at start");
        }
    }
}
