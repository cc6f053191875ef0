use super::*;
use crate::builders::at;
use chrono::{Duration, NaiveTime, Weekday};
use chrono_tz::America::New_York;
use rstest::rstest;
use std::collections::BTreeSet;

const WRITTEN: &str = "2025-12-17T18:00:00Z";

fn business() -> BusinessHours {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let days = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    BusinessHours { zone: New_York, days, start: hour(11), end: hour(20), blackout: BTreeSet::new() }
}

/// A lead that waits: called `called` minutes before the file was written, and due `interval` minutes after its call.
fn waiting(called: i64, interval: i64) -> RecordTimes {
    let called = at(WRITTEN) - Duration::minutes(called);
    RecordTimes {
        changed: Some(called),
        due: Some(called + Duration::minutes(interval)),
        calls: vec![called],
        stated: None,
    }
}

/// A lead that is done.
fn done(called: i64) -> RecordTimes {
    RecordTimes { due: None, ..waiting(called, 0) }
}

/// The same records as a server writes them whose clock needs `shift`.
fn wrong(records: Vec<RecordTimes>, shift: i64) -> Vec<RecordTimes> {
    let by = Duration::minutes(shift);
    let all = records.into_iter().map(|record| RecordTimes {
        changed: record.changed.map(|at| at - by),
        due: record.due.map(|at| at - by),
        calls: record.calls.iter().map(|at| *at - by).collect(),
        stated: record.stated,
    });
    all.collect()
}

/// A working queue: leads that were called in the last two hours, and some that are done for days.
fn queue() -> Vec<RecordTimes> {
    let busy = (1..20).map(|n| waiting(n * 6 - 5, 120));
    busy.chain((1..10).map(|days| done(days * 1440))).collect()
}

fn found(records: &[RecordTimes]) -> Option<String> {
    match find(records, at(WRITTEN), &business()) {
        Finding::Shift(found) => Some(found.shift.to_string()),
        Finding::None | Finding::Unclear(_) => None,
    }
}

#[rstest]
#[case::five_hours(300, "+05:00")]
#[case::three_ahead(-180, "-03:00")]
#[case::three(180, "+03:00")]
#[case::seven(420, "+07:00")]
#[case::seven_ahead(-420, "-07:00")]
#[case::half_an_hour(330, "+05:30")]
#[case::nepal(-345, "-05:45")]
#[case::the_most(840, "+14:00")]
fn a_server_in_another_zone_is_found(#[case] minutes: i64, #[case] shift: &str) {
    assert_eq!(found(&wrong(queue(), minutes)).as_deref(), Some(shift), "a month");
    assert_eq!(found(&wrong(vec![waiting(1, 120)], minutes)).as_deref(), Some(shift), "one lead");
    let mut with_odd = wrong(queue(), minutes);
    with_odd.push(waiting(0, 120));
    assert_eq!(found(&with_odd).as_deref(), Some(shift), "a month with a record that is right");
}

#[test]
fn a_change_may_be_as_late_as_the_file() {
    assert_eq!(found(&wrong(vec![waiting(0, 120)], 300)).as_deref(), Some("+05:00"));
}

#[rstest]
#[case::empty(vec![])]
#[case::no_times(vec![RecordTimes::default()])]
#[case::a_working_queue(queue())]
#[case::one_lead(vec![waiting(1, 120)])]
#[case::called_yesterday(vec![waiting(1440, 1380)])]
#[case::a_queue_that_rests(vec![waiting(300, 1440), waiting(420, 1440)])]
#[case::an_hour_ago(vec![waiting(60, 59)])]
#[case::all_done(vec![done(300), done(310)])]
#[case::behind_a_long_line((1..9).map(|n| waiting(n * 30, 5)).collect())]
#[case::in_the_middle_of_a_quarter(wrong(queue(), 307))]
#[case::far_away(wrong(queue(), 900))]
fn a_month_without_evidence_has_no_shift(#[case] records: Vec<RecordTimes>) {
    assert_eq!(find(&records, at(WRITTEN), &business()), Finding::None);
}

