//! Every method throttled, and logs that tell nothing of anybody.

use crate::cloudformation::{Deployment, Template};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every method and path that reaches a function, with the function.
fn routes(deployed: &Deployment<'_>) -> BTreeMap<(String, String), String> {
    let mut routes = BTreeMap::new();
    for (function, properties) in deployed.resources("AWS::Serverless::Function") {
        for event in properties["Events"].as_object().unwrap().values().filter(|event| event["Type"] == "Api") {
            let of = |name: &str| event["Properties"][name].as_str().unwrap().to_owned();
            routes.insert((of("Method").to_uppercase(), of("Path")), function.to_owned());
        }
    }
    routes
}

fn settings(deployed: &Deployment<'_>) -> Vec<Value> {
    deployed.resource("Api")["MethodSettings"].as_array().unwrap().clone()
}

#[test]
fn the_gateway_has_the_routes_of_the_admin_api_and_its_page_and_no_others() {
    let template = Template::read();
    let deployed = routes(&template.deployed_with(&[]));
    let deployed = deployed.into_iter().filter(|(_, function)| function == "AdminFunction").map(|(route, _)| route);
    // An id may have slashes, so the gateway passes everything after `/lead/`, and the function finds the id.
    let path = |path: &str| match path.split_once("{lead_id}") {
        Some((before, _)) => format!("{}{before}{{lead_id+}}", admin::BASE),
        None => format!("{}{path}", admin::BASE),
    };
    let served = admin::ROUTES.iter().map(|route| (route.method.to_owned(), path(route.path)));
    let page = admin::PAGE.iter().map(|path| ("GET".to_owned(), (*path).to_owned()));
    assert_eq!(deployed.collect::<BTreeSet<_>>(), served.chain(page).collect());
}

#[test]
fn every_method_has_a_throttle_of_its_own() {
    let template = Template::read();
    let deployed = template.deployed_with(&[("WebhookRequestsPerSecond", "71"), ("AdminRequestsPerSecond", "13")]);
    let mut throttled = BTreeMap::new();
    for setting in settings(&deployed).iter().filter(|setting| setting["ResourcePath"] != "/*") {
        // As API Gateway wants it: every / after the first is ~1.
        let written = setting["ResourcePath"].as_str().unwrap();
        let path = written.strip_prefix('/').unwrap().replace("~1", "/");
        assert!(!written[1..].contains('/'), "{written}");
        assert_eq!(setting["ThrottlingRateLimit"], setting["ThrottlingBurstLimit"]);
        let limit = setting["ThrottlingRateLimit"].as_str().unwrap().to_owned();
        throttled.insert((setting["HttpMethod"].as_str().unwrap().to_owned(), path), limit);
    }
    let expected = routes(&deployed).into_iter().map(|(route, function)| {
        (route, if function == "WebhookFunction" { "71".to_owned() } else { "13".to_owned() })
    });
    assert_eq!(throttled, expected.collect());
    assert!(throttled.len() > 15);
}

#[test]
fn the_gateway_s_own_logs_of_whole_requests_are_off() {
    let template = Template::read();
    for setting in settings(&template.deployed_with(&[])) {
        let is_default = setting["ResourcePath"] == "/*";
        assert!(!is_default || setting["LoggingLevel"] == "OFF", "{setting}");
        assert!(setting["DataTraceEnabled"] != true, "{setting}");
    }
}

#[test]
fn access_logs_name_no_path_no_query_and_nobody() {
    let template = Template::read();
    let deployed = template.deployed_with(&[]);
    let access = deployed.resource("Api")["AccessLogSetting"].clone();
    let format: Value = serde_json::from_str(access["Format"].as_str().unwrap()).unwrap();
    let logged: BTreeSet<_> = format.as_object().unwrap().values().map(|value| value.as_str().unwrap()).collect();
    let harmless = [
        "$context.error.responseType",
        "$context.httpMethod",
        "$context.integration.latency",
        "$context.integration.status",
        "$context.requestId",
        "$context.requestTime",
        "$context.resourcePath",
        "$context.responseLatency",
        "$context.responseLength",
        "$context.status",
    ];
    assert_eq!(logged, harmless.into());
    let group = deployed.resource("ApiLogs")["LogGroupName"].as_str().unwrap().to_owned();
    assert!(access["DestinationArn"].as_str().unwrap().ends_with(&format!(":log-group:{group}")), "{access}");
}

#[test]
fn the_role_for_the_gateway_s_logs_is_made_unless_the_account_has_one() {
    let template = Template::read();
    let made = |role| {
        let deployed = template.deployed_with(&[("ApiGatewayLogsRole", role)]);
        (deployed.resource("ApiGatewayAccount").is_null(), deployed.resource("ApiGatewayLogsRoleOfAccount").is_null())
    };
    assert_eq!((made("create"), made("existing")), ((false, false), (true, true)));
}
