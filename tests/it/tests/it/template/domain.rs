//! Where the API is found: behind the gateway's own address, behind a domain, or on an emulator.

use crate::cloudformation::Template;
use rstest::rstest;

const CERTIFICATE: &str = "arn:aws:acm:us-east-1:123456789012:certificate/0b1c";

#[rstest]
#[case::gateway(&[], "https://Api.execute-api.us-east-1.amazonaws.com/prod")]
#[case::another_stage(&[("StageName", "dev")], "https://Api.execute-api.us-east-1.amazonaws.com/dev")]
#[case::domain(&[("DomainName", "calls.example.com"), ("CertificateArn", CERTIFICATE)], "https://calls.example.com")]
#[case::emulator(
    &[("EmulatorUrl", "http://127.0.0.1:4000"), ("DomainName", "calls.example.com")],
    "http://127.0.0.1:4000/restapis/Api/prod/_user_request_"
)]
fn every_address_is_where_the_api_is_found(#[case] parameters: &[(&str, &str)], #[case] base: &str) {
    let template = Template::read();
    let deployed = template.deployed_with(parameters);
    let outputs = deployed.outputs();
    assert_eq!(outputs["WebhookUrl"], format!("{base}/webhooks/bland-callback"));
    assert_eq!(outputs["ConvosoWebhookUrl"], format!("{base}/webhooks/convoso"));
    assert_eq!(outputs["AdminUrl"], format!("{base}/api/admin/redial-queue"));
    assert_eq!(outputs["PageUrl"], format!("{base}/admin"), "the page names its files and the API relative to itself");
    assert_eq!(deployed.variables("ProcessorFunction")["BLAND_WEBHOOK_URL"], outputs["WebhookUrl"]);
}

#[test]
fn a_domain_leads_to_the_stage_without_a_path_before_it() {
    let template = Template::read();
    let deployed = template.deployed_with(&[("DomainName", "calls.example.com"), ("CertificateArn", CERTIFICATE)]);
    let domain = deployed.resource("Domain");
    assert_eq!((&domain["DomainName"], &domain["SecurityPolicy"]), (&"calls.example.com".into(), &"TLS_1_2".into()));
    assert_eq!(domain["RegionalCertificateArn"], CERTIFICATE);
    let mapping = deployed.resource("DomainMapping");
    assert_eq!((&mapping["RestApiId"], &mapping["Stage"]), (&"Api".into(), &"Api.Stage".into()));
    assert!(mapping["BasePath"].is_null());
    assert!(deployed.resource("DomainRecord").is_null(), "without a zone");
}

#[test]
fn the_zone_gets_the_record_only_for_a_domain() {
    let template = Template::read();
    let zone = ("HostedZoneId", "Z0123456789");
    assert!(template.deployed_with(&[zone]).resource("DomainRecord").is_null());
    let deployed = template.deployed_with(&[zone, ("DomainName", "calls.example.com")]);
    assert_eq!(deployed.resource("DomainRecord")["HostedZoneId"], "Z0123456789");
}

#[test]
fn without_a_domain_nothing_is_made_for_one() {
    let template = Template::read();
    let deployed = template.deployed_with(&[]);
    assert!(deployed.resource("Domain").is_null() && deployed.resource("DomainMapping").is_null());
    assert!(!deployed.outputs().contains_key("DomainTarget"));
}