#[rstest]
#[case::ahead(wrong(vec![waiting(1, 120)], -180))]
#[case::behind(wrong(vec![waiting(1, 120)], 300))]
fn one_odd_record_does_not_make_a_shift(#[case] odd: Vec<RecordTimes>) {
    let rested: Vec<_> = (1..4).map(|days| waiting(days * 1440, 1380)).collect();
    for others in [queue(), rested] {
        assert_eq!(found(&[others, odd.clone()].concat()), None);
    }
}

#[test]
fn leads_that_wait_for_something_else_do_not_hide_a_shift() {
    let parked = |count| (1..=count).map(|days| waiting(days * 1440, 60));
    let month = |count| wrong(parked(count).chain([waiting(1, 120)]).collect(), 300);
    assert_eq!(found(&month(9)).as_deref(), Some("+05:00"));
    assert_eq!(found(&month(10)), None, "one lead does not speak for ten");
}

#[test]
fn the_finding_counts_the_records_and_names_the_evidence() {
    let Finding::Shift(one) = find(&wrong(queue(), 300), at(WRITTEN), &business()) else { panic!() };
    assert_eq!((one.evidence, one.agree, one.of), (Evidence::TimesBeforeTheFile, 19, 19));
    assert_eq!(one.shift.delta(), Duration::hours(5));
}

#[rstest]
#[case::all_agree(&[18000; 9], Some("+05:00"))]
#[case::most_agree(&[18000, 18000, 18000, 18000, 0], Some("+05:00"))]
#[case::seconds(&[18001, 17999], Some("+05:00"))]
#[case::daylight_saving(&[18000, 18000, 18000, 14400, 14400], None)]
#[case::equal(&[0, 0], None)]
#[case::no_zone(&[1234, 1234], None)]
fn texts_with_a_zone_state_the_shift(#[case] seconds: &[i64], #[case] shift: Option<&str>) {
    let stated = |seconds: &i64| RecordTimes { stated: Some(Duration::seconds(*seconds)), ..done(5000) };
    assert_eq!(found(&seconds.iter().map(stated).collect::<Vec<_>>()).as_deref(), shift);
}

#[test]
fn one_text_among_many_records_states_nothing() {
    let odd = RecordTimes { stated: Some(Duration::hours(5)), ..done(5000) };
    assert_eq!(found(&[queue(), vec![odd]].concat()), None);
}

#[test]
fn two_evidences_must_agree() {
    let stating = |hours| {
        let stated = Some(Duration::hours(hours));
        wrong(queue(), 300).into_iter().map(|record| RecordTimes { stated, ..record }).collect::<Vec<_>>()
    };
    assert_eq!(found(&stating(5)).as_deref(), Some("+05:00"));
    let [five, three] = ["+5", "+3"].map(|text| ClockShift::parse(text).unwrap());
    let doubt = Finding::Unclear(Doubt::TwoShifts(three, five));
    assert_eq!(find(&stating(3), at(WRITTEN), &business()), doubt);
}

/// A closed month of calls, one each 12 minutes between two times of the day in New York, around the change of clocks.
fn closed(from: (u32, u32), minutes: i64, shift: i64) -> Vec<RecordTimes> {
    let days = ["2025-10-31", "2025-11-01", "2025-11-02", "2025-11-03"];
    let starts = days.map(|day| {
        let day: chrono::NaiveDate = day.parse().unwrap();
        super::super::hours::instant(day.and_hms_opt(from.0, from.1, 0).unwrap(), New_York)
    });
    let calls = starts.iter().flat_map(|start| (0..=minutes / 12).map(move |n| *start + Duration::minutes(n * 12)));
    let records = calls.map(|call| RecordTimes { changed: Some(call), calls: vec![call], ..RecordTimes::default() });
    wrong(records.collect(), shift)
}

