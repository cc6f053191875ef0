//! Decides whether a person's words refuse further calls.
//!
//! Words and their order decide, not whole sentences: `phrases` is the data, `words` brings speech into one spelling, `pattern`
//! matches. The time is linear in the length of the text, and no text makes it fail.

mod pattern;
mod phrases;
#[cfg(test)]
mod tests;
mod words;

use crate::do_not_call;
use crate::ground::{Field, Ground};
use pattern::{Find, Pattern, Table};
pub use phrases::{DO_NOT_CALL_PHRASES, VERSION, WRONG_NUMBER_PHRASES};
use std::sync::LazyLock;
use words::{BREAK, Token, Vocabulary};

/// The most characters of what was said that are kept for review.
pub const WORDS_KEPT: usize = 200;

/// The most bytes that are searched. A call of an hour has a fifth of that. Of longer texts only the beginning and the
/// end are searched.
const HEARD: usize = 256 * 1024;

/// How many words before a refusal are searched for somebody else who said it.
const QUOTE_REACH: usize = 4;

/// What a person's turns say about further calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A person would be sure.
    Certain(Kind),
    /// A person must decide. The words are what was said, at most [`WORDS_KEPT`] characters.
    Possible(String),
    /// Nothing.
    None,
}

/// What was heard, and where it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A person would be sure.
    Certain(Kind, Ground),
    /// A person must decide.
    Possible(Ground),
    /// Nothing.
    Nothing,
}

impl Heard {
    /// Returns it without the place.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Certain(kind, _) => Refusal::Certain(*kind),
            Self::Possible(ground) => Refusal::Possible(ground.words.clone()),
            Self::Nothing => Refusal::None,
        }
    }
}

/// What is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Any further call.
    DoNotCall,
    /// Calls for the lead, because this number is not the lead's.
    WrongNumber,
}

/// What a pattern means where it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A certain refusal.
    Certain(Kind),
    /// Perhaps a refusal.
    Possible,
    /// It only resembles a refusal. What it covers is not searched for others.
    Innocent,
    /// The person asks to be called, so a refusal in the same turn is in doubt.
    Invitation,
}

static RULES: LazyLock<(Vocabulary, Table)> = LazyLock::new(phrases::compile);

/// Looks for a refusal in what a person said, turn by turn. A do-not-call is stronger than a wrong number, and a certain refusal
/// than any number of possible ones.
#[must_use]
pub fn hear(turns: &[String]) -> Refusal {
    listen(turns).refusal()
}

fn listen(turns: &[String]) -> Heard {
    let said_in = |turn: &str, token: Token| Ground::new(Field::Transcripts, &words_around(turn, token));
    let (vocabulary, table) = &*RULES;
    let turns = bounded(turns);
    let mut all = Vec::new();
    let mut certain: Option<(Kind, Ground)> = None;
    let mut possible: Option<Ground> = None;
    let mut invited = false;
    for (number, turn) in turns.iter().copied().enumerate() {
        let said = vocabulary.read(turn, number);
        let heard = hear_turn(&said, table);
        invited |= heard.invited;
        match heard.certain {
            Some((Kind::DoNotCall, token)) => return Heard::Certain(Kind::DoNotCall, said_in(turn, token)),
            Some((Kind::WrongNumber, token)) => {
                certain.get_or_insert_with(|| (Kind::WrongNumber, said_in(turn, token)));
            }
            None => {}
        }
        possible = possible.or_else(|| heard.possible.map(|token| said_in(turn, token)));
        all.extend(said);
        all.push(Token::BREAK);
    }
    if let Some((kind, ground)) = certain {
        return Heard::Certain(kind, ground);
    }
    if let Some(ground) = possible {
        return Heard::Possible(ground);
    }
    // A transcript has full stops where a person draws breath, and an agent that speaks over a person divides a turn. Without
    // the breaks too much is one sentence, so nothing that is found now is certain.
    all.retain(|token| token.id != BREAK);
    let found = hear_turn(&all, table);
    let anything = found.possible.or(found.first_certain).filter(|_| !invited && !found.invited);
    anything.and_then(|token| Some(said_in(turns.get(token.turn)?, token))).map_or(Heard::Nothing, Heard::Possible)
}

/// Looks for a refusal in what a person said, and in the labels that a program or an agent set. A label is certain.
#[must_use]
pub fn heard<'a>(turns: &[String], labels: impl IntoIterator<Item = (Field, &'a str)>) -> Heard {
    let said = listen(turns);
    let by_words = match &said {
        Heard::Certain(kind, ground) => Some((*kind, ground.clone())),
        Heard::Possible(_) | Heard::Nothing => None,
    };
    let by_labels = labels.into_iter().filter_map(|(field, text)| Some((label(text)?, Ground::new(field, text))));
    // The stronger kind comes first.
    let certain = by_labels.chain(by_words).min_by_key(|(kind, _)| *kind);
    certain.map_or(said, |(kind, ground)| Heard::Certain(kind, ground))
}

