//! The admin API beside 100,000 leads: every endpoint answers within the time and the memory of its function.
#![expect(clippy::print_stdout, reason = "people read the figures")]

use super::{LEADS, LIST, MONTH};
use crate::people::{Person, month_back, now, phone_query};
use crate::stack::{Answer, Stack, sent};
use crate::under_faults::variable;
use chrono::TimeDelta;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Requests whose answers are measured.
struct Measured<'a> {
    stack: &'a Stack,
    /// What the template gives to the function: time, and MiB.
    given: (Duration, u64),
    /// Method and path of every request.
    asked: Mutex<BTreeSet<(String, String)>>,
}

/// Asks every endpoint. `known` is one of the leads.
pub(super) async fn answers_in_time(stack: &Stack, known: &Person) {
    let given = (stack.timeout(&stack.at.admin).await, stack.memory(&stack.at.admin).await);
    let api = Measured { stack, given, asked: Mutex::default() };
    api.reads(known).await;
    api.exports().await;
    api.steers_one().await;
    api.imports().await;
    api.configures().await;
    for command in ["pause", "remove"] {
        api.previews(command, &format!("list={LIST}"), LEADS.into()).await;
    }
    let (filter, leads) = steered();
    api.steers("pause", &filter, leads).await;
    assert_eq!(api.get(&format!("/records?{filter}&status=paused")).await["filtered"], leads);
    // The ledger has an entry about each of them now.
    api.reads(known).await;
    api.steers("resume", &filter, leads).await;
    assert_eq!(api.get(&format!("/records?{filter}&status=pending")).await["filtered"], leads);
    api.has_asked_everything().await;
}

