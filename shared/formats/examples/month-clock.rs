//! Judges or corrects the clock of a month on standard input, for `infra/import`:
//!
//! - `month-clock 1765994400000` prints what it finds, for a file that was last changed at that instant.
//! - `month-clock --move +05:00` prints the month with every time moved.
#![expect(clippy::print_stdout, reason = "the answer goes to the command that starts it")]

use chrono::DateTime;
use redial_domain::clock_shift::{ClockShift, Finding, find};
use redial_domain::settings::{Limits, Settings};
use redial_formats::month_v1::Leaf;
use serde_json::{Value, json};
use std::error::Error;
use std::io::{Read, Write};

const USAGE: &str = "usage: month-clock LAST_CHANGE_IN_MILLISECONDS, or month-clock --move SHIFT";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let month = Leaf::parse(&body).map_err(|error| format!("it is not a month: {error}"))?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--move", shift] => {
            let shift =
                ClockShift::parse(shift).ok_or("a shift is quarter hours up to 14 hours, such as +5 or -05:30")?;
            std::io::stdout().write_all(&month.moved(shift).to_bytes())?;
        }
        [written] => {
            let written = DateTime::from_timestamp_millis(written.parse()?).ok_or(USAGE)?;
            // The default is that of the original. It counts only where calls are at night.
            let policy =
                Settings::default().policy(Limits::default()).map_err(|_| "the default settings are not valid")?;
            let finding = find(&month.times(), written, &policy.business_hours);
            println!("{}", answer(&month, &finding));
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn answer(month: &Leaf, finding: &Finding) -> Value {
    match finding {
        Finding::None => json!({"finding": "none", "records": month.len()}),
        Finding::Shift(found) => json!({
            "finding": "shift",
            "records": month.len(),
            "shift": found.shift.to_string(),
            "agree": found.agree,
            "of": found.of,
            "evidence": found.evidence.to_string(),
        }),
        Finding::Unclear(doubt) => {
            json!({"finding": "unclear", "records": month.len(), "evidence": doubt.to_string()})
        }
    }
}
