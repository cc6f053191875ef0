//! Lines in DynamoDB.

mod item;
mod listed;

use super::aws::store_error;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnValuesOnConditionCheckFailure};
use chrono::{DateTime, Utc};
use item::{Item, LINE, OPEN, PHONE, UNTIL, VERSION};
use redial_domain::{Line, Phone};
use redial_queue::ports::{
    Clock, Expect, LineStore, Put, StoreError, Suppressed, Unlisted, Version, Versioned, error_chain,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// The index of open lines: partition `open`, sorted by `until`, keys only.
const OPEN_INDEX: &str = "open";
/// The most keys of one `BatchGetItem`, which is DynamoDB's limit.
const BATCH: usize = 100;
/// The most requests for one batch. A busy table leaves keys out, and six requests wait up to 3 seconds in all.
const BATCH_ATTEMPTS: u32 = 6;

/// A [`LineStore`] in a table, one item for each number.
#[derive(Clone)]
pub struct DynamoLines {
    client: Client,
    table: String,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for DynamoLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DynamoLines").field("table", &self.table).finish_non_exhaustive()
    }
}

impl DynamoLines {
    /// Returns a store on `table` with the timeouts of `client`. The clock gives random versions and the expiry of idle items.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self { client, table: table.into(), clock }
    }

    /// Reads the lines of at most [`BATCH`] numbers into `lines`. Asks again for keys that DynamoDB left out.
    async fn batch(&self, phones: &[&Phone], lines: &mut BTreeMap<Phone, Line>) -> Result<(), StoreError> {
        let keys = phones.iter().map(|phone| HashMap::from([(PHONE.to_owned(), item::text(phone.as_str()))]));
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys.collect()))
            .projection_expression("#phone, #line, #version")
            .expression_attribute_names("#phone", PHONE)
            .expression_attribute_names("#line", LINE)
            .expression_attribute_names("#version", VERSION);
        let request = request.build().map_err(StoreError::unusable)?;
        let mut asked = HashMap::from([(self.table.clone(), request)]);
        for round in 0..BATCH_ATTEMPTS {
            if round > 0 {
                self.clock.sleep(self.pause(round)).await;
            }
            let output = self.client.batch_get_item().set_request_items(Some(asked)).send().await;
            let output = output.map_err(|error| store_error("DynamoDB BatchGetItem", error))?;
            for item in output.responses.unwrap_or_default().into_values().flatten() {
                match item::read(&item) {
                    Ok((phone, line)) => drop(lines.insert(phone, line.value)),
                    Err(error) => {
                        tracing::error!(
                            error = error_chain(&error),
                            "a line cannot be read, so its number is not dialed"
                        )
                    }
                }
            }
            asked = output.unprocessed_keys.unwrap_or_default();
            if asked.is_empty() {
                return Ok(());
            }
        }
        Err(StoreError::unavailable("DynamoDB BatchGetItem left out keys in every attempt"))
    }

    /// Returns the pause before a repetition: 50 to 100 ms before the first one, at random, and doubled with each round.
    fn pause(&self, round: u32) -> Duration {
        let most = 50 << round;
        let random = u64::try_from(self.clock.chance() % (most / 2)).unwrap_or_default();
        Duration::from_millis(u64::try_from(most / 2).unwrap_or_default() + random)
    }
}

#[async_trait]
impl LineStore for DynamoLines {
    async fn get(&self, phone: &Phone) -> Result<Option<Versioned<Line>>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let output = request.key(PHONE, item::text(phone.as_str())).send().await;
        let output = output.map_err(|error| store_error("DynamoDB GetItem", error))?;
        output.item.map(|item| item::read(&item).map(|(_, line)| line)).transpose()
    }

    async fn get_many(&self, phones: &[Phone]) -> Result<BTreeMap<Phone, Line>, StoreError> {
        let phones: Vec<&Phone> = phones.iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut lines = BTreeMap::new();
        for chunk in phones.chunks(BATCH) {
            self.batch(chunk, &mut lines).await?;
        }
        Ok(lines)
    }

    /// Writes with a new random version. The SDK may repeat the write, and a repetition that finds its own version was
    /// successful before.
    async fn put(&self, phone: &Phone, line: &Line, expect: &Expect) -> Result<Put, StoreError> {
        let version =
            Version(uuid::Builder::from_random_bytes(self.clock.chance().to_be_bytes()).into_uuid().to_string());
        let request = self.client.put_item().table_name(&self.table);
        let request = request
            .set_item(Some(item::write(phone, line, &version, self.clock.now())))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let request = match expect {
            Expect::Absent => {
                request.condition_expression("attribute_not_exists(#phone)").expression_attribute_names("#phone", PHONE)
            }
            Expect::At(version) => request
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":version", item::text(&version.0)),
        };
        let Err(error) = request.send().await else {
            return Ok(Put::Stored(version));
        };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) if is_version(failed.item(), &version) => {
                Ok(Put::Stored(version))
            }
            Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(Put::Conflict),
            _ => Err(store_error("DynamoDB PutItem", error)),
        }
    }

    async fn open(&self, due: DateTime<Utc>, limit: usize) -> Result<Vec<Phone>, StoreError> {
        let mut phones = Vec::new();
        let mut next: Option<Item> = None;
        while phones.len() < limit {
            let request = self.client.query().table_name(&self.table).index_name(OPEN_INDEX);
            let request = request
                .key_condition_expression("#open = :open AND #until <= :due")
                .expression_attribute_names("#open", OPEN)
                .expression_attribute_names("#until", UNTIL)
                .expression_attribute_values(":open", item::text(item::IS_OPEN))
                .expression_attribute_values(":due", item::number(due.timestamp_millis()))
                .limit(i32::try_from(limit - phones.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(next);
            let output = request.send().await;
            let output = output.map_err(|error| store_error("DynamoDB Query", error))?;
            for item in output.items.unwrap_or_default() {
                phones.push(item::phone(&item)?);
            }
            next = output.last_evaluated_key.filter(|key| !key.is_empty());
            if next.is_none() {
                break;
            }
        }
        Ok(phones)
    }

    async fn suppressed(&self, after: Option<&Phone>, limit: usize) -> Result<Suppressed, StoreError> {
        self.list_suppressed(after, limit).await
    }

    async fn unlisted(&self, after: Option<&Phone>) -> Result<Unlisted, StoreError> {
        self.find_unlisted(after).await
    }
}

fn is_version(item: Option<&Item>, version: &Version) -> bool {
    let stored = item.and_then(|item| item.get(VERSION));
    stored.map(AttributeValue::as_s) == Some(Ok(&version.0))
}
