//! Commands of operators for one lead.

use super::Admin;
use crate::store::cas::UpdateError;
use crate::usecase::steer::{Steer, Steered, Target};
use chrono::{DateTime, Utc};
use redial_domain::ledger::Entry;
use redial_domain::{Actor, Command, LeadId, LeadKey, Phone};

impl Admin {
    /// Applies a command to a lead, and records it. Once this is answered, no claim that read the record before can be made.
    ///
    /// # Errors
    /// [`UpdateError`]; then the command may be stored and recorded or not, and can be given again.
    pub async fn steer(&self, by: &Actor, id: &LeadId, phone: &Phone, what: Command) -> Result<Steered, UpdateError> {
        let (stores, policy) = (&*self.stores, self.stores.settings.load().await?.policy);
        let until = DateTime::<Utc>::MAX_UTC;
        let target = Target { id: id.clone(), phone: phone.clone(), seen: None };
        let entry = |_, steering, now| Entry::steered(by, steering, now, stores.clock.chance());
        let steer = Steer { stores, policy: &policy, by, what, until };
        let steered = steer.give(&[target], &entry).await?.pop().unwrap_or(Ok(Steered::UnknownLead))?;
        let hash = format!("{:08x}", LeadKey::new(id, phone).stable_hash());
        tracing::info!(actor = by.name(), lead.key = hash, command = ?what, outcome = ?steered, "an operator's command for a lead");
        Ok(steered)
    }
}
