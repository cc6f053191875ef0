//! A domain of one's own, where paths have no stage before them.

use crate::people::{Person, ended};
use crate::stack::{Answer, Stack, applied, sent};
use redial_fakes::fake_bland::{SIGNATURE_HEADER, signature};
use reqwest::Method;

impl Stack {
    /// A request to the domain, which the emulator serves to whoever names it.
    fn behind_the_domain(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.at.emulated())).header("Host", &self.at.domain)
    }

    async fn admin_behind_the_domain(&self, path: &str) -> Answer {
        let request = self.behind_the_domain(Method::GET, &format!("/api/admin/redial-queue{path}"));
        sent(request.header("X-API-Key", &self.at.read_key)).await
    }
}

#[tokio::test]
async fn the_paths_of_the_replaced_system_work_without_a_stage() {
    let stack = Stack::unprepared().await;
    let ana = Person::new(385, 1);
    let body = ended(&ana, "voicemail").to_string();
    let signed = signature(&stack.at.webhook_secret, body.as_bytes());
    applied(async || {
        let request = stack.behind_the_domain(Method::POST, "/webhooks/bland-callback");
        sent(request.header(SIGNATURE_HEADER, &signed).body(body.clone())).await
    })
    .await;
    let by_domain = stack.admin_behind_the_domain(&format!("/records?lead_id={}", ana.id)).await.with(200);
    assert_eq!(by_domain["records"][0]["last_outcome"], "VOICEMAIL");
    assert_eq!(stack.record(&ana).await["last_outcome"], "VOICEMAIL");
    assert_eq!(stack.admin_behind_the_domain("/status").await.with(200)["success"], true);
    let explained =
        stack.admin_behind_the_domain(&format!("/lead/{}/explain?phone=%2B{}", ana.id, &ana.phone[1..])).await;
    assert_eq!(explained.with(200)["success"], true);
}

#[tokio::test]
async fn the_token_of_convoso_may_stand_in_the_path_behind_a_domain() {
    let stack = Stack::unprepared().await;
    for (token, status) in [(stack.at.convoso_secret.as_str(), 202), ("guessed", 401)] {
        let request = stack.behind_the_domain(Method::POST, &format!("/webhooks/convoso/{token}"));
        assert_eq!(sent(request.json(&serde_json::json!({}))).await.status, status, "{token}");
    }
}
