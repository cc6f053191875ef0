//! The fake provider, by its control API.

use crate::people::Person;
use crate::stack::{Stack, sent};
use reqwest::Method;
use serde_json::{Value, json};

impl Stack {
    pub(crate) async fn fake(&self, path: &str) -> Value {
        sent(self.http.get(format!("{}/_fake/{path}", self.at.fake_bland_url))).await.with(200)
    }

    async fn tell_fake(&self, method: Method, path: &str, body: &Value) {
        let url = format!("{}/_fake/{path}", self.at.fake_bland_url);
        sent(self.http.request(method, url).json(body)).await.with(204);
    }

    /// The next outcomes of a person's calls, each of which rings so long.
    pub(crate) async fn script(&self, person: &Person, outcomes: &[&str], ring_ms: u64) {
        let script = json!({"to": person.phone, "outcomes": outcomes, "ring_ms": ring_ms});
        self.tell_fake(Method::PUT, "script", &script).await;
    }

    /// What befalls the next call to a person.
    pub(crate) async fn fault_once(&self, person: &Person, fault: &str) {
        let rule = json!({"to": person.phone, "times": 1, "fault": fault});
        self.tell_fake(Method::PUT, "faults", &rule).await;
    }

    pub(crate) async fn fault(&self, rule: &Value) {
        self.tell_fake(Method::PUT, "faults", rule).await;
    }

    pub(crate) async fn clear_faults(&self) {
        self.tell_fake(Method::DELETE, "faults", &Value::Null).await;
    }

    /// Every request for a call to a person, also those that were not answered.
    pub(crate) async fn requests(&self, person: &Person) -> Vec<Value> {
        self.book("requests", person).await
    }

    /// Every call to a person.
    pub(crate) async fn calls(&self, person: &Person) -> Vec<Value> {
        self.book("calls", person).await
    }

    async fn book(&self, what: &str, person: &Person) -> Vec<Value> {
        let entries = self.fake(&format!("{what}?to={}", person.phone.trim_start_matches('+'))).await;
        entries.as_array().unwrap().clone()
    }

    /// The one request for a call to a person.
    pub(crate) async fn only_request(&self, person: &Person) -> Value {
        let mut requests = self.requests(person).await;
        assert_eq!(requests.len(), 1, "{} was dialed once: {requests:?}", person.phone);
        requests.remove(0)
    }

    pub(crate) async fn was_dialed(&self, person: &Person, times: usize) {
        let requests = self.requests(person).await;
        assert_eq!(requests.len(), times, "dials to {}: {requests:?}", person.phone);
    }

    /// The most calls to a person that were live at the same time.
    pub(crate) async fn most_at_once(&self, person: &Person) -> u64 {
        self.fake("concurrency").await[&person.phone].as_u64().unwrap_or_default()
    }
}
