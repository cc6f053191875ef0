//! Reads JSON with a limit on the number of values, so that any body fits into a function's memory.

use super::add;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// The most values that are kept of one document. The call of an hour has a tenth of it.
///
/// In memory the smallest object takes eighty times its text, so a body of 6 MB could take all that a function has. Each list and
/// object may have half of what is left, so that no list takes the place of the fields behind it. Of more values the first are
/// kept, and the others are only checked.
const MOST: usize = 250_000;

/// Reads one document.
///
/// # Errors
/// If it is no JSON.
pub(super) fn read(text: &str) -> serde_json::Result<Value> {
    let left = Cell::new(MOST);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Bounded { left: &left, reserve: 0 }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads one value.
#[derive(Clone, Copy)]
struct Bounded<'a> {
    /// How many values may still be kept of the whole document.
    left: &'a Cell<usize>,
    /// How many of them are for what comes behind this value.
    reserve: usize,
}

impl Bounded<'_> {
    fn is_full(self) -> bool {
        self.left.get() <= self.reserve
    }

    /// Returns the reader of a value inside this one.
    fn inside(self) -> Self {
        Self { reserve: self.reserve.midpoint(self.left.get()), ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.left.set(self.left.get().saturating_sub(1));
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while !self.is_full() {
            match list.next_element_seed(self.inside())? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while !self.is_full() {
            match object.next_key::<String>()? {
                Some(key) => add(&mut values, key, object.next_value_seed(self.inside())?),
                None => return Ok(Value::Object(values)),
            }
        }
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_read_as_serde_json_reads_it() {
        for text in [r#"{"a": [1, -2, 0.5, 1e3, "x\u00e9", null, true, {}], "b": {"c": []}}"#, "7", "\"\"", " [ ] "] {
            assert_eq!(read(text).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
        for text in ["", "{", "[1,]", "{} {}", "{\"a\":1e999}"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn of_too_many_values_the_first_are_kept_and_the_rest_must_be_json() {
        let list = |end: &str| format!("{{\"a\": [{}0{end}, \"b\": {{\"c\": 2}}}}", "0,".repeat(MOST));
        let value = read(&list("]")).unwrap();
        assert_eq!(value["b"], json!({"c": 2}));
        assert!((MOST / 2 - 10..MOST / 2).contains(&value["a"].as_array().unwrap().len()));
        assert!(read(&list("")).is_err());
    }
}
