//! Adds a lead by hand.

use super::{Admin, UpdateError};
use crate::ports::StoreError;
use crate::usecase::add::{Added, Looked, look};
use redial_domain::ledger::Entry;
use redial_domain::{Actor, Addition, AdditionError, LeadKey};

/// Why a lead was not added.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// It cannot be added.
    #[error(transparent)]
    Wrong(#[from] AdditionError),
    /// A store failed. The lead may be added or not, and the command can be given again.
    #[error(transparent)]
    NotStored(#[from] UpdateError),
}

impl From<StoreError> for NotAdded {
    fn from(error: StoreError) -> Self {
        Self::NotStored(error.into())
    }
}

impl Admin {
    /// Adds a lead that has no record in an open month and whose number may be called. A lead that has one stays as it is.
    ///
    /// It is recorded before it takes effect, because it lets calls be made.
    ///
    /// # Errors
    /// [`NotAdded`] says why.
    pub async fn add_lead(&self, by: &Actor, addition: &Addition) -> Result<Added, NotAdded> {
        let clock = &self.stores.clock;
        let policy = self.stores.settings.load().await?.policy;
        addition.check(clock.now(), &policy)?;
        let looked = look(&self.stores, policy, std::slice::from_ref(addition)).await?;
        let done = self.try_add(by, addition, &looked).await?;
        let hash = format!("{:08x}", LeadKey::new(&addition.new.lead, &addition.new.phone).stable_hash());
        match done {
            Added::Added => tracing::info!(actor = by.name(), lead.key = hash, "Added new lead to redial queue"),
            Added::Existed | Added::Closed(_) => {
                tracing::info!(actor = by.name(), lead.key = hash, outcome = ?done, "a lead was not added");
            }
            Added::Unreadable => return Err(StoreError::unusable("stored data of the lead cannot be read").into()),
        }
        Ok(done)
    }

    async fn try_add(&self, by: &Actor, addition: &Addition, looked: &Looked<'_>) -> Result<Added, UpdateError> {
        if let Some(decided) = looked.decided(0) {
            return Ok(decided);
        }
        let clock = &self.stores.clock;
        let phone = &addition.new.phone;
        let line = self.stores.lines.get(phone).await?;
        if let Some(closed) = looked.closed(phone, &line, clock.now()) {
            return Ok(Added::Closed(closed));
        }
        self.stores.ledger.append_one(Entry::added(by, addition, clock.now(), clock.chance())).await?;
        let done = looked.enter(&self.stores).await?;
        Ok(done.first().copied().unwrap_or(Added::Unreadable))
    }
}
