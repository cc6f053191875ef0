//! The leaves of a month as one object again, in the format of the original.

use super::Leaf;
use super::printed::{BETWEEN, CLOSING, OPENING};
use bytes::{BufMut, Bytes, BytesMut};

/// The text of a month whose leaves come one after the other. It is taken in parts, so that it is never in memory as a whole.
#[derive(Debug)]
pub struct Joined {
    text: BytesMut,
    has_records: bool,
}

impl Joined {
    /// Goes on after parts with this many records and bytes. Begins the object if there are none.
    #[must_use]
    pub fn after(records: u64, bytes: u64) -> Self {
        let text = if bytes == 0 { BytesMut::from(OPENING) } else { BytesMut::new() };
        Self { text, has_records: records > 0 }
    }

    /// Adds the records of a leaf, each with its key and its bytes.
    pub fn add(&mut self, leaf: &Leaf) {
        if leaf.is_empty() {
            return;
        }
        if self.has_records {
            self.text.put_slice(BETWEEN);
        }
        self.text.put_slice(leaf.records.lines());
        self.has_records = true;
    }

    /// Ends the object.
    pub fn close(&mut self) {
        self.text.put_slice(CLOSING);
    }

    /// Returns the length of the text that was not taken yet, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Returns whether there is no text that was not taken yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes the text since the last part.
    pub fn take(&mut self) -> Bytes {
        self.text.split().freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(text: &str) -> Leaf {
        Leaf::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn leaves_become_one_object_wherever_it_is_cut_into_parts() {
        let leaves =
            ["{}", "{\n  \"a\": {\"lead_id\":  \"x\"},\n  \"b\": null\n}", "{}", "{\"c\":1.10}", "{}"].map(leaf);
        let expected = "{\n\"a\":{\"lead_id\":  \"x\"},\n\"b\":null,\n\"c\":1.10\n}\n";
        for cut in 0..=leaves.len() {
            let mut joined = Joined::after(0, 0);
            leaves[..cut].iter().for_each(|leaf| joined.add(leaf));
            let first = joined.take();
            assert!(joined.is_empty());
            let records: usize = leaves[..cut].iter().map(Leaf::len).sum();
            let lengths = (u64::try_from(records).unwrap(), u64::try_from(first.len()).unwrap());
            let mut joined = Joined::after(lengths.0, lengths.1);
            leaves[cut..].iter().for_each(|leaf| joined.add(leaf));
            joined.close();
            let text = [first, joined.take()].concat();
            assert_eq!(String::from_utf8(text).unwrap(), expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_month_without_records_is_an_empty_object() {
        let mut joined = Joined::after(0, 0);
        joined.close();
        assert_eq!(joined.len(), 5);
        assert!(leaf(std::str::from_utf8(&joined.take()).unwrap()).is_empty());
    }
}
