//! Which day it is.

use crate::people::{Person, month_back, now};
use crate::stack::Stack;
use crate::store::{SCRATCH, waiting};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::{Pacific, Tz};
use serde_json::{Value, json};

/// The processes know UTC only.
#[tokio::test]
async fn today_is_a_day_of_the_business_zone() {
    let stack = Stack::alone().await;
    let (zone, midnight) = where_the_date_is_another();
    let [ana, ben] = [1, 2].map(|n| Person::new(308, n));
    let created = [(&ana, midnight + TimeDelta::minutes(1)), (&ben, midnight - TimeDelta::minutes(1))];
    let records = created.map(|(person, created)| (person.key(), waiting(person, created)));
    stack.upload(month_back(SCRATCH), Value::Object(records.into_iter().collect()).to_string()).await;
    stack.configure(&json!({"business_timezone": zone.name(), "lead_window": "today"})).await;
    assert_eq!(stack.closed_gates(&ana).await, Vec::<String>::new(), "{zone}");
    assert_eq!(stack.closed_gates(&ben).await, ["lead_window"], "{zone}");
    stack.runs_well().await;
    stack.only_request(&ana).await;
    stack.was_dialed(&ben, 0).await;
}

/// A zone with another date than UTC, and when its day began. One of the two it is at any hour.
fn where_the_date_is_another() -> (Tz, DateTime<Utc>) {
    let midnight = |zone: Tz| {
        let today = now().with_timezone(&zone).date_naive();
        today.and_time(NaiveTime::MIN).and_local_timezone(zone).unwrap().to_utc()
    };
    let zones = [Pacific::Kiritimati, Pacific::Pago_Pago].map(|zone| (zone, midnight(zone)));
    let differs = |zone: &Tz| now().with_timezone(zone).date_naive() != now().date_naive();
    // Not within the minutes after a midnight, when nobody can have been created today a minute after it.
    let fits = |(zone, midnight): &(Tz, DateTime<Utc>)| differs(zone) && *midnight + TimeDelta::minutes(2) < now();
    zones.into_iter().find(fits).expect("between 10 and 11 hours UTC both differ")
}
