//! The federal hours alone, without any file: what a policy has until a deployment gives it every rule.

use super::{Area, AreaCodes, Clock, Demand, Files, Hours, Jurisdiction, Land, PostalCodes, Rule, Rules, Window};
use crate::zones::{FAR_AREA_CODES, STATES, zones_of_state};
use chrono::NaiveTime;
use std::sync::{Arc, LazyLock};

static FEDERAL: LazyLock<Arc<Rules>> = LazyLock::new(|| Arc::new(federal()));

impl Rules {
    /// Returns the federal hours, 8:00 to 21:00 where the person is: 47 CFR 64.1200(c)(1).
    #[must_use]
    pub fn federal() -> Arc<Self> {
        Arc::clone(&FEDERAL)
    }
}

fn federal() -> Rules {
    let land = |letters: &&str| {
        let zones = zones_of_state(letters).unwrap_or_default().to_vec();
        let contiguous = !["AK", "HI", "PR", "VI", "GU", "MP", "AS"].contains(letters);
        Some((Jurisdiction::parse(letters)?, Land { name: (*letters).to_owned(), zones, contiguous }))
    };
    let area = |(code, state): &(u16, &str)| {
        Some((*code, Area::In(Jurisdiction::parse(state)?, zones_of_state(state)?.to_vec())))
    };
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let window = Window { start: hour(8), end: hour(21) };
    let hours = Hours { clock: Clock::Zones, days: std::array::from_fn(|_| vec![window]), holidays: None };
    Rules::from(Files {
        version: "federal".to_owned(),
        digest: String::new(),
        lands: STATES.iter().filter_map(land).collect(),
        rules: vec![Rule {
            id: "US-hours".into(),
            jurisdiction: Jurisdiction::US,
            demand: Demand::Hours(hours),
            from: None,
            to: None,
            citation: "47 CFR 64.1200(c)(1); 16 CFR 310.4(c)".to_owned(),
            confidence: "secondary".to_owned(),
            note: String::new(),
        }],
        suspensions: Vec::new(),
        areas: FAR_AREA_CODES.iter().filter_map(area).collect::<AreaCodes>(),
        postal_codes: PostalCodes::default(),
    })
}
