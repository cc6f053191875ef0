//! What a person said.

use redial_domain::Field;
use redial_domain::refusal::{Refusal, WORDS_KEPT, hear, heard, label};

/// Checks that turns, one on each line, always give the same answer, and that the words that are kept were said and
/// have a bound. The same text as a label never weakens the answer.
///
/// # Panics
/// When it does not hold.
pub fn said_words(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let turns: Vec<String> = text.lines().map(str::to_owned).collect();
    let refusal = hear(&turns);
    assert_eq!(hear(&turns), refusal);
    if let Refusal::Possible(words) = &refusal {
        assert!((1..=WORDS_KEPT).contains(&words.chars().count()));
        assert!(!words.contains(char::is_control));
        let plain = |text: &str| text.replace(char::is_control, " ");
        assert!(turns.iter().any(|turn| plain(turn).contains(words.as_str())));
    }
    let labelled = heard(&turns, [(Field::Tags, &*text)]).refusal();
    match (label(&text), &refusal) {
        (None, _) => assert_eq!(labelled, refusal),
        (Some(kind), Refusal::Certain(said)) => assert_eq!(labelled, Refusal::Certain(kind.min(*said))),
        (Some(kind), Refusal::Possible(_) | Refusal::None) => assert_eq!(labelled, Refusal::Certain(kind)),
    }
}
