use super::*;
use crate::law::{Files, Land};
use chrono_tz::America::{Chicago, Los_Angeles, New_York};
use chrono_tz::Pacific::Honolulu;
use rstest::rstest;

fn letters(text: &str) -> Jurisdiction {
    Jurisdiction::parse(text).unwrap()
}

fn postal_codes() -> PostalCodes {
    PostalCodes {
        prefixes: [
            (0, vec![letters("HI")]),
            (5, vec![letters("NY")]),
            (339, vec![letters("FL")]),
            (868, vec![letters("CA"), letters("HI")]),
        ]
        .into(),
        whole: [(33999, vec![letters("TN")])].into(),
    }
}

/// Florida with two zones, New York, California and Hawaii. 239 is in the east of Florida.
fn rules() -> Rules {
    let land = |name: &str, zones: &[Tz], contiguous| {
        (letters(name), Land { name: name.to_owned(), zones: zones.to_vec(), contiguous })
    };
    let lands = [
        land("FL", &[New_York, Chicago], true),
        land("NY", &[New_York], true),
        land("CA", &[Los_Angeles], true),
        land("HI", &[Honolulu], false),
    ];
    let areas = [(239, Area::In(letters("FL"), vec![New_York])), (416, Area::Abroad), (800, Area::Nowhere)];
    Rules::from(Files { lands: lands.into(), areas: areas.into(), postal_codes: postal_codes(), ..Files::default() })
}

fn phone(text: &str) -> Phone {
    Phone::parse(text).unwrap()
}

/// Each jurisdiction with its zones.
fn found(state: &str, number: Option<&str>, postal_code: &str) -> Place {
    let phone = number.map(phone);
    rules().place(&Evidence { state, phone: phone.as_ref(), postal_code })
}

fn within(presences: &[(&str, &[Tz])]) -> Place {
    let presence =
        |(jurisdiction, zones): &(&str, &[Tz])| Presence { jurisdiction: letters(jurisdiction), zones: zones.to_vec() };
    Place::In(presences.iter().map(presence).collect())
}

#[rstest]
#[case::its_prefix("33901", &["FL"])]
#[case::a_whole_code_before_its_prefix("33999", &["TN"])]
#[case::with_four_digits("33901-1234", &["FL"])]
#[case::with_four_digits_and_a_space("33901 1234", &["FL"])]
#[case::with_four_digits_in_one("339011234", &["FL"])]
#[case::in_spaces(" 33901 ", &["FL"])]
#[case::without_its_zeros("501", &["NY"])]
#[case::with_its_zeros("00501", &["NY"])]
#[case::of_two_states("86801", &["CA", "HI"])]
#[case::of_nobody("12345", &[])]
#[case::too_short("50", &[])]
#[case::too_long("339011", &[])]
#[case::too_long_again("3390112345", &[])]
#[case::no_code("K1A 0B1", &[])]
#[case::a_letter("3390l", &[])]
#[case::none("", &[])]
fn a_postal_code_belongs_to_its_states(#[case] code: &str, #[case] states: &[&str]) {
    let expected: Vec<_> = states.iter().map(|state| letters(state)).collect();
    assert_eq!(postal_codes().states(code), expected);
}

#[rstest]
#[case::the_number("", Some("+12395550140"), "", within(&[("FL", &[New_York])]))]
#[case::the_state("NY", None, "", within(&[("NY", &[New_York])]))]
#[case::the_postal_code("", None, "33901", within(&[("FL", &[Chicago, New_York])]))]
#[case::all_at_once("CA", Some("+12395550140"), "00501", within(&[("CA", &[Los_Angeles]), ("FL", &[New_York]), ("NY", &[New_York])]))]
#[case::the_state_beside_the_number("FL", Some("+12395550140"), "", within(&[("FL", &[Chicago, New_York])]))]
#[case::a_number_of_no_place("NY", Some("+18005550140"), "", within(&[("NY", &[New_York])]))]
#[case::another_country_of_the_plan("FL", Some("+14165550140"), "33901", Place::Outside)]
#[case::another_country("FL", Some("+442079460000"), "33901", Place::Outside)]
#[case::a_state_outside_the_contiguous_ones("HI", None, "", within(&[("HI", &[Honolulu])]))]
fn all_evidence_of_a_place_counts(
    #[case] state: &str,
    #[case] number: Option<&str>,
    #[case] postal_code: &str,
    #[case] expected: Place,
) {
    assert_eq!(found(state, number, postal_code), expected);
}

#[rstest]
#[case::nothing("", None, "")]
#[case::nothing_that_is_known("Atlantis", Some("+18005550140"), "99999")]
fn without_evidence_a_person_is_in_every_contiguous_state(
    #[case] state: &str,
    #[case] number: Option<&str>,
    #[case] postal_code: &str,
) {
    let everywhere = within(&[("CA", &[Los_Angeles]), ("FL", &[Chicago, New_York]), ("NY", &[New_York])]);
    assert_eq!(found(state, number, postal_code), everywhere);
}

#[test]
fn the_federal_rules_see_every_zone_once_and_a_state_its_own() {
    let place = within(&[("CA", &[Los_Angeles]), ("FL", &[Chicago, New_York]), ("NY", &[New_York])]);
    assert_eq!(place.zones_of(Jurisdiction::US), [Los_Angeles, Chicago, New_York]);
    assert_eq!(place.zones_of(letters("FL")), [Chicago, New_York]);
    assert!(place.zones_of(letters("HI")).is_empty());
    assert_eq!(place.zones().collect::<Vec<_>>(), [Los_Angeles, Chicago, New_York, New_York]);
    assert!(Place::Outside.zones_of(Jurisdiction::US).is_empty());
}

#[test]
fn a_place_is_bound_by_its_own_rules_and_the_federal_ones() {
    let place = within(&[("FL", &[New_York]), ("NY", &[New_York])]);
    let bound = ["US", "FL", "NY", "CA"].map(|of| place.is_bound_by(letters(of)));
    assert_eq!(bound, [true, true, true, false]);
    assert!(!Place::Outside.is_bound_by(Jurisdiction::US));
}

#[test]
fn a_place_that_is_remembered_is_that_of_the_same_evidence() {
    let rules = rules();
    for (state, number, postal_code) in [
        ("FL", "+12395550140", ""),
        ("", "+12395550140", ""),
        ("", "+18005550140", ""),
        ("", "+442079460000", ""),
        ("", "+18005550140", "00501"),
        ("NY", "+18005550140", "33901"),
    ] {
        let phone = phone(number);
        let evidence = Evidence { state, phone: Some(&phone), postal_code };
        for _ in 0..2 {
            assert_eq!(rules.known_place(&evidence).place, rules.place(&evidence), "{evidence:?}");
        }
    }
}
