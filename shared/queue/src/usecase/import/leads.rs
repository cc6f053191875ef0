//! Lists of leads to add.

use super::{Entered, ListKind};
use crate::store::Stores;
use crate::store::cas::UpdateError;
use crate::store::imports::{self, ImportStore};
use crate::usecase::add::{Added, look, make_room};
use async_trait::async_trait;
use redial_domain::ledger::Entry;
use redial_domain::{Addition, BadLine, Closed, Import};
use redial_formats::lead_list::LeadColumns;
use redial_formats::list::ListLine;
use std::sync::Arc;

/// Lines of the first steps. While a month is one object they all go into it, and a webhook reads at most 4 MB of it at once.
const FIRST_STEP: u64 = 3_000;
/// Lines of later steps. A step writes nearly every object of the month once, so larger steps cost less.
const STEP: u64 = 12_000;

/// Lists of leads to add.
#[derive(Debug, Clone, Copy)]
pub struct Leads;

#[async_trait]
impl ListKind for Leads {
    type Reader = LeadColumns;

    const WHAT: &'static str = "leads";
    const USELESS: &'static str = "no line is a lead that can be added; see the reasons of the bad lines";

    fn lists(stores: &Stores) -> &ImportStore {
        &stores.lead_lists
    }

    fn in_ledger(name: &str) -> String {
        format!("{}{name}", imports::LEADS.lists)
    }

    /// The month grows with the leads that were added, and is divided before each step.
    fn step(progress: &Import) -> u64 {
        progress.added.clamp(FIRST_STEP, STEP)
    }

    /// Records who adds the leads of which list, because it lets calls be made.
    async fn begin(stores: &Stores, name: &str, progress: &Import) -> Result<(), UpdateError> {
        Ok(stores.ledger.append_one(Entry::added_from(&Self::in_ledger(name), progress)).await?)
    }

    async fn enter(stores: &Stores, lines: Vec<ListLine<Addition>>, _: &str) -> Result<Vec<Entered>, UpdateError> {
        let policy = stores.settings.load().await?.policy;
        let now = stores.clock.now();
        let (mut entered, mut numbers, mut additions) = (Vec::new(), Vec::new(), Vec::new());
        for ListLine { line, read } in lines {
            let checked = read.and_then(|addition| match addition.check(now, &policy) {
                Ok(()) => Ok(addition),
                Err(error) => Err(error.to_string()),
            });
            match checked {
                Ok(addition) => {
                    numbers.push(line);
                    additions.push(addition);
                }
                Err(reason) => entered.push(Entered::Bad(BadLine { line, reason })),
            }
        }
        if !additions.is_empty() {
            make_room(stores, &policy).await?;
            let done = look(stores, Arc::clone(&policy), &additions).await?.enter(stores).await?;
            entered.extend(numbers.into_iter().zip(done).map(|(line, done)| told(line, done)));
        }
        entered.sort_by_key(line_of);
        Ok(entered)
    }
}

fn told(line: u64, done: Added) -> Entered {
    let told = |reason: &str| BadLine { line, reason: reason.to_owned() };
    match done {
        Added::Added => Entered::Added,
        Added::Existed => Entered::Known,
        Added::Closed(Closed::Forbidden) => {
            Entered::Refused(told("the number is suppressed, or a record of it has a do-not-call"))
        }
        Added::Closed(Closed::Undecided) => {
            Entered::Refused(told("a possible do-not-call of the number waits for a decision"))
        }
        Added::Unreadable => {
            Entered::Bad(told("stored data of the lead cannot be read. Import the lead again when it can"))
        }
    }
}

/// The first bad lines of a list are those that are reported.
fn line_of(entered: &Entered) -> u64 {
    match entered {
        Entered::Bad(bad) | Entered::Refused(bad) => bad.line,
        Entered::Added | Entered::Known => 0,
    }
}
