//! Patterns of words, and the table that finds them.

use super::Meaning;
use super::words::{BREAK, OTHER, Token, Vocabulary};
use std::collections::HashMap;

/// One part of a pattern.
#[derive(Debug, Clone)]
enum Part {
    /// One of these phrases.
    Words(Choices),
    /// The same, or nothing.
    Perhaps(Choices),
    /// At most this many words of any kind.
    Gap(usize),
    /// The beginning of everything that was said.
    BeginTurn,
    /// Its end.
    EndTurn,
    /// The beginning of a clause.
    Begin,
    /// The end of a clause.
    End,
    /// The end of a clause, or one of these words, which are not covered.
    Ahead(Choices),
    /// A break, or nothing.
    Pause,
}

/// Alternative phrases, the longest first.
#[derive(Debug, Clone)]
struct Choices {
    phrases: Vec<Vec<u16>>,
    /// One bit for each word with which a phrase begins. Most places are ruled out by it alone.
    first_words: Vec<u64>,
}

impl Choices {
    fn new(mut phrases: Vec<Vec<u16>>) -> Self {
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        let mut first_words = Vec::new();
        for word in phrases.iter().filter_map(|phrase| phrase.first()) {
            let place = usize::from(*word / 64);
            if first_words.len() <= place {
                first_words.resize(place + 1, 0);
            }
            first_words[place] |= 1 << (*word % 64);
        }
        Self { phrases, first_words }
    }

    /// Returns the phrases that are said at a place, the longest first.
    fn at<'a>(&'a self, said: &'a [Token], at: usize) -> impl Iterator<Item = &'a Vec<u16>> {
        let word = said.get(at).map_or(OTHER, |token| token.id);
        let bits = self.first_words.get(usize::from(word / 64)).copied().unwrap_or_default();
        let phrases = if bits & (1 << (word % 64)) == 0 { &[] } else { self.phrases.as_slice() };
        phrases.iter().filter(move |phrase| {
            let there = said.get(at..at + phrase.len());
            there.is_some_and(|there| there.iter().zip(*phrase).all(|(token, word)| token.id == *word))
        })
    }
}

/// A pattern in the notation of `phrases`.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<Part>);

/// Named sets of phrases.
pub(super) type Sets = HashMap<&'static str, Vec<Vec<u16>>>;

impl Pattern {
    /// Reads a pattern: words, `a|b` for either word, `@name` for a phrase of a set, `?` behind either for what may be missing,
    /// `~3` for up to three words, `^` and `$` for the beginning and the end of a clause, `^^` and `$$` for those of the
    /// turn, `>name` for the end or a phrase of a set that follows, and `,` for a break that may be missing.
    ///
    /// `None` if it names a set that does not exist.
    pub(super) fn read(text: &str, sets: &Sets, vocabulary: &mut Vocabulary) -> Option<Self> {
        let part = |word: &str| {
            Some(match word.split_at(1) {
                ("~", most) => Part::Gap(most.parse().ok()?),
                (">", name) => Part::Ahead(Choices::new(sets.get(name)?.clone())),
                ("^", "^") => Part::BeginTurn,
                ("$", "$") => Part::EndTurn,
                ("^", _) => Part::Begin,
                ("$", _) => Part::End,
                (",", _) => Part::Pause,
                _ => {
                    let (word, optional) = word.strip_suffix('?').map_or((word, false), |word| (word, true));
                    let mut choices = Vec::new();
                    for choice in word.split('|') {
                        match choice.strip_prefix('@') {
                            Some(name) => choices.extend(sets.get(name)?.iter().cloned()),
                            None => choices.push(vec![vocabulary.learn(choice)]),
                        }
                    }
                    let choices = Choices::new(choices);
                    if optional { Part::Perhaps(choices) } else { Part::Words(choices) }
                }
            })
        };
        text.split_whitespace().map(part).collect::<Option<_>>().map(Self)
    }

    /// Returns the words with which it can begin.
    fn first_words(&self) -> Vec<u16> {
        let parts = self.0.iter().find_map(|part| match part {
            Part::Words(choices) => Some(choices.phrases.iter().filter_map(|choice| choice.first().copied()).collect()),
            Part::Perhaps(_)
            | Part::Gap(_)
            | Part::BeginTurn
            | Part::EndTurn
            | Part::Begin
            | Part::End
            | Part::Ahead(_)
            | Part::Pause => None,
        });
        parts.unwrap_or_default()
    }
}

