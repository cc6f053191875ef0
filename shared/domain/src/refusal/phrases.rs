//! The data of the recognizer: what people say when they refuse calls, and what only resembles it.
//!
//! A refusal of calls is a head ("do not call", "stop calling") and a tail, which says who is meant and what follows. The other
//! patterns are whole. `pattern` has the notation. Change [`VERSION`] with the data, and add a row to the table of the tests.

mod sets;

use super::words::Vocabulary;
use super::{Kind, Meaning, Pattern, Table};
use sets::SETS;

/// The version of the data. Results that were judged by other data can be told apart by it.
pub const VERSION: u32 = 1;

const DNC: Meaning = Meaning::Certain(Kind::DoNotCall);
const WRONG: Meaning = Meaning::Certain(Kind::WrongNumber);
use Meaning::{Innocent, Invitation, Possible};

/// Words that are written in several ways, by people and by programs that hear.
pub(super) const SPELLINGS: &[(&str, &str)] = &[
    ("calln", "calling"),
    ("callin", "calling"),
    ("caling", "calling"),
    ("colling", "calling"),
    ("cawling", "calling"),
    ("phonin", "phoning"),
    ("botherin", "bothering"),
    ("textin", "texting"),
    ("harrassing", "harassing"),
    ("harrass", "harass"),
    ("donot", "dont"),
    ("dnt", "dont"),
    ("doant", "dont"),
    ("dont't", "dont"),
    ("cannot", "cant"),
    ("y'all", "you"),
    ("yall", "you"),
    ("ya", "you"),
    ("u", "you"),
    ("ur", "your"),
    ("yer", "your"),
    ("outta", "off"),
    ("offa", "off"),
    ("num", "number"),
    ("no1", "nobody"),
    ("noone", "nobody"),
    ("unsuscribe", "unsubscribe"),
    ("ain't", "isnt"),
    ("aint", "isnt"),
    ("wanna", "want"),
    ("lemme", "let"),
];

/// Pairs of words that count as one. A result joins with the next word again.
pub(super) const JOINED: &[(&str, &str, &str)] = &[
    ("do", "not", "dont"),
    ("do", "knot", "dont"),
    ("do", "nut", "dont"),
    ("don", "t", "dont"),
    ("doe", "not", "dont"),
    ("dew", "not", "dont"),
    ("dont", "not", "dont"),
    ("does", "not", "doesnt"),
    ("did", "not", "didnt"),
    ("can", "not", "cant"),
    ("can", "t", "cant"),
    ("could", "not", "couldnt"),
    ("would", "not", "wouldnt"),
    ("should", "not", "shouldnt"),
    ("must", "not", "mustnt"),
    ("will", "not", "wont"),
    ("won", "t", "wont"),
    ("is", "not", "isnt"),
    ("are", "not", "arent"),
    ("was", "not", "wasnt"),
    ("have", "not", "havent"),
    ("has", "not", "hasnt"),
    ("i", "am", "im"),
    ("i", "m", "im"),
    ("i", "have", "ive"),
    ("i", "will", "ill"),
    ("i", "would", "id"),
    ("we", "have", "weve"),
    ("we", "are", "weare"),
    ("you", "are", "youre"),
    ("you", "have", "youve"),
    ("you", "guys", "you"),
    ("you", "people", "you"),
    ("you", "folks", "you"),
    ("you", "all", "you"),
    ("that", "is", "thats"),
    ("there", "is", "theres"),
    ("it", "is", "its"),
    ("he", "is", "hes"),
    ("she", "is", "shes"),
    ("any", "more", "anymore"),
    ("no", "one", "nobody"),
    ("no", "body", "nobody"),
    ("you", "know", "youknow"),
    ("want", "to", "want"),
    ("por", "favor", "porfavor"),
    ("data", "base", "database"),
    ("cell", "phone", "cellphone"),
    ("phone", "number", "number"),
    ("off", "of", "off"),
    ("out", "of", "off"),
    ("un", "subscribe", "unsubscribe"),
    ("the", "hell", "thehell"),
    ("the", "fuck", "thehell"),
];

