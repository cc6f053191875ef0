//! The admin API as a Lambda function.

use admin::{Api, router};
use lambda_http::Error;
use redial::config::AdminConfig;
use redial::system::System;
use redial::telemetry;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let config = AdminConfig::from_environment().inspect_err(|error| tracing::error!("{error}"))?;
    let system = System::connect(&config.common).await;
    let admin = system.admin(&config);
    let keys = system.secret(config.keys).await;
    lambda_http::run(router(Api { admin, keys, allow_key_in_query: config.allow_key_in_query })).await
}
