//! Lists of numbers to suppress, as operators upload and download them: `phone,reason,note`, where only the number is needed and
//! a header is optional.

use crate::csv_row::guarded;
pub use crate::list::ListFormat;
use crate::list::{FirstLine, LineReader, List};
use chrono::SecondsFormat;
use redial_domain::{Outcome, Phone, Suppression};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The names that a column of numbers may have. A first line with one of them is a header.
const PHONE_NAMES: [&str; 3] = ["phone", "phone_number", "number"];
const HEADER: [&str; 6] = ["phone", "reason", "note", "source", "by", "at"];

/// A list of numbers to suppress.
pub type NumberList<'a> = List<'a, NumberColumns>;

/// A number to suppress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedNumber {
    /// The number.
    pub phone: Phone,
    /// The do-not-call.
    pub reason: Outcome,
    /// The note. It begins with the reason of the list if that is not a do-not-call.
    pub note: String,
}

/// Where number, reason and note are, if it is CSV.
#[derive(Debug)]
pub struct NumberColumns([Option<usize>; 3]);

impl LineReader for NumberColumns {
    type Entry = ListedNumber;

    fn of_csv(first: &csv::StringRecord) -> Result<(Self, FirstLine), String> {
        let names: Vec<String> = first.iter().map(|name| name.trim().to_lowercase()).collect();
        let place = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
        Ok(match place(&PHONE_NAMES) {
            Some(phone) => (Self([Some(phone), place(&["reason"]), place(&["note"])]), FirstLine::Header),
            None => (Self::of_json(), FirstLine::Entry),
        })
    }

    fn of_json() -> Self {
        Self([Some(0), Some(1), Some(2)])
    }

    fn csv(&self, fields: &csv::StringRecord) -> Result<ListedNumber, String> {
        let field = |column: Option<usize>| column.and_then(|column| fields.get(column)).unwrap_or_default();
        let [phone, reason, note] = self.0.map(field);
        listed(phone, reason, note)
    }

    fn json(&self, line: &str) -> Result<ListedNumber, String> {
        let line: JsonLine = serde_json::from_str(line)
            .map_err(|error| format!("the line is not a JSON object with a phone, at column {}", error.column()))?;
        listed(&line.phone.to_string(), &line.reason.unwrap_or_default(), &line.note.unwrap_or_default())
    }
}

#[derive(Deserialize)]
struct JsonLine {
    #[serde(alias = "phone_number", alias = "number")]
    phone: JsonPhone,
    reason: Option<String>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum JsonPhone {
    Text(String),
    Number(u64),
}

impl std::fmt::Display for JsonPhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// Makes an entry of its texts. The list says that the number must not be called, so a reason that is not a do-not-call is
/// kept as a note, and does not keep the number from being suppressed.
fn listed(phone: &str, reason: &str, note: &str) -> Result<ListedNumber, String> {
    let phone = Phone::parse(phone).map_err(|error| error.to_string())?;
    let (reason, note) = (reason.trim(), note.trim());
    let word = Outcome::parse(reason).filter(Outcome::suppresses);
    let note = match (&word, reason.is_empty(), note.is_empty()) {
        (Some(_), _, _) | (None, true, _) => note.to_owned(),
        (None, false, true) => reason.to_owned(),
        (None, false, false) => format!("{reason}: {note}"),
    };
    Ok(ListedNumber { phone, reason: word.unwrap_or(Outcome::DNC), note })
}

#[derive(Serialize)]
struct ListedJson<'a> {
    phone: &'a str,
    reason: &'a str,
    note: &'a str,
    source: &'a str,
    by: &'a str,
    at: String,
}

/// Writes a list of suppressed numbers. An import of it suppresses the same numbers.
#[must_use]
pub fn write<'a>(listed: impl IntoIterator<Item = (&'a Phone, &'a Suppression)>, format: ListFormat) -> String {
    let rows = listed.into_iter().map(|(phone, suppression)| ListedJson {
        phone: phone.as_str(),
        reason: suppression.reason.as_str(),
        note: &suppression.note,
        source: suppression.source.as_str(),
        by: &suppression.by,
        at: suppression.at.to_rfc3339_opts(SecondsFormat::Millis, true),
    });
    match format {
        ListFormat::JsonLines => rows.map(|row| json!(row).to_string() + "\n").collect(),
        ListFormat::Csv => {
            let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
            // Writing to memory does not fail.
            let _ = writer.write_record(HEADER);
            for row in rows {
                // An import reads each line by itself.
                let note = row.note.replace(['\n', '\r'], " ");
                let fields = [row.phone, row.reason, &note, row.source, row.by, &row.at];
                let _ = writer.write_record(fields.map(|field| guarded(field).into_owned()));
            }
            writer.into_inner().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests;
