//! The index of suppressed lines.

use super::DynamoLines;
use super::item::{self, Item, LINE, PHONE, SUPPRESSED};
use crate::adapters::aws::store_error;
use redial_domain::Phone;
use redial_queue::ports::{LIST_SHARDS, StoreError, Suppressed, Unlisted, error_chain, list_shard};
use std::collections::HashMap;

/// The index of suppressed lines: partition `suppressed`, sorted by `phone`, with the line.
const SUPPRESSED_INDEX: &str = "suppressed";
/// How the text of a suppressed line says that it is one. The text has no white space, see `line_v1`.
const IS_SUPPRESSED: &str = "\"suppressed\":{";

impl DynamoLines {
    pub(super) async fn list_suppressed(&self, after: Option<&Phone>, limit: usize) -> Result<Suppressed, StoreError> {
        let mut page = Suppressed::default();
        let mut after = after.cloned();
        let mut left = limit;
        for shard in after.as_ref().map_or(0, list_shard)..LIST_SHARDS {
            let mut next = after.take().map(|phone| key(shard, &phone));
            loop {
                let request = self.client.query().table_name(&self.table).index_name(SUPPRESSED_INDEX);
                let request = request
                    .key_condition_expression("#suppressed = :shard")
                    .expression_attribute_names("#suppressed", SUPPRESSED)
                    .expression_attribute_values(":shard", item::text(&item::shard(shard)))
                    .limit(i32::try_from(left).unwrap_or(i32::MAX))
                    .set_exclusive_start_key(next);
                let output = request.send().await;
                let output = output.map_err(|error| store_error("DynamoDB Query", error))?;
                for item in output.items.unwrap_or_default() {
                    left = left.saturating_sub(1);
                    page.next = Some(item::phone(&item)?);
                    match item::read_listed(&item) {
                        Ok(line) => page.lines.push(line),
                        Err(error) => {
                            tracing::error!(error = error_chain(&error), "a suppressed line cannot be read or listed");
                        }
                    }
                }
                next = output.last_evaluated_key.filter(|key| !key.is_empty());
                if left == 0 {
                    return Ok(page);
                }
                if next.is_none() {
                    break;
                }
            }
        }
        page.next = None;
        Ok(page)
    }

    pub(super) async fn find_unlisted(&self, after: Option<&Phone>) -> Result<Unlisted, StoreError> {
        let request = self.client.scan().table_name(&self.table);
        let request = request
            .filter_expression("attribute_not_exists(#suppressed) AND contains(#line, :is_suppressed)")
            .projection_expression("#phone")
            .expression_attribute_names("#phone", PHONE)
            .expression_attribute_names("#line", LINE)
            .expression_attribute_names("#suppressed", SUPPRESSED)
            .expression_attribute_values(":is_suppressed", item::text(IS_SUPPRESSED))
            .set_exclusive_start_key(
                after.map(|phone| HashMap::from([(PHONE.to_owned(), item::text(phone.as_str()))])),
            );
        let output = request.send().await.map_err(|error| store_error("DynamoDB Scan", error))?;
        let items = output.items.unwrap_or_default();
        let phones = items.iter().map(item::phone).collect::<Result<_, _>>()?;
        let next = output.last_evaluated_key.filter(|key| !key.is_empty());
        Ok(Unlisted { phones, next: next.map(|key| item::phone(&key)).transpose()? })
    }
}

/// Returns the key of a listed line, which is where the next page begins.
fn key(shard: u8, phone: &Phone) -> Item {
    HashMap::from([
        (SUPPRESSED.to_owned(), item::text(&item::shard(shard))),
        (PHONE.to_owned(), item::text(phone.as_str())),
    ])
}
