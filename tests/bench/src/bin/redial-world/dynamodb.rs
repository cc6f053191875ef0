//! DynamoDB: the items of lines, with the conditions and the units that our requests have.

use crate::latency::{Asked, wait};
use crate::{World, locked};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

type Item = Map<String, Value>;

/// The items by their number.
#[derive(Debug, Default)]
pub(crate) struct Table(HashMap<String, Item>);

/// An answer with its units.
struct Answer(StatusCode, Value, f64);

pub(crate) async fn answer(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    wait(world.latency.half(Asked::Line, 0)).await;
    let Answer(status, answer, units) = locked(&world.table).answer(operation, &asked);
    let conflict = if status == StatusCode::OK { "" } else { " conflict" };
    world.requests.add(&format!("DynamoDB {operation}{conflict}"), units, 0, 0);
    wait(world.latency.half(Asked::Line, 0)).await;
    (status, Json(answer))
}

impl Table {
    pub(crate) fn put(&mut self, phone: &str, item: Item) {
        self.0.insert(phone.to_owned(), item);
    }

    fn answer(&mut self, operation: &str, asked: &Value) -> Answer {
        let found = |answer, units| Answer(StatusCode::OK, answer, units);
        match operation {
            "GetItem" => {
                let item = self.0.get(text(&asked["Key"]["phone"]));
                let share = if asked["ConsistentRead"] == true { 1.0 } else { 0.5 };
                let units = share * units(item.map_or(0, size), 4096);
                found(item.map_or_else(|| json!({}), |item| json!({"Item": item})), units)
            }
            "PutItem" => self.put_item(asked),
            "BatchGetItem" => {
                let mut read = 0.0;
                let mut answers = Map::new();
                for (table, wanted) in asked["RequestItems"].as_object().into_iter().flatten() {
                    let keys = wanted["Keys"].as_array().into_iter().flatten();
                    let items: Vec<_> = keys.map(|key| self.0.get(text(&key["phone"]))).collect();
                    read += items.iter().map(|item| 0.5 * units(item.map_or(0, size), 4096)).sum::<f64>();
                    answers.insert(table.clone(), items.into_iter().flatten().map(|item| json!(item)).collect());
                }
                found(json!({"Responses": answers, "UnprocessedKeys": {}}), read)
            }
            "Query" => {
                let values = &asked["ExpressionAttributeValues"];
                let due = number(&values[":due"]).unwrap_or(i64::MIN);
                let is_due = |item: &&Item| item.contains_key("open") && number(&item["until"]) <= Some(due);
                let limit = asked["Limit"].as_u64().map_or(usize::MAX, |limit| limit as usize);
                let items: Vec<_> = self.0.values().filter(is_due).take(limit).collect();
                found(json!({"Items": items, "Count": items.len()}), 0.5)
            }
            // The lines of an earlier release that no index has. There are none.
            "Scan" => found(json!({"Items": [], "Count": 0}), 0.5),
            unknown => Answer(StatusCode::BAD_REQUEST, json!({"__type": "UnknownOperation", "message": unknown}), 0.0),
        }
    }

    fn put_item(&mut self, asked: &Value) -> Answer {
        let item = asked["Item"].as_object().cloned().unwrap_or_default();
        let phone = text(&asked["Item"]["phone"]).to_owned();
        let before = self.0.get(&phone);
        let written = units(size(&item).max(before.map_or(0, size)), 1024);
        // Our conditions are that there is no item, or an item of this version.
        let expected = asked["ExpressionAttributeValues"].get(":version");
        if before.and_then(|before| before.get("version")) != expected {
            let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
            return Answer(StatusCode::BAD_REQUEST, json!({"__type": kind, "Item": before}), written);
        }
        // An entry of the index `open` has a unit when it comes, goes, or does both because its key changes.
        let key = |item: &Item| item.get("open").and(item.get("until")).cloned();
        let (old, new) = (before.and_then(key), key(&item));
        let index = if old == new { 0 } else { usize::from(old.is_some()) + usize::from(new.is_some()) };
        self.0.insert(phone, item);
        Answer(StatusCode::OK, json!({}), written + index as f64)
    }
}

fn text(attribute: &Value) -> &str {
    attribute["S"].as_str().unwrap_or_default()
}

fn number(attribute: &Value) -> Option<i64> {
    attribute["N"].as_str()?.parse().ok()
}

/// Returns the size of an item as DynamoDB counts it, about: names and values.
fn size(item: &Item) -> usize {
    let value = |value: &Value| text(value).len() + value["N"].as_str().map_or(0, |number| number.len() / 2 + 1);
    item.iter().map(|(name, attribute)| name.len() + value(attribute)).sum()
}

/// Returns the units of `bytes`, at least one.
fn units(bytes: usize, unit: usize) -> f64 {
    bytes.div_ceil(unit).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: &str = "+12125550100";

    fn put(table: &mut Table, item: &Value, expected: Option<&str>) -> (StatusCode, f64) {
        let values = expected.map_or(json!({}), |version| json!({":version": {"S": version}}));
        let Answer(status, _, units) =
            table.answer("PutItem", &json!({"Item": item, "ExpressionAttributeValues": values}));
        (status, units)
    }

    #[test]
    fn a_line_is_written_only_over_the_version_that_is_expected() {
        let mut table = Table::default();
        let item = json!({"phone": {"S": PHONE}, "version": {"S": "v"}});
        assert_eq!(put(&mut table, &item, None).0, StatusCode::OK);
        assert_eq!(put(&mut table, &item, None).0, StatusCode::BAD_REQUEST);
        assert_eq!(put(&mut table, &item, Some("w")).0, StatusCode::BAD_REQUEST);
        assert_eq!(put(&mut table, &item, Some("v")).0, StatusCode::OK);
    }

    #[test]
    fn a_write_has_a_unit_for_each_started_kilobyte_and_each_change_of_the_index() {
        let mut table = Table::default();
        let line = "x".repeat(1100);
        let held = json!({"phone": {"S": PHONE}, "version": {"S": "v"}, "line": {"S": line}, "open": {"S": "1"}, "until": {"N": "1"}});
        let free = json!({"phone": {"S": PHONE}, "version": {"S": "v"}, "line": {"S": "short"}});
        assert_eq!(put(&mut table, &held, None).1, 3.0);
        assert_eq!(put(&mut table, &held, Some("v")).1, 2.0);
        assert_eq!(put(&mut table, &free, Some("v")).1, 3.0);
        assert_eq!(put(&mut table, &free, Some("v")).1, 1.0);
    }
}
