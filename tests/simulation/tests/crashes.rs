//! The crash matrix: each use case killed at each of its awaits.

use redial_simulation::{FATES, SCENARIOS, crash};

#[test]
fn nothing_is_lost_or_doubled_wherever_a_use_case_dies() {
    for scenario in SCENARIOS {
        let mut awaits = 0;
        for in_flight in FATES {
            for at in 1.. {
                let crashed = crash(scenario, at, in_flight);
                assert_eq!(
                    crashed.violation, None,
                    "{}\n{}: killed at await {at}, {in_flight:?}",
                    crashed.text, scenario.name
                );
                if crashed.survived {
                    awaits = at - 1;
                    break;
                }
            }
        }
        assert!(awaits >= 2, "{} was hardly killed anywhere", scenario.name);
        println!("{}: {awaits} awaits", scenario.name);
    }
}
