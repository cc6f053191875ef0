//! Which outcome a Bland call had: ordered rules, the first that matches wins (`PROVIDERS.md` §1.4 has their origin).

use super::Outcome;

/// What the rules look at. Words are lower-case, trimmed, with `_` and `-` as in the payload.
#[derive(Clone, Default)]
pub struct Evidence {
    /// What the person said, one text for each turn.
    pub user_said: Vec<String>,
    /// `disposition_tag`.
    pub disposition: String,
    /// The names of `pathway_tags`.
    pub tags: Vec<String>,
    /// `error_message`.
    pub error_message: String,
    /// `answered_by`.
    pub answered_by: String,
    /// `status`.
    pub status: String,
    /// Length of the call in seconds; `None` when the payload does not tell.
    pub seconds: Option<f64>,
    /// A human agent was really connected: `warm_transfer_call.state` is `MERGED`.
    pub merged: bool,
    /// `transferred_to` names a number.
    pub transferred_to: bool,
    /// `variables.callback_requested` is true, or a callback time is given.
    pub callback: bool,
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evidence")
            .field("status", &self.status)
            .field("answered_by", &self.answered_by)
            .finish_non_exhaustive()
    }
}

/// What proves a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferRule {
    /// Only a merged warm transfer.
    Merged,
    /// Also a `transferred_to`, for accounts with cold transfers.
    TransferredTo,
}

/// The outcome of a call and the name of the rule that said so.
#[must_use]
pub fn judge(evidence: &Evidence, transfer: TransferRule) -> (Outcome, &'static str) {
    RULES
        .iter()
        .find(|rule| (rule.matches)(evidence, transfer))
        .map_or((Outcome::CONFUSED, "confused"), |rule| (rule.outcome.clone(), rule.name))
}

struct Rule {
    name: &'static str,
    outcome: Outcome,
    matches: fn(&Evidence, TransferRule) -> bool,
}

const RULES: &[Rule] = &[
    Rule { name: "do_not_call", outcome: Outcome::DNC, matches: |e, _| asks_not_to_be_called(e) },
    Rule {
        name: "permanent_failure",
        outcome: Outcome::BAD_NUMBER,
        matches: |e, _| contains_any(&e.error_message, PERMANENT_FAILURES),
    },
    Rule {
        name: "voicemail",
        outcome: Outcome::VOICEMAIL,
        matches: |e, _| {
            ["voicemail", "machine", "answering_machine"].contains(&e.answered_by.as_str())
                || tagged(e, &["voicemail", "answering machine"])
        },
    },
    Rule {
        name: "no_answer",
        outcome: Outcome::NO_ANSWER,
        matches: |e, _| {
            ["no-answer", "no_answer", "no answer"].contains(&e.answered_by.as_str()) || e.status == "no-answer"
        },
    },
    Rule { name: "busy", outcome: Outcome::BUSY, matches: |e, _| e.answered_by == "busy" || e.status == "busy" },
    Rule {
        name: "failed",
        outcome: Outcome::FAILED,
        matches: |e, _| e.status == "failed" || e.status == "canceled" || !e.error_message.is_empty(),
    },
    Rule {
        name: "not_picked_up",
        outcome: Outcome::NO_ANSWER,
        matches: |e, _| {
            let nobody = e.answered_by.is_empty() || e.answered_by == "unknown";
            nobody && e.seconds.is_some_and(|seconds| seconds < 5.0) && !e.merged && !e.transferred_to
        },
    },
    Rule {
        name: "sale",
        outcome: Outcome::SALE,
        matches: |e, _| {
            let sold = |word: &str| word == "sale" || word == "sold";
            sold(&e.disposition) || e.tags.iter().any(|tag| sold(tag))
        },
    },
    Rule {
        name: "transferred",
        outcome: Outcome::TRANSFERRED,
        matches: |e, transfer| e.merged || (transfer == TransferRule::TransferredTo && e.transferred_to),
    },
    Rule {
        name: "callback",
        outcome: Outcome::CALLBACK,
        matches: |e, _| e.callback || tagged(e, &["callback", "call back"]),
    },
    Rule {
        name: "not_interested",
        outcome: Outcome::NOT_INTERESTED,
        matches: |e, _| tagged(e, &["not interested", "not_interested", "decline"]),
    },
];

const PERMANENT_FAILURES: &[&str] =
    &["not found", "not in service", "disconnected", "invalid number", "unallocated", "does not exist"];

const REFUSALS: &[&str] = &[
    "do not call",
    "don't call",
    "dont call",
    "stop calling",
    "take me off",
    "remove me from list",
    "remove me from the list",
    "remove me from your list",
];

