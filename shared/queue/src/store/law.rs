//! The calling rules in force: the newest file that is valid, with what operators have recorded.

use super::cas::{self, Cell, Change, UpdateError};
use crate::ports::{BlobStore, Clock, Expect, Fetched, Put, StoreError, Versioned, Wanted};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::law::{Register, Rules};
use redial_formats::{law_v1, register_v1};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The key of the register.
pub const REGISTER: &str = "redial-queue/law/register.json";
/// Where newer files of rules are. The last one by name counts.
pub const FILES: &str = "redial-queue/law/rules/";
/// The most rounds of one change. Operators seldom record something at the same time.
const ROUNDS: u32 = 8;
/// For how long the list of files is not read again.
const LIST_TIME: TimeDelta = TimeDelta::seconds(60);

/// A file of rules that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its key.
    pub key: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The rules in force, with what was refused.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    /// The rules.
    pub rules: Option<Arc<Rules>>,
    /// The key of their file. `None` if they are those of this release.
    pub key: Option<String>,
    /// Newer files that are not valid.
    pub refused: Vec<Refused>,
}

/// The store of the calling rules.
pub struct LawStore {
    blobs: Arc<dyn BlobStore>,
    clock: Arc<dyn Clock>,
    embedded: Arc<Rules>,
    state: Mutex<State>,
}

/// The rules of a file, or what is wrong with it.
type ReadFile = Result<Arc<Rules>, String>;

#[derive(Default)]
struct State {
    listed_at: Option<DateTime<Utc>>,
    base: InForce,
    /// The last file that was read and its key, so that an unchanged one is not parsed again.
    file: Option<(String, Versioned<ReadFile>)>,
    register: Option<Versioned<Register>>,
    /// What the two make. It is made anew only after a change, because it remembers places.
    made: Option<Arc<Rules>>,
}

impl std::fmt::Debug for LawStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LawStore")
    }
}

impl LawStore {
    /// Returns a store whose rules are `embedded` while the bucket has no newer ones.
    #[must_use]
    pub fn new(blobs: Arc<dyn BlobStore>, clock: Arc<dyn Clock>, embedded: Arc<Rules>) -> Self {
        Self { blobs, clock, embedded, state: Mutex::default() }
    }

    /// Returns the rules in force now. A newer file is at most a minute late, and the register is always read.
    ///
    /// A file that is not valid is left out as a whole, and the next older one counts.
    ///
    /// # Errors
    /// If something cannot be read, or if the register cannot be understood. Then no lead may be dialed.
    pub async fn in_force(&self) -> Result<Arc<Rules>, StoreError> {
        let (register, ()) = futures_util::future::try_join(self.read_register(), self.read_files()).await?;
        let mut state = self.state();
        let is_same = match (&state.register, &register) {
            (None, None) => true,
            (Some(known), Some(read)) => known.version == read.version,
            (None, Some(_)) | (Some(_), None) => false,
        };
        if let Some(made) = state.made.as_ref().filter(|_| is_same) {
            return Ok(Arc::clone(made));
        }
        let base = state.base.rules.as_ref().unwrap_or(&self.embedded);
        let made = match &register {
            Some(register) => Arc::new(base.with(register.value.clone())),
            None => Arc::clone(base),
        };
        state.register = register;
        state.made = Some(Arc::clone(&made));
        Ok(made)
    }

    /// Returns the rules that were read last, or those of this release.
    #[must_use]
    pub fn last_known(&self) -> Arc<Rules> {
        self.state().made.clone().unwrap_or_else(|| Arc::clone(&self.embedded))
    }

    /// Returns which file is in force, and which were refused, as they were read last.
    #[must_use]
    pub fn files(&self) -> InForce {
        self.state().base.clone()
    }

    /// Changes the register. `change` must recognize its own work, see [`cas::update`].
    ///
    /// # Errors
    /// As [`cas::update`].
    pub async fn update<R: Send>(&self, mut change: impl FnMut(&mut Register) -> R + Send) -> Result<R, UpdateError> {
        cas::update(&RegisterCell(&*self.blobs), &*self.clock, ROUNDS, |stored| {
            let before = stored.cloned().unwrap_or_default();
            let mut next = before.clone();
            let done = change(&mut next);
            if next == before { Change::Keep(done) } else { Change::Write(next, done) }
        })
        .await
    }

    async fn read_register(&self) -> Result<Option<Versioned<Register>>, StoreError> {
        let known = self.state().register.clone();
        let Some(known) = known else { return RegisterCell(&*self.blobs).read().await };
        match self.blobs.get_if(REGISTER, &Wanted::unless(&known.version)).await? {
            Fetched::Absent => Ok(None),
            Fetched::Unchanged => Ok(Some(known)),
            Fetched::Changed(stored) => Ok(Some(register(stored)?)),
            Fetched::TooLarge(_) => Err(any_length()),
        }
    }

    /// Reads the files from the last by name to the first that is valid.
    async fn read_files(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        if self.state().listed_at.is_some_and(|at| at <= now && now < at + LIST_TIME) {
            return Ok(());
        }
        let keys = self.blobs.list(FILES).await?;
        let mut found = InForce::default();
        for key in keys.into_iter().rev().filter(|key| key.ends_with(".json")) {
            match self.read_file(&key).await? {
                None => {}
                Some(Ok(rules)) => {
                    found.rules = Some(rules);
                    found.key = Some(key);
                    break;
                }
                Some(Err(reason)) => {
                    tracing::error!(key, reason, "a file of calling rules is not valid, so an older one is in force");
                    found.refused.push(Refused { key, reason });
                }
            }
        }
        let mut state = self.state();
        state.listed_at = Some(now);
        let is_same = match (&state.base.rules, &found.rules) {
            (Some(known), Some(read)) => Arc::ptr_eq(known, read),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_same {
            state.made = None;
        }
        state.base = found;
        Ok(())
    }

    async fn read_file(&self, key: &str) -> Result<Option<ReadFile>, StoreError> {
        let known = self.state().file.clone().filter(|(known, _)| known == key).map(|(_, file)| file);
        let stored = match &known {
            None => self.blobs.get(key).await?,
            Some(known) => match self.blobs.get_if(key, &Wanted::unless(&known.version)).await? {
                Fetched::Absent => None,
                Fetched::Unchanged => return Ok(Some(known.value.clone())),
                Fetched::Changed(stored) => Some(stored),
                Fetched::TooLarge(_) => return Err(any_length()),
            },
        };
        let Some(Versioned { value, version }) = stored else { return Ok(None) };
        let read = law_v1::rules(&value).map(Arc::new).map_err(|error| error.to_string());
        self.state().file = Some((key.to_owned(), Versioned { value: read.clone(), version }));
        Ok(Some(read))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn any_length() -> StoreError {
    StoreError::unusable("the store refused an object of any length as too large")
}

fn register(stored: Versioned<bytes::Bytes>) -> Result<Versioned<Register>, StoreError> {
    let Versioned { value, version } = stored;
    let value = register_v1::parse(&value).map_err(StoreError::unusable)?;
    Ok(Versioned { value, version })
}

struct RegisterCell<'a>(&'a dyn BlobStore);

#[async_trait]
impl Cell for RegisterCell<'_> {
    type Value = Register;

    async fn read(&self) -> Result<Option<Versioned<Register>>, StoreError> {
        self.0.get(REGISTER).await?.map(register).transpose()
    }

    async fn write(&self, value: &Register, expect: &Expect) -> Result<Put, StoreError> {
        self.0.put(REGISTER, register_v1::to_bytes(value).into(), expect).await
    }
}
