//! The life of a call after it was accepted.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::sleep};

use super::{call::Call, clock, server::Server, webhook};

/// Starts the call, lets it ring, ends it and posts what came of it. Sets `posted` when the result was posted once.
pub(super) async fn ring(
    server: Arc<Server>,
    call: Call,
    starts_in: Duration,
    ringing: Duration,
    posted: watch::Sender<bool>,
) {
    let rings = async {
        sleep(starts_in).await;
        server.book().start(call.call_id, clock::now());
        sleep(ringing).await;
    };
    let stopped = tokio::select! {
        () = rings => false,
        () = call.hang_up.notified() => true,
    };
    let ended = server.book().end(call.call_id, stopped, clock::now());
    if let Some(call) = ended {
        webhook::deliver(&server, &call, &posted).await;
    }
}
