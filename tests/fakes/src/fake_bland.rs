//! A Bland that rings nobody: the calls API, signed webhooks and every fault that has been seen, behind one address.
//!
//! It stands in for the real one where that cannot be used: in whole-system tests, in process, and beside a deployed
//! stack as the binary `fake-bland`, steered by the control API under `/_fake`.
//! Time is compressed: a call rings for milliseconds, and its result tells of a conversation of minutes.
//!
//! ```no_run
//! # use redial_fakes::fake_bland::{DialFault, FakeBland, FaultRule, Outcome, Script, Settings};
//! # async fn example() -> std::io::Result<()> {
//! let bland = FakeBland::start(Settings::default()).await?;
//! bland.put_script(Script::new("+16285550107", [Outcome::Voicemail, Outcome::Transferred]));
//! bland.put_fault(FaultRule::new(DialFault::ResetAfter).to("+16285550107").times(1));
//! // … point the system under test at `bland.base_url()` …
//! bland.settled().await;
//! assert_eq!(bland.calls_to("+16285550107").len(), 1);
//! # Ok(())
//! # }
//! ```

mod api;
mod book;
mod call;
mod clock;
mod control;
mod dial;
mod ending;
mod fault;
mod outcome;
mod payload;
mod ring;
mod script;
mod server;
mod settings;
mod webhook;

use std::{collections::BTreeMap, io, sync::Arc};

use axum::Router;
use tokio::{net::TcpListener, task::JoinSet};
use uuid::Uuid;

use self::server::Server;
pub use self::{
    call::{Answer, Call, Delivery, Payload, Received, State},
    fault::{DialFault, Fault, FaultRule, WebhookFault},
    outcome::{Mix, MixError, Outcome},
    script::Script,
    settings::Settings,
    webhook::{SIGNATURE_HEADER, signature},
};

/// A running fake. Dropping it closes the listener, hangs up every call and sends no further webhook.
#[derive(Debug)]
pub struct FakeBland {
    base_url: String,
    server: Arc<Server>,
    _serving: JoinSet<()>,
}

impl FakeBland {
    /// Listens on `settings.listen` and serves until dropped.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(settings.listen).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let server = Arc::new(Server::new(settings));
        let router = Router::new().merge(api::routes()).nest("/_fake", control::routes()).with_state(server.clone());

        let mut serving = JoinSet::new();
        let stopped = server.stopped();
        serving.spawn(async move {
            // Accept errors are retried inside; nothing else makes it return before the signal.
            let _ = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
        });
        Ok(Self { base_url, server, _serving: serving })
    }

    /// Where it listens, without a trailing slash: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Waits until no call rings and no webhook, second payload or retry is outstanding.
    pub async fn settled(&self) {
        self.server.settled().await;
    }

    /// Every accepted call, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.server.book().calls().cloned().collect()
    }

    /// Every accepted call to one number, oldest first.
    pub fn calls_to(&self, to: &str) -> Vec<Call> {
        self.server.book().calls().filter(|call| call.to == to).cloned().collect()
    }

    /// One accepted call.
    pub fn call(&self, call_id: Uuid) -> Option<Call> {
        self.server.book().call(call_id).cloned()
    }

    /// Every `POST /v1/calls` that arrived, also those that were refused or never answered, oldest first.
    pub fn requests(&self) -> Vec<Received> {
        self.server.book().requests().to_vec()
    }

    /// Every `POST /v1/calls` for one number, oldest first.
    pub fn requests_to(&self, to: &str) -> Vec<Received> {
        self.server.book().requests().iter().filter(|request| request.to.as_deref() == Some(to)).cloned().collect()
    }

    /// The most calls that were live at the same moment, by number. Above 1 means that somebody was dialed twice.
    pub fn concurrency(&self) -> BTreeMap<String, usize> {
        self.server.book().concurrency()
    }

    /// Sets the next outcomes of a number, in place of what is left of its earlier script.
    pub fn put_script(&self, script: Script) {
        self.server.book().put_script(script);
    }

    /// Adds a fault, in place of an earlier one of the same kind for the same number.
    pub fn put_fault(&self, rule: FaultRule) {
        self.server.book().faults.put(rule);
    }

    /// From now on nothing goes wrong. Calls that were accepted with a webhook fault keep it.
    pub fn clear_faults(&self) {
        self.server.book().faults.clear();
    }

    /// Forgets calls, requests, scripts, faults and counters, and hangs up without a webhook what still rings.
    pub fn reset(&self) {
        self.server.reset();
    }
}

impl Drop for FakeBland {
    fn drop(&mut self) {
        self.server.stop();
    }
}
