//! Connects the stores and use cases to real services, once for each process.

use crate::adapters::aws::{self, AwsAddress};
use crate::adapters::{BlandDialer, DynamoLines, LambdaTrigger, S3Blobs, S3Uploads, SsmSecrets, SystemClock};
use crate::config::{self, AdminConfig, Common, ProcessorConfig, SecretSource};
use crate::telemetry::EmfMeter;
use redial_queue::ports::{BoxError, Clock, Secret, error_chain};
use redial_queue::store::secret::{GivenSecret, NamedSecret};
use redial_queue::store::{Ports, Stores};
use redial_queue::usecase::admin::Admin;
use redial_queue::usecase::run::Run;
use std::sync::Arc;

/// The stores and use cases that all functions share.
#[derive(Debug, Clone)]
pub struct System {
    /// The stores.
    pub stores: Arc<Stores>,
    /// Takes what is measured until it is written out.
    pub meter: Arc<EmfMeter>,
    sdk: aws_config::SdkConfig,
    bucket: String,
}

impl System {
    /// Connects to the services of this process's region, and opens the connections, so that the first event does not wait
    /// for them.
    pub async fn connect(common: &Common) -> Self {
        let sdk = aws::sdk_config(&AwsAddress { region: None, endpoint: config::aws_endpoint() }).await;
        let system = Self::on(sdk, Arc::new(SystemClock), common);
        system.warm_up().await;
        system
    }

    /// Returns a system on the services of `sdk` with the time of `clock`. Sends no request.
    #[must_use]
    pub fn on(sdk: aws_config::SdkConfig, clock: Arc<dyn Clock>, common: &Common) -> Self {
        let meter = Arc::new(EmfMeter::new(Arc::clone(&clock), config::function_name()));
        let ports = Ports {
            blobs: Arc::new(S3Blobs::new(aws::s3(&sdk), &common.bucket)),
            ledger: Arc::new(S3Blobs::new(aws::s3(&sdk), &common.ledger_bucket)),
            lines: Arc::new(DynamoLines::new(
                aws_sdk_dynamodb::Client::new(&sdk),
                &common.lines_table,
                Arc::clone(&clock),
            )),
            clock,
            meter: Arc::clone(&meter) as _,
        };
        let stores = Stores::new(ports, common.records, common.environment.clone());
        Self { stores, meter, sdk, bucket: common.bucket.clone() }
    }

    /// Returns a secret. A named one is read at once, so that the first event does not wait for it.
    pub async fn secret(&self, source: SecretSource) -> Arc<dyn Secret> {
        let name = match source {
            SecretSource::Given(secret) => return Arc::new(GivenSecret(secret)),
            SecretSource::Named(name) => name,
        };
        let secrets = Arc::new(SsmSecrets::new(&self.sdk));
        let secret = NamedSecret::new(name, secrets, Arc::clone(&self.stores.clock));
        if let Err(error) = secret.current().await {
            tracing::error!(secret = ?secret, error = &error as &dyn std::error::Error, "a secret could not be read at start");
        }
        Arc::new(secret)
    }

    /// Returns the run, which dials through Bland.
    ///
    /// # Errors
    /// If the base URL of the provider is invalid.
    pub async fn run(&self, config: ProcessorConfig) -> Result<Run, BoxError> {
        let clock = Arc::clone(&self.stores.clock);
        let key = self.secret(config.bland_api_key).await;
        let dialer = BlandDialer::new(&config.bland_base_url, key, config.account, clock)?;
        Ok(Run { stores: Arc::clone(&self.stores), dialer: Arc::new(dialer) })
    }

    /// Returns the operators' use cases, which start a run by invoking the processor and export months to the bucket of records.
    #[must_use]
    pub fn admin(&self, config: &AdminConfig) -> Admin {
        let trigger = LambdaTrigger::new(&self.sdk, &config.processor_function);
        let uploads = S3Uploads::new(aws::s3(&self.sdk), &self.bucket);
        Admin { stores: Arc::clone(&self.stores), trigger: Arc::new(trigger), uploads: Arc::new(uploads) }
    }

    /// Reads from both stores once to open their connections. An error is only logged, because the store may answer later.
    async fn warm_up(&self) {
        let (settings, lines) =
            tokio::join!(self.stores.settings.load(), self.stores.lines.open(self.stores.clock.now(), 1));
        for error in [settings.err(), lines.err()].into_iter().flatten() {
            tracing::warn!(error = error_chain(&error), "a store could not be read at start");
        }
    }
}
