//! The scheduled run as a Lambda function.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use processor::process;
use redial_aws::config::{Config, ProcessorConfig};
use redial_aws::system::System;
use redial_aws::telemetry;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let config = ProcessorConfig::from_environment().inspect_err(|error| tracing::error!("{error}"))?;
    let system = System::connect(&config.common).await;
    let redial = system.run(config).await?;
    run(service_fn(async |event: LambdaEvent<_>| {
        let id = event.context.request_id.clone();
        telemetry::answering(&system.meter, &id, process(&redial, event)).await
    }))
    .await
}
