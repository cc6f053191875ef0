//! The time zones in which the called person may live.

use crate::Phone;
use chrono_tz::America::{
    Adak, Anchorage, Boise, Chicago, Denver, Detroit, Los_Angeles, New_York, Phoenix, Puerto_Rico, St_Thomas,
};
use chrono_tz::Pacific::{Guam, Honolulu, Pago_Pago, Saipan};
use chrono_tz::Tz;
use std::iter::{Chain, Copied};
use std::slice::Iter;

/// Every zone of the contiguous United States.
pub const CONTIGUOUS: &[Tz] = &[New_York, Chicago, Denver, Phoenix, Los_Angeles];

/// The zones in which a person may be: those of the state, and those of the number where they are further ones. There is
/// always one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zones {
    first: &'static [Tz],
    further: &'static [Tz],
}

impl Zones {
    /// Returns the zones of a person with this state and number: all of the contiguous United States if neither says anything.
    #[must_use]
    pub fn of(state: &str, phone: Option<&Phone>) -> Self {
        Self::known(state, phone).unwrap_or(Self { first: CONTIGUOUS, further: &[] })
    }

    /// Returns the zones of a person with this state and number. `None` if neither says anything.
    ///
    /// The area code counts only if it lies far from the contiguous states. There, people keep their numbers when they move
    /// between the zones of the contiguous states, so a number says less than the state.
    #[must_use]
    pub fn known(state: &str, phone: Option<&Phone>) -> Option<Self> {
        let of_number = phone.and_then(zones_of_far_number);
        match (zones_of_state(state), of_number) {
            (Some(first), Some(further)) if first != further => Some(Self { first, further }),
            (Some(first), _) | (None, Some(first)) => Some(Self { first, further: &[] }),
            (None, None) => None,
        }
    }

    /// Returns the zone where the person most probably is.
    #[must_use]
    pub fn main(self) -> Tz {
        self.first[0]
    }

    /// Returns every zone.
    pub fn iter(self) -> Chain<Copied<Iter<'static, Tz>>, Copied<Iter<'static, Tz>>> {
        self.first.iter().copied().chain(self.further.iter().copied())
    }
}

/// The area codes of Alaska, Hawaii and the territories.
pub(crate) const FAR_AREA_CODES: [(u16, &str); 8] =
    [(808, "HI"), (907, "AK"), (671, "GU"), (670, "MP"), (684, "AS"), (787, "PR"), (939, "PR"), (340, "VI")];

/// Every state and territory, by its letters.
pub(crate) const STATES: [&str; 56] = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA",
    "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR",
    "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "PR", "VI", "GU", "MP", "AS",
];

/// Returns the zones of a number whose area code belongs to Alaska, Hawaii or a territory.
fn zones_of_far_number(phone: &Phone) -> Option<&'static [Tz]> {
    let code: u16 = phone.as_str().strip_prefix("+1")?.get(..3)?.parse().ok()?;
    zones_of_state(FAR_AREA_CODES.iter().find(|(far, _)| *far == code)?.1)
}

/// Returns every zone of a state or territory, first the one where most people live. `None` for an unknown state.
///
/// A zone in which only a few people live counts too, because a call is allowed only where the time is right in every zone.
#[must_use]
pub fn zones_of_state(state: &str) -> Option<&'static [Tz]> {
    zones_of_letters(&letters_of_state(state)?)
}

/// Returns the two letters of a state or territory. `None` for an unknown one.
/// Accepts the two letters, the ISO code (`US-HI`) or the name, in any case and with any punctuation.
#[must_use]
pub fn letters_of_state(state: &str) -> Option<String> {
    let upper = state.to_uppercase();
    let words: Vec<&str> = upper.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // "U.S. Virgin Islands", "US-HI", "United States Virgin Islands", "State of Hawaii"
    let words = match words.as_slice() {
        ["U", "S", rest @ ..] | ["US" | "USA", rest @ ..] => rest,
        ["UNITED", "STATES", rest @ ..] | ["STATE", "OF", rest @ ..] => rest,
        // "H.I.", "D.C."
        all => all,
    };
    let separator = if words.len() > 1 && words.iter().all(|word| word.len() == 1) { "" } else { " " };
    let state = words.join(separator);
    let letters = NAMES.iter().find(|(name, _)| *name == state).map_or(state.as_str(), |(_, letters)| letters);
    zones_of_letters(letters).map(|_| letters.to_owned())
}

