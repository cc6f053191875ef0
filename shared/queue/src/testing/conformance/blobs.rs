//! Checks of a [`BlobStore`].

use super::{ROUNDS, race};
use crate::ports::{BlobStore, Expect, Fetched, Part, Put, Version, Versioned, Wanted};
use bytes::Bytes;
use std::sync::Arc;

const INCREMENTS: u32 = 5;

/// Runs every check on an empty store.
pub async fn blobs(store: Arc<dyn BlobStore>) {
    a_new_store_is_empty(&*store).await;
    a_created_object_can_be_read(&*store).await;
    a_second_creation_is_a_conflict(&*store).await;
    an_update_gives_a_new_version(&*store).await;
    an_update_of_an_old_version_is_a_conflict(&*store).await;
    an_update_of_nothing_is_a_conflict(&*store).await;
    an_object_is_fetched_unless_its_version_is_known(&*store).await;
    an_object_is_fetched_unless_it_is_too_large(&*store).await;
    a_part_is_read_of_one_version(&*store).await;
    a_list_has_the_keys_of_its_prefix_in_order(&*store).await;
    a_list_has_more_keys_than_a_page(&*store).await;
    a_deleted_object_is_gone_and_can_be_created_again(&*store).await;
    keys_and_bodies_may_have_any_characters(&*store).await;
    a_body_may_have_a_megabyte(&*store).await;
    a_body_may_be_empty(&*store).await;
    one_of_many_creators_wins(store.clone()).await;
    no_increment_of_many_writers_is_lost(store).await;
}

async fn a_new_store_is_empty(store: &dyn BlobStore) {
    assert_eq!(store.get("absent").await.unwrap(), None);
    assert_eq!(store.list("absent").await.unwrap(), Vec::<String>::new());
}

async fn a_created_object_can_be_read(store: &dyn BlobStore) {
    let version = stored(put(store, "created", "one", &Expect::Absent).await);
    let read = Versioned { value: Bytes::from("one"), version };
    assert_eq!(store.get("created").await.unwrap(), Some(read));
}

async fn a_second_creation_is_a_conflict(store: &dyn BlobStore) {
    stored(put(store, "created-twice", "one", &Expect::Absent).await);
    assert_eq!(put(store, "created-twice", "two", &Expect::Absent).await, Put::Conflict);
    assert_eq!(body(store, "created-twice").await, "one");
}

async fn an_update_gives_a_new_version(store: &dyn BlobStore) {
    let first = stored(put(store, "updated", "one", &Expect::Absent).await);
    let second = stored(put(store, "updated", "two", &Expect::At(first.clone())).await);
    assert_ne!(first, second);
    let read = Versioned { value: Bytes::from("two"), version: second };
    assert_eq!(store.get("updated").await.unwrap(), Some(read));
}

async fn an_update_of_an_old_version_is_a_conflict(store: &dyn BlobStore) {
    let first = stored(put(store, "stale", "one", &Expect::Absent).await);
    stored(put(store, "stale", "two", &Expect::At(first.clone())).await);
    assert_eq!(put(store, "stale", "three", &Expect::At(first)).await, Put::Conflict);
    assert_eq!(body(store, "stale").await, "two");
}

async fn an_update_of_nothing_is_a_conflict(store: &dyn BlobStore) {
    let version = stored(put(store, "template", "one", &Expect::Absent).await);
    assert_eq!(put(store, "missing", "two", &Expect::At(version)).await, Put::Conflict);
    assert_eq!(store.get("missing").await.unwrap(), None);
}

async fn an_object_is_fetched_unless_its_version_is_known(store: &dyn BlobStore) {
    let first = stored(put(store, "fetched", "one", &Expect::Absent).await);
    let unless = Wanted::unless(&first);
    assert_eq!(store.get_if("fetched", &unless).await.unwrap(), Fetched::Unchanged);
    let second = stored(put(store, "fetched", "two", &Expect::At(first.clone())).await);
    let changed = Fetched::Changed(Versioned { value: Bytes::from("two"), version: second });
    assert_eq!(store.get_if("fetched", &unless).await.unwrap(), changed);
    assert_eq!(store.get_if("fetched", &Wanted::default()).await.unwrap(), changed);
    assert_eq!(store.get_if("never-fetched", &unless).await.unwrap(), Fetched::Absent);
}

async fn an_object_is_fetched_unless_it_is_too_large(store: &dyn BlobStore) {
    let first = stored(put(store, "large-or-not", "12345", &Expect::Absent).await);
    let most = |most_bytes| Wanted { most_bytes: Some(most_bytes), unless: None };
    assert_eq!(store.get_if("large-or-not", &most(4)).await.unwrap(), Fetched::TooLarge(5));
    let read = Fetched::Changed(Versioned { value: Bytes::from("12345"), version: first.clone() });
    assert_eq!(store.get_if("large-or-not", &most(5)).await.unwrap(), read);
    let known = Wanted { unless: Some(first), ..most(4) };
    assert_eq!(store.get_if("large-or-not", &known).await.unwrap(), Fetched::Unchanged);
}

