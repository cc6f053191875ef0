//! Finds records by what is not their key.

use super::leaf_cell::too_large;
use super::tree::Node;
use super::{Found, Large, Records, location_of};
use crate::ports::StoreError;
use futures_util::TryStreamExt;
use redial_domain::{CallId, Forbidden, Lead, LeadId, Month, NumberFacts, Phone};
use redial_formats::month_v1::{Leaf, Row};
use std::sync::Arc;

/// The leaves that have a record with a number.
struct With {
    leaves: Vec<(Node, Arc<Leaf>)>,
    /// The keys of the objects that cannot be understood.
    unreadable: Vec<String>,
    /// The objects that are too large to be read at once.
    large: Vec<Large>,
}

impl Records {
    /// Returns every record with this number in these months. Reads the objects that have one, and those that are not known.
    ///
    /// # Errors
    /// When the store is unavailable, or no record was found but one of the objects cannot be understood: it may be there.
    pub async fn find_by_phone(&self, phone: &Phone, months: &[Month]) -> Result<Vec<Found>, StoreError> {
        let With { leaves, unreadable, large } = self.leaves_with(phone, months).await?;
        let found = leaves.iter().flat_map(|(node, leaf)| {
            let leads = leaf.find_by_phone(phone).into_iter();
            leads.map(|lead| Found { location: location_of(node.month, &lead), lead })
        });
        let found: Vec<_> = found.collect();
        match (large.first(), unreadable.first()) {
            (Some(large), _) if found.is_empty() => Err(too_large(&large.node, large.bytes)),
            (_, Some(key)) if found.is_empty() => Err(StoreError::unusable(format!("{key}: it cannot be understood"))),
            _ => Ok(found),
        }
    }

    /// Returns what the records with this number in these months say about it, as a scan of them would. Objects that
    /// cannot be understood are left out.
    ///
    /// # Errors
    /// When the store is unavailable, or one of the objects is too large to be read before runs have divided it.
    pub async fn facts_of(&self, phone: &Phone, months: &[Month]) -> Result<NumberFacts, StoreError> {
        let now = self.clock.now();
        let mut facts = NumberFacts::default();
        let With { leaves, large, .. } = self.leaves_with(phone, months).await?;
        if let Some(large) = large.first() {
            return Err(too_large(&large.node, large.bytes));
        }
        for (_, leaf) in leaves {
            for lead in leaf.find_by_phone(phone) {
                facts.add(&lead, now);
            }
            if let Some(outcome) = leaf.refusal_of_unreadable(phone) {
                facts.forbid(Forbidden { reason: outcome, at: None });
            }
        }
        Ok(facts)
    }

    async fn leaves_with(&self, phone: &Phone, months: &[Month]) -> Result<With, StoreError> {
        let survey = self.survey(months).await?;
        let number = Row::number_of(phone);
        let mut leaves = Vec::new();
        let mut unreadable = survey.unreadable_objects.clone();
        for (node, leaf) in self.leaves_with_rows(&survey, |row| row.number == number).try_concat().await? {
            match leaf {
                Ok((leaf, _)) => leaves.push((node, leaf)),
                Err(_) => unreadable.push(node.key),
            }
        }
        Ok(With { leaves, unreadable, large: survey.large })
    }

    /// Returns the numbers of all records in these months that are of this lead or know this call. Reads all their
    /// objects.
    ///
    /// # Errors
    /// When the store is unavailable, or no number was found but one of the objects cannot be read: it may be there.
    pub async fn find_numbers(
        &self,
        id: Option<&LeadId>,
        call: Option<&CallId>,
        months: &[Month],
    ) -> Result<Vec<Phone>, StoreError> {
        let mut found = Vec::new();
        let mut unusable = None;
        let is_its = |lead: &Lead| id == Some(&lead.id) || call.is_some_and(|call| lead.knows(call));
        let survey = self.survey(months).await?;
        if let Some(key) = survey.unreadable_objects.first() {
            unusable = Some(StoreError::unusable(format!("{key}: it cannot be understood")));
        }
        if let Some(large) = survey.large.first() {
            unusable = Some(too_large(&large.node, large.bytes));
        }
        let mut leaves = self.leaves_with_rows(&survey, |_| true);
        while let Some(read) = leaves.try_next().await? {
            for (_, leaf) in read {
                match leaf {
                    Ok((leaf, _)) => {
                        let leads = leaf.leads().filter_map(|(_, lead)| lead.ok());
                        found.extend(leads.filter(is_its).map(|lead| lead.phone));
                    }
                    Err(error) => unusable = Some(StoreError::Unusable(error)),
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        unusable.filter(|_| found.is_empty()).map_or(Ok(found), Err)
    }
}
