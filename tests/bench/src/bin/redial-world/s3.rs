//! S3: objects with versions, conditions, ranges and lists.

use crate::World;
use crate::latency::{Asked, wait};
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use redial_queue::ports::{BlobStore, Expect, Put, Version};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

/// The most keys of one answer, which is S3's limit.
const PAGE: usize = 1000;
const NO_SUCH_KEY: &str = "<Error><Code>NoSuchKey</Code></Error>";

pub(crate) async fn answer(
    State(world): State<Arc<World>>,
    Path((_, key)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    match method {
        Method::GET => get(&world, &key, &headers).await,
        Method::PUT => put(&world, &key, &headers, body).await,
        Method::DELETE => {
            wait(world.latency.half(Asked::Write, 0)).await;
            world.blobs.delete(&key).await.unwrap();
            world.requests.add("S3 DELETE", 0.0, 0, 0);
            response(StatusCode::NO_CONTENT, None, "")
        }
        _ => response(StatusCode::METHOD_NOT_ALLOWED, None, ""),
    }
}

async fn get(world: &World, key: &str, headers: &HeaderMap) -> Response<Body> {
    wait(world.latency.half(Asked::Read, 0)).await;
    let found = world.blobs.get(key).await.unwrap();
    let Some(found) = found else {
        world.requests.add("S3 GET 404", 0.0, 0, 0);
        wait(world.latency.half(Asked::Read, 0)).await;
        return response(StatusCode::NOT_FOUND, None, NO_SUCH_KEY);
    };
    let (version, body) = (found.version.0, found.value);
    let range = text(headers, "range").and_then(|range| part(range, body.len()));
    let (status, body) = if text(headers, "if-match").is_some_and(|wanted| wanted != version) {
        (StatusCode::PRECONDITION_FAILED, Bytes::new())
    } else if text(headers, "if-none-match") == Some(&version) {
        (StatusCode::NOT_MODIFIED, Bytes::new())
    } else if let Some((first, last)) = range {
        (StatusCode::PARTIAL_CONTENT, body.slice(first..=last))
    } else {
        (StatusCode::OK, body)
    };
    world.requests.add(&format!("S3 GET {}", status.as_u16()), 0.0, body.len(), 0);
    wait(world.latency.half(Asked::Read, 2 * body.len())).await;
    let checksum = (status == StatusCode::OK).then(|| checksum(&body));
    let mut answer = response(status, Some(&version), body);
    if let Some(checksum) = checksum {
        answer.headers_mut().insert("x-amz-checksum-crc32", checksum.parse().unwrap());
        answer.headers_mut().insert("x-amz-checksum-type", "FULL_OBJECT".parse().unwrap());
    }
    answer
}

async fn put(world: &World, key: &str, headers: &HeaderMap, body: Bytes) -> Response<Body> {
    wait(world.latency.half(Asked::Write, 2 * body.len())).await;
    let bytes = body.len();
    let replaced = world.blobs.get(key).await.unwrap().map_or(0, |old| old.value.len());
    let expect = text(headers, "if-match").map_or(Expect::Absent, |version| Expect::At(Version(version.to_owned())));
    let put = world.blobs.put(key, body, &expect).await.unwrap();
    let answer = match put {
        Put::Stored(version) => {
            world.requests.add("S3 PUT", 0.0, bytes, replaced);
            response(StatusCode::OK, Some(&version.0), "")
        }
        Put::Conflict => {
            world.requests.add("S3 PUT conflict", 0.0, 0, 0);
            response(StatusCode::PRECONDITION_FAILED, None, "<Error><Code>PreconditionFailed</Code></Error>")
        }
    };
    wait(world.latency.half(Asked::Write, 0)).await;
    answer
}

pub(crate) async fn list(
    State(world): State<Arc<World>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    wait(world.latency.half(Asked::Read, 0)).await;
    let after = query.get("continuation-token").or(query.get("start-after"));
    let mut entries = world.blobs.entries(query.get("prefix").map_or("", String::as_str)).await.unwrap();
    entries.retain(|entry| after.is_none_or(|after| entry.key > *after));
    let is_cut = entries.len() > PAGE;
    entries.truncate(PAGE);
    let mut xml = format!("<ListBucketResult><IsTruncated>{is_cut}</IsTruncated>");
    for entry in &entries {
        let (key, tag, bytes) = (&entry.key, entry.version.0.replace('"', "&quot;"), entry.bytes);
        write!(xml, "<Contents><Key>{key}</Key><ETag>{tag}</ETag><Size>{bytes}</Size></Contents>").unwrap();
    }
    if let Some(last) = entries.last().filter(|_| is_cut) {
        write!(xml, "<NextContinuationToken>{}</NextContinuationToken>", last.key).unwrap();
    }
    xml.push_str("</ListBucketResult>");
    world.requests.add("S3 LIST", 0.0, xml.len(), 0);
    wait(world.latency.half(Asked::Read, 0)).await;
    response(StatusCode::OK, None, xml)
}

/// Returns the first and last byte of `bytes=first-last`, where the last may be left out.
fn part(range: &str, bytes: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = bytes.checked_sub(1)?;
    let (first, last) = (first.parse().ok()?, last.parse().map_or(end, |last: usize| last.min(end)));
    (first <= last).then_some((first, last))
}

fn checksum(body: &[u8]) -> String {
    base64(&crc32fast::hash(body).to_be_bytes())
}

/// Writes bytes in Base64.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize % 64];
            text.push(if place <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn response(status: StatusCode, version: Option<&str>, body: impl Into<Body>) -> Response<Body> {
    let answer = Response::builder().status(status);
    version.into_iter().fold(answer, |answer, version| answer.header("ETag", version)).body(body.into()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_with_the_object() {
        assert_eq!(part("bytes=0-9", 100), Some((0, 9)));
        assert_eq!(part("bytes=90-", 100), Some((90, 99)));
        assert_eq!(part("bytes=90-200", 100), Some((90, 99)));
        assert_eq!(part("bytes=100-", 100), None);
    }

    #[test]
    fn a_checksum_is_that_of_s3() {
        // The check value of CRC-32, 0xcbf43926.
        assert_eq!(checksum(b"123456789"), "y/Q5Jg==");
    }
}
