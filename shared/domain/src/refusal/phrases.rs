//! The data of the recognizer: what people say when they refuse calls, and what only resembles it.
//!
//! A refusal of calls is a head ("do not call", "stop calling") and a tail, which says who is meant and what follows. The other
//! patterns are whole. `pattern` has the notation. Change [`VERSION`] with the data, and add a row to the table of the tests.

mod do_not_call;
mod sets;
mod spelling;
mod wrong_number;

use super::words::Vocabulary;
use super::{Kind, Meaning, Pattern, Table};
pub use do_not_call::DO_NOT_CALL_PHRASES;
use sets::SETS;
pub(super) use spelling::{FILLERS, JOINED, SPELLINGS};
pub use wrong_number::WRONG_NUMBER_PHRASES;

/// The version of the data. Results that were judged by other data can be told apart by it.
pub const VERSION: u32 = 4;

const DNC: Meaning = Meaning::Certain(Kind::DoNotCall);
const WRONG: Meaning = Meaning::Certain(Kind::WrongNumber);
use Meaning::{Innocent, Possible};

/// Verbs of reported speech, words that mean the speaker, and adverbs that may be between.
pub(super) const REPORTS: [&str; 3] =
    ["said says say told tells saying dijo dice", "i ive we weve im id", "already keep clearly have"];

/// Labels that mean a number that is not the lead's.
pub(super) const WRONG_NUMBER_LABELS: &[&str] = &["wrong number", "wrong person", "wrongnumber", "wrong num"];

/// How a refusal of calls begins.
const HEADS: &[&str] = &[
    "@dont @call",
    "dont you @call",
    "no call",
    "@stop you? @calling",
    "@stop you? with? @calls",
    "dont want|need|wish|expect you to? @call",
    "dont want|need|wish|expect you|anyone|anybody|nobody|them @calling|@call",
    "dont want|need|wish to? be @called",
    "dont want|need|wish @calling",
    "didnt want you to? @call",
    "could|can|would|will you not|never @call",
    "not @called",
    "not to? be @called",
    "id rather|prefer|appreciate if? you dont|didnt|not @call",
    "appreciate it? if you didnt|dont|wouldnt|not @call",
    "told|tell|telling you dont|never|not @call",
    "dont appreciate you @calling",
    "you cant|shouldnt|mustnt|wont not? @call",
    "you may|must|should not @call",
    "dont nobody|anybody|anyone @call",
    "@your not allowed|supposed|permitted|authorized to @call",
    "make sure|certain you|they|nobody|your dont|never|wont @call",
    "make sure|certain ~3 never|not|isnt|doesnt gets|get|is|be? @called",
    "would|id|wed appreciate|prefer|like|love not being|getting @called",
    "dont|better let|not me catch you @calling",
    // Spanish.
    "no me|nos @llame",
    "no @llame",
    "nunca me? @llame",
    "nunca mas me? @llame",
    "ya no me? @llame",
    "no me? @vuelva a @llamar",
    "nunca me? @vuelva a @llamar",
    "no quiero|deseo|autorizo|permito que me? nunca? @llame",
    "no quiero|deseo|autorizo|permito que me? @vuelva a @llamar",
    "jamas me? @llame",
    "jamas me? @vuelva a @llamar",
    "@deje de @llamar",
    "no me? @siga @llamar",
    "no me? este|esten|estes|anden @llamar",
    "no volver a @llamar",
];

/// How it ends: who is meant, and what follows. Equal beginnings are decided by the longest tail.
const TAILS: &[(Meaning, &str)] = &[
    (DNC, "@me? @again? @again? >next"),
    (DNC, "@me @place @again? >next"),
    (DNC, "@again @me @again? >next"),
    (DNC, "@me? @again , @again >next"),
    (Possible, "@me? @place? @again? , @limit"),
    (Possible, "@me? @place? @again? , i|ill|id|let will? me? @call you|back"),
    (Possible, "@me? @again? , @write"),
    (Innocent, "me|us|it|him|her|them|that @name"),
    (Innocent, "@name"),
    (Innocent, "@else"),
    (Possible, "@mine"),
    (Possible, "me|us"),
];

/// Returns how many patterns the data has.
#[cfg(test)]
pub(super) fn count() -> usize {
    HEADS.len() * TAILS.len() + DO_NOT_CALL_PHRASES.len() + WRONG_NUMBER_PHRASES.len()
}

/// Reads the data.
pub(super) fn compile() -> (Vocabulary, Table) {
    let mut vocabulary = Vocabulary::new();
    let phrases = SETS.iter().flat_map(|(_, phrases)| phrases.split('/'));
    phrases.flat_map(str::split_whitespace).for_each(|word| {
        vocabulary.learn(word);
    });
    // Phrases are read as speech is, so that they may be written as people write.
    let read = |phrases: &str| {
        let mut read: Vec<Vec<u16>> = phrases
            .split('/')
            .map(|phrase| vocabulary.read(phrase, 0).iter().map(|token| token.id).collect())
            .filter(|phrase: &Vec<_>| !phrase.is_empty())
            .collect();
        read.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        read
    };
    let sets = SETS.iter().map(|(name, phrases)| (*name, read(phrases))).collect();
    let mut table = Table::default();
    let calls = HEADS.iter().map(|head| (*head, TAILS));
    let whole = DO_NOT_CALL_PHRASES.iter().chain(WRONG_NUMBER_PHRASES);
    let whole = whole.map(|(meaning, text)| (*text, [(*meaning, "")]));
    let mut add = |head: &str, tails: &[(Meaning, &str)]| {
        let mut read = |text| Pattern::read(text, &sets, &mut vocabulary);
        let (Some(head), tails) =
            (read(head), tails.iter().filter_map(|(meaning, tail)| Some((*meaning, read(tail)?))))
        else {
            return;
        };
        table.add(head, tails.collect());
    };
    calls.for_each(|(head, tails)| add(head, tails));
    whole.for_each(|(head, tails)| add(head, &tails));
    [table.reports, table.first_persons, table.adverbs] =
        REPORTS.map(|words| words.split(' ').map(|word| vocabulary.learn(word)).collect());
    (vocabulary, table)
}
