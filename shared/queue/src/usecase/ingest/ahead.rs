//! Reads the object of a record while its line is read and written. Nothing is decided by it: a write on what was read ahead is
//! refused if the object has changed since.

use crate::store::records::Records;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use redial_domain::LeadRef;
use std::future::poll_fn;
use std::pin::pin;

/// The read of one object, which goes on beside other work.
pub(super) struct Ahead<'a> {
    records: &'a Records,
    read: Option<BoxFuture<'a, ()>>,
    has_begun: bool,
}

impl<'a> Ahead<'a> {
    pub(super) fn new(records: &'a Records) -> Self {
        Self { records, read: None, has_begun: false }
    }

    /// Begins with the object of this record, if it is known and nothing was begun before.
    pub(super) fn begin(&mut self, location: Option<LeadRef>) {
        if let (Some(location), false) = (location, self.has_begun) {
            let records = self.records;
            self.read = Some(async move { records.read_ahead(&location).await }.boxed());
            self.has_begun = true;
        }
    }

    /// Does this work, and reads meanwhile.
    pub(super) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            if self.read.as_mut().is_some_and(|read| read.poll_unpin(context).is_ready()) {
                self.read = None;
            }
            work.as_mut().poll(context)
        })
        .await
    }

    /// Waits for the object.
    pub(super) async fn end(self) {
        if let Some(read) = self.read {
            read.await;
        }
    }
}