/// Words that change nothing.
pub(super) const FILLERS: &[&str] = &[
    "uh",
    "uhh",
    "um",
    "umm",
    "uhm",
    "er",
    "erm",
    "ah",
    "please",
    "pls",
    "just",
    "like",
    "youknow",
    "hey",
    "kindly",
    "really",
    "ever",
    "even",
    "actually",
    "basically",
    "simply",
    "literally",
    "fucking",
    "fuckin",
    "freaking",
    "frickin",
    "damn",
    "goddamn",
    "thehell",
    "so",
    "too",
    "porfavor",
    "oh",
    "mean",
    "well",
    "immediately",
    "straight",
];

/// Words for telling what somebody said, the words that mean the person who speaks, and what may be between.
pub(super) const REPORTS: [&str; 3] =
    ["said says say told tells saying dijo dice", "i ive we weve im id", "already keep clearly have"];

/// Labels that mean do-not-call, in whole words.
pub(super) const DO_NOT_CALL_LABELS: &[&str] = &[
    "dnc",
    "do not call",
    "don t call",
    "dont call",
    "donotcall",
    "do not contact",
    "stop calling",
    "never call",
    "no more calls",
    "opt out",
    "optout",
    "opted out",
    "opts out",
    "unsubscribe",
    "unsubscribed",
    "remove from list",
    "remove from the list",
    "removed from list",
    "remove me from list",
    "remove me from the list",
    "remove me from your list",
    "remove from call list",
    "remove me",
    "take me off",
    "take off list",
    "asked to be removed",
    "removal request",
    "removal requested",
    "remove number",
];

/// Labels that say the opposite.
pub(super) const NEGATED_LABELS: &[&str] =
    &["not dnc", "no dnc", "non dnc", "not opted out", "not opt out", "did not opt out"];

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
    "could|can|would|will you not @call",
    "not @called",
    "not to? be @called",
    "id rather|prefer|appreciate you dont|didnt|not @call",
    "appreciate it? if you didnt|dont|wouldnt|not @call",
    "told|tell|telling you dont|never|not @call",
    "dont appreciate you @calling",
    "you cant|shouldnt|mustnt|wont|may|will not? @call",
    "@your not allowed|supposed|permitted|authorized to @call",
    // Spanish.
    "no me|nos @llame",
    "no @llame",
    "nunca me? @llame",
    "nunca mas me? @llame",
    "ya no me? @llame",
    "no me? @vuelva a @llamar",
    "nunca me? @vuelva a @llamar",
    "no quiero que me? nunca? @llame",
    "no quiero que me? @vuelva a @llamar",
    "@deje de @llamar",
    "no me? @siga @llamar",
    "no me? este|esten|estes|anden @llamar",
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

