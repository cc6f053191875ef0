//! What operators have recorded about the law, as it is stored.

use super::Unreadable;
use chrono::{DateTime, Utc};
use redial_domain::law::{Consent, Ended, Entry, Jurisdiction, Recorded, Register};
use serde::{Deserialize, Serialize};

type Time = DateTime<Utc>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    v: u64,
    entries: Vec<StoredEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredEntry {
    id: String,
    what: StoredKind,
    by: String,
    at: Time,
    why: String,
    from: Time,
    until: Option<Time>,
    ended: Option<StoredEnded>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum StoredKind {
    Suspension { jurisdiction: String },
    RuleOff { rule: String },
    VoiceAllowed { jurisdiction: String },
    FederalOnly,
    Attestation { list_id: Option<String>, level: String, text_sha256: String },
}

#[derive(Serialize, Deserialize)]
struct StoredEnded {
    by: String,
    at: Time,
    why: String,
}

/// Reads the register.
///
/// # Errors
/// [`Unreadable`] if anything in it is not of this version. It is taken as a whole or not at all: an entry that this release
/// does not know may forbid calls.
pub fn parse(body: &[u8]) -> Result<Register, Unreadable> {
    let Stored { v, entries } = serde_json::from_slice(body)?;
    if v != 1 {
        return Err(Unreadable(format!("the register has version {v}, and this release reads version 1")));
    }
    Ok(Register { entries: entries.into_iter().map(entry).collect::<Result<_, _>>()? })
}

/// Writes the register.
#[must_use]
pub fn to_bytes(register: &Register) -> Vec<u8> {
    let stored = Stored { v: 1, entries: register.entries.iter().map(StoredEntry::from).collect() };
    serde_json::json!(stored).to_string().into_bytes()
}

fn entry(stored: StoredEntry) -> Result<Entry, Unreadable> {
    let StoredEntry { id, what, by, at, why, from, until, ended } = stored;
    let wrong = |what: &str| Unreadable(format!("{id}: there is no {what}"));
    let jurisdiction = |letters: &str| Jurisdiction::parse(letters).ok_or_else(|| wrong("such jurisdiction"));
    let what = match what {
        StoredKind::Suspension { jurisdiction: letters } => Recorded::Suspension(jurisdiction(&letters)?),
        StoredKind::RuleOff { rule } => Recorded::RuleOff(rule.into()),
        StoredKind::VoiceAllowed { jurisdiction: letters } => Recorded::VoiceAllowed(jurisdiction(&letters)?),
        StoredKind::FederalOnly => Recorded::FederalOnly,
        StoredKind::Attestation { list_id, level, text_sha256 } => {
            let level = Consent::parse(&level).ok_or_else(|| wrong("such consent"))?;
            Recorded::Attestation { list_id, level, text_sha256 }
        }
    };
    if what.opens() && until.is_none() {
        return Err(wrong("end"));
    }
    let ended = ended.map(|StoredEnded { by, at, why }| Ended { by, at, why });
    Ok(Entry { id: id.as_str().into(), what, by, at, why, from, until, ended })
}

impl From<&Entry> for StoredEntry {
    fn from(entry: &Entry) -> Self {
        let Entry { id, what, by, at, why, from, until, ended } = entry.clone();
        let what = match what {
            Recorded::Suspension(jurisdiction) => StoredKind::Suspension { jurisdiction: jurisdiction.to_string() },
            Recorded::RuleOff(rule) => StoredKind::RuleOff { rule: rule.to_string() },
            Recorded::VoiceAllowed(jurisdiction) => StoredKind::VoiceAllowed { jurisdiction: jurisdiction.to_string() },
            Recorded::FederalOnly => StoredKind::FederalOnly,
            Recorded::Attestation { list_id, level, text_sha256 } => {
                StoredKind::Attestation { list_id, level: level.as_str().to_owned(), text_sha256 }
            }
        };
        let ended = ended.map(|Ended { by, at, why }| StoredEnded { by, at, why });
        Self { id: id.to_string(), what, by, at, why, from, until, ended }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const GOLDEN: &str = include_str!("../tests/golden/register_v1.json");

    fn entry(id: &str, what: Recorded) -> Entry {
        let at: Time = "2026-12-01T15:00:00Z".parse().unwrap();
        let until = what.opens().then(|| "2027-06-01T00:00:00Z".parse().unwrap());
        let ended = (id == "e4").then(|| Ended { by: "b".to_owned(), at, why: "counsel".to_owned() });
        Entry { id: id.into(), what, by: "a".to_owned(), at, why: "storm".to_owned(), from: at, until, ended }
    }

    fn register() -> Register {
        let louisiana = Jurisdiction::parse("LA").unwrap();
        let hash = "ab".repeat(32);
        let attested = |list_id| Recorded::Attestation { list_id, level: Consent::Written, text_sha256: hash.clone() };
        let recorded = [
            Recorded::Suspension(louisiana),
            Recorded::RuleOff("LA-hours".into()),
            Recorded::VoiceAllowed(louisiana),
            Recorded::FederalOnly,
            attested(None),
            attested(Some("7".to_owned())),
        ];
        let entries = recorded.into_iter().enumerate().map(|(n, what)| entry(&format!("e{n}"), what));
        Register { entries: entries.collect() }
    }

    #[test]
    fn the_register_is_stored_as_before() {
        assert_eq!(
            String::from_utf8(to_bytes(&register())).unwrap(),
            GOLDEN.trim_end(),
            "the stored bytes have changed"
        );
        assert_eq!(parse(GOLDEN.as_bytes()), Ok(register()));
    }

    #[rstest]
    #[case::version(r#""v":1"#, r#""v":2"#)]
    #[case::kind("federal_only", "state_only")]
    #[case::no_end(r#""until":"2027-06-01T00:00:00Z""#, r#""until":null"#)]
    #[case::jurisdiction(r#""LA""#, r#""Louisiana""#)]
    #[case::level("written", "spoken")]
    #[case::unknown_field(r#""why""#, r#""more":1,"why""#)]
    fn a_register_that_is_not_understood_is_refused_as_a_whole(#[case] from: &str, #[case] to: &str) {
        assert!(GOLDEN.contains(from));
        assert!(parse(GOLDEN.replacen(from, to, 1).as_bytes()).is_err());
    }
}
