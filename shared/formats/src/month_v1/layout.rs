//! `redial-queue_{YYYY-MM}.month.json`.

use crate::Unreadable;
use serde::Deserialize;
use serde_json::json;

/// How a month is laid out. It is chosen when its first record is written, and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthLayout {
    /// The number of objects over which its records are spread: a power of two, at most 256.
    pub shards: u32,
}

impl MonthLayout {
    /// Reads the object.
    ///
    /// # Errors
    /// [`Unreadable`] if it is not of version 1, or its number of shards is not allowed.
    pub fn parse(body: &[u8]) -> Result<Self, Unreadable> {
        let Stored { v: 1, shards } = serde_json::from_slice(body)? else {
            return Err(Unreadable("the layout of the month has an unknown version".to_owned()));
        };
        if shards.is_power_of_two() && shards <= 256 {
            Ok(Self { shards })
        } else {
            Err(Unreadable(format!("the month has {shards} shards. A power of two up to 256 is allowed")))
        }
    }

    /// Writes the object.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        json!({"v": 1, "shards": self.shards}).to_string().into_bytes()
    }
}

/// Unknown fields are ignored. They are not lost, because a layout is written once and never changed.
#[derive(Deserialize)]
struct Stored {
    v: u32,
    shards: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(1)]
    #[case(16)]
    #[case(256)]
    fn a_layout_comes_back_as_it_was_written(#[case] shards: u32) {
        let layout = MonthLayout { shards };
        assert_eq!(MonthLayout::parse(&layout.to_bytes()), Ok(layout));
    }

    #[rstest]
    #[case("")]
    #[case("[]")]
    #[case(r#"{"v":1}"#)]
    #[case(r#"{"v":2,"shards":4}"#)]
    #[case(r#"{"v":1,"shards":0}"#)]
    #[case(r#"{"v":1,"shards":3}"#)]
    #[case(r#"{"v":1,"shards":16384}"#)]
    fn a_body_that_is_no_layout_is_unreadable(#[case] body: &str) {
        assert!(MonthLayout::parse(body.as_bytes()).is_err());
    }
}
