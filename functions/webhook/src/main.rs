//! Call results in: Bland and Convoso post them here.

mod answers;
mod handler;
mod senders;

use handler::Webhook;
use lambda_http::{Error, run, service_fn};
use redial::config::WebhookConfig;
use redial::system::System;
use redial::telemetry;
use senders::Senders;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let config = WebhookConfig::from_environment().inspect_err(|error| tracing::error!("{error}"))?;
    let system = System::connect(&config.common).await;
    let mut senders = Senders { bland: None, convoso: None };
    if let Some(source) = config.bland_secrets {
        senders.bland = Some(system.secret(source).await);
    }
    if let Some(source) = config.convoso_secrets {
        senders.convoso = Some(system.secret(source).await);
    }
    let webhook = Webhook::new(system.ingest, senders);
    run(service_fn(|request| webhook.answer(request))).await
}
