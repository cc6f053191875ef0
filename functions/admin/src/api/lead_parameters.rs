//! The parameters of every route about one lead.

use super::invalid::Invalid;
use super::lead_path::readings;
use super::query::Parameters;
use super::texts::{LeadIdInPath, LeadIdText, PhoneText};
use crate::failure::Failure;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use redial_domain::{LeadId, Phone};
use utoipa::IntoParams;

/// The lead of a request: its id from the path or `?lead_id=`, its number from `?phone=`.
pub(super) struct NamedLead {
    /// What the id may be, the most literal first: a path may be escaped more often than it is decoded.
    pub(super) ids: Vec<LeadId>,
    pub(super) phone: Phone,
}

/// The id in the path of a request whose lead id is in the query.
const IN_QUERY: &str = "-";

impl<S: Send + Sync> FromRequestParts<S> for NamedLead {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        Ok(Self::with(&[], parts, state).await?.0)
    }
}

impl NamedLead {
    /// Reads the lead of a request whose query may have these parameters too. Returns them with it.
    pub(super) async fn with<S: Send + Sync>(
        others: &[&str],
        parts: &mut Parts,
        state: &S,
    ) -> Result<(Self, Parameters), Failure> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = path.map_err(|_| Invalid::field("lead_id", "the lead id is not UTF-8"))?;
        let names = [&["phone", "lead_id"], others].concat();
        let parameters = Parameters::parse(parts.uri.query().unwrap_or_default(), &names)?;
        let named = parameters.get("lead_id");
        if named.is_some_and(|named| id != IN_QUERY && !readings(&id).iter().any(|reading| reading == named)) {
            let text = "the path and the query name different leads; write - in the path";
            return Err(Invalid::field("lead_id", text).into());
        }
        let readings = named.map_or_else(|| readings(&id), |named| vec![named.to_owned()]);
        let mut ids = Vec::new();
        let mut refused = None;
        for reading in readings {
            match LeadId::parse(&reading) {
                Ok(id) => ids.push(id),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match refused {
            Some(error) if ids.is_empty() => Err(Invalid::field("lead_id", error.to_string()).into()),
            _ => Ok((Self { ids, phone: phone_of(&parameters)? }, parameters)),
        }
    }
}

/// Reads the phone number of a lead, which is required: two leads may have one id and different numbers.
///
/// # Errors
/// [`Invalid`] if it is missing or not a phone number.
pub fn parse_phone(query: &str) -> Result<Phone, Invalid> {
    phone_of(&Parameters::parse(query, &["phone"])?)
}

fn phone_of(parameters: &Parameters) -> Result<Phone, Invalid> {
    parameters.phone()?.ok_or_else(|| Invalid::field("phone", "phone is missing; add ?phone=%2B15555550123 to the URL"))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct LeadPath {
    /// The call center's lead id, percent-encoded. If it has characters other than letters, digits, `-`, `.` and `_`,
    /// write `-` and add `lead_id` to the query.
    #[param(value_type = LeadIdInPath, example = "123456")]
    lead_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct LeadQuery {
    /// Phone number of the lead, in any common spelling. Escape a leading `+` as `%2B`.
    #[param(value_type = PhoneText, example = "+15555550123")]
    phone: String,
    /// The call center's lead id, if the path has `-` instead of it. Works for every id.
    #[param(rename = "lead_id", value_type = Option<LeadIdText>, example = "a/b")]
    id: Option<String>,
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
