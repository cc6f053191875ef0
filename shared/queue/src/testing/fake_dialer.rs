//! A provider in memory, which the test controls.

use super::locked;
use crate::ports::{AskError, DialError, Dialer};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::builders::report;
use redial_domain::{AttemptId, CallId, CallResult, Phone, Source};
use redial_domain::{CallState, DialOrder};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

/// A [`Dialer`] with scripted answers for each number. Without a script it places the call. It records all requests.
#[derive(Debug, Default)]
pub struct FakeDialer(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    script: HashMap<Phone, VecDeque<Reply>>,
    otherwise: Option<Reply>,
    orders: Vec<DialOrder>,
    calls: BTreeMap<CallId, (AttemptId, CallState)>,
    deaf: bool,
}

/// The answer to one dial request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The phone rings, and the call gets a new id.
    Placed,
    /// The phone rings, and the call gets this id.
    PlacedAs(CallId),
    /// The phone rings, and the answer is lost: [`DialError::Unknown`].
    AnswerLost,
    /// The phone does not ring, because the request is lost: [`DialError::Unknown`].
    RequestLost,
    /// [`DialError::Refused`].
    Refused(String),
    /// [`DialError::Blocked`].
    Blocked(u16),
    /// [`DialError::SlowDown`].
    SlowDown(Option<Duration>),
    /// [`DialError::Unreachable`].
    Unreachable,
}

impl FakeDialer {
    /// Scripts the answers to the next dial requests for this number, in order.
    pub fn script(&self, phone: &Phone, replies: impl IntoIterator<Item = Reply>) {
        locked(&self.0).script.entry(phone.clone()).or_default().extend(replies);
    }

    /// Sets the answer to every request without a script. `None` places the call.
    pub fn always(&self, reply: Option<Reply>) {
        locked(&self.0).otherwise = reply;
    }

    /// Returns all requests so far.
    #[must_use]
    pub fn orders(&self) -> Vec<DialOrder> {
        locked(&self.0).orders.clone()
    }

    /// Returns the call that an attempt made.
    #[must_use]
    pub fn call_of(&self, attempt: AttemptId) -> Option<CallId> {
        locked(&self.0).call_of(attempt)
    }

    /// Ends a call, so that questions get this result. A call that was never dialed here becomes known.
    pub fn finish(&self, result: &CallResult) {
        let mut book = locked(&self.0);
        let dialed = book.calls.get(&result.call).map(|(attempt, _)| *attempt);
        if let Some(attempt) = dialed.or(result.attempt) {
            book.calls.insert(result.call.clone(), (attempt, CallState::Finished(Box::new(report(result)))));
        }
    }

    /// Forgets a call, so that questions get [`CallState::Absent`].
    pub fn forget(&self, call: &CallId) {
        locked(&self.0).calls.remove(call);
    }

    /// Makes every question fail while `deaf` is true.
    pub fn set_deaf(&self, deaf: bool) {
        locked(&self.0).deaf = deaf;
    }
}

impl Book {
    fn call_of(&self, attempt: AttemptId) -> Option<CallId> {
        let mut calls = self.calls.iter();
        calls.find(|(_, (of, _))| *of == attempt).map(|(call, _)| call.clone())
    }

    fn place(&mut self, call: CallId, attempt: AttemptId) -> CallId {
        self.calls.insert(call.clone(), (attempt, CallState::InProgress(call.clone())));
        call
    }

    fn state(&self, call: Option<&CallId>) -> Result<CallState, AskError> {
        if self.deaf {
            return Err(AskError("scripted: no answer".into()));
        }
        let known = call.and_then(|call| self.calls.get(call));
        Ok(known.map_or(CallState::Absent, |(_, state)| state.clone()))
    }
}

#[async_trait]
impl Dialer for FakeDialer {
    fn provider(&self) -> Source {
        Source::Bland
    }

    async fn dial(&self, order: &DialOrder) -> Result<CallId, DialError> {
        let mut book = locked(&self.0);
        book.orders.push(order.clone());
        let own = CallId::parse(&format!("call-{}", book.orders.len())).unwrap();
        let scripted = book.script.get_mut(&order.lead.phone).and_then(VecDeque::pop_front);
        match scripted.or_else(|| book.otherwise.clone()).unwrap_or(Reply::Placed) {
            Reply::Placed => Ok(book.place(own, order.attempt)),
            Reply::PlacedAs(call) => Ok(book.place(call, order.attempt)),
            Reply::AnswerLost => {
                book.place(own, order.attempt);
                Err(DialError::Unknown("scripted: the answer was lost".into()))
            }
            Reply::RequestLost => Err(DialError::Unknown("scripted: the request was lost".into())),
            Reply::Refused(message) => Err(DialError::Refused(message)),
            Reply::Blocked(status) => Err(DialError::Blocked { status }),
            Reply::SlowDown(retry_after) => Err(DialError::SlowDown { retry_after }),
            Reply::Unreachable => Err(DialError::Unreachable("scripted: no connection".into())),
        }
    }

    async fn call(&self, call: &CallId) -> Result<CallState, AskError> {
        locked(&self.0).state(Some(call))
    }

    async fn find(&self, attempt: AttemptId, _phone: &Phone, _since: DateTime<Utc>) -> Result<CallState, AskError> {
        let book = locked(&self.0);
        book.state(book.call_of(attempt).as_ref())
    }
}
