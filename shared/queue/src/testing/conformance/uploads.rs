//! Checks of [`Uploads`].

use crate::ports::{BlobStore, Completed, PutPart, Uploads};
use bytes::Bytes;
use std::time::Duration;

/// Runs every check. `blobs` has the objects that `uploads` makes.
pub async fn uploads(uploads: &dyn Uploads, blobs: &dyn BlobStore) {
    an_object_appears_as_a_whole_when_its_upload_is_completed(uploads, blobs).await;
    a_part_is_replaced_by_one_with_its_number(uploads, blobs).await;
    an_upload_that_was_aborted_is_gone(uploads, blobs).await;
    an_upload_of_other_parts_is_not_completed(uploads, blobs).await;
    uploads_of_one_key_do_not_know_each_other(uploads, blobs).await;
    a_link_names_the_object_and_makes_no_request(uploads).await;
}

async fn an_object_appears_as_a_whole_when_its_upload_is_completed(uploads: &dyn Uploads, blobs: &dyn BlobStore) {
    let key = "exports/months/1/whole & größe.json";
    let upload = uploads.begin(key).await.unwrap();
    let bodies = [long(uploads, b'a'), long(uploads, b'b'), Bytes::from("the end")];
    let mut tags = Vec::new();
    for (number, body) in (1..).zip(&bodies) {
        tags.push(stored(uploads.part(key, &upload, number, body.clone()).await.unwrap()));
    }
    assert_eq!(blobs.get(key).await.unwrap(), None);
    assert_eq!(uploads.complete(key, &upload, &tags).await.unwrap(), Completed::Stored);
    assert!(blobs.get(key).await.unwrap().unwrap().value == bodies.concat());
    let listed = blobs.entries(key).await.unwrap();
    assert_eq!(listed[0].bytes, u64::try_from(bodies.concat().len()).unwrap());
    // Completed twice, it is there all the same.
    let part = uploads.part(key, &upload, 1, "late".into()).await.unwrap();
    assert_eq!(part, PutPart::Gone);
    uploads.abort(key, &upload).await.unwrap();
    assert!(blobs.get(key).await.unwrap().unwrap().value == bodies.concat());
}

async fn a_part_is_replaced_by_one_with_its_number(uploads: &dyn Uploads, blobs: &dyn BlobStore) {
    let key = "exports/months/2/replaced.json";
    let upload = uploads.begin(key).await.unwrap();
    // The second part comes first.
    let second = stored(uploads.part(key, &upload, 2, "second".into()).await.unwrap());
    stored(uploads.part(key, &upload, 1, long(uploads, b'x')).await.unwrap());
    let first = stored(uploads.part(key, &upload, 1, long(uploads, b'y')).await.unwrap());
    assert_eq!(uploads.complete(key, &upload, &[first, second]).await.unwrap(), Completed::Stored);
    let expected = [long(uploads, b'y'), Bytes::from("second")].concat();
    assert!(blobs.get(key).await.unwrap().unwrap().value == expected);
}

async fn an_upload_that_was_aborted_is_gone(uploads: &dyn Uploads, blobs: &dyn BlobStore) {
    let key = "exports/months/3/aborted.json";
    let upload = uploads.begin(key).await.unwrap();
    let tag = stored(uploads.part(key, &upload, 1, "one".into()).await.unwrap());
    uploads.abort(key, &upload).await.unwrap();
    uploads.abort(key, &upload).await.unwrap();
    assert_eq!(uploads.part(key, &upload, 2, "two".into()).await.unwrap(), PutPart::Gone);
    assert_eq!(uploads.complete(key, &upload, &[tag]).await.unwrap(), Completed::Gone);
    assert_eq!(blobs.get(key).await.unwrap(), None);
}

async fn an_upload_of_other_parts_is_not_completed(uploads: &dyn Uploads, blobs: &dyn BlobStore) {
    let key = "exports/months/4/other.json";
    let upload = uploads.begin(key).await.unwrap();
    let old = stored(uploads.part(key, &upload, 1, "one".into()).await.unwrap());
    let new = stored(uploads.part(key, &upload, 1, "another".into()).await.unwrap());
    assert_ne!(old, new);
    assert_eq!(uploads.complete(key, &upload, &[old]).await.unwrap(), Completed::Gone);
    assert_eq!(blobs.get(key).await.unwrap(), None);
    assert_eq!(uploads.complete(key, &upload, &[new]).await.unwrap(), Completed::Stored);
}

async fn uploads_of_one_key_do_not_know_each_other(uploads: &dyn Uploads, blobs: &dyn BlobStore) {
    let key = "exports/months/5/twice.json";
    let first = uploads.begin(key).await.unwrap();
    let second = uploads.begin(key).await.unwrap();
    let firsts = stored(uploads.part(key, &first, 1, "first".into()).await.unwrap());
    let seconds = stored(uploads.part(key, &second, 1, "second".into()).await.unwrap());
    assert_eq!(uploads.complete(key, &first, &[firsts]).await.unwrap(), Completed::Stored);
    assert_eq!(uploads.complete(key, &second, &[seconds]).await.unwrap(), Completed::Stored);
    assert_eq!(blobs.get(key).await.unwrap().unwrap().value, "second");
}

async fn a_link_names_the_object_and_makes_no_request(uploads: &dyn Uploads) {
    let link = uploads.link("exports/months/6/never-there.json", Duration::from_mins(15)).await.unwrap();
    assert!(link.contains("exports/months/6/never-there.json?") && link.contains("=900"), "{link}");
}

/// The shortest body that may be followed by another part.
fn long(uploads: &dyn Uploads, byte: u8) -> Bytes {
    vec![byte; uploads.part_bytes()].into()
}

#[track_caller]
fn stored(part: PutPart) -> String {
    match part {
        PutPart::Stored(tag) => tag,
        PutPart::Gone => unreachable!("the upload is gone"),
    }
}
