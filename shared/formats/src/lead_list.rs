//! Leads as operators add them: one as a JSON object, or a list of them as CSV or JSON lines. All three have the fields of
//! records, and each is checked by the same rules.

mod json;

use crate::list::{FirstLine, LineReader, List};
use chrono::{DateTime, SubsecRound, Utc};
use json::Members;
use redial_domain::law::{Consent, ConsentEvidence};
use redial_domain::{Addition, LeadId, NewLead, Phone, Profile};
use std::borrow::Cow;

/// The most characters of a name or of a list id.
pub const NAME_CHARACTERS: usize = 100;
/// The most characters of a state.
pub const STATE_CHARACTERS: usize = 50;
/// The most characters of a postal code.
pub const POSTAL_CODE_CHARACTERS: usize = 20;
/// The most characters of where a consent was given.
pub const SOURCE_CHARACTERS: usize = 200;

/// The names of the fields. The first two are required.
pub const FIELDS: [&str; 12] = [
    "lead_id",
    "phone_number",
    "list_id",
    "first_name",
    "last_name",
    "state",
    "postal_code",
    "consent_level",
    "consent_at",
    "consent_source",
    "consent_text_sha256",
    "at",
];
const REQUIRED: [&str; 2] = ["lead_id", "phone_number"];
const CONSENT: [&str; 4] = ["consent_level", "consent_at", "consent_source", "consent_text_sha256"];

/// What is wrong with a lead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct FieldError {
    /// The field that is wrong. `None` if the whole is.
    pub field: Option<String>,
    /// What is wrong, without a value of the lead.
    pub error: String,
}

impl FieldError {
    fn of(field: &str, error: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), error: error.into() }
    }

    fn unknown(field: &str) -> Self {
        Self::of(field, format!("unknown field; allowed: {}", FIELDS.join(", ")))
    }
}

/// A list of leads to add.
pub type LeadList<'a> = List<'a, LeadColumns>;

/// The field of each column, if it is CSV.
#[derive(Debug)]
pub struct LeadColumns(Vec<&'static str>);

impl LineReader for LeadColumns {
    type Entry = Addition;

    /// The error has no name of a column, because a file without a header begins with a person.
    fn of_csv(first: &csv::StringRecord) -> Result<(Self, FirstLine), String> {
        let names: Vec<_> = first.iter().map(|name| field_of(&name.trim().to_lowercase())).collect();
        let wrong = names.iter().zip(1..).filter(|(name, _)| name.is_none()).map(|(_, column)| format!("{column}"));
        let wrong: Vec<String> = wrong.collect();
        let allowed = FIELDS.join(", ");
        if !wrong.is_empty() {
            let columns = wrong.join(", ");
            return Err(format!(
                "the first line must name the columns; not a field: column {columns}; allowed: {allowed}"
            ));
        }
        let names: Vec<&'static str> = names.into_iter().flatten().collect();
        if let Some(missing) = REQUIRED.into_iter().find(|name| !names.contains(name)) {
            return Err(format!("the first line names no column {missing}; allowed: {allowed}"));
        }
        let is_repeated = |(place, name): &(usize, &&str)| names.iter().take(*place).any(|other| other == *name);
        if let Some((_, name)) = names.iter().enumerate().find(is_repeated) {
            return Err(format!("the first line names the column {name} twice"));
        }
        Ok((Self(names), FirstLine::Header))
    }

    fn of_json() -> Self {
        Self(Vec::new())
    }

    fn csv(&self, fields: &csv::StringRecord) -> Result<Addition, String> {
        let (found, named) = (fields.len(), self.0.len());
        if found != named {
            return Err(format!("the line has {found} fields, and the first line names {named}"));
        }
        let texts = self.0.iter().copied().zip(fields.iter().map(Cow::Borrowed));
        addition(&Texts(texts.collect())).map_err(|error| error.error)
    }

    fn json(&self, line: &str) -> Result<Addition, String> {
        read_json(line.as_bytes()).map_err(|error| match error.field {
            // An unknown name may be personal data.
            Some(field) if FIELDS.contains(&field.as_str()) => error.error,
            Some(_) => format!("a field is unknown; allowed: {}", FIELDS.join(", ")),
            None => error.error,
        })
    }
}

/// Reads a lead that is a JSON object. Each field is a text, or `null` for one that is not known.
///
/// # Errors
/// [`FieldError`] names the first field that is wrong.
pub fn read_json(body: &[u8]) -> Result<Addition, FieldError> {
    let Members(members) = serde_json::from_slice(body).map_err(|error| FieldError {
        field: None,
        error: format!("not a JSON object of a lead, at line {} column {}", error.line(), error.column()),
    })?;
    let mut texts = Vec::new();
    for (name, value) in members {
        let known = FIELDS.into_iter().find(|known| *known == name).ok_or_else(|| FieldError::unknown(&name))?;
        if texts.iter().any(|(other, _)| *other == known) {
            return Err(FieldError::of(known, format!("{known} is given twice; send it once")));
        }
        let text = match value {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => String::new(),
            _ => return Err(FieldError::of(known, format!("{known} must be a text in quotes"))),
        };
        texts.push((known, Cow::Owned(text)));
    }
    addition(&Texts(texts))
}

/// Returns the field that a column names. Lists of numbers have a column `phone`.
fn field_of(name: &str) -> Option<&'static str> {
    let name = if name == "phone" { "phone_number" } else { name };
    FIELDS.into_iter().find(|known| *known == name)
}