/// Whole patterns of a refusal of calls, certain or possible, and of what only resembles one.
pub const DO_NOT_CALL_PHRASES: &[(Meaning, &str)] = &[
    // Off the list.
    (DNC, "@erase @myself >done"),
    (DNC, "@remove @myself @off ~3 @list"),
    (DNC, "@get @myself @off|in ~3 @list"),
    (DNC, "@remove @myself @off|in ~2 @list"),
    (DNC, "@get @myself @removed >done"),
    (DNC, "@get @myself @removed @off|in? ~3 @list"),
    (DNC, "@remove off|out @myself >done"),
    (DNC, "@remove @myself off|out >done"),
    (DNC, "@remove off @myself @off ~3 @list"),
    (DNC, "@myself @off @your ~2 @list"),
    (DNC, "want|wish|need|like|get|go|be|id @off @your ~2 @list"),
    (DNC, "want|wish|need|like|to be @removed >done"),
    (DNC, "want|wish|need|like|to|i be @removed @off? ~3 @list"),
    (DNC, "@myself be? @removed >done"),
    (DNC, "@myself be? @removed @off? ~3 @list"),
    (DNC, "lose|forget|delete|erase|trash|discard|burn this|my|our|that number"),
    (DNC, "lose|forget|delete|erase my|our contact? contact|contacts|info|information|details|digits >done"),
    (DNC, "dont|never use my|this|our number @again? >done"),
    (DNC, "no longer @off? @your ~2 @list"),
    (Innocent, "@remove @myself @off ~2 @harmless_place"),
    (Innocent, "@remove @myself @off|on ~2 @harmless_place"),
    (Possible, "@remove @myself @off"),
    (Possible, "@erase @myself"),
    (Possible, "@negated @remove @myself"),
    (Innocent, "dont|never @remove @myself @off ~3 @list"),
    (DNC, "why dont|cant|wont|havent|didnt you @remove @myself @off ~3 @list"),
    (DNC, "if you dont @remove @myself"),
    (Innocent, "i|ill|id|if|not|cant|might|could|would|will|gonna|to|want lose|forget|delete|forgot my number"),
    (Innocent, "want|going|afraid|have|try|trying|hate to? lose my number"),
    (Possible, "forget you have|had|got my number"),
    // The list of those who must not be called.
    (DNC, "@put ~4 @registry"),
    (DNC, "@registered on|with|in ~4 @registry"),
    (DNC, "@registered already|still|also|been on|with|in ~4 @registry"),
    (Possible, "am i on ~3 @registry"),
    (Possible, "@registry"),
    (Possible, "im not on ~3 @registry"),
    // Unsubscribe and consent.
    (DNC, "unsubscribe >done"),
    (DNC, "unsubscribe me|us|this|my"),
    (DNC, "unsubscribe me|us? @off ~3 @list|@calls"),
    (DNC, "want|to|me|be unsubscribed"),
    (Possible, "unsubscribe"),
    (Possible, "@negated unsubscribe"),
    (DNC, "opt|opting me|us? out >done"),
    (DNC, "opt|opting me|us|this|my? number? off|out of? @your? ~2 @list|@calls"),
    (DNC, "opt|opting me|us? off @calling|getting|receiving"),
    (DNC, "opted out >done"),
    (DNC, "opt|opting out >done"),
    (Possible, "opt|opting out"),
    (Possible, "opt|opting me|us? off"),
    (Possible, "@negated opt out"),
    (DNC, "revoke|withdraw|revoking|withdrawing|rescind any|all|my? ~2 consent|permission"),
    (
        DNC,
        "dont|not|never|didnt|no have|had|give|gave|given you? my|our|any? ~1 permission|consent to|for @call|@calls|@calling|me",
    ),
    (DNC, "dont|never|didnt consent|consented|consenting|agree|agreed to ~1 @calls|@called|@calling"),
    (DNC, "no ~1 permission|consent to @call"),
    // No more calls.
    (DNC, "no more ~2 @calls >next"),
    (DNC, "no more|further ~1 calling|contact|phoning >next"),
    (DNC, "no call me|here|us"),
    (DNC, "no calls >next"),
    (DNC, "no ~1 calls @again >next"),
    (Possible, "no more ~2 @calls"),
    (Possible, "no more|further ~1 calling|contact"),
    (
        DNC,
        "dont want|need|wish|accept|appreciate to? get|receive|getting|receiving|take|have|be? getting? any|your|these|this|the|those|more? more|of|sales|phone? your|these|this|phone|sales? @calls >next",
    ),
    (Possible, "dont|never want|need|wish|accept|take to? ~3 @calls"),
    (DNC, "im? done|sick|tired|fed ~4 @calls|@calling"),
    (DNC, "enough with|of? ~2 @calls|@calling"),
    (DNC, "@calls need|needs|have|has|must|should|gotta|better to? stop|end|quit|cease"),
    (DNC, "cut|knock|lay it? out|off with? ~1 @calls"),
    (DNC, "hang up and dont @call back? >next"),
    (DNC, "hang up and never @call back? >next"),
    (DNC, "cease and desist"),
    (DNC, "cease all ~1 contact|communication|communications|calls"),
    (DNC, "@stop all|any|these|the|your|this|those ~1 @calls|contact|communication|communications|calling"),
    (DNC, "asked|told|asking|telling|tell|ask|want|need|beg|begging|warned you|them|your to stop >next"),
    (Possible, "you|it|this need|needs|have|has|gotta to? stop >next"),
    (DNC, "leave me|us|my|this ~1 alone|be >next"),
    (DNC, "leave me|us alone @again? >next"),
    (Possible, "leave me|us alone"),
    (DNC, "if you @call @me? ~3 sue|lawyer|attorney|police|fcc|ftc|report|court"),
    (DNC, "if you @call @me? @again @me? , ~6 sue|lawyer|attorney|police|fcc|ftc|report|reporting|court|suing|cops"),
    (Possible, "if you @call @me? @again"),
    (Possible, "no need to? @call"),
    (Possible, "dont need|have to @call"),
    (Possible, "you dont need|have to @call"),
    (Possible, "you can|could|may stop @calling"),
    (Possible, "why @are_you ~2 @calling @me"),
    (Possible, "why do|are|did you keep|still|always ~1 @calling"),
    (Possible, "you keep|kept ~1 @calling"),
    (Possible, "@your harassing|bothering|annoying|pestering|bugging me|us"),
    (Possible, "this is|thats harassment"),
    (Possible, "ill|im|id|will|gonna|going to? ~2 block|blocking|report|reporting|sue|suing you|your|this"),
    (Possible, "how many times do|have|must i ~1 tell|told|ask|asked|say"),
    (Possible, "^^ stop it? $$"),
    (Possible, "^^ no stop it? $$"),
    (Possible, "^ go away"),
    (Possible, "@curse"),
    (Possible, "no solicitors|soliciting|solicitation|solicitations|solicitors"),
    (DNC, "dont|never solicit >next"),
    (Possible, "get off my phone|line|ass|back|case"),
    (Possible, "delete|erase|remove|purge my|our data|information|record|records"),
    // Only resembling.
    (Innocent, "why dont|not|wont|cant you? @call"),
    (DNC, "why dont|cant|wont|havent|didnt you ~1 stop @calling @me? >next"),
    (DNC, "if you dont stop|quit @calling @me?"),
    (DNC, "you|they wont|dont|never|cant|havent stop|quit @calling @me >next"),
    (Innocent, "if|when|since|because|unless you|they|he|she|i|we dont|never|cant @call"),
    (Innocent, "i|we|they|he|she|people|who|im|ive|nobody dont|never|cant|couldnt|not|wont|shouldnt to? @call"),
    (Innocent, "i|we|they|he|she|people|who dont|never @calling"),
    (DNC, "i said|say|meant? not to? @call @me"),
    (Innocent, "you dont|never @call it|that|him|her|them"),
    (Possible, "you dont|never @call @me"),
    (Possible, "@negated stop|quit @calling"),
    (Possible, "@negated want you|them to? stop|quit @calling"),
    (
        Possible,
        "didnt|never|not|isnt|wasnt said|say|saying|tell|told|ask|asked|mean|meant you? to? dont|not|stop|remove|take ~1 @call|@calling|me",
    ),
    (Innocent, "i|ill|im|ive|we|they|he|she|id|to|had|cant|didnt|gonna stop|quit @calling @else"),
    (Innocent, "dont text|message @me? , call|phone @me?"),
    (Innocent, "call|phone @me? , dont text|message @me?"),
    (Innocent, "not? on|in do dont|not disturb"),
    (Innocent, "on dont disturb"),
    (Innocent, "dont disturb mode|setting|thing|sign"),
    (Possible, "dont disturb"),
    (Innocent, "did|didnt|has|have|havent|hasnt|was|wasnt you|he|she|they|nobody|i|we? not? @call"),
    (Innocent, "couldnt|wouldnt you|he|she|they? @call"),
    // Asks to be called.
    (Invitation, "call|phone|ring|try|reach me|us|back @back? , @when"),
    (Invitation, "call|phone|ring|try|reach me|us|back @back? @me? , @when"),
    (Invitation, "call|try|reach me|us|my @back? on|at my ~1 cell|cellphone|mobile|work|other|office|house|home"),
    (Invitation, "can|could|may|should|gonna you @call me back? @when"),
    (Invitation, "you can|could|may|should @call me|us"),
    (Invitation, "you @call me back? @when"),
    (Invitation, "call|phone|try @back? , @when"),
    (Invitation, "call|phone|try me|us back"),
    (Invitation, "call|phone|try me|us|my instead|please $"),
    (Invitation, "give me a? call|ring|buzz back? @when?"),
    (Invitation, "call|try my ~1 cell|cellphone|mobile|work|office|house|home|wife|husband"),
    (Invitation, "use|try this|the|that other? number"),
    (Invitation, "llameme|llamame|llamenme|marqueme|hableme"),
    (Invitation, "me puede|pueden llamar @when?"),
    // Spanish.
    (DNC, "@quite me|mi|mis|nuestro|este? numero|nombre|telefono|datos? >next"),
    (DNC, "@quite mi|mis|nuestro|este|me? numero|nombre|telefono|datos? de|en ~2 @list"),
    (DNC, "@quiteme >next"),
    (DNC, "@quiteme de|desde ~3 @list"),
    (DNC, "quiero que me @quite ~2 @list"),
    (DNC, "que me @quite de ~2 @list"),
    (Possible, "@quiteme de"),
    (
        DNC,
        "no quiero|deseo|necesito recibir|tener? mas|sus|estas|esas|ninguna|ni|recibir? sus|de? llamadas|llamada mas|suyas|tuyas|ustedes? >next",
    ),
    (Possible, "no quiero|deseo|necesito ~3 llamadas"),
    (DNC, "no|ni|ya mas llamadas >next"),
    (DNC, "ya? no mas llamadas"),
    (DNC, "basta de|con ~1 llamadas|llamar"),
    (DNC, "ya basta de|con ~1 llamadas|llamar|llamarme"),
    (DNC, "dejeme|dejenme|dejame|dejenos|dejennos en paz"),
    (DNC, "dejeme|dejenme|dejame|dejenos tranquilo|tranquila|tranquilos|quieto"),
    (DNC, "no quiero que me contacten|contacte|busquen|busque"),
    (Innocent, "por que no me? @llame"),
    (Innocent, "si no me? @llame"),
];

