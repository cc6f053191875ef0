//! Imports of lists: of numbers to suppress, and of leads to add.
//!
//! A list is worked off in steps. Each step does what some lines say and then stores how far it came, so work that is
//! interrupted goes on where it was. Lines that are read twice change nothing the second time.

mod leads;
mod numbers;

use crate::ports::{Entry, Metric, StoreError, error_chain};
use crate::store::Stores;
use crate::store::cas::{Change, UpdateError};
use crate::store::imports::{ImportStore, UPLOADED, can_be_imported};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
pub use leads::Leads;
pub use numbers::Numbers;
use redial_domain::ledger;
use redial_domain::{BadLine, Import, ImportState};
use redial_formats::list::{LineReader, List, ListFormat, ListLine};

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
#[derive(Debug)]
pub enum Entered {
    /// It has changed something.
    Added,
    /// It was so before.
    Known,
    /// The number of its lead must not be called.
    Refused(BadLine),
    /// It cannot be understood.
    Bad(BadLine),
}

/// What the lines of a kind of list say, and what is done with them.
#[async_trait]
pub trait ListKind: Send + Sync + 'static {
    /// Reads the lines.
    type Reader: LineReader<Entry: Send + Sync> + Send + Sync;

    /// What a list is called in logs.
    const WHAT: &'static str;
    /// Why a list without a useful line is none.
    const USELESS: &'static str;

    /// Returns where the lists are.
    fn lists(stores: &Stores) -> &ImportStore;

    /// Returns how the ledger calls a list. Lists of two kinds may have one name.
    fn in_ledger(name: &str) -> String;

    /// Returns how many lines the next step has. Each step costs one write of the progress, and a step that is interrupted is
    /// done again.
    fn step(progress: &Import) -> u64;

    /// Does what must be done before the first line.
    ///
    /// # Errors
    /// When it cannot be done. Then the import does not begin.
    async fn begin(stores: &Stores, name: &str, progress: &Import) -> Result<(), UpdateError>;

    /// Does what these lines say. Returns what came of each, in any order of lines.
    ///
    /// # Errors
    /// When a store is unavailable. The step is then done again.
    async fn enter(stores: &Stores, lines: Vec<ListLine<EntryOf<Self>>>, by: &str)
    -> Result<Vec<Entered>, UpdateError>;
}

/// What a line of a kind of list says.
pub type EntryOf<K> = <<K as ListKind>::Reader as LineReader>::Entry;