fn asks_not_to_be_called(evidence: &Evidence) -> bool {
    let labels = evidence.tags.iter().chain([&evidence.disposition]);
    labels.clone().any(|label| plain_words(label) == "dnc")
        || evidence.user_said.iter().chain(labels).any(|text| contains_any(&plain_words(text), REFUSALS))
}

/// Lower case, straight apostrophes, and single spaces instead of every other separator.
fn plain_words(text: &str) -> String {
    let straight = text.to_lowercase().replace(['\u{2019}', '\u{2018}', '`'], "'");
    let words = straight.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn tagged(evidence: &Evidence, parts: &[&str]) -> bool {
    evidence.tags.iter().any(|tag| contains_any(tag, parts))
}

fn contains_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn human() -> Evidence {
        Evidence {
            status: "completed".into(),
            answered_by: "human".into(),
            seconds: Some(115.0),
            ..Evidence::default()
        }
    }

    #[track_caller]
    fn check(evidence: &Evidence, outcome: &Outcome, rule: &str) {
        assert_eq!(judge(evidence, TransferRule::Merged), (outcome.clone(), rule), "{evidence:?}");
    }

    #[rstest]
    #[case("Please do not call me again")]
    #[case("DON\u{2019}T CALL this number")]
    #[case("would you stop   calling, please")]
    #[case("take me off")]
    #[case("remove me from your list")]
    #[case("Remove me from the list!")]
    fn a_person_who_asks_not_to_be_called_is_heard(#[case] words: &str) {
        check(&Evidence { user_said: vec![words.into()], ..human() }, &Outcome::DNC, "do_not_call");
    }

    #[rstest]
    #[case("do_not_call")]
    #[case("dnc")]
    #[case("do-not-call requested")]
    fn a_label_that_says_do_not_call_is_heard(#[case] label: &str) {
        check(&Evidence { disposition: label.into(), ..human() }, &Outcome::DNC, "do_not_call");
        check(&Evidence { tags: vec![label.into()], ..human() }, &Outcome::DNC, "do_not_call");
    }

    #[test]
    fn do_not_call_comes_before_everything_else() {
        let evidence =
            Evidence { user_said: vec!["stop calling".into()], merged: true, error_message: "x".into(), ..human() };
        check(&evidence, &Outcome::DNC, "do_not_call");
    }

    #[rstest]
    #[case("the number you dialed is not in service", Outcome::BAD_NUMBER, "permanent_failure")]
    #[case("unallocated number", Outcome::BAD_NUMBER, "permanent_failure")]
    #[case("upstream carrier error 503", Outcome::FAILED, "failed")]
    fn an_error_is_permanent_or_not(#[case] message: &str, #[case] outcome: Outcome, #[case] rule: &str) {
        check(&Evidence { error_message: message.into(), ..human() }, &outcome, rule);
    }

    #[rstest]
    #[case("", Some(4.9), Outcome::NO_ANSWER, "not_picked_up")]
    #[case("unknown", Some(0.0), Outcome::NO_ANSWER, "not_picked_up")]
    #[case("", Some(5.0), Outcome::CONFUSED, "confused")]
    #[case("", Some(246.0), Outcome::CONFUSED, "confused")]
    #[case("", None, Outcome::CONFUSED, "confused")]
    #[case("human", Some(1.0), Outcome::CONFUSED, "confused")]
    fn a_short_call_that_nobody_took_was_not_picked_up(
        #[case] answered_by: &str,
        #[case] seconds: Option<f64>,
        #[case] outcome: Outcome,
        #[case] rule: &str,
    ) {
        check(&Evidence { answered_by: answered_by.into(), seconds, ..human() }, &outcome, rule);
    }

    #[test]
    fn a_cold_transfer_counts_only_where_it_is_configured() {
        let cold = Evidence { transferred_to: true, disposition: "transferred".into(), ..human() };
        check(&cold, &Outcome::CONFUSED, "confused");
        assert_eq!(judge(&cold, TransferRule::TransferredTo), (Outcome::TRANSFERRED, "transferred"));
    }

    #[rstest]
    #[case("sale", Outcome::SALE)]
    #[case("sold", Outcome::SALE)]
    #[case("no_sale", Outcome::CONFUSED)]
    #[case("sales call", Outcome::CONFUSED)]
    fn a_sale_is_the_whole_word(#[case] disposition: &str, #[case] outcome: Outcome) {
        assert_eq!(judge(&Evidence { disposition: disposition.into(), ..human() }, TransferRule::Merged).0, outcome);
    }
}
