use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rstest::rstest;

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap()
}

/// An object that is parsed, changed and printed record by record.
fn records(text: &str) -> Records {
    serde_json::from_str(text).unwrap()
}

fn printed(text: &str) -> Printed {
    Printed::parse(&Bytes::copy_from_slice(text.as_bytes())).unwrap()
}

#[track_caller]
fn assert_same(printed: &Printed, Records(records): &Records) {
    let lines: Vec<_> = records.iter().map(|(key, raw)| format!("{}:{}", json!(key), raw.get())).collect();
    assert_eq!(String::from_utf8_lossy(&printed.to_bytes()), format!("{{\n{}\n}}\n", lines.join(",\n")));
    let records: Vec<_> = records.iter().map(|(key, raw)| (key.as_str(), raw.get())).collect();
    assert_eq!(printed.iter().collect::<Vec<_>>(), records);
    for (key, raw) in records {
        assert_eq!(printed.get(key), Some(raw));
    }
}

/// Keys of leads, of the original, and any others.
fn keys() -> impl Strategy<Value = String> {
    let few =
        ["1_6285550107", "2_6285550107", "3_6285550108", "+16285550107", "", "a\"\\\n", "\u{fffd}", "\u{7f}é\u{2028}"];
    prop_oneof![select(few.map(str::to_owned).to_vec()), ".{0,6}"]
}

/// Records, and what is none. White space inside of them stays.
fn values() -> impl Strategy<Value = String> {
    let few = [
        "null",
        "-0.10E+5",
        "\"\\ud83d\"",
        "{\n\"1_6285550107\":{\"lead_id\":\"1\"},\n\"2_6285550107\":null\n}",
        "[ 1,\n 2 ]",
        "{\"a\":\"}\",\"b\":{},\"c\":\"{{\"}",
        "{\"a\":{},\n\"b\":{\"c\":\"\\\"}{\"}}",
        "{\"lead_id\":\"1\",\"phone_number\":\"6285550107\"}",
    ];
    prop_oneof![select(few.map(str::to_owned).to_vec()), ".{0,12}".prop_map(|text| json!({"é": text}).to_string())]
}

#[derive(Debug, Clone)]
enum Change {
    Insert(String, String),
    Remove(String),
    /// Another reader keeps the bytes as they are.
    Share,
    /// It is stored, and read by another process.
    ReadAgain,
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (keys(), values()).prop_map(|(key, value)| Change::Insert(key, value)),
        2 => keys().prop_map(Change::Remove),
        1 => Just(Change::Share),
        1 => Just(Change::ReadAgain),
    ]
}

