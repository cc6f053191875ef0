//! The ports on real services; the only place that knows an SDK. Nothing is decided here.

pub mod aws;
mod bland;
mod dynamodb;
mod lambda_trigger;
mod s3;
mod ssm;
mod system_clock;
pub mod tls;

pub use bland::BlandDialer;
pub use dynamodb::DynamoLines;
pub use lambda_trigger::LambdaTrigger;
pub use s3::S3Blobs;
pub use ssm::SsmSecrets;
pub use system_clock::SystemClock;
