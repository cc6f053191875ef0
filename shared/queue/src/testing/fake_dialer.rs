//! A provider in memory.

use super::locked;
use crate::ports::{AskError, DialError, Dialer};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::builders::report;
use redial_domain::{AttemptId, CallId, CallResult, Phone};
use redial_domain::{CallState, DialOrder};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

/// A [`Dialer`] that answers as scripted for each number, places the call when nothing is scripted, and remembers everything.
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

/// The answer to one request for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It rings, under an id of its own.
    Placed,
    /// It rings, under this id.
    PlacedAs(CallId),
    /// It rings, and the answer is lost: [`DialError::Unknown`].
    AnswerLost,
    /// It does not ring, and the request was lost on the way: [`DialError::Unknown`].
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
    /// The answers to the next requests for calls to this number, one after the other.
    pub fn script(&self, phone: &Phone, replies: impl IntoIterator<Item = Reply>) {
        locked(&self.0).script.entry(phone.clone()).or_default().extend(replies);
    }

    /// The answer to every request for which nothing is scripted; `None` places the call.
    pub fn always(&self, reply: Option<Reply>) {
        locked(&self.0).otherwise = reply;
    }

    /// Every request so far.
    #[must_use]
    pub fn orders(&self) -> Vec<DialOrder> {
        locked(&self.0).orders.clone()
    }

    /// The call that an attempt became.
    #[must_use]
    pub fn call_of(&self, attempt: AttemptId) -> Option<CallId> {
        locked(&self.0).call_of(attempt)
    }

    /// Ends a call: from now on asking for it gives this result. A call that was never dialed here becomes known by it.
    pub fn finish(&self, result: &CallResult) {
        let mut book = locked(&self.0);
        let dialed = book.calls.get(&result.call).map(|(attempt, _)| *attempt);
        if let Some(attempt) = dialed.or(result.attempt) {
            book.calls.insert(result.call.clone(), (attempt, CallState::Finished(Box::new(report(result)))));
        }
    }

    /// Forgets a call: asking for it says that there is none.
    pub fn forget(&self, call: &CallId) {
        locked(&self.0).calls.remove(call);
    }

    /// While deaf, every question fails.
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
