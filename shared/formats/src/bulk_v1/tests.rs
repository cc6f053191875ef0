use super::*;
use redial_domain::builders::{at, lead, operator};
use rstest::rstest;

const SELECTION: &str = include_str!("../../tests/golden/bulk_v1_selection.jsonl");
const PROGRESS: &str = include_str!("../../tests/golden/bulk_v1.json");

fn selection(leads: u64) -> Selection {
    let filter = [("list", "456"), ("status", "pending")];
    Selection {
        command: BulkCommand::Pause,
        filter: filter.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        by: "ops".to_owned(),
        user: Some("user-1".to_owned()),
        at: at("2025-12-17T19:00:00Z"),
        leads,
    }
}

fn leads() -> Vec<Selected> {
    let now = at("2025-12-17T19:00:00.250Z");
    [1, 2].map(|n| Selected::of(&lead(n, now))).into()
}

#[test]
fn a_selection_is_stored_as_before() {
    let written = selection_to_bytes(&selection(2), &leads());
    assert_eq!(String::from_utf8(written).unwrap(), SELECTION.trim_end(), "the stored bytes have changed");
    let stored = parse_selection(&SELECTION.trim_end().as_bytes().into()).unwrap();
    assert_eq!(stored.selection, selection(2));
    assert_eq!([0, 1].map(|number| stored.lead(number).unwrap()).to_vec(), leads());
    assert!(stored.lead(2).is_err());
}

#[test]
fn a_selection_without_leads_is_read_back() {
    let stored = parse_selection(&selection_to_bytes(&selection(0), &[]).into()).unwrap();
    assert_eq!(stored.selection, selection(0));
    assert!(stored.lead(0).is_err());
}

#[test]
fn an_id_with_any_characters_is_read_back() {
    let odd = Selected { id: LeadId::parse("a\"b\\é, c").unwrap(), ..leads().remove(0) };
    let stored = parse_selection(&selection_to_bytes(&selection(1), std::slice::from_ref(&odd)).into()).unwrap();
    assert_eq!(stored.lead(0), Ok(odd));
}

#[test]
fn the_progress_of_a_bulk_command_is_stored_as_before() {
    let begun = Bulk::new(selection(2_000), &operator(), at("2025-12-17T19:01:00Z"));
    let impossible = BTreeMap::from([(Impossible::Gone, 1), (Impossible::Completed, 2)]);
    let bulk = Bulk {
        user: Some("user-2".to_owned()),
        updated_at: at("2025-12-17T19:01:05Z"),
        tried: 500,
        unreadable: [7, 8].into(),
        effects: Effects { changed: 400, unchanged: 95, impossible },
        ..begun
    };
    assert_eq!(String::from_utf8(to_bytes(&bulk)).unwrap(), PROGRESS.trim_end(), "the stored bytes have changed");
    assert_eq!(parse(PROGRESS.as_bytes()), Ok(bulk.clone()));
    let failed = Bulk { state: BulkState::Failed("the selection is gone".to_owned()), ..bulk };
    assert_eq!(parse(&to_bytes(&failed)), Ok(failed));
}

#[test]
fn a_reason_of_a_newer_release_is_counted() {
    let stored = PROGRESS.replace("\"gone\":1", "\"a_new_reason\":1");
    assert_eq!(parse(stored.as_bytes()).unwrap().effects.impossible[&Impossible::OtherStatus], 1);
}

#[rstest]
#[case(&PROGRESS.replace("\"v\":1", "\"v\":2"), "version 2")]
#[case(&PROGRESS.replace("\"pause\"", "\"dial\""), "unknown command")]
#[case("{", "cut off")]
fn another_progress_is_refused(#[case] stored: &str, #[case] said: &str) {
    assert!(parse(stored.as_bytes()).unwrap_err().to_string().contains(said));
}

#[rstest]
#[case(&SELECTION.trim_end().replace("\"leads\":2", "\"leads\":3"), "2 leads instead of 3")]
#[case(&SELECTION.trim_end().replace("\"v\":1", "\"v\":2"), "version 2")]
#[case("", "cut off")]
fn another_selection_is_refused(#[case] stored: &str, #[case] said: &str) {
    let error = parse_selection(&stored.to_owned().into()).unwrap_err();
    assert!(error.to_string().contains(said), "{error}");
}

#[test]
fn a_line_that_is_no_lead_is_refused() {
    let broken = SELECTION.trim_end().replace("+1", "1");
    let stored = parse_selection(&broken.into()).unwrap();
    assert!(stored.lead(0).unwrap_err().to_string().contains("no valid number"));
}
