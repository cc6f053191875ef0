//! Codes and labels that mean a do-not-call. Each account, and each system before this one, has its own.

/// Words in a row that mean a do-not-call, without accents and apostrophes. They are looked for anywhere in a label.
const REFUSALS: &[&str] = &[
    "DO NOT CALL",
    "DO NOT CONTACT",
    "DO NOT DIAL",
    "DO NOT PHONE",
    "DO NOT DISTURB",
    "DONOTCALL",
    "DONOTCONTACT",
    "DONT CALL",
    "DONT CONTACT",
    "DONT DIAL",
    "DON T CALL",
    "DON T CONTACT",
    "DON T DIAL",
    "NOT TO CALL",
    "NOT TO BE CALLED",
    "NOT TO BE CONTACTED",
    "NEVER CALL",
    "NEVER CONTACT",
    "STOP CALL",
    "STOP CALLS",
    "STOP CALLING",
    "STOPCALL",
    "STOPCALLING",
    "NO MORE CALL",
    "NO MORE CALLS",
    "NO FURTHER CALLS",
    "NO FURTHER CONTACT",
    "CEASE CALLING",
    "CEASE CONTACT",
    "CEASE AND DESIST",
    "CEASE DESIST",
    "REMOVE FROM LIST",
    "REMOVE FROM THE LIST",
    "REMOVE FROM OUR LIST",
    "REMOVE FROM CALL LIST",
    "REMOVE FROM CALLING LIST",
    "REMOVED FROM LIST",
    "REMOVED FROM CALL LIST",
    "REMOVE ME",
    "REMOVE NUMBER",
    "REMOVE PHONE",
    "TO BE REMOVED",
    "REMOVAL REQUEST",
    "REMOVAL REQUESTED",
    "REQUEST REMOVAL",
    "REQUESTED REMOVAL",
    "REQUESTS REMOVAL",
    "TAKE OFF LIST",
    "TAKE OFF THE LIST",
    "TAKE OFF CALL LIST",
    "TAKEN OFF LIST",
    "TAKE ME OFF",
    "OPT OUT",
    "OPTS OUT",
    "OPTED OUT",
    "OPTING OUT",
    "OPTOUT",
    "UNSUBSCRIBE",
    "UNSUBSCRIBED",
    "BLACKLIST",
    "BLACKLISTED",
    "BLACK LIST",
    "BLACK LISTED",
    "BLOCKLIST",
    "BLOCKLISTED",
    "LITIGATOR",
    "REVOKED CONSENT",
    "REVOKE CONSENT",
    "CONSENT REVOKED",
    "CONSENT WITHDRAWN",
    "NO CONSENT",
    "NO PERMISSION TO CALL",
    "NO LLAMAR",
    "NO LLAME",
    "NO LLAMEN",
    "NO VOLVER A LLAMAR",
    "NO VUELVA A LLAMAR",
    "NO CONTACTAR",
    "NO MOLESTAR",
    "NO MARCAR",
    "NO MAS LLAMADAS",
    "DEJAR DE LLAMAR",
    "DEJEN DE LLAMAR",
    "QUITAR DE LA LISTA",
    "QUITAR DE LISTA",
    "ELIMINAR DE LA LISTA",
    "ELIMINAR DE LISTA",
    "BORRAR DE LA LISTA",
    "SACAR DE LA LISTA",
    "DAR DE BAJA",
    "LISTA NEGRA",
];

/// Those of them that a denial may precede, as DNC: `NOT_DNC`, "not on the DNC list", "did not opt out". "No, do not call"
/// denies nothing.
const DENIABLE: &[&str] = &["OPT OUT", "OPTED OUT", "UNSUBSCRIBED", "BLACKLISTED", "BLOCKLISTED", "LITIGATOR"];

/// A word of a code, in upper case.
struct Word {
    text: String,
    /// Punctuation is between this word and the one before.
    is_apart: bool,
}

/// Returns whether a code or a label begins with DNC or means a do-not-call.
pub(crate) fn is_meant_by(label: &str) -> bool {
    let words = words(label);
    let begins = words.first().is_some_and(|first| first.text.starts_with("DNC"));
    // `D.N.C.` has no other letters.
    begins
        || words.iter().flat_map(|word| word.text.chars()).take(4).eq("DNC".chars())
        || (0..words.len()).any(|at| words[at].text.starts_with("DNC") && !is_denied(&words, at))
        || REFUSALS.iter().any(|refusal| {
            let is_deniable = DENIABLE.contains(refusal);
            let refusal: Vec<&str> = refusal.split(' ').collect();
            let begins = |at: usize| words[at..].iter().take(refusal.len()).map(|word| &word.text).eq(&refusal);
            (0..words.len()).any(|at| begins(at) && !(is_deniable && is_denied(&words, at)))
        })
}

/// Returns whether a word that has DNC at its end or in its middle is in a code, as in `INTDNC`.
pub(crate) fn is_inside(code: &str) -> bool {
    let words = words(code);
    (0..words.len()).any(|at| words[at].text.contains("DNC") && !is_denied(&words, at))
}

/// Returns whether the words before a place deny what begins there. Punctuation ends a denial: "No - DNC" is a refusal.
fn is_denied(words: &[Word], at: usize) -> bool {
    let mut place = at;
    while place > 0 && !words[place].is_apart {
        place -= 1;
        match words[place].text.as_str() {
            "ON" | "IN" | "THE" | "A" => {}
            before => return ["NOT", "NO", "NON"].contains(&before),
        }
    }
    false
}

/// Returns the words of a code in upper case, so that codes and labels match in any case and spacing. An apostrophe separates
/// nothing.
fn words(text: &str) -> Vec<Word> {
    let plain = |c: char| match c {
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' => 'U',
        other => other,
    };
    let upper = text.to_uppercase();
    let mut words: Vec<Word> = Vec::new();
    let mut between = Between::default();
    for c in upper.chars().filter(|c| !"'`\u{2018}\u{2019}\u{301}".contains(*c)).map(plain) {
        if !c.is_alphanumeric() {
            between.add(c);
            continue;
        }
        match words.last_mut().filter(|_| between.is_nothing()) {
            Some(word) => word.text.push(c),
            None => words.push(Word { text: c.to_string(), is_apart: between.is_punctuation() }),
        }
        between = Between::default();
    }
    words
}

/// What is between two words of a code.
#[derive(Default)]
struct Between {
    spaces: bool,
    hyphens: bool,
    others: bool,
}

impl Between {
    fn add(&mut self, c: char) {
        match c {
            // An outcome has `_` for a space.
            '_' => self.spaces = true,
            '-' => self.hyphens = true,
            _ if c.is_whitespace() => self.spaces = true,
            _ => self.others = true,
        }
    }

    fn is_nothing(&self) -> bool {
        !self.spaces && !self.hyphens && !self.others
    }

    /// Returns whether it parts what is said. A hyphen without spaces joins two words.
    fn is_punctuation(&self) -> bool {
        self.others || (self.hyphens && self.spaces)
    }
}