async fn a_part_is_read_of_one_version(store: &dyn BlobStore) {
    let first = stored(put(store, "parted", "0123456789", &Expect::Absent).await);
    let part = |from, bytes| store.get_part("parted", &first, Part { from, bytes });
    for (from, bytes, expected) in [(0, 4, "0123"), (4, 4, "4567"), (8, 4, "89"), (0, 100, "0123456789"), (9, 1, "9")] {
        assert_eq!(part(from, bytes).await.unwrap().unwrap(), expected);
    }
    stored(put(store, "parted", "changed", &Expect::At(first.clone())).await);
    assert_eq!(part(0, 4).await.unwrap(), None);
    store.delete("parted").await.unwrap();
    assert_eq!(part(0, 4).await.unwrap(), None);
}

async fn a_list_has_the_keys_of_its_prefix_in_order(store: &dyn BlobStore) {
    for key in ["listed/b/0002.json", "listed/a.json", "listed/b.json", "listed/b/0010.json", "listed/B.json", "lister"]
    {
        stored(put(store, key, "{}", &Expect::Absent).await);
    }
    let all = ["listed/B.json", "listed/a.json", "listed/b.json", "listed/b/0002.json", "listed/b/0010.json"];
    assert_eq!(store.list("listed/").await.unwrap(), all);
    assert_eq!(store.list("listed/b").await.unwrap(), all[2..]);
}

/// S3 lists at most 1,000 keys at a time.
async fn a_list_has_more_keys_than_a_page(store: &dyn BlobStore) {
    let keys: Vec<_> = (0..1_001).map(|number| format!("paged/{number:04}")).collect();
    for chunk in keys.chunks(50) {
        let puts = chunk.iter().map(|key| put(store, key, "{}", &Expect::Absent));
        futures_util::future::join_all(puts).await.into_iter().for_each(|put| drop(stored(put)));
    }
    assert_eq!(store.list("paged/").await.unwrap(), keys);
}

async fn a_deleted_object_is_gone_and_can_be_created_again(store: &dyn BlobStore) {
    let version = stored(put(store, "deleted", "one", &Expect::Absent).await);
    store.delete("deleted").await.unwrap();
    assert_eq!(store.get("deleted").await.unwrap(), None);
    assert_eq!(put(store, "deleted", "two", &Expect::At(version)).await, Put::Conflict);
    stored(put(store, "deleted", "three", &Expect::Absent).await);
    store.delete("never-there").await.unwrap();
}

async fn keys_and_bodies_may_have_any_characters(store: &dyn BlobStore) {
    for key in ["letters/Zoë & ñ+1 %20=?", "letters/日本/電話.json", "letters/🙂"] {
        let version = stored(put(store, key, "„Größe“ 電話 🙂\u{0}", &Expect::Absent).await);
        assert_eq!(body(store, key).await, "„Größe“ 電話 🙂\u{0}", "{key}");
        assert_eq!(store.get_if(key, &Wanted::unless(&version)).await.unwrap(), Fetched::Unchanged, "{key}");
        assert_eq!(store.list(key).await.unwrap(), [key]);
    }
}

async fn a_body_may_have_a_megabyte(store: &dyn BlobStore) {
    let large: Bytes = (0..1_048_576_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect();
    stored(store.put("large", large.clone(), &Expect::Absent).await.unwrap());
    assert!(store.get("large").await.unwrap().unwrap().value == large);
}

async fn a_body_may_be_empty(store: &dyn BlobStore) {
    let version = stored(put(store, "empty", "", &Expect::Absent).await);
    assert_eq!(body(store, "empty").await, "");
    stored(put(store, "empty", "full", &Expect::At(version)).await);
}

async fn one_of_many_creators_wins(store: Arc<dyn BlobStore>) {
    let created = race(|number| {
        let store = store.clone();
        async move { put(&*store, "created-by-one", &number.to_string(), &Expect::Absent).await != Put::Conflict }
    });
    let winners = created.await.into_iter().filter(|won| *won).count();
    assert_eq!(winners, 1);
}

async fn no_increment_of_many_writers_is_lost(store: Arc<dyn BlobStore>) {
    let increments = race(|_| {
        let store = store.clone();
        async move {
            for _ in 0..INCREMENTS {
                increment(&*store).await;
            }
        }
    });
    let writers = u32::try_from(increments.await.len()).unwrap();
    assert_eq!(body(&*store, "counter").await, (writers * INCREMENTS).to_string());
}

async fn increment(store: &dyn BlobStore) {
    for _ in 0..ROUNDS {
        let read = store.get("counter").await.unwrap();
        let count: u32 = read.as_ref().map_or(0, |read| str::from_utf8(&read.value).unwrap().parse().unwrap());
        tokio::task::yield_now().await;
        if put(store, "counter", &(count + 1).to_string(), &Expect::unchanged(read.as_ref())).await != Put::Conflict {
            return;
        }
    }
    unreachable!("the counter was never written in {ROUNDS} rounds");
}

async fn put(store: &dyn BlobStore, key: &str, body: &str, expect: &Expect) -> Put {
    store.put(key, Bytes::copy_from_slice(body.as_bytes()), expect).await.unwrap()
}

#[track_caller]
fn stored(put: Put) -> Version {
    match put {
        Put::Stored(version) => version,
        Put::Conflict => unreachable!("the write was a conflict"),
    }
}

async fn body(store: &dyn BlobStore, key: &str) -> String {
    String::from_utf8(store.get(key).await.unwrap().unwrap().value.to_vec()).unwrap()
}
