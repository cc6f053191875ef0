//! The pages of a list while its records change.

use super::world::{NOON, World};
use chrono::TimeDelta;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use redial_domain::{Lead, Status, builders};
use redial_queue::store::records::{RecordChange, RecordLimits};
use redial_queue::usecase::admin::{Filter, Order, Position, Query, RecordView, Sort};
use std::collections::{BTreeMap, BTreeSet};

/// Leads of a world. Later ones are made while pages are read.
const LEADS: u32 = 24;
const LIMITS: RecordLimits = RecordLimits { records: 6, index_after: 1, ..RecordLimits::DEFAULT };

/// What happens to a lead between two pages.
#[derive(Debug, Clone, Copy)]
struct Change {
    lead: u32,
    /// Minutes from noon to its next dial and from its last call to noon, and its attempts.
    drawn: u32,
    is_removed: bool,
    status: Status,
}

fn changes() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let statuses = select(vec![Status::Pending, Status::Pending, Status::Rescheduled]);
    let change = (0..LEADS + 12, 0_u32..40, prop::bool::weighted(0.2), statuses);
    let change = change.prop_map(|(lead, drawn, is_removed, status)| Change { lead, drawn, is_removed, status });
    vec(vec(change, 0..5), 1..12)
}

/// A lead with its own creation time, which never changes. Some have the same.
fn lead(world: &World, n: u32, drawn: u32, status: Status) -> Lead {
    let minutes = |minutes: u32| TimeDelta::minutes(i64::from(minutes));
    let noon = builders::at(NOON);
    let created_at = noon - minutes(600 - n / 3);
    let last_call = (!drawn.is_multiple_of(4)).then(|| noon - minutes(drawn));
    Lead {
        created_at,
        attempts: drawn % 7,
        last_call,
        next_redial: noon + minutes(drawn),
        status,
        updated_at: world.now(),
        ..builders::lead(n, created_at)
    }
}

async fn change(world: &World, Change { lead: n, drawn, is_removed, status }: Change) {
    if is_removed {
        let location = builders::lead_ref(n, "2025-12");
        let gone = world.run.stores.records.update(&location, |_| RecordChange::Remove(())).await;
        gone.unwrap();
    } else {
        world.imported(lead(world, n, drawn, status), "2025-12").await;
    }
}

fn number(view: &RecordView) -> u32 {
    view.found.lead.id.as_str().parse().unwrap()
}

/// Reads all pages while changes happen. Returns what was shown, which leads a change met, and which were there all the time.
async fn read(query: &Query, changes: &[Vec<Change>]) -> (Vec<RecordView>, BTreeSet<u32>, BTreeSet<u32>) {
    let world = World::divided_above(LIMITS, NOON, &[("running", "false")]);
    for n in 0..LEADS {
        world.imported(lead(&world, n, n * 7 % 20, Status::Pending), "2025-12").await;
    }
    for _ in 0..3 {
        world.runs().await;
    }
    let (mut shown, mut changed, mut always) = (Vec::new(), BTreeSet::new(), (0..LEADS).collect::<BTreeSet<u32>>());
    let mut query = query.clone();
    let mut changes = changes.iter();
    loop {
        let page = world.admin.browse(&query).await.unwrap();
        assert!(page.records.len() <= query.limit);
        shown.extend(page.records);
        if !page.more {
            return (shown, changed, always);
        }
        query.after = shown.last().map(|view: &RecordView| view.position.clone());
        for one in changes.next().into_iter().flatten() {
            changed.insert(one.lead);
            if one.is_removed || query.filter.status.is_some_and(|wanted| wanted != one.status) {
                always.remove(&one.lead);
            }
            change(&world, *one).await;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn pages_stay_right_while_records_change(
        sort in select(Sort::ALL.to_vec()), order in select(Order::ALL.to_vec()), limit in 1_usize..9,
        status in select(vec![None, Some(Status::Pending)]), changes in changes(),
    ) {
        let filter = Filter { status, ..Filter::default() };
        let query = Query { filter, sort, order, limit, ..Query::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (shown, changed, always) = runtime.block_on(read(&query, &changes));
        let mut times: BTreeMap<u32, usize> = BTreeMap::new();
        for view in &shown {
            *times.entry(number(view)).or_default() += 1;
        }
        // Positions only go on, so that no record is shown twice in one state, and none of an earlier place after a later one.
        let mut positions: Vec<&Position> = shown.iter().map(|view| &view.position).collect();
        if order == Order::Desc {
            positions.reverse();
        }
        prop_assert!(positions.windows(2).all(|two| two[0] < two[1]));
        for n in (0..LEADS).filter(|n| !changed.contains(n)) {
            prop_assert_eq!(times.get(&n), Some(&1), "lead {} did not change", n);
        }
        if sort == Sort::Created {
            for (n, times) in &times {
                prop_assert_eq!(*times, 1, "lead {} is shown once", n);
            }
            for n in &always {
                prop_assert_eq!(times.get(n), Some(&1), "lead {} matched all the time", n);
            }
        }
        // What a page shows is what the record was then, and matched.
        prop_assert!(shown.iter().all(|view| status.is_none_or(|status| view.found.lead.status == status)));
    }
}
