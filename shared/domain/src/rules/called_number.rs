//! Whether an error message is about the number that was called: it does not exist, or nobody can be reached under it ever again.
//!
//! Such a message suppresses the number for ever, so it must name the called number and say this about it, as a whole phrase.
//! Everything else is a failure of the call, which is tried again: a dead number costs a few more dials, but a living number
//! that is suppressed is lost.

/// Words without weight. Without them the phrases below have one form each.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "appear",
    "appears",
    "are",
    "be",
    "been",
    "currently",
    "has",
    "have",
    "is",
    "provided",
    "seems",
    "that",
    "to",
    "was",
    "you",
    "usted",
    "ha",
    "que",
    "es",
    "esta",
];
/// After an article a noun phrase begins.
const ARTICLES: &[&str] = &["the", "this", "el", "este"];

/// What the called number is called. A word before one of them, as in "transfer number" or "from number", makes it another
/// number, except for the words in [`BEFORE`].
const SUBJECTS: &[&str] = &[
    "number",
    "number called",
    "number calling",
    "number dialed",
    "number dialled",
    "customer number",
    "customer s number",
    "customers number",
    "customer s phone number",
    "callee s number",
    "lead s number",
    "lead s phone number",
    "recipient s number",
    "recipient s phone number",
    "party s number",
    "landline number",
    "subscriber trying reach",
    "numero al que llama",
    "number trying call",
    "number trying reach",
    "number reached",
    "phone number",
    "phone number called",
    "phone number dialed",
    "telephone number",
    "mobile number",
    "cell number",
    "cell phone number",
    "called number",
    "called party number",
    "callee number",
    "contact number",
    "customer phone number",
    "destination number",
    "destination phone number",
    "dialed number",
    "dialed phone number",
    "dialled number",
    "lead phone number",
    "recipient number",
    "recipient phone number",
    "subscriber",
    "subscriber dialed",
    "subscriber number",
    "target number",
    "target phone number",
    "numero",
    "numero marcado",
    "numero marco",
    "numero telefonico",
    "numero de telefono",
    "numero de telefono marcado",
];

/// What is said of a number that nobody has. "Temporarily out of service" is not among them, nor is "unreachable".
const PREDICATES: &[&str] = &[
    "changed",
    "could not found",
    "disconnected",
    "does not exist",
    "does not valid",
    "doesn t exist",
    "inactive",
    "incorrect",
    "invalid",
    "isn t in service",
    "isn t valid",
    "no longer active",
    "no longer assigned",
    "no longer exists",
    "no longer in service",
    "no longer in use",
    "no longer valid",
    "non existent",
    "nonexistent",
    "not active",
    "not allocated",
    "not assigned",
    "not exist",
    "not found",
    "not in service",
    "not in use",
    "not recognized",
    "not valid",
    "not working",
    "out of service",
    "permanently disconnected",
    "permanently out of service",
    "unallocated",
    "unassigned",
    "vacant",
    "desconectado",
    "no existe",
    "no asignado",
    "no en servicio",
    "no valido",
    "fuera de servicio",
];

/// The same, said before the number.
const ADJECTIVES: &[&str] = &[
    "bad",
    "disconnected",
    "inactive",
    "incorrect",
    "invalid",
    "no such",
    "non existent",
    "non working",
    "nonexistent",
    "nonworking",
    "not valid",
    "not working",
    "out of service",
    "permanently disconnected",
    "unallocated",
    "unassigned",
    "vacant",
];

/// Words that may come right before the phrase and make no other number of it. A status code may, too.
const BEFORE: &[&str] = &[
    "and",
    "as",
    "because",
    "but",
    "called",
    "calling",
    "carrier",
    "cause",
    "code",
    "completed",
    "dialed",
    "dialing",
    "due",
    "error",
    "failed",
    "failure",
    "intercept",
    "message",
    "network",
    "operator",
    "or",
    "provider",
    "reached",
    "reason",
    "received",
    "rejected",
    "reported",
    "reports",
    "said",
    "says",
    "since",
    "sorry",
    "with",
    "rejects",
];

