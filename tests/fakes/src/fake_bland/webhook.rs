//! Webhooks: signed, repeated until taken, and, on request, lost, doubled or late.

use std::{error::Error, time::Duration};

use futures_util::future::join;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use sha2::Sha256;
use tokio::{sync::watch, time::sleep};

use super::{
    call::{Answer, Call, Delivery, Payload},
    clock,
    fault::WebhookFault,
    payload,
    server::Server,
};

/// Carries [`signature`] of the raw body.
pub const SIGNATURE_HEADER: &str = "X-Webhook-Signature";

/// Lower-case hex of HMAC-SHA256.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// Posts what an ended call owes: its result and, if so set, the second payload.
pub(super) async fn deliver(server: &Server, call: &Call, posted: &watch::Sender<bool>) {
    let mut double = false;
    let mut lose = false;
    for fault in &call.faults {
        match fault {
            WebhookFault::Lose => lose = true,
            WebhookFault::Double => double = true,
            WebhookFault::Delay { ms } => sleep(Duration::from_millis(*ms)).await,
            // The caller has seen to it: the call rang while its request waited.
            WebhookFault::BeforeAnswer => {}
        }
    }

    let post = || post(server, call, Payload::Result, posted);
    if lose && call.webhook_url().is_some() {
        let lost = Delivery { payload: Payload::Result, attempt: 1, sent_at: clock::now(), answer: Answer::Lost };
        server.book().delivered(call.call_id, lost);
        posted.send_replace(true);
    } else if double {
        join(post(), post()).await;
    } else {
        post().await;
    }

    if let Some(after) = server.settings.second_payload_after {
        sleep(after).await;
        self::post(server, call, Payload::SecondPayload, posted).await;
    }
}

/// Posts the result again, whatever became of the first.
pub(super) async fn resend(server: &Server, call: &Call) {
    post(server, call, Payload::Resend, &watch::Sender::new(false)).await;
}

async fn post(server: &Server, call: &Call, payload: Payload, posted: &watch::Sender<bool>) {
    let Some(url) = call.webhook_url() else {
        posted.send_replace(true);
        return;
    };
    let body = match payload {
        Payload::Result | Payload::Resend => payload::result(call, &server.settings),
        Payload::SecondPayload => payload::second(call),
    };
    for attempt in 1..=server.settings.webhook_retries.saturating_add(1) {
        if attempt > 1 {
            sleep(server.settings.webhook_retry_pause).await;
        }
        let sent_at = clock::now();
        let answer = post_once(server, url, &body).await.unwrap_or_else(|error| Answer::Unreachable {
            error: error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}")),
        });
        let taken = answer.is_success();
        server.book().delivered(call.call_id, Delivery { payload, attempt, sent_at, answer });
        posted.send_replace(true);
        if taken {
            return;
        }
    }
}

async fn post_once(server: &Server, url: &str, body: &Value) -> reqwest::Result<Answer> {
    let body = body.to_string();
    let mut request =
        server.http.post(url).timeout(server.settings.webhook_timeout).header(CONTENT_TYPE, "application/json");
    if let Some(secret) = &server.settings.webhook_secret {
        request = request.header(SIGNATURE_HEADER, signature(secret, body.as_bytes()));
    }
    let response = request.body(body).send().await?;
    Ok(Answer::Answered { status: response.status().as_u16(), body: response.text().await? })
}
