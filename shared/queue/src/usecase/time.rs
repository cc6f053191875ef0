//! Bounds on waiting, on the clock port.

use crate::ports::Clock;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;

/// What `work` gives, or `None` when it takes longer than `time`; then it is dropped where it stands.
pub(super) async fn timeout<T>(clock: &dyn Clock, time: Duration, work: impl Future<Output = T> + Send) -> Option<T> {
    match select(pin!(work), clock.sleep(time)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
}
