//! Lists that are sent to the admin API.

use super::{Admin, UpdateError};
use crate::ports::{StoreError, error_chain};
use crate::usecase::import::{Leads, ListKind, Numbers, import};
use bytes::Bytes;
use chrono::TimeDelta;
use redial_domain::{Actor, Import};
use redial_formats::list::ListFormat;

/// How long the admin API works on a list that was sent to it. The next run does the rest.
const IMPORT_TIME: TimeDelta = TimeDelta::seconds(8);

impl Admin {
    /// Stores a list of numbers to suppress, and works on it for some seconds. Returns its name, and how far it came. Once
    /// this is answered, no run begins to dial before it has imported the list to its end.
    ///
    /// # Errors
    /// [`UpdateError`]; then the list may be stored or not.
    pub async fn import_suppressions(
        &self,
        by: &Actor,
        format: ListFormat,
        list: Bytes,
    ) -> Result<(String, Import), UpdateError> {
        self.import_list::<Numbers>(by, format, list, IMPORT_TIME).await
    }

    /// Stores a list of leads to add, and works on it for some seconds. Returns its name, and how far it came. The next runs
    /// import what is left.
    ///
    /// # Errors
    /// [`UpdateError`]; then the list may be stored or not.
    pub async fn import_leads(
        &self,
        by: &Actor,
        format: ListFormat,
        list: Bytes,
    ) -> Result<(String, Import), UpdateError> {
        // A list of numbers to suppress comes first, because it may have the number of any lead.
        let may_begin = matches!(self.stores.imports.is_waiting().await, Ok(false));
        let time = if may_begin { IMPORT_TIME } else { TimeDelta::zero() };
        self.import_list::<Leads>(by, format, list, time).await
    }

    /// Returns how far a list of numbers to suppress is imported. `None` if there is no list of this name that anybody has begun.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn import_progress(&self, name: &str) -> Result<Option<Import>, StoreError> {
        self.stores.imports.progress(name).await
    }

    /// Returns how far a list of leads is imported. `None` if there is no list of this name that anybody has begun.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn lead_import_progress(&self, name: &str) -> Result<Option<Import>, StoreError> {
        self.stores.lead_lists.progress(name).await
    }

    async fn import_list<K: ListKind>(
        &self,
        by: &Actor,
        format: ListFormat,
        list: Bytes,
        time: TimeDelta,
    ) -> Result<(String, Import), UpdateError> {
        let (lists, now) = (K::lists(&self.stores), self.stores.clock.now());
        let name = self.name_of_list("list", format);
        let stored = lists.add(&name, by.name(), list).await?;
        let entry = stored.ok_or_else(|| StoreError::unavailable("a list of this name is there"))?;
        // The list is stored, so a run imports it whatever happens here.
        if let Err(error) = import::<K>(&self.stores, &name, &entry, now + time).await {
            tracing::warn!(kind = K::WHAT, error = error_chain(&error), "an import is left for the next run");
        }
        let progress = lists.progress(&name).await.ok().flatten();
        Ok((name, progress.unwrap_or_else(|| Import::new(entry.version.0, by.name(), now))))
    }
}