/// Reads a label that a program or an agent set: a tag or a disposition, in any spelling.
#[must_use]
pub fn label(label: &str) -> Option<Kind> {
    if do_not_call::is_meant_by(label) {
        return Some(Kind::DoNotCall);
    }
    let plain = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let plain: String = label.chars().map(plain).collect();
    let text = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
    phrases::WRONG_NUMBER_LABELS.iter().any(|phrase| has_words(&text, phrase)).then_some(Kind::WrongNumber)
}

/// Returns whether a text with one space around each word has these words.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| text[..at].ends_with(' ') && text[at + words.len()..].starts_with(' '))
}

/// Returns the turns, or as much of their beginning and their end as is searched.
fn bounded(turns: &[String]) -> Vec<&str> {
    let mut left = HEARD / 2;
    let mut beginning = Vec::new();
    let mut rest = turns;
    while let Some((turn, later)) = rest.split_first().filter(|(turn, _)| turn.len() <= left) {
        beginning.push(turn.as_str());
        left -= turn.len();
        rest = later;
    }
    let Some((cut, later)) = rest.split_first() else { return beginning };
    let (begun, cut) = cut.split_at(cut.floor_char_boundary(left));
    beginning.push(begun);
    let mut left = HEARD - HEARD / 2;
    let mut end = Vec::new();
    for turn in later.iter().rev().map(String::as_str).chain([cut]) {
        let from = turn.ceil_char_boundary(turn.len().saturating_sub(left));
        end.push(&turn[from..]);
        if from > 0 {
            break;
        }
        left -= turn.len();
    }
    beginning.extend(end.into_iter().rev());
    beginning
}

/// What one turn says.
#[derive(Default)]
struct InTurn {
    /// The strongest certain refusal, and where it begins.
    certain: Option<(Kind, Token)>,
    /// Where the first certain refusal begins.
    first_certain: Option<Token>,
    /// Where the first possible refusal begins.
    possible: Option<Token>,
    invited: bool,
}

fn hear_turn(said: &[Token], table: &Table) -> InTurn {
    let mut heard = InTurn::default();
    let (mut sure, mut quoted, mut doubtful) = (Vec::new(), None, None);
    let mut at = 0;
    // The leftmost pattern wins, and of those that begin at one word the longest. What it covers is not searched again.
    while at < said.len() {
        let Some(Find { meaning, end }) = table.longest(said, at) else {
            at += 1;
            continue;
        };
        match meaning {
            Meaning::Certain(_) | Meaning::Possible if is_quoted(said, at, table) => quoted = quoted.or(Some(said[at])),
            Meaning::Certain(kind) => sure.push((kind, said[at])),
            Meaning::Possible => doubtful = doubtful.or(Some(said[at])),
            Meaning::Innocent => {}
            Meaning::Invitation => heard.invited = true,
        }
        at = end.max(at + 1);
    }
    let first_sure = sure.first().map(|(_, token)| *token);
    if heard.invited {
        // "Don't call me now, call me at five" is a request for a time.
        heard.possible = quoted.or(first_sure);
    } else {
        heard.first_certain = first_sure;
        heard.certain = sure.iter().copied().min_by_key(|(kind, _)| *kind);
        heard.possible = quoted.or(doubtful);
    }
    heard
}

/// Returns whether the person tells what somebody else said: "my wife said don't call me at work".
fn is_quoted(said: &[Token], at: usize, table: &Table) -> bool {
    let from = at.saturating_sub(QUOTE_REACH);
    let Some(place) = (from..at).rev().find(|place| table.reports.contains(&said[*place].id)) else { return false };
    let mut before = said[..place].iter().rev().filter(|token| !table.adverbs.contains(&token.id));
    before.next().is_some_and(|token| token.id != BREAK && !table.first_persons.contains(&token.id))
}

/// Returns what was said around a place in a turn, in whole words where there are any.
fn words_around(turn: &str, token: Token) -> String {
    let start = turn.len().min(token.start);
    let before = turn.get(..start).unwrap_or_default();
    // A quarter of what is kept comes before the place, so that a quotation shows who is quoted.
    let lead_in = before.char_indices().rev().take(WORDS_KEPT / 4).last().map_or(start, |(index, _)| index);
    let lead_in = match before.get(lead_in..).and_then(|text| text.find(char::is_whitespace)) {
        Some(space) if lead_in > 0 => lead_in + space,
        Some(_) | None => lead_in,
    };
    let shown = turn.get(lead_in..).unwrap_or_default();
    let shown: String = shown.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS_KEPT).collect();
    shown.trim().to_owned()
}