/// Whole patterns of a number that is not the lead's.
pub const WRONG_NUMBER_PHRASES: &[(Meaning, &str)] = &[
    (WRONG, "wrong number|person|guy|lady|man|woman|party|house|phone|individual|fella|gentleman|place|residence"),
    (Possible, "wrong one|name|people|family"),
    (
        WRONG,
        "have|got|called|calling|reached|dialed|dialing|youve|youre the wrong number|person|guy|lady|man|woman|one|party|house|phone|individual",
    ),
    (Innocent, "not|isnt|wasnt a|the? wrong number|person"),
    (
        Possible,
        "i|ive|we|me|my ~2 have|got|gave|given|dialed|called|wrote|put|typed|entered|say|had you|them|him|her|it|down? the|a|wrong? wrong number",
    ),
    (Possible, "gave|given|give|told|sent you|them|him|her|me ~1 wrong number"),
    (
        Possible,
        "is|was|did|do|does|maybe|isnt|not|wasnt|if|have this|that|it|i|you|we|the|a|dial|have|call|got? ~2 wrong number|person",
    ),
    (Innocent, "the? wrong person to|for"),
    (Innocent, "wrong number on|for|of my|the ~1 policy|card|form|application|account"),
    (WRONG, "nobody @here? by|with that|this|the|such name @here?"),
    (WRONG, "nobody|anybody|anyone|someone @here? named|name|called ~2 @here"),
    (Possible, "nobody|anybody @here? named"),
    (WRONG, "dont know anyone|anybody|nobody|any|no|a by|named|with ~2"),
    (WRONG, "theres|there no|nobody|isnt|arent ~3 by|with that name"),
    (WRONG, "no such person @here?"),
    (WRONG, "no ~2 lives|live|living @here"),
    (WRONG, "@they doesnt|dont live|work|stay|reside @here @again?"),
    (WRONG, "@they no longer lives|live|works|work|stays @here"),
    (WRONG, "@they moved away|out"),
    (WRONG, "nobody @here? lives|live|living ~2 @here? by|with|named"),
    (WRONG, "isnt|not|no|longer|wasnt his|her|their number|phone|cell|cellphone|line|telephone"),
    (WRONG, "this isnt|not ~2 number|phone|cellphone @again"),
    (WRONG, "isnt|not the person|one|man|woman|guy|lady you|youre"),
    (WRONG, "im not|isnt the person|one|man|woman|guy|lady you|youre"),
    (WRONG, "im not who you|youre"),
    (WRONG, "not who youre|you looking|think|calling|trying|want"),
    (WRONG, "the? person|man|woman|lady|guy|one you|youre ~5 passed|died|dead|deceased"),
    (Possible, "@they isnt|no longer? with us"),
    (Possible, "@they has? passed away|on"),
    (Possible, "@they passed $"),
    (Possible, "@they has|had|is|was? died|dead|deceased"),
    (Possible, "@they died|dead|deceased"),
    (Possible, "hes|shes dead|deceased|gone"),
    (Possible, "deceased"),
    (Possible, "thats|this isnt|not me"),
    (Possible, "thats not my? name"),
    (Possible, "that isnt me"),
    (Possible, "it isnt me"),
    (Possible, "its not me"),
    (Possible, "no im not @them"),
    (Possible, "dont know who thats|hes|shes|they|that|this is|are?"),
    (Possible, "dont know that|this|him|her|them person|man|woman|name|guy|lady? >next"),
    (Possible, "never heard of ~2"),
    (Possible, "i? got|have this|a new? number ~2 recently|ago|yesterday|week|month"),
    (Possible, "this is a new number"),
    (Possible, "new owner of this number"),
    // Spanish.
    (WRONG, "numero equivocado|incorrecto|errado"),
    (WRONG, "persona equivocada"),
    (WRONG, "se equivoco de? numero|persona|telefono"),
    (
        WRONG,
        "te|estas|esta|estan|se equivocado|equivocada|equivocaste|equivocaron|equivoco|equivocados de? numero|persona|telefono",
    ),
    (Possible, "esta|estan|estas equivocado|equivocada|equivocados"),
    (Possible, "se|te equivoco|equivocaste|equivocaron"),
    (WRONG, "tiene|tienen|tienes|marco|marcaron el? numero equivocado"),
    (WRONG, "no es|era el? numero correcto|indicado"),
    (WRONG, "aqui|ahi ya? no vive"),
    (WRONG, "ya? no vive aqui|ahi|mas"),
    (WRONG, "aqui no hay|vive|trabaja nadie|ningun|ninguna"),
    (WRONG, "nadie|ninguna|ningun aqui? persona? con|de|llamado|llamada ese|ese? nombre"),
    (WRONG, "no hay nadie ~1 con ese nombre"),
    (WRONG, "no soy la|esa persona"),
    (Possible, "no soy yo"),
    (Possible, "no conozco a? esa|ese|esta|ninguna persona|senor|senora|nombre"),
    (Possible, "@ella fallecio|murio|fallecido|muerto"),
    (Possible, "fallecio|murio"),
    (Possible, "persona que busca|buscan ~4 fallecio|murio"),
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
