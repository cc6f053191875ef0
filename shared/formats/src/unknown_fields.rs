//! Keeps the top-level fields of a stored object that this release does not know.

use crate::Unreadable;
use redial_domain::UnknownFields;
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Reads the fields of an object that are not among `known`. `what` names the object in errors.
///
/// # Errors
/// [`Unreadable`] if it is not an object, or its `v` is not 1. A newer release raises `v` if a field must not be ignored, so
/// this release must neither act on such an object nor write it.
pub(crate) fn read(body: &[u8], known: &[&str], what: &str) -> Result<UnknownFields, Unreadable> {
    let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(body)?;
    match fields.get("v").map(|raw| raw.get()) {
        Some("1") => {}
        Some(other) => {
            return Err(Unreadable(format!("{what} has version {other}, and this release reads version 1")));
        }
        None => return Err(Unreadable(format!("{what} has no version"))),
    }
    let unknown = fields.into_iter().filter(|(name, _)| !known.contains(&name.as_str()));
    Ok(unknown.map(|(name, raw)| (name, raw.get().to_owned())).collect())
}

/// Appends these fields to the text of a JSON object that has others.
///
/// The texts are not parsed: a number may have more digits than any type holds.
pub(crate) fn append(mut object: String, unknown: &UnknownFields) -> String {
    for (name, text) in unknown.iter() {
        object.pop();
        object.push_str(&format!(",{}:{text}}}", json!(name)));
    }
    object
}
