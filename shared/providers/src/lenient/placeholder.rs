//! Placeholders of templates that were not filled.

/// Words that languages write for a value that is not there.
const NOTHING: [&str; 11] =
    ["undefined", "null", "(null)", "nil", "none", "nan", "[object object]", "n/a", "#n/a", "\\n", "<nil>"];

/// The most bytes of a placeholder.
const LONGEST: usize = 1000;

/// Returns whether the text of a field is a placeholder, such as `{{lead_id}}`, `undefined`, or the name of the field itself.
///
/// Without this every lead of such a campaign would be one lead. An id in one pair of braces or brackets may be a UUID, so its
/// inside must look like the name of a field.
pub(crate) fn is_placeholder(text: &str, field: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = text.trim().to_lowercase().replace("%7b", "{").replace("%7d", "}");
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    NOTHING.contains(&text.as_str())
        || !text.chars().any(char::is_alphanumeric)
        || letters(&text) == letters(field)
        || ["{{", "${", "#{", "{%", "<%", "%%", "[[", "--a--"].iter().any(|mark| text.contains(mark))
        || wrapped(&text).is_some_and(is_name)
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
            "$5",
        ] {
            assert!(!is_placeholder(text, "lead_id"), "{text}");
        }
        assert!(!is_placeholder("Na", "first_name") && is_placeholder("first_name", "first_name"));
    }
}
