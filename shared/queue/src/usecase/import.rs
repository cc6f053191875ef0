//! Imports of lists of numbers to suppress.
//!
//! A list is worked off in steps. Each step suppresses the numbers of some lines and then stores how far it came, so work that
//! is interrupted goes on where it was. Lines that are read twice suppress the same numbers.

use crate::ports::{Entry, Expect, Metric, Put, StoreError, error_chain};
use crate::store::Stores;
use crate::store::cas::{Change, UpdateError};
use crate::store::imports::{UPLOADED, can_be_imported};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use redial_domain::ledger;
use redial_domain::{BadLine, Import, ImportState, Line, Retire, Source, Suppression};
use redial_formats::number_list::{ListFormat, ListLine, ListedNumber, NumberList};

/// Lines of one step. Each step costs one write of the progress, and a step that is interrupted is done again.
const STEP: u64 = 1_000;
/// Numbers suppressed at once: enough to hide the latency of the store.
const WRITERS: usize = 64;
/// The largest list, in bytes. About twice of it must fit into the memory of a function.
const MOST_BYTES: u64 = 50_000_000;

/// What came of work on lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// Nothing is left.
    All,
    /// Some lines are left, because the time was over or a list was replaced.
    Unfinished,
}

/// What came of one line.
enum Entered {
    Added,
    Known,
    Bad(BadLine),
}

/// Works on all lists that are not finished, until `deadline`.
///
/// # Errors
/// When a store is unavailable. What was done by then is done.
pub async fn import_all(stores: &Stores, deadline: DateTime<Utc>) -> Result<Imported, StoreError> {
    let mut done = Ok(Imported::All);
    // A list that cannot be read must not keep the numbers of the others from being suppressed.
    for (name, entry) in stores.imports.unfinished().await? {
        if !can_be_imported(&name) {
            stores.meter.record(Metric::ImportsFailed.of(1_u8));
            tracing::error!(
                "a list of numbers is not imported: its name is longer than 900 bytes. Upload it with a short name"
            );
            continue;
        }
        match import(stores, &name, &entry, deadline).await {
            Ok(Imported::All) => {}
            Ok(Imported::Unfinished) => done = done.map(|_| Imported::Unfinished),
            Err(error) => {
                tracing::error!(list = name, error = error_chain(&error), "a list of numbers cannot be imported now");
                done = Err(store_error(error));
            }
        }
    }
    done
}

/// Works on one list until it is finished, or until `deadline`.
///
/// # Errors
/// When a store is unavailable, or the progress was changed at once too often.
pub async fn import(
    stores: &Stores,
    name: &str,
    entry: &Entry,
    deadline: DateTime<Utc>,
) -> Result<Imported, UpdateError> {
    let source = &entry.version;
    let mut progress = stores
        .imports
        .update(name, |stored| match stored.filter(|stored| stored.source == source.0) {
            Some(stored) => Change::Keep(stored.clone()),
            None => {
                let new = Import::new(source.0.clone(), UPLOADED, stores.clock.now());
                Change::Write(new.clone(), new)
            }
        })
        .await?;
    if progress.is_running() {
        progress = match work(stores, name, entry, progress, deadline).await? {
            Some(progress) => progress,
            None => return Ok(Imported::Unfinished),
        };
    }
    if progress.is_running() {
        return Ok(Imported::Unfinished);
    }
    stores.imports.finish(name, source);
    Ok(Imported::All)
}

