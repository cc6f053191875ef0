//! Brings what was said into one spelling: lower case, no accents, contractions as one word, no fillers.

use super::phrases::{FILLERS, JOINED, SPELLINGS};
use std::collections::HashMap;

/// The id of a word that no phrase has.
pub(super) const OTHER: u16 = 0;
/// The id of a break between clauses.
pub(super) const BREAK: u16 = 1;

/// No word of a phrase is longer.
const LONGEST_WORD: usize = 24;

/// One word that was said, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) id: u16,
    /// The number of the turn.
    pub(super) turn: usize,
    /// The byte in the turn at which the word begins.
    pub(super) start: usize,
}

impl Token {
    pub(super) const BREAK: Self = Self { id: BREAK, turn: 0, start: 0 };
}

/// The words of all phrases, by number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    ids: HashMap<String, u16>,
    /// Pairs of words that count as one.
    joined: HashMap<(u16, u16), u16>,
    fillers: Vec<u16>,
}

impl Vocabulary {
    /// Returns a vocabulary that knows spellings, contractions and fillers.
    pub(super) fn new() -> Self {
        let mut new = Self::default();
        for (spelling, word) in SPELLINGS {
            let id = new.learn(word);
            new.ids.insert((*spelling).to_owned(), id);
        }
        for (first, second, word) in JOINED {
            let pair = (new.learn(first), new.learn(second));
            let id = new.learn(word);
            new.joined.insert(pair, id);
        }
        new.fillers = FILLERS.iter().map(|word| new.learn(word)).collect();
        new
    }

    /// Returns the number of a word of a phrase.
    pub(super) fn learn(&mut self, word: &str) -> u16 {
        let next = u16::try_from(self.ids.len() + 2).unwrap_or(OTHER);
        *self.ids.entry(word.to_owned()).or_insert(next)
    }

    /// Returns the words of a turn. Of a word that is said twice in a row one is left, because people stammer.
    pub(super) fn read(&self, turn: &str, number: usize) -> Vec<Token> {
        let mut said = Said { vocabulary: self, tokens: Vec::new(), after_filler: false };
        let mut word = String::new();
        let mut start = 0;
        let mut characters = turn.char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            let inside_word = || characters.clone().next().is_some_and(|(_, next)| next.is_alphanumeric());
            match kind_of(character) {
                Character::Letter => {
                    if word.is_empty() {
                        start = index;
                    }
                    if word.len() <= LONGEST_WORD {
                        push_plain(&mut word, character);
                    }
                    continue;
                }
                Character::Silent => continue,
                Character::Space => said.word(&mut word, number, start),
                // `do.not.call` and `3.5` have no breaks, and three dots are a hesitation.
                Character::Break if inside_word() || characters.peek().is_some_and(|(_, next)| *next == '.') => {
                    said.word(&mut word, number, start);
                }
                Character::Break if character == '.' && turn[..index].ends_with('.') => {
                    said.word(&mut word, number, start);
                }
                Character::Break => {
                    said.word(&mut word, number, start);
                    said.pause();
                }
            }
        }
        said.word(&mut word, number, start);
        said.tokens
    }
}

/// Words as they are read.
struct Said<'a> {
    vocabulary: &'a Vocabulary,
    tokens: Vec<Token>,
    after_filler: bool,
}

impl Said<'_> {
    fn word(&mut self, word: &mut String, turn: usize, start: usize) {
        if word.is_empty() {
            return;
        }
        let mut token = Token { id: self.vocabulary.ids.get(word.as_str()).copied().unwrap_or(OTHER), turn, start };
        word.clear();
        while let Some(last) = self.tokens.last().copied()
            && let Some(joined) = self.vocabulary.joined.get(&(last.id, token.id))
        {
            self.tokens.pop();
            token = Token { id: *joined, ..last };
        }
        if token.id != OTHER && self.vocabulary.fillers.contains(&token.id) {
            // The commas around a filler are no breaks: "stop, um, calling me".
            if self.tokens.last().is_some_and(|last| last.id == BREAK) && !self.after_filler {
                self.tokens.pop();
            }
            self.after_filler = true;
            return;
        }
        self.after_filler = false;
        let stammered = token.id != OTHER && self.tokens.last().is_some_and(|last| last.id == token.id);
        if !stammered {
            self.tokens.push(token);
        }
    }

    fn pause(&mut self) {
        if self.after_filler || self.tokens.last().is_none_or(|last| last.id == BREAK) {
            return;
        }
        self.tokens.push(Token::BREAK);
    }
}

/// What a character does to a word.
enum Character {
    Letter,
    /// It is left out, and the word goes on.
    Silent,
    Space,
    Break,
}

fn kind_of(character: char) -> Character {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Character::Letter,
        '.' | ',' | '!' | '?' | ';' | ':' | '\u{2014}' | '\u{bf}' | '\u{a1}' => Character::Break,
        // Apostrophes, and what copied text has between letters without showing it.
        '\''
        | '`'
        | '\u{2018}'
        | '\u{2019}'
        | '\u{2bc}'
        | '\u{b4}'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'
        | '\u{feff}'
        | '\u{300}'..='\u{36f}' => Character::Silent,
        other if other.is_alphanumeric() => Character::Letter,
        _ => Character::Space,
    }
}

fn push_plain(word: &mut String, character: char) {
    if character.is_ascii() {
        word.push(character.to_ascii_lowercase());
        return;
    }
    word.extend(character.to_lowercase().map(|c| match c {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    }));
}