/// The texts of the fields of a lead. An empty one counts as absent.
struct Texts<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl Texts<'_> {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text)
    }

    fn required(&self, name: &str) -> Result<&str, FieldError> {
        let text = self.get(name);
        if text.trim().is_empty() { Err(FieldError::of(name, format!("{name} is missing"))) } else { Ok(text) }
    }

    /// Returns a text without white space at its ends.
    fn short(&self, name: &str, most: usize) -> Result<String, FieldError> {
        let text = self.get(name).trim();
        if text.chars().any(char::is_control) {
            return Err(FieldError::of(name, format!("{name} has a control character")));
        }
        if text.chars().count() > most {
            return Err(FieldError::of(name, format!("{name} has more than {most} characters")));
        }
        Ok(text.to_owned())
    }

    fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, FieldError> {
        let text = self.get(name).trim();
        if text.is_empty() {
            return Ok(None);
        }
        let allowed = "must be a time with its offset such as 2026-12-01T13:30:00-05:00";
        let at = DateTime::parse_from_rfc3339(text).map_err(|_| FieldError::of(name, format!("{name} {allowed}")))?;
        // Records have milliseconds.
        Ok(Some(at.to_utc().trunc_subsecs(3)))
    }
}

fn addition(texts: &Texts<'_>) -> Result<Addition, FieldError> {
    let lead = LeadId::parse(texts.required("lead_id")?);
    let lead = lead.map_err(|error| FieldError::of("lead_id", format!("lead_id: {error}")))?;
    // Not trimmed: a space before the number was a `+`.
    let phone = Phone::parse(texts.required("phone_number")?);
    let phone = phone.map_err(|error| FieldError::of("phone_number", error.to_string()))?;
    let profile = Profile {
        list_id: texts.short("list_id", NAME_CHARACTERS)?,
        first_name: texts.short("first_name", NAME_CHARACTERS)?,
        last_name: texts.short("last_name", NAME_CHARACTERS)?,
        state: texts.short("state", STATE_CHARACTERS)?,
        postal_code: texts.short("postal_code", POSTAL_CODE_CHARACTERS)?,
        consent: consent(texts)?,
    };
    Ok(Addition { new: NewLead { lead, phone, profile }, at: texts.time("at")? })
}

/// Reads the evidence of consent. What is incomplete is an error, because it would count as no consent.
fn consent(texts: &Texts<'_>) -> Result<Option<ConsentEvidence>, FieldError> {
    let [level, at, source, hash] = CONSENT;
    if CONSENT.into_iter().all(|name| texts.get(name).trim().is_empty()) {
        return Ok(None);
    }
    let word = texts.get(level).trim();
    if Consent::parse(word).is_none() {
        return Err(FieldError::of(
            level,
            format!("{level} must be express or written if there is any field of a consent"),
        ));
    }
    let Some(given) = texts.time(at)? else {
        return Err(FieldError::of(at, format!("{at} is missing; a consent without its time is no evidence")));
    };
    let digits = texts.get(hash).trim();
    let is_hash = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !digits.is_empty() && !is_hash {
        return Err(FieldError::of(hash, format!("{hash} must be a SHA-256 as 64 hex digits")));
    }
    Ok(ConsentEvidence::of(word, Some(given), &texts.short(source, SOURCE_CHARACTERS)?, digits))
}

#[cfg(test)]
mod tests;
