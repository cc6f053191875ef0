//! Requests of operators.

use super::is_e164;
use admin::api::{
    ConfigJson, decode_cursor, encode_cursor, etag, key_in_query, parse_changes, parse_dry_run, parse_if_match,
    parse_phone, parse_query, reject_parameters,
};
use redial_domain::settings::{Limits, Settings};
use redial_formats::lead_list::{self, LeadList};
use redial_formats::list::ListFormat;
use redial_formats::settings_v1;
use redial_queue::ports::Expect;
use serde_json::{Map, Value, json};

/// A query or a header is refused, or it is within its bounds, and a cursor or a tag made of it leads back to the same.
///
/// # Panics
/// When it does not.
pub fn admin_query(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(query) = parse_query(&text) {
        assert!((1..=1000).contains(&query.limit));
        assert!(
            [&query.filter.text, &query.filter.lead_id].into_iter().flatten().all(|text| text.chars().count() <= 200)
        );
        query.filter.phone.iter().for_each(is_e164);
        if let Some(position) = query.after {
            let cursor = encode_cursor(query.sort, query.order, &position);
            assert_eq!(decode_cursor(&cursor), Some((query.sort, query.order, position)));
        }
    }
    if let Ok(phone) = parse_phone(&text) {
        is_e164(&phone);
    }
    if reject_parameters(Some(&text)).is_ok() {
        assert_eq!(parse_dry_run(&text), Ok(false));
    }
    let _ = key_in_query(&text);
    for expect in parse_if_match(&text).ok().flatten().unwrap_or_default() {
        let version = match &expect {
            Expect::At(version) => Some(version),
            Expect::Absent => None,
        };
        assert_eq!(parse_if_match(&etag(version)), Ok(Some(vec![expect])));
    }
}

/// A change of the settings is refused, or it makes the same rules after it was stored, and every value that is then shown
/// can be sent. A lead is refused, or it has a number, and a list of leads is read to its end.
///
/// # Panics
/// When it does not.
pub fn admin_body(body: &[u8]) {
    if let Ok(addition) = lead_list::read_json(body) {
        is_e164(&addition.new.phone);
    }
    for format in [ListFormat::Csv, ListFormat::JsonLines] {
        if let Ok(list) = LeadList::new(body, format) {
            assert!(list.lines(0).filter(|line| line.line <= list.count()).count() == list.lines(0).count());
        }
    }
    let limits = Limits::default();
    let _ = settings_v1::parse(body);
    let Ok(asked) = parse_changes(body) else { return };
    let Ok(settings) = Settings::default().changed(&asked, limits.clone()) else { return };
    let rules = settings.policy(limits.clone()).unwrap();
    let overrides = settings_v1::parse(&settings_v1::to_bytes(&settings.overrides)).unwrap();
    assert_eq!(Settings { overrides, ..Settings::default() }.policy(limits.clone()).as_ref(), Ok(&rules));

    let mut shown: Map<String, Value> = serde_json::from_value(json!(ConfigJson::new(&settings))).unwrap();
    // Of the two kinds of interval only one is in force, and only one may be named.
    let fixed = shown["progressive_intervals"].as_array().is_some_and(Vec::is_empty);
    if !fixed {
        shown.remove("redial_interval_minutes");
    }
    let again = parse_changes(json!(shown).to_string().as_bytes()).unwrap();
    let settings = settings.changed(&again, limits.clone()).unwrap();
    assert_eq!(settings.policy(limits), Ok(rules));
}
