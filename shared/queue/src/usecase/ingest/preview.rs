//! Says what a report would do if a webhook took it in now. It reads, and writes nothing.

use super::refusal::{record_of, told_again};
use super::{Held, Ignored, Ingest, Ingested, Item, Received, is_held_for, is_repeat};
use crate::ports::StoreError;
use crate::store::records::{Found, RecordChange};
use chrono::{DateTime, Utc};
use redial_domain::{
    Arrival, CallId, CallResult, DoNotCall, InCall, Judged, Judgment, Lead, Line, Month, Phone, Policy, Refused,
    Report, Retire, Review, Suppression, Unattached, doubt, judgment, retire,
};

/// What a report would do.
#[derive(Debug, Clone)]
pub struct Preview {
    /// What the report means, and what decided it.
    pub judgment: Judgment,
    /// What would come of it.
    pub received: Received,
    /// What would become of its number. A do-not-call without a number may concern several.
    pub numbers: Vec<NumberPreview>,
    /// What would become of its record.
    pub lead: Option<LeadPreview>,
    /// When this was true.
    pub at: DateTime<Utc>,
}

/// What would become of a number.
#[derive(Debug, Clone)]
pub struct NumberPreview {
    /// The number.
    pub phone: Phone,
    /// Its line as it is now.
    pub before: Line,
    /// Its line once the report is in its record.
    pub after: Line,
}

/// What would become of a record.
#[derive(Debug, Clone)]
pub struct LeadPreview {
    /// The month of the record.
    pub month: Month,
    /// The record as it is now. `None` if there is none.
    pub before: Option<Lead>,
    /// The record as it would be.
    pub after: Lead,
}

impl Preview {
    /// Makes the preview of a report that would change nothing.
    #[must_use]
    pub fn of_nothing(judged: Judged, received: Received, at: DateTime<Utc>) -> Self {
        let judgment = Judgment { judged, decided: None };
        Self { judgment, received, numbers: Vec::new(), lead: None, at }
    }
}

/// What would come of a report, without its judgment.
type Foreseen = (Received, Vec<NumberPreview>, Option<LeadPreview>);

impl Ingest {
    /// Judges a report by the settings in force, and says what [`Ingest::receive`] would make of it. Nothing is written, measured
    /// or logged.
    ///
    /// # Errors
    /// If anything that decides cannot be read.
    pub async fn preview(&self, report: Report) -> Result<Preview, StoreError> {
        let policy = self.stores.settings.load().await?.policy;
        let at = self.stores.clock.now();
        let judgment = judgment(report, &policy);
        let (received, numbers, lead) = match judgment.judged.clone() {
            Judged::InCall(in_call) => self.preview_call(&in_call, &policy, at).await?,
            Judged::NotAResult(reason) => (Received::NotAResult(reason), Vec::new(), None),
            Judged::Unattached(reason) => (Received::Unattached(reason), Vec::new(), None),
            Judged::OfNobody(result, reason) => {
                (Received::Unattached(reason), vec![self.preview_facts(&result, at).await?], None)
            }
            Judged::DoNotCall(told) => self.preview_refusal(&told, &policy, at).await?,
            Judged::Arrival(arrival) => {
                let outcome = match &*arrival {
                    Arrival::Result(result) => Some(result.outcome.clone()),
                    Arrival::NewLead(_) => None,
                };
                let (ingested, numbers, lead) = self.preview_arrival(*arrival, &policy, at).await?;
                let received = outcome.map_or(Received::NewLead(ingested), |word| Received::Result(word, ingested));
                (received, numbers, lead)
            }
        };
        Ok(Preview { judgment, received, numbers, lead, at })
    }

    async fn preview_call(&self, in_call: &InCall, policy: &Policy, at: DateTime<Utc>) -> Result<Foreseen, StoreError> {
        let hold = |line: &mut Line| line.hold_for_agent(in_call, at + policy.convoso_call_hold, at);
        let (number, is_held) = self.preview_number(&in_call.phone, hold).await?;
        let held = if is_held { Held::Yes } else { Held::CallIsOver };
        Ok((Received::InCall(held), vec![number], None))
    }

    async fn preview_facts(&self, result: &CallResult, at: DateTime<Utc>) -> Result<NumberPreview, StoreError> {
        let apply = |line: &mut Line| line.apply_number_facts(result, at);
        Ok(self.preview_number(&result.phone, apply).await?.0)
    }

