//! The suppression list: numbers that must never be called again.

use super::{Admin, UpdateError};
use crate::ports::StoreError;
use chrono::TimeDelta;
use redial_domain::ledger;
use redial_domain::{Actor, Allowed, Outcome, Phone, Retire, Source, Suppression};
use redial_formats::number_list::{self, ListFormat};

/// Lines of one request of an export.
const EXPORT_PAGE: usize = 2_000;
/// The most numbers that an answer may have. A longer list is written to the bucket.
pub const ANSWERED: usize = 1_000;
/// How long the admin API reads for one export. The rest of a longer list is another export.
const EXPORT_TIME: TimeDelta = TimeDelta::seconds(8);

/// A page of the suppression list.
#[derive(Debug, Clone)]
pub struct SuppressionPage {
    /// The numbers, by shard and then by number.
    pub listed: Vec<(Phone, Suppression)>,
    /// Where the next page begins. `None` on the last page.
    pub next: Option<Phone>,
}

/// The suppression list as a text, or a part of it.
#[derive(Debug, Clone)]
pub enum Exported {
    /// The text, which is short.
    Text(String),
    /// It is long, and was written to the bucket.
    Object {
        /// The key of the object.
        key: String,
        /// How many numbers it has.
        count: usize,
        /// Where the next part begins. `None` if this is the end of the list.
        next: Option<Phone>,
    },
}

/// What came of a request to suppress a number.
#[derive(Debug, Clone)]
pub struct Forbade {
    /// Why the number is suppressed. The first reason stays.
    pub suppression: Suppression,
    /// Whether it was suppressed before.
    pub was_known: bool,
}

impl Admin {
    /// Returns a page of the suppression list.
    ///
    /// # Errors
    /// When the store is unavailable.
    pub async fn suppressions(&self, after: Option<&Phone>, limit: usize) -> Result<SuppressionPage, StoreError> {
        let page = self.stores.lines.suppressed(after, limit).await?;
        let listed = page.lines.into_iter().filter_map(|(phone, line)| Some((phone, line.suppressed?)));
        Ok(SuppressionPage { listed: listed.collect(), next: page.next })
    }

    /// Returns why a number is suppressed. `None` if it is not.
    ///
    /// # Errors
    /// When its line cannot be read.
    pub async fn suppression(&self, phone: &Phone) -> Result<Option<Suppression>, StoreError> {
        Ok(self.stores.lines.get(phone).await?.suppressed)
    }

    /// Suppresses a number. Once this is answered, no claim on the number can be made.
    ///
    /// # Errors
    /// [`UpdateError`]; then the number may be suppressed or not.
    pub async fn suppress(
        &self,
        by: &Actor,
        phone: &Phone,
        reason: Outcome,
        note: &str,
    ) -> Result<Forbade, UpdateError> {
        let suppression = Suppression::by(reason, Source::Redial, self.stores.clock.now(), by.name(), note);
        let is_new = self.stores.lines.forbid(phone, &suppression, Retire::Soon).await?;
        tracing::info!(actor = by.name(), reason = %suppression.reason, is_new, "a number was suppressed by an operator");
        if is_new {
            return Ok(Forbade { suppression, was_known: false });
        }
        let known = self.stores.lines.get(phone).await?.suppressed;
        Ok(Forbade { suppression: known.unwrap_or(suppression), was_known: true })
    }

    /// Takes the suppression off a number, and returns it. `None` if there is none. Do-not-calls that records of the number
    /// have by now do not count from then on. A later one suppresses the number again.
    ///
    /// # Errors
    /// [`UpdateError`]; then it may be taken off or not.
    pub async fn allow(&self, by: &Actor, phone: &Phone, why: &str) -> Result<Option<Suppression>, UpdateError> {
        let Some(suppression) = self.suppression(phone).await? else { return Ok(None) };
        let clock = &self.stores.clock;
        let allowed = Allowed::new(&suppression, by.name(), why, clock.now());
        // In the ledger before it takes effect, so that no call is made of which the ledger does not know why.
        self.stores.ledger.append_one(ledger::Entry::allowed(by, phone, allowed, clock.chance())).await?;
        let taken = self.stores.lines.allow(phone, &suppression, by.name(), why).await?;
        if let Some(taken) = &taken {
            tracing::info!(actor = by.name(), reason = %taken.reason, "a suppression was taken off by an operator");
        }
        Ok(taken)
    }

    /// Returns the suppression list from `after` on as a text. Writes it to the bucket if it is long, and only a part of it if
    /// it cannot be read in some seconds.
    ///
    /// # Errors
    /// When a store is unavailable.
    pub async fn export_suppressions(
        &self,
        by: &Actor,
        format: ListFormat,
        mut after: Option<Phone>,
    ) -> Result<Exported, StoreError> {
        let mut listed: Vec<(Phone, Suppression)> = Vec::new();
        let deadline = self.stores.clock.now() + EXPORT_TIME;
        loop {
            let page = self.suppressions(after.as_ref(), EXPORT_PAGE).await?;
            listed.extend(page.listed);
            after = page.next;
            if after.is_none() || self.stores.clock.now() >= deadline {
                break;
            }
        }
        let text = number_list::write(listed.iter().map(|(phone, suppression)| (phone, suppression)), format);
        let count = listed.len();
        tracing::info!(actor = by.name(), count, "the suppression list was exported");
        if count <= ANSWERED && after.is_none() {
            return Ok(Exported::Text(text));
        }
        let name = self.name_of_list("suppressions", format);
        let key = self.stores.imports.export(&name, text.into()).await?;
        Ok(Exported::Object { key, count, next: after })
    }

    /// Returns a name that no other list has.
    pub(super) fn name_of_list(&self, what: &str, format: ListFormat) -> String {
        let now = self.stores.clock.now().format("%Y%m%dT%H%M%SZ");
        let chance = self.stores.clock.chance() & 0xffff_ffff_ffff;
        format!("{what}-{now}-{chance:012x}.{}", format.extension())
    }
}
