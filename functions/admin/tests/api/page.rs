//! The operators' page and its files.

use crate::world::{ADMIN, Answer, World};
use axum::body::Body;
use axum::http::Request;
use regex_lite::Regex;
use rstest::rstest;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const TYPES: [(&str, &str); 4] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
];

fn dist() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("page/dist")
}

/// Every file that was built, by the path where it is served.
fn built() -> Vec<(String, PathBuf)> {
    let files = fs::read_dir(dist().join("admin")).unwrap().map(|file| file.unwrap());
    let files = files.map(|file| (format!("/admin/{}", file.file_name().to_str().unwrap()), file.path()));
    [("/admin".to_owned(), dist().join("index.html"))].into_iter().chain(files).collect()
}

/// Asks without a key.
async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    World::new().send(request.body(Body::empty()).unwrap()).await
}

fn index() -> String {
    fs::read_to_string(dist().join("index.html")).unwrap()
}

#[tokio::test]
async fn every_file_that_was_built_is_served_without_a_key() {
    for (path, file) in built() {
        let answer = ask("GET", &path, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.text), (200, fs::read_to_string(&file).unwrap()), "{path}");
        let end = file.extension().unwrap().to_str().unwrap();
        let (_, content_type) = TYPES.iter().find(|(known, _)| *known == end).unwrap();
        assert_eq!(answer.headers["content-type"], *content_type, "{path}");
        assert_eq!(answer.headers["cache-control"], "no-cache", "{path}");
        let wrong_key = ask("GET", &path, &[("X-API-Key", "wrong")]).await;
        assert_eq!(wrong_key.status, 200, "{path}");
    }
}

#[rstest]
#[case("GET", "/admin", 200)]
#[case("GET", "/admin/", 308)]
#[case("GET", "/admin/nothing.js", 404)]
#[case("GET", "/admin/index.html", 404)]
#[case("GET", "/admin/..%2Findex.html", 404)]
#[case("POST", "/admin", 405)]
#[case("PUT", "/admin/page.js", 405)]
#[tokio::test]
async fn every_answer_has_the_headers_that_protect_the_page(
    #[case] method: &str,
    #[case] path: &str,
    #[case] status: u16,
) {
    let answer = ask(method, path, &[]).await;
    assert_eq!(answer.status, status);
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    assert!(answer.header("permissions-policy").contains("microphone=()"));
    assert_eq!(answer.header("cache-control"), if status == 200 { "no-cache" } else { "no-store" });
}

#[tokio::test]
async fn a_path_with_a_slash_at_its_end_leads_to_the_page() {
    // Relative, because a stage may be before the path.
    assert_eq!(ask("GET", "/admin/", &[]).await.header("location"), "../admin");
}

#[tokio::test]
async fn a_wrong_method_names_the_allowed_ones() {
    for path in ["/admin", "/admin/", "/admin/page.js"] {
        ask("POST", path, &[]).await.check_refused(405, None, "Allow");
        assert_eq!(ask("DELETE", path, &[]).await.header("allow"), "GET,HEAD", "{path}");
    }
}

#[tokio::test]
async fn a_head_has_the_headers_and_no_body() {
    for (path, _) in built() {
        let (head, get) = (ask("HEAD", &path, &[]).await, ask("GET", &path, &[]).await);
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        assert_eq!(head.headers, get.headers, "{path}");
    }
}

#[tokio::test]
async fn a_file_that_the_browser_has_is_not_sent_again() {
    let mut tags = BTreeSet::new();
    for (path, _) in built() {
        let etag = ask("GET", &path, &[]).await.header("etag").to_owned();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
            let answer = ask("GET", &path, &[("If-None-Match", &known)]).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (304, ""), "{path} {known}");
            assert_eq!((answer.header("etag"), answer.header("cache-control")), (etag.as_str(), "no-cache"));
        }
        let other = ask("GET", &path, &[("If-None-Match", "\"other\"")]).await;
        assert_eq!(other.status, 200, "{path}");
        tags.insert(etag);
    }
    assert_eq!(tags.len(), built().len(), "each file has a tag of its own");
}

#[tokio::test]
async fn paths_beside_the_page_need_a_key() {
    for path in ["/", "/index.html", "/administration", "/admin/page.js/more", "/api/admin"] {
        ask("GET", path, &[]).await.check_refused(401, None, "X-API-Key");
        ask("GET", path, &[("X-API-Key", ADMIN)]).await.check_refused(404, None, "unknown path");
    }
}

#[test]
fn the_page_names_only_files_that_exist() {
    let index = index();
    let named = Regex::new(r#"(?:src|href)="([^"]*)""#).unwrap();
    let named: BTreeSet<_> = named.captures_iter(&index).map(|found| found[1].to_owned()).collect();
    let files = built().into_iter().skip(1).map(|(path, _)| format!(".{path}"));
    assert_eq!(named, files.collect(), "relative to the page, whatever is before it");
}

#[test]
fn the_page_has_no_script_or_style_that_its_policy_would_block() {
    let index = index();
    for (forbidden, what) in [
        (r"(?i)<style", "a style"),
        (r#"(?i)\sstyle="#, "a style"),
        (r"(?i)<script[^>]*>\s*[^<\s]", "a script"),
        (r"(?i)\son\w+=", "a handler"),
        (r"(?i)javascript:", "a script"),
        (r"(?i)<(?:base|form|iframe|object)\b", "what the policy forbids"),
    ] {
        assert!(!Regex::new(forbidden).unwrap().is_match(&index), "index.html has {what}");
    }
    assert!(Regex::new(r#"<script[^>]* src="\./admin/page\.js""#).unwrap().is_match(&index));
}
