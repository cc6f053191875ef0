//! The admin API as a Lambda function.

use admin::{Api, gateway_uri, router};
use lambda_http::{Error, Request, RequestExt, run, service_fn};
use redial_aws::config::{AdminConfig, Config};
use redial_aws::system::System;
use redial_aws::telemetry;
use tower::ServiceExt;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let config = AdminConfig::from_environment().inspect_err(|error| tracing::error!("{error}"))?;
    let system = System::connect(&config.common).await;
    let admin = system.admin(&config);
    let keys = system.secret(config.keys).await;
    let api = router(Api { admin, keys, allow_key_in_query: config.allow_key_in_query });
    run(service_fn(async |mut request: Request| {
        let query = request.query_string_parameters().to_query_string();
        *request.uri_mut() = gateway_uri(request.uri(), request.raw_http_path(), &query);
        let id = request.lambda_context_ref().map(|context| context.request_id.clone()).unwrap_or_default();
        telemetry::answering(&system.meter, &id, api.clone().oneshot(request)).await
    }))
    .await
}
