//! One line, changed by the queue's own loop.

use super::history::{Calls, Model};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use redial_domain::builders::{at, attempt, hold, lead_ref, phone, result};
use redial_domain::{Arrival, Line, Outcome};
use redial_queue::ports::{Clock, LineStore};
use redial_queue::store::cas::UpdateError;
use redial_queue::store::lines::Lines;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Calls of each client.
const STEPS: u32 = 8;
/// Results that come in.
const RESULTS: u32 = 6;

/// A line as its readers see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Seen {
    held_by: Option<String>,
    waiting: BTreeSet<String>,
    settled: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Read,
    /// A result becomes durable.
    Accept(u32),
    /// It is in its record.
    Settle(u32),
    /// An attempt takes the line, if it is free.
    Take(u32),
    Release(u32),
}

#[derive(Debug, Clone)]
pub(crate) struct Number;

impl Model for Number {
    type State = Seen;
    type Change = Change;

    fn apply(change: Change, line: &mut Seen) {
        match change {
            Change::Read => {}
            Change::Accept(call) if line.settled.contains(&name(call)) => {}
            Change::Accept(call) => {
                line.waiting.insert(name(call));
            }
            Change::Settle(call) => line.settled.extend(line.waiting.take(&name(call))),
            Change::Take(n) => {
                line.held_by.get_or_insert_with(|| attempt(n).to_string());
            }
            Change::Release(n) => {
                line.held_by.take_if(|holder| *holder == attempt(n).to_string());
            }
        }
    }
}

/// Whether what all clients were told of the line fits. When answers are lost only reads tell: a change that is found done
/// tells of a later state than the one that it made.
pub(crate) async fn fits(
    clients: &[Arc<dyn LineStore>],
    clock: &Arc<dyn Clock>,
    changes_tell: bool,
    seed: u64,
) -> bool {
    let calls = Calls::<Number>::default();
    join_all((1..).zip(clients).map(|(number, lines)| {
        let mut chance = StdRng::seed_from_u64(seed * 100 + u64::from(number));
        let calls = &calls;
        async move {
            for step in 0..STEPS {
                let result = chance.random_range(0..RESULTS);
                // Nobody but its own client takes or releases an attempt, one after the other.
                let own = number * STEPS + step / 2;
                let change = match chance.random_range(0..6) {
                    0 => Change::Accept(result),
                    1 => Change::Settle(result),
                    2 | 3 if step % 2 == 0 => Change::Take(own),
                    2 | 3 => Change::Release(own),
                    _ => Change::Read,
                };
                let carried_out = async {
                    let seen = carry_out(lines, clock, change).await?;
                    Ok((changes_tell || matches!(change, Change::Read)).then_some(seen))
                };
                calls.call(change, carried_out).await;
            }
        }
    }))
    .await;
    calls.fit()
}

/// Gives the line as it is afterwards.
async fn carry_out(store: &Arc<dyn LineStore>, clock: &Arc<dyn Clock>, change: Change) -> Result<Seen, UpdateError> {
    let now = at("2025-12-17T19:00:00Z");
    let arrival = |call| Arrival::Result(result(0, &name(call), Outcome::NO_ANSWER, now));
    if let Change::Read = change {
        return Ok(store.get(&phone(0)).await?.map(|line| seen(&line.value)).unwrap_or_default());
    }
    Lines::new(Arc::clone(store), Arc::clone(clock))
        .update(&phone(0), |line| {
            match change {
                Change::Read => {}
                Change::Accept(call) => line.accept(arrival(call), now),
                Change::Settle(call) => line.resolve(&arrival(call)),
                Change::Take(n) if line.hold.is_none() => line.take(hold(attempt(n), lead_ref(0, "2025-12"), now, now)),
                Change::Take(_) => {}
                Change::Release(n) => line.release(attempt(n)),
            }
            seen(line)
        })
        .await
}

fn name(call: u32) -> String {
    format!("call-{call}")
}

fn seen(line: &Line) -> Seen {
    let settled = line.calls.iter().filter(|known| known.recorded).filter_map(|known| known.call.as_ref());
    Seen {
        held_by: line.hold.as_ref().map(|hold| hold.attempt.to_string()),
        waiting: line.inbox.iter().map(|waiting| waiting.arrival.id()).collect(),
        settled: settled.map(|call| call.as_str().to_owned()).collect(),
    }
}
