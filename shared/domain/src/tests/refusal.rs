//! Tests of what a refused dial makes of a record.

use super::*;

#[test]
fn each_refusal_makes_the_lead_wait_longer_and_is_no_attempt() {
    let mut lead = after(&[result("c1", "BUSY")]);
    let mut waits = Vec::new();
    for number in 1..9 {
        lead = refuse(&lead, attempt(number), lead.next_redial, &policy()).unwrap();
        waits.push((lead.next_redial - lead.updated_at).num_minutes());
    }
    assert_eq!(waits, [2, 5, 10, 30, 60, 120, 120, 120]);
    assert_eq!((lead.attempts, lead.status), (1, Status::Pending));
}

#[test]
fn a_refusal_counts_once() {
    let lead = refuse(&after(&[result("c1", "BUSY")]), attempt(1), now(), &policy()).unwrap();
    assert_eq!(refuse(&lead, attempt(1), now(), &policy()), None);
}

#[test]
fn a_refusal_does_not_touch_a_paused_lead() {
    assert_eq!(refuse(&with_status(Status::Paused), attempt(1), now(), &policy()), None);
}
