//! Looks at open lines: results that wait for their record, and overdue holds.

use super::Run;
use crate::ports::{AskError, StoreError, error_chain};
use crate::store::cas::Known;
use crate::usecase::ingest::{Ingested, NotStored};
use crate::usecase::time::timeout;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use redial_domain::CallState;
use redial_domain::{Arrival, CallId, CallResult, Hold, Line, Outcome, Phone, Policy, Profile, RunSummary, Source};
use std::time::Duration;

/// The most lines that one run looks at, the longest waiting first. The others wait for the next run.
const LINES: usize = 10_000;
/// Concurrent reads of lines.
const READERS: usize = 16;
/// Concurrent questions to the provider. Few, because the provider answers 429 if it is asked too often.
const QUESTIONS: usize = 4;
/// The time between two answers "absent" before an attempt is given up, because the provider may list a call late. Runs are
/// five minutes apart. One minute less allows for clocks that differ, so that the next run can ask.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(4);
/// The timeout of one question and of storing its answer, so that one slow answer does not use up the time of the others.
const QUESTION_TAKES: Duration = Duration::from_secs(40);
/// After this number of failed questions in a row the run asks no more. The provider is down, and leads wait to be dialed.
const FAILURES_IN_A_ROW: u32 = 8;
/// After this time no call can still ring, whatever the provider answers. The attempt is given up, so that its lead and its
/// number are not held for ever.
const GIVEN_UP_AFTER: TimeDelta = TimeDelta::hours(24);

/// What became of one overdue hold.
#[derive(Clone, Copy)]
enum Reconciled {
    Applied,
    Lost,
    Waits,
    Failed,
}

impl Run {
    /// Brings waiting results into their records, then asks the provider about overdue holds. Returns the numbers that were
    /// suppressed and whose records are to be completed.
    pub(super) async fn sweep(&self, deadline: DateTime<Utc>, policy: &Policy, summary: &mut RunSummary) -> Vec<Phone> {
        let mut retiring = Vec::new();
        if let Err(error) = self.try_sweep(deadline, policy, summary, &mut retiring).await {
            tracing::warn!(error = error_chain(&error), "open lines are left for the next run");
            summary.errors += 1;
        }
        retiring
    }

    async fn try_sweep(
        &self,
        deadline: DateTime<Utc>,
        policy: &Policy,
        summary: &mut RunSummary,
        retiring: &mut Vec<Phone>,
    ) -> Result<(), StoreError> {
        let stores = &self.stores;
        // After an outage open lines could use up every run. Half of each belongs to the leads that are due.
        let end = stores.clock.now() + (deadline - stores.clock.now()) / 2;
        let left = || (end - stores.clock.now()).to_std().unwrap_or_default();
        let open = stores.lines.open(stores.clock.now(), LINES).await?;
        let reads = open.into_iter().map(|phone| async move {
            let line = stores.lines.read(&phone).await;
            line.map(|line| line.map(|line| (phone, line)))
        });
        let read: Vec<_> = stream::iter(reads).buffered(READERS).collect().await;
        self.measure_open(
            read.iter().filter_map(|line| Some(&line.as_ref().ok()?.as_ref()?.1.value)),
            stores.clock.now(),
        );
        let mut waiting = Vec::new();
        let mut overdue = Vec::new();
        for line in read {
            let (phone, line) = match line {
                Ok(Some(line)) => line,
                Ok(None) => continue,
                Err(error) => {
                    tracing::error!(error = error_chain(&error), "an open line is skipped: it cannot be read");
                    summary.errors += 1;
                    continue;
                }
            };
            retiring.extend(line.value.retiring.then(|| phone.clone()));
            overdue.extend(overdue_hold(&line.value, stores.clock.now()).map(|hold| (phone.clone(), hold)));
            if !line.value.inbox.is_empty() {
                waiting.push((phone, Known::Value(line)));
            }
        }
        // Before questions are asked: a waiting result may be the answer, and costs the provider nothing.
        let finished = timeout(&*stores.clock, left(), self.ingest().finish(waiting, None)).await.unwrap_or_default();
        let stored = finished.iter().filter(|done| **done != Ingested::Deferred).count();
        summary.reconciled += u32::try_from(stored).unwrap_or(u32::MAX);
        let asks = overdue.into_iter().map(|(phone, hold)| async move {
            if left().is_zero() {
                return Reconciled::Waits;
            }
            let asked = timeout(&*stores.clock, left().min(QUESTION_TAKES), self.reconcile(phone, hold, policy)).await;
            asked.unwrap_or(Reconciled::Failed)
        });
        let mut answers = stream::iter(asks).buffer_unordered(QUESTIONS);
        let mut failures = 0;
        while let Some(answer) = answers.next().await {
            failures = if matches!(answer, Reconciled::Failed) { failures + 1 } else { 0 };
            if failures >= FAILURES_IN_A_ROW {
                tracing::error!("the provider does not answer: overdue lines are left for the next run");
                summary.errors += 1;
                break;
            }
            match answer {
                Reconciled::Applied => summary.reconciled += 1,
                Reconciled::Lost => summary.lost += 1,
                Reconciled::Waits => {}
                Reconciled::Failed => summary.errors += 1,
            }
        }
        Ok(())
    }

