//! Converts a line to an item and back. One attribute has the line as JSON. The others are for DynamoDB: key, version, index
//! and expiry.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::{Line, Phone};
use redial_formats::line_v1;
use redial_queue::ports::{StoreError, Version, Versioned, list_shard};
use std::collections::HashMap;

pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) const PHONE: &str = "phone";
pub(super) const VERSION: &str = "version";
pub(super) const LINE: &str = "line";
pub(super) const OPEN: &str = "open";
pub(super) const UNTIL: &str = "until";
/// The partition of a suppressed number in the index of suppressed lines. Items of other numbers are not in the index.
pub(super) const SUPPRESSED: &str = "suppressed";
const EXPIRES: &str = "expires";

/// The only value of [`OPEN`]. Items without the attribute are not in the index.
pub(super) const IS_OPEN: &str = "1";

/// The time for which an idle line is kept after its last call. The 24-hour cap needs one day, so three are safe.
const IDLE_RETENTION: TimeDelta = TimeDelta::days(3);

pub(super) fn write(phone: &Phone, line: &Line, version: &Version, now: DateTime<Utc>) -> Item {
    let mut item = Item::from([
        (PHONE.to_owned(), text(phone.as_str())),
        (VERSION.to_owned(), text(&version.0)),
        (LINE.to_owned(), text(&line_v1::to_text(line))),
    ]);
    if let Some(until) = line.open_until() {
        item.insert(OPEN.to_owned(), text(IS_OPEN));
        item.insert(UNTIL.to_owned(), number(until.timestamp_millis()));
    }
    if line.suppressed.is_some() {
        item.insert(SUPPRESSED.to_owned(), text(&shard(list_shard(phone))));
    }
    if let Some(expires) = expires(line, now) {
        item.insert(EXPIRES.to_owned(), number(expires.timestamp()));
    }
    item
}

pub(super) fn read(item: &Item) -> Result<(Phone, Versioned<Line>), StoreError> {
    let line = line_v1::parse(attribute(item, LINE)?).map_err(StoreError::unusable)?;
    let version = Version(attribute(item, VERSION)?.to_owned());
    Ok((phone(item)?, Versioned { value: line, version }))
}

/// Returns the key of a partition of the index of suppressed lines.
pub(super) fn shard(number: u8) -> String {
    format!("{number:02}")
}

/// Reads the line of an item in an index, which has no version.
pub(super) fn read_listed(item: &Item) -> Result<(Phone, Line), StoreError> {
    Ok((phone(item)?, line_v1::parse(attribute(item, LINE)?).map_err(StoreError::unusable)?))
}

pub(super) fn phone(item: &Item) -> Result<Phone, StoreError> {
    // Not parsed: a line of a number that is refused today may have a do-not-call.
    Phone::stored(attribute(item, PHONE)?)
        .ok_or_else(|| StoreError::unusable("the item of a line has no phone number in E.164"))
}

pub(super) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Returns when DynamoDB may remove the item. A line that is not idle never expires.
///
/// The time counts from the last call, and from `now` for a line without calls.
fn expires(line: &Line, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let newest = line.calls.iter().map(|known| known.at).max();
    line.is_idle().then(|| newest.unwrap_or(now) + IDLE_RETENTION)
}

fn attribute<'a>(item: &'a Item, name: &'static str) -> Result<&'a str, StoreError> {
    let value = item.get(name).and_then(|value| value.as_s().ok());
    value
        .map(String::as_str)
        .ok_or_else(|| StoreError::unusable(format!("the item of a line has no text attribute {name:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::{
        AttemptId, CallId, Hold, KnownCall, LeadId, LeadRef, Month, Outcome, Review, Source, Suppression,
    };
    use rstest::rstest;

    const NOW: &str = "2025-12-03T17:00:00Z";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn phone() -> Phone {
        Phone::parse("+12125550100").unwrap()
    }

    fn idle() -> Line {
        Line::default()
    }

    fn called(text: &str) -> Line {
        let call = |at| KnownCall { at, attempt: None, call: None, recorded: true, told: None };
        Line { calls: vec![call(at(text)), call(at("2025-11-01T00:00:00Z"))], ..Line::default() }
    }

    fn held() -> Line {
        let lead =
            LeadRef { month: Month::parse("2025-12").unwrap(), id: LeadId::parse("100").unwrap(), phone: phone() };
        let hold = Hold {
            provider: redial_domain::Source::Bland,
            attempt: AttemptId::new(at(NOW), 1),
            lead,
            since: at(NOW),
            until: at("2025-12-03T17:10:00.250Z"),
            call: None,
            missing_since: None,
        };
        Line { hold: Some(hold), ..called(NOW) }
    }

    fn suppressed() -> Line {
        let suppression = Suppression::new(Outcome::DNC, Source::Bland, at(NOW));
        Line { suppressed: Some(suppression), ..called(NOW) }
    }

    fn in_doubt() -> Line {
        let call = CallId::parse("c1").unwrap();
        Line { review: Some(Review { call, words: "not at work".to_owned(), since: at(NOW) }), ..called(NOW) }
    }

    #[rstest]
    #[case::idle_since_a_call(called("2025-12-02T00:00:00Z"), Some("2025-12-05T00:00:00Z"), None)]
    #[case::never_called(idle(), Some("2025-12-06T17:00:00Z"), None)]
    #[case::held(held(), None, Some("2025-12-03T17:10:00.250Z"))]
    #[case::suppressed(suppressed(), None, None)]
    #[case::possible_do_not_call(in_doubt(), None, None)]
    fn an_item_has_its_time_in_the_index_and_its_expiry(
        #[case] line: Line,
        #[case] expires: Option<&str>,
        #[case] until: Option<&str>,
    ) {
        let item = write(&phone(), &line, &Version("v".to_owned()), at(NOW));
        let seconds = expires.map(|text| number(at(text).timestamp()));
        assert_eq!(item.get(EXPIRES), seconds.as_ref());
        assert_eq!(item.get(UNTIL), until.map(|text| number(at(text).timestamp_millis())).as_ref());
        assert_eq!(item.contains_key(OPEN), until.is_some());
        let shard = line.suppressed.as_ref().map(|_| text("00"));
        assert_eq!(item.get(SUPPRESSED), shard.as_ref());
        let (read_phone, read_line) = read(&item).unwrap();
        assert_eq!((read_phone, read_line.value), (phone(), line));
    }

    #[test]
    fn an_unreadable_item_is_unusable() {
        let mut item = write(&phone(), &idle(), &Version("v".to_owned()), at(NOW));
        item.insert(LINE.to_owned(), text("{"));
        assert!(matches!(read(&item), Err(StoreError::Unusable(_))));
        item.remove(LINE);
        assert!(matches!(read(&item), Err(StoreError::Unusable(_))));
    }
}
