//! What query strings may say. A parameter that nobody knows is refused: a misspelt `dry_run` would change the queue, and a
//! misspelt filter would show the wrong leads.

use super::Invalid;
use chrono::{DateTime, Utc};
use redial_domain::{Month, Phone, Status};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The parameter that may hold the key; it is never a mistake to send it, as it may not count.
const API_KEY: &str = "api_key";
const MOST_RECORDS: usize = 1000;
const MOST_CHARACTERS: usize = 200;

/// Where a record stands: waiting for its time, waiting for the time that the person asked for, done, called as often as
/// allowed, or held back by an operator.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum StatusWord {
    Pending,
    Rescheduled,
    Completed,
    MaxAttempts,
    Paused,
}

/// The query of `GET /records`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsQuery {
    /// Only those with this status.
    pub status: Option<Status>,
    /// Only those that may be dialed now.
    pub ready: bool,
    /// Only those with this number.
    pub phone: Option<Phone>,
    /// Only those with this lead id.
    pub lead_id: Option<String>,
    /// Only those that contain this text.
    pub q: Option<String>,
    /// At most so many.
    pub limit: usize,
    /// Without the first so many.
    pub offset: usize,
    /// Only those after this one.
    pub cursor: Option<Cursor>,
}

impl RecordsQuery {
    /// Reads the query; an empty value counts as not given.
    ///
    /// # Errors
    /// [`Invalid`] names the parameter, its value and what is allowed.
    pub fn parse(query: &str) -> Result<Self, Invalid> {
        let names = &["status", "ready", "limit", "cursor", "offset", "phone", "lead_id", "q"];
        let parameters = Parameters::parse(query, names)?;
        let parsed = Self {
            status: parameters.parsed("status", &statuses(), Status::parse)?,
            ready: parameters.flag("ready")?,
            phone: parameters.phone()?,
            lead_id: parameters.text("lead_id")?,
            q: parameters.text("q")?,
            limit: parameters.parsed("limit", "1 to 1000", limit)?.unwrap_or(100),
            offset: parameters.parsed("offset", "0 or more", |text| text.parse().ok())?.unwrap_or(0),
            cursor: parameters.parsed("cursor", "the next_cursor of the page before", Cursor::decode)?,
        };
        if parsed.cursor.is_some() && parameters.get("offset").is_some() {
            return Err(Invalid::field(
                "offset",
                "offset and cursor cannot be given together; follow the cursor alone",
            ));
        }
        Ok(parsed)
    }
}

/// The place of a record in the order of lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Next dial.
    pub next_redial: DateTime<Utc>,
    /// Key.
    pub key: String,
    /// The month in which it lives.
    pub month: Month,
}

impl Cursor {
    /// The place as text that says nothing to others and needs no escapes in a URL.
    #[must_use]
    pub fn encode(&self) -> String {
        hex::encode(format!("{} {} {}", self.next_redial.timestamp_millis(), self.month, self.key))
    }

    /// Reads the text.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let text = String::from_utf8(hex::decode(text).ok()?).ok()?;
        let (millis, rest) = text.split_once(' ')?;
        let (month, key) = rest.split_once(' ')?;
        let next_redial = DateTime::from_timestamp_millis(millis.parse().ok()?)?;
        Some(Self { next_redial, key: key.to_owned(), month: Month::parse(month)? })
    }
}

/// The number of a lead, without which it is not known.
///
/// # Errors
/// [`Invalid`] when it is missing or no number.
pub fn phone(query: &str) -> Result<Phone, Invalid> {
    let phone = Parameters::parse(query, &["phone"])?.phone()?;
    phone.ok_or_else(|| Invalid::field("phone", "phone is missing; send ?phone=+15551234567, the + as %2B if need be"))
}

/// Whether a change is only to be tried.
///
/// # Errors
/// [`Invalid`] when it is neither true nor false, or something else is asked for.
pub fn dry_run(query: &str) -> Result<bool, Invalid> {
    Parameters::parse(query, &["dry_run"])?.flag("dry_run")
}

/// A query that says nothing.
///
/// # Errors
/// [`Invalid`] when it does.
pub fn nothing(query: &str) -> Result<(), Invalid> {
    Parameters::parse(query, &[]).map(drop)
}

/// The key, when it is in the query.
#[must_use]
pub fn key_in_query(query: &str) -> Option<String> {
    pairs(query).into_iter().find(|(name, _)| name == API_KEY).map(|(_, value)| value)
}

struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn parse(query: &str, names: &[&str]) -> Result<Self, Invalid> {
        let mut parameters = BTreeMap::new();
        for (name, value) in pairs(query) {
            if name == API_KEY {
                continue;
            }
            if !names.contains(&name.as_str()) {
                let allowed = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                return Err(Invalid::field(&name, format!("{name:?} is not a parameter; allowed: {allowed}")));
            }
            if parameters.insert(name.clone(), value).is_some() {
                return Err(Invalid::field(&name, format!("{name} is given twice")));
            }
        }
        Ok(Self(parameters))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    fn parsed<T>(&self, name: &str, allowed: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Invalid> {
        let Some(value) = self.get(name) else { return Ok(None) };
        parse(value.trim()).map(Some).ok_or_else(|| Invalid::value(name, value, allowed))
    }

    fn flag(&self, name: &str) -> Result<bool, Invalid> {
        Ok(self.parsed(name, "true or false", |text| text.parse().ok())?.unwrap_or(false))
    }

    fn text(&self, name: &str) -> Result<Option<String>, Invalid> {
        let short = |text: &str| (text.chars().count() <= MOST_CHARACTERS).then(|| text.to_owned());
        self.parsed(name, "at most 200 characters", short)
    }

    /// A number is not trimmed: a space before it was a `+`.
    fn phone(&self) -> Result<Option<Phone>, Invalid> {
        let phone = self.get("phone").map(Phone::parse).transpose();
        phone.map_err(|error| Invalid::field("phone", error.to_string()))
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
}

fn statuses() -> String {
    Status::ALL.map(Status::as_str).join(", ")
}

fn limit(text: &str) -> Option<usize> {
    text.parse().ok().filter(|limit| (1..=MOST_RECORDS).contains(limit))
}