/// Takes the steps of one list. Returns `None` if it is another list now.
async fn work(
    stores: &Stores,
    name: &str,
    entry: &Entry,
    mut progress: Import,
    deadline: DateTime<Utc>,
) -> Result<Option<Import>, UpdateError> {
    let Some(format) = ListFormat::of_name(name) else {
        return fail(stores, name, progress, "the name does not end in .csv or .jsonl").await.map(Some);
    };
    if entry.bytes > MOST_BYTES {
        return fail(stores, name, progress, "the list is larger than 50 MB. Divide it").await.map(Some);
    }
    // Deleted by an operator, or replaced: the next look at the lists finds what is there now.
    let Some(read) = stores.imports.list(name).await?.filter(|read| read.version == entry.version) else {
        return Ok(None);
    };
    let list = match NumberList::new(&read.value, format) {
        Ok(list) => list,
        Err(reason) => return fail(stores, name, progress, reason).await.map(Some),
    };
    let total = list.count();
    let mut rest = list.lines(progress.lines).peekable();
    while progress.is_running() {
        if stores.clock.now() >= deadline {
            return Ok(Some(progress));
        }
        let (begin, end) = (progress.lines, (progress.lines + STEP).min(total));
        let of_step = std::iter::from_fn(|| rest.next_if(|line| line.line <= end));
        // Another process may have taken some steps meanwhile.
        let lines: Vec<ListLine> = of_step.filter(|line| line.line > begin).collect();
        let entered = enter_all(stores, lines, &progress.by).await?;
        let next = after(&progress, &entered, end, total, stores.clock.now());
        record_end(stores, name, &next).await?;
        progress = stores
            .imports
            .update(name, |stored| match stored {
                // Another process was faster, or only the answer of our own write was lost.
                Some(stored) if stored.source != progress.source || stored.lines != begin || !stored.is_running() => {
                    Change::Keep(stored.clone())
                }
                Some(_) | None => Change::Write(next.clone(), next.clone()),
            })
            .await?;
        if progress.source != entry.version.0 {
            return Ok(None);
        }
        if !progress.is_running() {
            tell(stores, &progress);
        }
    }
    Ok(Some(progress))
}

/// Returns the progress after one step.
fn after(before: &Import, entered: &[Entered], end: u64, total: u64, now: DateTime<Utc>) -> Import {
    let mut next = Import { lines: end, total: Some(total), updated_at: now, ..before.clone() };
    for entered in entered {
        match entered {
            Entered::Added => next.added += 1,
            Entered::Known => next.known += 1,
            Entered::Bad(bad) => next.note_bad(bad.clone()),
        }
    }
    if end == total {
        let is_no_list = next.bad_lines > 0 && next.added + next.known == 0;
        next.state = match is_no_list {
            true => ImportState::Failed("no line has a phone number that can be suppressed".to_owned()),
            false => ImportState::Done,
        };
    }
    next
}

/// Suppresses the numbers of these lines. Returns what came of each, in the order of the lines.
async fn enter_all(stores: &Stores, lines: Vec<ListLine>, by: &str) -> Result<Vec<Entered>, UpdateError> {
    let writes = lines.into_iter().map(|ListLine { line, read }| async move {
        match read {
            Ok(listed) => enter(stores, line, &listed, by).await,
            Err(reason) => Ok(Entered::Bad(BadLine { line, reason })),
        }
    });
    stream::iter(writes).buffered(WRITERS).collect::<Vec<_>>().await.into_iter().collect()
}

/// Suppresses a number. Most numbers of a list have no line yet, and need one write.
async fn enter(stores: &Stores, line: u64, listed: &ListedNumber, by: &str) -> Result<Entered, UpdateError> {
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

/// Marks an object as no list, so that it does not keep everybody from being dialed for ever.
async fn fail(stores: &Stores, name: &str, progress: Import, reason: &str) -> Result<Import, UpdateError> {
    let now = stores.clock.now();
    let failed = Import { state: ImportState::Failed(reason.to_owned()), updated_at: now, ..progress };
    record_end(stores, name, &failed).await?;
    stores.imports.update(name, |_| Change::Write(failed.clone(), ())).await?;
    tell(stores, &failed);
    Ok(failed)
}

/// Records an import that is at its end in the ledger, before its progress says so. Otherwise a process that dies in between
/// would leave an import of which the ledger does not know.
async fn record_end(stores: &Stores, name: &str, import: &Import) -> Result<(), UpdateError> {
    if import.is_running() {
        return Ok(());
    }
    Ok(stores.ledger.append_one(ledger::Entry::imported(name, import)).await?)
}

fn tell(stores: &Stores, import: &Import) {
    let Import { added, known, bad_lines, by, .. } = import;
    match &import.state {
        ImportState::Failed(reason) => {
            stores.meter.record(Metric::ImportsFailed.of(1_u8));
            tracing::error!(actor = by, reason, bad_lines, "a list of numbers to suppress could not be imported");
        }
        ImportState::Running | ImportState::Done => {
            tracing::info!(actor = by, added, known, bad_lines, "a list of numbers to suppress was imported");
        }
    }
}

fn store_error(error: UpdateError) -> StoreError {
    match error {
        UpdateError::Store(error) => error,
        contended @ UpdateError::Contended(_) => StoreError::unavailable(contended),
    }
}