    /// Asks the provider what became of an attempt, and acts on the answer as on a webhook. A waiting result may have freed the
    /// hold by now. Then the answer is a repeat, and a change for another attempt's hold does nothing.
    async fn reconcile(&self, phone: Phone, hold: Hold, policy: &Policy) -> Reconciled {
        let now = self.stores.clock.now();
        match self.ask(&phone, &hold).await {
            Ok(CallState::Finished(mut report)) => {
                // The hold knows for whom the call was dialed. The answer may lack it or spell it otherwise.
                report.attempt = Some(hold.attempt);
                report.lead = Some(hold.lead.id.clone());
                report.month = Some(hold.lead.month);
                report.phone = Ok(phone);
                self.done(self.ingest().receive(*report).await, Reconciled::Applied)
            }
            Ok(CallState::InProgress(_)) | Err(_) if now - hold.since >= GIVEN_UP_AFTER => {
                tracing::error!(attempt.id = %hold.attempt, "an attempt has not ended after a day: it is given up");
                self.give_up(lost(&phone, &hold, now)).await
            }
            Ok(CallState::InProgress(call)) => {
                // Without its call id the hold had the short time of an unknown answer. Now it gets that of a placed call.
                let until = match hold.call {
                    Some(_) => now + policy.grace,
                    None => (hold.since + policy.call_hold()).max(now + policy.grace),
                };
                self.update_line(&phone, |line| line.bind(hold.attempt, &call, until)).await
            }
            Ok(CallState::Absent) => match hold.missing_since {
                Some(since) if now - since >= ASK_AGAIN => {
                    tracing::error!(attempt.id = %hold.attempt, "the provider does not know an attempt: it is given up as LOST");
                    self.give_up(lost(&phone, &hold, now)).await
                }
                // An operator may start two runs in a minute. Two answers so close count as one.
                Some(_) => Reconciled::Waits,
                None => self.update_line(&phone, |line| line.missing(hold.attempt, now, now + ASK_AGAIN)).await,
            },
            Err(error) => {
                tracing::warn!(attempt.id = %hold.attempt, error = error_chain(&error), "the provider gave no clear answer: the next run asks again");
                Reconciled::Failed
            }
        }
    }

    async fn ask(&self, phone: &Phone, hold: &Hold) -> Result<CallState, AskError> {
        // Another provider would answer that it knows no such call, and the attempt would be given up while it may ring.
        if hold.provider != self.dialer.provider() {
            return Err(AskError(format!("the attempt was dialed through {}", hold.provider.as_str()).into()));
        }
        match &hold.call {
            Some(call) => self.dialer.call(call).await,
            None => self.dialer.find(hold.attempt, phone, hold.since).await,
        }
    }

    /// Spends the attempt as `LOST`. A late result replaces this entry.
    async fn give_up(&self, result: CallResult) -> Reconciled {
        self.done(self.ingest().handle(Arrival::Result(result)).await, Reconciled::Lost)
    }

    fn done<T>(&self, stored: Result<T, NotStored>, done: Reconciled) -> Reconciled {
        match stored {
            Ok(_) => done,
            Err(error) => {
                tracing::warn!(
                    error = error_chain(&error),
                    "a result cannot be stored: the next run asks for it again"
                );
                Reconciled::Failed
            }
        }
    }

    async fn update_line(&self, phone: &Phone, change: impl FnMut(&mut Line) + Send) -> Reconciled {
        match self.stores.lines.update(phone, change).await {
            Ok(()) => Reconciled::Waits,
            Err(_) => Reconciled::Failed,
        }
    }
}

fn overdue_hold(line: &Line, now: DateTime<Utc>) -> Option<Hold> {
    line.hold.clone().filter(|hold| hold.until <= now)
}

/// Returns the result of an attempt that the provider does not know.
fn lost(phone: &Phone, hold: &Hold, now: DateTime<Utc>) -> CallResult {
    CallResult {
        call: CallId::lost(&hold.attempt),
        attempt: Some(hold.attempt),
        source: Source::Redial,
        lead: Some(hold.lead.id.clone()),
        phone: phone.clone(),
        month: Some(hold.lead.month),
        outcome: Outcome::LOST,
        rule: "lost".to_owned(),
        callback: None,
        inbound: false,
        ended_at: now,
        profile: Profile::default(),
        possible_refusal: None,
        connected: false,
    }
}
