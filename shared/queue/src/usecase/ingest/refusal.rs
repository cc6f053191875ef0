//! A refusal that is not in a result: it came in a later payload of a call, or without a usable number or call id.

use super::{Ingest, NotStored, Received};
use crate::ports::StoreError;
use crate::store::records::{Found, RecordChange};
use redial_domain::{
    Arrival, CallId, CallResult, DoNotCall, LeadId, Line, Phone, Policy, Refused, Retire, Review, Suppression,
    Unattached, doubt,
};

impl Ingest {
    /// Suppresses the number of a do-not-call, or holds it back if a person must decide. A do-not-call without a number
    /// applies to every number of its lead and of the record that knows its call.
    pub(super) async fn hear(&self, told: DoNotCall, policy: &Policy) -> Result<Received, NotStored> {
        let call_id = told.call.as_ref().map(CallId::as_str);
        let numbers = self.numbers_of(&told, policy).await?;
        if numbers.is_empty() {
            tracing::error!(call.id = call_id, "a do-not-call belongs to no number that is known");
            return Ok(Received::Unattached(Unattached::DoNotCall));
        }
        for phone in &numbers {
            match &told.refused {
                Refused::Certainly(outcome) => {
                    let suppression = Suppression::new(outcome.clone(), told.source, self.stores.clock.now());
                    let forbidden = self.stores.lines.forbid(phone, &suppression, Retire::Soon).await;
                    forbidden.map_err(NotStored)?;
                }
                Refused::Possible(words) => self.hold_for_review(phone, &told, words, policy).await?,
            }
        }
        tracing::info!(call.id = call_id, numbers = numbers.len(), "a do-not-call was heard outside a result");
        Ok(match told.refused {
            Refused::Certainly(_) => Received::DoNotCall,
            Refused::Possible(_) => Received::PossibleDoNotCall,
        })
    }

    /// Hears a refusal in a repeated result: its words may be in the repetition only.
    pub(super) async fn hear_repeated(&self, arrival: &Arrival, line: &Line, policy: &Policy) -> Result<(), NotStored> {
        match told_again(arrival, line) {
            Some(told) => self.hear(told, policy).await.map(drop),
            None => Ok(()),
        }
    }

    pub(super) async fn numbers_of(&self, told: &DoNotCall, policy: &Policy) -> Result<Vec<Phone>, StoreError> {
        match &told.phone {
            Some(phone) => Ok(vec![phone.clone()]),
            None if told.lead.is_none() && told.call.is_none() => Ok(Vec::new()),
            None => {
                let months = self.open_months(policy);
                self.stores.records.find_numbers(told.lead.as_ref(), told.call.as_ref(), &months).await
            }
        }
    }

    /// Holds a number back until a person has decided about these words, and lists them in one of its records.
    async fn hold_for_review(
        &self,
        phone: &Phone,
        told: &DoNotCall,
        words: &str,
        policy: &Policy,
    ) -> Result<(), NotStored> {
        let call = told.call.clone().unwrap_or_else(CallId::unknown);
        let found = self.stores.records.find_by_phone(phone, &self.open_months(policy)).await;
        let is_dismissed = |found: &Vec<Found>| found.iter().any(|found| found.lead.has_dismissed(&call));
        if found.as_ref().is_ok_and(is_dismissed) {
            return Ok(());
        }
        let now = self.stores.clock.now();
        let review = Review { call, words: words.to_owned(), since: now };
        // The number first: whatever cannot be read or stored, nobody dials it.
        self.stores.lines.update(phone, |line| line.doubt(review.clone())).await.map_err(NotStored)?;
        let found = found?;
        // Without a record the result is still on its line, and takes these words with it.
        let Some(best) = record_of(&found, &review.call, told.lead.as_ref()) else { return Ok(()) };
        let decide = |lead: Option<&redial_domain::Lead>| match lead.and_then(|lead| doubt(lead, &review, now)) {
            Some(lead) => RecordChange::Put(Box::new(lead), ()),
            None => RecordChange::Keep(()),
        };
        self.stores.records.update(&best.location, decide).await.map_err(NotStored)
    }
}

/// Returns the refusal in a repeated result that its line does not know.
pub(super) fn told_again(arrival: &Arrival, line: &Line) -> Option<DoNotCall> {
    let Arrival::Result(result) = arrival else { return None };
    let refused = match &result.possible_refusal {
        _ if line.suppressed.is_some() => return None,
        _ if result.outcome.suppresses() => Refused::Certainly(result.outcome.clone()),
        Some(words) if line.review.is_none() => Refused::Possible(words.clone()),
        Some(_) | None => return None,
    };
    let CallResult { source, phone, lead, call, .. } = result.clone();
    Some(DoNotCall { refused, source, phone: Some(phone), lead, call: Some(call) })
}

/// Returns the record, of those of one number, in which a refusal belongs: the one that knows the call, else that of the lead.
pub(super) fn record_of<'a>(found: &'a [Found], call: &CallId, lead: Option<&LeadId>) -> Option<&'a Found> {
    let is_best = |found: &Found| (found.lead.knows(call), Some(&found.lead.id) == lead);
    let best = found.iter().max_by_key(|found| is_best(found))?;
    // Of several records of one lead, as in files of the original, the newest counts.
    let same_lead = found.iter().filter(|found| found.lead.key() == best.lead.key());
    same_lead.max_by_key(|found| found.location.month)
}
