//! Exports of months that cannot go on.

use super::{ROOT, ask, divide, export, month, original, slow, texts, upload, world};
use bytes::Bytes;
use redial_queue::ports::StoreError;
use redial_queue::store::exports::PROGRESS;
use redial_queue::testing::{Fault, Operation};
use redial_queue::usecase::admin::{ExportedMonth, NotExported};
use rstest::rstest;

#[tokio::test]
async fn a_month_that_is_not_stored_is_not_exported() {
    let world = world(8);
    world.blobs.inner().set("redial-queue/redial-queue_2025-12/index", "{}");
    assert!(matches!(ask(&world.admin).await, Err(NotExported::NoMonth)));
    assert!(!world.blobs.inner().all().keys().any(|key| key.starts_with(PROGRESS)));
}

#[tokio::test]
async fn a_month_that_must_be_divided_first_is_not_read() {
    let world = world(8);
    let large = format!("{{\"a_2125550101\":{{\"x\":\"{}\"}}}}", "x".repeat(16_000_000));
    world.blobs.inner().set(ROOT, large);
    assert!(matches!(ask(&world.admin).await, Err(NotExported::Undivided)));
    assert!(!world.blobs.log().contains(&(Operation::Get, ROOT.to_owned())));
}

#[tokio::test]
async fn an_object_that_cannot_be_read_is_named_and_its_repair_is_enough() {
    let world = world(10);
    let before = upload(&world, 80);
    world.runs().await;
    let children = world.blobs.inner().all().into_iter().filter(|(key, _)| key.ends_with("0001.json"));
    let (broken, whole) = children.last().unwrap();
    for body in [&b"{"[..], b""] {
        world.blobs.inner().set(&broken, Bytes::from_static(body));
        let refused = ask(&world.admin).await.unwrap_err();
        assert!(matches!(&refused, NotExported::Unreadable { key, .. } if *key == broken), "{refused:?}");
    }
    world.blobs.inner().remove(&broken);
    let refused = ask(&world.admin).await.unwrap_err();
    assert!(matches!(&refused, NotExported::Unreadable { key, .. } if *key == broken), "{refused:?}");
    world.blobs.inner().set(&broken, whole);
    assert_eq!(export(&world).await, (before, 1));
}

#[rstest]
#[case::the_begin(Operation::Upload, &[Fault::Lost])]
#[case::a_part(Operation::Part, &[Fault::None, Fault::None, Fault::Lost])]
#[case::a_stored_part(Operation::Part, &[Fault::None, Fault::AnswerLost])]
#[case::the_end(Operation::Upload, &[Fault::None, Fault::Lost])]
#[case::a_stored_end(Operation::Upload, &[Fault::None, Fault::AnswerLost])]
#[tokio::test]
async fn a_request_that_failed_is_sent_again(#[case] operation: Operation, #[case] faults: &[Fault]) {
    let world = world(10);
    let before = upload(&world, 80);
    world.runs().await;
    world.blobs.script(operation, faults.iter().copied());
    assert!(matches!(ask(&world.admin).await, Err(NotExported::Store(StoreError::Unavailable(_)))));
    assert_eq!(export(&world).await, (before, 1));
    let objects = world.blobs.inner().all();
    assert_eq!(objects.keys().filter(|key| key.starts_with("exports/")).count(), 1);
}

#[rstest]
#[case::between_two_parts(1)]
#[case::before_the_end(0)]
#[tokio::test]
async fn an_upload_that_the_bucket_has_deleted_begins_anew(#[case] parts: usize) {
    let world = world(10);
    let before = upload(&world, 80);
    world.runs().await;
    if parts == 0 {
        world.blobs.script(Operation::Upload, [Fault::None, Fault::Lost]);
        ask(&world.admin).await.unwrap_err();
    } else {
        slow(&world, 17);
        assert!(matches!(ask(&world.admin).await.unwrap(), ExportedMonth::Unfinished { leaves_done: 1.., .. }));
        world.blobs.heal();
    }
    world.blobs.inner().drop_uploads();
    let begun = ask(&world.admin).await.unwrap();
    assert_eq!(begun, ExportedMonth::Unfinished { leaves_done: 0, leaves: None, by_another: false });
    assert_eq!(export(&world).await, (before, 1));
}

#[rstest]
#[case::undivided(0)]
#[case::divided(3)]
#[tokio::test]
async fn a_month_that_is_replaced_between_two_requests_is_exported_alone(#[case] runs: usize) {
    let world = world(10);
    upload(&world, 80);
    world.runs().await;
    slow(&world, 17);
    assert!(matches!(ask(&world.admin).await.unwrap(), ExportedMonth::Unfinished { leaves_done: 1.., .. }));
    world.blobs.heal();
    let other = world.second_instance(&[]);
    other.stores.records.delete_month(month()).await.unwrap();
    // The same leads, so that the tree has the same form.
    let text = original(80).replace("Zoë", "Ana");
    let after = texts(text.as_bytes());
    world.blobs.inner().set(ROOT, text);
    for _ in 0..runs {
        divide(&world, 10).await;
    }
    assert_eq!(export(&world).await, (after, 2));
    assert_eq!(world.blobs.inner().unfinished_uploads(), Vec::<String>::new());
}

#[tokio::test]
async fn an_export_that_nobody_went_on_with_for_an_hour_begins_anew() {
    let world = world(10);
    upload(&world, 80);
    world.runs().await;
    slow(&world, 17);
    assert!(matches!(ask(&world.admin).await.unwrap(), ExportedMonth::Unfinished { leaves_done: 1.., .. }));
    world.blobs.heal();
    world.wait(60);
    world.blobs.inner().remove(ROOT);
    let after = upload(&world, 8);
    assert_eq!(export(&world).await, (after, 1));
    assert_eq!(world.blobs.inner().unfinished_uploads(), Vec::<String>::new());
}

#[tokio::test]
async fn progress_that_cannot_be_read_begins_anew() {
    let world = world(100);
    let before = upload(&world, 3);
    world.blobs.inner().set(&format!("{PROGRESS}2025-12.json"), r#"{"v":2}"#);
    assert_eq!(export(&world).await, (before, 1));
}
