//! Where people live.

use super::case;
use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use redial_domain::zones::Zones;
use redial_domain::{CallingHours, Phone};

/// A number that is called at two in the night, at six in the morning and at noon, on the clock of its place.
#[test]
fn a_person_is_called_on_the_clock_of_state_and_number() {
    for file in ["51-territories-by-name.txt", "52-no-state-far-area-code.txt"] {
        for line in case(file).lines() {
            let [state, number, zone] = line.split('|').collect::<Vec<_>>().try_into().unwrap();
            let (phone, zone): (_, Tz) = (Phone::parse(number).unwrap(), zone.parse().unwrap());
            let zones = Zones::of(state, Some(&phone));
            let at = |hour| -> DateTime<Utc> { zone.with_ymd_and_hms(2026, 11, 27, hour, 0, 0).unwrap().to_utc() };
            assert!([2, 6, 22].iter().all(|hour| !CallingHours::FEDERAL.is_open(zones, at(*hour))), "{line}");
            assert!(CallingHours::FEDERAL.is_open(zones, at(12)), "{line}");
        }
    }
}
