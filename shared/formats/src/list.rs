//! Lists that operators upload: CSV, or JSON lines.
//!
//! Each line of the file is one entry. A quote that is not closed can therefore spoil its own line only, and no line after it is
//! missed. A line break inside a quoted field is not supported.

use std::borrow::Cow;

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// Comma-separated values.
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

/// One line of a list that is not blank and not its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine<T> {
    /// Its number in the file, counted from 1.
    pub line: u64,
    /// What it says, or what is wrong with it, without personal data.
    pub read: Result<T, String>,
}

/// What the first line of a CSV file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstLine {
    /// The names of the columns.
    Header,
    /// An entry.
    Entry,
}

/// Reads the lines of one kind of list.
pub trait LineReader: Sized {
    /// What a line says.
    type Entry;

    /// Makes the reader of a CSV file that begins with these fields.
    ///
    /// # Errors
    /// Why they are no header, if there must be one.
    fn of_csv(first: &csv::StringRecord) -> Result<(Self, FirstLine), String>;

    /// Makes the reader of a file whose lines name their fields, or of an empty one.
    fn of_json() -> Self;

    /// Reads a line of CSV.
    ///
    /// # Errors
    /// What is wrong with it, without personal data.
    fn csv(&self, fields: &csv::StringRecord) -> Result<Self::Entry, String>;

    /// Reads a line of JSON.
    ///
    /// # Errors
    /// What is wrong with it, without personal data.
    fn json(&self, line: &str) -> Result<Self::Entry, String>;
}

/// The text of a list, without knowing yet what its lines say.
#[derive(Debug)]
pub struct List<'a, R> {
    format: ListFormat,
    text: Cow<'a, str>,
    reader: R,
    first: FirstLine,
}

impl<'a, R: LineReader> List<'a, R> {
    /// Reads the bytes of a file. Bytes that are not UTF-8 spoil their own characters only.
    ///
    /// # Errors
    /// Why it is no list: a spreadsheet, a text in UTF-16, or a header that is wrong.
    pub fn new(bytes: &'a [u8], format: ListFormat) -> Result<Self, String> {
        if bytes.contains(&0) {
            return Err("the file is not a text. Save it as CSV in UTF-8".to_owned());
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let text = with_line_feeds(String::from_utf8_lossy(bytes));
        let first = numbered(&text).find(|(_, line)| !line.trim().is_empty());
        let (reader, first) = match (format, first) {
            (ListFormat::Csv, Some((_, first))) => R::of_csv(&fields(first))?,
            (ListFormat::Csv, None) | (ListFormat::JsonLines, _) => (R::of_json(), FirstLine::Entry),
        };
        Ok(Self { format, text, reader, first })
    }

    /// Returns how many lines the file has, with blank ones.
    #[must_use]
    pub fn count(&self) -> u64 {
        numbered(&self.text).last().map_or(0, |(line, _)| line)
    }

    /// Returns what the lines after the first `done` say. Blank lines and the header are left out.
    pub fn lines(&self, done: u64) -> impl Iterator<Item = ListLine<R::Entry>> {
        let header = numbered(&self.text).find(|(_, line)| !line.trim().is_empty()).map(|(line, _)| line);
        let header = header.filter(|_| self.first == FirstLine::Header);
        numbered(&self.text)
            .skip_while(move |(line, _)| *line <= done)
            .filter(move |(line, text)| Some(*line) != header && !is_blank(text))
            .map(|(line, text)| ListLine { line, read: self.read(text) })
    }

    fn read(&self, line: &str) -> Result<R::Entry, String> {
        match self.format {
            ListFormat::Csv => self.reader.csv(&fields(line)),
            ListFormat::JsonLines => self.reader.json(line),
        }
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let lines = text.strip_suffix('\n').unwrap_or(text).split('\n');
    let is_empty = text.is_empty();
    (1..).zip(lines).filter(move |_| !is_empty)
}

/// Ends every line with a line feed alone. A file of an old spreadsheet has carriage returns, and one that was put together of
/// several files has both.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text }
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