/// Works on all lists of a kind that are not finished, until `deadline`.
///
/// # Errors
/// When a store is unavailable. What was done by then is done.
pub async fn import_all<K: ListKind>(stores: &Stores, deadline: DateTime<Utc>) -> Result<Imported, StoreError> {
    let mut done = Ok(Imported::All);
    // A list that cannot be read must not keep the others from being imported.
    for (name, entry) in K::lists(stores).unfinished().await? {
        if !can_be_imported(&name) {
            stores.meter.record(Metric::ImportsFailed.of(1_u8));
            let kind = K::WHAT;
            tracing::error!(
                kind,
                "a list is not imported: its name is longer than 900 bytes. Upload it with a short name"
            );
            continue;
        }
        match import::<K>(stores, &name, &entry, deadline).await {
            Ok(Imported::All) => {}
            Ok(Imported::Unfinished) => done = done.map(|_| Imported::Unfinished),
            Err(error) => {
                tracing::error!(
                    kind = K::WHAT,
                    list = name,
                    error = error_chain(&error),
                    "a list cannot be imported now"
                );
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
pub async fn import<K: ListKind>(
    stores: &Stores,
    name: &str,
    entry: &Entry,
    deadline: DateTime<Utc>,
) -> Result<Imported, UpdateError> {
    let source = &entry.version;
    let mut progress = K::lists(stores)
        .update(name, |stored| {
            let by = match stored {
                Some(stored) if stored.source == source.0 => return Change::Keep(stored.clone()),
                // The admin API announces a list before it stores it.
                Some(announced) if announced.source.is_empty() => &announced.by,
                Some(_) | None => UPLOADED,
            };
            let new = Import::new(source.0.clone(), by, stores.clock.now());
            Change::Write(new.clone(), new)
        })
        .await?;
    if progress.is_running() {
        progress = match work::<K>(stores, name, entry, progress, deadline).await? {
            Some(progress) => progress,
            None => return Ok(Imported::Unfinished),
        };
    }
    if progress.is_running() {
        return Ok(Imported::Unfinished);
    }
    K::lists(stores).finish(name, source);
    Ok(Imported::All)
}

/// Takes the steps of one list. Returns `None` if it is another list now.
async fn work<K: ListKind>(
    stores: &Stores,
    name: &str,
    entry: &Entry,
    mut progress: Import,
    deadline: DateTime<Utc>,
) -> Result<Option<Import>, UpdateError> {
    let Some(format) = ListFormat::of_name(name) else {
        return fail::<K>(stores, name, progress, "the name does not end in .csv or .jsonl").await.map(Some);
    };
    if entry.bytes > MOST_BYTES {
        return fail::<K>(stores, name, progress, "the list is larger than 50 MB. Divide it").await.map(Some);
    }
    // Deleted by an operator, or replaced: the next look at the lists finds what is there now.
    let Some(read) = K::lists(stores).list(name).await?.filter(|read| read.version == entry.version) else {
        return Ok(None);
    };
    let list = match List::<K::Reader>::new(&read.value, format) {
        Ok(list) => list,
        Err(reason) => return fail::<K>(stores, name, progress, &reason).await.map(Some),
    };
    let total = list.count();
    let mut rest = list.lines(progress.lines).peekable();
    while progress.is_running() {
        if stores.clock.now() >= deadline {
            return Ok(Some(progress));
        }
        if progress.lines == 0 {
            K::begin(stores, name, &progress).await?;
        }
        let (begin, end) = (progress.lines, (progress.lines + K::step(&progress)).min(total));
        let of_step = std::iter::from_fn(|| rest.next_if(|line| line.line <= end));
        // Another process may have taken some steps meanwhile.
        let lines: Vec<_> = of_step.filter(|line| line.line > begin).collect();
        let entered = K::enter(stores, lines, &progress.by).await?;
        let next = after::<K>(&progress, entered, end, total, stores.clock.now());
        record_end::<K>(stores, name, &next).await?;
        progress = K::lists(stores)
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
            tell::<K>(stores, &progress);
        }
    }
    Ok(Some(progress))
}

/// Returns the progress after one step.
fn after<K: ListKind>(before: &Import, entered: Vec<Entered>, end: u64, total: u64, now: DateTime<Utc>) -> Import {
    let mut next = Import { lines: end, total: Some(total), updated_at: now, ..before.clone() };
    for entered in entered {
        match entered {
            Entered::Added => next.added += 1,
            Entered::Known => next.known += 1,
            Entered::Refused(refused) => next.note_refused(refused),
            Entered::Bad(bad) => next.note_bad(bad),
        }
    }
    if end == total {
        let is_no_list = next.bad_lines > 0 && next.added + next.known + next.refused_lines == 0;
        next.state = match is_no_list {
            true => ImportState::Failed(K::USELESS.to_owned()),
            false => ImportState::Done,
        };
    }
    next
}

/// Marks an object as no list, so that it does not keep everybody from being dialed for ever.
async fn fail<K: ListKind>(stores: &Stores, name: &str, progress: Import, reason: &str) -> Result<Import, UpdateError> {
    let now = stores.clock.now();
    let failed = Import { state: ImportState::Failed(reason.to_owned()), updated_at: now, ..progress };
    record_end::<K>(stores, name, &failed).await?;
    K::lists(stores).update(name, |_| Change::Write(failed.clone(), ())).await?;
    tell::<K>(stores, &failed);
    Ok(failed)
}

/// Records an import that is at its end in the ledger, before its progress says so. Otherwise a process that dies in between
/// would leave an import of which the ledger does not know.
async fn record_end<K: ListKind>(stores: &Stores, name: &str, import: &Import) -> Result<(), UpdateError> {
    if import.is_running() {
        return Ok(());
    }
    Ok(stores.ledger.append_one(ledger::Entry::imported(&K::in_ledger(name), import)).await?)
}

fn tell<K: ListKind>(stores: &Stores, import: &Import) {
    let Import { added, known, bad_lines, refused_lines, by, .. } = import;
    let kind = K::WHAT;
    match &import.state {
        ImportState::Failed(reason) => {
            stores.meter.record(Metric::ImportsFailed.of(1_u8));
            tracing::error!(actor = by, kind, reason, bad_lines, "a list could not be imported");
        }
        ImportState::Running | ImportState::Done => {
            tracing::info!(actor = by, kind, added, known, bad_lines, refused_lines, "a list was imported");
        }
    }
}

fn store_error(error: UpdateError) -> StoreError {
    match error {
        UpdateError::Store(error) => error,
        contended @ UpdateError::Contended(_) => StoreError::unavailable(contended),
    }
}
