//! Lead ids in paths. An id may have any characters, and a client or a gateway may have escaped some of them.

use super::{BASE, ROUTES};
use axum::extract::Request;
use axum::http::{Method, Uri, uri::PathAndQuery};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Where the path of a lead starts, after [`BASE`].
const LEAD: &str = "/lead/";
/// How often an id may be escaped: by the client's library, and by the system that gave it to the client.
const MOST_ESCAPES: usize = 2;
/// What is escaped in a path that a gateway has decoded, or not. Slashes still divide it.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'+').remove(b':');
const SLASH: &AsciiSet = &CONTROLS.add(b'/');

/// Returns the URI of a request that came through a gateway: `path` is the path as the gateway gives it, in which `?` and `#`
/// may belong to a lead id. The query stays.
///
/// Gateways differ in whether they decode a path. Each character is escaped here, so that the router gives back exactly
/// what the gateway gave.
#[must_use]
pub fn gateway_uri(uri: &Uri, path: &str, query: &str) -> Uri {
    let mut text = utf8_percent_encode(path, PATH).to_string();
    if !query.is_empty() {
        text.push('?');
        text.push_str(query);
    }
    replaced(uri, &text)
}

/// Brings the lead id of a path into one segment: everything between `/lead/` and the fixed end of the route, which a gateway
/// may have decoded into several.
pub(super) fn with_id_in_one_segment(mut request: Request) -> Request {
    let end = |method: &Method| {
        let path = request.uri().path();
        let rest = path.strip_prefix(BASE)?.strip_prefix(LEAD)?;
        let id = id_in(method, rest)?;
        id.contains('/').then(|| {
            let id_in_one = utf8_percent_encode(id, SLASH);
            format!("{BASE}{LEAD}{id_in_one}{}", &rest[id.len()..])
        })
    };
    if let Some(mut path) = end(request.method()) {
        if let Some(query) = request.uri().query() {
            path.push('?');
            path.push_str(query);
        }
        *request.uri_mut() = replaced(request.uri(), &path);
    }
    request
}

/// Returns the part of a path after `/lead/` that is the id. The ends come from the routes.
fn id_in<'a>(method: &Method, rest: &'a str) -> Option<&'a str> {
    let ends = ROUTES.iter().filter_map(|route| Some((route.method, route.path.strip_prefix("/lead/{lead_id}")?)));
    let of_method = ends.clone().filter(|(of, _)| method == of).map(|(_, end)| end);
    let whole = || of_method.clone().any(str::is_empty).then_some(rest);
    // Also the end of another method, for the answer 405.
    let before = || ends.clone().filter(|(_, end)| !end.is_empty()).find_map(|(_, end)| rest.strip_suffix(end));
    // Where a method has both, an end that is there is meant. An id that looks so is written into the query.
    let id =
        if of_method.clone().any(|end| !end.is_empty()) { before().or_else(whole) } else { whole().or_else(before) };
    id.filter(|id| !id.is_empty())
}

/// Returns what an id from a path may mean, the most literal first: itself, and what it is without one or two escapes.
pub(super) fn readings(id: &str) -> Vec<String> {
    let mut readings = vec![id.to_owned()];
    for _ in 0..MOST_ESCAPES {
        let last = readings.last().map_or(id, String::as_str);
        match percent_decode_str(last).decode_utf8() {
            Ok(decoded) if decoded != last => readings.push(decoded.into_owned()),
            Ok(_) | Err(_) => break,
        }
    }
    readings
}

/// Returns the URI with another path and query. If they cannot be one, it stays, and no route takes it.
fn replaced(uri: &Uri, path_and_query: &str) -> Uri {
    let Ok(path_and_query) = path_and_query.parse::<PathAndQuery>() else { return uri.clone() };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query);
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("POST", "a/pause", Some("a"))]
    #[case("POST", "a/b/pause", Some("a/b"))]
    #[case("POST", "x/pause/pause", Some("x/pause"))]
    #[case("GET", "a//explain", Some("a/"))]
    #[case("DELETE", "a/b", Some("a/b"))]
    #[case("DELETE", "a/pause", Some("a/pause"))]
    #[case("PATCH", "1/pause", Some("1"))]
    #[case("POST", "1/dial", None)]
    #[case("GET", "1", Some("1"))]
    #[case("GET", "a/b", Some("a/b"))]
    #[case("GET", "a/pause", Some("a"))]
    #[case("PUT", "1", None)]
    #[case("POST", "/pause", None)]
    fn an_id_is_what_is_before_the_end_of_a_route(#[case] method: &str, #[case] rest: &str, #[case] id: Option<&str>) {
        assert_eq!(id_in(&method.parse().unwrap(), rest), id);
    }

    #[rstest]
    #[case("a", &["a"])]
    #[case("100%", &["100%"])]
    #[case("a%2Fb", &["a%2Fb", "a/b"])]
    #[case("a%252Fb", &["a%252Fb", "a%2Fb", "a/b"])]
    #[case("%25252F", &["%25252F", "%252F", "%2F"])]
    #[case("%FF", &["%FF"])]
    fn an_id_is_read_with_and_without_its_escapes(#[case] id: &str, #[case] expected: &[&str]) {
        assert_eq!(readings(id), expected);
    }

    #[test]
    fn a_path_that_a_gateway_decoded_keeps_every_character() {
        let broken = "https://host/lead/a?b".parse().unwrap();
        let uri = gateway_uri(&broken, "/lead/a?b#c d%é/pause", "phone=1");
        assert_eq!(uri, "https://host/lead/a%3Fb%23c%20d%25%C3%A9/pause?phone=1");
    }
}
