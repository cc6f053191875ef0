//! The plan of this crate says the same as `libphonenumber`, from which it is made.

use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Descriptor};
use proptest::prelude::*;
use redial_domain::{Phone, PhoneError};
use std::collections::BTreeMap;
use std::path::Path;

const NORTH_AMERICA: u16 = 1;

/// `UPDATE_PLAN=1` writes the file, after a new version of the crate.
#[test]
fn the_plan_is_the_one_of_the_library() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/phone/plan.txt");
    let plan = plan();
    if std::env::var_os("UPDATE_PLAN").is_some() {
        std::fs::write(&file, &plan).unwrap();
    }
    assert!(std::fs::read_to_string(&file).unwrap() == plan, "UPDATE_PLAN=1 cargo nextest run -p redial-domain plan");
}

fn plan() -> String {
    let mut countries: BTreeMap<u16, Vec<&Metadata>> = BTreeMap::new();
    for region in DATABASE.iter() {
        countries.entry(region.country_code()).or_default().push(region);
    }
    let mut plan =
        "# Made by tests/plan.rs: country code, numbers that can belong to somebody, premium numbers.\n".to_owned();
    for (code, mut regions) in countries {
        regions.sort_by_key(|region| region.id().to_owned());
        let (valid, premium) = match code {
            NORTH_AMERICA => (areas(&regions, valid), areas(&regions, premium)),
            _ => (patterns(&regions, valid), patterns(&regions, premium)),
        };
        plan.push_str(&format!("{code}\t{valid}\t{premium}\n"));
    }
    plan
}

fn valid(region: &Metadata) -> Vec<&Descriptor> {
    let all = region.descriptors();
    [
        all.fixed_line(),
        all.mobile(),
        all.toll_free(),
        all.shared_cost(),
        all.personal_number(),
        all.voip(),
        all.pager(),
        all.uan(),
        all.voicemail(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn premium(region: &Metadata) -> Vec<&Descriptor> {
    region.descriptors().premium_rate().into_iter().collect()
}

fn patterns(regions: &[&Metadata], of: fn(&Metadata) -> Vec<&Descriptor>) -> String {
    let all = regions.iter().flat_map(|region| of(region)).map(|descriptor| descriptor.national_number().as_str());
    let mut patterns: Vec<String> = Vec::new();
    for pattern in all.map(|text| text.split_whitespace().collect()).filter(|text| text != "NA") {
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    patterns.join("|")
}

/// The area codes in which some exchange exists.
fn areas(regions: &[&Metadata], of: fn(&Metadata) -> Vec<&Descriptor>) -> String {
    let all: Vec<_> = regions.iter().flat_map(|region| of(region)).collect();
    let has = |descriptor: &Descriptor, area: u32| {
        // The islands have few exchanges. An example has one of them.
        let example = descriptor.example().and_then(|number| number.get(3..)).map(str::to_owned);
        let mut ends = (2..10).map(|exchange| format!("{exchange}345678")).chain(example);
        ends.any(|end| descriptor.is_match(&format!("{area}{end}")))
    };
    let exists = |area: &u32| all.iter().any(|descriptor| has(descriptor, *area));
    (200..1000).filter(exists).map(|area| area.to_string()).collect::<Vec<_>>().join(" ")
}

/// Numbers of countries from which people call, and of any other.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "(44|52|49|33|34|91|63|57|502|503|504|809|39|61|55|51|972)[1-9][0-9]{6,10}",
        "[2-9][0-9]{7,13}",
        "1[2-9][0-8][0-9][2-9][0-9]{6}"
    ]
}

/// Every number that the library gives as an example can be called, unless it costs extra, is a filler or is too short.
#[test]
fn every_example_of_the_library_can_be_called() {
    for region in DATABASE.iter() {
        let code = region.country_code();
        for number in valid(region).into_iter().filter_map(|descriptor| descriptor.example()) {
            let text = format!("+{code}{number}");
            let ours = Phone::parse(&text);
            // The contract asks for at least 8 digits. Some islands have fewer.
            let is_known = matches!(ours, Err(PhoneError::Premium | PhoneError::Filler | PhoneError::Length(_)));
            assert!(is_known || ours.as_ref().is_ok_and(|phone| phone.as_str() == text), "{text}: {ours:?}");
        }
    }
}

proptest! {
    /// The exchanges of North America are not compared, because ours are open (`src/phone/plan.rs`).
    #[test]
    fn a_number_that_can_be_called_is_valid_in_the_library(digits in number()) {
        let text = format!("+{digits}");
        let parsed = phonenumber::parse(None, &text).ok();
        let theirs = parsed.as_ref().is_some_and(phonenumber::is_valid);
        // The library takes the first digits of some area codes for a trunk prefix and drops them, as in +7 811.
        let is_unchanged = parsed.is_some_and(|number| number.format().mode(phonenumber::Mode::E164).to_string() == text);
        let is_ours = Phone::parse(&text).is_ok_and(|phone| phone.as_str() == text);
        if is_ours && is_unchanged && !digits.starts_with('1') {
            prop_assert!(theirs, "{text}");
        }
        if theirs && digits.starts_with('1') {
            let ours = Phone::parse(&text);
            prop_assert!(!matches!(ours, Err(PhoneError::AreaCode | PhoneError::NotAssigned)), "{text}: {ours:?}");
        }
    }
}
