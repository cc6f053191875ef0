//! Outside business hours nobody is dialed, and every result is recorded.

use crate::people::{Person, ended, month_back, now};
use crate::stack::Stack;
use crate::store::{SCRATCH, waiting};
use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Utc};
use chrono_tz::America::New_York;
use chrono_tz::{Pacific, Tz};
use serde_json::{Value, json};

#[tokio::test]
async fn outside_business_hours_nobody_is_dialed_and_results_are_recorded() {
    let stack = Stack::alone().await;
    let ana = Person::new(224, 1);
    stack.takes(&ended(&ana, "busy")).await;
    stack.make_due(&[&ana]).await;
    let today = now().with_timezone(&New_York).date_naive();
    // Also yesterday and tomorrow: the day may turn while the story is told.
    let days = || (-1..=1).map(|days| today + TimeDelta::days(days));
    let blackout: Vec<String> = days().map(|day| day.to_string()).collect();
    let all = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let closed: Vec<String> = days().map(|day| day.weekday().to_string().to_lowercase()).collect();
    let other_days: Vec<&str> = all.into_iter().filter(|day| !closed.iter().any(|closed| closed == day)).collect();
    // Only the gate in question can be what closes the day.
    for rule in [json!({"blackout_dates": blackout}), json!({"blackout_dates": [], "business_days": other_days})] {
        let mut rule = rule;
        rule["ignore_calling_hours"] = json!(false);
        rule["business_hours"] = json!("00:00-23:59");
        stack.configure(&rule).await;
        let summary = stack.run().await;
        assert_eq!((&summary["stopped_by"], &summary["calls_made"]), (&json!("outside_business_hours"), &json!(0)));
        let closed = stack.closed_gates(&ana).await;
        assert!(closed.contains(&"business_hours".to_owned()), "{closed:?}");
        let status = stack.get("/status").await;
        assert_eq!(status["status"]["business_hours_open"], false);
        assert_eq!((&status["stats"]["ready_to_dial"], &status["status"]["warning"]), (&json!(0), &Value::Null));
    }
    stack.takes(&ended(&ana, "no_answer")).await;
    assert_eq!(stack.record(&ana).await["attempts"], 2);
    stack.was_dialed(&ana, 0).await;

    stack.configure(&json!({"ignore_calling_hours": true})).await;
    stack.make_due(&[&ana]).await;
    stack.runs_well().await;
    stack.only_request(&ana).await;
    stack.counted(&ana, 3).await;
}

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
