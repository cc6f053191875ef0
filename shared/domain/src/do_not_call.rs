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

/// Words that a denial may precede: `NOT_DNC`, "not on the DNC list", "did not opt out". "No, do not call" denies
/// nothing.
const DENIABLE: &[&str] = &["DNC", "OPT OUT", "OPTED OUT", "UNSUBSCRIBED", "BLACKLISTED", "BLOCKLISTED", "LITIGATOR"];

/// Returns whether a code or a label begins with DNC or means a do-not-call.
pub(crate) fn is_meant_by(label: &str) -> bool {
    let words = words(label);
    let begins = words.first().is_some_and(|first| first.starts_with("DNC"));
    // `D.N.C.` has no other letters.
    begins
        || words.concat() == "DNC"
        || (0..words.len()).any(|at| words[at].starts_with("DNC") && !is_denied(&words, at))
        || REFUSALS.iter().any(|refusal| {
            let refusal: Vec<&str> = refusal.split(' ').collect();
            (0..words.len()).any(|at| words[at..].iter().take(refusal.len()).eq(&refusal) && !is_denied(&words, at))
        })
}

/// Returns whether a word that has DNC at its end or in its middle is in a code, as in `INTDNC`.
pub(crate) fn is_inside(code: &str) -> bool {
    let words = words(code);
    (0..words.len()).any(|at| words[at].contains("DNC") && !is_denied(&words, at))
}

/// Returns whether the words before a place deny what begins there.
fn is_denied(words: &[String], at: usize) -> bool {
    let rest = words[at..].join(" ");
    let is_deniable = words[at].contains("DNC") || DENIABLE.iter().any(|start| rest.starts_with(start));
    let before = words[..at].iter().rev().find(|word| !["ON", "IN", "THE", "A"].contains(&word.as_str()));
    is_deniable && before.is_some_and(|word| ["NOT", "NO", "NON"].contains(&word.as_str()))
}

/// Returns the words of a code in upper case, so that codes and labels match in any case and spacing. An apostrophe separates
/// nothing.
fn words(text: &str) -> Vec<String> {
    let plain = |c: char| match c {
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' => 'U',
        other => other,
    };
    let upper = text.to_uppercase();
    let plain: String = upper.chars().filter(|c| !"'`\u{2018}\u{2019}\u{301}".contains(*c)).map(plain).collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
