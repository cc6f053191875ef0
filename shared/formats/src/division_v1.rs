//! A division of a large object that was begun: what a later run needs to go on.

use crate::Unreadable;
use crate::month_v1::Split;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A division that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// The version of the object that is divided.
    pub of: String,
    /// The marker that will take its place.
    pub split: Split,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    v: u32,
    of: String,
    id: String,
    children: u32,
}

/// Writes a division.
#[must_use]
pub fn to_bytes(division: &Division) -> Bytes {
    let Division { of, split } = division;
    let stored = Stored { v: 1, of: of.clone(), id: split.id().to_owned(), children: split.children() };
    serde_json::to_vec(&stored).unwrap_or_default().into()
}

/// Reads a division.
///
/// # Errors
/// [`Unreadable`] if it is none of this format. Then it is begun anew.
pub fn parse(body: &[u8]) -> Result<Division, Unreadable> {
    let Stored { v, of, id, children } = serde_json::from_slice(body)?;
    if v != 1 {
        return Err(Unreadable(format!("its version is {v}, not 1")));
    }
    Ok(Division { of, split: Split::new(&id, children)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_is_read_as_it_was_written() {
        let division = Division { of: "\"etag\"".to_owned(), split: Split::new("a-1", 4096).unwrap() };
        let written = to_bytes(&division);
        assert_eq!(parse(&written).unwrap(), division);
        assert_eq!(written, r#"{"v":1,"of":"\"etag\"","id":"a-1","children":4096}"#);
        for other in ["", "{}", r#"{"v":2,"of":"","id":"a","children":2}"#, r#"{"v":1,"of":"","id":"a","children":3}"#]
        {
            assert!(parse(other.as_bytes()).is_err(), "{other}");
        }
    }
}