proptest! {
    #[test]
    fn a_change_gives_the_bytes_that_parsing_and_printing_would_give(
        first in vec((keys(), values()), 0..6), changes in vec(changes(), 0..12), between in select(vec!["", " ", "\n"]),
    ) {
        let fields: Vec<_> = first.iter().map(|(key, value)| format!("{}:{between}{value}", json!(key))).collect();
        let text = format!("{{{between}{}}}", fields.join(","));
        let (mut records, mut printed) = (records(&text), printed(&text));
        assert_same(&printed, &records);
        let mut shared = Vec::new();
        for change in changes {
            match change {
                Change::Insert(key, value) => {
                    printed.insert(&key, &raw(&value));
                    records.0.insert(key, raw(&value));
                }
                Change::Remove(key) => {
                    prop_assert_eq!(printed.remove(&key), records.0.shift_remove(&key).is_some());
                }
                Change::Share => shared.push((printed.clone(), printed.to_bytes().to_vec())),
                Change::ReadAgain => printed = Printed::parse(&printed.to_bytes()).unwrap(),
            }
            assert_same(&printed, &records);
        }
        for (printed, text) in shared {
            prop_assert_eq!(printed.to_bytes(), text);
        }
    }

    #[test]
    fn any_body_is_read_as_an_object_is(body: Vec<u8>, text in "\\{(\"[ab]\" ?: ?[{}\\[\\]1,]{1,4},?\n?){0,3}\\}") {
        for body in [body, text.into_bytes()] {
            let records = serde_json::from_slice::<Records>(&without_mark(&body));
            let printed = Printed::parse(&Bytes::from(body));
            prop_assert_eq!(printed.is_ok(), records.is_ok());
            if let (Ok(printed), Ok(Records(records))) = (printed, records) {
                let records: Vec<_> = records.iter().map(|(key, raw)| (key.as_str(), raw.get())).collect();
                prop_assert_eq!(printed.iter().collect::<Vec<_>>(), records);
            }
        }
    }

    #[test]
    fn braces_in_strings_and_records_that_share_a_line_are_read_as_they_are(
        values in vec(("[{}\\\\\"a]{0,3}", ".{0,3}", select(vec![",", ",\n", " ,\n"])), 1..6),
    ) {
        let member = |(number, (inner, outer, end)): (usize, &(String, String, &str))| {
            format!("\"{number}\":{}{end}", json!({"a": {"b": inner}, "c": outer}))
        };
        let text: String = values.iter().enumerate().map(member).collect();
        let text = format!("{{\n{}\n}}\n", text.trim_end_matches([',', '\n', ' ']));
        let Records(records) = records(&text);
        let expected: Vec<_> = records.iter().map(|(key, raw)| (key.as_str(), raw.get())).collect();
        let printed = printed(&text);
        prop_assert_eq!(printed.iter().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn an_object_that_was_printed_keeps_its_bytes_without_a_copy() {
    let mut records = records(include_str!("../../../../../tests/fixtures/months/redial-queue_2023-12.json"));
    records.0.insert("é".to_owned(), raw("{\n\"1\":[\"}\\\"\"]}"));
    records.0.insert("b".to_owned(), raw("-1.5e3"));
    let body = records.0.iter().map(|(key, raw)| (key, raw.get())).collect::<Printed>().to_bytes();
    let printed = Printed::parse(&body).unwrap();
    assert_eq!(printed.to_bytes().as_ptr(), body.as_ptr());
    assert_same(&printed, &records);
}

#[rstest]
#[case::two_equal_keys("{\n\"a\":1,\n\"b\":2,\n\"a\":3\n}\n", "{\n\"a\":3,\n\"b\":2\n}\n")]
#[case::a_key_that_is_written_otherwise("{\n\"\\u0061\":1\n}\n", "{\n\"a\":1\n}\n")]
#[case::white_space_before_a_value("{\n\"a\": 1\n}\n", "{\n\"a\":1\n}\n")]
#[case::white_space_after_it("{\n\"a\":1\n}\n\n", "{\n\"a\":1\n}\n")]
#[case::a_key_with_escapes("{\n\"a\\\"b\":1\n}\n", "{\n\"a\\\"b\":1\n}\n")]
#[case::a_byte_order_mark("\u{feff}{\n\"a\":1\n}\n", "{\n\"a\":1\n}\n")]
#[case::nothing_in_it("{}", "{\n\n}\n")]
fn another_object_is_printed_when_it_is_read(#[case] text: &str, #[case] stored: &str) {
    assert_eq!(printed(text).to_bytes(), stored);
}

#[rstest]
#[case("{\n\"a\":{\n}\n")]
#[case("{\n\"a\":{]}\n}\n")]
#[case("{\n\"a\":1,\n}\n")]
#[case("{\n\"a\":\n}\n")]
#[case("{\n\"a\"1\n}\n")]
#[case("{\n\"a\":1}\n}\n")]
#[case("{\n\"a\":\"\n}\n")]
#[case("{\n\"a\":\"b\\")]
#[case("{\n\"a\":1\n\"b\":1\n}\n")]
#[case("{\n")]
fn an_object_that_is_not_whole_is_unreadable(#[case] text: &str) {
    assert!(Printed::parse(&Bytes::copy_from_slice(text.as_bytes())).is_err());
}

#[test]
fn a_record_that_is_no_json_is_left_to_the_reader_of_records() {
    let printed = printed("{\n\"a\":{\"x\" 1},\n\"b\":2\n}\n");
    assert_eq!(printed.iter().collect::<Vec<_>>(), [("a", "{\"x\" 1}"), ("b", "2")]);
    assert!(Printed::parse(&Bytes::from_static(b"{\n\"a\":\"\xff\"\n}\n")).is_err());
}

#[test]
fn the_default_is_an_object_without_records() {
    assert_same(&Printed::default(), &records("{}"));
    let mut printed = Printed::default();
    printed.insert("a", &raw("1"));
    assert!(printed.remove("a") && printed.is_empty());
    assert_eq!(printed.to_bytes(), Printed::default().to_bytes());
}
