//! Divisions lose nothing, and every record has one place.

use super::*;
use proptest::collection::{btree_map, vec};
use proptest::sample::{Index, select};

const MARKER: &str = include_str!("../../../tests/golden/month_v1_marker.json");
const LEAF: &str = include_str!("../../../tests/golden/month_v1_leaf.json");

fn split(children: u32) -> Split {
    Split::new("0198c0de-7000-7000-8000-000000000001", children).unwrap()
}

fn parse(body: &str) -> Result<MonthObject, Unreadable> {
    MonthObject::parse(&Bytes::copy_from_slice(body.as_bytes()), Branch::ROOT)
}

/// The key of every record, with its text.
fn texts(leaf: &Leaf) -> Vec<(String, String)> {
    leaf.records.iter().map(|(place, record)| (place.to_owned(), record.to_owned())).collect()
}

fn again(leaf: &Leaf, branch: Branch) -> Leaf {
    match MonthObject::parse(&leaf.to_bytes(), branch) {
        Ok(MonthObject::Leaf(leaf)) => leaf,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_marker_is_stored_as_before() {
    assert_eq!(String::from_utf8(split(16).to_bytes().to_vec()).unwrap(), MARKER);
    assert!(matches!(parse(MARKER), Ok(MonthObject::Split(marker)) if marker == split(16)));
}

#[test]
fn a_leaf_is_stored_as_before() {
    let Ok(MonthObject::Leaf(leaf)) = parse(LEAF) else { panic!("it is no leaf") };
    assert_eq!(String::from_utf8(leaf.to_bytes().to_vec()).unwrap(), LEAF);
    let mut changed = leaf.get(&key("1", "6285550107")).unwrap().unwrap();
    changed.attempts += 1;
    let mut leaf = leaf;
    leaf.insert_or_update(&changed).unwrap();
    assert_eq!(String::from_utf8(leaf.to_bytes().to_vec()).unwrap(), LEAF.replace("\"attempts\":0", "\"attempts\":1"));
}

#[rstest]
#[case(r#"{"split":{"id":"a","children":4}}"#)]
#[case(r#"{"v":2,"split":{"id":"a","children":4}}"#)]
#[case(r#"{"v":1,"split":{"id":"a","children":3}}"#)]
#[case(r#"{"v":1,"split":{"id":"a","children":1}}"#)]
#[case(r#"{"v":1,"split":{"id":"a","children":8192}}"#)]
#[case(r#"{"v":1,"split":{"id":"../a","children":4}}"#)]
#[case(r#"{"v":1,"split":{"id":"","children":4}}"#)]
#[case(r#"{"v":1,"split":{"children":4}}"#)]
#[case(r#"{"v":1,"split":{"id":"a","children":4},"1_6285550107":{"lead_id":"1"}}"#)]
fn a_marker_that_is_not_ours_is_unreadable(#[case] body: &str) {
    assert!(parse(body).is_err());
    assert!(Leaf::parse(MARKER.as_bytes()).is_err());
}

#[test]
fn a_marker_below_the_last_bit_is_unreadable() {
    let mut branch = Branch::ROOT;
    for _ in 0..4 {
        branch = branch.child(0, &split(256)).unwrap();
    }
    assert!(MonthObject::parse(&Bytes::from_static(MARKER.as_bytes()), branch).is_err());
}

#[test]
fn a_record_may_have_the_key_split() {
    let body = format!("{{\"split\":{}}}", record(&json!({})));
    let Ok(MonthObject::Leaf(leaf)) = parse(&body) else { panic!("it is no leaf") };
    assert!(leaf.get(&key("1", "6285550107")).unwrap().is_some());
}

#[test]
fn records_of_one_lead_stay_together_and_the_same_one_counts() {
    let text = format!("{{\"b\":{0},\"a\":{0},\"c\":{{\"lead_id\":\"1\"}}}}", record(&json!({})));
    let leaf = leaf(&text);
    let children = leaf.divide(&split(256)).unwrap();
    let own = key("1", "6285550107").stable_hash();
    let child = &children[usize::try_from(Branch::ROOT.child_of(own, &split(256))).unwrap()];
    let readable: Vec<_> = child.leads().map(|(place, lead)| (place, lead.is_ok())).collect();
    assert_eq!(readable[..2], [("b", true), ("a", false)]);
}

#[test]
fn a_record_in_the_wrong_object_is_unreadable() {
    let hash = key("1", "6285550107").stable_hash();
    let [wrong, right] = [0, 1].map(|more| Branch::ROOT.child((hash & 1) ^ 1 ^ more, &split(2)).unwrap());
    let leaf = leaf(&format!("{{\"1_6285550107\":{}}}", record(&json!({}))));
    assert!(again(&leaf, wrong).get(&key("1", "6285550107")).is_err());
    assert!(again(&leaf, right).get(&key("1", "6285550107")).is_ok());
}

#[test]
fn one_record_cannot_be_divided() {
    let one = leaf(&format!("{{\"1_6285550107\":{}}}", record(&json!({}))));
    let two = leaf(&format!("{{\"1_6285550107\":{},\"2_6285550107\":{}}}", record(&json!({})), record(&json!({}))));
    assert_eq!((one.is_divisible(), two.is_divisible(), Leaf::default().is_divisible()), (false, true, false));
}

/// Records of few leads under canonical, foreign and wrong keys, and values that are no records.
fn records() -> impl Strategy<Value = Vec<(String, String)>> {
    let place = prop_oneof!["[1-9]_628555010[0-9]", "\\+1628555010[0-9]", "[a-zé\"\\\\]{0,3}"];
    let ours = ("[1-9]", "628555010[0-9]", ".{0,3}").prop_map(|(id, number, extra)| {
        record(&json!({"lead_id": id, "phone_number": format!("+1{number}"), "extra": extra}))
    });
    let text = prop_oneof![4 => ours, 1 => select(vec!["null".to_owned(), "{ \"x\" : 1.10 }".to_owned()])];
    let valid = |records: &Vec<(String, String)>| {
        parse(&object(records)).is_ok_and(|object| matches!(object, MonthObject::Leaf(_)))
    };
    btree_map(place, text, 0..40).prop_map(|records| records.into_iter().collect()).prop_filter("a month", valid)
}

fn object(records: &[(String, String)]) -> String {
    let texts: Vec<_> = records.iter().map(|(place, text)| format!("{}:{text}", json!(place))).collect();
    format!("{{{}}}", texts.join(","))
}

proptest! {
    #[test]
    fn any_divisions_in_any_order_keep_every_record_in_one_place(
        records in records(),
        divisions in vec((any::<Index>(), 1..5_u32), 0..12),
    ) {
        let whole = leaf(&object(&records));
        let mut leaves = vec![(Branch::ROOT, whole.clone())];
        for (which, bits) in divisions {
            let (branch, leaf) = leaves.swap_remove(which.index(leaves.len()));
            let split = split(1 << bits);
            if !branch.has_room_for(&split) {
                leaves.push((branch, leaf));
                continue;
            }
            let children = leaf.divide(&split).unwrap();
            prop_assert_eq!(children.iter().map(Leaf::len).sum::<usize>(), leaf.len());
            for (number, child) in (0..).zip(children) {
                let branch = branch.child(number, &split).unwrap();
                leaves.push((branch, again(&child, branch)));
            }
        }
        let mut union: Vec<_> = leaves.iter().flat_map(|(_, leaf)| texts(leaf)).collect();
        union.sort();
        let mut before = texts(&whole);
        before.sort();
        prop_assert_eq!(union, before);
        // Every lead is found where its key leads to, as before.
        for (_, lead) in whole.leads() {
            let Ok(lead) = lead else { continue };
            let hash = lead.key().stable_hash();
            let homes: Vec<_> = leaves.iter().filter(|(branch, _)| branch.holds(hash)).collect();
            prop_assert_eq!(homes.len(), 1);
            prop_assert_eq!(homes[0].1.get(&lead.key()), Ok(Some(lead)));
        }
        let readable = |leaf: &Leaf| leaf.leads().filter(|(_, lead)| lead.is_ok()).count();
        prop_assert_eq!(leaves.iter().map(|(_, leaf)| readable(leaf)).sum::<usize>(), readable(&whole));
    }
}
