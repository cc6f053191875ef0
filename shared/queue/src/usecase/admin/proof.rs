//! What the ledger says about one number, and whether the ledger is as it was written.

use super::Admin;
use crate::ports::StoreError;
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use redial_domain::law::{Entry, Register};
use redial_domain::{Phone, Suppression};
use redial_formats::ledger_v1::{Fault, FaultKind, Verifier};

/// The most days of one proof.
pub const MOST_DAYS: usize = 31;
/// The most objects of one proof. Reading more takes longer than a request may.
pub const MOST_OBJECTS: usize = 2000;
/// Days that are listed at once.
const LISTS: usize = 32;

/// What the ledger says about one number in some days.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The entries of the number, oldest first, each event once.
    pub entries: Vec<ProvenEntry>,
    /// How many objects were read, and how many chains and lines they have. All were checked, whatever number they concern.
    pub objects: usize,
    /// Chains.
    pub chains: usize,
    /// Lines.
    pub lines: usize,
    /// What is not as it was written, with the object if a single one is meant.
    pub faults: Vec<(Option<String>, Fault)>,
    /// The suppression of the number as it is now, also if it is older than the ledger.
    pub suppressed: Option<Suppression>,
    /// The decisions about calling rules that counted on one of these days. The register keeps those that ended last.
    pub decisions: Vec<Entry>,
    /// The version of the calling rules now. Each attempt has the version by which it was decided.
    pub rules: String,
    /// When this was true.
    pub at: DateTime<Utc>,
}

/// One entry, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEntry {
    /// The object that has it.
    pub object: String,
    /// When the event happened, as text that sorts by time.
    pub at: String,
    /// What identifies the event.
    pub id: String,
    /// The line.
    pub line: String,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum NotProved {
    /// These days have so many objects.
    #[error("the days have {0} objects, and at most {MOST_OBJECTS} are read in one request")]
    TooManyObjects(usize),
    /// Something cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Admin {
    /// Returns what the ledger recorded about a number on the days from `from` to `to`, in UTC. Checks all objects of these
    /// days: each day has whole chains.
    ///
    /// # Errors
    /// [`NotProved`].
    pub async fn proof(&self, phone: &Phone, from: NaiveDate, to: NaiveDate) -> Result<Proof, NotProved> {
        let ledger = &self.stores.ledger;
        let (policy, line) = (self.stores.settings.load().await?.policy, self.stores.lines.get(phone).await?);
        let mut proof = Proof {
            entries: Vec::new(),
            objects: 0,
            chains: 0,
            lines: 0,
            faults: Vec::new(),
            suppressed: line.suppressed,
            decisions: counted(&policy.law.register, from, to),
            rules: policy.law.version.clone(),
            at: self.stores.clock.now(),
        };
        let days = from.iter_days().take_while(|day| *day <= to).take(MOST_DAYS);
        let lists = stream::iter(days).map(|day| ledger.objects(day)).buffered(LISTS);
        let days: Vec<Vec<String>> = lists.try_collect().await?;
        proof.objects = days.iter().map(Vec::len).sum();
        if proof.objects > MOST_OBJECTS {
            return Err(NotProved::TooManyObjects(proof.objects));
        }
        for names in days {
            let mut verifier = Verifier::default();
            let mut reads = ledger.read(names);
            while let Some((name, object)) = reads.try_next().await? {
                proof.add(&name, object, phone, &mut verifier);
            }
            let (chains, lines) = verifier.seen();
            proof.chains += chains;
            proof.lines += lines;
            // What is unreadable was noted with its object.
            let faults = verifier.finish().into_iter().filter(|fault| fault.kind != FaultKind::Unreadable);
            proof.faults.extend(faults.map(|fault| (None, fault)));
        }
        proof.entries.sort_unstable_by(|a, b| (&a.at, &a.id, &a.object).cmp(&(&b.at, &b.id, &b.object)));
        proof.entries.dedup_by(|later, first| later.id == first.id);
        Ok(proof)
    }
}

/// Returns the decisions that counted at an instant of these days.
fn counted(register: &Register, from: NaiveDate, to: NaiveDate) -> Vec<Entry> {
    let begin = from.and_time(NaiveTime::MIN).and_utc();
    let counted = register.entries.iter().filter(|entry| {
        let is_begun = entry.from.date_naive() <= to;
        is_begun && entry.end().is_none_or(|end| begin < end && entry.from < end)
    });
    counted.cloned().collect()
}

impl Proof {
    /// Checks the lines of an object, and keeps those of the number.
    fn add(&mut self, name: &str, object: Option<Bytes>, phone: &Phone, verifier: &mut Verifier) {
        let unreadable = || Fault { writer: String::new(), seq: 0, kind: FaultKind::Unreadable };
        let Some(text) = object.as_ref().and_then(|object| std::str::from_utf8(object).ok()) else {
            self.faults.push((Some(name.to_owned()), unreadable()));
            return;
        };
        for line in text.lines() {
            match verifier.add(line) {
                None => self.faults.push((Some(name.to_owned()), unreadable())),
                Some(head) if head.phone.as_deref() == Some(phone.as_str()) => {
                    let (object, line) = (name.to_owned(), line.to_owned());
                    self.entries.push(ProvenEntry { object, at: head.at, id: head.id, line });
                }
                Some(_) => {}
            }
        }
    }
}
