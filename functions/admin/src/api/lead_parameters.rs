//! The parameters of every route about one lead.

use super::invalid::Invalid;
use super::query::Parameters;
use crate::failure::Failure;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use redial_domain::{LeadId, Phone};
use utoipa::IntoParams;

/// The lead that a path and `?phone=` name.
pub(super) struct NamedLead {
    pub(super) id: LeadId,
    pub(super) phone: Phone,
}

impl<S: Send + Sync> FromRequestParts<S> for NamedLead {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = path.map_err(|_| Invalid::field("lead_id", "the lead id is not UTF-8"))?;
        let id = LeadId::parse(&id).map_err(|error| Invalid::field("lead_id", error.to_string()))?;
        Ok(Self { id, phone: parse_phone(parts.uri.query().unwrap_or_default())? })
    }
}

/// Reads the phone number of a lead, which is required: two leads may have one id and different numbers.
///
/// # Errors
/// [`Invalid`] if it is missing or not a phone number.
pub fn parse_phone(query: &str) -> Result<Phone, Invalid> {
    let phone = Parameters::parse(query, &["phone"])?.phone()?;
    phone.ok_or_else(|| Invalid::field("phone", "phone is missing; add ?phone=%2B15555550123 to the URL"))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct LeadPath {
    /// The call center's lead id.
    #[param(example = "123456")]
    lead_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct LeadQuery {
    /// Phone number of the lead, in any common spelling. Escape a leading `+` as `%2B`.
    #[param(example = "+15555550123")]
    phone: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use redial_domain::builders;
    use rstest::rstest;

    #[rstest]
    #[case("+12125550101")]
    #[case("%2B12125550101")]
    #[case("12125550101")]
    #[case("2125550101")]
    #[case("(212)%20555-0101")]
    fn a_phone_number_has_many_spellings(#[case] text: &str) {
        assert_eq!(parse_phone(&format!("phone={text}")), Ok(builders::phone(1)));
    }
}
