//! A store that fails as the test scripts it.

use super::locked;
use crate::ports::{
    BlobStore, Completed, Entry, Expect, Fetched, LineStore, Part, Put, PutPart, StoreError, Suppressed, Unlisted,
    Uploads, Version, Versioned, Wanted,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use redial_domain::{Line, Phone};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::yield_now;

/// An operation of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `get`, `get_if` and `get_part`.
    Get,
    /// `get_many`.
    GetMany,
    /// `put`.
    Put,
    /// `list` and `entries`.
    List,
    /// `delete`.
    Delete,
    /// `open`.
    Open,
    /// `suppressed` and `unlisted`.
    Suppressed,
    /// `part`.
    Part,
    /// `begin`, `complete` and `abort`.
    Upload,
}

/// What happens to one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No fault: it is carried out and answered.
    None,
    /// The request is lost: unavailable.
    Lost,
    /// It is carried out, and the answer is lost: unavailable.
    AnswerLost,
    /// It is rejected: unusable.
    Unusable,
    /// A write gets a conflict and is not carried out, as with S3's 409. A part or a completion finds no upload. Other operations
    /// have no fault.
    Conflict,
    /// A write is carried out and gets a conflict, as one that was sent twice on its way does. Other operations have no fault.
    Repeated,
}

type Chance = Box<dyn Fn(Operation, &str) -> Fault + Send + Sync>;

/// Adds faults to another store: first those scripted for an operation, in order, then those that `otherwise` returns.
pub struct Faulty<P: ?Sized> {
    inner: Arc<P>,
    script: Mutex<HashMap<Operation, VecDeque<Fault>>>,
    otherwise: Mutex<Chance>,
    log: Mutex<Vec<(Operation, String)>>,
    takes_turns: AtomicBool,
}

impl<P: ?Sized> fmt::Debug for Faulty<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faulty").field("script", &self.script).finish_non_exhaustive()
    }
}

impl<P: ?Sized + Send + Sync> Faulty<P> {
    /// Returns a store without faults.
    #[must_use]
    pub fn new(inner: Arc<P>) -> Self {
        Self {
            inner,
            script: Mutex::default(),
            otherwise: Mutex::new(Box::new(|_, _| Fault::None)),
            log: Mutex::default(),
            takes_turns: AtomicBool::new(false),
        }
    }

    /// Returns the store behind, which never fails.
    #[must_use]
    pub fn inner(&self) -> &Arc<P> {
        &self.inner
    }

    /// Scripts the faults of the next operations of this kind, in order.
    pub fn script(&self, operation: Operation, faults: impl IntoIterator<Item = Fault>) {
        locked(&self.script).entry(operation).or_default().extend(faults);
    }

    /// Sets the fault of every operation without a script, by its key or number.
    pub fn otherwise(&self, fault: impl Fn(Operation, &str) -> Fault + Send + Sync + 'static) {
        *locked(&self.otherwise) = Box::new(fault);
    }

    /// Lets others have a turn before each operation from now on. Without it, futures that are joined run one after the other. A
    /// deadline by the clock of a test comes before any operation then, because its sleeps end at once.
    pub fn take_turns(&self) {
        self.takes_turns.store(true, Ordering::Relaxed);
    }

    /// Removes all faults that are still to come.
    pub fn heal(&self) {
        locked(&self.script).clear();
        self.otherwise(|_, _| Fault::None);
    }

    /// Returns all operations so far, with their keys, prefixes or numbers.
    #[must_use]
    pub fn log(&self) -> Vec<(Operation, String)> {
        locked(&self.log).clone()
    }

    fn next(&self, operation: Operation, key: &str) -> Fault {
        locked(&self.log).push((operation, key.to_owned()));
        let scripted = locked(&self.script).get_mut(&operation).and_then(VecDeque::pop_front);
        scripted.unwrap_or_else(|| locked(&self.otherwise)(operation, key))
    }

