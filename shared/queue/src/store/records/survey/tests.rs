//! Which leaves a survey keeps.

use super::*;
use crate::store::records::RecordLimits;
use crate::testing::{MemoryBlobs, TestClock};
use redial_domain::{LeadRef, builders};
use rstest::rstest;

#[rstest]
#[case::nothing_is_due(TimeDelta::days(1), false)]
#[case::a_lead_is_due(TimeDelta::zero(), true)]
#[case::a_lead_is_due_while_the_run_works(TimeDelta::minutes(2), true)]
#[tokio::test]
async fn a_survey_keeps_the_leaves_that_are_read_next(#[case] due_in: TimeDelta, #[case] kept: bool) {
    let (blobs, clock) = (Arc::new(MemoryBlobs::default()), Arc::new(TestClock::at("2025-12-17T19:00:00Z")));
    let records = || Records::new(Arc::clone(&blobs) as _, Arc::clone(&clock) as _, RecordLimits::default());
    let (month, now) = (builders::month("2025-12"), builders::at("2025-12-17T19:00:00Z"));
    let lead = redial_domain::Lead { next_redial: now + due_in, ..builders::lead(1, now) };
    let place = LeadRef { month, id: lead.id.clone(), phone: lead.phone.clone() };
    let writer = records();
    let put = |_: Option<&_>| crate::store::records::RecordChange::Put(Box::new(lead.clone()), ());
    writer.update(&place, put).await.unwrap();

    let reader = records();
    assert_eq!(reader.survey(&[month]).await.unwrap().len(), 1);
    assert_eq!(reader.cache.leaf(&Node::root(month)).is_some(), kept);
    // A leaf that was kept for something else stays.
    assert_eq!(writer.survey(&[month]).await.unwrap().len(), 1);
    assert!(writer.cache.leaf(&Node::root(month)).is_some());
}
