//! The scheduled run.

mod handler;

use lambda_runtime::{Error, run, service_fn};
use redial::config::ProcessorConfig;
use redial::system::System;
use redial::telemetry;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let config = ProcessorConfig::from_environment().inspect_err(|error| tracing::error!("{error}"))?;
    let system = System::connect(&config.common).await;
    let redial = system.run(config).await?;
    run(service_fn(|event| handler::process(&redial, event))).await
}