    async fn apply<T: Send>(
        &self,
        operation: Operation,
        key: &str,
        conflict: Option<T>,
        carried_out: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        if self.takes_turns.load(Ordering::Relaxed) {
            yield_now().await;
        }
        match (self.next(operation, key), conflict) {
            (Fault::Conflict, Some(conflict)) => Ok(conflict),
            (Fault::Repeated, Some(conflict)) => carried_out.await.map(|_| conflict),
            (Fault::None | Fault::Conflict | Fault::Repeated, _) => carried_out.await,
            (Fault::Lost, _) => Err(StoreError::unavailable("scripted: the request was lost")),
            (Fault::AnswerLost, _) => {
                carried_out.await?;
                Err(StoreError::unavailable("scripted: the answer was lost"))
            }
            (Fault::Unusable, _) => Err(StoreError::unusable("scripted: rejected")),
        }
    }
}

#[async_trait]
impl<P: BlobStore + ?Sized> BlobStore for Faulty<P> {
    async fn get(&self, key: &str) -> Result<Option<Versioned<Bytes>>, StoreError> {
        self.apply(Operation::Get, key, None, self.inner.get(key)).await
    }

    async fn get_if(&self, key: &str, wanted: &Wanted) -> Result<Fetched, StoreError> {
        self.apply(Operation::Get, key, None, self.inner.get_if(key, wanted)).await
    }

    async fn get_part(&self, key: &str, of: &Version, part: Part) -> Result<Option<Bytes>, StoreError> {
        self.apply(Operation::Get, key, None, self.inner.get_part(key, of, part)).await
    }

    async fn put(&self, key: &str, body: Bytes, expect: &Expect) -> Result<Put, StoreError> {
        let put = self.inner.put(key, body, expect);
        self.apply(Operation::Put, key, Some(Put::Conflict), put).await
    }

    async fn entries(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.apply(Operation::List, prefix, None, self.inner.entries(prefix)).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.apply(Operation::Delete, key, None, self.inner.delete(key)).await
    }
}

#[async_trait]
impl<P: LineStore + ?Sized> LineStore for Faulty<P> {
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError> {
        self.apply(Operation::Get, phone.as_str(), None, self.inner.get(phone)).await
    }

    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError> {
        self.apply(Operation::GetMany, "", None, self.inner.get_many(phones)).await
    }

    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        let put = self.inner.put(phone, line, expect);
        self.apply(Operation::Put, phone.as_str(), Some(Put::Conflict), put).await
    }

    async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError> {
        self.apply(Operation::Open, "", None, self.inner.open(due, limit)).await
    }

    async fn suppressed(&self, after: Option<&Phone>, limit: usize) -> Result<Suppressed, StoreError> {
        self.apply(Operation::Suppressed, "", None, self.inner.suppressed(after, limit)).await
    }

    async fn unlisted(&self, after: Option<&Phone>) -> Result<Unlisted, StoreError> {
        self.apply(Operation::Suppressed, "", None, self.inner.unlisted(after)).await
    }
}

#[async_trait]
impl<P: Uploads + ?Sized> Uploads for Faulty<P> {
    fn part_bytes(&self) -> usize {
        self.inner.part_bytes()
    }

    async fn begin(&self, key: &str) -> Result<String, StoreError> {
        self.apply(Operation::Upload, key, None, self.inner.begin(key)).await
    }

    async fn part(&self, key: &str, upload: &str, number: usize, body: Bytes) -> Result<PutPart, StoreError> {
        let part = self.inner.part(key, upload, number, body);
        self.apply(Operation::Part, key, Some(PutPart::Gone), part).await
    }

    async fn complete(&self, key: &str, upload: &str, parts: &[String]) -> Result<Completed, StoreError> {
        let complete = self.inner.complete(key, upload, parts);
        self.apply(Operation::Upload, key, Some(Completed::Gone), complete).await
    }

    async fn abort(&self, key: &str, upload: &str) -> Result<(), StoreError> {
        self.apply(Operation::Upload, key, None, self.inner.abort(key, upload)).await
    }

    async fn link(&self, key: &str, lifetime: Duration) -> Result<String, StoreError> {
        self.inner.link(key, lifetime).await
    }
}
