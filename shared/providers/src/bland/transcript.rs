//! What the person said. The agent's words do not count, because it offers not to call again.

use crate::lenient::Object;

/// Returns the person's turns, from each place where Bland writes them. Any may be empty, and a refusal may be in the corrected
/// transcript only.
pub(super) fn user_said(payload: Object<'_>) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for turn in payload.list("transcripts").iter().map(Object::of) {
        if turn.word("user") == "user" {
            said.extend(turn.text("text"));
        }
    }
    said.extend(user_lines(&payload.text("concatenated_transcript").unwrap_or_default()));
    said.extend(corrected_by_user(payload));
    said
}

/// Returns the person's turns of the corrected transcript, from each of its lists. Bland names the speaker `speaker_label`, and
/// `user` in the older list. A turn whose speaker is only a number may be the agent's, so it does not count.
fn corrected_by_user(payload: Object<'_>) -> Vec<String> {
    let corrected = payload.object("corrected_transcript");
    let turns = ["corrected", "aligned", "original"].into_iter().flat_map(|list| corrected.list(list)).map(Object::of);
    let by_user = |turn: &Object<'_>| ["speaker_label", "user", "speaker"].iter().any(|name| turn.word(name) == "user");
    turns.filter(by_user).filter_map(|turn| turn.text("text")).collect()
}

// Only these names end a turn. Any other text before a colon is part of what somebody says.
const SPEAKERS: [&str; 7] = ["user", "assistant", "agent", "agent-action", "robot", "system", "tool"];

/// Returns the turns of `user:`. A line that names no speaker continues the turn before it, because a turn may have line breaks
/// and colons of its own.
fn user_lines(transcript: &str) -> Vec<String> {
    let mut turns: Vec<String> = Vec::new();
    let mut is_user = false;
    for line in transcript.lines() {
        // A colon may also be in what is said, so the part before it counts only if it is a speaker.
        let (speaker, said) = line.split_once(':').unwrap_or(("", line));
        let speaker = speaker.trim().to_lowercase();
        if SPEAKERS.contains(&speaker.as_str()) {
            is_user = speaker == "user";
            if is_user {
                turns.push(said.trim().to_owned());
            }
        } else if let Some(turn) = turns.last_mut().filter(|_| is_user) {
            turn.push(' ');
            turn.push_str(line.trim());
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_persons_turns_are_taken() {
        let transcript = " assistant: Shall we stop calling? \n user: No: call me \n later. \nassistant: Fine.\nBye.";
        assert_eq!(user_lines(transcript), ["No: call me later."]);
    }

    #[test]
    fn every_place_is_read() {
        let body = json!({
            "transcripts": [{"user": "User", "text": "a"}, {"user": "assistant", "text": "b"}, null, {"user": "user"}],
            "concatenated_transcript": "user: c",
            "corrected_transcript": {"corrected": [{"speaker_label": "user", "text": "d"}]},
        });
        assert_eq!(user_said(Object::of(&body)), ["a", "c", "d"]);
    }
}