fn zones_of_letters(letters: &str) -> Option<&'static [Tz]> {
    Some(match letters {
        "CT" | "DC" | "DE" | "GA" | "MA" | "MD" | "ME" | "NC" | "NH" | "NJ" | "NY" | "OH" | "PA" | "RI" | "SC"
        | "VA" | "VT" | "WV" => &[New_York],
        "AL" | "AR" | "IA" | "IL" | "LA" | "MN" | "MO" | "MS" | "OK" | "WI" => &[Chicago],
        "CO" | "MT" | "NM" | "UT" | "WY" => &[Denver],
        "CA" | "WA" => &[Los_Angeles],
        "FL" => &[New_York, Chicago],
        "IN" | "KY" => &[New_York, Chicago],
        "MI" => &[Detroit, Chicago],
        "TN" => &[Chicago, New_York],
        "KS" | "ND" | "NE" | "SD" | "TX" => &[Chicago, Denver],
        "AZ" => &[Phoenix, Denver],
        "ID" => &[Boise, Los_Angeles],
        "NV" => &[Los_Angeles, Denver],
        "OR" => &[Los_Angeles, Boise],
        "AK" => &[Anchorage, Adak],
        "HI" => &[Honolulu],
        "PR" => &[Puerto_Rico],
        "VI" => &[St_Thomas],
        "GU" => &[Guam],
        "MP" => &[Saipan],
        "AS" => &[Pago_Pago],
        _ => return None,
    })
}

const NAMES: &[(&str, &str)] = &[
    ("ALABAMA", "AL"),
    ("ALASKA", "AK"),
    ("ARIZONA", "AZ"),
    ("ARKANSAS", "AR"),
    ("CALIFORNIA", "CA"),
    ("COLORADO", "CO"),
    ("CONNECTICUT", "CT"),
    ("DELAWARE", "DE"),
    ("FLORIDA", "FL"),
    ("GEORGIA", "GA"),
    ("HAWAII", "HI"),
    ("IDAHO", "ID"),
    ("ILLINOIS", "IL"),
    ("INDIANA", "IN"),
    ("IOWA", "IA"),
    ("KANSAS", "KS"),
    ("KENTUCKY", "KY"),
    ("LOUISIANA", "LA"),
    ("MAINE", "ME"),
    ("MARYLAND", "MD"),
    ("MASSACHUSETTS", "MA"),
    ("MICHIGAN", "MI"),
    ("MINNESOTA", "MN"),
    ("MISSISSIPPI", "MS"),
    ("MISSOURI", "MO"),
    ("MONTANA", "MT"),
    ("NEBRASKA", "NE"),
    ("NEVADA", "NV"),
    ("NEW HAMPSHIRE", "NH"),
    ("NEW JERSEY", "NJ"),
    ("NEW MEXICO", "NM"),
    ("NEW YORK", "NY"),
    ("NORTH CAROLINA", "NC"),
    ("NORTH DAKOTA", "ND"),
    ("OHIO", "OH"),
    ("OKLAHOMA", "OK"),
    ("OREGON", "OR"),
    ("PENNSYLVANIA", "PA"),
    ("RHODE ISLAND", "RI"),
    ("SOUTH CAROLINA", "SC"),
    ("SOUTH DAKOTA", "SD"),
    ("TENNESSEE", "TN"),
    ("TEXAS", "TX"),
    ("UTAH", "UT"),
    ("VERMONT", "VT"),
    ("VIRGINIA", "VA"),
    ("WASHINGTON", "WA"),
    ("WEST VIRGINIA", "WV"),
    ("WISCONSIN", "WI"),
    ("WYOMING", "WY"),
    ("DISTRICT OF COLUMBIA", "DC"),
    ("WASHINGTON DC", "DC"),
    ("WASHINGTON D C", "DC"),
    ("PUERTO RICO", "PR"),
    ("COMMONWEALTH OF PUERTO RICO", "PR"),
    ("VIRGIN ISLANDS", "VI"),
    ("VIRGIN ISLANDS U S", "VI"),
    ("VIRGIN ISLANDS US", "VI"),
    ("GUAM", "GU"),
    ("AMERICAN SAMOA", "AS"),
    ("NORTHERN MARIANA ISLANDS", "MP"),
    ("COMMONWEALTH OF THE NORTHERN MARIANA ISLANDS", "MP"),
    ("NORTHERN MARIANAS", "MP"),
    ("CNMI", "MP"),
    ("USVI", "VI"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_zone() {
        let states = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND \
                      OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR VI GU MP AS";
        assert_eq!(states.split_whitespace().count(), 56);
        for state in states.split_whitespace() {
            assert!(zones_of_state(state).is_some_and(|zones| !zones.is_empty()), "{state}");
        }
    }

    #[test]
    fn a_state_is_two_letters_in_any_case() {
        assert_eq!(zones_of_state(" fl "), Some([New_York, Chicago].as_slice()));
        assert_eq!(zones_of_state("hawaii"), zones_of_state("HI"));
        assert!(
            NAMES
                .iter()
                .all(|(name, letters)| zones_of_state(name).is_some_and(|z| Some(z) == zones_of_state(letters)))
        );
        for state in ["US-HI", "us_hi", "H.I.", "State of Hawaii", " Hawaii "] {
            assert_eq!(zones_of_state(state), zones_of_state("HI"), "{state}");
        }
        for (name, letters) in
            [("U.S. Virgin Islands", "VI"), ("Virgin Islands, U.S.", "VI"), ("Guam", "GU"), ("American Samoa", "AS")]
        {
            assert_eq!(zones_of_state(name), zones_of_state(letters), "{name}");
        }
        assert_eq!(zones_of_state("ON"), None);
        assert_eq!(zones_of_state(""), None);
    }
}
