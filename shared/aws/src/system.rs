//! The parts put together on real services, once for each process.

use crate::adapters::aws::{self, AwsAddress};
use crate::adapters::{BlandDialer, DynamoLines, LambdaTrigger, S3Blobs, SsmSecrets, SystemClock};
use crate::config::{self, AdminConfig, Common, ProcessorConfig, SecretSource};
use crate::telemetry::EmfMeter;
use redial_queue::ports::{BlobStore, BoxError, Clock, LineStore, Meter, Secret, causes};
use redial_queue::store::metered::Metered;
use redial_queue::store::records::Records;
use redial_queue::store::run_lease::RunLease;
use redial_queue::store::secret::{GivenSecret, NamedSecret};
use redial_queue::store::settings::SettingsStore;
use redial_queue::usecase::admin::Admin;
use redial_queue::usecase::ingest::Ingest;
use redial_queue::usecase::run::Run;
use std::sync::Arc;

/// The stores and the use case that every function shares.
#[derive(Debug, Clone)]
pub struct System {
    /// Brings results into records.
    pub ingest: Ingest,
    /// The state of runs.
    pub lease: Arc<RunLease>,
    /// Takes what is measured until it is written out.
    pub meter: Arc<EmfMeter>,
    sdk: aws_config::SdkConfig,
}

impl System {
    /// The parts on the services and the clock of this process, with their connections open, so that the first event finds
    /// them open.
    pub async fn connect(common: &Common) -> Self {
        let sdk = aws::sdk_config(&AwsAddress { region: None, endpoint: config::aws_endpoint() }).await;
        let system = Self::on(sdk, Arc::new(SystemClock), common);
        system.warm_up().await;
        system
    }

    /// The parts on the services of `sdk`, by `clock`. No request is made yet.
    #[must_use]
    pub fn on(sdk: aws_config::SdkConfig, clock: Arc<dyn Clock>, common: &Common) -> Self {
        let meter = Arc::new(EmfMeter::new(Arc::clone(&clock), config::function_name()));
        let counted: Arc<dyn Meter> = Arc::clone(&meter) as _;
        let blobs = Arc::new(S3Blobs::new(aws::s3(&sdk), &common.bucket));
        let blobs: Arc<dyn BlobStore> = Arc::new(Metered::new(blobs, &counted));
        let dynamo = aws_sdk_dynamodb::Client::new(&sdk);
        let lines = Arc::new(DynamoLines::new(dynamo, &common.lines_table, Arc::clone(&clock)));
        let lines: Arc<dyn LineStore> = Arc::new(Metered::new(lines, &counted));
        let settings = SettingsStore::new(Arc::clone(&blobs), Arc::clone(&clock), common.environment.clone());
        let records = Records::new(Arc::clone(&blobs), Arc::clone(&clock), common.shards);
        let lease = Arc::new(RunLease::new(blobs, Arc::clone(&clock)));
        let ingest = Ingest { records: Arc::new(records), lines, settings: Arc::new(settings), clock };
        Self { ingest, lease, meter, sdk }
    }

    /// A secret. One that is named is read at once, so that the first event finds it.
    pub async fn secret(&self, source: SecretSource) -> Arc<dyn Secret> {
        let name = match source {
            SecretSource::Given(secret) => return Arc::new(GivenSecret(secret)),
            SecretSource::Named(name) => name,
        };
        let secrets = Arc::new(SsmSecrets::new(&self.sdk));
        let secret = NamedSecret::new(name, secrets, Arc::clone(&self.ingest.clock));
        if let Err(error) = secret.current().await {
            tracing::error!(secret = ?secret, error = &error as &dyn std::error::Error, "a secret cannot be read at start");
        }
        Arc::new(secret)
    }

    /// The run, dialing through Bland.
    ///
    /// # Errors
    /// When the address of the provider is none.
    pub async fn run(&self, config: ProcessorConfig) -> Result<Run, BoxError> {
        let clock = Arc::clone(&self.ingest.clock);
        let key = self.secret(config.bland_api_key).await;
        let dialer = BlandDialer::new(&config.bland_base_url, key, config.account, clock)?;
        Ok(Run {
            ingest: self.ingest.clone(),
            dialer: Arc::new(dialer),
            lease: Arc::clone(&self.lease),
            meter: Arc::clone(&self.meter) as _,
        })
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
            tracing::warn!(error = causes(&error), "a store does not answer at start");
        }
    }
}
