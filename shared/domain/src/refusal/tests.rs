//! The table of refusals and near misses, and what holds for any text.

use super::*;

/// Certain do-not-calls.
const DO_NOT_CALL: &str = include_str!("tests/do_not_call.txt");
/// Certain wrong numbers.
const WRONG_NUMBER: &str = include_str!("tests/wrong_number.txt");
/// Perhaps refusals: a person must decide.
const POSSIBLE: &str = include_str!("tests/possible.txt");
/// What resembles a refusal and says nothing.
const NEAR_MISSES: &str = include_str!("tests/near_misses.txt");

fn said(text: &str) -> Refusal {
    hear(&text.split(" / ").map(str::to_owned).collect::<Vec<_>>())
}

#[track_caller]
fn check(table: &str, right: impl Fn(&Refusal) -> bool) {
    let lines = table.lines().filter(|line| !line.is_empty());
    let wrong: Vec<_> = lines.map(|line| (line, said(line))).filter(|(_, heard)| !right(heard)).collect();
    let shown: Vec<_> = wrong.iter().map(|(line, heard)| format!("{line} -> {heard:?}")).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), shown.join("\n"));
}

#[test]
fn a_person_who_refuses_calls_is_heard() {
    check(DO_NOT_CALL, |heard| *heard == Refusal::Certain(Kind::DoNotCall));
}

#[test]
fn a_person_who_is_not_the_lead_is_heard() {
    check(WRONG_NUMBER, |heard| *heard == Refusal::Certain(Kind::WrongNumber));
}

#[test]
fn what_may_be_a_refusal_is_for_a_person_to_decide() {
    check(POSSIBLE, |heard| matches!(heard, Refusal::Possible(_)));
}

#[test]
fn a_near_miss_is_no_refusal() {
    check(NEAR_MISSES, |heard| *heard == Refusal::None);
}

#[test]
fn the_table_is_large_enough_and_every_pattern_is_understood() {
    let lines = |table: &str| table.lines().filter(|line| !line.is_empty()).count();
    assert!(lines(DO_NOT_CALL) + lines(WRONG_NUMBER) >= 100 && lines(NEAR_MISSES) >= 100);
    let (_, table) = &*RULES;
    assert_eq!(table.len(), phrases::count());
}

#[test]
fn a_do_not_call_is_stronger_than_a_wrong_number_and_both_than_a_doubt() {
    assert_eq!(said("wrong number / stop calling me"), Refusal::Certain(Kind::DoNotCall));
    assert_eq!(said("you keep calling me / wrong number"), Refusal::Certain(Kind::WrongNumber));
}

#[test]
fn the_words_of_a_doubt_are_those_around_it_and_bounded() {
    let told = "so my wife said don't call me at work okay";
    assert_eq!(said(told), Refusal::Possible(told.to_owned()));
    let long = format!("{}\nyou keep\tcalling me {}", "café ".repeat(100), "é".repeat(500));
    let Refusal::Possible(words) = said(&long) else { panic!("not heard") };
    assert!(words.contains("you keep calling me") && words.chars().count() <= WORDS_KEPT, "{words}");
}

#[test]
fn some_words_are_a_doubt_only_if_nothing_else_is_said() {
    assert_eq!(said("stop it"), Refusal::Possible("stop it".to_owned()));
    assert_eq!(said("the dog is barking, stop it"), Refusal::None);
}

#[test]
fn no_text_makes_it_fail() {
    let pieces = [
        "don't", "call", "me", "stop", "\u{301}", "take", "off", "é", ".", ",", " ", "\u{feff}", "no", "list", "🙂",
        "at", "ß", "İ",
    ];
    // A small generator of its own: the words of phrases in any order find more than random bytes.
    let mut state = 7_usize;
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) % pieces.len()]);
            if state & (1 << 40) == 0 {
                text.push(' ');
            }
        }
        if let Refusal::Possible(words) = said(&text) {
            assert!(words.chars().count() <= WORDS_KEPT);
        }
    }
}

#[test]
fn the_steps_are_linear_in_the_length() {
    let hostile = ["if you call me again ", "my wife said don't call ", "no more ", "stop, stop. ", "a ", "x"];
    for text in hostile {
        let steps = |length: usize| {
            let turn = text.repeat(length / text.len());
            let (vocabulary, table) = &*RULES;
            let words = vocabulary.read(&turn, 0);
            pattern::STEPS.set(0);
            hear_turn(&words, table);
            pattern::STEPS.get()
        };
        let (short, long) = (steps(10_000), steps(100_000));
        assert!(long <= short * 11 + 10_000, "{text}: {short} and {long} steps");
        assert!(long <= 100_000 * 60, "{text}: {long} steps");
    }
}

#[test]
fn of_six_megabytes_the_beginning_and_the_end_are_heard() {
    let long = "é would call that a good price for me, ".repeat(150_000);
    for turns in [
        vec![format!("{long} stop calling me")],
        vec![format!("stop calling me. {long}")],
        vec![long.clone(), "stop calling me".to_owned()],
        vec!["stop calling me".to_owned(), long.clone(), "yes".to_owned()],
        vec![long.clone(), "stop calling me".to_owned(), "yes".to_owned()],
    ] {
        assert_eq!(hear(&turns), Refusal::Certain(Kind::DoNotCall));
    }
    let pieces = bounded(&[long.clone(), long]).iter().map(|piece| piece.len()).sum::<usize>();
    assert!((HEARD - 4..=HEARD).contains(&pieces), "{pieces} bytes");
    assert_eq!(hear(&vec!["yes".to_owned(); 2_000_000]), Refusal::None);
}

#[test]
fn a_call_of_an_hour_is_heard_as_a_whole() {
    // At three words a second, with the refusal in the middle.
    let half = "é would call that a good price for me, ".repeat(600);
    assert_eq!(hear(&[format!("{half} stop calling me. {half}")]), Refusal::Certain(Kind::DoNotCall));
}

#[test]
fn three_dots_are_a_hesitation_and_one_is_an_end() {
    for hesitating in ["stop... calling me", "stop ... calling me", "please stop.. calling me"] {
        assert_eq!(said(hesitating), Refusal::Certain(Kind::DoNotCall), "{hesitating}");
    }
    assert!(matches!(said("stop. calling me"), Refusal::Possible(_)));
}
