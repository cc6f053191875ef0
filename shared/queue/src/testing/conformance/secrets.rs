//! Checks of a [`Secrets`].

use crate::ports::{Secrets, StoreError};
use secrecy::ExposeSecret;

/// Runs every check on a store in which `put` stores a secret under a name and `remove` deletes it.
pub async fn secrets(store: &dyn Secrets, put: impl AsyncFn(&str, &str), remove: impl AsyncFn(&str)) {
    let name = "/conformance/kept";
    is_unusable(store, "/conformance/absent").await;
    put(name, "one").await;
    reads(store, name, "one").await;
    put(name, "two,three = ü").await;
    reads(store, name, "two,three = ü").await;
    put("/conformance/other", "other").await;
    reads(store, name, "two,three = ü").await;
    remove(name).await;
    is_unusable(store, name).await;
    reads(store, "/conformance/other", "other").await;
}

async fn reads(store: &dyn Secrets, name: &str, expected: &str) {
    assert_eq!(store.read(name).await.unwrap().expose_secret(), expected);
}

async fn is_unusable(store: &dyn Secrets, name: &str) {
    assert!(matches!(store.read(name).await, Err(StoreError::Unusable(_))));
}
