//! The ports on real services. Only this module uses an SDK, and it makes no decisions about leads.

#[cfg(feature = "sdk")]
pub mod aws;
#[cfg(feature = "sdk")]
pub mod aws_operation;
mod bland;
#[cfg(feature = "sdk")]
mod dynamodb;
#[cfg(feature = "sdk")]
mod lambda_trigger;
#[cfg(feature = "sdk")]
mod payload;
#[cfg(feature = "sdk")]
mod s3;
#[cfg(feature = "sdk")]
mod ssm;
mod system_clock;
pub mod tls;

pub use bland::BlandDialer;
#[cfg(feature = "sdk")]
pub use dynamodb::DynamoLines;
#[cfg(feature = "sdk")]
pub use lambda_trigger::LambdaTrigger;
#[cfg(feature = "sdk")]
pub use s3::{S3Blobs, S3Uploads};
#[cfg(feature = "sdk")]
pub use ssm::SsmSecrets;
pub use system_clock::SystemClock;