#[cfg(test)]
thread_local! {
    /// How often a part of a pattern was tried, so that a test can tell what a text costs.
    pub(super) static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Returns where the parts end that begin at a place. `None` if they do not match there.
fn end_of(parts: &[Part], said: &[Token], at: usize) -> Option<usize> {
    #[cfg(test)]
    STEPS.set(STEPS.get() + 1);
    let Some((part, rest)) = parts.split_first() else { return Some(at) };
    let choose = |choices: &Choices| choices.at(said, at).find_map(|phrase| end_of(rest, said, at + phrase.len()));
    match part {
        Part::Words(choices) => choose(choices),
        Part::Perhaps(choices) => choose(choices).or_else(|| end_of(rest, said, at)),
        Part::Gap(most) => {
            let words = said[at..].iter().take(*most).take_while(|token| token.id != BREAK).count();
            (0..=words).find_map(|skipped| end_of(rest, said, at + skipped))
        }
        Part::BeginTurn => (at == 0).then(|| end_of(rest, said, at))?,
        Part::EndTurn => said[at..].iter().all(|token| token.id == BREAK).then(|| end_of(rest, said, at))?,
        Part::Begin => (at == 0 || said[at - 1].id == BREAK).then(|| end_of(rest, said, at))?,
        Part::End => is_end(said, at).then(|| end_of(rest, said, at))?,
        Part::Ahead(choices) => {
            let goes_on = is_end(said, at) || choices.at(said, at).next().is_some();
            goes_on.then(|| end_of(rest, said, at))?
        }
        Part::Pause if said.get(at).is_some_and(|token| token.id == BREAK) => end_of(rest, said, at + 1),
        Part::Pause => end_of(rest, said, at),
    }
}

fn is_end(said: &[Token], at: usize) -> bool {
    said.get(at).is_none_or(|token| token.id == BREAK)
}

/// Where a pattern was found.
pub(super) struct Find {
    pub(super) meaning: Meaning,
    pub(super) end: usize,
}

/// A pattern that goes on in several ways.
#[derive(Debug)]
struct Row {
    head: Pattern,
    tails: Vec<(Meaning, Pattern)>,
}

/// All patterns, by the words with which they can begin.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
    by_word: Vec<Vec<usize>>,
    /// Verbs of reported speech, such as "said".
    pub(super) reports: Vec<u16>,
    /// Words that mean the person who speaks.
    pub(super) first_persons: Vec<u16>,
    /// Words between those two that change nothing.
    pub(super) adverbs: Vec<u16>,
}

impl Table {
    /// Adds a pattern with its tails. Of two that cover the same words the earlier one wins.
    pub(super) fn add(&mut self, head: Pattern, tails: Vec<(Meaning, Pattern)>) {
        for word in head.first_words() {
            let word = usize::from(word);
            if self.by_word.len() <= word {
                self.by_word.resize(word + 1, Vec::new());
            }
            if self.by_word[word].last() != Some(&self.rows.len()) {
                self.by_word[word].push(self.rows.len());
            }
        }
        // Each tail is matched together with the head, because the head may match in several ways.
        let tails =
            tails.into_iter().map(|(meaning, tail)| (meaning, Pattern([head.0.clone(), tail.0].concat()))).collect();
        self.rows.push(Row { head, tails });
    }

    /// Returns how many patterns there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.rows.iter().map(|row| row.tails.len()).sum()
    }

    /// Returns the longest pattern that begins at a place.
    pub(super) fn longest(&self, said: &[Token], at: usize) -> Option<Find> {
        let word = said.get(at)?.id;
        if word == OTHER || word == BREAK {
            return None;
        }
        let mut best: Option<Find> = None;
        for row in self.by_word.get(usize::from(word))? {
            let Row { head, tails } = &self.rows[*row];
            if end_of(&head.0, said, at).is_none() {
                continue;
            }
            for (meaning, pattern) in tails {
                if let Some(end) = end_of(&pattern.0, said, at)
                    && best.as_ref().is_none_or(|best| end > best.end)
                {
                    best = Some(Find { meaning: *meaning, end });
                }
            }
        }
        best
    }
}