    /// Follows [`Ingest::handle`].
    async fn preview_arrival(
        &self,
        mut arrival: Arrival,
        policy: &Policy,
        at: DateTime<Utc>,
    ) -> Result<(Ingested, Vec<NumberPreview>, Option<LeadPreview>), StoreError> {
        let phone = arrival.phone().clone();
        let before = self.stores.lines.get(&phone).await?;
        if is_repeat(&arrival, &before) && !is_held_for(&arrival, &before) {
            return self.preview_repeat(&arrival, before, policy, at).await;
        }
        if let Arrival::Result(result) = &mut arrival
            && result.lead.is_none()
        {
            self.find_lead(result, Some(&before), policy).await?;
            if result.lead.is_none() {
                let number = self.preview_facts(result, at).await?;
                return Ok((Ingested::Ignored(Ignored::NoLead), vec![number], None));
            }
        }
        let mut after = before.clone();
        after.accept(arrival.clone(), at);
        if is_repeat(&arrival, &after) {
            return self.preview_repeat(&arrival, before, policy, at).await;
        }
        // As it waits on the line: a repeat of a result that waits already is that result.
        let waiting = after.inbox.iter().find(|waiting| waiting.arrival.id() == arrival.id());
        let arrival = waiting.map_or(arrival, |waiting| waiting.arrival.clone());
        let item = Item::new(&arrival, &after, self.location(&arrival, &after, policy).await?);
        let lead = self.stores.records.read(&item.location).await?;
        let month = item.location.month;
        let change = match self.is_open(month, policy) {
            true => item.decide(lead.as_ref(), at, policy),
            false => RecordChange::Keep(Ingested::Ignored(Ignored::RecordGone)),
        };
        after.resolve(&arrival);
        let (next, done) = match change {
            RecordChange::Put(next, done) => (Some(*next), done),
            RecordChange::Keep(done) | RecordChange::Remove(done) => (lead.clone(), done),
        };
        let lead = next.map(|next| LeadPreview { month, before: lead, after: next });
        Ok((done, vec![NumberPreview { phone, before, after }], lead))
    }

    /// Follows [`Ingest::hear_repeated`].
    async fn preview_repeat(
        &self,
        arrival: &Arrival,
        line: Line,
        policy: &Policy,
        at: DateTime<Utc>,
    ) -> Result<(Ingested, Vec<NumberPreview>, Option<LeadPreview>), StoreError> {
        if let Some(told) = told_again(arrival, &line) {
            let (_, numbers, lead) = self.preview_refusal(&told, policy, at).await?;
            return Ok((Ingested::Repeat, numbers, lead));
        }
        let phone = arrival.phone().clone();
        let found = self.stores.records.find_by_phone(&phone, &self.open_months(policy)).await?;
        let call = match arrival {
            Arrival::Result(result) => result.call.clone(),
            Arrival::NewLead(_) => CallId::unknown(),
        };
        let lead = record_of(&found, &call, arrival.lead()).map(|found| preview_record(found, None));
        let mut after = line.clone();
        after.accept(arrival.clone(), at);
        Ok((Ingested::Repeat, vec![NumberPreview { phone, before: line, after }], lead))
    }

    /// Follows [`Ingest::hear`], and the run that completes the records of a suppressed number.
    async fn preview_refusal(
        &self,
        told: &DoNotCall,
        policy: &Policy,
        at: DateTime<Utc>,
    ) -> Result<Foreseen, StoreError> {
        let call = told.call.clone().unwrap_or_else(CallId::unknown);
        let (mut numbers, mut lead) = (Vec::new(), None);
        for phone in self.numbers_of(told, policy).await? {
            let found = self.stores.records.find_by_phone(&phone, &self.open_months(policy)).await?;
            let best = record_of(&found, &call, told.lead.as_ref());
            let (number, next) = match &told.refused {
                Refused::Certainly(outcome) => {
                    let suppression = Suppression::new(outcome.clone(), told.source, at);
                    let forbid = |line: &mut Line| line.forbid(&suppression, Retire::Soon);
                    let (number, _) = self.preview_number(&phone, forbid).await?;
                    (number, best.and_then(|found| retire(&found.lead, at)))
                }
                Refused::Possible(words) => {
                    let review = Review { call: call.clone(), words: words.clone(), since: at };
                    let is_dismissed = found.iter().any(|found| found.lead.has_dismissed(&call));
                    let (number, ()) = match is_dismissed {
                        true => self.preview_number(&phone, |_| ()).await?,
                        false => self.preview_number(&phone, |line| line.doubt(review.clone())).await?,
                    };
                    let next = best.filter(|_| !is_dismissed).and_then(|found| doubt(&found.lead, &review, at));
                    (number, next)
                }
            };
            numbers.push(number);
            lead = lead.or_else(|| best.map(|found| preview_record(found, next)));
        }
        let received = match &told.refused {
            _ if numbers.is_empty() => Received::Unattached(Unattached::DoNotCall),
            Refused::Certainly(_) => Received::DoNotCall,
            Refused::Possible(_) => Received::PossibleDoNotCall,
        };
        Ok((received, numbers, lead))
    }

    async fn preview_number<R>(
        &self,
        phone: &Phone,
        change: impl FnOnce(&mut Line) -> R,
    ) -> Result<(NumberPreview, R), StoreError> {
        let before = self.stores.lines.get(phone).await?;
        let mut after = before.clone();
        let done = change(&mut after);
        Ok((NumberPreview { phone: phone.clone(), before, after }, done))
    }
}

fn preview_record(found: &Found, next: Option<Lead>) -> LeadPreview {
    let after = next.unwrap_or_else(|| found.lead.clone());
    LeadPreview { month: found.location.month, before: Some(found.lead.clone()), after }
}
