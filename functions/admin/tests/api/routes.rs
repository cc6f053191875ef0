//! A valid request for every route.

use crate::world::{Answer, JSON, World};
use admin::{Access, BASE, ROUTES, Route};
use axum::body::Body;
use axum::http::Request;

/// The routes that need a key with this access or more.
pub(crate) fn with_access(access: Access) -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(move |route| route.access == access)
}

/// The path of a route with the parameters that it requires.
pub(crate) fn path(route: &Route) -> String {
    if route.path == "/rules/decisions/{id}" {
        return route.path.replace("{id}", "1?why=over");
    }
    if route.path == "/outcome/test" {
        return "/outcome/test?provider=convoso".to_owned();
    }
    if ["/leads/pause", "/leads/resume", "/leads/remove"].contains(&route.path) {
        return format!("{}?all=true", route.path);
    }
    if route.path == "/leads/bulk/{id}" {
        return route.path.replace("{id}", "0198c0de-7000-7000-8000-000000000001");
    }
    if route.path == "/export" {
        return "/export?month=2025-12".to_owned();
    }
    if route.path == "/numbers/{phone}/proof" {
        return "/numbers/2125550101/proof?from=2025-12-17&to=2025-12-17".to_owned();
    }
    match route.path.replace("{lead_id}", "1") {
        path if path == route.path => path.replace("{phone}", "2125550101").replace("{id}", "list.csv"),
        path if path.ends_with("/callback") => format!("{path}?phone=2125550101&at=2025-12-18T15:00:00Z"),
        path => format!("{path}?phone=2125550101"),
    }
}

/// The status of the answer to a valid request, while nothing is stored.
pub(crate) fn status(route: &Route) -> u16 {
    match (route.method, route.path) {
        ("POST", "/rules/decisions" | "/lead") => 201,
        // There is no month.
        ("GET", "/export") => 404,
        // There is none to end.
        ("DELETE", "/rules/decisions/{id}") => 404,
        ("GET" | "DELETE", "/suppressions/{phone}" | "/suppressions/import/{id}" | "/leads/import/{id}") => 404,
        // None was confirmed.
        ("GET", "/leads/bulk/{id}") => 404,
        ("POST", "/suppressions/import" | "/leads") => 202,
        _ => 200,
    }
}

/// Sends a valid request for a route.
pub(crate) async fn ask(world: &World, route: &Route, key: Option<&str>) -> Answer {
    let request = Request::builder().method(route.method).uri(format!("{BASE}{}", path(route)));
    let request = key.into_iter().fold(request, |request, key| request.header("X-API-Key", key));
    let (header, body) = match (route.method, route.path) {
        ("PUT", _) => (JSON, r#"{"max_redial_attempts":5}"#),
        ("POST", "/rules/decisions") => (JSON, r#"{"kind":"suspension","jurisdiction":"LA","why":"storm"}"#),
        ("DELETE", "/suppressions/{phone}") => (JSON, r#"{"reason":"asked for it"}"#),
        ("POST", "/suppressions/import" | "/leads") => (("Content-Type", "text/csv"), ""),
        ("POST", "/lead") => (JSON, r#"{"lead_id":"1","phone_number":"2125550101"}"#),
        ("POST", "/outcome/test") => (JSON, r#"{"lead_id":"1","phone_number":"2125550101","status":"NEW"}"#),
        _ => (JSON, ""),
    };
    world.send(request.header(header.0, header.1).body(Body::from(body)).unwrap()).await
}
