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
    match route.path.replace("{lead_id}", "1") {
        path if path == route.path => path,
        path => format!("{path}?phone=2125550101"),
    }
}

/// Sends a valid request for a route.
pub(crate) async fn ask(world: &World, route: &Route, key: Option<&str>) -> Answer {
    let request = Request::builder().method(route.method).uri(format!("{BASE}{}", path(route)));
    let request = key.into_iter().fold(request, |request, key| request.header("X-API-Key", key));
    let body = match (route.method, route.path) {
        ("PUT", _) => r#"{"max_redial_attempts":5}"#,
        ("POST", "/rules/decisions") => r#"{"kind":"suspension","jurisdiction":"LA","why":"storm"}"#,
        _ => "",
    };
    world.send(request.header(JSON.0, JSON.1).body(Body::from(body)).unwrap()).await
}