/// Words right after the phrase that make it one about something else: "not found in your account", "disconnected before the
/// agent spoke", "invalid number of retries".
const NOT_AFTER: &[&str] = &[
    "after",
    "before",
    "area",
    "by",
    "during",
    "for",
    "from",
    "id",
    "in",
    "mid",
    "of",
    "on",
    "pool",
    "provider",
    "sid",
    "type",
    "under",
    "unexpectedly",
    "when",
    "while",
    "within",
];

/// Words of a transfer, a tool or a text message. Then the number is one that those were given, whatever the message says.
const ABOUT_ANOTHER_STEP: &[&str] = &[
    "forward",
    "forwarded",
    "forwarding",
    "transfer",
    "transferred",
    "transferring",
    "transfers",
    "api",
    "crm",
    "function",
    "http",
    "lookup",
    "purchase",
    "sms",
    "tool",
    "variable",
    "webhook",
    "dynamic",
];

/// Names of carriers' causes, which are about the called number wherever they appear.
///
/// ITU-T Q.850 has 1 (unallocated number), 22 (number changed) and 28 (invalid number format). In SIP (RFC 3261), 404 and 604 are
/// definite: the user does not exist at the domain that was asked, or anywhere. 410 is what a number that has changed becomes.
/// Without the word SIP a 404 is an HTTP status, which may be about any resource. 480, 484, 486 and 503 pass.
const CAUSES: &[&str] = &[
    "callee does not exist",
    "unallocated number",
    "unassigned number",
    "unallocated unassigned number",
    "invalid number format",
    "q 850 cause 1",
    "q850 cause 1",
    "q850 cause 22",
    "q 850 cause 22",
    "sip 404",
    "sip 410",
    "sip 604",
    "sip 2 0 404",
    "sip 2 0 410",
    "sip 2 0 604",
    "sip cause 404",
    "sip cause 410",
    "sip cause 604",
    "sip code 404",
    "sip code 410",
    "sip code 604",
    "sip error 404",
    "sip error 410",
    "sip error 604",
    "sip response 404",
    "sip response 410",
    "sip response 604",
    "sip status 404",
    "sip status 410",
    "sip status 604",
];

/// Resources of the account. A cause beside one of them is about it: "SIP 404: trunk not found".
const RESOURCES: &[&str] = &[
    "account",
    "agent",
    "application",
    "domain",
    "endpoint",
    "gateway",
    "knowledge",
    "pathway",
    "prompt",
    "resource",
    "route",
    "trunk",
    "url",
    "voice",
    "webhook",
    "websocket",
];

/// The end of a clause.
const BREAK: &str = "|";

/// Returns whether the message says that nobody can be reached under the called number.
pub(crate) fn is_about_the_called_number(message: &str) -> bool {
    let words = words_of(message);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    if has(ABOUT_ANOTHER_STEP) {
        return false;
    }
    let plain: Vec<&str> = words.iter().copied().filter(|word| *word != BREAK).collect();
    let cause = CAUSES.iter().any(|cause| (0..plain.len()).any(|start| phrase(&plain[start..], cause).is_some()));
    (cause && !has(RESOURCES)) || (0..words.len()).any(|start| is_said_from(&words, start))
}

/// Returns whether a phrase about the number begins here.
fn is_said_from(words: &[&str], start: usize) -> bool {
    let before = start.checked_sub(1).map_or(BREAK, |index| words[index]);
    let begins = before == BREAK || BEFORE.contains(&before) || before.bytes().all(|byte| byte.is_ascii_digit());
    begins && (pair(&words[start..], SUBJECTS, PREDICATES) || pair(&words[start..], ADJECTIVES, SUBJECTS))
}

/// Returns whether the words begin with one of `first`, directly followed by one of `second`, and end the phrase there.
fn pair(words: &[&str], first: &[&str], second: &[&str]) -> bool {
    let ends = |rest: &[&str]| rest.first().is_none_or(|next| !NOT_AFTER.contains(next));
    let follows = |rest: &[&str]| second.iter().filter_map(|part| phrase(rest, part)).any(ends);
    first.iter().filter_map(|part| phrase(words, part)).any(follows)
}

