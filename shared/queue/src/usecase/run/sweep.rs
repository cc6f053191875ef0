//! Open lines: results that wait for their record, and holds of which nothing was heard in time.

use super::Run;
use crate::ports::{AskError, StoreError, error_chain};
use crate::usecase::ingest::{Ingested, NotStored};
use crate::usecase::time::timeout;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::CallState;
use redial_domain::{Arrival, CallId, CallResult, Hold, Line, Outcome, Phone, Policy, Profile, RunSummary, Source};

use futures_util::{StreamExt, stream};
use std::time::Duration;

/// Lines looked at in one run; the longest waiting first.
const LINES: usize = 2000;
/// Lines read at once.
const READERS: usize = 16;
/// Questions to the provider at once.
const QUESTIONS: usize = 4;
/// The provider is asked twice before an attempt is given up, by two runs that follow each other. They are five minutes
/// apart, but for clocks that differ.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(4);
/// Time that a question and storing its answer may take.
const QUESTION_TAKES: Duration = Duration::from_secs(40);
/// So many questions without an answer end the questions of this run.
const FAILURES_IN_A_ROW: u32 = 8;
/// After this time no call can still ring, whatever the provider says or cannot say of it: the attempt is given up.
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
    /// Brings waiting results into their records, then asks the provider about overdue holds.
    pub(super) async fn sweep(&self, deadline: DateTime<Utc>, policy: &Policy, summary: &mut RunSummary) {
        if let Err(error) = self.try_sweep(deadline, policy, summary).await {
            tracing::warn!(error = error_chain(&error), "open lines are left for the next run");
            summary.errors += 1;
        }
    }

    async fn try_sweep(
        &self,
        deadline: DateTime<Utc>,
        policy: &Policy,
        summary: &mut RunSummary,
    ) -> Result<(), StoreError> {
        let stores = &self.stores;
        // Half of the run belongs to the leads that are due.
        let end = stores.clock.now() + (deadline - stores.clock.now()) / 2;
        let left = || (end - stores.clock.now()).to_std().unwrap_or_default();
        let open = stores.lines.open(stores.clock.now(), LINES).await?;
        let reads = open.into_iter().map(|phone| async move {
            let line = stores.lines.read(&phone).await;
            line.map(|line| line.map(|line| (phone, line.value)))
        });
        let read: Vec<_> = stream::iter(reads).buffered(READERS).collect().await;
        self.measure_open(read.iter().filter_map(|line| Some(&line.as_ref().ok()?.as_ref()?.1)), stores.clock.now());
        let mut waiting = Vec::new();
        let mut overdue = Vec::new();
        for line in read {
            let (phone, line) = match line {
                Ok(Some(line)) => line,
                Ok(None) => continue,
                Err(error) => {
                    tracing::error!(error = error_chain(&error), "an open line is passed over");
                    summary.errors += 1;
                    continue;
                }
            };
            overdue.extend(overdue_hold(&line, stores.clock.now()).map(|hold| (phone.clone(), hold)));
            if !line.inbox.is_empty() {
                waiting.push((phone, line));
            }
        }
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
                tracing::error!("the provider does not answer questions; overdue lines are left for the next run");
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

    /// Asks the provider what became of an attempt, and acts on the answer as on a webhook.
    async fn reconcile(&self, phone: Phone, hold: Hold, policy: &Policy) -> Reconciled {
        let now = self.stores.clock.now();
        match self.ask(&phone, &hold).await {
            Ok(CallState::Finished(mut report)) => {
                // The hold knows for whom it was dialed; the answer may lack it or spell it otherwise.
                report.attempt = Some(hold.attempt);
                report.lead = Some(hold.lead.id.clone());
                report.month = Some(hold.lead.month);
                report.phone = phone;
                self.done(self.ingest().receive(*report).await, Reconciled::Applied)
            }
            Ok(CallState::InProgress(_)) | Err(_) if now - hold.since >= GIVEN_UP_AFTER => {
                tracing::error!(attempt.id = %hold.attempt, "an attempt does not end; it is given up after a day");
                self.give_up(lost(&phone, &hold, now)).await
            }
            Ok(CallState::InProgress(call)) => {
                let until = match hold.call {
                    Some(_) => now + policy.grace,
                    None => (hold.since + policy.call_hold()).max(now + policy.grace),
                };
                self.update_line(&phone, |line| line.bind(hold.attempt, &call, until)).await
            }
            Ok(CallState::Absent) => match hold.missing_since {
                Some(since) if now - since >= ASK_AGAIN => {
                    tracing::error!(attempt.id = %hold.attempt, "nobody knows of an attempt; it is given up");
                    self.give_up(lost(&phone, &hold, now)).await
                }
                Some(_) => Reconciled::Waits,
                None => self.update_line(&phone, |line| line.missing(hold.attempt, now, now + ASK_AGAIN)).await,
            },
            Err(error) => {
                tracing::warn!(attempt.id = %hold.attempt, error = error_chain(&error), "the provider is asked again by the next run");
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

    async fn give_up(&self, result: CallResult) -> Reconciled {
        self.done(self.ingest().handle(Arrival::Result(result)).await, Reconciled::Lost)
    }

    fn done<T>(&self, stored: Result<T, NotStored>, done: Reconciled) -> Reconciled {
        match stored {
            Ok(_) => done,
            Err(error) => {
                tracing::warn!(error = error_chain(&error), "a result that was asked for is asked for again");
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

/// The result of an attempt of which nobody knows.
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
    }
}
