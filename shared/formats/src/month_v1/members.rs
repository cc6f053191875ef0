//! The members of a JSON object that comes piece by piece, for objects that are too large to be read whole.

use super::fields::Text;
use super::printed::InOrder;
use crate::Unreadable;
use serde::de::Deserializer;
use serde_json::value::RawValue;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Finds the members of an object. What is between them is judged here, and each member by `serde_json`, so that an object is
/// readable piece by piece if and only if it is readable whole.
#[derive(Debug)]
pub(super) struct Members {
    at: At,
    /// The opening brace and the part of a member that has come so far.
    pending: Vec<u8>,
    longest: usize,
    depth: usize,
    in_text: bool,
    escaped: bool,
    is_first: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the opening brace, after so many bytes of the byte order mark.
    Start(usize),
    Member,
    End,
}

impl Members {
    /// Begins before the first byte. A member with more than `longest` bytes is an error.
    pub(super) fn new(longest: usize) -> Self {
        Self {
            at: At::Start(0),
            pending: vec![b'{'],
            longest,
            depth: 0,
            in_text: false,
            escaped: false,
            is_first: true,
        }
    }

    /// Goes on with the next bytes, and gives `each` the members that end in them, with the text of each as it is.
    pub(super) fn push(
        &mut self,
        mut bytes: &[u8],
        each: &mut impl FnMut(&str, &str, &[u8]) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        while let Some((first, after)) = bytes.split_first() {
            match self.at {
                At::Member => {
                    let Some(end) = self.end_of_member(bytes) else {
                        return self.keep(bytes);
                    };
                    let (member, rest) = bytes.split_at(end);
                    self.keep(member)?;
                    let closes = rest.first() == Some(&b'}');
                    self.finish_member(closes, each)?;
                    self.at = if closes { At::End } else { At::Member };
                    bytes = rest.get(1..).unwrap_or_default();
                    continue;
                }
                At::Start(read) if MARK.get(read) == Some(first) => self.at = At::Start(read + 1),
                At::Start(0 | 3) if *first == b'{' => self.at = At::Member,
                At::Start(0 | 3) if matches!(first, 0xfe | 0xff) => {
                    return Err(Unreadable("it is UTF-16: save it as UTF-8, since it is large".to_owned()));
                }
                // After white space there can be no mark.
                At::Start(0 | 3) if is_space(*first) => self.at = At::Start(3),
                At::Start(_) => return Err(Unreadable("it is not a JSON object".to_owned())),
                At::End if is_space(*first) => {}
                At::End => return Err(Unreadable("something follows its closing brace".to_owned())),
            }
            bytes = after;
        }
        Ok(())
    }

    /// Ends after the last byte.
    pub(super) fn finish(self) -> Result<(), Unreadable> {
        match self.at {
            At::End => Ok(()),
            At::Start(_) | At::Member => Err(Unreadable("it ends before its closing brace".to_owned())),
        }
    }

