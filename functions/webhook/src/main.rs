//! The webhook as a Lambda function.

use lambda_http::{Error, Request, RequestExt, run, service_fn};
use redial_aws::config::{Config, WebhookConfig};
use redial_aws::system::System;
use redial_aws::telemetry;
use webhook::{Senders, Webhook};

// One event is answered at a time, and it waits for stores nearly all of that time. A second thread would only cost the
// wakeups between the two.
#[tokio::main(flavor = "current_thread")]
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
    let (meter, webhook) = (&system.meter, Webhook::new(system.stores, senders));
    run(service_fn(async |request: Request| {
        let id = request.lambda_context_ref().map(|context| context.request_id.clone()).unwrap_or_default();
        telemetry::answering(meter, &id, webhook.answer(request)).await
    }))
    .await
}
