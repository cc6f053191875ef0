//! The lines have the format of CloudWatch's specification.

use super::*;

fn rendered(readings: &[Reading]) -> Vec<Value> {
    let lines = lines(readings, "stack-processor", DateTime::from_timestamp_millis(1_766_000_000_000).unwrap());
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Checks what the specification requires of a line.
#[track_caller]
fn check(line: &Value) {
    assert_eq!(line["_aws"]["Timestamp"], 1_766_000_000_000_u64);
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    assert!(!directives.is_empty());
    for directive in directives {
        let namespace = directive["Namespace"].as_str().unwrap();
        assert!((1..=1024).contains(&namespace.len()));
        for set in directive["Dimensions"].as_array().unwrap() {
            let set = set.as_array().unwrap();
            assert!((1..=30).contains(&set.len()));
            for dimension in set {
                let value = line[dimension.as_str().unwrap()].as_str().unwrap();
                assert!((1..=1024).contains(&value.len()), "{dimension}");
            }
        }
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!((1..=100).contains(&metrics.len()));
        for metric in metrics {
            assert!(["Count", "Seconds", "Milliseconds"].contains(&metric["Unit"].as_str().unwrap()));
            match &line[metric["Name"].as_str().unwrap()] {
                Value::Number(_) => {}
                Value::Array(values) => {
                    assert!(values.len() <= 100 && values.iter().all(Value::is_number), "{metric}");
                }
                other => panic!("{metric} is {other}"),
            }
        }
    }
}

#[test]
fn every_metric_has_the_format_of_the_specification() {
    let readings: Vec<_> = Metric::ALL
        .iter()
        .map(|metric| match metric.dimension() {
            Some(_) => metric.one("WORD"),
            None => metric.of(7_u8),
        })
        .collect();
    let lines = rendered(&readings);
    assert_eq!(lines.len(), 1, "one line for one run or webhook");
    check(&lines[0]);
    for metric in Metric::ALL {
        assert!(lines[0][metric.name()].is_number(), "{}", metric.name());
    }
}

#[test]
fn counts_are_added_up_and_every_time_is_kept() {
    let line = &rendered(&[
        Metric::LineWrites.of(1_u8),
        Metric::LineWrites.of(1_u8),
        Metric::DialLatency.of(40_u8),
        Metric::DialLatency.of(50_u8),
    ])[0];
    check(line);
    assert_eq!((&line["LineWrites"], &line["DialLatency"]), (&json!(2), &json!([40, 50])));
}

#[test]
fn a_metric_with_a_dimension_is_also_counted_without_it() {
    let line = &rendered(&[Metric::Runs.of(1_u8), Metric::Results.one("SALE")])[0];
    check(line);
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    assert_eq!(directives[0]["Dimensions"], json!([["FunctionName"]]));
    assert_eq!(directives[1]["Dimensions"], json!([["FunctionName"], ["FunctionName", "Outcome"]]));
    assert_eq!((&line["FunctionName"], &line["Outcome"]), (&json!("stack-processor"), &json!("SALE")));
}

#[test]
fn values_that_exceed_one_line_go_into_the_next() {
    let mut readings: Vec<_> = (0..250_u32).map(|value| Metric::DialLatency.of(value)).collect();
    readings.extend([Metric::Results.one("SALE"), Metric::Results.one("BUSY")]);
    let lines = rendered(&readings);
    assert_eq!(lines.len(), 3);
    lines.iter().for_each(check);
    let latencies: usize = lines.iter().filter_map(|line| line["DialLatency"].as_array()).map(Vec::len).sum();
    let outcomes: Vec<_> = lines.iter().filter_map(|line| line["Outcome"].as_str()).collect();
    assert_eq!((latencies, outcomes), (250, vec!["BUSY", "SALE"]));
}

#[test]
fn no_readings_make_no_line() {
    assert_eq!(rendered(&[]), Vec::<Value>::new());
}