#[test]
fn the_hours_of_many_calls_find_the_shift_of_an_old_month() {
    assert_eq!(found(&closed((11, 0), 530, 300)).as_deref(), Some("+05:00"));
    assert_eq!(found(&closed((11, 0), 530, 330)).as_deref(), Some("+05:30"));
    assert_eq!(find(&closed((11, 0), 530, 0), at(WRITTEN), &business()), Finding::None);
}

#[test]
fn hours_that_several_shifts_explain_are_for_a_person() {
    let Finding::Unclear(doubt) = find(&closed((12, 0), 420, 420), at(WRITTEN), &business()) else { panic!() };
    let text = "calls are at night, and every shift from +06:00 to +07:45 explains them";
    assert_eq!(doubt.to_string(), text);
}

#[test]
fn a_shift_that_moves_calls_into_the_night_is_for_a_person() {
    // The file was copied hours after its queue was stopped, without its time.
    let calls = closed((11, 0), 530, 0).into_iter().map(|record| RecordTimes { changed: None, ..record });
    let records = calls.chain(wrong(queue(), 420)).collect::<Vec<_>>();
    let seven = ClockShift::parse("+7").unwrap();
    assert_eq!(find(&records, at(WRITTEN), &business()), Finding::Unclear(Doubt::CallsWouldBeAtNight(seven)));
}

#[rstest]
#[case("+5", Some("+05:00"))]
#[case("-7", Some("-07:00"))]
#[case("+05:30", Some("+05:30"))]
#[case("-00:45", Some("-00:45"))]
#[case("+14", Some("+14:00"))]
#[case("+14:15", None)]
#[case("+0", None)]
#[case("5", None)]
#[case("+5:3", None)]
#[case("+5:0", None)]
#[case("+5:+0", None)]
#[case("+:00", None)]
#[case("+5:", None)]
#[case("+5:10", None)]
#[case("+1:75", None)]
#[case("++5", None)]
#[case("", None)]
#[case("é5", None)]
fn a_shift_is_quarter_hours_with_a_sign(#[case] text: &str, #[case] shift: Option<&str>) {
    assert_eq!(ClockShift::parse(text).map(|shift| shift.to_string()).as_deref(), shift);
}

#[rstest]
#[case::changed_within_three_hours(180, 60, None)]
#[case::changed_three_hours_before(181, 60, Some("+05:00"))]
#[case::overdue_for_less_than_half_an_hour(301, 271, None)]
#[case::overdue_for_half_an_hour(301, 270, Some("+05:00"))]
fn a_lead_that_was_overdue_by_the_clock_of_the_queue_says_nothing(
    #[case] called: i64,
    #[case] interval: i64,
    #[case] shift: Option<&str>,
) {
    // The newest change is one minute before the file.
    let records = wrong(vec![waiting(1, 120), waiting(called, interval)], 300);
    assert_eq!(found(&records).as_deref(), shift);
}

/// A hundred records whose texts say that the server was five hours behind. So many were called in the evening, and would
/// be moved into the night.
fn stated_with_evening_calls(evening: i64) -> Vec<RecordTimes> {
    let called = |n: i64| {
        let start = if n < evening { "2025-12-10T22:00:00Z" } else { "2025-12-10T15:00:00Z" };
        at(start) + Duration::minutes(n)
    };
    let records = (0..100).map(|n| RecordTimes {
        calls: vec![called(n)],
        stated: Some(Duration::hours(5)),
        ..RecordTimes::default()
    });
    records.collect()
}

#[test]
fn a_shift_may_move_five_calls_of_a_hundred_into_the_night_and_no_more() {
    assert_eq!(found(&stated_with_evening_calls(5)).as_deref(), Some("+05:00"));
    let five = ClockShift::parse("+5").unwrap();
    let found = find(&stated_with_evening_calls(6), at(WRITTEN), &business());
    assert_eq!(found, Finding::Unclear(Doubt::CallsWouldBeAtNight(five)));
}
