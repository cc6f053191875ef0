//! Bodies of webhooks.

use super::{NOW, case, of_bland, of_convoso, result};
use redial_domain::{CallState, Judged, Unattached};
use redial_providers::bland;
use rstest::rstest;

#[rstest]
#[case("01-lone-surrogate-dnc.json", "case-01", "DNC")]
#[case("02-lone-surrogate-summary.json", "case-02", "VOICEMAIL")]
#[case("07-deep-pathway-logs.json", "case-07", "VOICEMAIL")]
#[case("08-metadata-as-text.json", "case-08", "VOICEMAIL")]
#[case("09-metadata-in-variables.json", "case-09", "VOICEMAIL")]
fn a_call_of_bland_is_read(#[case] file: &str, #[case] lead: &str, #[case] outcome: &str) {
    let body = case(file);
    let result = result(of_bland(&body));
    assert_eq!((result.outcome.as_str(), result.lead.unwrap().as_str()), (outcome, lead));
    assert_eq!((result.profile.first_name.as_str(), result.profile.state.as_str()), ("Ana", "FL"));
    let answer = bland::call_state(body.as_bytes(), NOW.parse().unwrap());
    assert!(matches!(answer, Ok(CallState::Finished(_))));
}

#[rstest]
#[case("03-bom-convoso.json", "case-03")]
#[case("31-form-labelled-json.txt", "case-31")]
#[case("32-multipart.txt", "case-32")]
fn a_call_of_convoso_is_read(#[case] file: &str, #[case] lead: &str) {
    let result = result(of_convoso(&case(file)));
    assert_eq!((result.outcome.as_str(), result.lead.unwrap().as_str()), ("DNC", lead));
}

#[test]
fn a_placeholder_is_no_lead() {
    for id in case("34-placeholder-ids.txt").lines() {
        let form = |status| format!("lead_id={id}&phone_number=2395550134&call_log_id=7&status={status}");
        let reason = Unattached::LeadIdIsAPlaceholder;
        assert_eq!(of_convoso(&form("NEW")), Judged::Unattached(reason), "{id}");
        assert!(matches!(of_convoso(&form("NA")), Judged::OfNobody(_, of) if of == reason), "{id}");
        let refused = result(of_convoso(&form("DNC")));
        assert_eq!((refused.outcome.as_str(), refused.lead), ("DNC", None), "{id}");
        let body = case("02-lone-surrogate-summary.json")
            .replace("\"lead_id\": \"case-02\"", &format!("\"lead_id\": \"{id}\""));
        assert!(matches!(of_bland(&body), Judged::OfNobody(_, of) if of == reason), "{id}");
    }
}
