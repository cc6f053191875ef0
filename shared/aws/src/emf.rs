//! Renders readings in CloudWatch's Embedded Metric Format: JSON log lines from which CloudWatch makes metrics.

use chrono::{DateTime, Utc};
use redial_queue::ports::{Metric, MetricUnit, Reading};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The namespace of every metric.
pub const NAMESPACE: &str = "RedialQueue";
/// The dimension that every metric has.
pub const FUNCTION: &str = "FunctionName";
/// The most values of one metric in one line, which is the format's limit.
const VALUES: usize = 100;

/// Returns the lines for `readings`: one line, or more if a metric has over 100 values or a dimension has two values.
#[must_use]
pub fn lines(readings: &[Reading], function: &str, at: DateTime<Utc>) -> Vec<String> {
    let mut documents: Vec<Document> = Vec::new();
    for ((metric, label), values) in summed(readings) {
        for values in values.chunks(VALUES) {
            let place = documents.iter().position(|document| document.has_room_for(metric, label.as_deref()));
            let place = place.unwrap_or_else(|| {
                documents.push(Document::default());
                documents.len() - 1
            });
            documents[place].add(metric, label.clone(), values);
        }
    }
    documents.into_iter().map(|document| document.line(function, at)).collect()
}

/// Adds up counts, and keeps every value of a time, so that CloudWatch can show percentiles.
fn summed(readings: &[Reading]) -> BTreeMap<(Metric, Option<Cow<'static, str>>), Vec<u64>> {
    let mut all: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for Reading { metric, value, label } in readings {
        let values = all.entry((*metric, label.clone())).or_default();
        match (metric.unit(), values.first_mut()) {
            (MetricUnit::Count, Some(sum)) => *sum += value,
            (MetricUnit::Count | MetricUnit::Seconds | MetricUnit::Milliseconds, _) => values.push(*value),
        }
    }
    all
}

#[derive(Default)]
struct Document {
    values: Map<String, Value>,
    labels: BTreeMap<&'static str, Cow<'static, str>>,
    metrics: Vec<Metric>,
}

impl Document {
    fn has_room_for(&self, metric: Metric, label: Option<&str>) -> bool {
        let other = |dimension| self.labels.get(dimension).is_some_and(|there| Some(&**there) != label);
        !self.metrics.contains(&metric) && !metric.dimension().is_some_and(other)
    }

    fn add(&mut self, metric: Metric, label: Option<Cow<'static, str>>, values: &[u64]) {
        let value = if let [one] = values { json!(one) } else { json!(values) };
        self.values.insert(metric.name().to_owned(), value);
        if let (Some(dimension), Some(label)) = (metric.dimension(), label) {
            self.labels.insert(dimension, label);
        }
        self.metrics.push(metric);
    }

    fn line(self, function: &str, at: DateTime<Utc>) -> String {
        let mut directives: BTreeMap<Option<&str>, Vec<Value>> = BTreeMap::new();
        for metric in &self.metrics {
            let described = json!({"Name": metric.name(), "Unit": metric.unit().as_str()});
            directives.entry(metric.dimension()).or_default().push(described);
        }
        let directive = |(dimension, metrics): (Option<&str>, Vec<Value>)| {
            let mut dimensions = vec![vec![FUNCTION]];
            dimensions.extend(dimension.map(|dimension| vec![FUNCTION, dimension]));
            json!({"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics})
        };
        let directives: Vec<_> = directives.into_iter().map(directive).collect();
        let mut line = self.values;
        line.extend(self.labels.into_iter().map(|(dimension, label)| (dimension.to_owned(), json!(label))));
        line.insert(FUNCTION.to_owned(), json!(function));
        line.insert("_aws".to_owned(), json!({"Timestamp": at.timestamp_millis(), "CloudWatchMetrics": directives}));
        Value::Object(line).to_string()
    }
}

#[cfg(test)]
mod tests;
