//! Recognizes placeholders of templates that were not filled.

/// Words that languages write for a value that is not there.
const NOTHING: [&str; 11] =
    ["undefined", "null", "(null)", "nil", "none", "nan", "[object object]", "n/a", "#n/a", "\\n", "<nil>"];

/// The most bytes of a placeholder.
const LONGEST: usize = 1000;

/// The same in the place of an id. A person may have such a name.
const NO_ID: [&str; 6] = ["na", "n.a", "n.a.", "unknown", "empty", "missing"];

/// Words around the name of a field in an example that was copied: `YOUR_LEAD_ID_HERE`.
const EXAMPLE: [&str; 10] =
    ["your", "my", "the", "insert", "enter", "replace", "here", "value", "placeholder", "example"];

/// Signs that have a code in a URL or in HTML.
const CODES: [(&str, &str); 10] = [
    ("%7b", "{"),
    ("%7d", "}"),
    ("%24", "$"),
    ("%3c", "<"),
    ("%3e", ">"),
    ("%5b", "["),
    ("%5d", "]"),
    ("%25", "%"),
    ("&lt;", "<"),
    ("&gt;", ">"),
];

/// Returns whether the text of a field is a placeholder, such as `{{lead_id}}`, `undefined`, or the name of the field itself.
///
/// Without this every lead of such a campaign would be one lead. An id in one pair of braces or brackets may be a UUID, so its
/// inside must look like the name of a field.
pub(crate) fn is_placeholder(text: &str, field: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = CODES.iter().fold(text.trim().to_lowercase(), |text, (code, sign)| text.replace(code, sign));
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    NOTHING.contains(&text.as_str())
        || !text.chars().any(char::is_alphanumeric)
        || letters(&text) == letters(field)
        || is_example(&text, &letters(field))
        || (field.ends_with("id") && is_no_id(&text))
        // What a spreadsheet writes for a formula that failed.
        || (text.starts_with('#') && text.ends_with(['!', '?']))
        || text.starts_with("%(")
        || ["%s", "%d", "%i"].contains(&text.as_str())
        || ["{{", "${", "#{", "{%", "<%", "%%", "[[", "--a--"].iter().any(|mark| text.contains(mark))
        || wrapped(&text).is_some_and(is_name)
}

/// Returns whether a text is the name of the field, with the words of an example around it.
fn is_example(text: &str, field: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !EXAMPLE.contains(word)).collect::<String>() == field
}

/// Returns whether an id is made of values that were not there, such as `null-null` and `lead-undefined`, or only of zeros as
/// long as a UUID.
fn is_no_id(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    NO_ID.contains(&text)
        || words.contains(&"undefined")
        || words.last() == Some(&"null")
        || words.iter().all(|word| NOTHING.contains(word))
        || (text.len() >= 32 && words.iter().all(|word| word.bytes().all(|byte| byte == b'0')))
}

/// Returns what is between the marks of a template.
fn wrapped(text: &str) -> Option<&str> {
    let pairs = [("{", "}"), ("<", ">"), ("[", "]"), ("%", "%"), ("__", "__"), ("*|", "|*"), ("$", "")];
    pairs.iter().find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
}

/// Returns whether a text looks like the name of a field: `lead_id`, `lead.id`, `lead id`. A hexadecimal id is none.
fn is_name(text: &str) -> bool {
    let text = text.trim();
    let is_hexadecimal = text.len() >= 8 && text.chars().all(|c| c.is_ascii_hexdigit());
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || "_. ".contains(c))
        && !is_hexadecimal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_was_not_filled_is_a_placeholder() {
        for text in [
            "{{lead_id}}",
            "{{ contact.id }}",
            "${lead_id}",
            "undefined",
            "null",
            "None",
            "NaN",
            "[object Object]",
            "--A--lead_id--B--",
            "<lead_id>",
            "%lead_id%",
            "lead_id",
            "LEAD ID",
            "leadId",
            "n/a",
            "-",
            "--",
            "{lead_id}",
            "[lead_id]",
            "$lead_id",
            "%7B%7Blead_id%7D%7D",
            "lead-{{lead_id}}",
            "{{lead_id",
            "*|LEAD_ID|*",
            "__lead_id__",
            "YOUR_LEAD_ID",
            "your-lead-id-here",
            "<insert your lead id here>",
            "n.a.",
            "NA",
            "unknown",
            "#REF!",
            "#NAME?",
            "%s",
            "%(lead_id)s",
            "&lt;lead_id&gt;",
            "%24%7Blead_id%7D",
            "%25lead_id%25",
            "%3Clead_id%3E",
            "%5Blead_id%5D",
            "null-null",
            "undefined undefined",
            "lead-undefined",
            "undefined_1",
            "lead_null",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(is_placeholder(text, "lead_id"), "{text}");
        }
    }

    #[test]
    fn an_id_is_no_placeholder() {
        for text in [
            "1",
            "case-01",
            "{6F9619FF-8B86-D011-B42D-00C04FC964FF}",
            "{a9619ff8b86d011b42d00c04fc964ff}",
            "lead_id_7",
            "nullable",
            "<7>",
            "a:b",
            "Nana",
            "100%",
            "none-7",
            "null-7",
            "0",
            "0000",
            "id-unknown-7",
            "yourlead7",
            "#7",
            "$5",
        ] {
            assert!(!is_placeholder(text, "lead_id"), "{text}");
        }
        assert!(!is_placeholder("Unknown", "status"));
        assert!(!is_placeholder("Na", "first_name") && is_placeholder("first_name", "first_name"));
    }
}