    /// Returns where the comma or brace is that ends the member.
    fn end_of_member(&mut self, bytes: &[u8]) -> Option<usize> {
        for (place, byte) in bytes.iter().enumerate() {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b',' | b'}' if self.depth == 0 => return Some(place),
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        None
    }

    fn keep(&mut self, mut bytes: &[u8]) -> Result<(), Unreadable> {
        if self.pending.len() == 1 {
            let begins = bytes.iter().position(|byte| !is_space(*byte)).unwrap_or(bytes.len());
            bytes = bytes.get(begins..).unwrap_or_default();
        }
        if self.pending.len() + bytes.len() > self.longest {
            return Err(Unreadable(format!("one of its records has more than {} bytes", self.longest)));
        }
        self.pending.extend_from_slice(bytes);
        Ok(())
    }

    fn finish_member(
        &mut self,
        closes: bool,
        each: &mut impl FnMut(&str, &str, &[u8]) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        let is_only = std::mem::take(&mut self.is_first) && closes;
        if is_only && self.pending[1..].iter().copied().all(is_space) {
            return Ok(());
        }
        self.pending.push(b'}');
        let mut json = serde_json::Deserializer::from_slice(&self.pending);
        let members: Vec<(Text<'_>, &RawValue)> = json.deserialize_map(InOrder)?;
        json.end()?;
        let [(Text(key), value)] = &*members else {
            return Err(Unreadable("a comma without a record".to_owned()));
        };
        each(key, value.get(), &self.pending[1..self.pending.len() - 1])?;
        self.pending.truncate(1);
        Ok(())
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::month_v1::Printed;
    use bytes::Bytes;
    use proptest::prelude::*;

    /// Reads a body in pieces of this length.
    fn members(body: &[u8], length: usize) -> Result<Vec<(String, String)>, Unreadable> {
        let mut members = Members::new(1000);
        let mut found = Vec::new();
        for piece in body.chunks(length.max(1)) {
            members.push(piece, &mut |key, value, _| {
                found.push((key.to_owned(), value.to_owned()));
                Ok(())
            })?;
        }
        members.finish().map(|()| found)
    }

    fn whole(body: &[u8]) -> Option<Vec<(String, String)>> {
        let printed = Printed::parse(&Bytes::copy_from_slice(body)).ok()?;
        Some(printed.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }

    #[test]
    fn every_piece_gives_the_members_of_the_whole() {
        let bodies = [
            "{}",
            " {\n} \n",
            "\u{feff}{\"a\": 1}",
            r#"{"a":{"b":[1,{"c":"},{\""}]},"d\"}": "\\", "e":null , "f" : [ ] }"#,
            r#"{"\u00e9, }":"ä,}", "2":-1.5e3}"#,
        ];
        for body in bodies {
            let expected = whole(body.as_bytes()).unwrap();
            for length in 1..=body.len() {
                assert_eq!(members(body.as_bytes(), length).unwrap(), expected, "{body} in pieces of {length}");
            }
        }
    }

    #[test]
    fn what_is_unreadable_whole_is_unreadable_in_pieces() {
        let bodies = [
            "",
            " ",
            "[]",
            "null",
            "{",
            "{\"a\":1",
            "{\"a\":1,}",
            "{,\"a\":1}",
            "{,}",
            "{\"a\":1,,\"b\":2}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1}}",
            "{\"a\":1} x",
            "{\"a\":[}",
            "{\"a\":{]}",
            "{\"a\":1]}",
            "{\"a\":1 \"b\":2}",
            "{a:1}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            " \u{feff}{}",
            "\u{feff}\u{feff}{}",
            "{\"a\":01}",
            "{\"a\":1]",
        ];
        for body in bodies {
            assert_eq!(whole(body.as_bytes()), None, "{body}");
            for length in 1..=body.len().max(1) {
                assert!(members(body.as_bytes(), length).is_err(), "{body} in pieces of {length}");
            }
        }
        assert!(members(b"\xff\xfe{\0}\0", 100).unwrap_err().0.contains("UTF-8"));
    }

    #[test]
    fn a_member_that_is_too_long_is_an_error() {
        let body = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length));
        assert!(members(body(900).as_bytes(), 7).is_ok());
        assert!(members(format!("{{ {} \"a\":1}}", " ".repeat(2000)).as_bytes(), 7).is_ok());
        assert!(members(body(1000).as_bytes(), 7).unwrap_err().0.contains("1000 bytes"));
    }

    proptest! {
        #[test]
        fn pieces_read_as_the_whole(body in r#"\{?([\[\]{}",:\\ 0a]|"[a,}]{0,2}":|1|null|\{\}){0,12}\}?"#, length in 1_usize..8) {
            let (pieces, whole) = (members(body.as_bytes(), length).ok(), whole(body.as_bytes()));
            prop_assert_eq!(pieces.is_some(), whole.is_some());
            // Equal keys are left to the reader of the members.
            if let (Some(pieces), Some(whole)) = (pieces, whole)
                && pieces.len() == whole.len()
            {
                prop_assert_eq!(pieces, whole);
            }
        }
    }
}