/// Returns what follows the phrase, if the words begin with it.
fn phrase<'a>(words: &'a [&'a str], phrase: &str) -> Option<&'a [&'a str]> {
    let mut rest = words;
    for word in phrase.split(' ') {
        rest = rest.split_first().filter(|(first, _)| **first == word)?.1;
    }
    Some(rest)
}

/// Returns the words in lower case and without fillers. The end of a clause and an article become [`BREAK`], and telephone
/// numbers are left out.
fn words_of(message: &str) -> Vec<String> {
    let mut words = Vec::new();
    let text = without_numbers(&message.to_lowercase());
    for token in text.split_whitespace() {
        let mut word = String::new();
        for letter in token.chars() {
            match letter {
                'á' => word.push('a'),
                'é' => word.push('e'),
                'í' => word.push('i'),
                'ó' => word.push('o'),
                'ú' => word.push('u'),
                letter if letter.is_alphanumeric() => word.push(letter),
                letter => {
                    push(&mut words, std::mem::take(&mut word));
                    if ":;,!?()[]{}|\u{2013}\u{2014}".contains(letter) || token == "-" {
                        words.push(BREAK.to_owned());
                    }
                }
            }
        }
        push(&mut words, word);
        // A full stop inside a word belongs to a version or an address.
        if token.ends_with('.') {
            words.push(BREAK.to_owned());
        }
    }
    words
}

fn push(words: &mut Vec<String>, word: String) {
    if ARTICLES.contains(&word.as_str()) {
        words.push(BREAK.to_owned());
    } else if !word.is_empty() && !FILLERS.contains(&word.as_str()) {
        words.push(word);
    }
}

/// Takes out runs of seven digits or more, with the punctuation of telephone numbers between them.
fn without_numbers(text: &str) -> String {
    let mut kept = String::new();
    for run in text.split_inclusive(|c: char| !c.is_ascii_digit() && !"+-. ()".contains(c)) {
        let number: String = run.chars().take_while(|c| c.is_ascii_digit() || "+-. ()".contains(*c)).collect();
        if number.bytes().filter(u8::is_ascii_digit).count() < 7 {
            kept.push_str(run);
        } else {
            kept.push(' ');
            kept.push_str(&run[number.len()..]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::is_about_the_called_number;

    const ABOUT_IT: &[&str] = &[
        "the number you dialed is not in service",
        "The number you dialed is not found",
        "The number you have dialed is not in service at this time.",
        "The number you have dialed has been disconnected.",
        "We're sorry, you have reached a number that has been disconnected or is no longer in service",
        "This number is no longer in service",
        "Number disconnected",
        "The customer's phone number is disconnected",
        "Customers number has been disconnected",
        "Recipient's number is not in service",
        "The party's number has been disconnected",
        "The phone number is no longer active",
        "Number is not active",
        "The phone number you provided is invalid",
        "This is not a working number",
        "Permanently disconnected number",
        "The subscriber you are trying to reach is no longer in service",
        "callee does not exist",
        "El número está desconectado",
        "Q850 cause 1",
        "SIP;cause=404",
        "number not in service",
        "Number not found",
        "Number does not exist",
        "number doesn't exist",
        "Invalid number",
        "Invalid phone number",
        "Invalid phone number: +1 (239) 555-0115",
        "Invalid phone number format",
        "Invalid 'To' Phone Number",
        "21211: Invalid 'To' phone number",
        "Phone number does not appear to be valid",
        "The phone number 2395550115 is not valid.",
        "Phone number +12395550115 does not exist",
        "Destination number not found",
        "Destination number is invalid",
        "The called number is not allocated",
        "Dialed number is unassigned",
        "Call failed: number not in service",
        "Call failed because the number is out of service",
        "Call could not be completed: the number you are trying to reach is not in service",
        "Carrier rejected: non-working number",
        "error: nonexistent number",
        "unallocated number",
        "UNALLOCATED_NUMBER",
        "Unallocated (unassigned) number",
        "hangup cause UNALLOCATED_NUMBER",
        "INVALID_NUMBER_FORMAT",
        "NUMBER_CHANGED",
        "The number you called has been changed",
        "Q.850 cause 1",
        "SIP 404 Not Found",
        "SIP/2.0 404 Not Found",
        "sip status 404",
        "SIP 604 Does Not Exist Anywhere",
        "SIP 410 Gone",
        "404: number not found",
        "no such number",
        "The subscriber you have dialed does not exist",
        "{\"code\":21211,\"message\":\"Invalid phone number\"}",
        "El número que usted marcó no existe",
        "El número marcado está fuera de servicio",
        "Número no válido",
    ];

    const ABOUT_ELSE: &[&str] = &[
        "Media stream disconnected before the agent could start",
        "call disconnected",
        "Call was disconnected by the user",
        "The caller disconnected",
        "User disconnected before the greeting",
        "The customer disconnected during the transfer",
        "WebSocket disconnected",
        "Agent disconnected unexpectedly",
        "The line disconnected",
        "Phone disconnected",
        "Number disconnected before the agent spoke",
        "Pathway not found",
        "Invalid pathway",
        "Invalid pathway id",
        "pathway does not exist",
        "Voice not found",
        "Voice does not exist",
        "Prompt not found",
        "Knowledge base not found",
        "Knowledge base does not exist",
        "Transfer number not found",
        "Transfer failed: the number is not in service",
        "Transfer to number failed: invalid phone number",
        "Call forwarded: number disconnected",
        "Invalid transfer phone number",
        "SIP trunk not found",
        "SIP trunk disconnected",
        "SIP 404: trunk not found",
        "From number not found",
        "Invalid 'From' number",
        "Your phone number does not exist",
        "Outbound number is invalid",
        "Caller id number is not valid",
        "Twilio number not found",
        "Phone number not found in your account",
        "Phone number not found on this account",
        "Number not found for this agent",
        "Number pool does not exist",
        "Invalid number of retries",
        "Confirmation number not found",
        "call number not found",
        "Batch not found",
        "Call not found",
        "Invalid voice",
        "Invalid request",
        "Invalid API key",
        "Invalid number id",
        "Webhook URL does not exist",
        "404 Not Found",
        "HTTP 404 Not Found",
        "Resource not found",
        "user not found",
        "Tool not found",
        "Model does not exist",
        "Redirect number is invalid for this region",
        "the number is temporarily out of service",
        "The number you dialed is unreachable",
        "The number you dialed is busy",
        "upstream carrier error 503",
        "SIP 480 Temporarily Unavailable",
        "SIP 484 Address Incomplete",
        "SIP 486 Busy Here",
        "SIP 503 Service Unavailable",
        "NO_ROUTE_DESTINATION",
        "NORMAL_TEMPORARY_FAILURE",
        "service not in service",
        "The number is not in service area",
        "Phone number not found: purchase it first",
        "Tool argument: phone number is invalid",
        "Function lookup_customer: phone number not found",
        "CRM lookup: phone number not found",
        "SMS failed: invalid phone number",
        "HTTP 404: phone number not found",
        "API request failed: invalid number",
        "Dynamic data: number not found",
        "Fallback number not found",
        "Invalid account number",
        "The number is not verified",
        "Invalid agent phone number",
        "The agent's number is not in service",
        "Invalid caller phone number",
        "number of minutes exceeded, call disconnected",
        "The callee disconnected",
        "Callee not found in the conference",
        "The number cannot receive calls at this time",
        "The customer is disconnected",
        "number is blocked",
        "",
    ];

    #[test]
    fn only_a_message_about_the_called_number_is_about_it() {
        let wrong = |messages: &[&'static str], is: bool| -> Vec<&'static str> {
            messages.iter().copied().filter(|message| is_about_the_called_number(message) != is).collect()
        };
        assert_eq!(wrong(ABOUT_IT, true), [""; 0]);
        assert_eq!(wrong(ABOUT_ELSE, false), [""; 0]);
    }
}
