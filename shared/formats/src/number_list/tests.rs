use super::*;
use crate::list::ListLine;
use redial_domain::Source;
use redial_domain::builders::{at, phone};
use rstest::rstest;

fn read(bytes: &[u8], format: ListFormat) -> Vec<ListLine<ListedNumber>> {
    let list = NumberList::new(bytes, format).unwrap();
    list.lines(0).collect()
}

fn numbers(bytes: &[u8], format: ListFormat) -> Vec<(u64, Phone, String, String)> {
    let lines = read(bytes, format).into_iter();
    let good = lines.filter_map(|line| Some((line.line, line.read.ok()?)));
    good.map(|(line, listed)| (line, listed.phone, listed.reason.to_string(), listed.note)).collect()
}

fn entry(line: u64, n: u32, reason: &str, note: &str) -> (u64, Phone, String, String) {
    (line, phone(n), reason.to_owned(), note.to_owned())
}

#[rstest]
#[case::numbers_only("2125550101\n2125550102\n")]
#[case::without_a_last_line_end("+12125550101\n+12125550102")]
#[case::line_ends_of_windows("2125550101\r\n2125550102\r\n")]
#[case::line_ends_of_old_spreadsheets("2125550101\r2125550102\r")]
#[case::line_ends_of_two_kinds("2125550101\r2125550102\n")]
#[case::line_ends_of_two_other_kinds("2125550101\r\n2125550102\r")]
#[case::any_spelling("(212) 555-0101\n1-212-555-0102")]
#[case::quotes("\"2125550101\"\n\"+1 212 555 0102\",\n")]
fn a_list_of_numbers_is_read(#[case] text: &str) {
    assert_eq!(numbers(text.as_bytes(), ListFormat::Csv), [entry(1, 1, "DNC", ""), entry(2, 2, "DNC", "")]);
}

#[test]
fn a_header_names_the_columns_and_a_byte_order_mark_is_skipped() {
    let text = "\u{feff}Name, Note ,Phone,Reason\n\"Doe, Jane\",\"a \"\"letter\"\"\",2125550101,BAD_NUMBER\n\n,,,\n,,2125550102\n";
    let expected = [entry(2, 1, "BAD_NUMBER", "a \"letter\""), entry(5, 2, "DNC", "")];
    assert_eq!(numbers(text.as_bytes(), ListFormat::Csv), expected);
}

#[test]
fn json_lines_are_read() {
    let text = "{\"phone\":\"+12125550101\",\"reason\":\"dnc\",\"note\":\"a letter\"}\n\n{\"phone_number\":2125550102,\"more\":1}\n[]\n";
    let expected = [entry(1, 1, "DNC", "a letter"), entry(3, 2, "DNC", "")];
    assert_eq!(numbers(text.as_bytes(), ListFormat::JsonLines), expected);
    let bad = read(text.as_bytes(), ListFormat::JsonLines).pop().unwrap();
    assert_eq!((bad.line, bad.read.unwrap_err().contains("JSON object")), (4, true));
}

#[test]
fn a_reason_that_is_no_do_not_call_is_kept_as_a_note() {
    let text = "2125550101,complained,twice\n2125550102,moved\n2125550103,DNC requested via SMS,\n";
    let expected = [
        entry(1, 1, "DNC", "complained: twice"),
        entry(2, 2, "DNC", "moved"),
        entry(3, 3, "DNC_REQUESTED_VIA_SMS", ""),
    ];
    assert_eq!(numbers(text.as_bytes(), ListFormat::Csv), expected);
}

#[test]
fn a_bad_line_is_told_by_its_number_and_does_not_say_the_phone_number() {
    let text = "2125550101\n911\nhello\n\"2125550102\n2125550103\n";
    let lines = read(text.as_bytes(), ListFormat::Csv);
    let bad: Vec<_> = lines.iter().filter_map(|line| Some((line.line, line.read.as_ref().err()?))).collect();
    assert_eq!(bad.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
    assert!(bad.iter().all(|(_, reason)| !reason.contains("911") && !reason.contains("hello")), "{bad:?}");
    let good = numbers(text.as_bytes(), ListFormat::Csv);
    assert_eq!(good.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [1, 4, 5], "a quote spoils no other line");
}

#[test]
fn a_list_is_read_from_any_line() {
    let text = "phone\n2125550101\n2125550102\n2125550103\n";
    let list = NumberList::new(text.as_bytes(), ListFormat::Csv).unwrap();
    assert_eq!(list.count(), 4);
    let rest: Vec<_> = list.lines(2).map(|line| line.line).collect();
    assert_eq!(rest, [3, 4]);
    assert_eq!(NumberList::new(b"", ListFormat::Csv).unwrap().count(), 0);
}

#[test]
fn bytes_that_are_not_text_are_refused_and_other_characters_are_not() {
    assert!(NumberList::new(b"P\0K\x03", ListFormat::Csv).is_err());
    assert_eq!(numbers(b"2125550101,,caf\xe9\n", ListFormat::Csv), [entry(1, 1, "DNC", "caf\u{fffd}")]);
}

#[test]
fn a_list_that_was_written_is_read_again() {
    let note = "=1+1, \"quoted\"\nand more";
    let suppressions = [
        (phone(1), Suppression::by(Outcome::DNC, Source::Redial, at("2025-12-17T19:00:00Z"), "ops", note)),
        (phone(2), Suppression::new(Outcome::BAD_NUMBER, Source::Bland, at("2025-12-17T19:00:00Z"))),
    ];
    let listed = || suppressions.iter().map(|(phone, suppression)| (phone, suppression));
    let text = write(listed(), ListFormat::Csv);
    assert!(text.starts_with("phone,reason,note,source,by,at\n+12125550101,DNC,"), "{text}");
    let expected = [entry(2, 1, "DNC", "'=1+1, \"quoted\" and more"), entry(3, 2, "BAD_NUMBER", "")];
    assert_eq!(numbers(text.as_bytes(), ListFormat::Csv), expected);
    let text = write(listed(), ListFormat::JsonLines);
    assert_eq!(
        numbers(text.as_bytes(), ListFormat::JsonLines),
        [entry(1, 1, "DNC", note), entry(2, 2, "BAD_NUMBER", "")]
    );
}

#[rstest]
#[case(ListFormat::Csv)]
#[case(ListFormat::JsonLines)]
fn a_time_in_a_list_is_written_as_the_api_writes_it(#[case] format: ListFormat) {
    let suppression = Suppression::new(Outcome::DNC, Source::Bland, at("2025-12-17T19:00:00.250123456Z"));
    let text = write([(&phone(1), &suppression)], format);
    assert!(text.contains("2025-12-17T19:00:00.250Z"), "{text}");
}

#[rstest]
#[case("a.csv", Some(ListFormat::Csv))]
#[case("a b.CSV", Some(ListFormat::Csv))]
#[case("a.jsonl", Some(ListFormat::JsonLines))]
#[case("csv", None)]
#[case("a.xlsx", None)]
fn the_name_of_a_file_tells_its_format(#[case] name: &str, #[case] format: Option<ListFormat>) {
    assert_eq!(ListFormat::of_name(name), format);
}
