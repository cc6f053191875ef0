//! The time zones in which the called person may live.

use chrono_tz::America::{
    Adak, Anchorage, Boise, Chicago, Denver, Detroit, Los_Angeles, New_York, Phoenix, Puerto_Rico, St_Thomas,
};
use chrono_tz::Pacific::{Guam, Honolulu, Pago_Pago, Saipan};
use chrono_tz::Tz;

/// Every zone of the contiguous United States.
pub const CONTIGUOUS: &[Tz] = &[New_York, Chicago, Denver, Phoenix, Los_Angeles];

/// Returns every zone of a state or territory, first the one where most people live. `None` for an unknown state.
/// Accepts the two letters or the name, in any case.
///
/// A zone in which only a few people live counts too, because a call is allowed only where the time is right in every zone.
#[must_use]
pub fn zones_of_state(state: &str) -> Option<&'static [Tz]> {
    let state = state.trim().to_ascii_uppercase();
    let letters = NAMES.iter().find(|(name, _)| *name == state).map_or(state.as_str(), |(_, letters)| letters);
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
    ("PUERTO RICO", "PR"),
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
        assert_eq!(zones_of_state("ON"), None);
        assert_eq!(zones_of_state(""), None);
    }
}
