//! Everything about one number.

use super::{Admin, Explanation};
use crate::ports::StoreError;
use chrono::{DateTime, Utc};
use redial_domain::{Line, Phone};
use std::collections::HashSet;
use std::sync::Arc;

/// What is known about one number.
#[derive(Debug, Clone)]
pub struct NumberView {
    /// The line, with what records say about the number.
    pub line: Line,
    /// Every lead with this number, the newest month first. Of several records of one lead only the newest is here, because it
    /// is the one that is dialed.
    pub leads: Vec<Explanation>,
    /// When this was true.
    pub at: DateTime<Utc>,
}

impl Admin {
    /// Returns what is known about a number, from its line and from the records of the open months. A number that was never
    /// called has an empty line and no leads.
    ///
    /// # Errors
    /// When anything that decides cannot be read.
    pub async fn number(&self, phone: &Phone) -> Result<NumberView, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let months = self.open_months(&policy);
        let mut found = self.stores.records.find_by_phone(phone, &months).await?;
        let facts = self.stores.records.facts_of(phone, &months).await?;
        let mut line = self.stores.lines.get(phone).await?;
        let at = self.stores.clock.now();
        line.learn(&facts, at);
        found.sort_by_key(|found| std::cmp::Reverse(found.location.month));
        let mut seen = HashSet::new();
        found.retain(|found| seen.insert(found.lead.key()));
        let mut leads = Vec::new();
        for found in found {
            let waits = self.stores.records.may_have_older_record(&found.lead, &months).await?;
            leads.push(Explanation::new(found, line.clone(), waits, Arc::clone(&policy), at));
        }
        Ok(NumberView { line, leads, at })
    }
}
