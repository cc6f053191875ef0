//! What clients asked and were told, in the order in which it happened, and whether it fits into one order of changes.

use redial_queue::store::cas::UpdateError;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Mutex;
use todc_utils::linearizability::WGLChecker;
use todc_utils::linearizability::history::{Action, History, ProcessId};
use todc_utils::specifications::Specification;

/// What an object is when everything happens one after the other.
pub(crate) trait Model: Clone + Debug {
    type State: Clone + Debug + Default + Eq + Hash;
    type Change: Copy + Debug;

    fn apply(change: Self::Change, state: &mut Self::State);
}

/// A call, and the state after it that its answer told of. An answer may tell nothing but that it was carried out.
#[derive(Debug, Clone)]
struct Call<M: Model> {
    change: M::Change,
    told: Option<M::State>,
}

/// Calls to one object.
#[derive(Debug)]
pub(crate) struct Calls<M: Model>(Mutex<Vec<(ProcessId, Action<Call<M>>)>>);

impl<M: Model> Default for Calls<M> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<M: Model> Calls<M> {
    /// Makes a call and notes when it was made and when it was answered. A call without a clear answer stays open: it may
    /// have been carried out, may still be, or never.
    pub(crate) async fn call(
        &self,
        change: M::Change,
        carried_out: impl Future<Output = Result<Option<M::State>, UpdateError>>,
    ) {
        // A client that goes on after an open call would count as two, so each call counts as a client of its own.
        let own = self.note(None, Action::Call(Call { change, told: None }));
        if let Ok(told) = carried_out.await {
            self.note(Some(own), Action::Response(Call { change, told }));
        }
    }

    /// Whether there is an order of all calls, each at one instant between its call and its answer, in which every answer
    /// is right.
    pub(crate) fn fit(self) -> bool {
        let mut actions = self.0.into_inner().unwrap();
        let answered = |own| actions.iter().any(|(of, action)| *of == own && matches!(action, Action::Response(_)));
        let open = actions.iter().filter_map(|(own, action)| match action {
            Action::Call(call) if !answered(*own) => Some((*own, Action::Response(call.clone()))),
            Action::Call(_) | Action::Response(_) => None,
        });
        // At the end nobody looks any more, so a call that was never carried out may as well be the last.
        let open: Vec<_> = open.collect();
        actions.extend(open);
        actions.is_empty() || WGLChecker::<OneAfterTheOther<M>>::is_linearizable(History::from_actions(actions))
    }

    fn note(&self, own: Option<ProcessId>, action: Action<Call<M>>) -> ProcessId {
        let mut actions = self.0.lock().unwrap();
        let own = own.unwrap_or(actions.len());
        actions.push((own, action));
        own
    }
}

struct OneAfterTheOther<M>(std::marker::PhantomData<M>);

impl<M: Model> Specification for OneAfterTheOther<M> {
    type State = M::State;
    type Operation = Call<M>;

    fn init() -> Self::State {
        M::State::default()
    }

    fn apply(call: &Self::Operation, state: &Self::State) -> (bool, Self::State) {
        let mut next = state.clone();
        M::apply(call.change, &mut next);
        (call.told.as_ref().is_none_or(|told| *told == next), next)
    }
}