impl Measured<'_> {
    async fn reads(&self, known: &Person) {
        let (lead, phone) = (&known.id, known.phone.replace('+', "%2B"));
        let today = now().date_naive();
        for path in ["/status", "/blocked", "/forecast", "/forecast?hours=168", "/config", "/review", "/openapi.json"] {
            self.get(path).await;
        }
        for path in ["/runs?limit=288", "/activity", "/audit?limit=1000", "/audit?kind=steered", "/suppressions"] {
            self.get(path).await;
        }
        self.get("/rules").await;
        self.get("/rules/decisions").await;
        self.get(&format!("/rules/check?state=FL&phone={phone}")).await;
        self.get("/rules/map").await;
        self.get(&format!("/lead/{lead}?phone={phone}")).await;
        self.get(&format!("/lead/{lead}/explain?phone={phone}")).await;
        self.get(&format!("/numbers/{phone}?days=31")).await;
        self.get(&format!("/numbers/{phone}/proof?from={today}&to={today}")).await;

        let all = format!("list={LIST}");
        for query in
            ["", &all, "outcome=BUSY&attempts=1-3", "gate=due", "gate=status", "q=55501", "q=nobody", "ready=true"]
        {
            self.get(&format!("/records?{query}")).await;
        }
        let mut page = self.get(&format!("/records?{all}&sort=last_call&order=desc&limit=1000")).await;
        assert_eq!((&page["filtered"], page["records"].as_array().map(Vec::len)), (&json!(LEADS), Some(1000)));
        let cursor = page["next_cursor"].take();
        self.get(&format!("/records?{all}&sort=last_call&order=desc&limit=1000&cursor={}", cursor.as_str().unwrap()))
            .await;
        let path = format!("/records?{all}&limit=1000");
        let table = self.ask("GET", &path, |request| request.header("Accept", "text/csv")).await.with(200);
        assert_eq!(table.as_str().unwrap().lines().count(), 1001);
    }

    async fn exports(&self) {
        let path = format!("/export?month={}", month_back(MONTH));
        let mut answer = self.ask("GET", &path, |request| request).await;
        while answer.status == 202 {
            answer = self.ask("GET", &path, |request| request).await;
        }
        assert!(answer.with(200)["records"].as_u64() >= Some(LEADS.into()));
    }

    /// A lead that nobody is to call before tomorrow.
    async fn steers_one(&self) {
        let ana = Person::new(325, 0);
        let at = now() + TimeDelta::hours(30);
        let lead = json!({"lead_id": ana.id, "phone_number": ana.phone, "at": at.to_rfc3339()});
        self.ask("POST", "/lead", |request| request.json(&lead)).await.with(201);
        let path = format!("/lead/{}", ana.id);
        let query = phone_query(&ana);
        for command in ["pause", "resume", "dismiss-do-not-call", "confirm-do-not-call"] {
            self.post(&format!("{path}/{command}?{query}")).await;
        }
        let at = at.format("%Y-%m-%dT%H:%M:%SZ");
        self.post(&format!("{path}/callback?{query}&at={at}")).await;
        self.ask("DELETE", &format!("{path}?{query}"), |request| request).await.with(200);

        let number = format!("/suppressions/{}", Person::new(325, 1).phone.replace('+', "%2B"));
        self.post(&number).await;
        self.get(&number).await;
        let why = json!({"reason": "the story is over"});
        self.ask("DELETE", &number, |request| request.json(&why)).await.with(200);
        let told = json!({"lead_id": ana.id, "phone_number": ana.phone, "status": "NEW"});
        self.ask("POST", "/outcome/test?provider=convoso", |request| request.json(&told)).await.with(200);
    }

    async fn imports(&self) {
        let at = (now() + TimeDelta::hours(30)).to_rfc3339();
        let people = (0..100).map(|n| Person::new(334, n));
        let lines = people.map(|person| format!("{},{},334,{at}\r\n", person.id, person.phone));
        let list = "lead_id,phone_number,list_id,at\r\n".to_owned() + &lines.collect::<String>();
        let csv = |list: String| move |request: RequestBuilder| request.header("Content-Type", "text/csv").body(list);
        let mut progress = self.ask("POST", "/leads", csv(list)).await.with(202);
        let path = format!("/leads/import/{}", progress["id"].as_str().unwrap());
        while progress["state"] == "running" {
            self.stack.run().await;
            progress = self.get(&path).await;
        }
        self.get(&path).await;
        assert_eq!((&progress["state"], &progress["added"]), (&json!("done"), &json!(100)), "{progress}");
        self.steers("remove", "list=334", 100).await;

        let nobody = self.ask("POST", "/suppressions/import", csv("911\r\n".to_owned())).await.with(202);
        self.get(&format!("/suppressions/import/{}", nobody["id"].as_str().unwrap())).await;
    }

    async fn configures(&self) {
        let fewer = json!({"max_redial_attempts": 1});
        self.ask("PUT", "/config?dry_run=true", |request| request.json(&fewer)).await.with(200);
        for switch in ["/disable", "/enable", "/stop", "/start"] {
            self.post(switch).await;
        }
        let storm = json!({"kind": "suspension", "jurisdiction": "GU", "why": "the story is told"});
        let decision = self.ask("POST", "/rules/decisions", |request| request.json(&storm)).await.with(201);
        let path = format!("/rules/decisions/{}?why=over", decision["decision"]["id"].as_str().unwrap());
        self.ask("DELETE", &path, |request| request).await.with(200);
        self.post("/cleanup").await;
        self.post("/process").await;
        self.stack.idle().await;
    }

    /// Returns the token of a command for so many leads, all of which it would change or remove.
    async fn previews(&self, command: &str, filter: &str, leads: u64) -> String {
        let preview = self.post(&format!("/leads/{command}?{filter}")).await;
        assert_eq!((&preview["count"], &preview["changed"]), (&json!(leads), &json!(leads)), "{preview}");
        preview["confirm"].as_str().unwrap().to_owned()
    }

    /// Gives a command to so many leads, and lets runs do what the answer leaves to them.
    async fn steers(&self, command: &str, filter: &str, leads: u64) {
        let began = Instant::now();
        let token = self.previews(command, filter, leads).await;
        let confirmed = self.ask("POST", &format!("/leads/{command}?confirm={token}"), |request| request).await;
        assert!([200, 202].contains(&confirmed.status), "{}", confirmed.body);
        let mut progress = confirmed.body;
        let mut runs = 0;
        while progress["state"] == "running" {
            let before = progress["done"].as_u64();
            self.stack.run().await;
            progress = self.get(&format!("/leads/bulk/{token}")).await;
            assert!(progress["done"].as_u64() > before, "no run goes on: {progress}");
            runs += 1;
        }
        assert_eq!((&progress["state"], &progress["changed"]), (&json!("done"), &json!(leads)), "{progress}");
        self.get(&format!("/leads/bulk/{token}")).await;
        println!("{command} of {leads} leads: {runs} runs, {:?}", began.elapsed());
    }

    async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, |request| request).await.with(200)
    }

    async fn post(&self, path: &str) -> Value {
        self.ask("POST", path, |request| request).await.with(200)
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder + Send,
    ) -> Answer {
        let (stack, function) = (self.stack, &self.stack.at.admin);
        stack.forget_peak_memory(function);
        let (began, used) = (Instant::now(), stack.processor_time(function));
        let url = format!("{}{path}", stack.at.admin_url);
        let request = stack.http.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        let answer = sent(with(request.header("X-API-Key", &stack.at.admin_key))).await;
        let (took, peak) = (began.elapsed(), stack.peak_memory(function));
        let used = stack.processor_time(function).saturating_sub(used).as_millis();
        println!("{:5} ms, {used:5} ms CPU, {peak:3} MiB: {} {method} {path}", took.as_millis(), answer.status);
        let (time, memory) = self.given;
        assert!(answer.status < 500 && took < time, "{method} {path} takes {took:?}: {}", answer.body);
        assert!(peak < memory, "{method} {path} needs {peak} MiB and has {memory}");
        let path = path.split('?').next().unwrap();
        self.asked.lock().unwrap().insert((method.to_owned(), path.to_owned()));
        answer
    }

    /// Whoever adds an endpoint adds it here too.
    async fn has_asked_everything(&self) {
        let document = self.stack.get("/openapi.json").await;
        for (described, methods) in document["paths"].as_object().unwrap() {
            let Some(route) = described.strip_prefix("/api/admin/redial-queue") else { continue };
            for method in methods.as_object().unwrap().keys().map(|method| method.to_uppercase()) {
                let asked = self.asked.lock().unwrap();
                let is_asked = asked.iter().any(|(of, path)| *of == method && is_of(route, path));
                assert!(is_asked, "{method} {route} was not asked");
            }
        }
    }
}

/// The filter of the leads that are paused and resumed, and how many it chooses: a tenth, those of one area code, or with
/// `REDIAL_LARGE_STEERED` all. On the emulator runs steer 50 to 300 leads a second.
fn steered() -> (String, u64) {
    let all = format!("list={LIST}");
    match variable("REDIAL_LARGE_STEERED") {
        Some(LEADS) => (all, LEADS.into()),
        Some(_) | None => (format!("{all}&q=19015550"), (LEADS / 10).into()),
    }
}

/// Whether a path is one of a route.
fn is_of(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(path).all(|(part, of)| part.starts_with('{') || *part == of)
}
