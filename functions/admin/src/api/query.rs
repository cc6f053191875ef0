//! Query strings. An unknown parameter is rejected: a misspelt `dry_run` would change the queue, and a misspelt filter would
//! list the wrong leads.

use super::invalid::Invalid;
use redial_domain::Phone;
use std::collections::BTreeMap;

/// The parameter that may hold the key. It is allowed everywhere, because saved URLs have it whether or not it counts.
const API_KEY: &str = "api_key";
const MOST_CHARACTERS: usize = 200;

/// Checks that a query has no parameters.
///
/// # Errors
/// [`Invalid`] names the first parameter.
pub fn reject_parameters(query: Option<&str>) -> Result<(), Invalid> {
    Parameters::parse(query.unwrap_or_default(), &[]).map(drop)
}

/// Returns the key, if the query has one.
#[must_use]
pub fn key_in_query(query: &str) -> Option<String> {
    pairs(query).into_iter().find(|(name, _)| name == API_KEY).map(|(_, value)| value)
}

/// Parameters by name. An empty value counts as absent.
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads a query that may have parameters with these names.
    pub(super) fn parse(query: &str, names: &[&str]) -> Result<Self, Invalid> {
        let mut parameters = BTreeMap::new();
        for (name, value) in pairs(query) {
            if name == API_KEY {
                continue;
            }
            if !names.contains(&name.as_str()) {
                let allowed = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                return Err(Invalid::field(&name, format!("unknown parameter {name:?}; allowed: {allowed}")));
            }
            if parameters.insert(name.clone(), value).is_some() {
                return Err(Invalid::field(&name, format!("{name} is given twice; send it once")));
            }
        }
        Ok(Self(parameters))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// Returns how many items a page may have at most: `limit`, from 1 to `most`, or `default`.
    pub(super) fn limit(&self, default: usize, most: usize) -> Result<usize, Invalid> {
        let parse = |text: &str| text.parse().ok().filter(|limit| (1..=most).contains(limit));
        Ok(self.parsed("limit", &format!("1 to {most}"), parse)?.unwrap_or(default))
    }

    pub(super) fn parsed<T>(
        &self,
        name: &str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Invalid> {
        let Some(value) = self.get(name) else { return Ok(None) };
        parse(value.trim()).map(Some).ok_or_else(|| Invalid::value(name, value, allowed))
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Invalid> {
        Ok(self.parsed(name, "true or false", |text| text.parse().ok())?.unwrap_or(false))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Invalid> {
        let short = |text: &str| (text.chars().count() <= MOST_CHARACTERS).then(|| text.to_owned());
        self.parsed(name, "at most 200 characters", short)
    }

    pub(super) fn phone(&self) -> Result<Option<Phone>, Invalid> {
        // Not trimmed: a space before the number was a `+`.
        let phone = self.get("phone").map(Phone::parse).transpose();
        phone.map_err(|error| Invalid::field("phone", error.to_string()))
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
}
