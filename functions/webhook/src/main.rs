//! Call results in: Bland and Convoso post them here.

use lambda_http::{Error, run, service_fn};
use redial::config::WebhookConfig;
use redial::system::System;
use redial::telemetry;
use webhook::Webhook;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let config = WebhookConfig::from_environment().inspect_err(|error| tracing::error!("{error}"))?;
    let system = System::connect(&config.common).await;
    let webhook = Webhook::new(system.ingest, config);
    run(service_fn(|request| webhook.answer(request))).await
}
