//! Decides whether an error message says that the called number does not exist or is out of service for good.
//!
//! Such a message suppresses the number for ever, so it must say this about the called number, as a whole phrase.
//! Everything else is a failure of the call, which is tried again: a dead number costs a few more dials, but a living number
//! that is suppressed is lost.

mod phrases;

use phrases::{
    ABOUT_ANOTHER_STEP, ADJECTIVES, ARTICLES, BEFORE, CAUSES, FILLERS, NOT_AFTER, PREDICATES, RESOURCES, SUBJECTS,
};

/// The end of a clause.
const BREAK: &str = "|";

/// Returns whether the message says that the called number does not exist or is out of service for good.
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
