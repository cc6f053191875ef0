//! Lists of numbers to suppress.

use super::{Entered, ListKind};
use crate::ports::{Expect, Put, StoreError, error_chain};
use crate::store::Stores;
use crate::store::cas::UpdateError;
use crate::store::imports::ImportStore;
use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use redial_domain::{BadLine, Import, Line, Retire, Source, Suppression};
use redial_formats::list::ListLine;
use redial_formats::number_list::{ListedNumber, NumberColumns};

/// Lines of one step.
const STEP: u64 = 1_000;
/// Numbers suppressed at once: enough to hide the latency of the store.
const WRITERS: usize = 64;

/// Lists of numbers to suppress.
#[derive(Debug, Clone, Copy)]
pub struct Numbers;

#[async_trait]
impl ListKind for Numbers {
    type Reader = NumberColumns;

    const WHAT: &'static str = "numbers to suppress";
    const USELESS: &'static str = "no line has a phone number that can be suppressed";

    fn lists(stores: &Stores) -> &ImportStore {
        &stores.imports
    }

    fn in_ledger(name: &str) -> String {
        name.to_owned()
    }

    fn step(_: &Import) -> u64 {
        STEP
    }

    /// Suppressions need no reason in the ledger before they take effect.
    async fn begin(_: &Stores, _: &str, _: &Import) -> Result<(), UpdateError> {
        Ok(())
    }

    async fn enter(stores: &Stores, lines: Vec<ListLine<ListedNumber>>, by: &str) -> Result<Vec<Entered>, UpdateError> {
        let writes = lines.into_iter().map(|ListLine { line, read }| async move {
            match read {
                Ok(listed) => suppress(stores, line, &listed, by).await,
                Err(reason) => Ok(Entered::Bad(BadLine { line, reason })),
            }
        });
        stream::iter(writes).buffered(WRITERS).collect::<Vec<_>>().await.into_iter().collect()
    }
}

/// Suppresses a number. Most numbers of a list have no line yet, and need one write.
async fn suppress(stores: &Stores, line: u64, listed: &ListedNumber, by: &str) -> Result<Entered, UpdateError> {
    let now = stores.clock.now();
    let suppression = Suppression::by(listed.reason.clone(), Source::Redial, now, by, &listed.note);
    let mut fresh = Line::default();
    // Records are completed when they are due. Otherwise the sweep of the next runs would have to look at every number of the
    // list.
    fresh.forbid(&suppression, Retire::WhenDue);
    if let Ok(Put::Stored(_)) = stores.lines.put(&listed.phone, &fresh, &Expect::Absent).await {
        return Ok(Entered::Added);
    }
    match stores.lines.forbid(&listed.phone, &suppression, Retire::WhenDue).await {
        Ok(true) => Ok(Entered::Added),
        Ok(false) => Ok(Entered::Known),
        // A line that cannot be read is not dialed. It must not hold up the rest of the list.
        Err(UpdateError::Store(StoreError::Unusable(cause))) => {
            tracing::error!(
                error = error_chain(&*cause),
                "a number of a list is not suppressed: its line cannot be read"
            );
            let reason = "the stored line of the number cannot be read. The number is not dialed".to_owned();
            Ok(Entered::Bad(BadLine { line, reason }))
        }
        Err(error) => Err(error),
    }
}
