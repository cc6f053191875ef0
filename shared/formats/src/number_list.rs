//! Lists of numbers to suppress, as operators upload and download them: CSV, or JSON lines.
//!
//! Each line of the file is one entry. A quote that is not closed can therefore spoil its own line only, and no number after
//! it is missed. A line break inside a quoted note is not supported.

use chrono::SecondsFormat;
use redial_domain::{Outcome, Phone, Suppression};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::borrow::Cow;

/// The names that a column of numbers may have. A first line with one of them is a header.
const PHONE_NAMES: [&str; 3] = ["phone", "phone_number", "number"];
const HEADER: [&str; 6] = ["phone", "reason", "note", "source", "by", "at"];

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// Comma-separated values: `phone,reason,note`, where only the number is needed. A header is optional.
    Csv,
    /// One JSON object on each line, with the same fields.
    JsonLines,
}

impl ListFormat {
    /// Returns the end of the name of a file in this format.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// Returns the format of a file with this name, in upper or lower case. `None` for any other name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        [Self::Csv, Self::JsonLines].into_iter().find(|format| end.eq_ignore_ascii_case(format.extension()))
    }
}

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

/// One line of a list that is not blank and not its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine {
    /// Its number in the file, counted from 1.
    pub line: u64,
    /// The number to suppress, or what is wrong with the line, without the number.
    pub read: Result<ListedNumber, String>,
}

/// The text of a list, without knowing yet what its lines say.
#[derive(Debug)]
pub struct NumberList<'a> {
    format: ListFormat,
    text: Cow<'a, str>,
    /// Where number, reason and note are, if it is CSV.
    columns: [Option<usize>; 3],
    has_header: bool,
}

impl<'a> NumberList<'a> {
    /// Reads the bytes of a file. Bytes that are not UTF-8 spoil their own characters only.
    ///
    /// # Errors
    /// Why it is no text: a spreadsheet, or a text in UTF-16.
    pub fn new(bytes: &'a [u8], format: ListFormat) -> Result<Self, &'static str> {
        if bytes.contains(&0) {
            return Err("the file is not a text. Save it as CSV in UTF-8");
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut list = Self {
            format,
            text: with_line_feeds(String::from_utf8_lossy(bytes)),
            columns: [Some(0), Some(1), Some(2)],
            has_header: false,
        };
        let first = list.numbered().find(|(_, line)| !line.trim().is_empty());
        if let (ListFormat::Csv, Some((_, first))) = (format, first) {
            let names: Vec<String> = fields(first).iter().map(|name| name.trim().to_lowercase()).collect();
            let place = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
            if let Some(phone) = place(&PHONE_NAMES) {
                list.columns = [Some(phone), place(&["reason"]), place(&["note"])];
                list.has_header = true;
            }
        }
        Ok(list)
    }

    /// Returns how many lines the file has, with blank ones.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.numbered().last().map_or(0, |(line, _)| line)
    }

    /// Returns what the lines after the first `done` say. Blank lines and the header are left out.
    pub fn lines(&self, done: u64) -> impl Iterator<Item = ListLine> {
        let header = self.numbered().find(|(_, line)| !line.trim().is_empty()).map(|(line, _)| line);
        let header = header.filter(|_| self.has_header);
        self.numbered()
            .skip_while(move |(line, _)| *line <= done)
            .filter(move |(line, text)| Some(*line) != header && !is_blank(text))
            .map(|(line, text)| ListLine { line, read: self.read(text) })
    }

    fn numbered(&self) -> impl Iterator<Item = (u64, &str)> {
        let text = self.text.strip_suffix('\n').unwrap_or(&self.text);
        let is_empty = self.text.is_empty();
        (1..).zip(text.split('\n')).filter(move |_| !is_empty)
    }

    fn read(&self, line: &str) -> Result<ListedNumber, String> {
        match self.format {
            ListFormat::Csv => {
                let fields = fields(line);
                let field = |column: Option<usize>| column.and_then(|column| fields.get(column)).unwrap_or_default();
                let [phone, reason, note] = self.columns.map(field);
                listed(phone, reason, note)
            }
            ListFormat::JsonLines => {
                let line: JsonLine = serde_json::from_str(line).map_err(|error| {
                    format!("the line is not a JSON object with a phone, at column {}", error.column())
                })?;
                listed(&line.phone.to_string(), &line.reason.unwrap_or_default(), &line.note.unwrap_or_default())
            }
        }
    }
}

/// Ends every line with a line feed alone. A file of an old spreadsheet has carriage returns, and one that was put together of
/// several files has both.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text }
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

fn is_blank(line: &str) -> bool {
    line.chars().all(|c| c.is_whitespace() || c == ',')
}

/// Returns the fields of one line of CSV.
fn fields(line: &str) -> csv::StringRecord {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).buffer_capacity(line.len().max(1));
    let mut fields = csv::StringRecord::new();
    // A text in memory has no errors of reading, and a line without fields is an empty record.
    let _ = reader.from_reader(line.as_bytes()).read_record(&mut fields);
    fields
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
                let fields = [row.phone, row.reason, row.note, row.source, row.by, &row.at];
                let _ = writer.write_record(fields.map(|field| harmless(field)).map(Cow::into_owned));
            }
            writer.into_inner().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        }
    }
}

/// Returns a field that a spreadsheet does not take for a formula and that has one line. A `+` of a number is harmless.
fn harmless(field: &str) -> Cow<'_, str> {
    let text = if field.contains(['\n', '\r']) { Cow::Owned(field.replace(['\n', '\r'], " ")) } else { field.into() };
    if text.starts_with(['=', '@', '-', '\t']) { Cow::Owned(format!("'{text}")) } else { text }
}

#[cfg(test)]
mod tests;
