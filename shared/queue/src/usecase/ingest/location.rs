//! Finds the lead of an arrival and the location of its record.

use super::Ingest;
use crate::ports::StoreError;
use crate::store::cas::{Known, UpdateError};
use crate::store::records::{Found, Located};
use redial_domain::{Arrival, CallResult, Lead, LeadKey, LeadRef, Line, Month, Phone, Policy};

/// The place of an arrival's record.
pub(super) struct Pinned {
    pub(super) lead: LeadRef,
    /// An older month that cannot be read, and may have a record of the lead.
    pub(super) beside_unreadable: Option<Month>,
}

impl Ingest {
    /// Finds the lead of an arrival. A call without a lead id belongs to the record of its number that was dialed last.
    pub(super) async fn named(
        &self,
        arrival: Arrival,
        known: &mut Known<Line>,
        policy: &Policy,
    ) -> Result<Result<Arrival, CallResult>, StoreError> {
        let Arrival::Result(mut result) = arrival else { return Ok(Ok(arrival)) };
        if result.lead.is_none() && result.is_refusal() {
            // The search may fail, and the suppression must not wait for it.
            let apply = |line: &mut Line| line.apply_number_facts(&result, self.stores.clock.now());
            let applied = self.stores.lines.update_known(&result.phone, std::mem::take(known), apply).await;
            (_, *known) = applied.map_err(StoreError::unavailable)?;
        }
        if result.lead.is_none() {
            self.find_lead(&mut result, known.value(), policy).await?;
        }
        Ok(if result.lead.is_some() { Ok(Arrival::Result(result)) } else { Err(result) })
    }

    /// Gives a result without a lead the one that the hold of its line names, else the one of the record that was dialed last.
    pub(super) async fn find_lead(
        &self,
        result: &mut CallResult,
        line: Option<&Line>,
        policy: &Policy,
    ) -> Result<(), StoreError> {
        let hold = line.and_then(|line| line.hold.as_ref());
        // The hold knows for certain whose call it is. The search is a guess, and reads all open months.
        let held = hold.filter(|hold| Some(hold.attempt) == result.attempt);
        let same_call = hold.filter(|hold| hold.call.as_ref() == Some(&result.call));
        let location = match held.or(same_call) {
            Some(hold) => Some(hold.lead.clone()),
            None => self.last_dialed(result, policy).await?.map(|found| found.location),
        };
        // With its month the result makes no new record if an operator removes this one meanwhile.
        result.month = location.as_ref().map(|location| location.month);
        result.lead = location.map(|location| location.id);
        Ok(())
    }

    /// Returns the record of the number that has this call already, so that a repeat stays one. Otherwise the one that was
    /// dialed last.
    async fn last_dialed(&self, result: &CallResult, policy: &Policy) -> Result<Option<Found>, StoreError> {
        let found = self.stores.records.find_by_phone(&result.phone, &self.open_months(policy)).await?;
        let knows = |lead: &Lead| lead.history.iter().any(|past| past.call == result.call);
        let order = |found: &Found| (knows(&found.lead), found.lead.last_call, found.lead.updated_at);
        Ok(found.into_iter().max_by_key(order))
    }

    /// Returns where the record of an arrival is if that needs no search: where the call was dialed from, else where the line
    /// says.
    pub(super) fn known_location(&self, arrival: &Arrival, line: Option<&Line>, policy: &Policy) -> Option<LeadRef> {
        let (id, phone) = (arrival.lead()?.clone(), arrival.phone().clone());
        if let Some(month) = arrival.month() {
            return Some(LeadRef { month, id, phone });
        }
        let known = line?.record_location(&LeadKey::new(&id, &phone))?;
        self.is_open(known.month, policy).then(|| known.clone())
    }

    /// Returns where the record of an arrival is or will be: where it is known to be, else where the open months have it, else
    /// this month.
    pub(super) async fn location(&self, arrival: &Arrival, line: &Line, policy: &Policy) -> Result<Pinned, StoreError> {
        if let Some(lead) = self.known_location(arrival, Some(line), policy) {
            return Ok(Pinned { lead, beside_unreadable: None });
        }
        let id = arrival.lead().cloned().ok_or_else(|| StoreError::unusable("an arrival without a lead"))?;
        let phone = arrival.phone().clone();
        let key = LeadKey::new(&id, &phone);
        let open = self.open_months(policy);
        let (month, beside_unreadable) = match self.stores.records.locate_for_intake(&key, &open).await? {
            Located::In(month) => (month, None),
            Located::Nowhere => (open[0], None),
            Located::PerhapsIn(unreadable) => (open[0], Some(unreadable)),
        };
        Ok(Pinned { lead: LeadRef { month, id, phone }, beside_unreadable })
    }

    /// Does as [`Ingest::location`], and pins a new location on the line before the record is made. Returns `None` if the
    /// arrival does not wait there any more: another process has brought it into its record, or an operator has removed its
    /// lead, and a record would bring the lead back.
    ///
    /// Without the pin two first results around midnight at the turn of a month would make two records of one lead.
    pub(super) async fn pinned_location(
        &self,
        phone: &Phone,
        arrival: &Arrival,
        line: &Line,
        known: &mut Known<Line>,
        policy: &Policy,
    ) -> Result<Option<Pinned>, UpdateError> {
        let Pinned { lead: location, beside_unreadable } = self.location(arrival, line, policy).await?;
        // A result that names its month makes no record, so it needs no pin.
        if arrival.month().is_some() || line.record_location(&location.key()) == Some(&location) {
            return Ok(Some(Pinned { lead: location, beside_unreadable }));
        }
        let (fixed, pinned) = self
            .stores
            .lines
            .update_known(phone, std::mem::take(known), |line| {
                if !line.waits_for(arrival) {
                    return None;
                }
                Some(line.pin_new_record(&location, |month| self.is_open(month, policy)))
            })
            .await?;
        *known = pinned;
        Ok(fixed.map(|lead| Pinned { lead, beside_unreadable }))
    }

    pub(super) fn is_open(&self, month: Month, policy: &Policy) -> bool {
        month.is_open(self.stores.clock.now(), policy.business_hours.zone, policy.retention_days)
    }

    pub(super) fn open_months(&self, policy: &Policy) -> Vec<Month> {
        Month::open(self.stores.clock.now(), policy.business_hours.zone, policy.retention_days)
    }
}
