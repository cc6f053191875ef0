//! Finds records by what is not their key.

use super::{Found, Records, location_of};
use crate::ports::StoreError;
use redial_domain::{CallId, Forbidden, Lead, LeadId, Month, NumberFacts, Phone};

impl Records {
    /// Returns every record with this number in these months. Reads all their objects.
    ///
    /// # Errors
    /// When the store is unavailable, or no record was found but one of the objects cannot be understood: it may be there.
    pub async fn find_by_phone(&self, phone: &Phone, months: &[Month]) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::new();
        let mut unusable = None;
        for (node, leaf) in self.leaves(months).await? {
            match leaf {
                Ok(leaf) => {
                    let leads = leaf.find_by_phone(phone).into_iter();
                    found.extend(leads.map(|lead| Found { location: location_of(node.month, &lead), lead }));
                }
                Err(error) => unusable = Some(StoreError::Unusable(error)),
            }
        }
        unusable.filter(|_| found.is_empty()).map_or(Ok(found), Err)
    }

    /// Returns what the records with this number in these months say about it, as a scan of them would. Objects that
    /// cannot be understood are left out.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn facts_of(&self, phone: &Phone, months: &[Month]) -> Result<NumberFacts, StoreError> {
        let now = self.clock.now();
        let mut facts = NumberFacts::default();
        for (_, leaf) in self.leaves(months).await? {
            for lead in leaf.iter().flat_map(|leaf| leaf.find_by_phone(phone)) {
                facts.add(&lead, now);
            }
            if let Ok(leaf) = &leaf
                && let Some(outcome) = leaf.refusal_of_unreadable(phone)
            {
                facts.forbid(Forbidden { reason: outcome, at: None });
            }
        }
        Ok(facts)
    }

    /// Returns the numbers of all records in these months that are of this lead or know this call. Reads all their
    /// objects.
    ///
    /// # Errors
    /// When the store is unavailable, or no number was found but one of the objects cannot be understood: it may be there.
    pub async fn find_numbers(
        &self,
        id: Option<&LeadId>,
        call: Option<&CallId>,
        months: &[Month],
    ) -> Result<Vec<Phone>, StoreError> {
        let mut found = Vec::new();
        let mut unusable = None;
        let is_its = |lead: &Lead| id == Some(&lead.id) || call.is_some_and(|call| lead.knows(call));
        for (_, leaf) in self.leaves(months).await? {
            match leaf {
                Ok(leaf) => {
                    let leads = leaf.leads().filter_map(|(_, lead)| lead.ok());
                    found.extend(leads.filter(is_its).map(|lead| lead.phone));
                }
                Err(error) => unusable = Some(StoreError::Unusable(error)),
            }
        }
        found.sort_unstable();
        found.dedup();
        unusable.filter(|_| found.is_empty()).map_or(Ok(found), Err)
    }
}
