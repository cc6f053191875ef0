//! Lines in memory.

use super::locked;
use crate::ports::{Expect, LineStore, Put, StoreError, Suppressed, Unlisted, Version, Versioned, list_shard};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use redial_domain::{Line, Phone};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A [`LineStore`] in memory. No two writes have the same version, and the index is never behind.
#[derive(Debug, Default)]
pub struct MemoryLines(Mutex<Lines>);

#[derive(Debug, Default)]
struct Lines {
    lines: BTreeMap<Phone, Versioned<Line>>,
    writes: u64,
}

impl Lines {
    fn write(&mut self, phone: &Phone, line: &Line) -> Version {
        self.writes += 1;
        let version = Version(format!("write-{}", self.writes));
        let stored = Versioned { value: line.clone(), version: version.clone() };
        self.lines.insert(phone.clone(), stored);
        version
    }
}

impl MemoryLines {
    /// Writes a line without a condition.
    pub fn set(&self, phone: &Phone, line: &Line) {
        locked(&self.0).write(phone, line);
    }

    /// Removes a line, as DynamoDB does with an idle one after some days.
    pub fn expire(&self, phone: &Phone) {
        locked(&self.0).lines.remove(phone);
    }

    /// Returns all lines by number.
    #[must_use]
    pub fn all(&self) -> BTreeMap<Phone, Line> {
        let stored = &locked(&self.0).lines;
        stored.iter().map(|(phone, line)| (phone.clone(), line.value.clone())).collect()
    }
}

#[async_trait]
impl LineStore for MemoryLines {
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError> {
        Ok(locked(&self.0).lines.get(phone).cloned())
    }

    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError> {
        let stored = &locked(&self.0).lines;
        let found = phones.iter().filter_map(|phone| stored.get_key_value(phone));
        Ok(found.map(|(phone, line)| (phone.clone(), line.value.clone())).collect())
    }

    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        let mut lines = locked(&self.0);
        let found = lines.lines.get(phone).map(|stored| &stored.version);
        let holds = match expect {
            Expect::Absent => found.is_none(),
            Expect::At(version) => found == Some(version),
        };
        if !holds {
            return Ok(Put::Conflict);
        }
        Ok(Put::Stored(lines.write(phone, line)))
    }

    /// Returns the open lines. Compares milliseconds, as the index in DynamoDB does.
    async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError> {
        let stored = &locked(&self.0).lines;
        let until = |line: &Line| line.open_until().map(|until| until.timestamp_millis());
        let open = stored.iter().filter_map(|(phone, line)| Some((until(&line.value)?, phone)));
        let mut open: Vec<_> = open.filter(|(until, _)| *until <= due.timestamp_millis()).collect();
        open.sort_unstable();
        Ok(open.into_iter().take(limit).map(|(_, phone)| phone.clone()).collect())
    }

    async fn suppressed(&self, after: Option<&Phone>, limit: usize) -> Result<Suppressed, StoreError> {
        let place = |phone: &Phone| (list_shard(phone), phone.clone());
        let stored = &locked(&self.0).lines;
        let is_listed = |(_, line): &(&Phone, &Versioned<Line>)| line.value.suppressed.is_some();
        let is_later = |(phone, _): &(&Phone, &Versioned<Line>)| after.is_none_or(|after| place(phone) > place(after));
        let mut listed: Vec<_> = stored.iter().filter(is_listed).filter(is_later).collect();
        listed.sort_by_key(|(phone, _)| place(phone));
        let more = listed.len() > limit;
        listed.truncate(limit);
        let lines: Vec<_> = listed.into_iter().map(|(phone, line)| (phone.clone(), line.value.clone())).collect();
        let next = lines.last().map(|(phone, _)| phone.clone()).filter(|_| more);
        Ok(Suppressed { lines, next })
    }

    /// Returns none: every suppressed line is listed here.
    async fn unlisted(&self, _: Option<&Phone>) -> Result<Unlisted, StoreError> {
        Ok(Unlisted::default())
    }
}
