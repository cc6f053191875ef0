//! Evidence of consent in what others send. The fields have the names of the record.

use redial_domain::law::ConsentEvidence;

/// Reads the evidence from the fields that `text` returns. A part that cannot be understood is no evidence.
pub(crate) fn consent(text: impl Fn(&str) -> String) -> Option<ConsentEvidence> {
    let at = text("consent_at").trim().parse().ok();
    ConsentEvidence::of(&text("consent_level"), at, &text("consent_source"), &text("consent_text_sha256"))
}
